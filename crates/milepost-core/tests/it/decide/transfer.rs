//! Transfers between members (R-XFER-1).

use super::{check, earning};

const OPEN: &str = "units.points = { transfer = {} }";

#[test]
fn r_xfer_1_lots_move_in_order_and_keep_what_they_are() {
    check(
        &earning("transfer = {}, expiry = { after = \"1 year\" }"),
        "@2026-01-01
         enrol a
         enrol b
         grant b unit=points amount=1 reason=x
         record a kind=stay ref=S-1 spend=10
         @2026-01-05
         grant a unit=points amount=10 reason=x expires_at=2026-03-01
         transfer a b unit=points amount=15 ref=T-1 -> transferred_out(to=b,ref=T-1,amount=15,lots=2:10+1:5) transferred_in(member=b,from=a,ref=T-1,amount=15,lots=2:10+3:5)
         lots a points 1:5@2027-01-01
         lots b points 2:10@2026-03-01 1:1@2027-01-01 3:5@2027-01-01
         balance a points transferred_out=15 available=5
         balance b points transferred_in=15 available=16
         reverse a activity=S-1 -> reversed(taken=5,debt=5)",
    );
}

#[test]
fn r_xfer_1_only_what_is_available_moves() {
    check(
        OPEN,
        "@2026-01-01
         enrol a
         enrol b
         grant a unit=points amount=10 reason=x
         grant a unit=points amount=10 reason=x available_at=2026-02-01
         hold a unit=points amount=4 ref=H-1
         transfer a b unit=points amount=7 ref=T-1 -> !insufficient_balance(available=6,requested=7)
         transfer a b unit=points amount=6 ref=T-1
         balance a points available=0 held=4 pending=10",
    );
}

#[test]
fn r_xfer_1_and_r_debt_1_the_receivers_debt_is_repaid_first() {
    check(
        OPEN,
        "@2026-01-01
         enrol a
         enrol b
         debit b unit=points amount=8 reason=x
         grant a unit=points amount=5 reason=x expires_at=2026-03-01
         grant a unit=points amount=5 reason=x
         transfer a b unit=points amount=10 ref=T-1 -> transferred_out transferred_in debt_repaid(member=b,lot=1,amount=5) debt_repaid(lot=2,amount=3)
         balance b points available=2 debt=0",
    );
}

#[test]
fn r_xfer_1_both_sides_are_settled_in_the_entry() {
    check(
        OPEN,
        "@2026-01-01
         enrol a
         enrol b
         grant a unit=points amount=5 reason=x expires_at=2026-02-01
         grant b unit=points amount=5 reason=x expires_at=2026-02-01
         grant a unit=points amount=9 reason=x
         @2026-03-01
         transfer a b unit=points amount=10 ref=T-1 -> !insufficient_balance(available=9)
         balance b points available=0 expired=5
         transfer a b unit=points amount=9 ref=T-1 -> expired(member=a,lot=1) expired(member=b,lot=1) transferred_out transferred_in(lots=2:9)",
    );
}

#[test]
fn r_xfer_1_limits_by_local_day_and_year() {
    check(
        "units.points = { transfer = { per_day = 2, amount_per_day = 10, amount_per_year = 20 } }",
        "@2026-12-30
         enrol a
         enrol b
         grant a unit=points amount=100 reason=x
         transfer a b unit=points amount=11 ref=T-0 -> !limit_exceeded(limit=amount_per_day)
         transfer a b unit=points amount=4 ref=T-1
         transfer a b unit=points amount=7 ref=T-0 -> !limit_exceeded(limit=amount_per_day)
         transfer a b unit=points amount=5 ref=T-2
         transfer a b unit=points amount=1 ref=T-0 -> !limit_exceeded(limit=per_day)
         @2026-12-31
         transfer a b unit=points amount=10 ref=T-3
         transfer a b unit=points amount=1 ref=T-0 -> !limit_exceeded(limit=amount_per_day)
         @2027-01-01
         transfer a b unit=points amount=10 ref=T-4
         @2027-01-02
         transfer a b unit=points amount=10 ref=T-5
         @2027-01-03
         transfer a b unit=points amount=1 ref=T-0 -> !limit_exceeded(limit=amount_per_year)",
    );
}

#[test]
fn r_xfer_1_the_mark_of_grace_goes_along() {
    check(
        "units.points = { transfer = {}, refund_expired = { grace = \"30 days\" } }",
        "@2026-01-01
         enrol a
         enrol b
         grant a unit=points amount=10 reason=x expires_at=2026-02-01
         redeem a unit=points amount=10 ref=R-1
         @2026-02-10
         refund a redemption=R-1 -> refunded extended
         transfer a b unit=points amount=10 ref=T-1
         lots b points 1:10@2026-03-12
         redeem b unit=points amount=10 ref=R-1
         @2026-03-12
         refund b redemption=R-1 -> refunded expired(lot=1,amount=10)",
    );
}

#[test]
fn r_cmd_4_both_sides_of_a_transfer_grow_by_one() {
    check(
        OPEN,
        "@2026-01-01
         enrol a
         enrol b
         grant a unit=points amount=10 reason=x expected_version=1
         transfer a b unit=points amount=1 ref=T-1 expected_version=1 -> !version_conflict(version=2)
         transfer a b unit=points amount=1 ref=T-1 expected_version=2
         grant a unit=points amount=1 reason=x expected_version=3
         grant b unit=points amount=1 reason=x expected_version=2",
    );
}
