//! How a ledger is opened.

use std::num::NonZeroUsize;
use std::sync::Arc;

use milepost_log::{Disk, LogOptions, RealDisk};

use crate::clock::{Clock, SystemClock};
use crate::view::View;

/// How many jobs may wait for the writer before `submit` waits and `try_submit` refuses.
const QUEUE: usize = 4096;

/// How a ledger is opened. The default suits a server: the system's clock, a snapshot at a clean
/// close.
#[derive(Debug)]
#[non_exhaustive]
pub struct Options {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) log: LogOptions,
    pub(crate) queue: usize,
    pub(crate) snapshots: Snapshots,
    pub(crate) views: Vec<Box<dyn View>>,
    pub(crate) ledger_id: Option<[u8; 16]>,
    pub(crate) fold_threads: Option<NonZeroUsize>,
}

/// When snapshots are taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Snapshots {
    /// At a clean close, and when asked; the default.
    #[default]
    AtClose,
    /// Only when asked.
    OnDemand,
    /// Never, and none is read: opening folds the whole log.
    Off,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            clock: Arc::new(SystemClock),
            disk: Arc::new(RealDisk),
            log: LogOptions::default(),
            queue: QUEUE,
            snapshots: Snapshots::default(),
            views: Vec::new(),
            ledger_id: None,
            fold_threads: None,
        }
    }
}

impl Options {
    /// Sets the clock (default: the system's).
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Options {
        Options { clock, ..self }
    }

    /// Sets the disk of the log (default: the real one). Snapshots are always on the real one.
    #[must_use]
    pub fn with_disk(self, disk: Arc<dyn Disk>) -> Options {
        Options { disk, ..self }
    }

    /// Sets how the log writes.
    #[must_use]
    pub fn with_log(self, log: LogOptions) -> Options {
        Options { log, ..self }
    }

    /// Sets how many jobs may wait for the writer (default 4,096, at least 1).
    #[must_use]
    pub fn with_queue(self, jobs: usize) -> Options {
        Options { queue: jobs.max(1), ..self }
    }

    /// Sets when snapshots are taken (default: at a clean close).
    #[must_use]
    pub fn with_snapshots(self, snapshots: Snapshots) -> Options {
        Options { snapshots, ..self }
    }

    /// Adds a view of the host's: it is kept current with its entries.
    #[must_use]
    pub fn with_view(mut self, view: impl View) -> Options {
        self.views.push(Box::new(view));
        self
    }

    /// Sets on how many threads opening folds what no snapshot holds, and how many read a snapshot
    /// beside the one that walks through it; more than 8 are 8 (default: as many as the machine runs
    /// at once, for folding if there is much of it). The members are shared out; host-defined views
    /// are always on one.
    #[must_use]
    pub fn with_fold_threads(self, threads: NonZeroUsize) -> Options {
        Options { fold_threads: Some(threads), ..self }
    }

    /// Sets the identity of a ledger that is created (default: random).
    #[must_use]
    pub fn with_ledger_id(self, id: [u8; 16]) -> Options {
        Options { ledger_id: Some(id), ..self }
    }
}
