//! Walks a segment group by group and checks every link. Recovery, scans, followers and the full
//! check all walk with this.

use crate::{
    disk::NamedFile,
    error::{Fault, LogError},
    format::{
        ChainValue, LedgerId,
        bytes::{index, len64},
        entry::Entries,
        footer::{self, Footer},
        frame::{self, FrameHeader, FrameKind},
        segment,
    },
};

/// The least that is read at once.
const BLOCK: u64 = 1 << 20;

/// How much of a group is checked while walking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Check {
    /// Checksums, sequence numbers and the hash chain.
    #[default]
    Chain,
    /// Checksums and sequence numbers; leaves out the hashing, which is most of the work.
    Checksums,
}

/// What a walker found at its place.
#[derive(Debug)]
pub(crate) enum Step {
    Group(FrameHeader),
    Seal,
    Footer(Footer),
    /// The limit is reached.
    End,
    /// Nothing valid stands here; the walker has not moved.
    Damaged(Fault),
}

/// A buffered view on a part of a file.
#[derive(Debug, Default)]
struct Window {
    buf: Vec<u8>,
    start: u64,
    len: usize,
}

impl Window {
    /// The bytes at `at`; `None` if they reach past the limit.
    fn get(
        &mut self,
        file: &NamedFile,
        at: u64,
        want: u64,
        limit: u64,
    ) -> Result<Option<&[u8]>, LogError> {
        if limit.checked_sub(at).is_none_or(|room| room < want) {
            return Ok(None);
        }
        if at < self.start || at + want > self.start + self.len as u64 {
            self.fill(file, at, want.max(BLOCK).min(limit - at))?;
        }
        Ok(self.held(at, want))
    }

    fn fill(&mut self, file: &NamedFile, at: u64, len: u64) -> Result<(), LogError> {
        let len = index(len);
        if self.buf.len() < len {
            self.buf.resize(len, 0);
        }
        self.start = at;
        self.len = 0;
        self.len = file.read_up_to(self.buf.get_mut(..len).unwrap_or_default(), at)?;
        Ok(())
    }

    fn held(&self, at: u64, want: u64) -> Option<&[u8]> {
        let from = index(at.checked_sub(self.start)?);
        self.buf.get(..self.len)?.get(from..)?.get(..index(want))
    }
}

/// A reader's place in a segment.
#[derive(Debug)]
pub(crate) struct Walker {
    file: NamedFile,
    ledger: LedgerId,
    segment: u64,
    limit: u64,
    check: Check,
    window: Window,
    /// Where the next group should stand.
    offset: u64,
    /// Where the current group's payload stands.
    payload: (u64, u64),
    /// What the next group must say; unknown where a walk begins in the middle.
    next_seq: Option<u64>,
    chain: Option<ChainValue>,
}

impl Walker {
    /// At a segment's first group.
    pub(crate) fn at_start(
        file: NamedFile,
        ledger: LedgerId,
        first_seq: u64,
        chain: ChainValue,
        limit: u64,
    ) -> Self {
        let start = segment::LEN as u64;
        let mut walker = Self::inside(file, ledger, first_seq, start, limit);
        walker.next_seq = Some(first_seq);
        walker.chain = Some(chain);
        walker
    }

    /// At some group of a segment; what stood before it is taken on trust.
    pub(crate) fn inside(
        file: NamedFile,
        ledger: LedgerId,
        segment: u64,
        offset: u64,
        limit: u64,
    ) -> Self {
        let (window, payload) = (Window::default(), (offset, 0));
        let check = Check::Chain;
        let (next_seq, chain) = (None, None);
        Self { file, ledger, segment, limit, check, window, offset, payload, next_seq, chain }
    }

    pub(crate) fn checking(mut self, check: Check) -> Self {
        self.check = check;
        self
    }

    /// Starts over in another segment and keeps the buffer and what is expected.
    pub(crate) fn move_to(&mut self, file: NamedFile, segment: u64, limit: u64) {
        self.file = file;
        self.segment = segment;
        self.limit = limit;
        self.offset = segment::LEN as u64;
        self.payload = (self.offset, 0);
        self.window.len = 0;
    }

    /// Allows the walk to go further in a file that may have changed behind its valid part.
    pub(crate) fn reread(&mut self, limit: u64) {
        self.limit = limit;
        self.window.len = 0;
    }

    /// Allows the walk to go further, in a segment that has grown.
    pub(crate) fn set_limit(&mut self, limit: u64) {
        self.limit = limit;
    }

    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    pub(crate) fn file(&self) -> &NamedFile {
        &self.file
    }

    pub(crate) fn ledger(&self) -> LedgerId {
        self.ledger
    }

    pub(crate) fn segment(&self) -> u64 {
        self.segment
    }

    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// Where the current group's header stands.
    pub(crate) fn group_at(&self) -> u64 {
        self.payload.0.saturating_sub(frame::LEN as u64)
    }

    pub(crate) fn chain(&self) -> Option<ChainValue> {
        self.chain
    }

    /// The current group's payload.
    pub(crate) fn payload(&self) -> &[u8] {
        self.window.held(self.payload.0, self.payload.1).unwrap_or_default()
    }

    /// The current group's entries.
    pub(crate) fn entries(&self, header: &FrameHeader) -> Entries<'_> {
        Entries::new(self.payload(), header.first_seq, header.count)
    }

    /// The error for damage at the walker's place.
    pub(crate) fn corrupt(&self, fault: Fault) -> LogError {
        self.corrupt_at(self.offset, self.next_seq.unwrap_or(self.segment), fault)
    }

    pub(crate) fn corrupt_at(&self, offset: u64, first_lost_seq: u64, fault: Fault) -> LogError {
        let (path, segment) = (self.file.path(), self.segment);
        LogError::Corrupt { path, segment, offset, first_lost_seq, fault }
    }

    /// Looks at what stands next, and moves past it if it is valid.
    pub(crate) fn step(&mut self) -> Result<Step, LogError> {
        if self.offset >= self.limit {
            return Ok(Step::End);
        }
        let head_len = (frame::LEN as u64).min(self.limit - self.offset);
        let head = self.window.get(&self.file, self.offset, head_len, self.limit)?;
        let head = head.unwrap_or_default();
        if head.starts_with(&footer::MAGIC) {
            return self.step_footer();
        }
        match FrameHeader::decode(head, self.ledger, self.segment, self.offset) {
            Ok(header) => self.step_frame(header),
            Err(fault) => Ok(Step::Damaged(fault)),
        }
    }

    fn step_frame(&mut self, header: FrameHeader) -> Result<Step, LogError> {
        let total = header.total_len();
        let Some(bytes) = self.window.get(&self.file, self.offset, total, self.limit)? else {
            return Ok(Step::Damaged(Fault::Length));
        };
        let (head, payload) = bytes.split_at_checked(frame::LEN).unwrap_or_default();
        if crc32c::crc32c(payload) != header.payload_crc {
            return Ok(Step::Damaged(Fault::PayloadChecksum));
        }
        if self.next_seq.is_some_and(|next| next != header.first_seq) {
            return Ok(Step::Damaged(Fault::Sequence));
        }
        if self.chain.is_some_and(|chain| chain != header.previous) {
            return Ok(Step::Damaged(Fault::Chain));
        }
        self.chain = match self.check {
            Check::Chain => Some(header.chain_after(head, payload)),
            Check::Checksums => None,
        };
        self.payload = (self.offset + frame::LEN as u64, u64::from(header.payload_len));
        self.offset += total;
        self.next_seq = Some(header.next_seq());
        match header.kind {
            FrameKind::Group => Ok(Step::Group(header)),
            FrameKind::Seal => Ok(Step::Seal),
        }
    }

    fn step_footer(&mut self) -> Result<Step, LogError> {
        let room = self.limit - self.offset;
        let fixed =
            self.window.get(&self.file, self.offset, footer::FIXED.min(room), self.limit)?;
        let Some(len) = fixed.and_then(footer::stored_len).filter(|len| *len <= room) else {
            return Ok(Step::Damaged(Fault::Length));
        };
        let bytes = self.window.get(&self.file, self.offset, len, self.limit)?.unwrap_or_default();
        let footer = match Footer::decode(bytes, self.ledger, self.segment, self.offset) {
            Ok(footer) => footer,
            Err(fault) => return Ok(Step::Damaged(fault)),
        };
        let fits = self.next_seq.is_none_or(|next| next == footer.next_seq)
            && self.chain.is_none_or(|chain| chain == footer.chain)
            && footer.first_seq == self.segment;
        if !fits {
            return Ok(Step::Damaged(Fault::FooterContent));
        }
        self.offset += len64(bytes);
        Ok(Step::Footer(footer))
    }
}
