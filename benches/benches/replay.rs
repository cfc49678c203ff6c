//! How fast a log folds into members, on one thread and on two. The floor is as many records of a
//! fixed layout and as many bytes, read, decoded and folded into a hash map, on one thread.
//!
//! What an opening does beside folding, recovery and the index of keys, is in the rows that open. Two
//! rows more say where the time goes: the log scanned and checked, and its events decoded.

use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

use milepost::log::{Entry, Reader};
use milepost::{Instant, Ledger, Options, Request, Snapshots, wire};
use milepost_bench::Outcome;
use milepost_bench::disk::{group_sizes, reader};
use milepost_bench::ledgers::{driven, submit_mix, with_members};
use milepost_bench::mix::{Mix, pace};
use milepost_bench::records::Records;
use milepost_bench::report::{Figure, Row};
use milepost_bench::run::Run;
use milepost_bench::sample::{Pair, each, medians, timed};
use milepost_bench::workload::{TRAVEL, later, start};

const FLOOR_IS: &str = "fixed records, hash map";

fn main() -> Outcome<()> {
    let Some(run) = Run::start("replay", env!("CARGO_TARGET_TMPDIR"))? else { return Ok(()) };
    all_jobs(&run, (10_000, 500_000), 7)?;
    all_jobs(&run, (1_000_000, 3_000_000), 3)
}

/// Everything with one log.
fn all_jobs(run: &Run, (members, entries): (u32, u32), repetitions: u32) -> Outcome<()> {
    let (members, entries) = (run.scaled(members).max(10), run.scaled(entries));
    let jobs = [
        format!("open without a snapshot, on one thread, {members} members"),
        format!("open without a snapshot, on two threads, {members} members"),
        format!("fold the log, on one thread, {members} members"),
        format!("fold the log, on two threads, {members} members"),
        format!("scan and check the log, no more, {members} members"),
        format!("scan and decode the events, no more, {members} members"),
    ];
    let [on_one, on_two, fold_on_one, fold_on_two, scan_it, decode_it] = &jobs;
    if !jobs.iter().any(|job| run.wants(job)) {
        return Ok(());
    }
    let folder = run.new_folder()?;
    let path = folder.path().join("ledger");
    build(&path, entries, members)?;
    let log = reader(&path)?;
    let count = u32::try_from(log.durable_end())?;
    let bytes = group_sizes(&path, 0)?.iter().sum::<usize>();
    run.say(&format!("replay: {count} entries of {members} members in {bytes} bytes"))?;
    let records = Records::write(&log, bytes, folder.path())?;
    let bench = Bench { run, records, count, members, repetitions };
    for (job, threads) in [(on_one, 1), (on_two, 2)] {
        let threads = NonZeroUsize::new(threads).ok_or("no thread")?;
        bench.job(job, || Ok(open(&path, count, threads)?.whole))?;
    }
    for (job, threads) in [(fold_on_one, 1), (fold_on_two, 2)] {
        let threads = NonZeroUsize::new(threads).ok_or("no thread")?;
        bench.job(job, || Ok(open(&path, count, threads)?.folding))?;
    }
    bench.job(scan_it, || scan(&log, |_| Ok(())))?;
    let mut events = Vec::new();
    bench.job(decode_it, || {
        scan(&log, |entry| {
            events.clear();
            let at = Instant::from_micros(entry.recorded_at()).ok_or("no time")?;
            let (head, body) = (entry.head(), entry.body());
            Ok(wire::decode_events_into(head.kind, head.schema, at, body, &mut events)?)
        })
    })
}

/// A ledger of so many entries in all. That of few members takes two years, so that lots expire on
/// the way.
fn build(path: &Path, entries: u32, members: u32) -> Outcome<()> {
    let ledger = with_members(path, TRAVEL, driven()?, members)?;
    let commands = entries.saturating_sub(2 * members);
    let (step, start) = (pace(members), start()?);
    let mix = Mix::new(17, members)?.take(usize::try_from(commands)?);
    let requests = (0_i64..)
        .zip(mix)
        .map(|(serial, command)| Ok(Request::new(command?).at(later(start, serial * step)?)));
    submit_mix(&ledger, requests)?;
    Ok(ledger.close()?)
}

struct Bench<'a> {
    run: &'a Run,
    records: Records,
    count: u32,
    members: u32,
    repetitions: u32,
}

impl Bench<'_> {
    fn job(&self, job: &str, mut ours: impl FnMut() -> Outcome<Duration>) -> Outcome<()> {
        if !self.run.wants(job) {
            return Ok(());
        }
        let mut pairs = Vec::new();
        for _ in 0..self.run.repetitions(self.repetitions) {
            let ours = ours()?;
            let (floor, members) = timed(|| self.records.fold())?;
            // The genesis is nobody's, and so a member of its own.
            if members.len() != usize::try_from(self.members)? + 1 {
                return Err("the floor has other members".into());
            }
            pairs.push(Pair { ours: each(ours, self.count), floor: each(floor, self.count) });
        }
        let Some(pair) = medians(&pairs) else { return Ok(()) };
        let (ours, floor) = (Figure::Each(pair.ours, "entry"), Figure::Each(pair.floor, "entry"));
        self.run.row(&Row { job, ours, floor, floor_is: FLOOR_IS })
    }
}

/// How long opening took, and folding alone.
struct Opened {
    whole: Duration,
    folding: Duration,
}

fn open(path: &Path, count: u32, threads: NonZeroUsize) -> Outcome<Opened> {
    let options = Options::default().with_snapshots(Snapshots::Off).with_fold_threads(threads);
    let (whole, ledger) = timed(|| Ok(Ledger::open(path, options)?))?;
    let opening = ledger.opening();
    if opening.entries_folded != u64::from(count) {
        return Err("not every entry was folded".into());
    }
    let folding = opening.folding;
    ledger.close()?;
    Ok(Opened { whole, folding })
}

fn scan(log: &Reader, mut see: impl FnMut(&Entry<'_>) -> Outcome<()>) -> Outcome<Duration> {
    let mut scan = log.scan(0);
    let (taken, ()) = timed(|| {
        while let Some(group) = scan.next_group()? {
            for entry in group.entries() {
                see(&entry?)?;
            }
        }
        Ok(())
    })?;
    Ok(taken)
}
