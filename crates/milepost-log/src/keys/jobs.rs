//! Makes and merges key files one at a time, on a thread of its own or inline.

use std::{sync::Arc, thread::JoinHandle};

use super::{
    build::{MergeError, build_from_log, merge},
    file::KeyFile,
    format::Damage,
};
use crate::{
    disk::Folder,
    error::LogError,
    log::{Background, SeqRange},
    read::Reader,
};

/// What is to be done.
#[derive(Debug)]
pub(super) enum Job {
    Build(SeqRange),
    Merge(Vec<Arc<KeyFile>>),
}

/// What was done.
#[derive(Debug)]
pub(super) enum Done {
    Built(KeyFile),
    Merged(KeyFile, Vec<Arc<KeyFile>>),
    Failed(LogError),
    /// A merge met a damaged file.
    Damaged(Arc<KeyFile>, Damage),
}

#[derive(Debug)]
enum State {
    Idle,
    /// The last job failed; nothing is begun before the next seal.
    Paused,
    Running(JoinHandle<Done>),
    Finished(Done),
}

#[derive(Debug)]
pub(super) struct Jobs {
    folder: Folder,
    reader: Reader,
    background: Background,
    state: State,
}

impl Jobs {
    pub(super) fn new(folder: Folder, reader: Reader, background: Background) -> Self {
        Self { folder, reader, background, state: State::Idle }
    }

    pub(super) fn are_inline(&self) -> bool {
        self.background == Background::Inline
    }

    pub(super) fn is_busy(&self) -> bool {
        !matches!(self.state, State::Idle)
    }

    pub(super) fn begin(&mut self, job: Job) {
        let (folder, reader) = (self.folder.clone(), self.reader.clone());
        if self.are_inline() {
            self.state = State::Finished(run(&folder, &reader, job));
            return;
        }
        let thread = std::thread::Builder::new().name("milepost-keys".into());
        // Without a thread the job is tried again at the next seal.
        let begun = thread.spawn(move || run(&folder, &reader, job));
        self.state = begun.map_or(State::Paused, State::Running);
    }

    /// Stops until [`Jobs::take_finished`] is asked again, at the next seal.
    pub(super) fn pause(&mut self) {
        self.state = State::Paused;
    }

    /// Whether a thread has ended whose work is not in use yet.
    pub(super) fn have_finished(&self) -> bool {
        matches!(&self.state, State::Running(thread) if thread.is_finished())
    }

    /// What has been done by now, without waiting. Ends a pause.
    pub(super) fn take_finished(&mut self) -> Option<Done> {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Idle | State::Paused => None,
            State::Finished(done) => Some(done),
            State::Running(thread) if thread.is_finished() => thread.join().ok(),
            State::Running(thread) => {
                self.state = State::Running(thread);
                None
            }
        }
    }

    /// What is being done, when it is done; `None` if nothing is.
    pub(super) fn wait(&mut self) -> Option<Done> {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Idle => None,
            State::Paused => {
                self.state = State::Paused;
                None
            }
            State::Finished(done) => Some(done),
            State::Running(thread) => thread.join().ok(),
        }
    }
}

impl Drop for Jobs {
    /// Waits, so that nothing is written to the folder after its owner is gone.
    fn drop(&mut self) {
        self.wait();
    }
}

fn run(folder: &Folder, reader: &Reader, job: Job) -> Done {
    match job {
        Job::Build(range) => match build_from_log(folder, reader, range) {
            Ok(file) => Done::Built(file),
            Err(error) => Done::Failed(error),
        },
        Job::Merge(sources) => match merge(folder, reader, &sources) {
            Ok(file) => Done::Merged(file, sources),
            Err(MergeError::Target(error)) => Done::Failed(error),
            Err(MergeError::Source(file, damage)) => Done::Damaged(file, damage),
        },
    }
}
