//! The operating system's file system: descriptor-relative names and positional I/O.

use std::{
    collections::BTreeSet,
    fs::File,
    io,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use rustix::{
    fs::{AtFlags, Dir, FallocateFlags, FlockOperation, Mode, OFlags},
    io::Errno,
};

use super::{Disk, DiskDir, DiskFile, DiskLock, LockOutcome};

/// The folders whose lock this process holds. The file lock alone cannot tell our own second
/// handle from another process.
static HELD: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// The operating system's file system.
///
/// Locks are `flock` locks: they belong to the open file, so closing some other descriptor of the
/// same file does not lose them, and they vanish with the process.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        std::fs::create_dir(path)
    }

    fn open_dir(&self, path: &Path) -> io::Result<Box<dyn DiskDir>> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let place = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let dir = File::from(rustix::fs::open(place, flags, Mode::empty())?);
        let path = place;
        Ok(Box::new(RealDir { dir, path: path.to_path_buf() }))
    }
}

#[derive(Debug)]
struct RealDir {
    dir: File,
    path: PathBuf,
}

impl RealDir {
    fn open_file(&self, name: &str, flags: OFlags) -> io::Result<File> {
        let mode = Mode::RUSR | Mode::WUSR | Mode::RGRP | Mode::ROTH;
        Ok(File::from(rustix::fs::openat(&self.dir, name, flags | OFlags::CLOEXEC, mode)?))
    }
}

impl DiskDir for RealDir {
    fn open_read(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(RealFile(self.open_file(name, OFlags::RDONLY)?)))
    }

    fn open_write(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(RealFile(self.open_file(name, OFlags::RDWR)?)))
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL;
        Ok(Box::new(RealFile(self.open_file(name, flags)?)))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.dir, from, &self.dir, to)?)
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.dir, name, AtFlags::empty())?)
    }

    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in Dir::read_from(&self.dir)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name != "." && name != ".." {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn sync(&self) -> io::Result<()> {
        self.dir.sync_all()
    }

    fn lock(&self, name: &str) -> io::Result<LockOutcome> {
        let canonical = self.path.canonicalize()?.join(name);
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        if held.contains(&canonical) {
            return Ok(LockOutcome::HeldHere);
        }
        let file = self.open_file(name, OFlags::RDWR | OFlags::CREATE)?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Ok(LockOutcome::HeldElsewhere),
            Err(errno) => return Err(errno.into()),
        }
        held.insert(canonical.clone());
        Ok(LockOutcome::Taken(Box::new(RealLock { file: Some(file), canonical })))
    }
}

#[derive(Debug)]
struct RealLock {
    file: Option<File>,
    canonical: PathBuf,
}

impl DiskLock for RealLock {}

impl Drop for RealLock {
    fn drop(&mut self) {
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        // The lock ends when the file is closed. It must not outlive the registry's entry, or our
        // own next handle would look like another process.
        drop(self.file.take());
        held.remove(&self.canonical);
    }
}

#[derive(Debug)]
struct RealFile(File);

impl DiskFile for RealFile {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(buf, offset)
    }

    fn write_at(&self, buf: &[u8], offset: u64) -> io::Result<usize> {
        self.0.write_at(buf, offset)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn sync_all(&self) -> io::Result<()> {
        self.0.sync_all()
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn allocate(&self, len: u64) -> io::Result<()> {
        match rustix::fs::fallocate(&self.0, FallocateFlags::empty(), 0, len) {
            // Some file systems cannot reserve space; there the zeros that are written decide.
            Err(Errno::OPNOTSUPP) if self.size()? < len => self.0.set_len(len),
            Ok(()) | Err(Errno::OPNOTSUPP) => Ok(()),
            Err(errno) => Err(errno.into()),
        }
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }
}
