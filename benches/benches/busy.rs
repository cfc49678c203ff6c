//! What disturbs what: balances asked for, and snapshots taken, while commands are handed in as
//! fast as they are decided, in batches or by 64 callers.
//!
//! In place of a floor stands the same write load without it. Where a machine has few cores, any
//! thread that works disturbs the others: a row more says what one does that only reads a hash map.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use milepost::{AsOf, Ledger, MemberId, Request};
use milepost_bench::Outcome;
use milepost_bench::callers::call;
use milepost_bench::latency::Latencies;
use milepost_bench::ledgers::{nearly_all_accepted, server, submit_in_batches, with_members};
use milepost_bench::mix::Mix;
use milepost_bench::report::{Figure, Row};
use milepost_bench::run::{Run, Scale};
use milepost_bench::sample::{Pair, each, medians};
use milepost_bench::workload::{Random, TRAVEL, member};

const MEMBERS: u32 = 250_000;
const CALLERS: u32 = 64;
const REPETITIONS: u32 = 3;
/// The load without a snapshot is measured for so many windows, before and after.
const WITHOUT: u32 = 3;
const ASKED: u32 = 65_536;
/// Serial numbers that one write load can use.
const SERIALS: u32 = 50_000_000;

fn main() -> Outcome<()> {
    let Some(run) = Run::start("busy", env!("CARGO_TARGET_TMPDIR"))? else { return Ok(()) };
    let folder = run.new_folder()?;
    let members = run.scaled(MEMBERS).max(64);
    let ledger = with_members(&folder.path().join("ledger"), TRAVEL, server(), members)?;
    let bench = Bench { run: &run, ledger, members, loads: AtomicU32::new(0) };
    let mut random = Random::new(13);
    let asked = (0..ASKED).map(|_| member(random.below(members))).collect::<Outcome<Vec<_>>>()?;
    let bare = (0..members).map(|number| Ok((member(number)?, i64::from(number))));
    let bare = bare.collect::<Outcome<HashMap<_, _>>>()?;
    for load in [Load::Callers, Load::Batches] {
        bench.queries(load, &asked, &bare)?;
    }
    for load in [Load::Callers, Load::Batches] {
        bench.snapshots(load)?;
    }
    Ok(bench.ledger.close()?)
}

/// How commands are handed in.
#[derive(Clone, Copy)]
enum Load {
    Callers,
    Batches,
}

impl Load {
    fn name(self) -> &'static str {
        match self {
            Load::Callers => "64 callers",
            Load::Batches => "batches of 1,000",
        }
    }
}

/// What a write load came to: nanoseconds for each command, and the waits of callers.
struct Written {
    each: f64,
    latencies: Latencies,
}

struct Bench<'a> {
    run: &'a Run,
    ledger: Ledger,
    members: u32,
    /// How many write loads there have been.
    loads: AtomicU32,
}

impl Bench<'_> {
    /// Balances beside a write load.
    fn queries(
        &self,
        load: Load,
        asked: &[MemberId],
        bare: &HashMap<MemberId, i64>,
    ) -> Outcome<()> {
        let job = format!("balance from another thread during {}", load.name());
        if !self.run.wants(&job) {
            return Ok(());
        }
        let window = self.window();
        let (mut queries, mut all) = (Vec::new(), [Vec::new(), Vec::new(), Vec::new()]);
        for _ in 0..self.run.repetitions(REPETITIONS) {
            let (quiet, ()) = self.beside(load, || {
                thread::sleep(window);
                Ok(())
            })?;
            let (busy, ours) = self.beside(load, || {
                ask(window, asked, |id| {
                    black_box(self.ledger.balance(id, AsOf::NEWEST)?);
                    Ok(())
                })
            })?;
            let (disturbed, floor) = self.beside(load, || {
                ask(window, asked, |id| {
                    black_box(bare.get(id).ok_or("no such member")?);
                    Ok(())
                })
            })?;
            queries.push(Pair { ours, floor });
            for (written, of) in all.iter_mut().zip([quiet, busy, disturbed]) {
                written.push(of);
            }
        }
        let Some(pair) = medians(&queries) else { return Ok(()) };
        let (ours, floor) = (Figure::Each(pair.ours, "query"), Figure::Each(pair.floor, "query"));
        self.run.row(&Row { job: &job, ours, floor, floor_is: "a hash map from ids, as busy" })?;
        let [quiet, busy, disturbed] = &all;
        let what = "while balances are asked";
        self.compare(load, what, busy, quiet, "without")?;
        self.compare(load, what, busy, disturbed, "beside a thread that reads a hash map")
    }

    /// A snapshot beside a write load. While commands come it rests most of the time, and so takes
    /// longer than any other job: one has to do.
    fn snapshots(&self, load: Load) -> Outcome<()> {
        let job = format!("a snapshot during {}", load.name());
        if !self.run.wants(&job) {
            return Ok(());
        }
        let without = |window| {
            self.beside(load, || {
                thread::sleep(window);
                Ok(())
            })
        };
        let (before, ()) = without(WITHOUT * self.window())?;
        let (with, took) = self.beside(load, || {
            let start = Instant::now();
            self.ledger.snapshot()?;
            Ok(start.elapsed())
        })?;
        let (after, ()) = without(WITHOUT * self.window())?;
        let took = took.as_millis();
        self.run.say(&format!("busy: {job} of {} members took {took} ms", self.members))?;
        let (with, without) = ([with], [before, after]);
        self.compare(load, "while a snapshot is taken", &with, &without, "without")?;
        if let Load::Callers = load {
            let job = "longest wait of 64 callers while a snapshot is taken";
            let (ours, floor) = (Figure::of(longest(&with)), Figure::of(longest(&without)));
            self.run.row(&Row { job, ours, floor, floor_is: "without" })?;
        }
        Ok(())
    }

    /// A row of what a command takes, and of how long callers wait.
    fn compare(
        &self,
        load: Load,
        what: &str,
        ours: &[Written],
        floor: &[Written],
        floor_is: &str,
    ) -> Outcome<()> {
        let job = format!("{}, {what} ({floor_is})", load.name());
        let [own, other] = [mean(ours)?, mean(floor)?].map(|each| Figure::Each(each, "command"));
        self.run.row(&Row { job: &job, ours: own, floor: other, floor_is })?;
        if let Load::Callers = load {
            let job = format!("{}, p99 of the wait {what} ({floor_is})", load.name());
            let (ours, floor) = (Figure::of(p99(ours)?), Figure::of(p99(floor)?));
            self.run.row(&Row { job: &job, ours, floor, floor_is })?;
        }
        Ok(())
    }

    fn window(&self) -> Duration {
        match self.run.scale() {
            Scale::Full => Duration::from_secs(1),
            Scale::Quick => Duration::from_millis(300),
            Scale::Smoke => Duration::from_millis(5),
        }
    }

    /// Hands in commands for as long as something else takes.
    fn beside<T>(&self, load: Load, what: impl FnOnce() -> Outcome<T>) -> Outcome<(Written, T)> {
        let serial = (1 + self.loads.fetch_add(1, Ordering::Relaxed)) * SERIALS;
        let mix = Mix::new(u64::from(serial), self.members)?.numbered_from(serial);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let commands = mix.take_while(move |_| !stopped.load(Ordering::Relaxed));
        let requests = commands.map(|command| Ok(Request::new(command?)));
        thread::scope(|scope| {
            let writing = scope.spawn(|| self.write(load, requests));
            let done = what();
            stop.store(true, Ordering::Relaxed);
            let written = writing.join().map_err(|_| "the thread panicked")??;
            Ok((written, done?))
        })
    }

    fn write(
        &self,
        load: Load,
        requests: impl Iterator<Item = Outcome<Request>> + 'static,
    ) -> Outcome<Written> {
        let (from, start) = (self.ledger.durable_end(), Instant::now());
        let latencies = match load {
            Load::Callers => call(&self.ledger, CALLERS, requests)?.latencies,
            Load::Batches => {
                submit_in_batches(&self.ledger, 1_000, requests, nearly_all_accepted)?;
                Latencies::new()?
            }
        };
        let count = u32::try_from(self.ledger.durable_end() - from)?;
        Ok(Written { each: each(start.elapsed(), count), latencies })
    }
}

/// Asks again and again. Says what one question takes.
fn ask(
    window: Duration,
    asked: &[MemberId],
    mut question: impl FnMut(&MemberId) -> Outcome<()>,
) -> Outcome<f64> {
    let (start, mut count) = (Instant::now(), 0);
    for some in asked.chunks(64).cycle() {
        some.iter().try_for_each(&mut question)?;
        count += u32::try_from(some.len())?;
        if start.elapsed() >= window {
            break;
        }
    }
    Ok(each(start.elapsed(), count))
}

/// Members have more and more lots while commands come, and commands take longer: what lies between
/// is as far from what was measured before as from what was measured after.
fn mean(all: &[Written]) -> Outcome<f64> {
    let count = u32::try_from(all.len())?;
    Ok(all.iter().map(|written| written.each).sum::<f64>() / f64::from(count.max(1)))
}

fn p99(all: &[Written]) -> Outcome<Duration> {
    let mut together = Latencies::new()?;
    all.iter().try_for_each(|written| together.add(&written.latencies))?;
    Ok(together.at(0.99))
}

fn longest(all: &[Written]) -> Duration {
    all.iter().map(|written| written.latencies.longest()).max().unwrap_or_default()
}
