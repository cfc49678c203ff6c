//! `grow`: batches as fast as they are taken, until there are so many members and entries.
//!
//! The workload is a stream: nothing of it is in memory but the batches on their way. Members are
//! enrolled all along, so that a ledger of a tenth of the entries has a tenth of the members.

mod growing;
mod tables;

use std::cell::Cell;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use milepost::{Answer, Ledger, Options, Snapshots};
use milepost_bench::ledgers::{driven, submit_and_see};
use milepost_bench::memory::resident;
use milepost_bench::sample::timed;
use milepost_bench::workload::TRAVEL;

use self::growing::Growing;
use crate::stream::StreamArgs;
use crate::{Outcome, show};

/// So often it is looked how far it is.
const SAMPLES: u64 = 200;

/// Fills a ledger as fast as it takes commands, and tells how that changes as it grows.
///
/// Then a snapshot is taken, and the ledger is closed and opened again.
#[derive(Debug, Args)]
pub(crate) struct GrowArgs {
    /// How many members there are to be.
    #[arg(value_parser = clap::value_parser!(u32).range(2..))]
    members: u32,
    /// How many entries there are to be: three or more for each member.
    entries: u64,
    /// Opens the ledger by replay of its whole log, too.
    #[arg(long)]
    replay: bool,
    #[command(flatten)]
    stream: StreamArgs,
}

/// How far it was at some time.
#[derive(Clone, Copy, Debug)]
struct Sample {
    at: Duration,
    members: u32,
    entries: u64,
    resident: u64,
    disk: u64,
}

/// What came after the growing.
#[derive(Clone, Copy, Debug)]
struct After {
    refused: u64,
    snapshot: Duration,
    close: Duration,
    disk: u64,
    reopened: Duration,
    replayed: Option<Duration>,
}

pub(crate) fn run(args: &GrowArgs) -> Outcome<ExitCode> {
    if args.entries < 3 * u64::from(args.members) {
        return Err("there have to be three entries or more for each member".into());
    }
    let temporary = tempfile::tempdir()?;
    let path = args.stream.path(temporary.path());
    let ledger = Ledger::create(&path, TRAVEL, driven()?)?;
    let (samples, refused) = grow(args, &ledger, &path)?;
    let (snapshot, _) = timed(|| Ok(ledger.snapshot()?))?;
    let (close, ()) = timed(|| Ok(ledger.close()?))?;
    let disk = show::size(&path)?;
    let reopened = reopen(&path, Snapshots::OnDemand)?;
    let replayed = args.replay.then(|| reopen(&path, Snapshots::Off)).transpose()?;
    let after = After { refused, snapshot, close, disk, reopened, replayed };
    tables::print(&samples, &after)?;
    if let Some(file) = &args.stream.svg {
        tables::plot(file, args, &samples)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Hands in batches. Says how it went, and how many commands were refused.
fn grow(args: &GrowArgs, ledger: &Ledger, path: &Path) -> Outcome<(Vec<Sample>, u64)> {
    let (refused, enrolled) = (Cell::new(0), Cell::new(0));
    let start = Instant::now();
    let sample = || {
        let (members, entries) = (enrolled.get(), ledger.durable_end());
        let (resident, disk) = (resident()?, show::size(path)?);
        Outcome::Ok(Sample { at: start.elapsed(), members, entries, resident, disk })
    };
    let live = ProgressBar::new(args.entries);
    live.set_style(ProgressStyle::with_template("{elapsed} {wide_bar} {human_pos} {msg}")?);
    let mut samples = vec![sample()?];
    let see = |answers: &[Answer]| {
        refused.set(
            refused.get() + u64::try_from(answers.iter().filter(|answer| answer.is_err()).count())?,
        );
        let end = ledger.durable_end();
        let next = args.entries * u64::try_from(samples.len())? / SAMPLES;
        if end >= next {
            let sample = sample()?;
            live.set_position(end);
            live.set_message(show::mebibytes(sample.resident));
            samples.push(sample);
        }
        Ok(())
    };
    let requests = Growing::new(args, &enrolled, &refused)?;
    submit_and_see(ledger, requests, see)?;
    samples.push(sample()?);
    live.finish_and_clear();
    Ok((samples, refused.get()))
}

fn reopen(path: &Path, snapshots: Snapshots) -> Outcome<Duration> {
    let options = Options::default().with_snapshots(snapshots);
    let (taken, ledger) = timed(|| Ok(Ledger::open(path, options)?))?;
    ledger.close()?;
    Ok(taken)
}
