//! The statement: only what changes the balance, in order, in words.

use milepost_core::answer;
use milepost_core::programme::UnitIx;
use milepost_core::views::{Statement, StatementFilter, StatementLine};

use super::same;
use crate::decide::{Ledger, run};

const UNITS: &str = "units.points = { transfer = {}, expiry = { after = \"1 month\" } }
units.miles = { decimals = 1, shortfall = \"forgive\" }
[[earn]]
id = \"base\"
unit = \"points\"
on = [\"stay\"]
rate = { per = \"1.00\", earn = \"1\" }
[[rewards]]
id = \"cash\"
unit = \"points\"
money = { per = 100, value = \"1.50\" }
";

fn statement<'a>(ledger: &'a Ledger, id: &str) -> &'a Statement {
    &ledger.statements[&ledger.member(id).key()]
}

/// A line in short: entry, day, text, change and balance.
fn short(line: &StatementLine) -> String {
    let day = line.at.to_string()[5..10].to_owned();
    let seq = line.seq.map_or("due".to_owned(), |seq| seq.to_string());
    format!("{seq} {day} {} [{} {}]", line.text, line.change, line.balance)
}

#[test]
fn every_change_is_a_line_and_nothing_else_is() {
    let ledger = run(
        UNITS,
        "@2026-01-01
         enrol a
         enrol b
         record a kind=stay ref=S-1 spend=40
         grant a unit=miles amount=2.5 reason=hello
         debit a unit=miles amount=4 reason=sorry
         hold a unit=points amount=10 ref=H-1
         capture a hold=H-1 ref=R-1 amount=4
         redeem a reward=cash amount=6 ref=R-2
         refund a redemption=R-2 amount=1 ref=F-1
         transfer a b unit=points amount=20 ref=T-1
         reverse a activity=S-1 amount=20
         grant a unit=points amount=3 reason=x
         @2026-02-10
         grant a unit=points amount=5 reason=x",
    );
    let lines: Vec<String> = statement(&ledger, "a").lines().iter().map(short).collect();
    assert_eq!(
        lines,
        [
            "3 01-01 40 points earned for S-1 (rule base) [40 40]",
            "4 01-01 2.5 miles granted (hello) [25 25]",
            "5 01-01 2.5 miles taken (sorry) [-25 0]",
            "7 01-01 4 points used (R-1) [-4 36]",
            "8 01-01 6 points used for cash, worth 0.09 EUR (R-2) [-6 30]",
            "9 01-01 1 points given back (R-2) [1 31]",
            "10 01-01 20 points sent to another member (T-1) [-20 11]",
            "11 01-01 20 points taken back (S-1), 9 of them owed [-20 -9]",
            "12 01-01 3 points granted (x) [3 -6]",
            "13 02-10 5 points granted (x) [5 -1]",
        ]
    );
    let lines: Vec<String> = statement(&ledger, "b").lines().iter().map(short).collect();
    assert_eq!(lines, ["10 01-01 20 points received from another member (T-1) [20 20]"]);
}

#[test]
fn what_is_due_and_not_written_is_a_line_without_an_entry() {
    let ledger = run(UNITS, "@2026-01-01\nenrol a\nrecord a kind=stay ref=S-1 spend=40");
    let at = "2026-03-01T00:00:00Z".parse().unwrap();
    let mut member = ledger.member("a").clone();
    let due = milepost_core::decide::settle(&ledger.rules, &mut member, at).unwrap();
    let mut statement = statement(&ledger, "a").clone();
    statement.apply(&ledger.rules, None, at, 0, &due);
    let last = statement.lines().last().unwrap();
    assert_eq!(short(last), "due 02-01 40 points expired [-40 0]");
    same(
        &answer::statement(&ledger.rules, statement.lines()),
        r#"{"lines":[{"seq":2,"at":"2026-01-01T00:00:00Z",
            "text":"40 points earned for S-1 (rule base)","unit":"points","change":40,"balance":40,
            "lots":[{"lot":1,"amount":40}],"refs":{"activity":"S-1","rule":"base"}},
            {"seq":null,"at":"2026-02-01T00:00:00Z","text":"40 points expired","unit":"points",
            "change":-40,"balance":0,"lots":[{"lot":1,"amount":40}],"refs":{}}]}"#,
    );
}

#[test]
fn r_time_4_filters_are_half_open_and_keep_the_balances() {
    let ledger = run(
        UNITS,
        "@2026-01-01
         enrol a
         grant a unit=points amount=1 reason=x
         grant a unit=miles amount=2 reason=x
         @2026-01-02
         grant a unit=points amount=4 reason=x
         @2026-01-03
         grant a unit=points amount=8 reason=x occurred_at=2026-01-02
         grant a unit=points amount=16 reason=x",
    );
    let kept = |from: Option<&str>, until: Option<&str>, unit| -> Vec<i128> {
        let at = |text: &str| text.parse().unwrap();
        let filter = StatementFilter { from: from.map(at), until: until.map(at), unit };
        statement(&ledger, "a").filtered(&filter).map(|line| line.balance).collect()
    };
    let (second, third) = ("2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z");
    assert_eq!(kept(None, None, None), [1, 20, 5, 13, 29]);
    assert_eq!(kept(Some(second), Some(third), None), [5, 13]);
    assert_eq!(kept(None, Some(second), None), [1, 20]);
    assert_eq!(kept(Some(third), None, None), [29]);
    assert_eq!(kept(None, None, Some(UnitIx(1))), [20]);
}
