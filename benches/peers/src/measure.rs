//! One peer, measured: one caller, many callers, bulk, and what it can be folded into again.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use milepost_bench::Outcome;
use milepost_bench::disk::BareFile;
use milepost_bench::latency::Latencies;
use milepost_bench::ledgers::BATCH;

use crate::balances::Sum;
use crate::peer::{Caller, Peer};
use crate::workload::{Order, Stream, Weights};

/// How many callers there are at once.
pub(crate) const CALLERS: u8 = 64;
/// The bulk's stream. The one caller's is 0, and those of the many are between.
const BULK: u8 = 128;
/// How much is written at once for the floor.
const FLOOR: [usize; 32] = [128; 32];
/// How many batches are made before they are timed.
const BATCHES: usize = 8;

/// What a peer came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    /// Writes of 128 bytes with an `fdatasync` each, in a second, just before.
    pub(crate) floor: f64,
    /// Appends of one caller in a second.
    pub(crate) one: f64,
    /// Appends of all callers in a second.
    pub(crate) many: f64,
    /// Appends in bulk in a second, where there is such a thing.
    pub(crate) bulk: Option<f64>,
    /// Events folded again in a second.
    pub(crate) rebuild: f64,
    /// Bytes on the disk for each event.
    pub(crate) bytes: f64,
}

/// How to measure.
#[derive(Debug)]
pub(crate) struct Measure<'a> {
    /// How many members there are.
    pub(crate) members: u32,
    /// Who is drawn how often.
    pub(crate) weights: &'a Weights,
    /// How long each figure is measured.
    pub(crate) span: Duration,
}

impl Measure<'_> {
    /// Measures a peer that is empty. What it was told is counted, and must be found again.
    ///
    /// # Errors
    /// If the peer fails, or has not kept what it acknowledged.
    pub(crate) fn all(&self, peer: Box<dyn Peer>, bare: &mut BareFile) -> Outcome<Figures> {
        let mut told = welcome(peer.as_ref(), self.members)?;
        let floor = self.floor(bare)?;
        let one = self.one(peer.as_ref(), &mut told)?;
        let many = self.many(peer.as_ref(), &mut told)?;
        let bulk = self.bulk(peer.as_ref(), &mut told)?;
        let rebuilt = peer.rebuild()?;
        let Sum { events, balance } = rebuilt.sum;
        if (Sum { events: events - rebuilt.besides, balance }) != told {
            return Err(format!("{:?} was kept of {told:?}", rebuilt.sum).into());
        }
        let rebuild = per_second(events, rebuilt.taken)?;
        let bytes = count(rebuilt.bytes)? / count(events)?;
        Ok(Figures { floor, one, many, bulk, rebuild, bytes })
    }

    fn floor(&self, bare: &mut BareFile) -> Outcome<f64> {
        let (mut taken, mut writes, mut each) = (Duration::ZERO, 0, Latencies::new()?);
        while taken < self.span / 2 {
            taken += bare.write_and_sync(&FLOOR, &mut each)?;
            writes += u64::try_from(FLOOR.len())?;
        }
        per_second(writes, taken)
    }

    fn one(&self, peer: &dyn Peer, told: &mut Sum) -> Outcome<f64> {
        let mut caller = peer.caller()?;
        let start = Instant::now();
        let appended = self.append(caller.as_mut(), Stream::new(self.weights, 0))?;
        told.add(appended);
        per_second(appended.events, start.elapsed())
    }

    fn many(&self, peer: &dyn Peer, told: &mut Sum) -> Outcome<f64> {
        let ready = Barrier::new(usize::from(CALLERS) + 1);
        let call = |number| -> Outcome<Sum> {
            let caller = peer.caller();
            ready.wait();
            self.append(caller?.as_mut(), Stream::new(self.weights, number))
        };
        thread::scope(|scope| {
            let start = |number| scope.spawn(move || call(number));
            // All of them are started before one is waited for.
            let callers: Vec<_> = (1..=CALLERS).map(start).collect();
            ready.wait();
            let start = Instant::now();
            let mut appended = Sum::default();
            for caller in callers {
                appended.add(caller.join().map_err(|_| "a caller panicked")??);
            }
            told.add(appended);
            per_second(appended.events, start.elapsed())
        })
    }

    /// Appends as long as it is time.
    fn append(&self, caller: &mut dyn Caller, mut stream: Stream<'_>) -> Outcome<Sum> {
        let start = Instant::now();
        let mut appended = Sum::default();
        while start.elapsed() < self.span {
            let order = stream.next();
            caller.append(&order)?;
            appended.add(Sum { events: 1, balance: order.amount });
        }
        Ok(appended)
    }

    fn bulk(&self, peer: &dyn Peer, told: &mut Sum) -> Outcome<Option<f64>> {
        let mut stream = Stream::new(self.weights, BULK);
        let (mut taken, mut stored) = (Duration::ZERO, 0);
        while taken < self.span {
            let orders = stream.take(BATCH * BATCHES);
            let Some(job) = peer.bulk(&orders)? else { return Ok(None) };
            let start = Instant::now();
            job()?;
            taken += start.elapsed();
            told.add(Sum::of_all(&orders)?);
            stored += u64::try_from(orders.len())?;
        }
        per_second(stored, taken).map(Some)
    }
}

/// Gives every member the first points: in bulk, or else by many callers.
fn welcome(peer: &dyn Peer, members: u32) -> Outcome<Sum> {
    let orders: Vec<Order> = Order::welcome(members).collect();
    if let Some(job) = peer.bulk(&orders)? {
        job()?;
    } else {
        let share = orders.len().div_ceil(usize::from(CALLERS));
        let append = |orders: &[Order]| -> Outcome<()> {
            let mut caller = peer.caller()?;
            orders.iter().try_for_each(|order| caller.append(order))
        };
        thread::scope(|scope| {
            let start = |orders| scope.spawn(move || append(orders));
            let callers: Vec<_> = orders.chunks(share.max(1)).map(start).collect();
            callers.into_iter().try_for_each(|c| c.join().map_err(|_| "a caller panicked")?)
        })?;
    }
    Sum::of_all(&orders)
}

fn per_second(things: u64, taken: Duration) -> Outcome<f64> {
    Ok(count(things)? / taken.as_secs_f64())
}

/// As a number that can be divided.
fn count(things: u64) -> Outcome<f64> {
    Ok(match u32::try_from(things) {
        Ok(few) => f64::from(few),
        // What is lost of so many is less than one in four billion.
        Err(_) => f64::from(u32::try_from(things >> 16)?) * 65_536.0,
    })
}
