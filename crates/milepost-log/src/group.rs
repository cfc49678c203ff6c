//! The unit of write and of tearing: entries, encoded in place into one reusable buffer.
//!
//! A group is built on one thread while the group before it is written on another. It leaves room
//! for its own header at the front, so that appending is one write.

use crate::{
    error::GroupError,
    format::{
        ChainValue, MAX_ENTRY, MAX_GROUP, TreeRoot,
        bytes::{index, len64, patch},
        entry::{self, Entries, Entry, EntryHead, Touch},
        frame::{self, FrameHeader},
    },
};

/// Entries that will become durable together.
///
/// After [`Log::append`](crate::Log::append) the group is empty and keeps its memory.
#[derive(Debug, Clone)]
pub struct Group {
    /// Room for the header, then the payload.
    buf: Vec<u8>,
    first_seq: u64,
    count: u32,
    time: i64,
    payload_crc: u32,
    root: TreeRoot,
}

impl Default for Group {
    fn default() -> Self {
        Self::new()
    }
}

impl Group {
    /// An empty group.
    pub fn new() -> Self {
        Self {
            buf: vec![0; frame::LEN],
            first_seq: 0,
            count: 0,
            time: i64::MIN,
            payload_crc: 0,
            root: TreeRoot::NONE,
        }
    }

    /// Adds an entry that touches these members; `body` appends the entry's body to the buffer it
    /// is given and leaves what is there alone.
    ///
    /// The first entry sets where the group begins; each further one must follow in sequence.
    ///
    /// # Errors
    ///
    /// [`GroupError`]; the group is then as it was before.
    pub fn push(
        &mut self,
        head: &EntryHead,
        touches: &[Touch],
        body: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), GroupError> {
        self.check(head, touches)?;
        let start = self.buf.len();
        entry::begin(&mut self.buf, head, touches);
        body(&mut self.buf);
        if let Err(error) = self.check_size(start) {
            self.buf.truncate(start);
            return Err(error);
        }
        let entry = self.buf.get_mut(start..).unwrap_or_default();
        entry::finish(entry);
        self.payload_crc = crc32c::crc32c_append(self.payload_crc, entry);
        self.count_in(head);
        Ok(())
    }

    fn check(&self, head: &EntryHead, touches: &[Touch]) -> Result<(), GroupError> {
        if self.count > 0 && head.seq != self.next_seq() {
            return Err(GroupError::OutOfOrder { expected: self.next_seq(), found: head.seq });
        }
        if touches.iter().any(|touch| touch.member == [0; 16]) {
            return Err(GroupError::NilMember);
        }
        Ok(())
    }

    fn check_size(&self, start: usize) -> Result<(), GroupError> {
        let payload = len64(&self.buf) - frame::LEN as u64;
        let size = len64(self.buf.get(start..).unwrap_or_default());
        if size > MAX_ENTRY {
            return Err(GroupError::EntryTooLarge { size, limit: MAX_ENTRY });
        }
        if payload > MAX_GROUP {
            return Err(GroupError::GroupTooLarge { size: payload, limit: MAX_GROUP });
        }
        Ok(())
    }

    fn count_in(&mut self, head: &EntryHead) {
        if self.count == 0 {
            self.first_seq = head.seq;
        }
        self.count += 1;
        self.time = self.time.max(head.recorded_at);
    }

    /// Sets the Merkle tree's root after this group's entries, to be stored with it.
    pub fn set_root(&mut self, root: TreeRoot) {
        self.root = root;
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// How many entries there are.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// How many bytes appending will write.
    pub fn stored_len(&self) -> u64 {
        len64(&self.buf)
    }

    /// The first entry's sequence number; `None` if there are no entries.
    pub fn first_seq(&self) -> Option<u64> {
        (self.count > 0).then_some(self.first_seq)
    }

    /// The entries, as they will be stored.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let mut entries = Entries::new(self.payload(), self.first_seq, self.count);
        // What was encoded here parses; an error would end the iteration early.
        std::iter::from_fn(move || entries.next().ok().flatten())
    }

    /// Empties the group and keeps its memory.
    pub fn clear(&mut self) {
        self.buf.truncate(frame::LEN);
        self.first_seq = 0;
        self.count = 0;
        self.time = i64::MIN;
        self.payload_crc = 0;
        self.root = TreeRoot::NONE;
    }

    fn next_seq(&self) -> u64 {
        self.first_seq.saturating_add(u64::from(self.count))
    }

    fn payload(&self) -> &[u8] {
        self.buf.get(frame::LEN..).unwrap_or_default()
    }

    /// The largest `recorded_at` among the entries.
    pub(crate) fn time(&self) -> i64 {
        self.time
    }

    pub(crate) fn root(&self) -> TreeRoot {
        self.root
    }

    pub(crate) fn payload_crc(&self) -> u32 {
        self.payload_crc
    }

    pub(crate) fn payload_len(&self) -> u32 {
        // Checked against MAX_GROUP by every push.
        u32::try_from(self.payload().len()).unwrap_or(u32::MAX)
    }

    /// Writes the header into its place and returns the bytes to be stored and the chain value
    /// after them.
    pub(crate) fn complete(
        &mut self,
        header: &FrameHeader,
        segment: u64,
        offset: u64,
    ) -> (&[u8], ChainValue) {
        let encoded = header.encode(segment, offset);
        patch(&mut self.buf, 0, &encoded);
        let chain = header.chain_after(&encoded, self.payload());
        (&self.buf, chain)
    }

    /// Each entry's sequence number and its offset from the start of the group's header.
    pub(crate) fn starts(&self) -> impl Iterator<Item = (u64, u64)> {
        let mut at = frame::LEN as u64;
        let mut seq = self.first_seq;
        std::iter::from_fn(move || {
            let len = entry::stored_len(self.buf.get(index(at)..)?)?;
            let start = (seq, at);
            at += len;
            seq += 1;
            Some(start)
        })
    }
}
