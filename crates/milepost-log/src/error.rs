//! What can go wrong with a log: one enum, with the path in every message.

use std::{io, path::PathBuf};

/// What is wrong with the bytes at one place of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The file ends before the structure that should stand here.
    #[error("the file ends too early")]
    TooShort,
    /// Only zeros stand where a group was expected.
    #[error("nothing was written here")]
    Blank,
    /// The bytes do not begin with a known magic.
    #[error("no known structure begins here")]
    UnknownMagic,
    /// A header does not match its own checksum.
    #[error("the header does not match its checksum")]
    HeaderChecksum,
    /// The entries of a group do not match the group's checksum.
    #[error("the entries do not match the group's checksum")]
    PayloadChecksum,
    /// One entry does not match its own checksum.
    #[error("the entry does not match its checksum")]
    EntryChecksum,
    /// An entry's lengths contradict each other or pass a limit.
    #[error("the entry's lengths contradict each other")]
    EntryShape,
    /// A length passes a limit or the end of the file.
    #[error("a length is out of bounds")]
    Length,
    /// The bytes belong to another ledger.
    #[error("this belongs to another ledger")]
    OtherLedger,
    /// A sequence number is not the next one.
    #[error("the sequence number is not the next one")]
    Sequence,
    /// The chain value is not that of the group before.
    #[error("the hash chain is broken")]
    Chain,
    /// A segment that is not the last has no valid footer.
    #[error("the segment's footer is missing or damaged")]
    Footer,
    /// A segment's footer contradicts its groups.
    #[error("the segment's footer contradicts its groups")]
    FooterContent,
    /// A whole segment is not there.
    #[error("a segment is missing")]
    MissingSegment,
    /// A witness vouches for entries that are not there.
    #[error("entries that are known to have been durable are not here")]
    WitnessedLoss,
}

impl Fault {
    /// What is wrong where a magic is none that is known.
    pub(crate) fn of_magic(magic: [u8; 8]) -> Self {
        if magic == [0; 8] { Self::Blank } else { Self::UnknownMagic }
    }

    /// Whether the bytes around it match their checksums. No torn write looks like that.
    pub(crate) fn stands_in_valid_structure(self) -> bool {
        matches!(self, Self::Sequence | Self::Chain | Self::OtherLedger | Self::FooterContent)
    }
}

/// Why a log could not do what was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// The folder is missing or has no manifest. Nothing was changed. Check the path, or create a
    /// ledger there.
    #[error("{} is not a ledger", path.display())]
    NotALedger {
        /// The folder.
        path: PathBuf,
    },
    /// A ledger was to be created where one exists. Nothing was changed. Open it instead.
    #[error("{} already is a ledger", path.display())]
    AlreadyALedger {
        /// The folder.
        path: PathBuf,
    },
    /// A ledger was to be created in a folder that holds something else. Nothing was changed.
    /// Choose an empty folder.
    #[error("{} is not empty: it holds {found}", path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
        /// The first name found in it.
        found: String,
    },
    /// The ledger was written by a newer program. Nothing was changed. Update this program.
    #[error(
        "{} has format version {found}, and this program knows versions up to {known}",
        path.display()
    )]
    NewerFormat {
        /// The file that names the version.
        path: PathBuf,
        /// The version found.
        found: u32,
        /// The newest version this program reads.
        known: u32,
    },
    /// The manifest is damaged. Nothing was changed. Put back a copy of this file; it never
    /// changes after creation.
    #[error("{} is damaged: {fault}; restore the file from a copy", path.display())]
    DamagedManifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong.
        fault: Fault,
    },
    /// Another handle of this process has the ledger open. Nothing was changed. Share that handle.
    #[error("{} is already open in this process", path.display())]
    OpenHere {
        /// The lock file.
        path: PathBuf,
    },
    /// Another process has the ledger open. Nothing was changed. Stop it, or read with a
    /// follower.
    #[error("{} is already open in another process", path.display())]
    OpenElsewhere {
        /// The lock file.
        path: PathBuf,
    },
    /// Recorded bytes are damaged or missing. Nothing was changed, and nothing was left out
    /// silently. Stop, keep the folder, and restore from a copy with `milepost repair`.
    #[error(
        "{} is damaged at byte {offset} (segment {segment}): {fault}; entries from sequence \
         {first_lost_seq} on cannot be trusted: restore them from a copy with `milepost repair`",
        path.display()
    )]
    Corrupt {
        /// The segment's file.
        path: PathBuf,
        /// The segment: the first sequence number in its name.
        segment: u64,
        /// Where the damage begins, in bytes from the start of the file.
        offset: u64,
        /// The lowest sequence number that may be lost.
        first_lost_seq: u64,
        /// What is wrong there.
        fault: Fault,
    },
    /// An earlier write or sync failed, so it is not known what is on the disk. The group was not
    /// written. Close, find the cause, and open again: recovery reads the log back.
    #[error("{} takes no more entries after a failed write; open it again", path.display())]
    Poisoned {
        /// The ledger's folder.
        path: PathBuf,
    },
    /// The operating system refused. If this came from an append, the log is poisoned from now
    /// on; otherwise nothing was changed. Find the cause, then open again.
    #[error("could not {op} {}", path.display())]
    Io {
        /// What was tried: a verb such as "write" or "sync".
        op: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// No space is left. An append that needed a new segment has changed nothing and may be
    /// retried once space is free; what is recorded stays readable.
    #[error("no space left to {op} {}", path.display())]
    DiskFull {
        /// What was tried.
        op: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        #[source]
        source: io::Error,
    },
    /// A group does not begin with the log's next sequence number. Nothing was changed; the
    /// caller has a bug.
    #[error("{} expects sequence {expected} next, not {found}", path.display())]
    OutOfOrder {
        /// The ledger's folder.
        path: PathBuf,
        /// The log's next sequence number.
        expected: u64,
        /// The group's first sequence number.
        found: u64,
    },
    /// A group without entries was to be appended. Nothing was changed; the caller has a bug.
    #[error("a group without entries cannot be appended to {}", path.display())]
    EmptyGroup {
        /// The ledger's folder.
        path: PathBuf,
    },
}

impl LogError {
    pub(crate) fn io(op: &'static str, path: PathBuf, source: io::Error) -> Self {
        let full = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded];
        if full.contains(&source.kind()) {
            Self::DiskFull { op, path, source }
        } else {
            Self::Io { op, path, source }
        }
    }

    /// Whether the cause is a file or folder that does not exist.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Io { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }
}

/// Why an entry could not be added to a group. The group is as it was before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GroupError {
    /// The entry alone passes [`MAX_ENTRY`](crate::MAX_ENTRY). Refuse the command.
    #[error("the entry has {size} bytes, and {limit} is the limit")]
    EntryTooLarge {
        /// The entry's size in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The group would pass [`MAX_GROUP`](crate::MAX_GROUP). Append what it holds, then push again.
    #[error("the group would have {size} bytes, and {limit} is the limit")]
    GroupTooLarge {
        /// The group's size with this entry, in bytes.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// The entry's sequence number is not one above the last. The caller has a bug.
    #[error("the group expects sequence {expected} next, not {found}")]
    OutOfOrder {
        /// The next sequence number.
        expected: u64,
        /// The entry's.
        found: u64,
    },
    /// A touch names the all-zero member, which means "no member". The caller has a bug.
    #[error("an entry cannot touch the all-zero member")]
    NilMember,
}
