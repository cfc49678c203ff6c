//! redb with its default durability: every commit synced. Its writers wait for each other.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use milepost_bench::Outcome;
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};

use crate::balances::Members;
use crate::pairs;
use crate::peer::{Peer, Place, Rebuilt, bytes_on_disk};
use crate::workload::Order;

const EVENTS: TableDefinition<'_, [u8; pairs::AT], &[u8]> = TableDefinition::new("events");
const KEYS: TableDefinition<'_, &str, [u8; pairs::AT]> = TableDefinition::new("keys");

struct Redb {
    db: Database,
    members: Mutex<Members>,
    count: u32,
    folder: PathBuf,
}

/// Makes an empty database.
pub(crate) fn open(place: &Place<'_>) -> Outcome<Box<dyn Peer>> {
    let db = Database::create(place.folder.join("events.redb"))?;
    let members = Mutex::new(Members::new(place.members)?);
    let (count, folder) = (place.members, place.folder.clone());
    Ok(Box::new(Redb { db, members, count, folder }))
}

impl Peer for Redb {
    fn commit(&self, orders: &[Order]) -> Outcome<()> {
        let mut members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = self.db.begin_write()?;
        {
            let mut events = transaction.open_table(EVENTS)?;
            let mut keys = transaction.open_table(KEYS)?;
            for order in orders {
                let event = members.decide(order)?;
                let at = pairs::at(&event);
                if events.insert(at, pairs::value(&event).as_slice())?.is_some() {
                    return Err("the version was used before".into());
                }
                if keys.insert(event.key.as_str(), at)?.is_some() {
                    return Err("the key was used before".into());
                }
            }
        }
        Ok(transaction.commit()?)
    }

    fn rebuild(self: Box<Self>) -> Outcome<Rebuilt> {
        let Redb { db, count, folder, .. } = *self;
        drop(db);
        let bytes = bytes_on_disk(&folder)?;
        let start = Instant::now();
        let db = Database::open(folder.join("events.redb"))?;
        let mut members = Members::new(count)?;
        for pair in db.begin_read()?.open_table(EVENTS)?.iter()? {
            let (at, value) = pair?;
            pairs::fold(&mut members, &at.value(), value.value())?;
        }
        let taken = start.elapsed();
        Ok(Rebuilt { sum: members.sum()?, besides: 0, taken, bytes })
    }
}
