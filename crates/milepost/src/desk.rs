//! Where commands are handed in, and by whom they are decided: by the writer's thread, or, while one
//! caller comes after the other, by the caller's own.
//!
//! Whoever decides holds the writer: one at a time, in the order in which jobs were handed in. A
//! caller that is alone need not wake another thread and be woken by it, which costs as much as the
//! disk does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{MutexGuard, mpsc};

use crate::durable::Watermark;
use crate::error::Error;
use crate::pipeline::Job;
use crate::writer::Writer;

/// Where commands are handed in.
#[derive(Debug)]
pub(crate) struct Desk {
    /// `None`: nothing is taken any more.
    queue: Mutex<Option<mpsc::Sender<Job>>>,
    /// How many jobs are on their way through the queue: handed in, and not decided.
    queued: AtomicUsize,
    /// `None`: it has ended.
    writer: tokio::sync::Mutex<Option<Writer>>,
    watermark: Arc<Watermark>,
}

impl Desk {
    pub(crate) fn new(queue: mpsc::Sender<Job>, writer: Writer) -> Desk {
        let watermark = Arc::clone(&writer.watermark);
        let (queue, writer) = (Mutex::new(Some(queue)), tokio::sync::Mutex::new(Some(writer)));
        Desk { queue, queued: AtomicUsize::new(0), writer, watermark }
    }

    /// Hands a job in; waits while the queue is full.
    pub(crate) async fn hand_in(&self, job: Job) -> Result<(), Error> {
        let queue = self.queue()?;
        let place = queue.reserve().await.map_err(|_| self.gone())?;
        // Who is counted has a place: this cannot be given up half done.
        self.queued.fetch_add(1, Ordering::SeqCst);
        place.send(job);
        Ok(())
    }

    /// Hands a job in, unless the queue is full.
    pub(crate) fn try_hand_in(&self, job: Job) -> Result<(), Error> {
        let queue = self.queue()?;
        let place = queue.try_reserve().map_err(|error| match error {
            TrySendError::Full(()) => Error::QueueFull,
            TrySendError::Closed(()) => self.gone(),
        })?;
        self.queued.fetch_add(1, Ordering::SeqCst);
        place.send(job);
        Ok(())
    }

    /// Hands a job in from a thread that may block.
    pub(crate) fn hand_in_blocking(&self, job: Job) -> Result<(), Error> {
        let queue = self.queue()?;
        self.queued.fetch_add(1, Ordering::SeqCst);
        queue.blocking_send(job).map_err(|_| {
            self.queued.fetch_sub(1, Ordering::SeqCst);
            self.gone()
        })
    }

    /// Does a job here and now, if its caller is alone; else gives it back, to be handed in. This
    /// thread has to be one that may block.
    pub(crate) fn do_here(&self, job: Job) -> Result<Option<Job>, Error> {
        if !self.is_open() {
            return Err(self.gone());
        }
        let Some(mut held) = self.free_writer() else { return Ok(Some(job)) };
        let Some(writer) = held.as_mut() else { return Ok(Some(job)) };
        let served = AssertUnwindSafe(|| pollster::block_on(writer.serve_alone(self, job)));
        if catch_unwind(served).is_err() {
            // As when the writer's thread panics: nobody decides any more.
            self.watermark.fail(Arc::new(Error::Panicked));
            *held = None;
        }
        Ok(None)
    }

    /// The writer, if callers come one by one and nobody else waits for it.
    fn free_writer(&self) -> Option<MutexGuard<'_, Option<Writer>>> {
        if self.is_waited_for() {
            return None;
        }
        let writer = self.writer.try_lock().ok()?;
        // Asked again, because only who has the writer counts a job as decided.
        let is_free = writer.as_ref().is_some_and(Writer::serves_one) && !self.is_waited_for();
        is_free.then_some(writer)
    }

    /// Whether a job is on its way through the queue.
    pub(crate) fn is_waited_for(&self) -> bool {
        self.queued.load(Ordering::SeqCst) > 0
    }

    /// Notes that so many jobs that came through the queue have been decided.
    pub(crate) fn decided(&self, jobs: usize) {
        self.queued.fetch_sub(jobs, Ordering::SeqCst);
    }

    /// The writer, when nobody else decides.
    pub(crate) async fn writer(&self) -> MutexGuard<'_, Option<Writer>> {
        self.writer.lock().await
    }

    /// Takes nothing any more.
    pub(crate) fn close(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Why an answer will never come.
    pub(crate) fn gone(&self) -> Error {
        self.watermark.failure().unwrap_or(Error::Closed)
    }

    fn is_open(&self) -> bool {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn queue(&self) -> Result<mpsc::Sender<Job>, Error> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.clone().ok_or(Error::Closed)
    }
}
