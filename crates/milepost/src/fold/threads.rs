//! Sharing work out over threads.

use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};
use std::thread;

use crate::error::Error;
use crate::open::thread_error;

/// Fewer entries, or members of a snapshot, than this are taken in on one thread, if nobody says
/// otherwise.
const WORTH_A_THREAD: u64 = 20_000;
/// With more threads each would mostly wait for what is read.
const MOST_THREADS: usize = 8;

/// On so many threads, or, if that is not said, on those of the machine if there is enough to do.
pub(crate) fn threads_for(told: Option<NonZeroUsize>, things: u64) -> usize {
    let is_much = things >= WORTH_A_THREAD;
    let of_machine = || thread::available_parallelism().ok().filter(|_| is_much);
    told.or_else(of_machine).map_or(1, NonZeroUsize::get).min(MOST_THREADS)
}

/// Shares jobs out over so many threads, each of which begins with what `begin` gives; this one does
/// something else first.
pub(super) fn share_out<J, F, T: Send>(
    jobs: impl Iterator<Item = J> + Send,
    threads: usize,
    first: impl FnOnce() -> F,
    begin: impl Fn() -> T + Sync,
    job: impl Fn(&mut T, J) + Sync,
) -> Result<(F, Vec<T>), Error> {
    let jobs = Mutex::new(jobs);
    let next = || jobs.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        let mut done = begin();
        while let Some(next) = next() {
            job(&mut done, next);
        }
        done
    };
    thread::scope(|scope| {
        let spawn = |_| {
            let thread = thread::Builder::new().name("milepost-fold".into());
            thread.spawn_scoped(scope, work).map_err(thread_error)
        };
        let others = (1..threads).map(spawn).collect::<Result<Vec<_>, Error>>()?;
        let (first, own) = (first(), work());
        // All are waited for before any of them is asked how it went.
        let joined: Vec<_> = others.into_iter().map(thread::ScopedJoinHandle::join).collect();
        let done = std::iter::once(Ok(own)).chain(joined);
        let done = done.collect::<thread::Result<Vec<T>>>().map_err(|_| Error::Panicked)?;
        Ok((first, done))
    })
}
