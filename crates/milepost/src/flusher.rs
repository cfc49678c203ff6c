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
        lock(flusher).make_durable(&mut batch, || ());
        // The writer may have ended already: then nobody needs the buffers.
        let _ = done.send(batch);
    }
}

/// Nobody waits for it: the writer has one batch at a time on its way.
pub(crate) fn lock(flusher: &Mutex<Flusher>) -> MutexGuard<'_, Flusher> {
    flusher.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Flusher {
    /// Makes a batch durable and tells of it, or tells that the ledger has stopped. `before` is
    /// called when the disk is done and nobody told yet.
    pub(crate) fn make_durable(&mut self, batch: &mut Batch, before: impl FnOnce()) {
        let watermark = Arc::clone(&self.watermark);
        let _guard = PanicGuard(&watermark);
        let flushed = self.flush(batch);
        before();
        match flushed {
            Ok(()) => self.tell(batch),
            Err(stopped) => Self::stop(batch, &stopped),
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
        let _guard = PanicGuard(&self.watermark);
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

    fn tell(&self, batch: &mut Batch) {
        // Mostly nobody asks for the events: then their room is used again.
        let are_wanted = batch.replies.iter().any(Reply::wants_events);
        let events = if are_wanted { std::mem::take(&mut batch.events) } else { Vec::new() };
        let events = Arc::new(events);
        batch.events.clear();
        batch.entries.clear();
        batch.revised.clear();
        for reply in batch.replies.drain(..) {
            // Who has gone away does not want the answer.
            match reply {
                Reply::Answers { answers, to } => {
                    let delivered = Delivered { answers, events: Arc::clone(&events) };
                    let _ = to.send(Ok(delivered));
                }
                Reply::Totals { due, to } => {
                    let _ = to.send(Ok(Some(self.totals(&due))));
                }
            }
        }
    }

    fn totals(&self, due: &[Event]) -> Totals {
        let views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        let found = views.iter().find_map(|view| {
            let view: &dyn std::any::Any = &**view;
            view.downcast_ref::<TotalsView>()
        });
        let mut totals = found.map(|view| view.totals.clone()).unwrap_or_default();
        totals.add_settled(due);
        totals
    }

    fn stop(batch: &mut Batch, stopped: &Error) {
        for reply in batch.replies.drain(..) {
            match reply {
                Reply::Answers { to, .. } => drop(to.send(Err(stopped.clone()))),
                Reply::Totals { to, .. } => drop(to.send(Err(stopped.clone()))),
            }
        }
        batch.events.clear();
        batch.entries.clear();
        batch.revised.clear();
    }
}
