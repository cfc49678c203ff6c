//! The seam between the log and the machine: every open, create, read, write, sync, rename,
//! truncate, allocate, list, remove and lock goes through these traits.
//!
//! [`RealDisk`] is the operating system's file system. [`MemDisk`] is one in memory that forgets
//! what was not synced, fails on demand, and flips bits.
//!
//! # The contract
//!
//! An implementation promises: a file's content is durable once `sync_data` or `sync_all` has
//! returned `Ok`; a name is durable once `sync` of its folder has returned `Ok`; a rename is
//! atomic. It promises nothing about what was not synced: any part of it may survive a crash.

mod fault;
mod mem;
mod mem_state;
mod named;
mod real;

use std::{fmt::Debug, io, path::Path};

pub use fault::{Effect, FaultRule, Op};
pub use mem::MemDisk;
pub use mem_state::Survival;
pub(crate) use named::{Folder, NamedFile, make_folder};
pub use real::RealDisk;

/// A file system.
pub trait Disk: Debug + Send + Sync + 'static {
    /// Creates one folder inside an existing one. The new name is durable after a sync of the
    /// folder above.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::AlreadyExists`] if there is one; otherwise the system's.
    fn create_dir(&self, path: &Path) -> io::Result<()>;

    /// Opens a folder and keeps it open, so that a later sync reports what happened to the names
    /// that were changed through this handle.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::NotFound`] if there is none; otherwise the system's.
    fn open_dir(&self, path: &Path) -> io::Result<Box<dyn DiskDir>>;
}

/// An open folder. Names are single path components.
pub trait DiskDir: Debug + Send + Sync {
    /// Opens an existing file for reading.
    ///
    /// # Errors
    ///
    /// The system's.
    fn open_read(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;

    /// Opens an existing file for reading and writing.
    ///
    /// # Errors
    ///
    /// The system's.
    fn open_write(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;

    /// Creates a file that must not exist, for reading and writing.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::AlreadyExists`] if it exists; otherwise the system's.
    fn create(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;

    /// Renames a file within this folder, replacing what has the new name.
    ///
    /// # Errors
    ///
    /// The system's.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    ///
    /// The system's.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// The names in this folder, sorted.
    ///
    /// # Errors
    ///
    /// The system's.
    fn list(&self) -> io::Result<Vec<String>>;

    /// Makes creations, renames and removals in this folder durable.
    ///
    /// # Errors
    ///
    /// The system's. After an error it is not known which names are durable.
    fn sync(&self) -> io::Result<()>;

    /// Takes the exclusive lock on a file, creating the file if need be; never waits.
    ///
    /// # Errors
    ///
    /// The system's. That another holds the lock is not an error but an outcome.
    fn lock(&self, name: &str) -> io::Result<LockOutcome>;
}

/// An open file. Reads and writes name their position, so one handle serves many threads.
pub trait DiskFile: Debug + Send + Sync {
    /// Reads up to `buf.len()` bytes at `offset`; 0 at the end of the file.
    ///
    /// # Errors
    ///
    /// The system's.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes at `offset` and returns how many bytes were taken, which may be fewer.
    ///
    /// # Errors
    ///
    /// The system's. After an error it is not known which of the bytes were written.
    fn write_at(&self, buf: &[u8], offset: u64) -> io::Result<usize>;

    /// Makes the content durable, and of the metadata what is needed to read it.
    ///
    /// # Errors
    ///
    /// The system's. After an error a later success proves nothing about earlier writes.
    fn sync_data(&self) -> io::Result<()>;

    /// Makes the content and all metadata durable.
    ///
    /// # Errors
    ///
    /// As for [`DiskFile::sync_data`].
    fn sync_all(&self) -> io::Result<()>;

    /// Sets the length: cuts off, or extends with zeros that own no space.
    ///
    /// # Errors
    ///
    /// The system's.
    fn truncate(&self, len: u64) -> io::Result<()>;

    /// Extends the file to `len` bytes of zeros that own their space, so that writing there does
    /// not run out of it. Never shortens.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::StorageFull`] if there is no space; otherwise the system's.
    fn allocate(&self, len: u64) -> io::Result<()>;

    /// The length in bytes.
    ///
    /// # Errors
    ///
    /// The system's.
    fn size(&self) -> io::Result<u64>;
}

/// A lock that is held until this is dropped.
pub trait DiskLock: Debug + Send + Sync {}

/// How an attempt to lock ended.
#[derive(Debug)]
pub enum LockOutcome {
    /// The lock is taken, for as long as the guard lives.
    Taken(Box<dyn DiskLock>),
    /// Another handle in this process holds it.
    HeldHere,
    /// Another process holds it.
    HeldElsewhere,
}
