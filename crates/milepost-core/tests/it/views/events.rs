//! Each event with its own fields, in the words of the specification.

use serde_json::Value;

use super::events;
use crate::decide::{Ledger, step};

const UNITS: &str = "tiers = [{ id = \"blue\" }, { id = \"gold\" }]
units.points = { transfer = {}, refund_expired = { grace = \"30 days\" }, expiry = { inactivity = \"2 months\", renewed_by = [\"redeem\"] } }
units.miles = { decimals = 2, pending = \"until-confirmed\" }
[[earn]]
id = \"base\"
unit = \"points\"
on = [\"stay\"]
rate = { per = \"1.00\", earn = \"1\" }
[[earn]]
id = \"far\"
unit = \"miles\"
on = [\"flight\"]
fixed = \"0.50\"
";

/// Submits a command, and checks its events: their fields after `effective_at` and `member`.
fn check(ledger: &mut Ledger, line: &str, expected: &[&str]) {
    let found: Vec<Value> = events(ledger, line).into_iter().map(own_fields).collect();
    let expected: Vec<Value> =
        expected.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    let text = |values: &[Value]| -> Vec<String> { values.iter().map(Value::to_string).collect() };
    assert_eq!(text(&found), text(&expected), "{line}");
}

fn own_fields(mut event: Value) -> Value {
    let fields = event.as_object_mut().unwrap();
    let names: Vec<&String> = fields.keys().take(3).collect();
    assert_eq!(names, ["event", "effective_at", "member"]);
    fields.shift_remove("effective_at");
    fields.shift_remove("member");
    event
}

fn enrolled() -> Ledger {
    let mut ledger = Ledger::new(UNITS);
    for line in ["@2026-01-01", "enrol a", "enrol b"] {
        step(&mut ledger, line);
    }
    ledger
}

#[test]
fn activities_and_what_comes_of_them() {
    let ledger = &mut enrolled();
    check(
        ledger,
        "record a kind=stay ref=S-1 spend.amount=40 spend.currency=USD spend.rate=0.5",
        &[
            r#"{"event":"recorded","activity":"S-1","kind":"stay",
                "occurred_at":"2026-01-01T00:00:00Z","spend":{"amount":"40.00","currency":"USD","rate":"1/2"}}"#,
            r#"{"event":"earned","lot":1,"unit":"points","amount":20,
                "earned_at":"2026-01-01T00:00:00Z","available_at":"2026-01-01T00:00:00Z",
                "expires_at":"2026-03-01T00:00:00Z","programme_version":1,"activity":"S-1",
                "rule":"base","breakdown":{"base":"20.00","of":"money","per":"1","earn":"1",
                "exact":"20","rounding":"down"}}"#,
        ],
    );
    check(
        ledger,
        "record a kind=flight ref=S-2",
        &[
            r#"{"event":"recorded","activity":"S-2","kind":"flight",
                "occurred_at":"2026-01-01T00:00:00Z"}"#,
            r#"{"event":"earned","lot":2,"unit":"miles","amount":"0.50",
                "earned_at":"2026-01-01T00:00:00Z","available_at":null,"expires_at":null,
                "programme_version":1,"activity":"S-2","rule":"far",
                "breakdown":{"fixed":"0.50","exact":"1/2","rounding":"down"}}"#,
        ],
    );
    step(ledger, "debit a unit=miles amount=0.20 reason=x");
    check(
        ledger,
        "confirm a activity=S-2",
        &[
            r#"{"event":"confirmed","lot":2,"unit":"miles","amount":"0.50","expires_at":null}"#,
            r#"{"event":"debt_repaid","lot":2,"unit":"miles","amount":"0.20"}"#,
        ],
    );
    check(
        ledger,
        "reverse a activity=S-1 amount.amount=0.01 amount.currency=USD amount.rate=0.25 ref=V-1",
        &[r#"{"event":"activity_reversed","activity":"S-1","ref":"V-1","reversed":"0.01"}"#],
    );
    check(
        ledger,
        "reverse a activity=S-1",
        &[
            r#"{"event":"activity_reversed","activity":"S-1","reversed":"all"}"#,
            r#"{"event":"reversed","activity":"S-1","unit":"points","taken":20,
                "lots":[{"lot":1,"amount":20}],"set_off":0,"debt":0,"forgiven":0}"#,
        ],
    );
}

#[test]
fn r_lot_4_holds_uses_and_returns_name_their_lots() {
    let ledger = &mut enrolled();
    check(
        ledger,
        "grant a unit=points amount=10 reason=gift expires_at=2026-02-01",
        &[r#"{"event":"granted","lot":1,"unit":"points","amount":10,
            "earned_at":"2026-01-01T00:00:00Z","available_at":"2026-01-01T00:00:00Z",
            "expires_at":"2026-02-01T00:00:00Z","programme_version":1,"reason":"gift"}"#],
    );
    step(ledger, "grant a unit=points amount=10 reason=x");
    check(
        ledger,
        "hold a unit=points amount=12 ref=H-1 until=2026-02-01",
        &[r#"{"event":"held","hold":1,"ref":"H-1","unit":"points","amount":12,
            "lots":[{"lot":1,"amount":10},{"lot":2,"amount":2}],
            "until":"2026-02-01T00:00:00Z"}"#],
    );
    check(
        ledger,
        "capture a hold=H-1 ref=R-1 amount=5",
        &[
            r#"{"event":"captured","hold":1,"hold_ref":"H-1","ref":"R-1","unit":"points",
                "amount":5,"lots":[{"lot":1,"amount":5}]}"#,
            r#"{"event":"renewed","renewed_at":"2026-01-01T00:00:00Z","lots":[]}"#,
            r#"{"event":"released","hold":1,"ref":"H-1","unit":"points","amount":7,
                "lots":[{"lot":2,"amount":2},{"lot":1,"amount":5}]}"#,
        ],
    );
    step(ledger, "hold a unit=points amount=1 ref=H-2 until=2026-01-20");
    step(ledger, "@2026-02-10");
    check(
        ledger,
        "refund a redemption=R-1 ref=F-1 amount=3",
        &[
            r#"{"event":"lapsed","hold":2,"ref":"H-2","unit":"points","amount":1,
                "lots":[{"lot":1,"amount":1}]}"#,
            r#"{"event":"expired","lot":1,"unit":"points","amount":5,"pool":"available"}"#,
            r#"{"event":"refunded","redemption":"R-1","ref":"F-1","unit":"points","amount":3,
                "lots":[{"lot":1,"amount":3}]}"#,
            r#"{"event":"extended","lot":1,"unit":"points","expires_at":"2026-03-12T00:00:00Z",
                "cause":"grace"}"#,
        ],
    );
    check(
        ledger,
        "redeem a unit=points amount=2 ref=R-2",
        &[
            r#"{"event":"redeemed","ref":"R-2","unit":"points","amount":2,
                "lots":[{"lot":2,"amount":2}]}"#,
            r#"{"event":"renewed","renewed_at":"2026-02-10T00:00:00Z",
                "lots":[{"lot":2,"unit":"points","expires_at":"2026-04-10T00:00:00Z"}]}"#,
        ],
    );
}

#[test]
fn transfers_debits_and_tiers() {
    let ledger = &mut enrolled();
    step(ledger, "record a kind=stay ref=S-1 spend=10");
    check(
        ledger,
        "transfer a b unit=points amount=4 ref=T-1",
        &[
            r#"{"event":"transferred_out","to":"b","ref":"T-1","unit":"points","amount":4,
                "lots":[{"lot":1,"amount":4}]}"#,
            r#"{"event":"transferred_in","from":"a","ref":"T-1","unit":"points","amount":4,
                "lots":[{"lot":1,"unit":"points","amount":4,"earned_at":"2026-01-01T00:00:00Z",
                "available_at":"2026-01-01T00:00:00Z","expires_at":"2026-03-01T00:00:00Z",
                "programme_version":1,"activity":"S-1","rule":"base"}]}"#,
        ],
    );
    check(
        ledger,
        "debit a unit=points amount=9 reason=error",
        &[r#"{"event":"debited","unit":"points","taken":6,"lots":[{"lot":1,"amount":6}],
            "debt":3,"forgiven":0,"reason":"error"}"#],
    );
    check(
        ledger,
        "assign_tier a tier=gold until=2026-02-01 reason=match",
        &[
            r#"{"event":"tier_assigned","tier":"gold","until":"2026-02-01T00:00:00Z",
                "reason":"match"}"#,
            r#"{"event":"tier_changed","from":"blue","to":"gold","reason":"assigned",
                "valid_until":"2026-02-01T00:00:00Z"}"#,
        ],
    );
    step(ledger, "grant b unit=points amount=1 reason=x available_at=2026-01-05");
    step(ledger, "@2026-01-05");
    check(
        ledger,
        "advance to=2026-01-05",
        &[r#"{"event":"matured","lot":2,"unit":"points","amount":1}"#],
    );
}
