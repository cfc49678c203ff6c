//! Totals: a fold of events. That it agrees with the members is checked after every command of
//! every test of decisions.

use milepost_core::answer;
use milepost_core::decide::settle;
use milepost_core::views::{Totals, TotalsError};

use super::same;
use crate::decide::{Ledger, run, step, submit};

const UNITS: &str = "units.points = { expiry = { after = \"1 month\" } }
units.miles = { decimals = 2 }
units.none = {}
";

fn some() -> Ledger {
    run(
        UNITS,
        "@2026-01-01
         enrol a
         enrol b
         grant a unit=points amount=100 reason=x
         grant b unit=points amount=50 reason=x available_at=2026-01-15
         grant b unit=miles amount=2.50 reason=x
         hold a unit=points amount=30 ref=H-1 until=2026-01-10
         debit b unit=points amount=20 reason=x",
    )
}

#[test]
fn totals_are_over_all_members() {
    let ledger = some();
    let answer = answer::totals(&ledger.rules, ledger.now, &ledger.totals);
    let points = &answer["points"];
    for (figure, sum) in [("available", 70), ("pending", 50), ("held", 30), ("debt", 20)] {
        assert_eq!(points[figure], sum, "{figure}");
    }
    assert_eq!((&points["granted"], &points["debited"]), (&150.into(), &20.into()));
    assert_eq!(answer["miles"]["available"], "2.50");
    let keys: Vec<&String> = answer.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["points", "miles", "none", "members", "entries"]);
    assert_eq!((&answer["members"], &answer["entries"]), (&2.into(), &7.into()));
    let empty = answer::totals(&ledger.rules, ledger.now, &Totals::default());
    same(&answer["none"], &empty["points"].to_string());
}

#[test]
fn r_time_5_totals_now_are_those_so_far_and_what_is_due() {
    let mut ledger = some();
    let mut totals = ledger.totals.clone();
    let at = "2026-03-01T00:00:00Z".parse().unwrap();
    for member in ledger.members.values() {
        totals.add_settled(&settle(&ledger.rules, &mut member.clone(), at).unwrap());
    }
    step(&mut ledger, "@2026-03-01");
    step(&mut ledger, "advance to=2026-03-01");
    totals.count_entries(1);
    assert_eq!(totals, ledger.totals);
    assert!(totals.conserved());
}

#[test]
fn parts_of_the_events_add_up_in_any_order() {
    let ledger = &mut some();
    let mut whole = ledger.totals.clone();
    let mut parts = Vec::new();
    for line in [
        "enrol c",
        "enrol d",
        "grant c unit=points amount=70 reason=x",
        "redeem c unit=points amount=10 ref=R-1",
        "merge d c",
    ] {
        let (events, _) = submit(ledger, line);
        parts.push(Totals::default());
        parts.last_mut().unwrap().apply(&events);
    }
    // A merge comes before the enrolment: alone it takes a member away that was not counted yet.
    for part in parts.iter().rev() {
        whole.add(part);
    }
    whole.count_entries(5);
    assert_eq!(whole, ledger.totals);
}

#[test]
fn totals_that_lost_something_are_not_conserved() {
    let (events, _) = submit(&mut some(), "redeem a unit=points amount=10 ref=R-1");
    let mut alone = Totals::default();
    alone.apply(&events);
    assert!(!alone.conserved(), "spent without having been granted");
}

#[test]
fn r_asof_2_the_encoding_is_canonical() {
    let mut bytes = Vec::new();
    Totals::default().encode(&mut bytes);
    assert_eq!(bytes, [0; 20]);
    let mut bytes = Vec::new();
    some().totals.encode(&mut bytes);
    for length in 0..bytes.len() {
        assert!(Totals::decode(&bytes[..length]).is_err(), "cut after {length} bytes");
    }
    let (totals, length) = Totals::decode(&[&bytes[..], &[1, 2, 3]].concat()).unwrap();
    assert_eq!((totals, length), (some().totals, bytes.len()));
}

#[test]
fn r_asof_2_only_the_one_way_to_write_totals_is_read() {
    let one = |unit: u8| [&[unit, 0], &[0; 14][..]].concat();
    let file = |units: &[Vec<u8>]| {
        let count = u32::try_from(units.len()).unwrap().to_le_bytes();
        [&[0; 16], &count[..], &units.concat()].concat()
    };
    let expected = |bytes: &[u8]| Totals::decode(bytes).map_err(|error| error.expected);
    assert_eq!(expected(&file(&[one(1), one(2)])).unwrap().0.units().count(), 2);
    assert_eq!(expected(&file(&[one(2), one(1)])), Err("units sorted by number"));
    assert_eq!(expected(&file(&[one(1), one(1)])), Err("units sorted by number"));
    let long = [&[1, 0, 2, 5, 0], &[0; 13][..]].concat();
    assert_eq!(expected(&file(&[long])), Err("a number in its shortest form"));
    let wide = [&[1, 0, 17], &[1; 40][..]].concat();
    let error = TotalsError { at: 22, expected: "a number in its shortest form" };
    assert_eq!(Totals::decode(&file(&[wide])), Err(error));
}
