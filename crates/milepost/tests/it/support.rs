//! What the tests share: programmes, commands in one line, and ledgers on a disk in memory.

use std::path::Path;
use std::sync::Arc;

use milepost::command::{Command, Enrol, Grant, Hold, Redeem, Transfer};
use milepost::log::{Background, LogOptions, MemDisk, Prewrite};
use milepost::views::{Receipt, UnitBalance};
use milepost::{
    AsOf, Atomicity, Code, CommandClock, Error, Instant, Ledger, MemberId, Options, Refusal,
    Request, Snapshots, SubmitError,
};

/// Points that never expire and may be sent to others.
pub(crate) const PLAIN: &str = r#"
name = "Plain"
timezone = "Europe/Lisbon"
currency = "EUR"
[units.points]
transfer = {}
[[earn]]
id = "spend"
unit = "points"
on = ["stay"]
rate = { per = "1.00", earn = "1" }
"#;

/// Points that die ten days after they were given.
pub(crate) const TEN_DAYS: &str = r#"
name = "Ten days"
timezone = "Europe/Lisbon"
currency = "EUR"
[units.points]
expiry = { after = "10 days" }
transfer = {}
"#;

/// Where ledgers are on a disk in memory.
pub(crate) const HOME: &str = "/ledger";

const HOUR: i64 = 3_600_000_000;

/// So many hours after the beginning of the year.
pub(crate) fn hour(hours: i64) -> Instant {
    let start: Instant = "2026-01-01T00:00:00Z".parse().unwrap();
    Instant::from_micros(start.micros() + hours * HOUR).unwrap()
}

pub(crate) fn day(days: i64) -> Instant {
    hour(24 * days)
}

pub(crate) fn who(id: &str) -> MemberId {
    id.parse().unwrap()
}

pub(crate) fn enrol(id: &str) -> Command {
    Enrol::new(who(id)).into()
}

pub(crate) fn grant(id: &str, amount: i64) -> Command {
    let (unit, reason) = ("points".parse().unwrap(), "test".parse().unwrap());
    Grant::new(who(id), unit, amount.into(), reason).into()
}

pub(crate) fn redeem(id: &str, reference: &str, amount: i64) -> Command {
    let (reference, unit) = (reference.parse().unwrap(), "points".parse().unwrap());
    Redeem::new(who(id), reference, unit, amount.into()).into()
}

pub(crate) fn hold(id: &str, reference: &str, amount: i64) -> Command {
    let (unit, reference) = ("points".parse().unwrap(), reference.parse().unwrap());
    Hold::new(who(id), unit, amount.into(), reference).into()
}

pub(crate) fn transfer(from: &str, to: &str, amount: i64) -> Command {
    let (unit, reference) = ("points".parse().unwrap(), "T".parse().unwrap());
    Transfer { from: who(from), to: who(to), unit, amount: amount.into(), reference }.into()
}

pub(crate) fn keyed(key: &str, command: Command) -> Command {
    command.with_key(key.parse().unwrap())
}

/// Small segments, nothing written ahead, and the same disk operations in every run.
pub(crate) fn small_log() -> LogOptions {
    let options = LogOptions::default().with_segment_size(16 << 10);
    options.with_prewrite(Prewrite::Nothing).with_background(Background::Inline)
}

/// Commands drive the clock.
pub(crate) fn options() -> Options {
    let clock = Arc::new(CommandClock::at(day(0)));
    Options::default().with_clock(clock).with_log(small_log()).with_ledger_id([7; 16])
}

pub(crate) fn on_disk(disk: &MemDisk) -> Options {
    options().with_disk(Arc::new(disk.clone())).with_snapshots(Snapshots::Off)
}

pub(crate) fn create(disk: &MemDisk, programme: &str) -> Ledger {
    Ledger::create(HOME, programme, on_disk(disk)).unwrap()
}

pub(crate) fn open(disk: &MemDisk) -> Ledger {
    Ledger::open(HOME, on_disk(disk)).unwrap()
}

/// A ledger on a real folder, with snapshots when asked for.
pub(crate) fn open_at(path: &Path) -> Ledger {
    Ledger::open(path, options().with_snapshots(Snapshots::OnDemand)).unwrap()
}

pub(crate) fn create_at(path: &Path, programme: &str) -> Ledger {
    Ledger::create(path, programme, options().with_snapshots(Snapshots::OnDemand)).unwrap()
}

/// A ledger in memory with members of nothing.
pub(crate) fn with_members(programme: &str, ids: &[&str]) -> Ledger {
    let ledger = create(&MemDisk::new(), programme);
    for id in ids {
        ok(&ledger, enrol(id));
    }
    ledger
}

pub(crate) fn ok(ledger: &Ledger, request: impl Into<Request>) -> Receipt {
    ledger.submit_blocking(request).unwrap()
}

pub(crate) fn refused(ledger: &Ledger, request: impl Into<Request>) -> Refusal {
    refusal(ledger.submit_blocking(request))
}

pub(crate) fn refusal(answer: Result<Receipt, SubmitError>) -> Refusal {
    match answer {
        Err(SubmitError::Refused(refusal)) => refusal,
        other => panic!("{other:?} is no refusal"),
    }
}

pub(crate) fn failure(answer: Result<Receipt, SubmitError>) -> Error {
    match answer {
        Err(SubmitError::Failed(error)) => error,
        other => panic!("{other:?} is no failure"),
    }
}

/// What each command of a batch came to: its sequence number, or its code.
pub(crate) fn batch(
    ledger: &Ledger,
    requests: impl IntoIterator<Item = Request>,
    atomicity: Atomicity,
) -> Vec<Result<u64, Code>> {
    let answers = ledger.submit_batch_blocking(requests, atomicity).unwrap();
    let short = |answer: Result<Receipt, Refusal>| match answer {
        Ok(receipt) => Ok(receipt.seq),
        Err(refusal) => Err(refusal.code),
    };
    answers.into_iter().map(short).collect()
}

pub(crate) fn points(ledger: &Ledger, id: &str) -> UnitBalance {
    points_when(ledger, id, AsOf::NEWEST)
}

pub(crate) fn points_when(ledger: &Ledger, id: &str, when: AsOf) -> UnitBalance {
    let unit = ledger.unit("points").unwrap();
    ledger.balance(&who(id), when).unwrap().of(unit).unwrap().clone()
}

pub(crate) fn available(ledger: &Ledger, id: &str) -> i64 {
    points(ledger, id).figures.available
}

pub(crate) fn version(ledger: &Ledger, id: &str) -> u32 {
    ledger.member(&who(id), AsOf::NEWEST).unwrap().version
}
