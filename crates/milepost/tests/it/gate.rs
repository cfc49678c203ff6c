//! A disk whose syncs can be made to wait, so that a test can look at what is not durable yet.

use std::io;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};

use milepost::log::{Disk, DiskDir, DiskFile, LockOutcome, MemDisk};
use milepost::{Ledger, Options, Snapshots};

use crate::support::HOME;

/// A disk in memory behind a gate.
#[derive(Clone, Debug, Default)]
pub(crate) struct GateDisk {
    disk: MemDisk,
    gate: Arc<Gate>,
}

#[derive(Debug, Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    shut: bool,
    waiting: usize,
}

impl GateDisk {
    /// From now on syncs wait.
    pub(crate) fn shut(&self) {
        self.gate.state.lock().unwrap().shut = true;
    }

    /// Lets the syncs through.
    pub(crate) fn open(&self) {
        self.gate.state.lock().unwrap().shut = false;
        self.gate.changed.notify_all();
    }

    /// Waits until a sync waits.
    pub(crate) fn until_a_sync_waits(&self) {
        let mut state = self.gate.state.lock().unwrap();
        while state.waiting == 0 {
            state = self.gate.changed.wait(state).unwrap();
        }
    }
}

/// A ledger without snapshots on such a disk, which is open.
pub(crate) fn gated(programme: &str, options: Options) -> (GateDisk, Ledger) {
    let disk = GateDisk::default();
    let options = options.with_disk(Arc::new(disk.clone())).with_snapshots(Snapshots::Off);
    let ledger = Ledger::create(HOME, programme, options).unwrap();
    (disk, ledger)
}

impl Gate {
    fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.waiting += 1;
        self.changed.notify_all();
        while state.shut {
            state = self.changed.wait(state).unwrap();
        }
        state.waiting -= 1;
    }
}

impl Disk for GateDisk {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.disk.create_dir(path)
    }

    fn open_dir(&self, path: &Path) -> io::Result<Box<dyn DiskDir>> {
        let folder = self.disk.open_dir(path)?;
        Ok(Box::new(GateDir { folder, gate: Arc::clone(&self.gate) }))
    }
}

#[derive(Debug)]
struct GateDir {
    folder: Box<dyn DiskDir>,
    gate: Arc<Gate>,
}

impl GateDir {
    fn gated(&self, file: Box<dyn DiskFile>) -> Box<dyn DiskFile> {
        Box::new(GateFile { file, gate: Arc::clone(&self.gate) })
    }
}

impl DiskDir for GateDir {
    fn open_read(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.folder.open_read(name).map(|file| self.gated(file))
    }

    fn open_write(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.folder.open_write(name).map(|file| self.gated(file))
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        self.folder.create(name).map(|file| self.gated(file))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.folder.rename(from, to)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        self.folder.remove(name)
    }

    fn list(&self) -> io::Result<Vec<String>> {
        self.folder.list()
    }

    fn sync(&self) -> io::Result<()> {
        self.folder.sync()
    }

    fn lock(&self, name: &str) -> io::Result<LockOutcome> {
        self.folder.lock(name)
    }
}

#[derive(Debug)]
struct GateFile {
    file: Box<dyn DiskFile>,
    gate: Arc<Gate>,
}

impl DiskFile for GateFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buf, offset)
    }

    fn write_at(&self, buf: &[u8], offset: u64) -> io::Result<usize> {
        self.file.write_at(buf, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.gate.pass();
        self.file.sync_data()
    }

    fn sync_all(&self) -> io::Result<()> {
        self.gate.pass();
        self.file.sync_all()
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.file.truncate(len)
    }

    fn allocate(&self, len: u64) -> io::Result<()> {
        self.file.allocate(len)
    }

    fn size(&self) -> io::Result<u64> {
        self.file.size()
    }
}
