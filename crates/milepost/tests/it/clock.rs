//! The ledger's time (R-TIME-1): it never runs backwards, and only what is accepted moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use milepost::command::Advance;
use milepost::log::MemDisk;
use milepost::views::Clamped;
use milepost::{AsOf, Clock, Code, Instant, Ledger, Request};

use crate::support::{
    HOME, TEN_DAYS, available, day, enrol, grant, keyed, ok, on_disk, redeem, refused, with_members,
};

/// A clock of the host's that no command sets.
#[derive(Debug)]
struct HostClock(AtomicI64);

impl Clock for HostClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.load(Ordering::Relaxed)).unwrap()
    }

    fn time_for(&self, at: Option<Instant>) -> Option<Instant> {
        at.is_none().then(|| self.now())
    }
}

fn with_host_clock() -> (Ledger, Arc<HostClock>) {
    let clock = Arc::new(HostClock(AtomicI64::new(day(0).micros())));
    let options = on_disk(&MemDisk::new()).with_clock(clock.clone());
    (Ledger::create(HOME, TEN_DAYS, options).unwrap(), clock)
}

#[test]
fn an_older_clock_is_clamped_to_the_last_entry_and_the_receipt_says_so() {
    let ledger = with_members(TEN_DAYS, &["a"]);
    let receipt = ok(&ledger, Request::new(grant("a", 1)).at(day(5)));
    assert_eq!((receipt.recorded_at, receipt.clamped), (day(5), Clamped::No));
    let receipt = ok(&ledger, Request::new(grant("a", 1)).at(day(4)));
    assert_eq!((receipt.recorded_at, receipt.clamped), (day(5), Clamped::Yes));

    let (ledger, clock) = with_host_clock();
    clock.0.store(day(3).micros(), Ordering::Relaxed);
    assert_eq!(ok(&ledger, enrol("a")).recorded_at, day(3));
    clock.0.store(day(2).micros(), Ordering::Relaxed);
    let receipt = ok(&ledger, grant("a", 1));
    assert_eq!((receipt.recorded_at, receipt.clamped), (day(3), Clamped::Yes));
}

#[test]
fn a_system_clock_is_not_set_by_commands() {
    let (ledger, _) = with_host_clock();
    let refusal = refused(&ledger, Request::new(enrol("a")).at(day(0)));
    let expected = "malformed: at: the ledger's clock is the system's, commands do not set it";
    assert_eq!(refusal.to_string(), expected);
    let refusal = refused(&ledger, Advance { to: day(1) });
    let expected = "invalid_time: to must not be later than the ledger's clock, \
                    2026-01-01T00:00:00Z";
    assert_eq!(refusal.to_string(), expected);
    assert_eq!(ok(&ledger, Advance { to: day(0) }).seq, 1);
}

#[test]
fn advance_sets_a_clock_that_commands_drive() {
    let ledger = with_members(TEN_DAYS, &["a"]);
    ok(&ledger, grant("a", 10));
    assert_eq!(available(&ledger, "a"), 10);
    let receipt = ok(&ledger, Advance { to: day(10) });
    assert_eq!((receipt.recorded_at, receipt.events.len()), (day(10), 1));
    assert_eq!(receipt.events[0].effective_at, day(10));
    assert_eq!(ok(&ledger, grant("a", 3)).recorded_at, day(10));
    assert_eq!(available(&ledger, "a"), 3);
    assert_eq!(
        ok(&ledger, Advance { to: day(5) }).recorded_at,
        day(10),
        "sweeping is no jump back"
    );
}

/// Refused and repeated commands, and dry runs, move no clock.
#[test]
fn only_what_is_accepted_moves_the_clock() {
    let ledger = with_members(TEN_DAYS, &["a"]);
    let command = || Request::new(keyed("k", grant("a", 10)));
    ok(&ledger, command().at(day(1)));
    refused(&ledger, Request::new(redeem("a", "R", 11)).at(day(50)));
    ok(&ledger, command().at(day(50)));
    ok(&ledger, Request::new(grant("a", 1)).at(day(50)).dry_run());
    ok(&ledger, Request::new(Advance { to: day(50) }).dry_run());
    assert_eq!(ledger.last_recorded_at(), day(1));
    assert_eq!(available(&ledger, "a"), 10);
    assert_eq!(ok(&ledger, grant("a", 1)).recorded_at, day(1));
    assert_eq!(refused(&ledger, redeem("a", "R", 12)).code, Code::InsufficientBalance);
}

#[test]
fn a_query_without_a_time_is_asked_now_and_never_before_the_last_entry() {
    let (ledger, clock) = with_host_clock();
    ok(&ledger, enrol("a"));
    ok(&ledger, grant("a", 10));
    clock.0.store(day(11).micros(), Ordering::Relaxed);
    assert_eq!(available(&ledger, "a"), 0, "what is due is due without a sweep (R-TIME-5)");
    let unit = ledger.unit("points").unwrap();
    let totals = ledger.totals_blocking(AsOf::NEWEST).unwrap();
    assert_eq!((totals.of(unit).available, totals.entries()), (0, 2));
    ok(&ledger, grant("a", 1));
    clock.0.store(day(5).micros(), Ordering::Relaxed);
    assert_eq!(available(&ledger, "a"), 1);
    assert_eq!(ledger.totals_blocking(AsOf::NEWEST).unwrap().of(unit).available, 1);
    assert_eq!(ledger.totals_blocking(AsOf::at(day(9))).unwrap().of(unit).available, 10);
}
