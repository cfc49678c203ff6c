//! Makes segments ahead of need, under a temporary name: here a disk that is full shows itself, and
//! not in a commit.

use std::thread::JoinHandle;

use super::{
    home::SPARE,
    options::{Background, LogOptions, Prewrite},
};
use crate::{
    disk::{Folder, NamedFile},
    error::LogError,
};

/// The next segment, as far as it is made.
#[derive(Debug)]
pub(super) struct Spare {
    folder: Folder,
    options: LogOptions,
    making: Option<JoinHandle<Result<NamedFile, LogError>>>,
}

impl Spare {
    pub(super) fn new(folder: Folder, options: LogOptions) -> Self {
        Self { folder, options, making: None }
    }

    /// Begins to make the next segment on a thread of its own, unless that is under way or not
    /// wanted.
    pub(super) fn prepare(&mut self) {
        if self.making.is_some() || self.options.background == Background::Inline {
            return;
        }
        let (folder, options) = (self.folder.clone(), self.options);
        let make = move || make(&folder, options.segment_size, options.prewrite);
        // Without a thread the segment is made when it is needed.
        self.making = std::thread::Builder::new().name("milepost-spare".into()).spawn(make).ok();
    }

    /// A segment file of at least `size` bytes of zeros, synced, under its temporary name.
    pub(super) fn take(&mut self, size: u64) -> Result<NamedFile, LogError> {
        match self.finish_making() {
            Some(Ok(file)) => {
                file.allocate(size)?;
                file.sync_all()?;
                Ok(file)
            }
            // Space may have been freed since the thread failed, so this is tried once more.
            Some(Err(_)) | None => make(&self.folder, size, self.options.prewrite),
        }
    }

    /// A segment file that only owns its space.
    pub(super) fn take_first(&mut self, size: u64) -> Result<NamedFile, LogError> {
        make(&self.folder, size, Prewrite::Nothing)
    }

    /// Forgets and removes a segment that was made and is not wanted any more.
    pub(super) fn discard(&mut self) -> Result<(), LogError> {
        match self.finish_making() {
            Some(_) => self.folder.remove_if_there(SPARE),
            None => Ok(()),
        }
    }

    fn finish_making(&mut self) -> Option<Result<NamedFile, LogError>> {
        // A thread that panicked made nothing.
        self.making.take().and_then(|making| making.join().ok())
    }
}

impl Drop for Spare {
    /// Waits, so that nothing is written to the folder after the lock is gone.
    fn drop(&mut self) {
        self.finish_making();
    }
}

fn make(folder: &Folder, size: u64, prewrite: Prewrite) -> Result<NamedFile, LogError> {
    let file = folder.create_afresh(SPARE)?;
    let filled = fill(&file, size, prewrite);
    if filled.is_err() {
        // The space is needed elsewhere; if this fails too, opening removes it.
        let _ = folder.remove_if_there(SPARE);
    }
    filled.map(|()| file)
}

fn fill(file: &NamedFile, size: u64, prewrite: Prewrite) -> Result<(), LogError> {
    file.allocate(size)?;
    if prewrite == Prewrite::Zeros {
        file.write_zeros(0, size)?;
    }
    file.sync_all()
}
