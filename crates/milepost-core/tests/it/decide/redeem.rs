//! Redemptions, refunds and what returns to dead lots (R-RED-1 to R-RED-3, R-DEAD).

use super::{POINTS, check};

#[test]
fn r_red_1_what_cannot_be_taken() {
    check(
        "units.points = {}\nunits.nights = { qualifying_only = true }",
        "@2026-01-01
         enrol a
         grant a unit=points amount=10 reason=x
         grant a unit=nights amount=10 reason=x
         redeem a unit=points amount=0 ref=R-1 -> !invalid_amount
         redeem a unit=points amount=-1 ref=R-1 -> !invalid_amount
         redeem a unit=points amount=1.0 ref=R-1 -> !invalid_amount
         redeem a unit=nights amount=1 ref=R-1 -> !not_redeemable(unit=nights)
         hold a unit=nights amount=1 ref=H-1 -> !not_redeemable(unit=nights)
         redeem a unit=points amount=11 ref=R-1 -> !insufficient_balance(unit=points,available=10,requested=11)
         redeem a unit=points amount=10 ref=R-1 -> redeemed(ref=R-1,unit=points,amount=10,lots=1:10)",
    );
}

#[test]
fn r_red_2_a_reference_is_used_once_by_redeem_and_capture() {
    check(
        POINTS,
        "@2026-01-01
         enrol a
         grant a unit=points amount=10 reason=x
         hold a unit=points amount=5 ref=R-1
         redeem a unit=points amount=1 ref=R-1
         redeem a unit=points amount=1 ref=R-1 -> !duplicate_reference(ref=R-1)
         capture a hold=R-1 ref=R-1 -> !duplicate_reference(ref=R-1)
         refund a redemption=R-1
         redeem a unit=points amount=1 ref=R-1 -> !duplicate_reference(ref=R-1)",
    );
}

#[test]
fn r_red_3_refunds_go_back_in_reverse_by_present_dates() {
    check(
        POINTS,
        "@2026-01-01
         enrol a
         grant a unit=points amount=10 reason=x expires_at=2026-05-01
         grant a unit=points amount=10 reason=x expires_at=2026-06-01
         redeem a unit=points amount=18 ref=R-1 -> redeemed(lots=1:10+2:8)
         refund a redemption=R-1 amount=5 ref=F-1 -> refunded(redemption=R-1,ref=F-1,lots=2:5)
         refund a redemption=R-1 amount=14 -> !exceeds_redemption(redemption=R-1,left=13)
         extend unit=points expiring_until=2026-05-01 to=2026-07-01
         refund a redemption=R-1 amount=4 -> refunded(lots=1:4)
         refund a redemption=R-1 -> refunded(amount=9,lots=1:6+2:3)
         refund a redemption=R-1 -> !exceeds_redemption(left=0)
         refund a redemption=R-2 -> !unknown_redemption(redemption=R-2)
         balance a points available=20 spent=18 returned=18",
    );
}

#[test]
fn r_dead_what_returns_to_a_dead_lot_dies() {
    check(
        POINTS,
        "@2026-01-01
         enrol a
         grant a unit=points amount=10 reason=x expires_at=2026-02-01
         grant a unit=points amount=10 reason=x expires_at=2026-06-01
         redeem a unit=points amount=15 ref=R-1
         @2026-02-01
         refund a redemption=R-1 amount=8 -> refunded(lots=2:5+1:3) expired(lot=1,amount=3)
         balance a points available=10 returned=8 expired=3",
    );
}

#[test]
fn r_dead_one_grace_for_each_lot() {
    check(
        "units.points = { refund_expired = { grace = \"30 days\" } }",
        "@2026-01-01
         enrol a
         grant a unit=points amount=100 reason=x expires_at=2026-02-01
         redeem a unit=points amount=60 ref=R-1
         @2026-02-10
         refund a redemption=R-1 amount=10 -> expired(amount=40) refunded extended(lot=1,expires_at=2026-03-12,cause=grace)
         @2026-02-20
         refund a redemption=R-1 amount=10 -> refunded
         lots a points 1:20@2026-03-12
         @2026-03-12
         refund a redemption=R-1 amount=10 -> expired(amount=20) refunded expired(amount=10)
         balance a points available=0 expired=70",
    );
}

#[test]
fn r_dead_and_r_debt_1_a_grace_repays_debt() {
    check(
        "units.points = { refund_expired = { grace = \"30 days\" } }",
        "@2026-01-01
         enrol a
         grant a unit=points amount=10 reason=x expires_at=2026-02-01
         redeem a unit=points amount=10 ref=R-1
         debit a unit=points amount=4 reason=x -> debited(debt=4)
         @2026-02-10
         refund a redemption=R-1 -> refunded extended debt_repaid(lot=1,amount=4)
         balance a points available=6 debt=0",
    );
}

#[test]
fn a_reward_of_money_is_worth_by_tier_and_rounded_once() {
    check(
        "tiers = [{ id = \"blue\" }, { id = \"gold\" }, { id = \"none\" }]
         units.points = {}
         [[rewards]]
         id = \"cash\"
         unit = \"points\"
         money = { per = 3, value = { blue = \"0.01\", gold = \"0.02\" }, rounding = \"up\" }
         when = { until = \"2026-02-01\" }",
        "@2026-01-01
         enrol a
         grant a unit=points amount=100 reason=x
         redeem a reward=cash amount=10 ref=R-1 -> redeemed(reward=cash,worth=0.04,amount=10)
         redeem a reward=cash amount=9 ref=R-2 -> redeemed(worth=0.03)
         redeem a reward=cash quantity=2 ref=R-3 -> !invalid_amount
         redeem a reward=cash ref=R-3 -> !invalid_amount
         redeem a reward=cash amount=100 ref=R-3 -> !insufficient_balance(available=81)
         assign_tier a tier=gold reason=x
         redeem a reward=cash amount=10 ref=R-3 -> redeemed(worth=0.07)
         assign_tier a tier=none reason=x
         redeem a reward=cash amount=10 ref=R-4 -> !reward_unavailable(reward=cash)
         assign_tier a tier=blue reason=x
         @2026-02-01
         redeem a reward=cash amount=10 ref=R-4 -> !reward_unavailable(reward=cash)",
    );
}
