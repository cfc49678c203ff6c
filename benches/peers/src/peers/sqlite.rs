//! `SQLite` as a log of events: write-ahead log, and every commit synced.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use milepost_bench::Outcome;
use rusqlite::{Connection, TransactionBehavior, params};

use crate::balances::Members;
use crate::peer::{Peer, Place, Rebuilt, bytes_on_disk};
use crate::workload::Order;

/// The rows are the log, in the order of `seq`. What is unique is checked by the store.
const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE events (
        seq INTEGER PRIMARY KEY,
        member INTEGER NOT NULL,
        version INTEGER NOT NULL,
        key TEXT NOT NULL UNIQUE,
        body BLOB NOT NULL,
        UNIQUE (member, version)
    );";
const INSERT: &str = "INSERT INTO events (member, version, key, body) VALUES (?1, ?2, ?3, ?4)";
const SELECT: &str = "SELECT member, version, body FROM events ORDER BY seq";

struct Sqlite {
    /// One connection for all: callers that have one each wait for each other by sleeping.
    state: Mutex<(Connection, Members)>,
    folder: PathBuf,
    members: u32,
}

/// Makes an empty database.
pub(crate) fn open(place: &Place<'_>) -> Outcome<Box<dyn Peer>> {
    let connection = Connection::open(place.folder.join("events.db"))?;
    connection.execute_batch(SCHEMA)?;
    let state = Mutex::new((connection, Members::new(place.members)?));
    Ok(Box::new(Sqlite { state, folder: place.folder.clone(), members: place.members }))
}

impl Peer for Sqlite {
    fn commit(&self, orders: &[Order]) -> Outcome<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let (connection, members) = &mut *state;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut insert = transaction.prepare_cached(INSERT)?;
        for order in orders {
            let event = members.decide(order)?;
            insert.execute(params![event.member, event.version, event.key, event.body])?;
        }
        drop(insert);
        Ok(transaction.commit()?)
    }

    fn rebuild(self: Box<Self>) -> Outcome<Rebuilt> {
        let Sqlite { state, folder, members } = *self;
        let (connection, _) = state.into_inner().unwrap_or_else(PoisonError::into_inner);
        connection.close().map_err(|(_, error)| error)?;
        let bytes = bytes_on_disk(&folder)?;
        let start = Instant::now();
        let connection = Connection::open(folder.join("events.db"))?;
        let mut members = Members::new(members)?;
        let mut select = connection.prepare(SELECT)?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            members.fold(row.get(0)?, row.get(1)?, row.get_ref(2)?.as_blob()?)?;
        }
        let taken = start.elapsed();
        Ok(Rebuilt { sum: members.sum()?, besides: 0, taken, bytes })
    }
}
