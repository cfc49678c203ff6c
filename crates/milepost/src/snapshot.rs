//! Snapshots: what opening need not fold again. They hold nothing that the log does not, and are
//! believed only as far as their own headers verify.
//!
//! A snapshot is fuzzy: each shard is written as of its own position, under a short read lock, only
//! if it has changed. Appends go on.

mod part;
mod sled_store;

use std::fmt::Debug;
use std::path::{Path, PathBuf};

use milepost_core::state::Member;
use milepost_log::{Disk, DiskLock, LedgerId, LockOutcome, Witness};

use self::part::{Part, Subject};
use self::sled_store::SledStore;
use crate::error::Error;
use crate::ledger::Ledger;
use crate::options::Snapshots;
use crate::store::SHARDS;
use crate::view::View;

/// The folder of the snapshots inside the ledger's.
const FOLDER: &str = "snap";
/// The ledger's lock file, as the log names it.
const LOCK: &str = "LOCK";
/// A block holds members up to about so many bytes: sled keeps larger values in files of their own.
const BLOCK: usize = 32 << 10;

/// A key and its value.
pub(crate) type Pair = (Vec<u8>, Vec<u8>);

/// Where snapshots are kept: a map from keys to values that can be thrown away at any time.
pub(crate) trait SnapshotStore: Debug + Send {
    /// Every value, by key.
    fn all(&self) -> Result<Vec<Pair>, String>;
    /// Replaces every value whose key begins with `prefix`, all at once.
    fn replace(&self, prefix: &[u8], values: Vec<Pair>) -> Result<(), String>;
    /// Hands what was written to the disk.
    fn flush(&self) -> Result<(), String>;
}

/// What is stored of each shard.
pub(crate) type Positions = Vec<Stored>;

/// What is stored of a shard, and how long it has stayed true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    /// The position of its parts.
    written: u64,
    /// Nothing of the shard has changed from there to this position.
    still: u64,
}

/// A snapshot that verifies.
#[derive(Debug)]
pub(crate) struct Loaded {
    ledger: [u8; 16],
    /// For each shard, its position and its members.
    pub(crate) shards: Vec<(u64, Vec<Member>)>,
    pub(crate) views: Vec<SavedView>,
    pub(crate) positions: Positions,
}

/// A view in a snapshot.
#[derive(Debug)]
pub(crate) struct SavedView {
    pub(crate) name: String,
    pub(crate) fingerprint: u64,
    pub(crate) position: u64,
    pub(crate) bytes: Vec<u8>,
}

impl SavedView {
    fn of(view: &dyn View, position: u64) -> SavedView {
        let mut bytes = Vec::new();
        view.encode(&mut bytes);
        let (name, fingerprint) = (view.name().to_string(), view.fingerprint());
        SavedView { name, fingerprint, position, bytes }
    }
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

/// What there is of a snapshot before the log is opened.
#[derive(Debug)]
pub(crate) enum Found {
    /// Nothing, or what another handle of the ledger is using.
    Nothing,
    /// One that verifies.
    Sound(Loaded),
    /// One that does not, and why.
    Unsound(String),
}

impl Found {
    /// Looks at the snapshot of a ledger, and changes nothing. It holds the ledger's lock meanwhile,
    /// since a snapshot that another handle is using can neither be read nor judged.
    pub(crate) fn look(disk: &dyn Disk, path: &Path) -> Found {
        let folder = path.join(FOLDER);
        if !folder.is_dir() {
            return Found::Nothing;
        }
        let Ok(ledger) = milepost_log::ledger_id(disk, path) else { return Found::Nothing };
        let Some(_lock) = lock(disk, path) else { return Found::Nothing };
        let loaded = SledStore::open(&folder)
            .and_then(|store| store.all())
            .and_then(|values| from_values(&values));
        match loaded {
            Ok(loaded) if LedgerId::new(loaded.ledger) == ledger => Found::Sound(loaded),
            Ok(_) => Found::Unsound("it is of another ledger".into()),
            Err(reason) => Found::Unsound(reason),
        }
    }

    /// What it knows to have been durable.
    pub(crate) fn witness(&self) -> Witness {
        let last = match self {
            Found::Sound(loaded) => loaded.last_seq(),
            Found::Nothing | Found::Unsound(_) => None,
        };
        last.map_or(Witness::none(), Witness::through)
    }

    /// The snapshot. One that does not verify is set aside with a warning: the log has everything.
    /// The ledger has to be locked.
    pub(crate) fn take(self, path: &Path) -> Option<Loaded> {
        match self {
            Found::Nothing => None,
            Found::Sound(loaded) => Some(loaded),
            Found::Unsound(reason) => set_aside(&path.join(FOLDER), &reason),
        }
    }
}

/// The ledger's lock, if it is free.
fn lock(disk: &dyn Disk, path: &Path) -> Option<Box<dyn DiskLock>> {
    match disk.open_dir(path).and_then(|folder| folder.lock(LOCK)) {
        Ok(LockOutcome::Taken(lock)) => Some(lock),
        Ok(LockOutcome::HeldHere | LockOutcome::HeldElsewhere) | Err(_) => None,
    }
}

impl Loaded {
    /// The last entry that any part of it has taken in, which therefore was durable.
    fn last_seq(&self) -> Option<u64> {
        let shards = self.shards.iter().map(|(position, _)| *position);
        let views = self.views.iter().map(|view| view.position);
        shards.chain(views).max()?.checked_sub(1)
    }

    pub(crate) fn members(&self) -> usize {
        self.shards.iter().map(|(_, members)| members.len()).sum()
    }
}

/// Puts a snapshot that is not to be believed where it is in nobody's way.
fn set_aside<T>(folder: &Path, reason: &str) -> Option<T> {
    tracing::warn!(folder = %folder.display(), reason, "the snapshot is set aside; folding the log");
    let aside = (1..).map(|n| folder.with_extension(format!("aside-{n}")));
    let free = aside.take(1000).find(|aside: &PathBuf| !aside.exists());
    let moved = free.is_some_and(|aside| std::fs::rename(folder, aside).is_ok());
    if !moved {
        // What cannot be moved is deleted: a snapshot can always be made again.
        let _ = std::fs::remove_dir_all(folder);
    }
    None
}

fn from_values(values: &[Pair]) -> Result<Loaded, String> {
    let mut parts = Vec::with_capacity(values.len());
    for (_, value) in values {
        parts.push(Part::read(value)?);
    }
    let ledger = parts.first().ok_or("it is empty")?.ledger;
    if parts.iter().any(|part| part.ledger != ledger) {
        return Err("its parts are of several ledgers".into());
    }
    parts.sort_by(|a, b| a.subject.cmp(&b.subject).then(a.index.cmp(&b.index)));
    let mut loaded =
        Loaded { ledger, shards: Vec::new(), views: Vec::new(), positions: Positions::new() };
    for of_subject in parts.chunk_by(|a, b| a.subject == b.subject) {
        loaded.add(of_subject)?;
    }
    if loaded.shards.len() != SHARDS || loaded.positions.len() != SHARDS {
        return Err(format!("it has {} shards of {SHARDS}", loaded.shards.len()));
    }
    for ((position, _), stored) in loaded.shards.iter_mut().zip(&mut loaded.positions) {
        // It speaks of other parts than those that are there: then only these count.
        if stored.written != *position || stored.still < *position {
            *stored = Stored { written: *position, still: *position };
        }
        *position = stored.still;
    }
    Ok(loaded)
}

impl Stored {
    fn read(pair: &[u8]) -> Option<Stored> {
        let (written, still) = pair.split_first_chunk::<8>()?;
        let still = still.first_chunk::<8>()?;
        Some(Stored { written: u64::from_le_bytes(*written), still: u64::from_le_bytes(*still) })
    }
}

impl Loaded {
    /// Adds what several parts say of one subject: all of them, and all of one moment.
    fn add(&mut self, parts: &[Part<'_>]) -> Result<(), String> {
        let first = parts.first().ok_or("a subject without parts")?;
        let whole = parts.len() == first.count as usize
            && (0..).zip(parts).all(|(at, part)| part.index == at)
            && parts.iter().all(|p| p.position == first.position && p.count == first.count);
        if !whole {
            return Err(format!("{:?} is not whole", first.subject));
        }
        match &first.subject {
            Subject::Shard(number) => {
                if usize::from(*number) != self.shards.len() {
                    return Err(format!("shard {number} is out of place"));
                }
                let mut members = Vec::new();
                for part in parts {
                    part.members(&mut members)?;
                }
                self.shards.push((first.position, members));
            }
            Subject::Positions => {
                let bytes: Vec<u8> = parts.iter().flat_map(|part| part.payload).copied().collect();
                let pairs = bytes.chunks_exact(16).map(Stored::read);
                self.positions = pairs.collect::<Option<_>>().ok_or("the positions are damaged")?;
            }
            Subject::View(name) => {
                let bytes: Vec<u8> = parts.iter().flat_map(|part| part.payload).copied().collect();
                let (fingerprint, position) = (first.fingerprint, first.position);
                self.views.push(SavedView { name: name.clone(), fingerprint, position, bytes });
            }
        }
        Ok(())
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
        for shard in 0..SHARDS {
            self.shard(ledger, shard, &mut report)?;
        }
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

    fn shard(
        &mut self,
        ledger: &Ledger,
        number: usize,
        report: &mut SnapshotReport,
    ) -> Result<(), Error> {
        let inner = &ledger.inner;
        // Read before the lock: everything before it has been applied, here as everywhere.
        let applied = inner.store.applied();
        let (position, changed, blocks) = {
            let shard = inner.store.read(number);
            let stored = self.stored.get(number).copied().flatten();
            let changed = stored.is_none_or(|stored| shard.position > stored.still);
            let blocks = if changed { blocks(&shard.sorted()) } else { Vec::new() };
            (shard.position.max(applied), changed, blocks)
        };
        // Never what the log does not hold, nor what will never be in it.
        if let Some(last) = position.checked_sub(1) {
            inner.watermark.wait(last)?;
        }
        if let Some(failure) = inner.watermark.failure() {
            return Err(failure);
        }
        if changed {
            let subject = Subject::Shard(u16::try_from(number).unwrap_or(u16::MAX));
            let borrowed: Vec<(u32, &[u8])> =
                blocks.iter().map(|(members, bytes)| (*members, bytes.as_slice())).collect();
            let parts = Part::split(self.ledger, &subject, position, 0, &borrowed);
            report.bytes_written += self.put(&parts)?;
            report.shards_written += 1;
            report.members_written += blocks.iter().map(|(n, _)| *n as usize).sum::<usize>();
        }
        if let Some(stored) = self.stored.get_mut(number) {
            let written = if changed { position } else { stored.map_or(position, |s| s.written) };
            *stored = Some(Stored { written, still: position });
        }
        Ok(())
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
