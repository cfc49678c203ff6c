//! What every peer can do, so that all are measured by the same code.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use milepost_bench::Outcome;
use milepost_bench::ledgers::BATCH;

use crate::balances::Sum;
use crate::peers::server::Server;
use crate::workload::Order;

/// A store of points that is open.
pub(crate) trait Peer: Send + Sync {
    /// Decides and stores these orders, in order. All are durable when it returns.
    ///
    /// # Errors
    /// If the store fails. Nothing is measured then.
    fn commit(&self, orders: &[Order]) -> Outcome<()>;

    /// A caller, with what each needs of its own, such as a connection.
    ///
    /// # Errors
    /// If there is none to be had.
    fn caller(&self) -> Outcome<Box<dyn Caller + '_>> {
        Ok(Box::new(Straight(self)))
    }

    /// Many orders, each batch of them durable at once. What a host would have at hand is made
    /// here; the job that it returns is what is timed. `None` if the peer has no such thing.
    ///
    /// # Errors
    /// If the orders cannot be said.
    fn bulk<'a>(&'a self, orders: &'a [Order]) -> Outcome<Option<Job<'a>>> {
        let batches = || orders.chunks(BATCH).try_for_each(|batch| self.commit(batch));
        Ok(Some(Box::new(batches)))
    }

    /// Closes the store and folds what it kept into balances again.
    ///
    /// # Errors
    /// If the store fails.
    fn rebuild(self: Box<Self>) -> Outcome<Rebuilt>;
}

/// Somebody who submits one order at a time.
pub(crate) trait Caller {
    /// Decides and stores an order. It is durable when it returns.
    ///
    /// # Errors
    /// If the store fails.
    fn append(&mut self, order: &Order) -> Outcome<()>;
}

/// Something to be timed.
pub(crate) type Job<'a> = Box<dyn FnOnce() -> Outcome<()> + 'a>;

/// A caller that commits each order by itself.
struct Straight<'a, P: ?Sized>(&'a P);

impl<P: Peer + ?Sized> Caller for Straight<'_, P> {
    fn append(&mut self, order: &Order) -> Outcome<()> {
        self.0.commit(std::slice::from_ref(order))
    }
}

/// Where a peer may put itself.
#[derive(Debug)]
pub(crate) struct Place<'a> {
    /// An empty folder.
    pub(crate) folder: PathBuf,
    /// How many members there will be.
    pub(crate) members: u32,
    /// The database server, for whoever needs one.
    pub(crate) server: &'a Server,
}

/// What was folded again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rebuilt {
    /// What it came to.
    pub(crate) sum: Sum,
    /// How many of the events that were folded are no order's.
    pub(crate) besides: u64,
    /// From nothing open to all balances in memory.
    pub(crate) taken: Duration,
    /// What the store takes on the disk.
    pub(crate) bytes: u64,
}

/// What the files in a folder, and in the folders in it, take on the disk.
///
/// # Errors
/// If they cannot be read.
pub(crate) fn bytes_on_disk(folder: &Path) -> Outcome<u64> {
    let mut bytes = 0;
    for item in std::fs::read_dir(folder)? {
        let item = item?;
        let about = item.metadata()?;
        // The blocks of a file are counted in units of 512 bytes, whatever the disk's own are.
        bytes += if about.is_dir() { bytes_on_disk(&item.path())? } else { about.blocks() * 512 };
    }
    Ok(bytes)
}
