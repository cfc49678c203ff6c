use std::path::Path;

use milepost_core::command::{Advance, Command, Enrol, Grant, Transfer};
use milepost_core::names::MemberKey;
use milepost_core::state::Broken;
use milepost_core::wire::Kind;
use milepost_log::{EntryHead, Group, Log, LogOptions, MemDisk, Touch, Witness};

use super::*;
use crate::open::{built_in_views, rules_of};
use crate::{AsOf, Atomicity, CommandClock, Ledger, Options, Request, Snapshots};

const HOME: &str = "/ledger";
const PLAIN: &str = r#"
name = "Plain"
timezone = "UTC"
currency = "EUR"
[units.points]
expiry = { after = "1 month" }
transfer = {}
"#;

fn options(disk: &MemDisk) -> Options {
    let options = Options::default().with_disk(Arc::new(disk.clone()));
    options.with_clock(Arc::new(CommandClock::default())).with_snapshots(Snapshots::Off)
}

/// Some members with points, who then send each other some.
fn commands() -> impl Iterator<Item = Command> {
    let who = |n: u32| format!("m{}", n % 50).parse().unwrap();
    let unit = || "points".parse().unwrap();
    let enrolled = (0..50).map(move |n| Enrol::new(who(n)).into());
    let granted = (0..150)
        .map(move |n| Grant::new(who(n), unit(), 100.into(), "test".parse().unwrap()).into());
    let sent = (0..200).map(move |n| {
        let reference = format!("T-{n}").parse().unwrap();
        Transfer { from: who(n), to: who(7 * n + 1), unit: unit(), amount: 1.into(), reference }
            .into()
    });
    enrolled.chain(granted).chain(sent)
}

/// In tests a window has 1 KiB, so that a log has many.
#[test]
fn any_number_of_windows_on_any_number_of_threads_come_to_one_state() {
    let disk = MemDisk::new();
    let ledger = Ledger::create(HOME, PLAIN, options(&disk)).unwrap();
    let requests: Vec<Request> = commands().map(Request::from).collect();
    for some in requests.chunks(7) {
        ledger.submit_batch_blocking(some.to_vec(), Atomicity::Each).unwrap();
    }
    // Touches members of most parts at once.
    let to = "2026-03-01T00:00:00Z".parse().unwrap();
    let swept = ledger.submit_blocking(Request::from(Advance { to })).unwrap();
    assert!(swept.members.len() > 40, "{}", swept.members.len());
    ledger.submit_batch_blocking(requests[50..60].to_vec(), Atomicity::Each).unwrap();
    let state = |ledger: &Ledger| {
        let when = AsOf::at(ledger.last_recorded_at());
        (ledger.digest().unwrap(), ledger.totals_blocking(when).unwrap())
    };
    let live = state(&ledger);
    // No entry has less than 56 bytes.
    assert!(ledger.durable_end() > 400, "more than twenty windows");
    ledger.close().unwrap();
    for threads in 1..=3 {
        let options = options(&disk).with_fold_threads(NonZeroUsize::new(threads).unwrap());
        let ledger = Ledger::open(HOME, options).unwrap();
        assert_eq!(ledger.opening().entries_folded, ledger.durable_end());
        assert_eq!(state(&ledger), live, "{threads} threads");
        ledger.close().unwrap();
    }
}

/// Entries that touch members who are not there, in other parts: the first in the log is told of.
#[test]
fn the_first_entry_that_does_not_fit_is_told_of() {
    let disk = MemDisk::new();
    Ledger::create(HOME, PLAIN, options(&disk)).unwrap().close().unwrap();
    let home = Path::new(HOME);
    let (mut log, _) = Log::open(&disk, home, LogOptions::default(), Witness::default()).unwrap();
    let first = log.next_seq();
    let members = [3_u128, 2, 1, 5, 4].map(u128::to_le_bytes);
    let parts: Vec<usize> = members
        .iter()
        .map(|member| Store::shard_of(&MemberKey(*member)) / SHARDS_OF_PART)
        .collect();
    assert!(parts.iter().any(|part| *part < parts[0]), "one is folded before the first: {parts:?}");
    for (seq, member) in (first..).zip(members) {
        let (kind, schema) = (Kind::Debit.number(), wire::SCHEMA);
        let head = EntryHead { seq, recorded_at: i64::MAX / 2, kind, schema, key: None };
        let touch = Touch { member, version: 1, previous: None };
        let mut group = Group::new();
        group.push(&head, &[touch], |_| ()).unwrap();
        log.append(&mut group).unwrap();
    }
    let reader = log.reader();
    let rules = Arc::new(rules_of(&reader, log.ledger_id()).unwrap());
    for threads in 1..=3 {
        let mut fold = Fold::new(Arc::clone(&rules), built_in_views());
        let failed = fold.run(&reader, NonZeroUsize::new(threads)).unwrap_err();
        let Error::Broken { seq, source: Broken::Inconsistent(_) } = failed else {
            panic!("{failed:?}");
        };
        assert_eq!(seq, first, "{threads} threads");
    }
}
