//! The flusher: one thread that makes batches durable, and then tells of them.
//!
//! While it waits for the disk, the writer decides the next batch. Nothing is told before it is
//! durable, and after one failure nothing more is written or told.

use std::sync::mpsc::Receiver;
use std::sync::{Arc, PoisonError};

use milepost_core::event::Event;
use milepost_core::rules::Rules;
use milepost_core::views::Totals;
use milepost_log::Log;
use tokio::sync::mpsc::UnboundedSender;

use crate::durable::Watermark;
use crate::error::Error;
use crate::pipeline::{Batch, Delivered, Reply, Views};
use crate::view::{EntryView, TotalsView, View};

/// The flusher's side of the ledger.
#[derive(Debug)]
pub(crate) struct Flusher {
    pub(crate) log: Log,
    pub(crate) rules: Arc<Rules>,
    pub(crate) views: Arc<Views>,
    pub(crate) watermark: Arc<Watermark>,
    /// Batches that are done go back to the writer: their buffers are used again.
    pub(crate) done: UnboundedSender<Batch>,
}

impl Flusher {
    /// Makes batches durable until there are no more; then gives back the log.
    pub(crate) fn run(mut self, batches: &Receiver<Batch>) -> Log {
        while let Ok(mut batch) = batches.recv() {
            match self.flush(&mut batch) {
                Ok(()) => self.tell(&mut batch),
                Err(error) => self.stop(&mut batch, error),
            }
            // The writer may have ended already: then nobody needs the buffers.
            let _ = self.done.send(batch);
        }
        self.log
    }

    fn flush(&mut self, batch: &mut Batch) -> Result<(), Error> {
        if let Some(failure) = self.watermark.failure() {
            return Err(failure);
        }
        if batch.group.is_empty() {
            return Ok(());
        }
        // The views' lock is held until the entries are durable, so that nobody sees them before.
        let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
        self.fold(&mut views, batch);
        let durable = self.log.append(&mut batch.group)?;
        batch.sealed = durable.sealed;
        let last = self.log.last_recorded_at().unwrap_or(i64::MIN);
        self.watermark.raise(durable.last_seq + 1, last);
        Ok(())
    }

    fn fold(&self, views: &mut [Box<dyn View>], batch: &Batch) {
        for (entry, range) in batch.group.entries().zip(&batch.entries) {
            let events = batch.events.get(range.clone()).unwrap_or_default();
            let entry = EntryView::new(entry, events);
            for view in &mut *views {
                view.fold(&self.rules, &entry);
            }
        }
    }

    fn tell(&self, batch: &mut Batch) {
        let events = Arc::new(std::mem::take(&mut batch.events));
        batch.entries.clear();
        for reply in batch.replies.drain(..) {
            // Who has gone away does not want the answer.
            match reply {
                Reply::Answers { answers, to } => {
                    let delivered = Delivered { answers, events: Arc::clone(&events) };
                    let _ = to.send(Ok(delivered));
                }
                Reply::Totals { due, to } => {
                    let _ = to.send(Ok(self.totals(&due)));
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

    fn stop(&self, batch: &mut Batch, error: Error) {
        tracing::error!(%error, "the ledger has stopped");
        let source = Arc::new(error);
        self.watermark.fail(Arc::clone(&source));
        let stopped = || Error::Stopped { source: Arc::clone(&source) };
        for reply in batch.replies.drain(..) {
            match reply {
                Reply::Answers { to, .. } => drop(to.send(Err(stopped()))),
                Reply::Totals { to, .. } => drop(to.send(Err(stopped()))),
            }
        }
        batch.events.clear();
        batch.entries.clear();
    }
}
