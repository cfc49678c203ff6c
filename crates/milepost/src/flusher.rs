//! The flusher: makes batches durable, and then tells of them.
//!
//! It has a thread of its own: while that waits for the disk, the writer decides the next batch. A
//! lone caller leaves nothing to decide meanwhile: for it whoever decides flushes too, and one
//! thread less has to be woken. Nothing is told before it is durable, and after one failure nothing more is
//! written or told.

use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use milepost_core::event::Event;
use milepost_core::rules::Rules;
use milepost_core::views::Totals;
use milepost_log::Log;
use smallvec::SmallVec;
use tokio::sync::mpsc::UnboundedSender;

use crate::current::Current;
use crate::durable::{PanicGuard, Watermark};
use crate::error::Error;
use crate::pipeline::{Batch, Delivered, Reply, Views};
use crate::view::{EntryView, TotalsView, View};

/// The flusher's side of the ledger.
#[derive(Debug)]
pub(crate) struct Flusher {
    pub(crate) log: Log,
    /// Those of the last entry that the views have taken in.
    pub(crate) rules: Arc<Rules>,
    pub(crate) current: Arc<Current>,
    pub(crate) views: Arc<Views>,
    pub(crate) watermark: Arc<Watermark>,
}

/// Makes batches durable until there are no more. Those that are done go back to the writer: their
/// buffers are used again.
pub(crate) fn run(
    flusher: &Mutex<Flusher>,
    batches: &Receiver<Batch>,
    done: &UnboundedSender<Batch>,
) {
    while let Ok(mut batch) = batches.recv() {
        let told = lock(flusher).make_durable(&mut batch);
        // First: whoever is told and comes again at once is to find the flusher free. The writer may
        // have ended already: then nobody needs the buffers.
        let _ = done.send(batch);
        told.tell();
    }
}

/// What is told of a batch that is durable, or never will be.
#[must_use]
pub(crate) struct Told {
    replies: SmallVec<[Reply; 1]>,
    /// Those that the receipts point into.
    events: Arc<Vec<Event>>,
    /// Those of the moment, if somebody has asked for them.
    totals: Option<Totals>,
    /// Why it never will be.
    stopped: Option<Error>,
}

/// Nobody waits for it: the writer has one batch at a time on its way.
pub(crate) fn lock(flusher: &Mutex<Flusher>) -> MutexGuard<'_, Flusher> {
    flusher.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Flusher {
    /// Makes a batch durable, or stops the ledger. The batch is then empty, but for its group.
    pub(crate) fn make_durable(&mut self, batch: &mut Batch) -> Told {
        let watermark = Arc::clone(&self.watermark);
        let _guard = PanicGuard::new(&watermark);
        let stopped = self.flush(batch).err();
        let asks_for_totals = |reply: &Reply| matches!(reply, Reply::Totals { .. });
        let totals = batch.replies.iter().any(asks_for_totals).then(|| self.totals());
        // Mostly nobody asks for the events: then their room is used again.
        let are_wanted = stopped.is_none() && batch.replies.iter().any(Reply::wants_events);
        let events = if are_wanted { std::mem::take(&mut batch.events) } else { Vec::new() };
        batch.events.clear();
        batch.entries.clear();
        batch.revised.clear();
        Told {
            replies: batch.replies.drain(..).collect(),
            events: Arc::new(events),
            totals,
            stopped,
        }
    }

    /// Makes a batch durable. After an error the watermark has failed.
    fn flush(&mut self, batch: &mut Batch) -> Result<(), Error> {
        if let Some(failure) = self.watermark.failure() {
            return Err(failure);
        }
        if batch.group.is_empty() {
            return Ok(());
        }
        // The views' lock is held until the entries are durable, so that nobody sees them before.
        // If they never will be, the ledger has failed before the lock is given up.
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        let _guard = PanicGuard::new(&self.watermark);
        Self::fold(&mut self.rules, &mut views, batch);
        let durable = self.log.append(&mut batch.group).map_err(|error| {
            tracing::error!(%error, "the ledger has stopped");
            let source = Arc::new(Error::from(error));
            self.watermark.fail(Arc::clone(&source));
            Error::Stopped { source }
        })?;
        batch.sealed = durable.sealed;
        let last = self.log.last_recorded_at().unwrap_or(i64::MIN);
        // Before anybody can see what was decided by them.
        self.current.set(Arc::clone(&self.rules));
        self.watermark.raise(durable.last_seq + 1, last);
        Ok(())
    }

    fn fold(rules: &mut Arc<Rules>, views: &mut [Box<dyn View>], batch: &Batch) {
        for (at, (entry, range)) in batch.group.entries().zip(&batch.entries).enumerate() {
            let revised = batch.revised.iter().find(|(entry, _)| *entry == at);
            if let Some((_, revised)) = revised {
                *rules = Arc::clone(revised);
            }
            let events = batch.events.get(range.clone()).unwrap_or_default();
            let entry = EntryView::new(entry, events);
            for view in &mut *views {
                view.fold(rules, &entry);
            }
        }
    }

    fn totals(&self) -> Totals {
        let views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        let found = views.iter().find_map(|view| {
            let view: &dyn std::any::Any = &**view;
            view.downcast_ref::<TotalsView>()
        });
        found.map(|view| view.totals.clone()).unwrap_or_default()
    }
}

impl Told {
    /// Tells everybody. Who has gone away does not want the answer.
    pub(crate) fn tell(self) {
        let Told { replies, events, totals, stopped } = self;
        for reply in replies {
            match reply {
                Reply::Answers { answers, to } => {
                    let delivered = || Delivered { answers, events: Arc::clone(&events) };
                    let _ = to.send(stopped.clone().map_or_else(|| Ok(delivered()), Err));
                }
                Reply::Totals { due, to } => {
                    let with_due = || {
                        let mut totals = totals.clone().unwrap_or_default();
                        totals.add_settled(&due);
                        Some(totals)
                    };
                    let _ = to.send(stopped.clone().map_or_else(|| Ok(with_due()), Err));
                }
            }
        }
    }
}
