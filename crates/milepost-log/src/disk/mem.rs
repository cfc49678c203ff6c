//! A file system in memory that forgets what was not synced, fails on demand and can be damaged.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    Disk, DiskDir, DiskFile, DiskLock, LockOutcome,
    fault::{Effect, FaultRule, Op, error_of},
    mem_state::{ContentChange, FileId, NameChange, Node, State, Survival},
};
use crate::format::bytes::index;

/// A file system in memory. Clones are handles to the same disk.
///
/// ```
/// use std::path::Path;
/// use milepost_log::{Disk, MemDisk, Survival};
///
/// let disk = MemDisk::new();
/// disk.create_dir(Path::new("/ledger"))?;
/// let after_power_loss = disk.crash(Survival::Synced);
/// assert!(after_power_loss.open_dir(Path::new("/ledger")).is_err(), "its name was never synced");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct MemDisk {
    state: Arc<Mutex<State>>,
}

impl Default for MemDisk {
    fn default() -> Self {
        Self::new()
    }
}

impl MemDisk {
    /// An empty disk with the folders `/` and the empty path (for relative paths).
    pub fn new() -> Self {
        Self { state: Arc::new(Mutex::new(State::new())) }
    }

    /// The disk as it is found when the machine comes back after losing power: no locks, no
    /// planned faults. This disk goes on unchanged, as if nothing had happened.
    #[must_use]
    pub fn crash(&self, survival: Survival) -> Self {
        Self { state: Arc::new(Mutex::new(self.state().crash(survival))) }
    }

    /// Plans a fault. Of several that match one operation, the first that strikes decides, and
    /// those after it do not count it.
    pub fn plan(&self, rule: FaultRule) {
        self.state().faults.add(rule);
    }

    /// Forgets all planned faults.
    pub fn heal(&self) {
        self.state().faults.clear();
    }

    /// How many operations this disk has seen.
    pub fn operations(&self) -> u64 {
        self.state().faults.operations()
    }

    /// Limits the sum of all file lengths, in bytes; `None` lifts the limit.
    pub fn set_capacity(&self, capacity: Option<u64>) {
        self.state().capacity = capacity;
    }

    /// A file's content as programs see it.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::NotFound`] if there is no such file.
    pub fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut state = self.state();
        let id = locate(&mut state, path)?;
        Ok(state.content(id)?.live.clone())
    }

    /// Flips one bit of a file on the medium.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::NotFound`] if there is no such file.
    pub fn flip_bit(&self, path: &Path, byte: usize, bit: u8) -> io::Result<()> {
        self.tamper(path, |content| {
            if let Some(byte) = content.get_mut(byte) {
                *byte ^= 1_u8.wrapping_shl(u32::from(bit));
            }
        })
    }

    /// Puts these bytes in place of a file's content on the medium.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::NotFound`] if there is no such file.
    pub fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.tamper(path, |content| bytes.clone_into(content))
    }

    /// Removes a file, durably at once.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::NotFound`] if there is no such file.
    pub fn delete(&self, path: &Path) -> io::Result<()> {
        let mut state = self.state();
        locate(&mut state, path)?;
        let (folder, name) = split(path);
        let names = state.names(&folder)?;
        names.change(NameChange::Unlink(name));
        names.sync();
        Ok(())
    }

    fn tamper(&self, path: &Path, change: impl Fn(&mut Vec<u8>)) -> io::Result<()> {
        let mut state = self.state();
        let id = locate(&mut state, path)?;
        state.content(id)?.tamper(change);
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts an operation; an effect that such an operation does not know is a plain failure.
    fn begin(&self, op: Op, path: &Path) -> io::Result<MutexGuard<'_, State>> {
        let mut state = self.state();
        match state.faults.strike(op, path)? {
            None | Some(Effect::Short(_)) => Ok(state),
            Some(effect) => Err(error_of(effect)),
        }
    }
}

impl Disk for MemDisk {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        let mut state = self.begin(Op::CreateDir, path)?;
        if state.folders.contains_key(path) {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists));
        }
        let (folder, name) = split(path);
        state.names(&folder)?.change(NameChange::Link(name, Node::Folder));
        state.folders.entry(path.to_path_buf()).or_default();
        Ok(())
    }

    fn open_dir(&self, path: &Path) -> io::Result<Box<dyn DiskDir>> {
        self.begin(Op::OpenDir, path)?.names(path)?;
        Ok(Box::new(MemDir { disk: self.clone(), path: path.to_path_buf() }))
    }
}

#[derive(Debug)]
struct MemDir {
    disk: MemDisk,
    path: PathBuf,
}

impl MemDir {
    fn open(&self, op: Op, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let path = self.path.join(name);
        let id = self.disk.begin(op, &path)?.find(&self.path, name)?;
        Ok(Box::new(MemFile { disk: self.disk.clone(), path, id }))
    }
}

impl DiskDir for MemDir {
    fn open_read(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.open(Op::OpenRead, name)
    }

    fn open_write(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.open(Op::OpenWrite, name)
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let path = self.path.join(name);
        let mut state = self.disk.begin(Op::Create, &path)?;
        if state.names(&self.path)?.live.contains_key(name) {
            return Err(io::Error::from(io::ErrorKind::AlreadyExists));
        }
        let id = state.new_file();
        state.names(&self.path)?.change(NameChange::Link(name.to_owned(), Node::File(id)));
        Ok(Box::new(MemFile { disk: self.disk.clone(), path, id }))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.disk.begin(Op::Rename, &self.path.join(from))?;
        let id = state.find(&self.path, from)?;
        let change = NameChange::Rename(from.to_owned(), to.to_owned(), Node::File(id));
        state.names(&self.path)?.change(change);
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.disk.begin(Op::Remove, &self.path.join(name))?;
        state.find(&self.path, name)?;
        state.names(&self.path)?.change(NameChange::Unlink(name.to_owned()));
        Ok(())
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let mut state = self.disk.begin(Op::List, &self.path)?;
        Ok(state.names(&self.path)?.live.keys().cloned().collect())
    }

    fn sync(&self) -> io::Result<()> {
        self.disk.begin(Op::SyncDir, &self.path)?.names(&self.path)?.sync();
        Ok(())
    }

    fn lock(&self, name: &str) -> io::Result<LockOutcome> {
        let path = self.path.join(name);
        let mut state = self.disk.begin(Op::Lock, &path)?;
        if state.find(&self.path, name).is_err() {
            let id = state.new_file();
            state.names(&self.path)?.change(NameChange::Link(name.to_owned(), Node::File(id)));
        }
        if !state.locks.insert(path.clone()) {
            return Ok(LockOutcome::HeldHere);
        }
        Ok(LockOutcome::Taken(Box::new(MemLock { disk: self.disk.clone(), path })))
    }
}

#[derive(Debug)]
struct MemLock {
    disk: MemDisk,
    path: PathBuf,
}

impl DiskLock for MemLock {}

impl Drop for MemLock {
    fn drop(&mut self) {
        self.disk.state().locks.remove(&self.path);
    }
}

#[derive(Debug)]
struct MemFile {
    disk: MemDisk,
    path: PathBuf,
    id: FileId,
}

impl MemFile {
    fn write(&self, state: &mut State, buf: &[u8], offset: u64) -> io::Result<usize> {
        let at = index(offset);
        state.make_room(self.id, at.saturating_add(buf.len()))?;
        state.content(self.id)?.change(ContentChange::Write(at, buf.to_vec()));
        Ok(buf.len())
    }
}

impl DiskFile for MemFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut state = self.disk.begin(Op::Read, &self.path)?;
        let content = &state.content(self.id)?.live;
        let source = content.get(index(offset)..).unwrap_or_default();
        let len = source.len().min(buf.len());
        for (to, from) in buf.iter_mut().zip(source) {
            *to = *from;
        }
        Ok(len)
    }

    fn write_at(&self, buf: &[u8], offset: u64) -> io::Result<usize> {
        let mut state = self.disk.state();
        match state.faults.strike(Op::Write, &self.path)? {
            None => self.write(&mut state, buf, offset),
            Some(Effect::Short(len)) => {
                self.write(&mut state, buf.get(..len).unwrap_or(buf), offset)
            }
            Some(effect @ Effect::Torn(len)) => {
                self.write(&mut state, buf.get(..len).unwrap_or(buf), offset)?;
                Err(error_of(effect))
            }
            Some(effect @ Effect::PowerOff) => {
                self.write(&mut state, buf, offset)?;
                Err(error_of(effect))
            }
            Some(effect @ (Effect::Fail(_) | Effect::LostSync)) => Err(error_of(effect)),
        }
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.disk.state();
        match state.faults.strike(Op::Sync, &self.path)? {
            None | Some(Effect::Short(_)) => state.content(self.id)?.sync(),
            Some(effect @ Effect::LostSync) => {
                state.content(self.id)?.lose_sync();
                return Err(error_of(effect));
            }
            Some(effect) => return Err(error_of(effect)),
        }
        Ok(())
    }

    fn sync_all(&self) -> io::Result<()> {
        self.sync_data()
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        let mut state = self.disk.begin(Op::Truncate, &self.path)?;
        state.content(self.id)?.change(ContentChange::Resize(index(len)));
        Ok(())
    }

    fn allocate(&self, len: u64) -> io::Result<()> {
        let mut state = self.disk.begin(Op::Allocate, &self.path)?;
        state.make_room(self.id, index(len))?;
        if state.content(self.id)?.live.len() < index(len) {
            state.content(self.id)?.change(ContentChange::Resize(index(len)));
        }
        Ok(())
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.disk.begin(Op::Size, &self.path)?.content(self.id)?.live.len() as u64)
    }
}

fn locate(state: &mut State, path: &Path) -> io::Result<FileId> {
    let (folder, name) = split(path);
    state.find(&folder, &name)
}

fn split(path: &Path) -> (PathBuf, String) {
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    (folder, name.unwrap_or_default())
}
