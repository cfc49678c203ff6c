//! What a member takes in memory: what the process grows by, over a million of them. There is no
//! floor to measure; what stands in its place is the most it may be.
//!
//! Each job has a process of its own, because memory that one has given back the next would find.

use std::path::{Path, PathBuf};
use std::process::Command;

use milepost::state::{Activity, Award, Figures, Lot, Member};
use milepost::{Ledger, Options, Snapshots, command};
use milepost_bench::Outcome;
use milepost_bench::ledgers::{driven, submit_all};
use milepost_bench::memory::resident;
use milepost_bench::report::{Figure, Row};
use milepost_bench::run::{Run, Scale};
use milepost_bench::workload::{TRAVEL, enrol, flight, grant, stay};

const MEMBERS: u32 = 1_000_000;
/// So many come first, so that every buffer has its size before the process is measured.
const BEFORE: u32 = 50_000;
const LIMIT: f64 = 400.0;
/// Names the ledger that a process is to open.
const GROWN: &str = "MILEPOST_BENCH_LEDGER";
const JOBS: [(&str, [Lots; 3]); 2] = [
    ("members with three grants", [Lots::Grant, Lots::Grant, Lots::Grant]),
    ("members with three earns", [Lots::Flight, Lots::Stay, Lots::Flight]),
];

/// How a member comes to a lot.
#[derive(Clone, Copy)]
enum Lots {
    Grant,
    Flight,
    Stay,
}

fn main() -> Outcome<()> {
    let Some(run) = Run::start("memory", env!("CARGO_TARGET_TMPDIR"))? else { return Ok(()) };
    let wanted: Vec<_> = JOBS.iter().filter(|(job, _)| run.wants(job)).collect();
    match (wanted.as_slice(), run.scale(), std::env::var_os(GROWN)) {
        ([(job, _)], _, Some(path)) => opened(&run, job, Path::new(&path)),
        ([(job, lots)], _, None) => grown(&run, job, *lots),
        (jobs, Scale::Smoke, _) => jobs.iter().try_for_each(|(job, lots)| grown(&run, job, *lots)),
        (jobs, Scale::Quick | Scale::Full, _) => {
            jobs.iter().try_for_each(|(job, _)| in_a_process(&mut Command::new(own()?), job))
        }
    }
}

/// Measures members as they come to be, between commands and receipts that come and go.
fn grown(run: &Run, job: &str, lots: [Lots; 3]) -> Outcome<()> {
    let folder = run.new_folder()?;
    let path = folder.path().join("ledger");
    let ledger = Ledger::create(&path, TRAVEL, driven()?)?;
    let (before, members) = (run.scaled(BEFORE), run.scaled(MEMBERS));
    fill(&ledger, 0..before, lots)?;
    let at_first = resident()?;
    fill(&ledger, before..before + members, lots)?;
    row(run, &format!("{job}, as they grew"), at_first, members)?;
    ledger.close()?;
    match run.scale() {
        Scale::Smoke => opened(run, job, &path),
        Scale::Quick | Scale::Full => in_a_process(Command::new(own()?).env(GROWN, &path), job),
    }
}

/// Measures the same members as the log folds to them. A ledger of nobody is open before, so that
/// what a process needs for any ledger is not counted.
fn opened(run: &Run, job: &str, path: &Path) -> Outcome<()> {
    let folder = run.new_folder()?;
    let nobody = Ledger::create(folder.path().join("nobody"), TRAVEL, driven()?)?;
    let at_first = resident()?;
    let ledger = Ledger::open(path, Options::default().with_snapshots(Snapshots::Off))?;
    let members = run.scaled(BEFORE) + run.scaled(MEMBERS);
    row(run, &format!("{job}, opened by replay"), at_first, members)?;
    ledger.close()?;
    Ok(nobody.close()?)
}

fn row(run: &Run, job: &str, at_first: u64, members: u32) -> Outcome<()> {
    let kibibytes = u32::try_from(resident()?.saturating_sub(at_first) / 1024)?;
    let each = f64::from(kibibytes) * 1024.0 / f64::from(members);
    let (ours, floor) = (Figure::Bytes(each, "member"), Figure::Bytes(LIMIT, "member"));
    run.row(&Row { job, ours, floor, floor_is: "the most it may be" })?;
    if each > LIMIT { made_of(run) } else { Ok(()) }
}

fn own() -> Outcome<PathBuf> {
    Ok(std::env::current_exe()?)
}

fn in_a_process(command: &mut Command, job: &str) -> Outcome<()> {
    let options = std::env::args().skip(1).filter(|argument| argument.starts_with('-'));
    let status = command.args(options).arg(job).status()?;
    if status.success() { Ok(()) } else { Err(format!("{job}: {status}").into()) }
}

fn fill(ledger: &Ledger, numbers: std::ops::Range<u32>, lots: [Lots; 3]) -> Outcome<()> {
    submit_all(ledger, numbers.clone().map(enrol))?;
    for (serial, lot) in (1..).zip(lots) {
        submit_all(ledger, numbers.clone().map(|number| make(lot, number, serial)))?;
    }
    Ok(())
}

fn make(lot: Lots, number: u32, serial: u32) -> Outcome<command::Command> {
    match lot {
        Lots::Grant => grant(number),
        Lots::Flight => flight(number, serial, 2_500),
        Lots::Stay => stay(number, serial, 24_000),
    }
}

/// The sizes of what a member is made of. What the process grows by beyond them are headers of the
/// allocator, room to grow, and the index of the log.
fn made_of(run: &Run) -> Outcome<()> {
    let sizes = [
        ("member, with the figures of one unit", size_of::<Member>()),
        ("of which figures", size_of::<Figures>()),
        ("each lot", size_of::<Lot>()),
        ("each activity", size_of::<Activity>()),
        ("each award", size_of::<Award>()),
    ];
    sizes.iter().try_for_each(|(what, size)| run.say(&format!("  {what}: {size} B")))
}
