//! Idempotency keys: from the 16-byte digest of a key to the entry that used it, for ever.
//!
//! Keys of entries that are not in a sealed segment yet are in a map. When a segment is sealed, a
//! sorted key file is made from it, and files are merged in tiers, so that there are few. Of each
//! file only a filter stays in memory, a little more than one byte per key, that says "surely not
//! here" for nearly every new key. Key files can be thrown away: they are made again from the log.

mod build;
mod file;
mod format;
mod jobs;
mod recent;

use std::{path::Path, sync::Arc};

use self::{
    build::{build_from_log, each_key},
    file::KeyFile,
    jobs::{Done, Job, Jobs},
    recent::Recent,
};
use crate::{
    disk::{Disk, Folder, make_folder},
    error::LogError,
    log::{Background, SeqRange},
    read::Reader,
};

/// The folder of the key files, beside `log/`.
const KEYS: &str = "keys";

/// This many neighbours of one tier are merged into one file of the next. More would be merged
/// less often, but each lookup asks every file's filter.
const FAN_IN: usize = 4;

/// What a [`KeyIndex`] takes in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyFootprint {
    /// How many keys are in the map.
    pub recent_keys: u64,
    /// How many keys are in files.
    pub old_keys: u64,
    /// How many bytes the filters of the files take.
    pub filter_bytes: u64,
    /// How many files there are.
    pub files: u64,
}

/// Finds the entry that used an idempotency key. Belongs to whoever decides, one at a time.
#[derive(Debug)]
pub struct KeyIndex {
    folder: Folder,
    reader: Reader,
    recent: Recent,
    /// By range, without overlaps.
    files: Vec<Arc<KeyFile>>,
    jobs: Jobs,
}

impl KeyIndex {
    /// Opens the key index of the ledger in this folder: takes the key files that match the log,
    /// makes those that are missing, and reads the keys of the last segment. Do this after opening
    /// the log and before the first append.
    ///
    /// # Errors
    ///
    /// [`LogError::Corrupt`] if the log is damaged where keys have to be read from it; or what the
    /// disk says. Damaged key files are not an error. If key files cannot be written, their keys
    /// stay in memory.
    pub fn open(
        disk: &dyn Disk,
        path: &Path,
        reader: &Reader,
        background: Background,
    ) -> Result<Self, LogError> {
        let path = path.join(KEYS);
        make_folder(disk, &path)?;
        let folder = Folder::open(disk, &path)?;
        let files = file::load_all(&folder, reader)?;
        let jobs = Jobs::new(folder.clone(), reader.clone(), background);
        let mut index =
            Self { folder, reader: reader.clone(), recent: Recent::default(), files, jobs };
        index.make_missing()?;
        index.read_tail()?;
        index.go_on();
        Ok(index)
    }

    /// The sequence number of the entry that used the key with this digest.
    ///
    /// # Errors
    ///
    /// What the disk or the log says, if a damaged key file had to be made again and could not be.
    pub fn get(&mut self, digest: &[u8; 16]) -> Result<Option<u64>, LogError> {
        if let Some(seq) = self.recent.get(digest) {
            return Ok(Some(seq));
        }
        let mut at = self.files.len();
        while let Some(file) = at.checked_sub(1).and_then(|last| self.files.get(last)).cloned() {
            at -= 1;
            match file.get(digest) {
                Ok(Some(seq)) => return Ok(Some(seq)),
                Ok(None) => {}
                Err(damage) => {
                    tracing::warn!(file = %file.path().display(), %damage, "key file is damaged");
                    self.make_again(&file)?;
                    at = self.files.len();
                }
            }
        }
        Ok(None)
    }

    /// Takes note of a key, at once when its entry is decided.
    pub fn insert(&mut self, digest: [u8; 16], seq: u64) {
        self.recent.insert(digest, seq);
        if self.jobs.have_finished() {
            self.go_on();
        }
    }

    /// Takes note that a segment was sealed, as [`Durable::sealed`](crate::Durable::sealed) says:
    /// its keys move into a file, in the background if so opened.
    pub fn segment_sealed(&mut self, sealed: SeqRange) {
        tracing::debug!(first = sealed.first, next = sealed.next, "keys of a sealed segment");
        self.recent.rotate();
        self.go_on();
    }

    /// Waits for what is being done in the background and puts it to use.
    pub fn settle(&mut self) {
        while let Some(done) = self.jobs.wait() {
            self.install(done);
            self.begin_next();
        }
    }

    /// What the index takes in memory.
    pub fn footprint(&self) -> KeyFootprint {
        KeyFootprint {
            recent_keys: self.recent.len(),
            old_keys: self.files.iter().map(|file| file.keys()).sum(),
            filter_bytes: self.files.iter().map(|file| file.filter_bytes()).sum(),
            files: self.files.len() as u64,
        }
    }

    /// Makes the files of sealed segments that have none; keeps their keys in memory where that
    /// fails.
    fn make_missing(&mut self) -> Result<(), LogError> {
        for range in self.uncovered() {
            match build_from_log(&self.folder, &self.reader, range) {
                Ok(file) => self.add(file),
                Err(error) => {
                    tracing::warn!(%error, "keys of a sealed segment stay in memory");
                    self.read_into_memory(range)?;
                    self.recent.rotate();
                }
            }
        }
        Ok(())
    }

    fn read_tail(&mut self) -> Result<(), LogError> {
        let sealed = self.reader.sealed_segments();
        let first = sealed.last().map_or(0, |range| range.next);
        self.read_into_memory(SeqRange { first, next: self.reader.durable_end() })
    }

    fn read_into_memory(&mut self, range: SeqRange) -> Result<(), LogError> {
        let recent = &mut self.recent;
        each_key(&self.reader, range, |digest, seq| recent.insert(digest, seq))
    }

    /// The sealed segments whose keys are in no file.
    fn uncovered(&self) -> Vec<SeqRange> {
        let covered = |range: &SeqRange| {
            let after = self.files.partition_point(|file| file.range().first <= range.first);
            let file = after.checked_sub(1).and_then(|at| self.files.get(at));
            file.is_some_and(|file| file.range().next >= range.next)
        };
        let mut sealed = self.reader.sealed_segments();
        sealed.retain(|range| !covered(range));
        sealed
    }

    fn add(&mut self, file: KeyFile) {
        let at = self.files.partition_point(|other| other.range().first < file.range().first);
        self.files.insert(at, Arc::new(file));
    }

    /// Replaces a damaged file by one for each of its segments.
    fn make_again(&mut self, damaged: &Arc<KeyFile>) -> Result<(), LogError> {
        let range = damaged.range();
        let mut segments = self.reader.sealed_segments();
        segments.retain(|segment| segment.first >= range.first && segment.next <= range.next);
        self.folder.remove_if_there(damaged.name())?;
        self.files.retain(|file| !Arc::ptr_eq(file, damaged));
        for segment in segments {
            let file = build_from_log(&self.folder, &self.reader, segment)?;
            self.add(file);
        }
        Ok(())
    }

    /// Puts finished work to use and begins the next, if there is any.
    fn go_on(&mut self) {
        if let Some(done) = self.jobs.take_finished() {
            self.install(done);
        }
        self.begin_next();
        if self.jobs.are_inline() {
            self.settle();
        }
    }

    fn begin_next(&mut self) {
        if self.jobs.is_busy() {
            return;
        }
        let build = self.uncovered().first().map(|range| Job::Build(*range));
        if let Some(job) = build.or_else(|| self.merge_due().map(Job::Merge)) {
            self.jobs.begin(job);
        }
    }

    /// The first neighbours of one tier that are enough to be merged.
    fn merge_due(&self) -> Option<Vec<Arc<KeyFile>>> {
        let same = |files: &&[Arc<KeyFile>]| {
            let tiers: Vec<u32> = files.iter().map(|file| file.tier()).collect();
            let touching = |pair: &[Arc<KeyFile>]| match pair {
                [left, right] => left.range().next == right.range().first,
                _ => false,
            };
            tiers.iter().all(|tier| Some(tier) == tiers.first()) && files.windows(2).all(touching)
        };
        self.files.windows(FAN_IN).find(same).map(<[Arc<KeyFile>]>::to_vec)
    }

    fn install(&mut self, done: Done) {
        match done {
            Done::Built(file) => self.add(file),
            Done::Merged(file, sources) => self.replace(file, &sources),
            Done::Failed(error) => self.try_later(&error),
            Done::Damaged(file, damage) => {
                tracing::warn!(file = %file.path().display(), %damage, "key file is damaged");
                if let Err(error) = self.make_again(&file) {
                    self.try_later(&error);
                }
            }
        }
        let uncovered = self.uncovered();
        let sealed_end = self.reader.sealed_segments().last().map_or(0, |range| range.next);
        self.recent.forget_before(uncovered.first().map_or(sealed_end, |range| range.first));
    }

    fn try_later(&mut self, error: &LogError) {
        tracing::warn!(%error, "making a key file failed; it is tried again at the next seal");
        self.jobs.pause();
    }

    /// Puts a merged file in the place of its sources, unless one of them was made again since.
    fn replace(&mut self, merged: KeyFile, sources: &[Arc<KeyFile>]) {
        let is_source = |file: &Arc<KeyFile>| sources.iter().any(|s| Arc::ptr_eq(s, file));
        if self.files.iter().filter(|file| is_source(file)).count() != sources.len() {
            // What cannot be removed now is found superfluous when the index is next opened.
            let _ = self.folder.remove_if_there(merged.name());
            return;
        }
        self.files.retain(|file| !is_source(file));
        self.add(merged);
        for source in sources {
            let _ = self.folder.remove_if_there(source.name());
        }
    }
}
