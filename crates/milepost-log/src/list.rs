//! Entries set aside from a run, to be read again.

use crate::format::{
    bytes::index,
    entry::{Entry, stored_len},
};

/// Entries copied one behind the other into one allocation, which stays when the list is cleared.
/// They need not follow each other in the log.
#[derive(Debug, Default)]
pub struct EntryList {
    bytes: Vec<u8>,
}

impl EntryList {
    /// A list with room for so many bytes.
    pub fn with_room(bytes: usize) -> EntryList {
        EntryList { bytes: Vec::with_capacity(bytes) }
    }

    /// Adds an entry at the end.
    pub fn push(&mut self, entry: &Entry<'_>) {
        self.bytes.extend_from_slice(entry.stored_bytes());
    }

    /// Takes all entries away.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// The entries, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = Entry<'_>> {
        let mut rest = self.bytes.as_slice();
        std::iter::from_fn(move || {
            // Each was parsed before it was added, so nothing fails before the end.
            let (bytes, behind) = rest.split_at_checked(index(stored_len(rest)?))?;
            rest = behind;
            Entry::parse(bytes).ok()
        })
    }
}
