//! What it takes to score everybody: quantiles over a million members with twenty activities each,
//! from open state. The floor is to read as many bytes as the activities take, once, on one thread.

use std::hint::black_box;
use std::time::Duration;

use milepost::{AsOf, Ledger, Request};
use milepost_bench::Outcome;
use milepost_bench::ledgers::{driven, submit_requests};
use milepost_bench::report::{Figure, Row};
use milepost_bench::run::Run;
use milepost_bench::sample::{Pair, each, medians, timed};
use milepost_bench::workload::{Random, enrol_plainly, later, start, stay};

const MEMBERS: u32 = 1_000_000;
const ACTIVITIES: u32 = 20;
/// About so many bytes of state hold a stay and what it earned.
const BYTES: usize = 36;
const REPETITIONS: u32 = 5;
const YEARS: i64 = 3 * 365 * 86_400_000_000;

/// Points by money, and scores by quantiles over two years.
const SCORED: &str = r#"
name = "Bench"
timezone = "Europe/Lisbon"
currency = "EUR"

[units.points]
decimals = 2

[[earn]]
id = "spent"
unit = "points"
on = ["stay"]
rate = { per = "1.00", earn = "9/10" }

[rfm]
window = "24 months"
on = ["stay"]

[[segments]]
id = "best"
r = [4, 5]
f = [4, 5]
m = [4, 5]

[[segments]]
id = "dormant"
inactive_for = "12 months"
"#;

fn main() -> Outcome<()> {
    let Some(run) = Run::start("rfm", env!("CARGO_TARGET_TMPDIR"))? else { return Ok(()) };
    let folder = run.new_folder()?;
    let members = run.scaled(MEMBERS);
    let ledger = Ledger::create(folder.path().join("ledger"), SCORED, driven()?)?;
    fill(&ledger, members)?;
    let bytes = usize::try_from(members * ACTIVITIES)? * BYTES;
    let floor = vec![1_u8; bytes];
    let mut pairs = Vec::new();
    for _ in 0..run.repetitions(REPETITIONS) {
        let (ours, scores) = timed(|| Ok(ledger.rfm(None, AsOf::NEWEST)?))?;
        if scores.population == 0 {
            return Err("nobody has scores".into());
        }
        drop(scores);
        pairs.push(Pair { ours: each(ours, 1), floor: each(read(&floor)?, 1) });
    }
    let Some(pair) = medians(&pairs) else { return Ok(()) };
    let job = format!("scores of {members} members with {} activities", members * ACTIVITIES);
    run.row(&Row {
        job: &job,
        ours: Figure::Whole(pair.ours),
        floor: Figure::Whole(pair.floor),
        floor_is: "as many bytes added up",
    })?;
    Ok(ledger.close()?)
}

/// Three years of stays of members drawn by lot, so that everybody has about twenty.
fn fill(ledger: &Ledger, members: u32) -> Outcome<()> {
    let enrolled = (0..members).map(|number| Ok(Request::new(enrol_plainly(number)?)));
    submit_requests(ledger, enrolled)?;
    let (mut random, start) = (Random::new(29), start()?);
    let count = members * ACTIVITIES;
    let step = YEARS / i64::from(count);
    let stays = (0..count).map(|serial| {
        let command = stay(random.below(members), serial, 4000 + random.below(60_000))?;
        Ok(Request::new(command).at(later(start, i64::from(serial) * step)?))
    });
    submit_requests(ledger, stays)
}

fn read(bytes: &[u8]) -> Outcome<Duration> {
    let (taken, sum) = timed(|| Ok(bytes.iter().fold(0_u64, |sum, byte| sum + u64::from(*byte))))?;
    black_box(sum);
    Ok(taken)
}
