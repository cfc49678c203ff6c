//! How far the log is durable, and waiting for it to get further.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use milepost_core::time::Instant;
use tokio::sync::watch;

use crate::error::Error;

/// The durable watermark: everything before it is on the disk.
#[derive(Debug)]
pub(crate) struct Watermark {
    end: AtomicU64,
    /// When the last durable entry was recorded, in microseconds.
    last: AtomicI64,
    failure: Mutex<Option<Arc<Error>>>,
    changed: Condvar,
    watch: watch::Sender<u64>,
}

impl Watermark {
    pub(crate) fn new(end: u64, last: Instant) -> Watermark {
        Watermark {
            end: AtomicU64::new(end),
            last: AtomicI64::new(last.micros()),
            failure: Mutex::new(None),
            changed: Condvar::new(),
            watch: watch::Sender::new(end),
        }
    }

    /// The first sequence number that is not durable.
    pub(crate) fn end(&self) -> u64 {
        self.end.load(Ordering::Acquire)
    }

    /// When the last durable entry was recorded.
    pub(crate) fn last_recorded_at(&self) -> Instant {
        Instant::from_micros(self.last.load(Ordering::Acquire)).unwrap_or(Instant::MIN)
    }

    pub(crate) fn raise(&self, end: u64, last_micros: i64) {
        // Under the lock, so that nobody who has just looked misses the change.
        let guard = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        self.last.store(last_micros, Ordering::Release);
        self.end.store(end, Ordering::Release);
        drop(guard);
        self.changed.notify_all();
        self.watch.send_replace(end);
    }

    /// Notes that nothing more will become durable.
    pub(crate) fn fail(&self, error: Arc<Error>) {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.get_or_insert(error);
        drop(failure);
        self.changed.notify_all();
        self.watch.send_modify(|_| ());
    }

    /// The failure after which nothing more becomes durable.
    pub(crate) fn failure(&self) -> Option<Error> {
        let failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.as_ref().map(stopped)
    }

    /// Waits until `seq` is durable.
    pub(crate) fn wait(&self, seq: u64) -> Result<(), Error> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        while self.end() <= seq {
            if let Some(source) = failure.as_ref() {
                return Err(stopped(source));
            }
            failure = self.changed.wait(failure).unwrap_or_else(PoisonError::into_inner);
        }
        Ok(())
    }

    /// A way to wait for changes in async code.
    pub(crate) fn subscribe(&self) -> watch::Receiver<u64> {
        self.watch.subscribe()
    }
}

fn stopped(source: &Arc<Error>) -> Error {
    if matches!(**source, Error::Closed) {
        return Error::Closed;
    }
    Error::Stopped { source: Arc::clone(source) }
}

/// Fails the watermark if what it guards panics, so that nobody waits for what will never come.
#[derive(Debug)]
pub(crate) struct PanicGuard<'a> {
    watermark: &'a Watermark,
    /// The thread may be a caller's own, which turns to the ledger while it unwinds.
    was_panicking: bool,
}

impl PanicGuard<'_> {
    pub(crate) fn new(watermark: &Watermark) -> PanicGuard<'_> {
        PanicGuard { watermark, was_panicking: std::thread::panicking() }
    }
}

impl Drop for PanicGuard<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() && !self.was_panicking {
            self.watermark.fail(Arc::new(Error::Panicked));
        }
    }
}
