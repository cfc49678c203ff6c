//! `PostgreSQL` as a log of events, one connection for each caller. The version is read in memory
//! and checked by the primary key: who comes second reads again and tries again.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use milepost_bench::Outcome;
use postgres::binary_copy::BinaryCopyOutIter;
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::Type;
use postgres::{Client, Error, Statement};

use crate::balances::{Event, Members, Shared};
use crate::peer::{Caller, Peer, Place, Rebuilt};
use crate::peers::server::Database;
use crate::workload::Order;

const SCHEMA: &str = "
    CREATE TABLE events (
        member integer NOT NULL,
        version integer NOT NULL,
        key text NOT NULL UNIQUE,
        body bytea NOT NULL,
        PRIMARY KEY (member, version)
    )";
const INSERT: &str = "INSERT INTO events (member, version, key, body) VALUES ($1, $2, $3, $4)";
const INSERT_ALL: &str = "INSERT INTO events (member, version, key, body)
    SELECT * FROM unnest($1::integer[], $2::integer[], $3::text[], $4::bytea[])";
const COPY_OUT: &str = "COPY events (member, version, body) TO STDOUT (FORMAT binary)";
/// The constraint that says that somebody else was faster.
const VERSIONS: &str = "events_pkey";

struct Postgres {
    database: Database,
    bulk: Mutex<(Client, Statement)>,
    members: Shared,
    count: u32,
}

struct Connected<'a> {
    client: Client,
    insert: Statement,
    members: &'a Shared,
}

/// Makes an empty database.
pub(crate) fn open(place: &Place<'_>) -> Outcome<Box<dyn Peer>> {
    let database = place.server.database(SCHEMA)?;
    let mut client = database.connect()?;
    let statement = client.prepare(INSERT_ALL)?;
    let bulk = Mutex::new((client, statement));
    let members = Shared::new(place.members)?;
    Ok(Box::new(Postgres { database, bulk, members, count: place.members }))
}

/// Plans and stores until nobody was faster.
fn retried(
    members: &Shared,
    orders: &[Order],
    mut store: impl FnMut(&[Event]) -> Outcome<()>,
) -> Outcome<()> {
    let _turn = members.turn(orders);
    loop {
        let events = members.plan(orders)?;
        match store(&events) {
            Ok(()) => return members.apply(&events),
            Err(error) if was_slower(error.as_ref()) => std::thread::yield_now(),
            Err(error) => return Err(error),
        }
    }
}

fn was_slower(error: &(dyn std::error::Error + 'static)) -> bool {
    let error = error.downcast_ref::<Error>().and_then(Error::as_db_error);
    error.is_some_and(|error| {
        *error.code() == SqlState::UNIQUE_VIOLATION && error.constraint() == Some(VERSIONS)
    })
}

/// Many rows in one statement, which is one transaction.
fn insert(client: &mut Client, statement: &Statement, events: &[Event]) -> Outcome<()> {
    let number = |number: u32| i32::try_from(number);
    let members = events.iter().map(|e| number(e.member)).collect::<Result<Vec<_>, _>>()?;
    let versions = events.iter().map(|e| number(e.version)).collect::<Result<Vec<_>, _>>()?;
    let keys: Vec<&str> = events.iter().map(|event| event.key.as_str()).collect();
    let bodies: Vec<&[u8]> = events.iter().map(|event| event.body.as_slice()).collect();
    client.execute(statement, &[&members, &versions, &keys, &bodies])?;
    Ok(())
}

impl Peer for Postgres {
    fn commit(&self, orders: &[Order]) -> Outcome<()> {
        let mut bulk = self.bulk.lock().unwrap_or_else(PoisonError::into_inner);
        let (client, statement) = &mut *bulk;
        retried(&self.members, orders, |events| insert(client, statement, events))
    }

    fn caller(&self) -> Outcome<Box<dyn Caller + '_>> {
        let mut client = self.database.connect()?;
        let insert = client.prepare(INSERT)?;
        Ok(Box::new(Connected { client, insert, members: &self.members }))
    }

    fn rebuild(self: Box<Self>) -> Outcome<Rebuilt> {
        let Postgres { database, bulk, count, .. } = *self;
        drop(bulk);
        let bytes = database.bytes_of("events")?;
        let start = Instant::now();
        let mut client = database.connect()?;
        let types = [Type::INT4, Type::INT4, Type::BYTEA];
        let mut rows = BinaryCopyOutIter::new(client.copy_out(COPY_OUT)?, &types);
        let mut members = Members::new(count)?;
        while let Some(row) = rows.next()? {
            let (member, version) = (row.try_get::<i32>(0)?, row.try_get::<i32>(1)?);
            members.fold(u32::try_from(member)?, u32::try_from(version)?, row.try_get(2)?)?;
        }
        let taken = start.elapsed();
        drop(rows);
        drop(client);
        database.delete()?;
        Ok(Rebuilt { sum: members.sum()?, besides: 0, taken, bytes })
    }
}

impl Caller for Connected<'_> {
    fn append(&mut self, order: &Order) -> Outcome<()> {
        let Connected { client, insert, members } = self;
        retried(members, std::slice::from_ref(order), |events| {
            for event in events {
                let (member, version) =
                    (i32::try_from(event.member)?, i32::try_from(event.version)?);
                client.execute(insert, &[&member, &version, &event.key, &event.body.as_slice()])?;
            }
            Ok(())
        })
    }
}
