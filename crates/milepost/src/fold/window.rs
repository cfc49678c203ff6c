//! Some entries of the log that follow each other, set aside for the parts that they concern.

use milepost_core::names::MemberKey;
use milepost_log::{Entry, EntryList, Touch};
use smallvec::SmallVec;

use crate::store::{SHARDS, Store};

/// So many bytes of entries are read before they are folded: enough that most members have several
/// entries among them, few enough beside what the members themselves take.
const WINDOW: usize = if cfg!(test) { 1 << 10 } else { 32 << 20 };
/// The members of so many shards are folded together: few enough that they stay in a second-level
/// cache, and that a window is not spread over more places than a processor writes to at once.
pub(super) const SHARDS_OF_PART: usize = 4;
/// An entry is copied to so many parts and no more.
const COPIES: usize = 4;
/// Most entries take fewer bytes.
const ENTRY: usize = 300;
const PARTS: usize = SHARDS.div_ceil(SHARDS_OF_PART);

/// Entries by part.
#[derive(Debug)]
pub(super) struct Window {
    lists: Vec<EntryList>,
    /// The last entry, if it touches members of many parts, as that of a sweep does.
    wide: EntryList,
    bytes: usize,
}

impl Window {
    /// Room for some of so many entries, in which nothing is moved as it fills.
    pub(super) fn with_room_for(entries: u64) -> Window {
        let entries = usize::try_from(entries).unwrap_or(usize::MAX);
        let bytes = entries.saturating_mul(ENTRY).min(WINDOW) / PARTS;
        let mut lists = Vec::new();
        // Members are spread over parts by chance, and some have more entries than others.
        lists.resize_with(PARTS, || EntryList::with_room(bytes + bytes / 4));
        Window { lists, wide: EntryList::default(), bytes: 0 }
    }

    /// Sets an entry aside for each part of which it touches members, once. One that touches many
    /// parts is kept once, and fills the window, so that it is the last.
    pub(super) fn push(&mut self, entry: &Entry<'_>) {
        self.bytes += entry.stored_bytes().len();
        // Nearly always.
        if let Some(touch) = entry.only_touch() {
            return self.push_to(part_of(&touch), entry);
        }
        let parts = parts_of(entry);
        if parts.len() > COPIES {
            self.wide.push(entry);
            self.bytes = self.bytes.max(WINDOW);
        } else {
            parts.into_iter().for_each(|part| self.push_to(part, entry));
        }
    }

    fn push_to(&mut self, part: usize, entry: &Entry<'_>) {
        if let Some(list) = self.lists.get_mut(part) {
            list.push(entry);
        }
    }

    /// Whether nothing was read into it.
    pub(super) const fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    pub(super) const fn is_full(&self) -> bool {
        self.bytes >= WINDOW
    }

    /// Takes all entries away.
    pub(super) fn clear(&mut self) {
        self.lists.iter_mut().for_each(EntryList::clear);
        self.wide.clear();
        self.bytes = 0;
    }

    /// The entry that comes after all others and touches members of many parts, if there is one.
    pub(super) const fn wide(&self) -> &EntryList {
        &self.wide
    }

    /// The entries of each part, in the order of the log.
    pub(super) fn lists(&self) -> impl Iterator<Item = &EntryList> {
        self.lists.iter()
    }
}

/// The part of a member that an entry touches.
fn part_of(touch: &Touch) -> usize {
    Store::shard_of(&MemberKey(touch.member)) / SHARDS_OF_PART
}

/// The parts of the members that an entry touches, each once.
fn parts_of(entry: &Entry<'_>) -> SmallVec<[usize; 2]> {
    let mut parts = SmallVec::new();
    for touch in entry.touches() {
        let part = part_of(&touch);
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts
}
