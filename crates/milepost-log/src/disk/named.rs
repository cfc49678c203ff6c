//! Folders and files that know their path, so that every failure names it, and whole reads and
//! writes on top of the partial ones.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Disk, DiskDir, DiskFile, LockOutcome};
use crate::{
    error::LogError,
    format::bytes::{index, len64},
};

/// The block in which zeros are written and files are copied.
const BLOCK: usize = 1 << 20;

/// Creates a folder, and those above it, durably; does nothing if it exists.
pub(crate) fn make_folder(disk: &dyn Disk, path: &Path) -> Result<(), LogError> {
    if path.as_os_str().is_empty() || disk.open_dir(path).is_ok() {
        return Ok(());
    }
    let parent = path.parent().unwrap_or(Path::new(""));
    make_folder(disk, parent)?;
    match disk.create_dir(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            return Err(LogError::io("create", path.to_path_buf(), error));
        }
        _ => {}
    }
    Folder::open(disk, parent)?.sync()
}

/// An open folder with its path.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    dir: Arc<dyn DiskDir>,
    path: Arc<Path>,
}

impl Folder {
    pub(crate) fn open(disk: &dyn Disk, path: &Path) -> Result<Self, LogError> {
        let dir = disk.open_dir(path).map_err(|e| LogError::io("open", path.to_path_buf(), e))?;
        Ok(Self { dir: Arc::from(dir), path: Arc::from(path) })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn open_read(&self, name: &str) -> Result<NamedFile, LogError> {
        self.named("open", name, self.dir.open_read(name))
    }

    pub(crate) fn open_write(&self, name: &str) -> Result<NamedFile, LogError> {
        self.named("open", name, self.dir.open_write(name))
    }

    /// Creates a file, in place of one that an interrupted run may have left.
    pub(crate) fn create_afresh(&self, name: &str) -> Result<NamedFile, LogError> {
        self.remove_if_there(name)?;
        self.named("create", name, self.dir.create(name))
    }

    pub(crate) fn remove_if_there(&self, name: &str) -> Result<(), LogError> {
        match self.dir.remove(name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(self.error("remove", name, error))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn rename(&self, from: &str, to: &str) -> Result<(), LogError> {
        self.dir.rename(from, to).map_err(|error| self.error("rename", from, error))
    }

    pub(crate) fn list(&self) -> Result<Vec<String>, LogError> {
        self.dir.list().map_err(|e| LogError::io("list", self.path.to_path_buf(), e))
    }

    pub(crate) fn sync(&self) -> Result<(), LogError> {
        self.dir.sync().map_err(|e| LogError::io("sync", self.path.to_path_buf(), e))
    }

    pub(crate) fn lock(&self, name: &str) -> Result<LockOutcome, LogError> {
        self.dir.lock(name).map_err(|error| self.error("lock", name, error))
    }

    /// Reads a small file as a whole, but never more than `limit` bytes of it.
    pub(crate) fn read_small(&self, name: &str, limit: usize) -> Result<Vec<u8>, LogError> {
        let mut bytes = vec![0; limit];
        let len = self.open_read(name)?.read_up_to(&mut bytes, 0)?;
        bytes.truncate(len);
        Ok(bytes)
    }

    /// Puts a file in place so that after a crash it is there whole or not at all.
    pub(crate) fn write_atomically(&self, name: &str, bytes: &[u8]) -> Result<(), LogError> {
        let temporary = format!("{name}.tmp");
        let file = self.create_afresh(&temporary)?;
        file.write_all_at(bytes, 0)?;
        file.sync_all()?;
        self.rename(&temporary, name)?;
        self.sync()
    }

    fn named(
        &self,
        op: &'static str,
        name: &str,
        file: io::Result<Box<dyn DiskFile>>,
    ) -> Result<NamedFile, LogError> {
        let file = file.map_err(|error| self.error(op, name, error))?;
        Ok(NamedFile { file: Arc::from(file), path: Arc::from(self.path.join(name)) })
    }

    fn error(&self, op: &'static str, name: &str, source: io::Error) -> LogError {
        LogError::io(op, self.path.join(name), source)
    }
}

/// An open file with its path. Clones share the handle.
#[derive(Debug, Clone)]
pub(crate) struct NamedFile {
    file: Arc<dyn DiskFile>,
    path: Arc<Path>,
}

impl NamedFile {
    pub(crate) fn path(&self) -> PathBuf {
        self.path.to_path_buf()
    }

    /// Reads until the buffer is full or the file ends, and says how much there was.
    pub(crate) fn read_up_to(&self, buf: &mut [u8], offset: u64) -> Result<usize, LogError> {
        let mut done = 0;
        while let Some(rest) = buf.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, offset + done as u64) {
                Ok(0) => break,
                Ok(len) => done += len,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.error("read", error)),
            }
        }
        Ok(done)
    }

    pub(crate) fn write_all_at(&self, bytes: &[u8], offset: u64) -> Result<(), LogError> {
        let mut at = offset;
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.file.write_at(rest, at) {
                Ok(0) => return Err(self.error("write", io::ErrorKind::WriteZero.into())),
                Ok(len) => {
                    at += len as u64;
                    rest = rest.get(len..).unwrap_or_default();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.error("write", error)),
            }
        }
        Ok(())
    }

    pub(crate) fn write_zeros(&self, from: u64, to: u64) -> Result<(), LogError> {
        let zeros = vec![0; BLOCK];
        let mut at = from;
        while at < to {
            let len = (to - at).min(len64(&zeros));
            let block = zeros.get(..index(len)).unwrap_or(&zeros);
            self.write_all_at(block, at)?;
            at += len;
        }
        Ok(())
    }

    /// Writes a range back as it is read, so that the next sync has to take it to the disk even if
    /// the system believes that it is there.
    pub(crate) fn rewrite(&self, from: u64, to: u64) -> Result<(), LogError> {
        self.each_block(from, to, |block, at| self.write_all_at(block, at))?;
        self.sync_all()
    }

    /// Copies a range of this file to the beginning of another.
    pub(crate) fn copy_range(&self, from: u64, to: u64, other: &Self) -> Result<(), LogError> {
        self.each_block(from, to, |block, at| other.write_all_at(block, at - from))
    }

    /// Reads a range block by block, as far as the file goes, and tells of each with its place.
    fn each_block(
        &self,
        from: u64,
        to: u64,
        tell: impl Fn(&[u8], u64) -> Result<(), LogError>,
    ) -> Result<(), LogError> {
        let mut block = vec![0; BLOCK];
        let mut at = from;
        while at < to {
            let want = index((to - at).min(len64(&block)));
            let got = self.read_up_to(block.get_mut(..want).unwrap_or_default(), at)?;
            if got == 0 {
                break;
            }
            tell(block.get(..got).unwrap_or_default(), at)?;
            at += got as u64;
        }
        Ok(())
    }

    pub(crate) fn sync_data(&self) -> Result<(), LogError> {
        self.file.sync_data().map_err(|error| self.error("sync", error))
    }

    pub(crate) fn sync_all(&self) -> Result<(), LogError> {
        self.file.sync_all().map_err(|error| self.error("sync", error))
    }

    pub(crate) fn truncate(&self, len: u64) -> Result<(), LogError> {
        self.file.truncate(len).map_err(|error| self.error("truncate", error))
    }

    pub(crate) fn allocate(&self, len: u64) -> Result<(), LogError> {
        self.file.allocate(len).map_err(|error| self.error("allocate", error))
    }

    pub(crate) fn size(&self) -> Result<u64, LogError> {
        self.file.size().map_err(|error| self.error("measure", error))
    }

    fn error(&self, op: &'static str, source: io::Error) -> LogError {
        LogError::io(op, self.path(), source)
    }
}
