//! `load`: commands come at a fixed rate, whether or not the ledger keeps up with them.
//!
//! Each has a time at which it is to come, and its wait is counted from then. A ledger that stands
//! still for a second so makes a second's worth of commands wait, and not one: nothing is left out
//! because nobody asked while it stood still.

mod arrivals;
mod callers;
mod seen;
mod tables;

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use milepost::Request;
use milepost_bench::disk::{BareFile, group_sizes};
use milepost_bench::latency::Latencies;
use milepost_bench::ledgers::{server, with_members};
use milepost_bench::workload::TRAVEL;

use self::arrivals::{Arrivals, Spacing};
use self::seen::Seen;
use crate::stream::StreamArgs;
use crate::{Outcome, show};

/// Of so many groups the floor is measured: enough for a p99.9.
const GROUPS: usize = 2_000;

/// Hands in commands at a fixed rate, and tells how long they waited to be durable.
///
/// Every wait is counted from the time at which the command was to come, also if no caller was free
/// then. The last column of the table is the floor: one bare write and `fdatasync` of the groups
/// that the log wrote.
#[derive(Debug, Args)]
pub(crate) struct LoadArgs {
    /// Commands a second.
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,
    /// For how many seconds commands come.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// How many members there are.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(2..))]
    members: u32,
    /// How many callers hand commands in, each one at a time.
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..))]
    callers: u32,
    /// Whether commands come by chance, or evenly.
    #[arg(long, value_enum, default_value = "poisson")]
    arrivals: Spacing,
    #[command(flatten)]
    stream: StreamArgs,
}

pub(crate) fn run(args: &LoadArgs) -> Outcome<ExitCode> {
    let temporary = tempfile::tempdir()?;
    let path = args.stream.path(temporary.path());
    let ledger = with_members(&path, TRAVEL, server(), args.members)?;
    let from = ledger.durable_end();
    let mut seen = Seen::new()?;
    let arrivals = Arrivals::new(args.arrivals, args.rate, args.seconds, args.stream.seed)?;
    let left = callers::drive(&ledger, args.callers, (arrivals, args.requests()?), &mut seen)?;
    ledger.close()?;
    let floor = floor(&path, from)?;
    tables::print(args, &seen, &floor, left)?;
    if let Some(file) = &args.stream.svg {
        tables::plot(file, args, &seen, &floor)?;
    }
    match &seen.first_error {
        Some(error) => show::error(&format!("the ledger failed: {error}")),
        None => Ok(ExitCode::SUCCESS),
    }
}

impl LoadArgs {
    fn requests(&self) -> Outcome<impl Iterator<Item = Outcome<Request>> + Send + 'static> {
        let (stream, mix) = (self.stream.clone(), self.stream.mix(self.members)?);
        let keyed = move |(number, command)| Ok(Request::new(stream.keyed(number, command?)?));
        Ok((1_u64..).zip(mix).map(keyed))
    }
}

/// How long a bare write and `fdatasync` takes of the first groups of the run.
fn floor(path: &Path, from: u64) -> Outcome<Latencies> {
    let folder = path.parent().ok_or("the ledger has no folder")?;
    let sizes = group_sizes(path, from)?;
    let folder = tempfile::tempdir_in(folder)?;
    let mut floor = Latencies::new()?;
    let some = sizes.get(..GROUPS.min(sizes.len())).unwrap_or_default();
    BareFile::create(folder.path())?.write_and_sync(some, &mut floor)?;
    Ok(floor)
}
