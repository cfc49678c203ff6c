//! What if: the recorded history under other rules.

use std::path::Path;

use milepost::command::{Command, Record, Refund, Revise};
use milepost::what_if::{Change, Difference, Revisions, UnitChange, what_if};
use milepost::{Code, Error, Ledger};
use proptest::prelude::*;

use crate::ops::{programmes, streams, with_times};
use crate::support::{PLAIN, create_at, day, enrol, grant, keyed, ok, redeem, who};

fn ask(path: &Path, programme: &str, revisions: Revisions) -> Difference {
    what_if(path, programme, revisions, |_, _| ()).unwrap()
}

fn stay(id: &str, reference: &str, spend: i64) -> Command {
    let activity =
        milepost::command::Activity::new("stay".parse().unwrap(), reference.parse().unwrap());
    Record::new(who(id), activity.with_spend(milepost::Decimal::from(spend))).into()
}

fn at(ledger: &Ledger, days: i64, command: Command) {
    ok(ledger, milepost::Request::new(command).at(day(days)));
}

fn figure(units: &[UnitChange], name: &str) -> (i128, i128) {
    let figures = units.iter().filter(|unit| &*unit.unit == "points").flat_map(|u| &u.figures);
    let found = figures.clone().find(|figure| figure.name == name).map(|figure| figure.steps);
    let Change { before, after, .. } = found.unwrap_or_default();
    (before, after)
}

/// Ann earns 100 in January and 50 in February, redeems 120, gets 20 back, and is granted 7.
fn history(path: &Path) {
    let ledger = create_at(path, PLAIN);
    at(&ledger, 0, enrol("ann"));
    at(&ledger, 0, enrol("bob"));
    at(&ledger, 1, keyed("k", stay("ann", "S-1", 100)));
    at(&ledger, 40, stay("ann", "S-2", 50));
    at(&ledger, 41, redeem("ann", "R-1", 120));
    let refund = Refund::new(who("ann"), "R-1".parse().unwrap());
    at(&ledger, 42, Refund { amount: Some(20.into()), ..refund }.into());
    at(&ledger, 43, grant("bob", 7));
    ledger.close().unwrap();
}

#[test]
fn the_same_programme_is_no_difference() {
    let folder = tempfile::tempdir().unwrap();
    history(folder.path());
    let same = ask(folder.path(), PLAIN, Revisions::PassOver);
    assert!(same.is_none(), "{same:?}");
    assert_eq!((same.decided, same.at), (7, day(43)));
    assert_eq!(figure(&same.units, "earned"), (150, 150));
    assert_eq!(figure(&same.units, "available"), (57, 57));
}

#[test]
fn another_rate_by_month_and_member_and_what_follows_a_refusal() {
    let folder = tempfile::tempdir().unwrap();
    history(folder.path());
    let text = PLAIN.replace("earn = \"1\"", "earn = \"0.5\"");
    let half = ask(folder.path(), &text, Revisions::PassOver);
    assert_eq!(figure(&half.units, "earned"), (150, 75));
    assert_eq!(figure(&half.units, "spent"), (120, 0));
    assert_eq!(figure(&half.units, "balance"), (57, 82));
    let months: Vec<_> =
        half.months.iter().map(|of| (of.month, figure(&of.units, "earned"))).collect();
    assert_eq!(months, [(1, (100, 50)), (2, (50, 25))]);
    // 75 do not pay for 120, and what was not redeemed is not given back.
    let refused: Vec<_> =
        half.refused.iter().map(|of| (of.code, of.count, of.followed, of.first[0].seq)).collect();
    assert_eq!(refused, [(Code::UnknownRedemption, 1, 1, 6), (Code::InsufficientBalance, 1, 0, 5)]);
    assert_eq!(&*half.refused[1].first[0].command, "redeem");
    assert_eq!((half.refusals(), half.members_affected), (2, 1));
    assert_eq!((half.members[0].member.as_str(), half.members.len()), ("ann", 1));
    assert_eq!(figure(&half.members[0].units, "balance"), (50, 75));
}

#[test]
fn a_unit_that_is_new_finer_or_gone() {
    let folder = tempfile::tempdir().unwrap();
    history(folder.path());
    let finer = PLAIN.replace("[units.points]", "[units.points]\ndecimals = 1");
    let finer = ask(folder.path(), &finer, Revisions::PassOver);
    assert!(finer.is_none(), "{finer:?}");
    assert_eq!(finer.units[0].decimals, 1);
    assert_eq!(figure(&finer.units, "earned"), (1500, 1500));
    let other = PLAIN.replace("points", "miles");
    let other = ask(folder.path(), &other, Revisions::PassOver);
    assert_eq!(figure(&other.units, "earned"), (150, 0));
    assert_eq!(&*other.units[1].unit, "miles");
    let codes: Vec<_> = other.refused.iter().map(|of| (of.code, of.count)).collect();
    assert_eq!(codes, [(Code::UnknownUnit, 2), (Code::UnknownRedemption, 1)]);
}

#[test]
fn revisions_are_passed_over_or_kept() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = create_at(folder.path(), PLAIN);
    let double = PLAIN.replace("earn = \"1\"", "earn = \"2\"");
    at(&ledger, 0, enrol("ann"));
    at(&ledger, 1, stay("ann", "S-1", 10));
    let revise = Revise { programme: double.as_str().into(), effective_at: None };
    at(&ledger, 2, revise.into());
    at(&ledger, 3, stay("ann", "S-2", 10));
    ledger.close().unwrap();
    let over = ask(folder.path(), PLAIN, Revisions::PassOver);
    assert_eq!((figure(&over.units, "earned"), over.passed_over), ((30, 20), 1));
    let kept = ask(folder.path(), PLAIN, Revisions::Keep);
    assert!(kept.is_none() && kept.passed_over == 0, "{kept:?}");
    let doubled = ask(folder.path(), &double, Revisions::Keep);
    assert_eq!(figure(&doubled.units, "earned"), (30, 40));
}

#[test]
fn faults_of_the_programme_are_told() {
    let folder = tempfile::tempdir().unwrap();
    history(folder.path());
    let failed = what_if(folder.path(), "name = 1", Revisions::PassOver, |_, _| ());
    assert!(matches!(failed, Err(Error::Programme(_))), "{failed:?}");
}

#[test]
fn an_open_ledger_is_only_read() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = create_at(folder.path(), PLAIN);
    at(&ledger, 0, enrol("ann"));
    assert!(ask(folder.path(), PLAIN, Revisions::PassOver).is_none());
    at(&ledger, 1, stay("ann", "S-1", 10));
    let half = PLAIN.replace("earn = \"1\"", "earn = \"0.5\"");
    let half = ask(folder.path(), &half, Revisions::PassOver);
    assert_eq!(figure(&half.units, "earned"), (10, 5));
    ledger.close().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever was recorded, with sweeps in between and late arrivals: the same rules decide the
    /// same.
    #[test]
    fn the_same_programme_is_no_difference_over_random_streams(
        programme in programmes(),
        ops in streams(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let ledger = create_at(folder.path(), &programme);
        for (at, op) in with_times(&ops) {
            let _refused = ledger.submit_blocking(op.request(at));
        }
        let totals = ledger.totals_blocking(milepost::AsOf::at(ledger.last_recorded_at())).unwrap();
        ledger.close().unwrap();
        let same = ask(folder.path(), &programme, Revisions::Keep);
        prop_assert!(same.is_none(), "{:?}", same);
        let earned = totals.units().next().map_or(0, |of| of.counter(milepost::state::Counter::Earned));
        prop_assert_eq!(figure(&same.units, "earned").0, i128::try_from(earned).unwrap());
        prop_assert_eq!(same.decided, totals.entries());
    }
}
