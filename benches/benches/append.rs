//! How long it takes until commands are durable: one caller, many callers, batches. The floor is
//! one bare write and one `fdatasync` for each group that the log wrote, with as many bytes.

use std::path::Path;
use std::sync::{Barrier, mpsc};
use std::thread::{self, ScopedJoinHandle};
use std::time::{Duration, Instant};

use milepost::{Atomicity, Ledger, Request, SubmitError};
use milepost_bench::Outcome;
use milepost_bench::callers::call;
use milepost_bench::disk::{BareFile, group_sizes};
use milepost_bench::latency::{Latencies, SHOWN};
use milepost_bench::ledgers::{BATCH, nearly_all_accepted, server, submit_mix, with_members};
use milepost_bench::mix::Mix;
use milepost_bench::report::{Figure, Row};
use milepost_bench::run::Run;
use milepost_bench::sample::{Pair, each, medians, timed};
use milepost_bench::workload::TRAVEL;
use tokio::sync::oneshot;

const MEMBERS: u32 = 10_000;
const CALLERS: u32 = 64;
/// Bytes of a group of one command, about.
const GROUP_OF_ONE: usize = 256;
const FLOOR_IS: &str = "write + fdatasync of the same groups";

fn main() -> Outcome<()> {
    let Some(run) = Run::start("append", env!("CARGO_TARGET_TMPDIR"))? else { return Ok(()) };
    let folder = run.new_folder()?;
    let path = folder.path().join("ledger");
    let members = run.scaled(MEMBERS).max(64);
    let ledger = with_members(&path, TRAVEL, server(), members)?;
    let mut bench = Bench {
        run: &run,
        bare: BareFile::create(folder.path())?,
        commands: Commands { mix: Mix::new(7, members)?, at: 0 },
        ledger,
        path: &path,
    };
    bench.one_caller()?;
    bench.by_another_thread()?;
    bench.threads()?;
    bench.tasks()?;
    bench.batches("batches of 1,000", 1000, Keys::None)?;
    bench.batches("batches of 8,189", BATCH, Keys::None)?;
    bench.batches("batches of 8,189, each command with a key", BATCH, Keys::Each)?;
    bench.pipelined()?;
    Ok(bench.ledger.close()?)
}

struct Bench<'a> {
    run: &'a Run,
    bare: BareFile,
    commands: Commands,
    ledger: Ledger,
    path: &'a Path,
}

/// The commands of the mix, one after the other.
struct Commands {
    mix: Mix,
    at: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    None,
    Each,
}

impl Commands {
    fn take(&mut self, count: usize, keys: Keys) -> Outcome<Vec<Request>> {
        let commands = self.mix.by_ref().take(count);
        let request = |command: Outcome<milepost::command::Command>| {
            self.at += 1;
            Ok(Request::new(match keys {
                Keys::None => command?,
                Keys::Each => command?.with_key(format!("booking-{:08}", self.at).parse()?),
            }))
        };
        commands.map(request).collect()
    }
}

impl Bench<'_> {
    /// One command at a time, each waited for.
    fn one_caller(&mut self) -> Outcome<()> {
        let count = usize::try_from(self.run.scaled(500).max(300))?;
        self.groups("one caller", 21, count, Keys::None, |ledger, requests| {
            let latencies = Latencies::new()?;
            timed(|| each_alone(ledger, requests, latencies))
        })
    }

    /// The disk's part of one caller, asked of another thread: what waking one another costs the
    /// caller and whoever decides for it.
    fn by_another_thread(&mut self) -> Outcome<()> {
        let job = "a bare write, asked of another thread";
        if !self.run.wants(job) {
            return Ok(());
        }
        let count = self.run.scaled(500).max(300);
        let (mut pairs, mut latencies) = (Vec::new(), Latencies::new()?);
        let block = [GROUP_OF_ONE];
        for _ in 0..self.run.repetitions(21) {
            let bare = &mut self.bare;
            let (ask, asked) = mpsc::channel::<oneshot::Sender<Outcome<()>>>();
            let ours = thread::scope(|scope| {
                let mut unseen = Latencies::new()?;
                scope.spawn(move || {
                    for reply in asked {
                        let written = bare.write_and_sync(&block, &mut unseen);
                        let _ = reply.send(written.map(|_| ()));
                    }
                });
                let (taken, ()) = timed(|| {
                    (0..count).try_for_each(|_| {
                        let (reply, answer) = oneshot::channel();
                        ask.send(reply)?;
                        answer.blocking_recv()?
                    })
                })?;
                drop(ask);
                Outcome::Ok(taken)
            })?;
            let blocks = vec![GROUP_OF_ONE; usize::try_from(count)?];
            let floor = self.bare.write_and_sync(&blocks, &mut latencies)?;
            pairs.push(Pair { ours: each(ours, count), floor: each(floor, count) });
        }
        let Some(pair) = medians(&pairs) else { return Ok(()) };
        let (ours, floor) = (Figure::Each(pair.ours, "write"), Figure::Each(pair.floor, "write"));
        self.run.row(&Row { job, ours, floor, floor_is: "the same by the caller itself" })
    }

    /// Many threads, each with one command at a time.
    fn threads(&mut self) -> Outcome<()> {
        let each_caller = usize::try_from(self.run.scaled(500))?;
        let count = each_caller * usize::try_from(CALLERS)?;
        self.groups("64 callers, each a thread", 9, count, Keys::None, |ledger, mut requests| {
            // They begin when all of them are there: starting a thread is not what is measured.
            let ready = Barrier::new(usize::try_from(CALLERS)?);
            let ready = &ready;
            thread::scope(|scope| {
                let mut start = |_| {
                    let own = requests.split_off(requests.len() - each_caller);
                    scope.spawn(move || {
                        let latencies = Latencies::new();
                        ready.wait();
                        Outcome::Ok((Instant::now(), each_alone(ledger, own, latencies?)?))
                    })
                };
                let callers: Vec<_> = (0..CALLERS).map(&mut start).collect();
                let join = |caller: ScopedJoinHandle<'_, Outcome<(Instant, Latencies)>>| {
                    caller.join().map_err(|_| "a caller panicked")?
                };
                let called = callers.into_iter().map(join).collect::<Outcome<Vec<_>>>()?;
                let begun = called.iter().map(|(begun, _)| *begun).min();
                let taken = begun.ok_or("nobody called")?.elapsed();
                let mut all = Latencies::new()?;
                called.iter().try_for_each(|(_, latencies)| all.add(latencies))?;
                Ok((taken, all))
            })
        })
    }

    /// Many tasks of one thread, as the connections of a server are.
    fn tasks(&mut self) -> Outcome<()> {
        let count = usize::try_from(self.run.scaled(500) * CALLERS)?;
        self.groups("64 callers, each a task", 9, count, Keys::None, |ledger, requests| {
            timed(|| Ok(call(ledger, CALLERS, requests.into_iter().map(Ok))?.latencies))
        })
    }

    /// Batches, each waited for.
    fn batches(&mut self, job: &str, size: usize, keys: Keys) -> Outcome<()> {
        let repetitions = 163_780 / u32::try_from(size)?;
        self.groups(job, repetitions, size, keys, |ledger, requests| {
            let submit = || Ok(ledger.submit_batch_blocking(requests, Atomicity::Each)?);
            let (taken, answers) = timed(submit)?;
            nearly_all_accepted(&answers)?;
            Ok((taken, Latencies::new()?))
        })
    }

    /// Batches, the next made while one is on its way.
    fn pipelined(&mut self) -> Outcome<()> {
        let job = "batches of 8,189, two on their way";
        self.groups(job, 9, BATCH * 8, Keys::None, |ledger, requests| {
            let (taken, ()) = timed(|| submit_mix(ledger, requests.into_iter().map(Ok)))?;
            Ok((taken, Latencies::new()?))
        })
    }

    /// Submits so many commands, so often, which says how long it took, and after each time writes
    /// the same groups barely.
    fn groups(
        &mut self,
        job: &str,
        repetitions: u32,
        count: usize,
        keys: Keys,
        submit: impl Fn(&Ledger, Vec<Request>) -> Outcome<(Duration, Latencies)>,
    ) -> Outcome<()> {
        if !self.run.wants(job) {
            return Ok(());
        }
        let mut pairs = Vec::new();
        let (mut of_ours, mut of_floor) = (Latencies::new()?, Latencies::new()?);
        for _ in 0..self.run.repetitions(repetitions) {
            let begin = self.ledger.durable_end();
            let requests = self.commands.take(count, keys)?;
            let (ours, latencies) = submit(&self.ledger, requests)?;
            of_ours.add(&latencies)?;
            let sizes = group_sizes(self.path, begin)?;
            let floor = self.bare.write_and_sync(&sizes, &mut of_floor)?;
            let count = u32::try_from(count)?;
            pairs.push(Pair { ours: each(ours, count), floor: each(floor, count) });
        }
        let Some(pair) = medians(&pairs) else { return Ok(()) };
        let (ours, floor) =
            (Figure::Each(pair.ours, "command"), Figure::Each(pair.floor, "command"));
        self.run.row(&Row { job, ours, floor, floor_is: FLOOR_IS })?;
        self.percentiles(job, &of_ours, &of_floor)
    }

    /// Of callers that wait for each command, how long they wait.
    fn percentiles(&self, job: &str, ours: &Latencies, floor: &Latencies) -> Outcome<()> {
        let shown = if ours.count() == 0 { &[][..] } else { &SHOWN };
        shown.iter().try_for_each(|(share, name)| {
            let job = format!("{job}, {name} of the wait");
            let (ours, floor) = (Figure::of(ours.at(*share)), Figure::of(floor.at(*share)));
            self.run.row(&Row { job: &job, ours, floor, floor_is: "that of the same groups" })
        })
    }
}

fn each_alone(
    ledger: &Ledger,
    requests: Vec<Request>,
    mut latencies: Latencies,
) -> Outcome<Latencies> {
    for request in requests {
        let start = Instant::now();
        let answer = ledger.submit_blocking(request);
        latencies.record(start.elapsed())?;
        if let Err(SubmitError::Failed(error)) = answer {
            return Err(error.into());
        }
    }
    Ok(latencies)
}
