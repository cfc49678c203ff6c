//! The writer: it decides commands one at a time, in order, and so needs no locks inside the rules.
//!
//! Its thread takes what is queued, decides it into the current batch, and hands the batch over as
//! soon as the flusher is free: deciding and syncing overlap. While one caller comes after the other
//! with little, nothing would: then whoever decides makes the batch durable too, which may be the
//! caller's own thread (`desk.rs`).

mod again;
mod cast;
mod check;
mod locked;
mod many;
mod revise;
mod transaction;
mod undo;

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};

use milepost_core::event::Event;
use milepost_core::refusal::{Code, Detail, Refusal};
use milepost_core::rules::Rules;
use milepost_core::state::{Journal, Touch};
use milepost_core::time::Instant;
use milepost_log::{KeyIndex, Reader};
use tokio::sync::mpsc::{Receiver, UnboundedReceiver};
use tokio::sync::oneshot;

use crate::clock::Clock;
use crate::desk::Desk;
use crate::durable::{PanicGuard, Watermark};
use crate::error::Error;
use crate::flusher::{self, Flusher, Told};
use crate::pipeline::{Answers, Batch, Job, Raw, Reply, Requests, TotalsJob};
use crate::request::{Atomicity, Request};
use crate::store::{SHARDS, Store};

/// A batch that has grown to so many bytes waits for the flusher before it takes more.
const FULL: u64 = 4 << 20;
/// So many jobs are taken from the queue at once.
const AT_ONCE: usize = 256;
/// A batch of more bytes takes so long to write that something else may come meanwhile.
const SMALL: u64 = 16 << 10;

/// The writer's side of the ledger.
#[derive(Debug)]
pub(crate) struct Writer {
    pub(crate) rules: Arc<Rules>,
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) keys: KeyIndex,
    pub(crate) reader: Reader,
    pub(crate) watermark: Arc<Watermark>,
    /// For a batch that the writer makes durable itself; `None` if nothing becomes durable.
    pub(crate) flusher: Option<Arc<Mutex<Flusher>>>,
    pub(crate) batches: Sender<Batch>,
    pub(crate) done: UnboundedReceiver<Batch>,
    pub(crate) next_seq: u64,
    pub(crate) last: Instant,
    pub(crate) work: Work,
}

/// What the writer works with: buffers that are used again and again.
#[derive(Debug, Default)]
pub(crate) struct Work {
    batch: Batch,
    /// Empty buffers for the next batch, while the flusher is free; `None`: it is busy.
    next: Option<Box<Batch>>,
    /// Whether the last batch was small, for one caller, and nothing came behind it before it was
    /// handed over.
    was_alone: bool,
    /// Answers of the job at hand: they go into the batch when all of it is decided.
    answers: Answers,
    /// Who asks for the totals: answered when the batch is handed over, so that what is due is that
    /// of the same entries as the totals themselves.
    totals: Vec<TotalsJob>,
    journals: Vec<Journal>,
    touches: Vec<Touch>,
    log_touches: Vec<milepost_log::Touch>,
}

impl Work {
    /// Nothing decided yet, and a flusher that waits.
    pub(crate) fn new() -> Work {
        Work { next: Some(Box::default()), ..Work::default() }
    }

    /// Whether there is nothing to hand over.
    fn is_empty(&self) -> bool {
        self.batch.is_empty() && self.totals.is_empty()
    }
}

/// What the writer's thread does next.
enum Next {
    /// The flusher has done with a batch; `None`: it has panicked.
    Done(Option<Batch>),
    /// Jobs have been taken from the queue; if there are none, there will be no more.
    Jobs,
    End,
}

/// The writer's thread: decides what is queued until it is told to end; then what is queued still is
/// decided, and everything is handed over and done. The writer ends with it, and whoever waits for
/// an answer that will not come any more is told so; also if it panics.
pub(crate) fn run(desk: &Desk, jobs: Receiver<Job>, end: oneshot::Receiver<()>) {
    let _last = EndsWriter(desk);
    // Of no runtime: what a host's disk or view does on this thread may block.
    pollster::block_on(serve(desk, jobs, end));
}

/// Ends the writer when it is dropped, once nobody holds it.
struct EndsWriter<'a>(&'a Desk);

impl Drop for EndsWriter<'_> {
    fn drop(&mut self) {
        drop(pollster::block_on(self.0.writer()).take());
    }
}

async fn serve(desk: &Desk, mut jobs: Receiver<Job>, mut end: oneshot::Receiver<()>) {
    let mut taken = Vec::with_capacity(AT_ONCE);
    let mut held = desk.writer().await;
    let Some(watermark) = held.as_ref().map(|writer| Arc::clone(&writer.watermark)) else { return };
    let _guard = PanicGuard::new(&watermark);
    while let Some(writer) = held.as_mut() {
        let next = if writer.waits_for_flusher() {
            tokio::select! {
                biased;
                done = writer.done.recv() => Next::Done(done),
                _ = &mut end => Next::End,
                _ = jobs.recv_many(&mut taken, AT_ONCE), if !writer.is_full() => Next::Jobs,
            }
        } else {
            // Meanwhile a caller that is alone may decide for itself.
            drop(held);
            let next = tokio::select! {
                biased;
                _ = &mut end => Next::End,
                _ = jobs.recv_many(&mut taken, AT_ONCE) => Next::Jobs,
            };
            held = desk.writer().await;
            next
        };
        let Some(writer) = held.as_mut() else { return };
        match next {
            Next::Done(Some(done)) => {
                writer.take_back(done);
                // What is handed over now was decided meanwhile: somebody does overlap.
                writer.hand_over(|| false);
            }
            Next::Jobs if !taken.is_empty() => {
                // And what has come while somebody else decided.
                let room = AT_ONCE - taken.len();
                taken.extend(std::iter::from_fn(|| jobs.try_recv().ok()).take(room));
                let count = taken.len();
                for job in taken.drain(..) {
                    writer.handle(job).await;
                }
                desk.decided(count);
                writer.hand_over(|| !desk.is_waited_for());
            }
            Next::Jobs | Next::End => {
                writer.finish(&mut jobs).await;
                return;
            }
            // The ledger has failed.
            Next::Done(None) => return,
        }
    }
}

impl Writer {
    /// Whether a batch is on its way.
    const fn waits_for_flusher(&self) -> bool {
        self.work.next.is_none()
    }

    /// Whether callers come one by one, and all that was decided is durable.
    pub(crate) fn serves_one(&self) -> bool {
        self.work.was_alone && self.work.is_empty() && !self.waits_for_flusher()
    }

    /// Decides one job and makes it durable, on the thread of a caller that is alone.
    pub(crate) async fn serve_alone(&mut self, desk: &Desk, job: Job) {
        self.handle(job).await;
        if let Some(batch) = self.next_batch() {
            self.flush_here(batch, || !desk.is_waited_for());
        }
        // Of what went to the flusher's thread, because it was much, nobody else would hear.
        self.drain().await;
    }

    /// Takes what is queued, and no more. Who holds a place in the queue without having used it is
    /// not waited for: that may be a task that never runs again.
    async fn finish(&mut self, jobs: &mut Receiver<Job>) {
        jobs.close();
        while let Ok(job) = jobs.try_recv() {
            self.handle(job).await;
            self.hand_over(|| false);
        }
        self.drain().await;
    }

    fn is_full(&self) -> bool {
        self.work.batch.group.stored_len() >= FULL
    }

    fn take_back(&mut self, mut done: Batch) {
        if let Some(sealed) = done.sealed.take() {
            self.keys.segment_sealed(sealed);
        }
        done.group.clear();
        self.work.next = Some(Box::new(done));
    }

    /// Gives the batch to the flusher, if it is free and there is anything in it: to its thread, or,
    /// if callers come one by one, at once. `is_last`: whether nobody waits behind it, as far as one
    /// knows.
    fn hand_over(&mut self, is_last: impl Fn() -> bool) {
        let Some(batch) = self.next_batch() else { return };
        let is_small = batch.replies.len() == 1 && batch.group.stored_len() <= SMALL;
        let is_alone = is_small && is_last();
        // Twice in a row: where many call, one is the first again and again, and the others come
        // while it is written.
        let was_alone = std::mem::replace(&mut self.work.was_alone, is_alone);
        if was_alone && is_alone {
            return self.flush_here(batch, is_last);
        }
        // Only a flusher that has panicked does not take it, and then the ledger has failed.
        if let Err(lost) = self.batches.send(batch) {
            self.watermark.fail(Arc::new(Error::Panicked));
            drop(lost);
        }
    }

    /// What has been decided, if there is anything and the flusher is free for it.
    fn next_batch(&mut self) -> Option<Batch> {
        if self.work.is_empty() {
            return None;
        }
        let next = self.work.next.take()?;
        self.answer_totals();
        for answer in &mut self.work.answers {
            answer.leave_batch(&self.work.batch.events);
        }
        Some(std::mem::replace(&mut self.work.batch, *next))
    }

    /// Makes a batch durable on this thread, and tells of it.
    fn flush_here(&mut self, mut batch: Batch, is_last: impl Fn() -> bool) {
        let told = self.flusher.as_ref().map(|own| flusher::lock(own).make_durable(&mut batch));
        // Who has come before the caller is told could have been decided meanwhile.
        self.work.was_alone = is_last();
        self.take_back(batch);
        told.into_iter().for_each(Told::tell);
    }

    fn answer_totals(&mut self) {
        for job in std::mem::take(&mut self.work.totals) {
            let as_of = job.as_of.unwrap_or_else(|| self.clock.now().max(self.last));
            if as_of < self.last {
                drop(job.reply.send(Ok(None)));
                continue;
            }
            match self.due_totals(as_of) {
                Ok(due) => self.work.batch.replies.push(Reply::Totals { due, to: job.reply }),
                Err(error) => drop(job.reply.send(Err(error))),
            }
        }
    }

    /// Waits until everything decided so far is durable, or never will be.
    async fn drain(&mut self) {
        loop {
            self.hand_over(|| false);
            if self.work.next.is_some() || !self.wait_for_flusher().await {
                return;
            }
        }
    }

    async fn wait_for_flusher(&mut self) -> bool {
        match self.done.recv().await {
            Some(done) => {
                self.take_back(done);
                true
            }
            None => false,
        }
    }

    async fn handle(&mut self, job: Job) {
        match job {
            Job::Submit { requests, atomicity, reply } => {
                let answers = match self.watermark.failure() {
                    Some(failure) => Err(failure),
                    None => self.submit(&requests, atomicity).await,
                };
                match answers {
                    Ok(answers) => {
                        self.work.batch.replies.push(Reply::Answers { answers, to: reply });
                    }
                    Err(error) => drop(reply.send(Err(error))),
                }
            }
            Job::Totals(job) => self.work.totals.push(job),
        }
    }

    async fn submit(
        &mut self,
        requests: &Requests,
        atomicity: Atomicity,
    ) -> Result<Answers, Error> {
        self.work.answers.clear();
        match atomicity {
            Atomicity::AllOrNone => self.transact(requests).await?,
            Atomicity::Each => {
                for request in requests {
                    self.transact(std::slice::from_ref(request)).await?;
                }
            }
        }
        Ok(std::mem::take(&mut self.work.answers))
    }

    /// Commands that are submitted together may fill more than one batch of the log. Their answers
    /// go with the last of them.
    async fn make_room(&mut self) {
        if self.work.next.is_some() || self.wait_for_flusher().await {
            self.hand_over(|| false);
        }
    }

    /// Decides requests as one (R-CMD-5): all stand, or none and each has its answer.
    async fn transact(&mut self, requests: &[Request]) -> Result<(), Error> {
        if self.is_full() {
            self.make_room().await;
        }
        let checked = self.check(requests).await?;
        if let Err((index, refusal)) = self.decide(requests, checked)? {
            for at in 0..requests.len() {
                let refusal = if at == index { refusal.clone() } else { batch_refused(index) };
                self.work.answers.push(Raw::Refused(refusal));
            }
        }
        Ok(())
    }

    /// Stops the ledger: our own events do not apply.
    fn broken(&self, seq: u64, source: milepost_core::state::Broken) -> Error {
        let error = Error::Broken { seq, source };
        self.watermark.fail(Arc::new(error.clone()));
        error
    }

    /// What is due by `as_of` and not written down.
    fn due_totals(&self, as_of: Instant) -> Result<Vec<Event>, Error> {
        let mut due = Vec::new();
        for shard in 0..SHARDS {
            let shard = self.store.read(shard);
            if !shard.may_be_due(as_of) {
                continue;
            }
            for member in shard.members().filter(|member| !member.is_settled(as_of)) {
                let mut member = member.clone();
                let events = milepost_core::decide::settle(&self.rules, &mut member, as_of);
                due.extend(events.map_err(|source| self.broken(member.head(), source))?);
            }
        }
        Ok(due)
    }
}

fn batch_refused(index: usize) -> Refusal {
    Refusal::new(Code::BatchRefused, format!("command {index} of the batch was refused"))
        .with("index", Detail::Number(u64::try_from(index).unwrap_or(u64::MAX)))
}
