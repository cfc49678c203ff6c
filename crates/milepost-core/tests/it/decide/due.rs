//! What is due is a function of time, in one order at one instant (R-TIME-5).

use super::{POINTS, check};

#[test]
fn r_time_5_a_refused_command_leaves_what_was_due_due() {
    check(
        POINTS,
        "@2026-01-01
         enrol a
         grant a unit=points amount=100 reason=x expires_at=2026-02-01
         @2026-03-01
         redeem a unit=points amount=100 ref=R-1 -> !insufficient_balance(available=0,requested=100)
         redeem a unit=points amount=100 ref=R-1 -> !insufficient_balance(available=0,requested=100)
         grant a unit=points amount=5 reason=x -> expired(amount=100,lot=1,effective_at=2026-02-01) granted
         lots a points 2:5@null",
    );
}

#[test]
fn r_time_5_queries_see_what_is_due() {
    check(
        POINTS,
        "@2026-01-01
         enrol a
         grant a unit=points amount=10 reason=x available_at=2026-02-01
         hold a unit=points amount=1 ref=H-0 -> !insufficient_balance(available=0)
         balance a points pending=10 available=0
         @2026-02-01
         balance a points pending=0 available=10
         hold a unit=points amount=4 ref=H-1 until=2026-03-01 -> matured(lot=1,amount=10) held
         @2026-02-28T23:59:59Z
         holds a H-1:4
         balance a points held=4 available=6
         @2026-03-01
         holds a
         balance a points held=0 available=10",
    );
}

#[test]
fn r_time_5_time_outs_then_maturities_then_expiries_then_tiers() {
    check(
        "tiers = [{ id = \"blue\" }, { id = \"gold\" }]\nunits.points = {}",
        "@2026-01-01
         enrol a
         grant a unit=points amount=100 reason=x expires_at=2026-02-01
         grant a unit=points amount=7 reason=x available_at=2026-02-01
         grant a unit=points amount=8 reason=x available_at=2026-02-01
         grant a unit=points amount=20 reason=x expires_at=2026-02-01
         hold a unit=points amount=30 ref=H-1 until=2026-02-01
         hold a unit=points amount=40 ref=H-2 until=2026-02-01
         assign_tier a tier=gold until=2026-02-01 reason=x -> tier_assigned tier_changed
         @2026-03-01
         advance to=2026-02-01 -> lapsed(hold=1,amount=30) expired(lot=1,amount=30) lapsed(hold=2,amount=40) expired(lot=1,amount=40) matured(lot=2) matured(lot=3) expired(lot=1,amount=30) expired(lot=4,amount=20) tier_changed(from=gold,to=blue,reason=assignment-ended)
         balance a points available=15 held=0 pending=0 expired=120",
    );
}

#[test]
fn r_time_5_a_hold_that_ends_as_its_lot_dies_saves_the_lot_under_grace() {
    check(
        "units.points = { refund_expired = { grace = \"30 days\" } }",
        "@2026-01-01
         enrol a
         grant a unit=points amount=100 reason=x expires_at=2026-02-01
         hold a unit=points amount=30 ref=H-1 until=2026-02-01
         @2026-02-02
         advance to=2026-02-02 -> lapsed(amount=30) extended(lot=1,expires_at=2026-03-03,cause=grace)
         lots a points 1:100@2026-03-03",
    );
}

#[test]
fn r_time_5_one_due_thing_makes_another() {
    check(
        POINTS,
        "@2026-01-01
         enrol a
         grant a unit=points amount=10 reason=x available_at=2026-02-01
         grant a unit=points amount=15 reason=x available_at=2026-02-01
         debit a unit=points amount=12 reason=x -> debited(taken=0,debt=12)
         @2026-04-01
         advance to=2026-04-01 -> matured(lot=1) debt_repaid(lot=1,amount=10) matured(lot=2) debt_repaid(lot=2,amount=2)
         balance a points available=13 debt=0",
    );
}

#[test]
fn r_lot_3_a_pending_lot_dies_while_pending_or_matures_first_at_the_same_instant() {
    check(
        POINTS,
        "@2026-01-01
         enrol a
         grant a unit=points amount=10 reason=x available_at=2026-03-01 expires_at=2026-02-01
         grant a unit=points amount=20 reason=x available_at=2026-02-01 expires_at=2026-02-01
         @2026-04-01
         advance to=2026-04-01 -> matured(lot=2) expired(lot=1,pool=pending) expired(lot=2,pool=available)
         balance a points available=0 pending=0 expired=30",
    );
}

#[test]
fn r_cmd_4_sweeps_move_no_version() {
    check(
        POINTS,
        "@2026-01-01
         enrol a
         grant a unit=points amount=10 reason=x expires_at=2026-02-01
         grant a unit=points amount=10 reason=x expected_version=2
         @2026-03-01
         advance to=2026-03-01 -> expired
         advance to=2026-03-01
         grant a unit=points amount=10 reason=x expected_version=3
         grant a unit=points amount=10 reason=x expected_version=3 -> !version_conflict(version=4)",
    );
}
