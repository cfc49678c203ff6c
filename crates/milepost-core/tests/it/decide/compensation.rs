//! Broken promises: what is paid for them, and taking it back.

use super::{check, run};

const CARE: &str = r#"
units.points = { decimals = 1 }
units.coupon = { shortfall = "forgive" }

[[compensation]]
cause = "late"
grants = [{ unit = "points", amount = "10.0" }, { unit = "coupon", amount = 1 }]
respond_within = "1 hour"
settle_within = "3 hours"
limit = [{ count = 2, per = "30 days" }, { amount = "25", per = "10 days" }]
discretion = { amount = "5" }

[[compensation]]
cause = "room"
grants = [{ unit = "points", amount = 1 }]
basis = { share_of_spend = "10%", unit = "points", per = "1.00", min = "2", max = "50" }
approval_above = "30"
budget = { amount = "60", per = "month" }
"#;

#[test]
fn one_lot_for_each_unit_with_all_that_is_said_of_the_case() {
    let ledger = run(
        CARE,
        "@2026-01-01T12:00:00Z
         enrol a
         compensate a cause=late case=K-1 incident_at=2026-01-01T11:00:00Z extra=2.5 -> granted(unit=points,amount=12.5,cause=late,case=K-1,policy_amount=10.0,extra=2.5,incident_at=2026-01-01T11:00:00Z,responded_in_time=false,settled_in_time=true) granted(unit=coupon,amount=1,policy_amount=1,extra=0)
         compensate a cause=room case=K-1 spend=100.00 -> drawn(budget=room,amount=11.0) granted(unit=points,amount=11.0,policy_amount=11.0,responded_in_time=null)
         balance a points available=23.5 granted=23.5",
    );
    let statement = ledger.statements.values().next().unwrap();
    assert_eq!(statement.lines()[0].text, "12.5 points granted for late (K-1)");
    assert_eq!(statement.lines()[0].refs[1], ("case", "K-1".to_owned()));
}

#[test]
fn a_share_of_the_spend_has_bounds_and_is_rounded_down() {
    check(
        CARE,
        "@2026-01-01
         enrol a
         compensate a cause=room case=K-1 -> !invalid_amount(cause=room)
         compensate a cause=room case=K-1 spend=-1 -> !invalid_amount
         compensate a cause=room case=K-1 spend=1.005 -> !invalid_amount
         compensate a cause=room case=K-1 spend.amount=1 spend.currency=USD -> !unknown_currency
         compensate a cause=room case=K-1 spend.amount=11.99 spend.currency=USD spend.rate=2 -> drawn granted(amount=3.3)
         compensate a cause=room case=K-2 spend=0 -> drawn granted(amount=3.0)",
    );
}

#[test]
fn r_cmd_1_the_order_of_refusals() {
    check(
        CARE,
        "@2026-01-01
         enrol a
         compensate b cause=none case=K-1 extra=0 -> !unknown_cause(cause=none)
         compensate b cause=late case=K-1 extra=0 -> !invalid_amount
         compensate b cause=late case=K-1 extra=0.25 -> !invalid_amount
         compensate b cause=late case=K-1 incident_at=2026-01-02 -> !invalid_time
         compensate b cause=late case=K-1 -> !unknown_member
         compensate a cause=late case=K-1
         compensate a cause=late case=K-1 expected_version=9 -> !version_conflict
         compensate a cause=late case=K-1 extra=9 -> !duplicate_reference(ref=K-1)
         @2026-01-12
         compensate a cause=late case=K-2 extra=9 -> !approval_required
         compensate a cause=late case=K-2 extra=9 approved_by=z/lead -> granted(amount=19.0) granted
         compensate a cause=late case=K-3 extra=9 -> !limit_exceeded(cause=late)",
    );
}

#[test]
fn r_time_4_limits_are_rolling_and_half_open() {
    check(
        CARE,
        "@2026-01-01
         enrol a
         compensate a cause=late case=K-1
         @2026-01-02
         compensate a cause=late case=K-2
         @2026-01-30T23:59:59Z
         compensate a cause=late case=K-3 -> !limit_exceeded
         @2026-01-31
         compensate a cause=late case=K-3
         compensate a cause=late case=K-4 -> !limit_exceeded
         @2026-02-01
         compensate a cause=late case=K-4 extra=5
         @2026-02-09T23:59:59Z
         reverse a case=K-4 -> reversed(unit=points,taken=15.0,cause=late,case=K-4) reversed(unit=coupon)
         compensate a cause=late case=K-4 -> !duplicate_reference
         compensate a cause=late case=K-5 extra=5 -> granted(extra=5.0) granted",
    );
}

#[test]
fn r_rev_4_the_budget_of_a_month_counts_net() {
    let ledger = run(
        CARE,
        "@2026-01-01
         enrol a
         enrol b
         compensate a cause=room case=K-1 spend=290.00 -> drawn(amount=30.0) granted
         compensate b cause=room case=K-1 spend=290.00
         compensate b cause=room case=K-2 spend=0 -> !budget_exhausted(cause=room,unit=points)
         compensate b cause=room case=K-2 spend=900 extra=9 -> !budget_exhausted
         @2026-02-01
         compensate b cause=room case=K-2 spend=300.00 -> !approval_required
         compensate b cause=room case=K-2 spend=300.00 approved_by=z/any
         reverse a case=K-1 -> drawn(amount=-30.0) reversed(taken=30.0)",
    );
    let drawn: Vec<_> = ledger.pools.iter().map(|(_, drawn)| drawn).collect();
    assert_eq!(drawn, [300, 310], "January got its own back");
}

#[test]
fn a_case_is_taken_back_with_all_its_causes_once() {
    check(
        CARE,
        "@2026-01-01
         enrol a
         compensate a cause=late case=K-1
         compensate a cause=room case=K-1 spend=0
         redeem a unit=points amount=8 ref=R-1
         redeem a unit=coupon amount=1 ref=R-2
         reverse a case=K-9 -> !unknown_activity(case=K-9)
         reverse a case=K-1 ref=B-1 -> reversed(unit=points,taken=5.0,debt=5.0,cause=late) reversed(unit=coupon,taken=0,forgiven=1) drawn(amount=-3.0) reversed(unit=points,taken=0.0,debt=3.0,cause=room)
         reverse a case=K-1 -> !exceeds_activity(case=K-1)
         balance a points available=0.0 debt=8.0 reversed=13.0
         balance a coupon debt=0 reversed=1 debt_forgiven=1",
    );
}

#[test]
fn r_close_1_a_case_is_taken_back_after_the_end_of_the_membership() {
    check(
        CARE,
        "@2026-01-01
         enrol a
         compensate a cause=late case=K-1
         close a
         reverse a case=K-1 expected_version=2 -> !version_conflict
         reverse a case=K-1 -> reversed(unit=points,taken=0.0,debt=0.0) reversed(unit=coupon)
         balance a points available=0.0 debt=0.0",
    );
}
