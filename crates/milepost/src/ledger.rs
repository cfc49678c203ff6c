//! The front door: a ledger that is open.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use milepost_core::refusal::Refusal;
use milepost_core::rules::Rules;
use milepost_core::time::Instant;
use milepost_core::views::Receipt;
use milepost_log::{Log, Reader};
use smallvec::{SmallVec, smallvec};
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::current::Current;
use crate::desk::Desk;
use crate::durable::Watermark;
use crate::entries::Entries;
use crate::error::{Error, SubmitError};
use crate::flusher::Flusher;
use crate::open;
use crate::options::{Options, Snapshots};
use crate::pipeline::{Delivered, Delivery, Job, Raw, Requests, Views};
use crate::request::{Answer, Atomicity, Request};
use crate::snapshot::Snapshotter;
use crate::store::Store;

/// An open ledger. Clones are handles of the same one.
///
/// When the last handle is dropped without [`Ledger::close`], what was submitted is still made
/// durable, but the log is not sealed and no snapshot is taken, as after a crash.
#[derive(Clone, Debug)]
pub struct Ledger {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) current: Arc<Current>,
    pub(crate) store: Arc<Store>,
    pub(crate) views: Arc<Views>,
    pub(crate) reader: Reader,
    pub(crate) watermark: Arc<Watermark>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) snapshots: Snapshots,
    pub(crate) snapshotter: Mutex<Snapshotter>,
    /// Whether somebody waits for the ledger to close.
    pub(crate) closing: AtomicBool,
    pub(crate) desk: Arc<Desk>,
    pub(crate) threads: Mutex<Option<Threads>>,
    pub(crate) opening: Opening,
}

/// The ledger's threads.
#[derive(Debug)]
pub(crate) struct Threads {
    pub(crate) writer: JoinHandle<()>,
    /// Tells the writer to end. Waiting for the queue to close would not do: a task that waits for
    /// a place in it may be one that never runs again.
    pub(crate) end: oneshot::Sender<()>,
    pub(crate) flushing: JoinHandle<()>,
    /// The log comes back from it when both have ended.
    pub(crate) flusher: Arc<Mutex<Flusher>>,
}

/// What opening a ledger came to.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Opening {
    /// Members that came from the snapshot.
    pub members_from_snapshot: usize,
    /// Entries that were folded from the log.
    pub entries_folded: u64,
    /// How long folding them took.
    pub folding: Duration,
    /// What recovery found at the end of the log; `None` after a create.
    pub recovery: Option<milepost_log::Recovery>,
}

impl Ledger {
    /// Makes a new ledger in a folder that is empty or does not exist, with the programme of a TOML
    /// text.
    ///
    /// # Errors
    /// [`Error::Programme`] with all faults; [`Error::Log`] if the folder is not empty or the disk
    /// fails. Nothing is half made: what is there after a failure is no ledger.
    pub fn create(
        path: impl AsRef<Path>,
        programme: &str,
        options: Options,
    ) -> Result<Ledger, Error> {
        open::create(path.as_ref(), programme, options)
    }

    /// Opens a ledger: loads its snapshot, if there is a sound one, and folds the rest of the log.
    ///
    /// # Errors
    /// [`Error::Log`] if the folder is no ledger, is open already, is of a newer version, or its
    /// log is damaged; [`Error::Entry`] or [`Error::Broken`] if an entry cannot be folded.
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Ledger, Error> {
        open::open(path.as_ref(), options)
    }

    /// Submits a command. The receipt comes when the entry is durable (R-CMD-3). Waits while the
    /// queue is full.
    ///
    /// # Errors
    /// [`SubmitError::Refused`] if the command is refused; [`SubmitError::Failed`] if the ledger is
    /// closed or has stopped.
    pub async fn submit(&self, request: impl Into<Request>) -> Result<Receipt, SubmitError> {
        let (reply, delivery) = oneshot::channel();
        self.inner.desk.hand_in(one(request.into(), reply)).await?;
        let delivered = delivery.await.map_err(|_| self.gone())?;
        self.only(delivered)
    }

    /// Like [`Ledger::submit`], but refuses at once when the queue is full.
    ///
    /// # Errors
    /// As [`Ledger::submit`], and [`Error::QueueFull`].
    pub async fn try_submit(&self, request: impl Into<Request>) -> Result<Receipt, SubmitError> {
        let (reply, delivery) = oneshot::channel();
        self.inner.desk.try_hand_in(one(request.into(), reply))?;
        let delivered = delivery.await.map_err(|_| self.gone())?;
        self.only(delivered)
    }

    /// Submits several commands in order, with one answer each. They may be one atomic batch
    /// (R-CMD-5).
    ///
    /// # Errors
    /// [`Error`] if the ledger is closed or has stopped. Refusals are answers.
    pub async fn submit_batch(
        &self,
        requests: impl IntoIterator<Item = Request>,
        atomicity: Atomicity,
    ) -> Result<Vec<Answer>, Error> {
        let (reply, delivery) = oneshot::channel();
        let requests = all_of(requests);
        let job = Job::Submit { requests, atomicity, reply };
        self.inner.desk.hand_in(job).await?;
        let delivered = delivery.await.map_err(|_| self.gone())?;
        self.all(delivered)
    }

    /// [`Ledger::submit`] for threads outside an async runtime. If nobody else has anything to
    /// decide, this thread decides and writes the command itself: what the host's clock, disk and
    /// views do is then done on it.
    ///
    /// # Errors
    /// As [`Ledger::submit`], and [`Error::BlockingInAsync`].
    pub fn submit_blocking(&self, request: impl Into<Request>) -> Result<Receipt, SubmitError> {
        let (reply, delivery) = oneshot::channel();
        let job = one(request.into(), reply);
        self.only(self.ask(job, delivery, Desk::hand_in_blocking)?)
    }

    /// [`Ledger::try_submit`] for threads outside an async runtime.
    ///
    /// # Errors
    /// As [`Ledger::try_submit`], and [`Error::BlockingInAsync`].
    pub fn try_submit_blocking(&self, request: impl Into<Request>) -> Result<Receipt, SubmitError> {
        let (reply, delivery) = oneshot::channel();
        let job = one(request.into(), reply);
        self.only(self.ask(job, delivery, Desk::try_hand_in)?)
    }

    /// [`Ledger::submit_batch`] for threads outside an async runtime.
    ///
    /// # Errors
    /// As [`Ledger::submit_batch`], and [`Error::BlockingInAsync`].
    pub fn submit_batch_blocking(
        &self,
        requests: impl IntoIterator<Item = Request>,
        atomicity: Atomicity,
    ) -> Result<Vec<Answer>, Error> {
        self.begin_batch(requests, atomicity)?.wait()
    }

    /// Hands a batch in without waiting for its answers, so that the next can be made meanwhile.
    ///
    /// # Errors
    /// As [`Ledger::submit_batch_blocking`].
    pub fn begin_batch(
        &self,
        requests: impl IntoIterator<Item = Request>,
        atomicity: Atomicity,
    ) -> Result<PendingBatch, Error> {
        not_in_async()?;
        let (reply, delivery) = oneshot::channel();
        let requests = all_of(requests);
        let job = Job::Submit { requests, atomicity, reply };
        self.inner.desk.hand_in_blocking(job)?;
        Ok(PendingBatch { ledger: self.clone(), delivery })
    }

    /// Writes down everything that is due up to an instant, for everybody. Answers are the same
    /// with or without it (R-TIME-5).
    ///
    /// # Errors
    /// As [`Ledger::submit`]; `invalid_time` if it is later than a clock that commands do not set.
    pub async fn advance(&self, to: Instant) -> Result<Receipt, SubmitError> {
        self.submit(milepost_core::command::Advance { to }).await
    }

    /// [`Ledger::advance`] for threads outside an async runtime.
    ///
    /// # Errors
    /// As [`Ledger::advance`], and [`Error::BlockingInAsync`].
    pub fn advance_blocking(&self, to: Instant) -> Result<Receipt, SubmitError> {
        self.submit_blocking(milepost_core::command::Advance { to })
    }

    /// Follows the entries of the log from a sequence number on: first what is there, then what
    /// comes, in order, and never what is not durable. Number 0 is the genesis.
    pub fn entries(&self, from: u64) -> Entries {
        Entries::new(self.inner.reader.clone(), Arc::clone(&self.inner.watermark), from)
    }

    /// The programme in all of its durable versions, and its names. A later revision makes other
    /// rules; these stay what they are.
    pub fn rules(&self) -> Arc<Rules> {
        self.inner.current.get()
    }

    /// What opening it came to.
    pub fn opening(&self) -> &Opening {
        &self.inner.opening
    }

    /// The first sequence number that is not durable yet: one more than the last entry's.
    pub fn durable_end(&self) -> u64 {
        self.inner.watermark.end()
    }

    /// Waits for what is being done, takes a snapshot if the options say so, seals the log and
    /// gives up its lock. Other handles then answer [`Error::Closed`] to commands.
    ///
    /// # Errors
    /// [`Error`] if the log could not be sealed, or the ledger had stopped before. What was
    /// receipted stands.
    pub fn close(self) -> Result<(), Error> {
        self.inner.closing.store(true, Ordering::Relaxed);
        let wanted = self.inner.snapshots == Snapshots::AtClose;
        if wanted
            && self.inner.watermark.failure().is_none()
            && let Err(error) = self.snapshot()
        {
            tracing::warn!(%error, "no snapshot at close; the log has everything");
        }
        let log = self.inner.end().ok_or(Error::Closed)??;
        self.inner.snapshotter.lock().unwrap_or_else(PoisonError::into_inner).close();
        if let Some(failure) = self.inner.watermark.failure() {
            return Err(failure);
        }
        let closed = log.close();
        // Who follows the entries need not wait any longer.
        self.inner.watermark.fail(Arc::new(Error::Closed));
        Ok(closed?)
    }

    /// Has a job done by this thread, if it is the only one that wants anything done, or else hands
    /// it in; waits for the answer.
    pub(crate) fn ask<T>(
        &self,
        job: Job,
        answer: oneshot::Receiver<Result<T, Error>>,
        hand_in: impl FnOnce(&Desk, Job) -> Result<(), Error>,
    ) -> Result<Result<T, Error>, Error> {
        not_in_async()?;
        let desk = &self.inner.desk;
        if let Some(job) = desk.do_here(job)? {
            hand_in(desk, job)?;
        }
        answer.blocking_recv().map_err(|_| self.gone())
    }

    /// Why an answer will never come.
    pub(crate) fn gone(&self) -> Error {
        self.inner.desk.gone()
    }

    fn only(&self, delivery: Delivery) -> Result<Receipt, SubmitError> {
        let mut answers = self.all(delivery)?;
        let answer = answers.pop().ok_or(Error::Closed)?;
        answer.map_err(SubmitError::Refused)
    }

    fn all(&self, delivery: Delivery) -> Result<Vec<Answer>, Error> {
        let Delivered { answers, events } = delivery?;
        let finish = |raw: Raw| match raw {
            Raw::Accepted(receipt) => Ok(Ok(receipt.finish(&events))),
            Raw::Brief(brief) => Ok(Ok(brief.finish())),
            Raw::Duplicate(seq) => self.first_receipt(seq).map(Ok),
            Raw::Refused(refusal) => Ok(Err::<Receipt, Refusal>(refusal)),
        };
        answers.into_iter().map(finish).collect()
    }
}

/// A batch that has been handed in.
#[derive(Debug)]
pub struct PendingBatch {
    ledger: Ledger,
    delivery: oneshot::Receiver<Delivery>,
}

impl PendingBatch {
    /// Waits for the answers, one for each command, in order.
    ///
    /// # Errors
    /// As [`Ledger::submit_batch_blocking`].
    pub fn wait(self) -> Result<Vec<Answer>, Error> {
        not_in_async()?;
        let delivery = self.delivery.blocking_recv().map_err(|_| self.ledger.gone())?;
        self.ledger.all(delivery)
    }
}

impl Inner {
    /// Ends the threads, once everything submitted is done. `None` if they have ended before.
    fn end(&self) -> Option<Result<Log, Error>> {
        self.desk.close();
        let threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let _ = threads.end.send(());
        let writer = threads.writer.join();
        let flushing = threads.flushing.join();
        // A thread that panicked is a defect: nothing is sealed then.
        let flusher = Arc::into_inner(threads.flusher).and_then(|known| known.into_inner().ok());
        Some(match (writer, flushing, flusher) {
            (Ok(()), Ok(()), Some(flusher)) => Ok(flusher.log),
            _ => Err(self.watermark.failure().unwrap_or(Error::Closed)),
        })
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Dropping the log gives up its lock without sealing it.
        drop(self.end());
        self.watermark.fail(Arc::new(Error::Closed));
    }
}

fn one(request: Request, reply: oneshot::Sender<Delivery>) -> Job {
    let requests: SmallVec<[Request; 1]> = smallvec![request];
    Job::Submit { requests, atomicity: Atomicity::Each, reply }
}

/// A list that is there already is taken as it is.
fn all_of(requests: impl IntoIterator<Item = Request>) -> Requests {
    Requests::from_vec(requests.into_iter().collect())
}

/// Blocking inside an async runtime would stop it, or panic.
pub(crate) fn not_in_async() -> Result<(), Error> {
    match tokio::runtime::Handle::try_current() {
        Ok(_) => Err(Error::BlockingInAsync),
        Err(_) => Ok(()),
    }
}
