//! Loading a snapshot: looked at before the log is opened, and believed only as far as it verifies.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use milepost_core::pools::Pools;
use milepost_core::state::Member;
use milepost_log::{Disk, DiskLock, LedgerId, LockOutcome, Witness};

use super::part::{Part, Subject, subject_of};
use super::sled_store::SledStore;
use super::{FOLDER, SnapshotStore, Value};
use crate::error::Error;
use crate::fold::threads_for;
use crate::open::thread_error;
use crate::store::{SHARDS, Store};
use crate::view::View;

/// The ledger's lock file, as the log names it.
const LOCK: &str = "LOCK";

/// So many subjects are read ahead of those that make something of them.
const AHEAD: usize = 4;

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
    /// since a snapshot that another handle is using can neither be read nor judged. So many threads
    /// read it beside this one, or those of the machine.
    ///
    /// # Errors
    /// [`Error::Thread`] if none can be started.
    pub(crate) fn look(
        disk: &dyn Disk,
        path: &Path,
        threads: Option<NonZeroUsize>,
    ) -> Result<Found, Error> {
        let folder = path.join(FOLDER);
        if !folder.is_dir() {
            return Ok(Found::Nothing);
        }
        let Ok(ledger) = milepost_log::ledger_id(disk, path) else { return Ok(Found::Nothing) };
        let Some(_lock) = lock(disk, path) else { return Ok(Found::Nothing) };
        // How much it is, nobody knows before it is read.
        let threads = threads_for(threads, u64::MAX);
        let contents = match SledStore::open(&folder) {
            Ok(store) => read(&store, threads)?,
            Err(reason) => Err(reason),
        };
        Ok(match contents.and_then(Loaded::of) {
            Ok(loaded) if LedgerId::new(loaded.ledger) == ledger => Found::Sound(loaded),
            Ok(_) => Found::Unsound("it is of another ledger".into()),
            Err(reason) => Found::Unsound(reason),
        })
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

/// Reads a whole snapshot: this thread walks through the store, others make of it what they find.
/// Only the subjects that are being read, and a few ahead of them, are in memory as bytes.
fn read(store: &dyn SnapshotStore, threads: usize) -> Result<Result<Vec<Content>, String>, Error> {
    let (to, queue) = mpsc::sync_channel(AHEAD);
    let queue = Arc::new(Mutex::new(queue));
    thread::scope(|scope| {
        let reader = |_| {
            let queue = Arc::clone(&queue);
            let thread = thread::Builder::new().name("milepost-load".into());
            thread.spawn_scoped(scope, move || read_queue(&queue)).map_err(thread_error)
        };
        let first = reader(0)?;
        // Where no more can be started, fewer will do.
        let others = (1..threads).map_while(|number| reader(number).ok());
        let readers: Vec<_> = std::iter::once(first).chain(others).collect();
        // When all readers have ended, so has the queue.
        drop(queue);
        let walked = walk(store, &to);
        drop(to);
        let joined = readers.into_iter().map(thread::ScopedJoinHandle::join);
        let panicked = |_| Err("reading it panicked".to_owned());
        let read: Vec<_> = joined.map(|read| read.unwrap_or_else(panicked)).collect();
        let read = read.into_iter().collect::<Result<Vec<Vec<Content>>, String>>();
        Ok(read.and_then(|read| walked.map(|()| read.into_iter().flatten().collect())))
    })
}

/// Hands on the values of each subject together.
fn walk(store: &dyn SnapshotStore, to: &SyncSender<Vec<Value>>) -> Result<(), String> {
    let send = |values: Vec<Value>| to.send(values).map_err(|_| "nobody reads it".to_owned());
    let (mut subject, mut values) = (Vec::new(), Vec::new());
    store.each(&mut |key, value| {
        let of = subject_of(key);
        if of != subject && !values.is_empty() {
            send(std::mem::take(&mut values))?;
        }
        subject.clear();
        subject.extend_from_slice(of);
        values.push(value);
        Ok(())
    })?;
    if values.is_empty() { Ok(()) } else { send(values) }
}

/// Reads subjects until there are no more; after an error it only takes them away.
fn read_queue(queue: &Mutex<Receiver<Vec<Value>>>) -> Result<Vec<Content>, String> {
    let mut contents = Ok(Vec::new());
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(values) = next else { return contents };
        if let Ok(known) = &mut contents {
            match Content::read(&values) {
                Ok(content) => known.push(content),
                Err(reason) => contents = Err(reason),
            }
        }
    }
}

/// What a snapshot says of one subject.
struct Content {
    ledger: [u8; 16],
    position: u64,
    is: Is,
}

enum Is {
    Shard(u16, Vec<Member>),
    Positions(Positions),
    Pools(Pools),
    View(SavedView),
}

impl Content {
    /// Reads all parts of a subject: all of them, and all of one moment.
    fn read(values: &[Value]) -> Result<Content, String> {
        let parts = values.iter().map(|value| Part::read((**value).as_ref()));
        let mut parts = parts.collect::<Result<Vec<_>, _>>()?;
        parts.sort_by_key(|part| part.index);
        let first = parts.first().ok_or("a subject without parts")?;
        let whole = parts.len() == first.count as usize
            && (0..).zip(&parts).all(|(at, part)| part.index == at)
            && parts.iter().all(|part| part.is_of_one_with(first));
        if !whole {
            return Err(format!("{:?} is not whole", first.subject));
        }
        let bytes = || parts.iter().flat_map(|part| part.payload).copied().collect::<Vec<u8>>();
        let is = match &first.subject {
            Subject::Shard(number) => Is::Shard(*number, members(*number, &parts)?),
            Subject::Positions => {
                let bytes = bytes();
                let pairs = bytes.chunks_exact(16).map(Stored::read);
                Is::Positions(pairs.collect::<Option<_>>().ok_or("the positions are damaged")?)
            }
            Subject::Pools => Is::Pools(Pools::decode(&bytes()).map_err(|e| e.to_string())?),
            Subject::View(name) => {
                let (name, bytes) = (name.clone(), bytes());
                let (fingerprint, position) = (first.fingerprint, first.position);
                Is::View(SavedView { name, fingerprint, position, bytes })
            }
        };
        Ok(Content { ledger: first.ledger, position: first.position, is })
    }
}

/// The members of a shard, all of which belong there.
fn members(number: u16, parts: &[Part<'_>]) -> Result<Vec<Member>, String> {
    let mut members = Vec::with_capacity(parts.iter().map(Part::most_members).sum());
    for part in parts {
        part.members(&mut members)?;
    }
    let is_here = |member: &Member| Store::shard_of(&member.key()) == usize::from(number);
    if members.iter().all(is_here) {
        Ok(members)
    } else {
        Err(format!("a member is not of shard {number}"))
    }
}

impl Stored {
    fn read(pair: &[u8]) -> Option<Stored> {
        let (written, still) = pair.split_first_chunk::<8>()?;
        let still = still.first_chunk::<8>()?;
        Some(Stored { written: u64::from_le_bytes(*written), still: u64::from_le_bytes(*still) })
    }
}

impl Loaded {
    /// A snapshot of all that was read of it.
    fn of(contents: Vec<Content>) -> Result<Loaded, String> {
        let ledger = contents.first().ok_or("it is empty")?.ledger;
        if contents.iter().any(|content| content.ledger != ledger) {
            return Err("its parts are of several ledgers".into());
        }
        let (mut shards, mut views) = (BTreeMap::new(), Vec::new());
        let (mut positions, mut pools) = (None, None);
        for Content { position, is, .. } in contents {
            let known = match is {
                Is::Shard(number, members) => {
                    shards.insert(number, (position, members)).map(|_| "a shard")
                }
                Is::Positions(all) => positions.replace(all).map(|_| "its positions"),
                Is::Pools(all) => pools.replace((position, all)).map(|_| "its pools"),
                Is::View(view) => {
                    views.push(view);
                    None
                }
            };
            if let Some(what) = known {
                return Err(format!("it has {what} twice"));
            }
        }
        let pools = pools.ok_or("it has no pools")?;
        let mut positions = positions.unwrap_or_default();
        let is_whole = (0..).zip(shards.keys()).all(|(at, number)| at == *number);
        if shards.len() != SHARDS || positions.len() != SHARDS || !is_whole {
            return Err(format!("it has {} shards of {SHARDS}", shards.len()));
        }
        let mut shards: Vec<(u64, Vec<Member>)> = shards.into_values().collect();
        for ((position, _), stored) in shards.iter_mut().zip(&mut positions) {
            // It speaks of other parts than those that are there: then only these count.
            if stored.written != *position || stored.still < *position {
                *stored = Stored { written: *position, still: *position };
            }
            *position = stored.still;
        }
        Ok(Loaded { ledger, shards, views, positions, pools })
    }
}
