//! What it takes to ask for a balance while nothing else happens. The caller's thread is not the
//! writer's. The floor is to find a number in a hash map by the same id.

use std::collections::HashMap;
use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use milepost::{AsOf, Ledger, MemberId};
use milepost_bench::Outcome;
use milepost_bench::ledgers::{server, with_members};
use milepost_bench::report::{Figure, Row};
use milepost_bench::run::Run;
use milepost_bench::workload::{Random, TRAVEL, member};

const MEMBERS: u32 = 100_000;
/// As many ids are asked for, in an order that no cache can guess.
const ASKED: u32 = 65_536;

fn main() -> Outcome<()> {
    let Some(run) = Run::start("query", env!("CARGO_TARGET_TMPDIR"))? else { return Ok(()) };
    let folder = run.new_folder()?;
    let members = run.scaled(MEMBERS);
    let ledger = with_members(&folder.path().join("ledger"), TRAVEL, server(), members)?;
    let mut random = Random::new(13);
    let asked = (0..ASKED).map(|_| member(random.below(members))).collect::<Outcome<Vec<_>>>()?;
    let bare = (0..members).map(|number| Ok((member(number)?, i64::from(number))));
    let bare = bare.collect::<Outcome<HashMap<_, _>>>()?;
    let job = "balance, from another thread, idle";
    let ours = |count| on_a_thread(|| ask(&ledger, &asked, count));
    let floor = |count| on_a_thread(|| find(&bare, &asked, count));
    if let Some(pair) = run.repeat(job, ours, floor)? {
        let (ours, floor) = (Figure::Each(pair.ours, "query"), Figure::Each(pair.floor, "query"));
        run.row(&Row { job, ours, floor, floor_is: "a hash map from ids to numbers" })?;
    }
    Ok(ledger.close()?)
}

fn on_a_thread(job: impl FnOnce() -> Outcome<Duration> + Send) -> Outcome<Duration> {
    let done = thread::scope(|scope| scope.spawn(job).join());
    done.map_err(|_| "the thread panicked")?
}

fn ask(ledger: &Ledger, asked: &[MemberId], count: u32) -> Outcome<Duration> {
    let start = Instant::now();
    for (_, id) in (0..count).zip(asked.iter().cycle()) {
        black_box(ledger.balance(id, AsOf::NEWEST)?);
    }
    Ok(start.elapsed())
}

fn find(bare: &HashMap<MemberId, i64>, asked: &[MemberId], count: u32) -> Outcome<Duration> {
    let start = Instant::now();
    for (_, id) in (0..count).zip(asked.iter().cycle()) {
        black_box(bare.get(id).ok_or("no such member")?);
    }
    Ok(start.elapsed())
}
