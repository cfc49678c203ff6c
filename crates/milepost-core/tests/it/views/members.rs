//! Balance, lots, holds, member, tier and what expires soon.

use milepost_core::{answer, views};
use serde_json::json;

use super::same;
use crate::decide::{Ledger, run};

const UNITS: &str = "tiers = [{ id = \"blue\" }, { id = \"gold\" }]
units.points = { transfer = {} }
units.miles = { decimals = 2 }
[[earn]]
id = \"base\"
unit = \"points\"
on = [\"stay\"]
rate = { per = \"1.00\", earn = \"1\" }
";

fn balance(ledger: &Ledger, id: &str) -> serde_json::Value {
    let member = ledger.settled(id, ledger.now);
    answer::balance(&ledger.rules, &views::balance(&ledger.rules, ledger.now, &member))
}

#[test]
fn a_balance_has_every_unit_in_order_of_declaration() {
    let ledger = run(
        UNITS,
        "@2026-01-01
         enrol a
         grant a unit=miles amount=10 reason=x expires_at=2026-03-01
         grant a unit=miles amount=1.50 reason=x expires_at=2026-02-01
         grant a unit=miles amount=2.50 reason=x expires_at=2026-02-01 available_at=2026-01-10
         grant a unit=miles amount=9 reason=x expires_at=2026-01-20
         redeem a unit=miles amount=9 ref=R-1",
    );
    same(
        &balance(&ledger, "a"),
        r#"{"points":{"available":0,"pending":0,"held":0,"debt":0,"earned":0,"granted":0,
            "transferred_in":0,"returned":0,"debt_forgiven":0,"spent":0,"expired":0,"reversed":0,
            "debited":0,"transferred_out":0,"next_expiry":null},
            "miles":{"available":"11.50","pending":"2.50","held":"0.00","debt":"0.00",
            "earned":"0.00","granted":"23.00","transferred_in":"0.00","returned":"0.00",
            "debt_forgiven":"0.00","spent":"9.00","expired":"0.00","reversed":"0.00",
            "debited":"0.00","transferred_out":"0.00",
            "next_expiry":{"at":"2026-02-01T00:00:00Z","amount":"4.00"}}}"#,
    );
}

#[test]
fn a_counter_beyond_64_bits_is_a_text() {
    let ledger = run(
        UNITS,
        "@2026-01-01
         enrol a
         grant a unit=points amount=9223372036854775807 reason=x
         redeem a unit=points amount=9223372036854775807 ref=R-1
         grant a unit=points amount=9223372036854775807 reason=x
         redeem a unit=points amount=9223372036854775807 ref=R-2
         grant a unit=points amount=9223372036854775807 reason=x",
    );
    let points = &balance(&ledger, "a")["points"];
    assert_eq!(points["available"], json!(9_223_372_036_854_775_807_u64));
    assert_eq!(points["spent"], json!(18_446_744_073_709_551_614_u64));
    assert_eq!(points["granted"], json!("27670116110564327421"));
}

#[test]
fn lots_say_where_they_came_from() {
    let ledger = run(
        UNITS,
        "@2026-01-01
         enrol a
         enrol b
         record a kind=stay ref=S-1 spend=10 occurred_at=2025-12-31
         grant a unit=points amount=5 reason=x expires_at=2026-02-01
         transfer a b unit=points amount=7 ref=T-1
         hold b unit=points amount=6 ref=H-1 until=2026-01-05",
    );
    let lots = views::lots(&ledger.rules, ledger.now, ledger.member("b"), None);
    same(
        &answer::lots(&ledger.rules, &lots),
        r#"{"lots":[{"lot":1,"unit":"points","amount":5,"held":5,
            "earned_at":"2026-01-01T00:00:00Z","available_at":"2026-01-01T00:00:00Z",
            "expires_at":"2026-02-01T00:00:00Z","activity":null,"rule":null,"programme_version":1},
            {"lot":2,"unit":"points","amount":2,"held":1,"earned_at":"2025-12-31T00:00:00Z",
            "available_at":"2025-12-31T00:00:00Z","expires_at":null,"activity":"S-1","rule":"base",
            "programme_version":1}]}"#,
    );
    same(
        &answer::holds(&ledger.rules, &views::holds(ledger.member("b"))),
        r#"{"holds":[{"hold":1,"ref":"H-1","unit":"points","amount":6,
            "until":"2026-01-05T00:00:00Z","lots":[{"lot":1,"amount":5},{"lot":2,"amount":1}]}]}"#,
    );
}

#[test]
fn what_expires_soon_comes_in_buckets_of_calendar_days() {
    let ledger = run(
        &UNITS.replacen("units.points", "units.extra = {}\nunits.points", 1),
        "@2026-01-01
         enrol a
         grant a unit=miles amount=1 reason=x expires_at=2026-01-31
         grant a unit=points amount=2 reason=x expires_at=2026-01-31T00:00:00.000001Z
         grant a unit=points amount=4 reason=x expires_at=2026-03-02 available_at=2026-02-01
         grant a unit=points amount=8 reason=x expires_at=2026-04-01
         grant a unit=points amount=16 reason=x expires_at=2026-04-02
         grant a unit=points amount=32 reason=x",
    );
    let expiring = |days| {
        let buckets = views::expiring(&ledger.rules, ledger.now, ledger.member("a"), days);
        answer::expiring(&ledger.rules, &buckets)
    };
    same(
        &expiring(None),
        r#"{"buckets":[{"unit":"points","until":"2026-03-02T00:00:00Z","amount":6},
            {"unit":"points","until":"2026-04-01T00:00:00Z","amount":8},
            {"unit":"miles","until":"2026-01-31T00:00:00Z","amount":"1.00"}]}"#,
    );
    same(
        &expiring(Some(91)),
        r#"{"buckets":[{"unit":"points","until":"2026-04-02T00:00:00Z","amount":30},
            {"unit":"miles","until":"2026-04-02T00:00:00Z","amount":"1.00"}]}"#,
    );
    same(&expiring(Some(0)), r#"{"buckets":[]}"#);
    same(&expiring(Some(u32::MAX)), &expiring(Some(u32::MAX - 1)).to_string());
}

fn tier(ledger: &Ledger) -> serde_json::Value {
    let tier = views::tier(&ledger.rules, ledger.now, ledger.member("a")).unwrap();
    answer::tier(&ledger.rules, &tier)
}

#[test]
fn the_tier_says_what_is_missing() {
    let rules = "units.nights = { qualifying_only = true }
        earn = [{ id = \"n\", unit = \"nights\", on = [\"stay\"], rate = { per = \"1 nights\", earn = \"1\" } }]
        tiers = [{ id = \"blue\" }, { id = \"silver\", qualify = [{ nights = 10 }] },
                 { id = \"gold\", qualify = [{ nights = 30, spend = \"500.00\" }, { activities = 9 }] }]";
    let ledger = run(
        rules,
        "@2024-03-01\nenrol a\nrecord a kind=stay ref=S-1 quantities.nights=12 spend=20",
    );
    same(
        &tier(&ledger),
        r#"{"tier":"silver","since":"2024-03-01T00:00:00Z","valid_until":"2026-01-01T00:00:00Z",
            "secured_until":"2026-01-01T00:00:00Z","reason":"qualified",
            "counts":{"spend":"20.00","activities":1,"nights":12},
            "progress":[{"tier":"gold","missing":[{"nights":18,"spend":"480.00"},{"activities":8}],
                "until":"2025-01-01T00:00:00Z"}],
            "keep":{"tier":"silver","missing":[{"nights":10}],"until":"2026-01-01T00:00:00Z"}}"#,
    );
}

#[test]
fn who_a_member_is_and_its_tier() {
    let ledger = run(
        UNITS,
        "@2026-01-01
         enrol a attributes.country=PT attributes.card=x birth_date=1990-05-17
         @2026-01-02
         assign_tier a tier=gold until=2026-06-01 reason=match",
    );
    same(
        &answer::member(&views::member(&ledger.rules, ledger.now, ledger.member("a"))),
        r#"{"member":"a","enrolled_at":"2026-01-01T00:00:00Z","tier":"gold","version":2,
            "attributes":{"card":"x","country":"PT"},"consents":{},"closed":false,"erased":false}"#,
    );
    same(
        &tier(&ledger),
        r#"{"tier":"gold","since":"2026-01-02T00:00:00Z","valid_until":"2026-06-01T00:00:00Z",
            "secured_until":"2026-06-01T00:00:00Z","reason":"assigned","counts":{},"progress":[],
            "keep":null}"#,
    );
    let without = run("units.points = {}", "@2026-01-01\nenrol a");
    same(
        &tier(&without),
        r#"{"tier":null,"since":"2026-01-01T00:00:00Z","valid_until":null,
            "secured_until":null,"reason":null,"counts":{},"progress":[],"keep":null}"#,
    );
}
