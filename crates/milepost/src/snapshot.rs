//! Snapshots: what opening need not fold again. They hold nothing that the log does not, and are
//! believed only as far as their own headers verify.
//!
//! A snapshot is fuzzy: each shard is written as of its own position, under a short read lock, only
//! if it has changed. Appends go on, and while they do it rests most of the time.

mod load;
mod pace;
mod part;
mod sled_store;

use std::fmt::Debug;
use std::path::{Path, PathBuf};

use milepost_core::state::Member;

pub(crate) use self::load::{Found, Loaded, Positions};
use self::load::{SavedView, Stored};
use self::pace::Pace;
use self::part::{Part, Subject};
use self::sled_store::SledStore;
use crate::error::Error;
use crate::ledger::Ledger;
use crate::options::Snapshots;
use crate::store::SHARDS;

/// The folder of the snapshots inside the ledger's.
const FOLDER: &str = "snap";
/// A block holds members up to about so many bytes: sled keeps larger values in files of their own.
const BLOCK: usize = 32 << 10;

/// About so many bytes of shards are copied before the log is waited for: one wait for each shard
/// would be one for each of many groups that are being written.
const AT_ONCE: usize = 16 << 20;

/// A value as it was read.
pub(crate) type Value = Box<dyn AsRef<[u8]> + Send>;

/// What sees a key and its value, until there is an error.
pub(crate) type See<'a> = dyn FnMut(&[u8], Value) -> Result<(), String> + 'a;

/// A key and its value.
pub(crate) type Pair = (Vec<u8>, Vec<u8>);

/// Where snapshots are kept: a map from keys to values that can be thrown away at any time.
pub(crate) trait SnapshotStore: Debug + Send {
    /// Shows every key and its value, in the order of keys.
    fn each(&self, see: &mut See<'_>) -> Result<(), String>;
    /// Replaces every value whose key begins with `prefix`, all at once.
    fn replace(&self, prefix: &[u8], values: Vec<Pair>) -> Result<(), String>;
    /// Hands what was written to the disk.
    fn flush(&self) -> Result<(), String>;
}

/// What a snapshot came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SnapshotReport {
    /// Shards that had changed and were written.
    pub shards_written: usize,
    /// Members in them.
    pub members_written: usize,
    /// Bytes of their encoding.
    pub bytes_written: usize,
}

/// A shard as of a position.
struct Copied {
    number: usize,
    position: u64,
    /// Members and their encoding; `None`: nothing has changed.
    blocks: Option<Vec<(u32, Vec<u8>)>>,
}

impl Copied {
    fn len(&self) -> usize {
        self.blocks.iter().flatten().map(|(_, bytes)| bytes.len()).sum()
    }
}

/// Takes snapshots.
#[derive(Debug)]
pub(crate) struct Snapshotter {
    folder: PathBuf,
    ledger: [u8; 16],
    mode: Snapshots,
    store: Option<Box<dyn SnapshotStore>>,
    /// What is stored of each shard; `None`: nothing.
    stored: Vec<Option<Stored>>,
}

impl Snapshotter {
    pub(crate) fn new(
        path: &Path,
        ledger: [u8; 16],
        mode: Snapshots,
        positions: Option<Positions>,
    ) -> Snapshotter {
        let stored = match positions {
            Some(positions) => positions.into_iter().map(Some).collect(),
            None => vec![None; SHARDS],
        };
        Snapshotter { folder: path.join(FOLDER), ledger, mode, store: None, stored }
    }

    /// Gives up the store, so that the folder is free when the ledger is.
    pub(crate) fn close(&mut self) {
        self.store = None;
    }

    fn fail(&self, reason: String) -> Error {
        Error::Snapshot { path: self.folder.clone(), reason }
    }

    fn store(&mut self) -> Result<&dyn SnapshotStore, Error> {
        if self.store.is_none() {
            let store = SledStore::open(&self.folder).map_err(|reason| self.fail(reason))?;
            self.store = Some(Box::new(store));
        }
        self.store.as_deref().ok_or_else(|| self.fail("there is no store".into()))
    }

    fn put(&mut self, parts: &[Part<'_>]) -> Result<usize, Error> {
        let Some(first) = parts.first() else { return Ok(0) };
        let prefix = first.subject.key();
        let values: Vec<(Vec<u8>, Vec<u8>)> =
            parts.iter().map(|part| (part.key(), part.write())).collect();
        let bytes = values.iter().map(|(_, value)| value.len()).sum();
        let replaced = self.store()?.replace(&prefix, values);
        replaced.map_err(|reason| self.fail(reason))?;
        Ok(bytes)
    }

    fn take(&mut self, ledger: &Ledger) -> Result<SnapshotReport, Error> {
        let mut report = SnapshotReport::default();
        let mut copies = Vec::new();
        let mut pace = Pace::new(&ledger.inner.watermark, &ledger.inner.closing);
        for shard in 0..SHARDS {
            copies.push(pace.work(|| self.copy(ledger, shard)));
            if copies.iter().map(Copied::len).sum::<usize>() >= AT_ONCE {
                self.write(ledger, &mut copies, &mut pace, &mut report)?;
            }
        }
        self.write(ledger, &mut copies, &mut pace, &mut report)?;
        self.pools(ledger)?;
        self.views(ledger)?;
        // Each with the position of the parts it speaks of: it says nothing about other ones.
        let stored = self.stored.iter().flatten();
        let pairs = stored.flat_map(|stored| [stored.written, stored.still]);
        let positions: Vec<u8> = pairs.flat_map(u64::to_le_bytes).collect();
        let parts = Part::split(self.ledger, &Subject::Positions, 0, 0, &[(0, &positions)]);
        self.put(&parts)?;
        let flushed = self.store()?.flush();
        flushed.map_err(|reason| self.fail(reason))?;
        Ok(report)
    }

    /// What a shard holds now, if it has changed, under its read lock.
    fn copy(&self, ledger: &Ledger, number: usize) -> Copied {
        let store = &ledger.inner.store;
        // Read before the lock: everything before it has been applied, here as everywhere.
        let applied = store.applied();
        let shard = store.read(number);
        let stored = self.stored.get(number).copied().flatten();
        let changed = stored.is_none_or(|stored| shard.position > stored.still);
        let blocks = changed.then(|| blocks(&shard.sorted()));
        Copied { number, position: shard.position.max(applied), blocks }
    }

    /// Writes what was copied, when the log has got all of it.
    fn write(
        &mut self,
        ledger: &Ledger,
        copies: &mut Vec<Copied>,
        pace: &mut Pace<'_>,
        report: &mut SnapshotReport,
    ) -> Result<(), Error> {
        let position = copies.iter().map(|copied| copied.position).max().unwrap_or(0);
        Self::wait_durable(ledger, position)?;
        for Copied { number, position, blocks } in copies.drain(..) {
            if let Some(blocks) = &blocks {
                let subject = Subject::Shard(u16::try_from(number).unwrap_or(u16::MAX));
                let borrowed: Vec<(u32, &[u8])> =
                    blocks.iter().map(|(members, bytes)| (*members, bytes.as_slice())).collect();
                report.bytes_written += pace.work(|| {
                    let parts = Part::split(self.ledger, &subject, position, 0, &borrowed);
                    self.put(&parts)
                })?;
                report.shards_written += 1;
                report.members_written += blocks.iter().map(|(n, _)| *n as usize).sum::<usize>();
            }
            if let Some(stored) = self.stored.get_mut(number) {
                let known = stored.map_or(position, |stored| stored.written);
                let written = if blocks.is_some() { position } else { known };
                *stored = Some(Stored { written, still: position });
            }
        }
        Ok(())
    }

    /// The pools are few: they are written each time.
    fn pools(&mut self, ledger: &Ledger) -> Result<(), Error> {
        let inner = &ledger.inner;
        // Read before the lock: everything before it has been applied.
        let applied = inner.store.applied();
        let mut bytes = Vec::new();
        let position = {
            let state = inner.store.pools();
            state.pools.encode(&mut bytes);
            state.position.max(applied)
        };
        Self::wait_durable(ledger, position)?;
        let parts = Part::split(self.ledger, &Subject::Pools, position, 0, &[(0, &bytes)]);
        self.put(&parts).map(|_| ())
    }

    /// Never what the log does not hold, nor what will never be in it.
    fn wait_durable(ledger: &Ledger, position: u64) -> Result<(), Error> {
        let watermark = &ledger.inner.watermark;
        if let Some(last) = position.checked_sub(1) {
            watermark.wait(last)?;
        }
        watermark.failure().map_or(Ok(()), Err)
    }

    fn views(&mut self, ledger: &Ledger) -> Result<(), Error> {
        let saved: Vec<SavedView> = {
            let views =
                ledger.inner.views.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if let Some(failure) = ledger.inner.watermark.failure() {
                return Err(failure);
            }
            let position = ledger.inner.watermark.end();
            views.iter().map(|view| SavedView::of(&**view, position)).collect()
        };
        for view in saved {
            let blocks: Vec<(u32, &[u8])> = view.bytes.chunks(BLOCK).map(|b| (0, b)).collect();
            let subject = Subject::View(view.name);
            let parts =
                Part::split(self.ledger, &subject, view.position, view.fingerprint, &blocks);
            self.put(&parts)?;
        }
        Ok(())
    }
}

/// Members encoded into blocks, with how many there are in each.
fn blocks(members: &[&Member]) -> Vec<(u32, Vec<u8>)> {
    let mut blocks = vec![(0, Vec::new())];
    for member in members {
        if let Some((count, bytes)) = blocks.last_mut() {
            member.encode(bytes);
            *count += 1;
            if bytes.len() >= BLOCK {
                blocks.push((0, Vec::new()));
            }
        }
    }
    blocks
}

impl Ledger {
    /// Takes a snapshot, while commands go on. Opening then folds only what comes after it.
    ///
    /// While commands come, it works about a tenth of the time and rests the rest, so that they are
    /// hardly slowed down, and takes as much longer. [`Ledger::close`] lets it rest no more.
    ///
    /// # Errors
    /// [`Error::Snapshot`] if it could not be written: the ledger goes on. [`Error::Stopped`] if
    /// the ledger has stopped.
    pub fn snapshot(&self) -> Result<SnapshotReport, Error> {
        if let Some(failure) = self.inner.watermark.failure() {
            return Err(failure);
        }
        let lock = self.inner.snapshotter.lock();
        let mut snapshotter = lock.unwrap_or_else(std::sync::PoisonError::into_inner);
        if snapshotter.mode == Snapshots::Off {
            return Ok(SnapshotReport::default());
        }
        snapshotter.take(self)
    }
}
