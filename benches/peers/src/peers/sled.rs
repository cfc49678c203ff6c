//! sled 0.34, flushed after each commit. On Linux its flush is `sync_file_range`, which leaves the
//! metadata of the file and the cache of the disk alone: a loss of power can take what it said was
//! safe.

use std::path::PathBuf;
use std::time::Instant;

use milepost_bench::Outcome;
use sled::transaction::{ConflictableTransactionError, TransactionError, Transactional};
use sled::{Config, Db, Tree};

use crate::balances::{Event, Members, Shared};
use crate::pairs;
use crate::peer::{Peer, Place, Rebuilt, bytes_on_disk};
use crate::workload::Order;

struct Sled {
    db: Db,
    events: Tree,
    keys: Tree,
    members: Shared,
    count: u32,
    folder: PathBuf,
}

/// Why an event cannot be stored.
#[derive(Debug)]
enum Taken {
    Version,
    Key,
}

/// Makes an empty database.
pub(crate) fn open(place: &Place<'_>) -> Outcome<Box<dyn Peer>> {
    let folder = place.folder.clone();
    let db = config(&folder).open()?;
    let (events, keys) = (db.open_tree("events")?, db.open_tree("keys")?);
    let members = Shared::new(place.members)?;
    Ok(Box::new(Sled { db, events, keys, members, count: place.members, folder }))
}

/// It is flushed by whoever commits, and not by the clock.
fn config(folder: &std::path::Path) -> Config {
    Config::new().path(folder).flush_every_ms(None)
}

impl Sled {
    fn store(&self, events: &[Event]) -> Result<(), TransactionError<Taken>> {
        (&self.events, &self.keys).transaction(|(tree, keys)| {
            for event in events {
                let at = pairs::at(event);
                if tree.insert(&at, pairs::value(event))?.is_some() {
                    return Err(ConflictableTransactionError::Abort(Taken::Version));
                }
                if keys.insert(event.key.as_bytes(), &at)?.is_some() {
                    return Err(ConflictableTransactionError::Abort(Taken::Key));
                }
            }
            Ok(())
        })
    }
}

impl Peer for Sled {
    fn commit(&self, orders: &[Order]) -> Outcome<()> {
        let turn = self.members.turn(orders);
        loop {
            let events = self.members.plan(orders)?;
            match self.store(&events) {
                Ok(()) => {
                    // Others may build upon it: what they flush has this before it.
                    self.members.apply(&events)?;
                    drop(turn);
                    self.db.flush()?;
                    return Ok(());
                }
                Err(TransactionError::Abort(Taken::Version)) => std::thread::yield_now(),
                Err(TransactionError::Abort(Taken::Key)) => {
                    return Err("the key was used before".into());
                }
                Err(TransactionError::Storage(error)) => return Err(error.into()),
            }
        }
    }

    fn rebuild(self: Box<Self>) -> Outcome<Rebuilt> {
        let Sled { db, events, keys, count, folder, .. } = *self;
        drop((events, keys, db));
        let bytes = bytes_on_disk(&folder)?;
        let start = Instant::now();
        let db = config(&folder).open()?;
        let mut members = Members::new(count)?;
        for pair in &db.open_tree("events")? {
            let (at, value) = pair?;
            pairs::fold(&mut members, &at, &value)?;
        }
        let taken = start.elapsed();
        Ok(Rebuilt { sum: members.sum()?, besides: 0, taken, bytes })
    }
}
