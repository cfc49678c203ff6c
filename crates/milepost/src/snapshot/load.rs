//! Loading a snapshot: looked at before the log is opened, and believed only as far as it verifies.

use std::path::{Path, PathBuf};

use milepost_core::pools::Pools;
use milepost_core::state::Member;
use milepost_log::{Disk, DiskLock, LedgerId, LockOutcome, Witness};

use super::part::{Part, Subject};
use super::sled_store::SledStore;
use super::{FOLDER, Pair, SnapshotStore};
use crate::store::{SHARDS, Store};
use crate::view::View;

/// The ledger's lock file, as the log names it.
const LOCK: &str = "LOCK";

/// What is stored of each shard.
pub(crate) type Positions = Vec<Stored>;

/// What is stored of a shard, and how long it has stayed true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    /// The position of its parts.
    pub(super) written: u64,
    /// Nothing of the shard has changed from there to this position.
    pub(super) still: u64,
}

/// A snapshot that verifies.
#[derive(Debug)]
pub(crate) struct Loaded {
    ledger: [u8; 16],
    /// For each shard, its position and its members.
    pub(crate) shards: Vec<(u64, Vec<Member>)>,
    pub(crate) views: Vec<SavedView>,
    pub(crate) positions: Positions,
    /// The position of the pools, and the pools.
    pub(crate) pools: (u64, Pools),
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
    pub(super) fn of(view: &dyn View, position: u64) -> SavedView {
        let mut bytes = Vec::new();
        view.encode(&mut bytes);
        let (name, fingerprint) = (view.name().to_string(), view.fingerprint());
        SavedView { name, fingerprint, position, bytes }
    }
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
        shards.chain(views).chain([self.pools.0]).max()?.checked_sub(1)
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
    if !parts.iter().any(|part| part.subject == Subject::Pools) {
        return Err("it has no pools".into());
    }
    let mut loaded = Loaded {
        ledger,
        shards: Vec::new(),
        views: Vec::new(),
        positions: Positions::new(),
        pools: Default::default(),
    };
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
                let is_here = |m: &Member| Store::shard_of(&m.key()) == usize::from(*number);
                if !members.iter().all(is_here) {
                    return Err(format!("a member is not of shard {number}"));
                }
                self.shards.push((first.position, members));
            }
            Subject::Positions => {
                let bytes: Vec<u8> = parts.iter().flat_map(|part| part.payload).copied().collect();
                let pairs = bytes.chunks_exact(16).map(Stored::read);
                self.positions = pairs.collect::<Option<_>>().ok_or("the positions are damaged")?;
            }
            Subject::Pools => {
                let bytes: Vec<u8> = parts.iter().flat_map(|part| part.payload).copied().collect();
                let pools = Pools::decode(&bytes).map_err(|error| error.to_string())?;
                self.pools = (first.position, pools);
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
