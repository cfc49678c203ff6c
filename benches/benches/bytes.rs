//! What an entry takes on the disk: command and events, with their share of the head of the group.
//! There is no floor to measure; what stands in its place is the most that an earn with one lot may
//! take.

use std::path::Path;

use milepost::{Ledger, Request};
use milepost_bench::Outcome;
use milepost_bench::airline::Airline;
use milepost_bench::disk::group_sizes;
use milepost_bench::ledgers::{driven, submit_and_see, submit_mix, submit_requests, with_members};
use milepost_bench::mix::Mix;
use milepost_bench::report::{Figure, Row};
use milepost_bench::run::Run;
use milepost_bench::workload::{TRAVEL, flight, stay};

const MEMBERS: u32 = 10_000;
const ENTRIES: u32 = 100_000;
const LIMIT: f64 = 120.0;

fn main() -> Outcome<()> {
    let Some(run) = Run::start("bytes", env!("CARGO_TARGET_TMPDIR"))? else { return Ok(()) };
    let members = run.scaled(MEMBERS).max(100);
    let folder = run.new_folder()?;
    let path = folder.path().join("ledger");
    let ledger = with_members(&path, TRAVEL, driven()?, members)?;
    let bench = Bench { run: &run, path: &path, ledger };
    let count = run.scaled(ENTRIES);
    let stays = (0..count).map(|serial| Ok(Request::new(stay(serial % members, serial, 24_000)?)));
    bench.job("an earn with one lot, in batches", |ledger| submit_requests(ledger, stays))?;
    let keyed = (0..count).map(|serial| {
        let key = format!("booking-{serial:08}").parse()?;
        Ok(Request::new(flight(serial % members, serial, 2_500)?.with_key(key)))
    });
    bench.job("the same with a key", |ledger| submit_requests(ledger, keyed))?;
    let alone =
        (0..count.min(500)).map(|serial| stay(serial % members, 90_000_000 + serial, 9_999));
    bench.job("an earn with one lot, each in a group of its own", |ledger| {
        for stay in alone {
            ledger.submit_blocking(stay?)?;
        }
        Ok(())
    })?;
    let mix = Mix::new(23, members)?.take(usize::try_from(count)?);
    bench.job("the mix, in batches", |ledger| submit_mix(ledger, mix.map(|it| Ok(it?.into()))))?;
    bench.ledger.close()?;
    airline(&run)
}

struct Bench<'a> {
    run: &'a Run,
    path: &'a Path,
    ledger: Ledger,
}

impl Bench<'_> {
    fn job(&self, job: &str, submit: impl FnOnce(&Ledger) -> Outcome<()>) -> Outcome<()> {
        if !self.run.wants(job) {
            return Ok(());
        }
        let from = self.ledger.durable_end();
        submit(&self.ledger)?;
        let bytes = group_sizes(self.path, from)?.iter().sum::<usize>();
        let entries = f64::from(u32::try_from(self.ledger.durable_end() - from)?);
        let each = f64::from(u32::try_from(bytes)?) / entries;
        let (ours, floor) = (Figure::Bytes(each, "entry"), Figure::Bytes(LIMIT, "entry"));
        self.run.row(&Row { job, ours, floor, floor_is: "the most an earn may take" })
    }
}

/// The months of the airline, with their keys.
fn airline(run: &Run) -> Outcome<()> {
    let airline = Airline::read(run)?;
    let folder = run.new_folder()?;
    let path = folder.path().join("airline");
    let ledger = Ledger::create(&path, Airline::PROGRAMME, airline.options())?;
    submit_requests(&ledger, airline.enrolments())?;
    let bench = Bench { run, path: &path, ledger };
    bench.job("the airline, in batches, with keys", |ledger| {
        submit_and_see(ledger, airline.months(), |_| Ok(()))
    })?;
    Ok(bench.ledger.close()?)
}
