//! Answers about the past (R-ASOF-1): what was answered then is answered again.

use milepost::log::MemDisk;
use milepost::views::{
    Balance, HoldView, LotView, MemberView, StatementFilter, StatementLine, TierView, Totals,
};
use milepost::{AsOf, Instant, KnownAt, Ledger, Request};
use proptest::prelude::*;

use crate::ops::{MEMBERS, programmes, streams, with_times};
use crate::support::{
    TEN_DAYS, available, create, day, enrol, grant, hour, ok, points_when, redeem, who,
    with_members,
};

/// Everything that can be asked of a member.
#[derive(Debug, PartialEq)]
pub(crate) struct Answers {
    pub(crate) balance: Balance,
    pub(crate) lots: Vec<LotView>,
    pub(crate) holds: Vec<HoldView>,
    pub(crate) tier: TierView,
    pub(crate) member: MemberView,
}

pub(crate) fn ask(ledger: &Ledger, id: &str, when: AsOf) -> Answers {
    let id = who(id);
    Answers {
        balance: ledger.balance(&id, when).unwrap(),
        lots: ledger.lots(&id, None, when).unwrap(),
        holds: ledger.holds(&id, when).unwrap(),
        tier: ledger.tier(&id, when).unwrap(),
        member: ledger.member(&id, when).unwrap(),
    }
}

pub(crate) fn statement(ledger: &Ledger, id: &str, when: AsOf) -> Vec<StatementLine> {
    ledger.statement(&who(id), StatementFilter::default(), when).unwrap()
}

/// What was answered right after an entry.
struct Then {
    seq: u64,
    at: Instant,
    members: Vec<(&'static str, Answers, Vec<StatementLine>)>,
    totals: Totals,
}

fn now(ledger: &Ledger, at: Instant) -> Then {
    let when = AsOf::at(at);
    let seq = ledger.durable_end() - 1;
    let enrolled = ledger.member_ids().unwrap();
    let there = MEMBERS.into_iter().filter(|id| enrolled.contains(&who(id)));
    let members = there.map(|id| (id, ask(ledger, id, when), statement(ledger, id, when)));
    Then { seq, at, members: members.collect(), totals: ledger.totals_blocking(when).unwrap() }
}

fn assert_same(ledger: &Ledger, then: &Then, known_at: Option<KnownAt>) {
    let when = AsOf { as_of: Some(then.at), known_at };
    for (id, answers, lines) in &then.members {
        assert_eq!(&ask(ledger, id, when), answers, "{id} after {}", then.seq);
        assert_eq!(&statement(ledger, id, when), lines, "{id} after {}", then.seq);
    }
    let totals = ledger.totals_blocking(when).unwrap();
    assert_eq!(totals, then.totals, "after {}", then.seq);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// As known at an entry, as of its time: what was answered live right after it.
    #[test]
    fn r_asof_1_the_answer_of_then_is_given_again(programme in programmes(), ops in streams()) {
        let ledger = create(&MemDisk::new(), &programme);
        let mut answers = Vec::new();
        for (at, op) in with_times(&ops) {
            if ledger.submit_blocking(op.request(at)).is_ok() {
                answers.push(now(&ledger, ledger.last_recorded_at()));
            }
        }
        for then in &answers {
            assert_same(&ledger, then, Some(KnownAt::Seq(then.seq)));
        }
        for (then, next) in answers.iter().zip(&answers[1..]) {
            if then.at < next.at {
                assert_same(&ledger, then, Some(KnownAt::Instant(then.at)));
            }
        }
        // As of now, the log folded again is the live state.
        let last = answers.last().unwrap();
        assert_same(&ledger, &now(&ledger, last.at), Some(KnownAt::Seq(last.seq)));
    }

    /// Any time and any position can be asked for, and points are conserved there.
    #[test]
    fn r_asof_1_any_day_as_known_on_any_other(
        programme in programmes(),
        ops in streams(),
        asked in proptest::collection::vec((-50..4000_i64, proptest::option::of(0..4000_i64)), 12),
    ) {
        let ledger = create(&MemDisk::new(), &programme);
        for (at, op) in with_times(&ops) {
            drop(ledger.submit_blocking(op.request(at)));
        }
        for (as_of, known) in asked {
            let known_at = known.map(|hours| KnownAt::Instant(hour(hours)));
            let when = AsOf { as_of: Some(hour(as_of)), known_at };
            let totals = ledger.totals_blocking(when).unwrap();
            prop_assert!(totals.conserved(), "{when:?}: {totals:?}");
            if as_of >= 0 {
                for id in MEMBERS {
                    let answers = ask(&ledger, id, when);
                    for unit in &answers.balance.units {
                        prop_assert!(unit.figures.conserved(), "{id} {when:?}: {unit:?}");
                    }
                    let lines = statement(&ledger, id, when);
                    let balance = lines.last().map_or(0, |line| line.balance);
                    prop_assert_eq!(balance, answers.balance.units[0].figures.balance());
                }
            }
        }
    }
}

#[test]
fn the_past_is_not_lost_when_points_die_or_are_spent() {
    let ledger = with_members(TEN_DAYS, &["a"]);
    ok(&ledger, grant("a", 10));
    ok(&ledger, Request::new(redeem("a", "R", 4)).at(day(2)));
    ok(&ledger, Request::new(enrol("b")).at(day(30)));
    let of = |when| points_when(&ledger, "a", when).figures.available;
    assert_eq!(available(&ledger, "a"), 0);
    assert_eq!([1, 2, 9, 10].map(|days| of(AsOf::at(day(days)))), [10, 6, 6, 0]);
    let known = |seq| AsOf { as_of: Some(day(9)), known_at: Some(KnownAt::Seq(seq)) };
    assert_eq!([1, 2, 3, 4, 99].map(|seq| of(known(seq))), [0, 10, 6, 6, 6]);
    let before = AsOf::at(hour(-1));
    let error = ledger.balance(&who("a"), before).unwrap_err();
    assert_eq!(error.to_string(), "there is no member a");
    assert_eq!(ledger.totals_blocking(before).unwrap().members(), 0);
}

/// A sweep changes no version (R-CMD-4), and so none in an answer about the past.
#[test]
fn versions_of_then() {
    let ledger = with_members(TEN_DAYS, &["a"]);
    ok(&ledger, grant("a", 10));
    ok(&ledger, milepost::command::Advance { to: day(11) });
    ok(&ledger, grant("a", 1));
    let of = |when| ledger.member(&who("a"), when).unwrap().version;
    let known = |seq| AsOf { as_of: None, known_at: Some(KnownAt::Seq(seq)) };
    assert_eq!([1, 2, 3, 4].map(|seq| of(known(seq))), [1, 2, 2, 3]);
    assert_eq!((of(AsOf::at(day(1))), of(AsOf::at(day(11)))), (2, 3));
}
