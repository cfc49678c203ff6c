//! Whether a command costs more when there is more: the mix in batches, on a small ledger and on a
//! large one. In place of a floor stands the small ledger.

use milepost::Request;
use milepost_bench::Outcome;
use milepost_bench::ledgers::{driven, submit_mix, with_members};
use milepost_bench::mix::{Mix, pace};
use milepost_bench::report::{Figure, Row};
use milepost_bench::run::Run;
use milepost_bench::sample::{each, timed};
use milepost_bench::workload::{TRAVEL, later, start};

const SMALL: (u32, u32) = (10_000, 1_000_000);
const LARGE: (u32, u32) = (1_000_000, 4_000_000);
/// So many of the last commands are measured.
const LAST: u32 = 500_000;

fn main() -> Outcome<()> {
    let Some(run) = Run::start("growth", env!("CARGO_TARGET_TMPDIR"))? else { return Ok(()) };
    let (small, large) = (cost(&run, SMALL)?, cost(&run, LARGE)?);
    let size = |(members, entries): (u32, u32)| {
        format!("{} members and {} entries", run.scaled(members), run.scaled(entries))
    };
    let (job, floor_is) = (format!("a command at {}", size(LARGE)), size(SMALL));
    let (ours, floor) = (Figure::Each(large, "command"), Figure::Each(small, "command"));
    run.row(&Row { job: &job, ours, floor, floor_is: &format!("the same at {floor_is}") })
}

/// What each of the last commands took, when there were about so many members and entries.
fn cost(run: &Run, (members, entries): (u32, u32)) -> Outcome<f64> {
    let (members, entries) = (run.scaled(members).max(10), run.scaled(entries));
    let folder = run.new_folder()?;
    let ledger = with_members(&folder.path().join("ledger"), TRAVEL, driven()?, members)?;
    let (start, pace) = (start()?, pace(members));
    let mut requests = (0_i64..)
        .zip(Mix::new(31, members)?)
        .map(|(serial, command)| Ok(Request::new(command?).at(later(start, serial * pace)?)));
    let last = run.scaled(LAST);
    let before = entries.saturating_sub(2 * members + last);
    submit_mix(&ledger, requests.by_ref().take(usize::try_from(before)?))?;
    let requests = requests.take(usize::try_from(last)?);
    let (taken, ()) = timed(|| submit_mix(&ledger, requests))?;
    ledger.close()?;
    Ok(each(taken, last))
}
