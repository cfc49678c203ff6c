//! What a [`MemDisk`](super::MemDisk) holds: for each file and each folder the content that
//! programs see, the content that is durable, and the changes in between.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::{Path, PathBuf},
};

use super::fault::FaultPlan;

/// The unit that a disk writes as a whole.
const SECTOR: usize = 512;

/// What of the changes that were not synced is there after a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Survival {
    /// Nothing: only what was synced.
    Synced,
    /// Everything, as if only the program had died and not the machine.
    Everything,
    /// A mix chosen by this seed: each name change, each length change and each sector of each
    /// write survives or not on its own.
    Mixed(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FileId(u64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    File(FileId),
    Folder,
}

#[derive(Debug, Clone)]
pub(super) enum NameChange {
    Link(String, Node),
    Unlink(String),
    Rename(String, String, Node),
}

/// A folder's names.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) live: BTreeMap<String, Node>,
    durable: BTreeMap<String, Node>,
    pending: Vec<NameChange>,
}

impl Names {
    pub(super) fn change(&mut self, change: NameChange) {
        apply_name(&mut self.live, &change);
        self.pending.push(change);
    }

    pub(super) fn sync(&mut self) {
        for change in self.pending.drain(..) {
            apply_name(&mut self.durable, &change);
        }
    }

    fn crash(&self, luck: &mut Luck) -> Self {
        let mut names = self.durable.clone();
        for change in self.pending.iter().filter(|_| luck.survives()) {
            apply_name(&mut names, change);
        }
        Self { live: names.clone(), durable: names, pending: Vec::new() }
    }
}

fn apply_name(names: &mut BTreeMap<String, Node>, change: &NameChange) {
    match change {
        NameChange::Link(name, node) => {
            names.insert(name.clone(), *node);
        }
        NameChange::Unlink(name) => {
            names.remove(name);
        }
        NameChange::Rename(from, to, node) => {
            names.remove(from);
            names.insert(to.clone(), *node);
        }
    }
}

#[derive(Debug, Clone)]
pub(super) enum ContentChange {
    Write(usize, Vec<u8>),
    Resize(usize),
}

/// A file's content.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) live: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<ContentChange>,
}

impl Content {
    pub(super) fn change(&mut self, change: ContentChange) {
        apply_content(&mut self.live, &change);
        self.pending.push(change);
    }

    pub(super) fn sync(&mut self) {
        for change in self.pending.drain(..) {
            apply_content(&mut self.durable, &change);
        }
    }

    /// What Linux does after a failed sync: the pages count as clean and are not written again.
    pub(super) fn lose_sync(&mut self) {
        self.pending.clear();
    }

    /// Changes what is on the medium behind every program's back.
    pub(super) fn tamper(&mut self, change: impl Fn(&mut Vec<u8>)) {
        change(&mut self.live);
        change(&mut self.durable);
    }

    fn crash(&self, luck: &mut Luck) -> Self {
        let mut content = self.durable.clone();
        for change in &self.pending {
            match change {
                ContentChange::Resize(_) if luck.survives() => apply_content(&mut content, change),
                ContentChange::Resize(_) => {}
                ContentChange::Write(at, bytes) => tear(&mut content, *at, bytes, luck),
            }
        }
        Self { live: content.clone(), durable: content, pending: Vec::new() }
    }
}

fn apply_content(content: &mut Vec<u8>, change: &ContentChange) {
    match change {
        ContentChange::Resize(len) => content.resize(*len, 0),
        ContentChange::Write(at, bytes) => overlay(content, *at, bytes),
    }
}

fn overlay(content: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    let end = at + bytes.len();
    if content.len() < end {
        content.resize(end, 0);
    }
    if let Some(place) = content.get_mut(at..end) {
        place.copy_from_slice(bytes);
    }
}

/// Writes the sectors that are lucky.
fn tear(content: &mut Vec<u8>, at: usize, bytes: &[u8], luck: &mut Luck) {
    let mut at = at;
    let mut rest = bytes;
    while !rest.is_empty() {
        let room = SECTOR - at % SECTOR;
        let (sector, after) = rest.split_at(room.min(rest.len()));
        if luck.survives() {
            overlay(content, at, sector);
        }
        at += sector.len();
        rest = after;
    }
}

/// Chooses what survives; splitmix64 under a seed, so that a run can be repeated.
struct Luck {
    survival: Survival,
    state: u64,
}

impl Luck {
    fn new(survival: Survival) -> Self {
        let state = match survival {
            Survival::Mixed(seed) => seed,
            Survival::Synced | Survival::Everything => 0,
        };
        Self { survival, state }
    }

    fn survives(&mut self) -> bool {
        match self.survival {
            Survival::Synced => false,
            Survival::Everything => true,
            Survival::Mixed(_) => self.next() & 1 == 1,
        }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// The whole disk.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) folders: BTreeMap<PathBuf, Names>,
    files: BTreeMap<FileId, Content>,
    pub(super) locks: BTreeSet<PathBuf>,
    pub(super) faults: FaultPlan,
    pub(super) capacity: Option<u64>,
}

impl State {
    pub(super) fn new() -> Self {
        let mut state = Self::default();
        for root in ["", "/"] {
            state.folders.insert(PathBuf::from(root), Names::default());
        }
        state
    }

    pub(super) fn names(&mut self, folder: &Path) -> io::Result<&mut Names> {
        self.folders.get_mut(folder).ok_or_else(not_found)
    }

    pub(super) fn content(&mut self, file: FileId) -> io::Result<&mut Content> {
        self.files.get_mut(&file).ok_or_else(not_found)
    }

    pub(super) fn find(&mut self, folder: &Path, name: &str) -> io::Result<FileId> {
        match self.names(folder)?.live.get(name) {
            Some(Node::File(id)) => Ok(*id),
            Some(Node::Folder) => Err(io::Error::from(io::ErrorKind::IsADirectory)),
            None => Err(not_found()),
        }
    }

    pub(super) fn new_file(&mut self) -> FileId {
        let id = FileId(self.files.len() as u64);
        self.files.insert(id, Content::default());
        id
    }

    /// Refuses growth past the capacity. Only files that have a name take space.
    pub(super) fn make_room(&mut self, file: FileId, len: usize) -> io::Result<()> {
        let Some(capacity) = self.capacity else { return Ok(()) };
        let growth = len.saturating_sub(self.content(file)?.live.len());
        if growth > 0 && self.used() + growth as u64 > capacity {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        Ok(())
    }

    fn used(&self) -> u64 {
        let nodes = self.folders.values().flat_map(|names| names.live.values());
        let sizes = nodes.filter_map(|node| match node {
            Node::File(id) => self.files.get(id).map(|content| content.live.len() as u64),
            Node::Folder => None,
        });
        sizes.sum()
    }

    /// The disk as it is found after the power went.
    pub(super) fn crash(&self, survival: Survival) -> Self {
        let mut luck = Luck::new(survival);
        let mut after = Self { capacity: self.capacity, ..Self::default() };
        for (path, names) in &self.folders {
            if after.has_folder(path) {
                after.folders.insert(path.clone(), names.crash(&mut luck));
            }
        }
        for (id, content) in &self.files {
            after.files.insert(*id, content.crash(&mut luck));
        }
        after
    }

    /// Whether the folder's name survived in the folder above. Folders come before what is in
    /// them, because paths are sorted.
    fn has_folder(&self, path: &Path) -> bool {
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return true };
        let name = name.to_string_lossy();
        self.folders.get(parent).is_some_and(|names| names.live.contains_key(name.as_ref()))
    }
}

fn not_found() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}
