//! How long a ledger takes to open from its snapshot, beside the same by replay. The floor of each
//! is to read the same files, and nothing else.

use std::path::Path;

use milepost::{Ledger, Options, Snapshots};
use milepost_bench::Outcome;
use milepost_bench::disk::read_all;
use milepost_bench::ledgers::{driven, submit_all, with_members};
use milepost_bench::report::{Figure, Row};
use milepost_bench::run::Run;
use milepost_bench::sample::{Pair, each, medians, timed};
use milepost_bench::workload::{TRAVEL, flight, stay};

const MEMBERS: u32 = 1_000_000;
const REPETITIONS: u32 = 5;

fn main() -> Outcome<()> {
    let Some(run) = Run::start("snapshot", env!("CARGO_TARGET_TMPDIR"))? else { return Ok(()) };
    let folder = run.new_folder()?;
    let path = folder.path().join("ledger");
    let members = run.scaled(MEMBERS);
    build(&run, &path, members)?;
    let expected = usize::try_from(members)?;
    let bench = Bench { run: &run, path: &path };
    let job = format!("open {members} members of three lots");
    bench.job(&format!("{job} from the snapshot"), "snap", Snapshots::OnDemand, expected)?;
    bench.job(&format!("{job} by replay"), "log", Snapshots::Off, 0)
}

/// A ledger of members with three lots each, and its snapshot.
fn build(run: &Run, path: &Path, members: u32) -> Outcome<()> {
    let ledger = with_members(path, TRAVEL, driven()?, members)?;
    submit_all(&ledger, (0..members).map(|number| flight(number, 1, 2_500)))?;
    submit_all(&ledger, (0..members).map(|number| stay(number, 2, 24_000)))?;
    let (taken, report) = timed(|| Ok(ledger.snapshot()?))?;
    let bytes = report.bytes_written;
    run.say(&format!("snapshot: {bytes} bytes taken in {} ms", taken.as_millis()))?;
    Ok(ledger.close()?)
}

struct Bench<'a> {
    run: &'a Run,
    path: &'a Path,
}

impl Bench<'_> {
    fn job(&self, job: &str, read: &str, mode: Snapshots, from_snapshot: usize) -> Outcome<()> {
        if !self.run.wants(job) {
            return Ok(());
        }
        let mut pairs = Vec::new();
        for _ in 0..self.run.repetitions(REPETITIONS) {
            let options = Options::default().with_snapshots(mode);
            let (ours, ledger) = timed(|| Ok(Ledger::open(self.path, options)?))?;
            if ledger.opening().members_from_snapshot != from_snapshot {
                return Err("it was not opened the way it was to be".into());
            }
            ledger.close()?;
            let (floor, _) = read_all(&self.path.join(read))?;
            pairs.push(Pair { ours: each(ours, 1), floor: each(floor, 1) });
        }
        let Some(pair) = medians(&pairs) else { return Ok(()) };
        let (ours, floor) = (Figure::Whole(pair.ours), Figure::Whole(pair.floor));
        self.run.row(&Row { job, ours, floor, floor_is: "the same files read" })
    }
}
