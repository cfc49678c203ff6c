//! The append-only log of milepost: entries in groups, groups in segments, each group durable
//! before its append returns.
//!
//! It knows nothing about points: an entry's body is opaque bytes. It does not decide what is
//! recorded, keeps no clock, and never changes what is durable. One [`Log`] writes; any number of
//! [`Reader`]s read beside it, and a [`Follower`] reads from another process.
//!
//! The format is described byte by byte in `docs/FORMAT.md`.
//!
//! ```
//! use std::path::Path;
//! use milepost_log::{EntryHead, Group, LedgerId, Log, LogOptions, MemDisk, Touch};
//!
//! let disk = MemDisk::new();
//! let options = LogOptions::default().with_segment_size(4096);
//! let mut log = Log::create(&disk, Path::new("/ledger"), LedgerId::new([1; 16]), options)?;
//!
//! let mut group = Group::new();
//! let head = EntryHead { seq: 0, recorded_at: 1_000_000, kind: 1, schema: 1, key: None };
//! let touch = Touch { member: [9; 16], version: 1, previous: None };
//! group.push(&head, &[touch], |body| body.extend_from_slice(b"hello"))?;
//! log.append(&mut group)?;
//!
//! let entry = log.reader().entry(0)?.ok_or("durable")?;
//! assert_eq!(entry.view().body(), b"hello");
//! log.close()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod disk;
mod error;
mod format;
mod group;
mod index;
mod keys;
mod list;
mod log;
mod read;
mod search;
mod tail;
mod walker;

pub use disk::{
    Disk, DiskDir, DiskFile, DiskLock, Effect, FaultRule, LockOutcome, MemDisk, Op, RealDisk,
    Survival,
};
pub use error::{Fault, GroupError, LogError};
pub use format::{
    ChainValue, FORMAT_VERSION, LedgerId, MAX_ENTRY, MAX_GROUP, TreeRoot,
    entry::{Entry, EntryHead, Touch},
};
pub use group::Group;
pub use keys::{KeyFootprint, KeyIndex};
pub use list::EntryList;
pub use log::{
    Background, Durable, Ending, Log, LogOptions, Prewrite, Recovery, SeqRange, TornTail, Witness,
    ledger_id,
};
pub use read::{Follower, GroupView, LogSummary, LogTail, OwnedEntry, Reader, Scan, verify};
pub use walker::Check;
