//! The airline of the demo as a workload: two years, every command durable and with a key. The
//! floor of writing is the bare write of the same groups, that of opening is as many records of a
//! fixed layout, folded into a hash map.

use std::num::NonZeroUsize;
use std::path::Path;

use milepost::{Ledger, Options, Snapshots};
use milepost_bench::Outcome;
use milepost_bench::airline::Airline;
use milepost_bench::disk::{BareFile, group_sizes, reader};
use milepost_bench::latency::Latencies;
use milepost_bench::ledgers::{submit_and_see, submit_requests};
use milepost_bench::records::Records;
use milepost_bench::report::{Figure, Row};
use milepost_bench::run::Run;
use milepost_bench::sample::{Pair, each, medians, timed};

const REPETITIONS: u32 = 3;

fn main() -> Outcome<()> {
    let Some(run) = Run::start("airline", env!("CARGO_TARGET_TMPDIR"))? else { return Ok(()) };
    let airline = Airline::read(&run)?;
    let (mut writing, mut opening, mut folding) = (Vec::new(), Vec::new(), Vec::new());
    let mut bare = BareFile::create(run.new_folder()?.path())?;
    for _ in 0..run.repetitions(REPETITIONS) {
        let folder = run.new_folder()?;
        let path = folder.path().join("ledger");
        writing.push(written(&run, &airline, &path, &mut bare)?);
        let opened = opened(&path, folder.path())?;
        opening.push(opened.whole);
        folding.push(opened.folding);
    }
    let rows = [
        ("two years, batches of 8,189", "command", "write + fdatasync of the same groups", writing),
        ("open without a snapshot", "entry", "fixed records, hash map", opening),
        ("fold the log, on one thread", "entry", "fixed records, hash map", folding),
    ];
    for (job, of, floor_is, pairs) in rows {
        let Some(pair) = medians(&pairs) else { continue };
        let (ours, floor) = (Figure::Each(pair.ours, of), Figure::Each(pair.floor, of));
        run.row(&Row { job, ours, floor, floor_is })?;
    }
    Ok(())
}

/// All months, handed in as fast as they are taken.
fn written(run: &Run, airline: &Airline, path: &Path, bare: &mut BareFile) -> Outcome<Pair> {
    let ledger = Ledger::create(path, Airline::PROGRAMME, airline.options())?;
    submit_requests(&ledger, airline.enrolments())?;
    let from = ledger.durable_end();
    let (mut commands, mut refused) = (0, 0);
    let (ours, ()) = timed(|| {
        submit_and_see(&ledger, airline.months(), |answers| {
            commands += answers.len();
            refused += answers.iter().filter(|answer| answer.is_err()).count();
            Ok(())
        })
    })?;
    let members = airline.members();
    run.say(&format!("airline: {members} members, {commands} commands, {refused} refused"))?;
    ledger.close()?;
    let floor = bare.write_and_sync(&group_sizes(path, from)?, &mut Latencies::new()?)?;
    let commands = u32::try_from(commands)?;
    Ok(Pair { ours: each(ours, commands), floor: each(floor, commands) })
}

/// Opening as a whole, and folding alone on one thread.
struct Opened {
    whole: Pair,
    folding: Pair,
}

fn opened(path: &Path, folder: &Path) -> Outcome<Opened> {
    let log = reader(path)?;
    let count = u32::try_from(log.durable_end())?;
    let bytes = group_sizes(path, 0)?.iter().sum::<usize>();
    let records = Records::write(&log, bytes, folder)?;
    let options = || Options::default().with_snapshots(Snapshots::Off);
    let (whole, ledger) = timed(|| Ok(Ledger::open(path, options())?))?;
    ledger.close()?;
    let ledger = Ledger::open(path, options().with_fold_threads(NonZeroUsize::MIN))?;
    let folding = ledger.opening().folding;
    ledger.close()?;
    let (floor, _) = timed(|| records.fold())?;
    let beside = |ours| Pair { ours: each(ours, count), floor: each(floor, count) };
    Ok(Opened { whole: beside(whole), folding: beside(folding) })
}
