//! `milepost demo`: two years of an airline through the ledger, under three programmes.

mod airline;
mod figures;
mod show;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant as Stopwatch;

use clap::{Args, ValueEnum};
use milepost::{AsOf, Ledger, Options, Snapshots};
use serde_json::{Value, json};

use self::airline::{ACTIVITY, HISTORY, MEMBERS, MappingFile, Scheme};
use self::figures::{Figures, Opening};
use self::show::Column;
use crate::args::ClockChoice;
use crate::exit::{Failure, Outcome, say};
use crate::import::{Draft, Progress, RefusedRows, Source, Summary, import};
use crate::open;

const EXAMPLE: &str = "\
Example, which leaves a ledger to look at in ./airline/year:
  milepost demo --programme year --dir ./airline
  milepost balance ./airline/year 100018

Exit status: 0 if every total is the published one, 1 if one differs, 2 if it could not go on.";

/// Import two years of an airline, and show what a programme manager wants to see.
///
/// The data is in the program: 16,737 members and 405,624 monthly rows of flights and redemptions,
/// simulated by its publisher. It runs under three programmes: points never expire; points live
/// twelve months; points never expire and what is overdrawn becomes debt. Each command is durable
/// before it is counted. The totals are compared with those computed without milepost.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct DemoArgs {
    /// Under which programme.
    #[arg(long, value_enum, default_value = "all")]
    programme: Choice,
    /// Where the ledgers are kept, each in a folder of its own. Default: a temporary folder.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Answer with JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// One programme, or all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Choice {
    /// Points never expire; overdrafts are refused.
    Never,
    /// Points live twelve months; overdrafts are refused.
    Year,
    /// Points never expire; overdrafts become debt.
    Debit,
    /// One after another.
    All,
}

impl Choice {
    fn schemes(self) -> &'static [Scheme] {
        match self {
            Choice::Never => &[Scheme::Never],
            Choice::Year => &[Scheme::Year],
            Choice::Debit => &[Scheme::Debit],
            Choice::All => &Scheme::ALL,
        }
    }
}

pub(crate) fn run(args: DemoArgs) -> Result<Outcome, Failure> {
    let DemoArgs { programme, dir, json } = args;
    let temporary = tempfile::tempdir()
        .map_err(|source| Failure::Write { path: std::env::temp_dir(), source })?;
    let dir = dir.as_deref().unwrap_or(temporary.path());
    let schemes = programme.schemes().iter();
    let columns = schemes.map(|scheme| Ok((*scheme, figures(*scheme, &dir.join(scheme.name()))?)));
    let columns = columns.collect::<Result<Vec<Column>, Failure>>()?;
    let wrong = differences(&columns);
    let mut out = io::stdout().lock();
    if json {
        let programmes: Vec<Value> = columns.iter().map(show::object).collect();
        let answer = json!({ "programmes": programmes, "as_published": wrong.is_empty() });
        writeln!(out, "{answer}")?;
    } else {
        show::table(&mut out, &columns)?;
        if wrong.is_empty() {
            writeln!(out, "\nevery total is the published one")?;
        }
    }
    for message in &wrong {
        say(message);
    }
    Ok(if wrong.is_empty() { Outcome::Done } else { Outcome::Refused })
}

fn differences(columns: &[Column]) -> Vec<String> {
    let of_one = |(scheme, figures): &Column| {
        let differences = figures.differences(&scheme.published());
        let name = scheme.name();
        differences.into_iter().map(move |(figure, found, expected)| {
            format!("milepost: {name}: {figure} is {found}, published is {expected}")
        })
    };
    columns.iter().flat_map(of_one).collect()
}

/// Runs the airline under one programme, with its ledger in a folder.
fn figures(scheme: Scheme, path: &Path) -> Result<Figures, Failure> {
    let ledger = Ledger::create(path, scheme.programme(), options())?;
    let imported = imports(&ledger, scheme);
    let imports = open::close(ledger, imported)?;
    let disk = size(path).map_err(|source| Failure::read(path, source))?;
    let (ledger, opening) = reopen(path)?;
    let programme = &ledger.rules().latest().programme;
    let points = ledger.unit("points")?;
    let unit =
        programme.unit(points).ok_or_else(|| milepost::Error::UnknownUnit("points".to_owned()))?;
    let totals = ledger.totals_blocking(AsOf::NEWEST)?;
    let minor = 10_i128.pow(u32::from(programme.currency.decimals()));
    let figures = Figures::new(&totals, unit, minor, &imports, (disk, opening));
    ledger.close()?;
    Ok(figures)
}

fn options() -> Options {
    Options::default().with_clock(open::clock(ClockChoice::Commands))
}

fn imports(ledger: &Ledger, scheme: Scheme) -> Result<[Summary; 2], Failure> {
    let run = |mapping: MappingFile, source: Source| {
        let MappingFile(name, text) = mapping;
        let draft = Draft::parse(text, name)?;
        let progress = Progress::new();
        let summary = import(ledger, draft, name, &[source], RefusedRows::Counted, &progress);
        progress.finish();
        summary
    };
    Ok([run(MEMBERS, HISTORY)?, run(scheme.activity(), ACTIVITY)?])
}

/// Opens the ledger twice, from its snapshot and from its log alone, and keeps the second.
fn reopen(path: &Path) -> Result<(Ledger, Opening), Failure> {
    let begun = Stopwatch::now();
    let ledger = Ledger::open(path, options().with_snapshots(Snapshots::OnDemand))?;
    let from_snapshot = begun.elapsed();
    ledger.close()?;
    let begun = Stopwatch::now();
    let ledger = Ledger::open(path, options().with_snapshots(Snapshots::Off))?;
    let by_replay = begun.elapsed();
    let (entries, folding) = (ledger.opening().entries_folded, ledger.opening().folding);
    Ok((ledger, Opening { from_snapshot, by_replay, entries, folding }))
}

/// Bytes of all files in a folder.
fn size(path: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { size(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}
