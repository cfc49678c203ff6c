//! cqrs-es on `PostgreSQL` through postgres-es, with its aggregate store: what it knows of a member
//! is kept beside the events, so that a command need not load all of them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use async_trait::async_trait;
use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::QueryReplay;
use cqrs_es::{Aggregate, AggregateError, DomainEvent, EventEnvelope, Query};
use milepost_bench::Outcome;
use postgres_es::{PostgresCqrs, PostgresEventRepository, postgres_aggregate_cqrs};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::runtime::{Builder, Runtime};

use crate::balances::{Members, Turns};
use crate::measure::CALLERS;
use crate::peer::{Job, Peer, Place, Rebuilt};
use crate::peers::server::{Database, USER};
use crate::workload::{Facts, Order};

/// The tables as postgres-es asks for them. That an idempotency key is used once is ours to add.
const SCHEMA: &str = "
    CREATE TABLE events (
        aggregate_type text NOT NULL,
        aggregate_id text NOT NULL,
        sequence bigint CHECK (sequence >= 0) NOT NULL,
        event_type text NOT NULL,
        event_version text NOT NULL,
        payload json NOT NULL,
        metadata json NOT NULL,
        PRIMARY KEY (aggregate_type, aggregate_id, sequence)
    );
    CREATE UNIQUE INDEX ON events ((metadata->>'key'));
    CREATE TABLE snapshots (
        aggregate_type text NOT NULL,
        aggregate_id text NOT NULL,
        last_sequence bigint CHECK (last_sequence >= 0) NOT NULL,
        current_snapshot bigint CHECK (current_snapshot >= 0) NOT NULL,
        payload json NOT NULL,
        PRIMARY KEY (aggregate_type, aggregate_id, last_sequence)
    )";
/// A key that was used looks like a race that was lost, and nobody loses so many.
const TRIES: u32 = 10_000;

struct Cqrs {
    runtime: Runtime,
    pool: PgPool,
    framework: PostgresCqrs<Account>,
    database: Database,
    turns: Turns,
    count: u32,
}

/// A member.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Account {
    balance: i64,
}

#[derive(Debug)]
struct NotEnough;

/// Folds all events into balances.
#[derive(Clone)]
struct Fold(Arc<Mutex<Outcome<Members>>>);

/// Makes an empty database.
pub(crate) fn open(place: &Place<'_>) -> Outcome<Box<dyn Peer>> {
    let database = place.server.database(SCHEMA)?;
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let options = PgConnectOptions::new().socket(&database.socket);
    let options = options.username(USER).database(&database.name);
    let pool = PgPoolOptions::new().max_connections(u32::from(CALLERS));
    let pool = runtime.block_on(pool.connect_with(options))?;
    let framework = postgres_aggregate_cqrs(pool.clone(), Vec::new(), ());
    let (turns, count) = (Turns::new(place.members)?, place.members);
    Ok(Box::new(Cqrs { runtime, pool, framework, database, turns, count }))
}

impl Cqrs {
    async fn execute(&self, order: &Order) -> Outcome<()> {
        let member = format!("M{:08}", order.member);
        for _ in 0..TRIES {
            let metadata = HashMap::from([("key".to_string(), order.key())]);
            match self.framework.execute_with_metadata(&member, *order, metadata).await {
                Err(AggregateError::AggregateConflict) => {}
                outcome => return Ok(outcome?),
            }
        }
        Err("the key was used before".into())
    }
}

impl Peer for Cqrs {
    fn commit(&self, orders: &[Order]) -> Outcome<()> {
        orders.iter().try_for_each(|order| {
            let _turn = self.turns.of(order.member);
            self.runtime.block_on(self.execute(order))
        })
    }

    /// A command is one transaction of one member, whatever one does.
    fn bulk<'a>(&'a self, _: &'a [Order]) -> Outcome<Option<Job<'a>>> {
        Ok(None)
    }

    fn rebuild(self: Box<Self>) -> Outcome<Rebuilt> {
        let Cqrs { runtime, pool, framework, database, count, .. } = *self;
        drop(framework);
        let bytes = database.bytes_of("events")? + database.bytes_of("snapshots")?;
        let start = Instant::now();
        let fold = Fold(Arc::new(Mutex::new(Members::new(count))));
        let repository = PostgresEventRepository::new(pool.clone());
        runtime.block_on(QueryReplay::new(repository, fold.clone()).replay_all())?;
        let taken = start.elapsed();
        let members = Arc::into_inner(fold.0).ok_or("the replay is not over")?;
        let sum = members.into_inner().unwrap_or_else(PoisonError::into_inner)?.sum()?;
        runtime.block_on(pool.close());
        drop(runtime);
        database.delete()?;
        Ok(Rebuilt { sum, besides: 0, taken, bytes })
    }
}

impl Aggregate for Account {
    const TYPE: &'static str = "member";
    type Command = Order;
    type Event = Facts;
    type Error = NotEnough;
    type Services = ();

    async fn handle(
        &mut self,
        order: Order,
        (): &(),
        sink: &EventSink<Account>,
    ) -> Result<(), NotEnough> {
        if self.balance + order.amount < 0 {
            return Err(NotEnough);
        }
        sink.write(order.facts(), self).await;
        Ok(())
    }

    fn apply(&mut self, facts: Facts) {
        self.balance += facts.amount;
    }
}

impl DomainEvent for Facts {
    fn event_type(&self) -> String {
        "posted".to_string()
    }

    fn event_version(&self) -> String {
        "1.0".to_string()
    }
}

#[async_trait]
impl Query<Account> for Fold {
    async fn dispatch(&self, member: &str, events: &[EventEnvelope<Account>]) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fold = |members: &mut Members| -> Outcome<()> {
            let member = member.trim_start_matches('M').parse()?;
            events.iter().try_for_each(|event| {
                members.add(member, u32::try_from(event.sequence)?, event.payload.amount)
            })
        };
        // The first failure stays.
        if let Err(error) = state.as_mut().map_or(Ok(()), fold) {
            *state = Err(error);
        }
    }
}

impl fmt::Display for NotEnough {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not enough points")
    }
}

impl std::error::Error for NotEnough {}
