//! What can be chosen when a log is opened, and what opening reports.

use std::path::PathBuf;

/// The default size of a segment: 64 MiB. Large enough that a busy ledger makes one every few
/// minutes, small enough to copy, check and cache as a whole.
const SEGMENT_SIZE: u64 = 64 << 20;
/// Room for the header, a small group and the footer.
const SMALLEST_SEGMENT: u64 = 1024;

/// Whether a new segment is written with zeros before it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Prewrite {
    /// Write zeros, so that a later sync need not change the file's extents: `fdatasync` was 1.1
    /// to 2.1 times as fast.
    #[default]
    Zeros,
    /// Only reserve the space.
    Nothing,
}

/// When work beside the appends is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Background {
    /// On threads of its own, ahead of need.
    #[default]
    Threads,
    /// In the call that needs it: slower there, and the same sequence of disk operations in every
    /// run.
    Inline,
}

/// How a log writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogOptions {
    pub(crate) segment_size: u64,
    pub(crate) prewrite: Prewrite,
    pub(crate) background: Background,
}

impl Default for LogOptions {
    fn default() -> Self {
        Self {
            segment_size: SEGMENT_SIZE,
            prewrite: Prewrite::default(),
            background: Background::default(),
        }
    }
}

impl LogOptions {
    /// Sets the size of new segments in bytes (default 64 MiB, at least 1 KiB). A group that does
    /// not fit gets a larger one of its own.
    #[must_use]
    pub fn with_segment_size(self, bytes: u64) -> Self {
        Self { segment_size: bytes.max(SMALLEST_SEGMENT), ..self }
    }

    /// Sets whether new segments are written with zeros (default: they are). The first segment of
    /// a ledger never is, so that a small ledger is cheap.
    #[must_use]
    pub fn with_prewrite(self, prewrite: Prewrite) -> Self {
        Self { prewrite, ..self }
    }

    /// Sets whether the next segment is made on a thread of its own (default: it is).
    #[must_use]
    pub fn with_background(self, background: Background) -> Self {
        Self { background, ..self }
    }
}

/// What durable outsiders know of the log: a snapshot, a checkpoint file, a checkpoint that the
/// caller brings. A log that is shorter than its witnesses say is refused instead of cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Witness {
    last_seq: Option<u64>,
}

impl Witness {
    /// Nobody vouches for anything.
    pub fn none() -> Self {
        Self::default()
    }

    /// The entry with this sequence number, and so every one before it, was durable.
    pub fn through(seq: u64) -> Self {
        Self { last_seq: Some(seq) }
    }

    /// Both witnesses together.
    pub fn and(self, other: Self) -> Self {
        Self { last_seq: self.last_seq.max(other.last_seq) }
    }

    /// Whether an entry is vouched for that a log ending before `next_seq` does not have.
    pub(crate) fn misses(self, next_seq: u64) -> bool {
        self.last_seq.is_some_and(|seq| seq >= next_seq)
    }
}

/// What opening a log found and did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recovery {
    /// The sequence number that the next entry gets.
    pub next_seq: u64,
    /// How the log ended.
    pub ending: Ending,
}

/// How a log ended when it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ending {
    /// With a clean close.
    Sealed,
    /// After a whole group, but without a clean close: the program or the machine stopped.
    Unsealed,
    /// In a group that was being written when the machine stopped, and that nobody was told was
    /// durable. It was copied aside and cut off.
    Torn(TornTail),
}

/// A torn tail, and where it was put.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TornTail {
    /// The segment: the first sequence number in its name.
    pub segment: u64,
    /// Where the torn bytes began, from the start of the segment's file.
    pub offset: u64,
    /// How many bytes were cut.
    pub len: u64,
    /// The file that now holds them.
    pub saved_to: PathBuf,
}
