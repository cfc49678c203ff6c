//! How long it takes until commands are durable: one caller, many callers, batches. The floor is
//! one bare write and one `fdatasync` for each group that the log wrote, with as many bytes.

use std::path::Path;
use std::thread;

use milepost::{Atomicity, Ledger, Request};
use milepost_bench::Outcome;
use milepost_bench::disk::{BareFile, group_sizes};
use milepost_bench::ledgers::{BATCH, all_accepted, server, submit_requests, with_members};
use milepost_bench::report::{Figure, Row};
use milepost_bench::run::Run;
use milepost_bench::sample::{Pair, each, medians, timed};
use milepost_bench::workload::{Random, TRAVEL, mixed};

const MEMBERS: u32 = 10_000;
const CALLERS: u32 = 64;
const FLOOR_IS: &str = "write + fdatasync of the same groups";

fn main() -> Outcome<()> {
    let Some(run) = Run::start("append", env!("CARGO_TARGET_TMPDIR"))? else { return Ok(()) };
    let folder = run.new_folder()?;
    let path = folder.path().join("ledger");
    let ledger = with_members(&path, TRAVEL, server(), run.scaled(MEMBERS).max(64))?;
    let mut bench = Bench {
        run: &run,
        bare: BareFile::create(folder.path())?,
        commands: Commands { random: Random::new(7), members: run.scaled(MEMBERS).max(64), at: 0 },
        ledger,
        path: &path,
    };
    bench.one_caller()?;
    bench.callers()?;
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
    random: Random,
    members: u32,
    at: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    None,
    Each,
}

impl Commands {
    fn take(&mut self, count: usize, keys: Keys) -> Outcome<Vec<Request>> {
        (0..count).map(|_| self.next(keys)).collect()
    }

    fn next(&mut self, keys: Keys) -> Outcome<Request> {
        self.at += 1;
        let (_, command) = mixed(&mut self.random, self.members, self.at)?;
        Ok(Request::new(match keys {
            Keys::None => command,
            Keys::Each => command.with_key(format!("booking-{:08}", self.at).parse()?),
        }))
    }
}

impl Bench<'_> {
    /// One command at a time, each waited for.
    fn one_caller(&mut self) -> Outcome<()> {
        let job = "one caller";
        let (ledger, commands, bare) = (&self.ledger, &mut self.commands, &mut self.bare);
        let path = self.path;
        let begin = std::cell::Cell::new(0);
        let ours = |count: u32| {
            begin.set(ledger.durable_end());
            let requests = commands.take(usize::try_from(count)?, Keys::None)?;
            Ok(timed(|| each_alone(ledger, requests))?.0)
        };
        let floor = |_| bare.write_and_sync(&group_sizes(path, begin.get())?);
        match self.run.repeat(job, ours, floor)? {
            Some(pair) => self.row(job, pair),
            None => Ok(()),
        }
    }

    /// Many threads, each with one command at a time.
    fn callers(&mut self) -> Outcome<()> {
        let each_caller = usize::try_from(self.run.scaled(500))?;
        let count = each_caller * usize::try_from(CALLERS)?;
        self.groups("64 callers", 9, count, Keys::None, |ledger, mut requests| {
            thread::scope(|scope| {
                let mut start = |_| {
                    let own = requests.split_off(requests.len() - each_caller);
                    scope.spawn(move || each_alone(ledger, own))
                };
                // All of them are started before one is waited for.
                let callers: Vec<_> = (0..CALLERS).map(&mut start).collect();
                callers.into_iter().try_for_each(|c| c.join().map_err(|_| "a caller panicked")?)
            })
        })
    }

    /// Batches, each waited for.
    fn batches(&mut self, job: &str, size: usize, keys: Keys) -> Outcome<()> {
        let repetitions = 81_890 / u32::try_from(size)?;
        self.groups(job, repetitions, size, keys, |ledger, requests| {
            all_accepted(&ledger.submit_batch_blocking(requests, Atomicity::Each)?)
        })
    }

    /// Batches, the next made while one is on its way.
    fn pipelined(&mut self) -> Outcome<()> {
        self.groups(
            "batches of 8,189, two on their way",
            5,
            BATCH * 8,
            Keys::None,
            |l, requests| submit_requests(l, requests.into_iter().map(Ok)),
        )
    }

    /// Submits so many commands, so often, and after each time writes the same groups barely.
    fn groups(
        &mut self,
        job: &str,
        repetitions: u32,
        count: usize,
        keys: Keys,
        submit: impl Fn(&Ledger, Vec<Request>) -> Outcome<()>,
    ) -> Outcome<()> {
        if !self.run.wants(job) {
            return Ok(());
        }
        let mut pairs = Vec::new();
        for _ in 0..self.run.repetitions(repetitions) {
            let begin = self.ledger.durable_end();
            let requests = self.commands.take(count, keys)?;
            let (ours, ()) = timed(|| submit(&self.ledger, requests))?;
            let floor = self.bare.write_and_sync(&group_sizes(self.path, begin)?)?;
            let count = u32::try_from(count)?;
            pairs.push(Pair { ours: each(ours, count), floor: each(floor, count) });
        }
        medians(&pairs).map_or(Ok(()), |pair| self.row(job, pair))
    }

    fn row(&self, job: &str, pair: Pair) -> Outcome<()> {
        let (ours, floor) =
            (Figure::Each(pair.ours, "command"), Figure::Each(pair.floor, "command"));
        self.run.row(&Row { job, ours, floor, floor_is: FLOOR_IS })
    }
}

fn each_alone(ledger: &Ledger, requests: Vec<Request>) -> Outcome<()> {
    for request in requests {
        ledger.submit_blocking(request)?;
    }
    Ok(())
}
