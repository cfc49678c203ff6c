//! fjall with optimistic transactions. Its journal is synced after each commit, for which it has to
//! be asked.

use std::path::{Path, PathBuf};
use std::time::Instant;

use fjall::{
    KeyspaceCreateOptions, OptimisticTxDatabase, OptimisticTxKeyspace, PersistMode, Readable,
};
use milepost_bench::Outcome;

use crate::balances::{Event, Members, Shared};
use crate::pairs;
use crate::peer::{Peer, Place, Rebuilt, bytes_on_disk};
use crate::workload::Order;

struct Fjall {
    tables: Tables,
    members: Shared,
    count: u32,
    folder: PathBuf,
}

struct Tables {
    db: OptimisticTxDatabase,
    events: OptimisticTxKeyspace,
    keys: OptimisticTxKeyspace,
}

/// Makes an empty database.
pub(crate) fn open(place: &Place<'_>) -> Outcome<Box<dyn Peer>> {
    let folder = place.folder.join("fjall");
    let members = Shared::new(place.members)?;
    Ok(Box::new(Fjall { tables: Tables::open(&folder)?, members, count: place.members, folder }))
}

impl Tables {
    fn open(folder: &Path) -> Outcome<Tables> {
        let db = OptimisticTxDatabase::builder(folder).open()?;
        let events = db.keyspace("events", KeyspaceCreateOptions::default)?;
        let keys = db.keyspace("keys", KeyspaceCreateOptions::default)?;
        Ok(Tables { db, events, keys })
    }

    /// Whether the versions were still free, so that the events are stored.
    fn store(&self, events: &[Event]) -> Outcome<bool> {
        let mut transaction = self.db.write_tx()?;
        for event in events {
            let at = pairs::at(event);
            if transaction.contains_key(&self.events, at)? {
                return Ok(false);
            }
            if transaction.contains_key(&self.keys, &event.key)? {
                return Err("the key was used before".into());
            }
            transaction.insert(&self.events, at, pairs::value(event));
            transaction.insert(&self.keys, event.key.as_str(), at);
        }
        Ok(transaction.commit()?.is_ok())
    }
}

impl Peer for Fjall {
    fn commit(&self, orders: &[Order]) -> Outcome<()> {
        let turn = self.members.turn(orders);
        loop {
            let events = self.members.plan(orders)?;
            if self.tables.store(&events)? {
                // Others may build upon it: what they sync has this before it.
                self.members.apply(&events)?;
                drop(turn);
                return Ok(self.tables.db.persist(PersistMode::SyncData)?);
            }
            std::thread::yield_now();
        }
    }

    fn rebuild(self: Box<Self>) -> Outcome<Rebuilt> {
        let Fjall { tables, count, folder, .. } = *self;
        drop(tables);
        let bytes = bytes_on_disk(&folder)?;
        let start = Instant::now();
        let tables = Tables::open(&folder)?;
        let mut members = Members::new(count)?;
        for pair in tables.db.read_tx().iter(&tables.events) {
            let (at, value) = pair.into_inner()?;
            pairs::fold(&mut members, &at, &value)?;
        }
        let taken = start.elapsed();
        Ok(Rebuilt { sum: members.sum()?, besides: 0, taken, bytes })
    }
}
