//! Commands about many members: `extend` and `advance` (R-LOT-5, R-TIME-5, R-CMD-4).

use milepost::command::{Advance, Command, Extend};
use milepost::event::Fact;
use milepost::log::MemDisk;
use milepost::views::Status;
use milepost::{AsOf, Atomicity, Code, MemberId, Request};

use crate::support::{
    TEN_DAYS, available, create, day, enrol, grant, keyed, ok, open, refused, version, who,
    with_members,
};

fn extend(members: Option<Vec<MemberId>>, until: i64, to: i64) -> Command {
    let unit = "points".parse().unwrap();
    let (expiring_until, to) = (day(until), day(to));
    Extend { unit, expiring_from: None, expiring_until, to, members }.into()
}

#[test]
fn extend_touches_only_those_of_whom_a_lot_moved() {
    let ledger = with_members(TEN_DAYS, &["early", "late", "poor"]);
    ok(&ledger, grant("early", 1));
    ok(&ledger, Request::new(grant("late", 2)).at(day(5)));
    let receipt = ok(&ledger, extend(None, 12, 30));
    assert_eq!((receipt.members, receipt.version), (vec![who("early")], None));
    assert!(matches!(receipt.events[0].fact, Fact::Extended { .. }));
    assert_eq!(receipt.events.len(), 1);
    let versions = ["early", "late", "poor"].map(|id| version(&ledger, id));
    assert_eq!(versions, [3, 2, 1]);
    let later = |id: &str| {
        let unit = ledger.unit("points").unwrap();
        let balance = ledger.balance(&who(id), AsOf::at(day(20))).unwrap();
        balance.of(unit).unwrap().figures.available
    };
    assert_eq!((later("early"), later("late")), (1, 0));
    let nobody = ok(&ledger, extend(None, 12, 30));
    assert_eq!((nobody.members, nobody.events), (vec![], vec![]));
}

#[test]
fn extend_of_named_members_is_of_these_and_refused_if_one_is_unknown() {
    let ledger = with_members(TEN_DAYS, &["a", "b"]);
    for id in ["a", "b"] {
        ok(&ledger, grant(id, 1));
    }
    let digest = ledger.digest().unwrap();
    let refusal = refused(&ledger, extend(Some(vec![who("a"), who("x")]), 20, 30));
    assert_eq!(refusal.to_string(), "unknown_member: there is no member x");
    assert_eq!(refused(&ledger, extend(None, 20, 0)).code, Code::InvalidTime);
    assert_eq!(ledger.digest().unwrap(), digest);
    let twice = vec![who("b"), who("b")];
    assert_eq!(ok(&ledger, extend(Some(twice), 20, 30)).members, [who("b")]);
    assert_eq!((version(&ledger, "a"), version(&ledger, "b")), (2, 3));
}

/// A sweep of more members than an entry takes is several entries, and one receipt.
#[test]
fn advance_over_three_thousand_members() {
    let disk = MemDisk::new();
    let ledger = create(&disk, TEN_DAYS);
    let ids: Vec<String> = (0..3000).map(|n| format!("m{n:04}")).collect();
    let open_and_give =
        ids.iter().flat_map(|id| [enrol(id).into(), Request::from(grant(id, 3001))]);
    ledger.submit_batch_blocking(open_and_give, Atomicity::Each).unwrap();
    let due_before = ledger.totals_blocking(AsOf::at(day(10))).unwrap();

    let sweep = || keyed("sweep", Advance { to: day(10) }.into());
    let receipt = ok(&ledger, sweep());
    assert_eq!(receipt.seq, 6003, "three entries, of which the last is named");
    assert_eq!((receipt.events.len(), receipt.version), (3000, None));
    let mut swept = receipt.members.clone();
    swept.sort_unstable();
    let all: Vec<MemberId> = ids.iter().map(|id| who(id)).collect();
    assert_eq!(swept, all);
    let mut seen: Vec<u32> = receipt.events.iter().map(|event| event.who).collect();
    seen.sort_unstable();
    assert_eq!(seen, (0..3000).collect::<Vec<u32>>());
    for event in &receipt.events {
        assert_eq!(event.effective_at, day(10));
        assert!(matches!(event.fact, Fact::Expired { .. }), "{event:?}");
    }
    assert_eq!((available(&ledger, "m0007"), version(&ledger, "m0007")), (0, 2));
    let totals = ledger.totals_blocking(AsOf::NEWEST).unwrap();
    assert!(totals.units().eq(due_before.units()), "{totals:?}");

    let again = ok(&ledger, sweep());
    assert_eq!((again.status, again.seq), (Status::Duplicate, 6003));
    assert_eq!((again.members, again.events), (receipt.members, receipt.events));
    let digest = ledger.digest().unwrap();
    drop(ledger);
    assert_eq!(open(&disk).digest().unwrap(), digest);
}

#[test]
fn a_sweep_with_nothing_due_is_an_entry_without_members() {
    let ledger = with_members(TEN_DAYS, &["a"]);
    ok(&ledger, grant("a", 1));
    let receipt = ok(&ledger, Advance { to: day(9) });
    assert_eq!((receipt.seq, receipt.members, receipt.events), (3, vec![], vec![]));
    assert_eq!(ledger.entry(3).unwrap().unwrap().members, []);
}
