//! Lots: grants and debits, the order of use, the ends of life (R-LOT-1 to R-LOT-6).

use super::{POINTS, check};

/// Five lots: the numbers are not the order of use.
const FIVE: &str = "@2026-01-02
     enrol a
     grant a unit=points amount=1 reason=x
     grant a unit=points amount=1 reason=x expires_at=2026-05-01
     grant a unit=points amount=1 reason=x expires_at=2026-04-01
     grant a unit=points amount=1 reason=x expires_at=2026-05-01 occurred_at=2026-01-01
     grant a unit=points amount=1 reason=x expires_at=2026-05-01";

#[test]
fn r_lot_2_earliest_expiry_then_earliest_earned_then_lower_number() {
    check(
        POINTS,
        &format!(
            "{FIVE}
             lots a points 3:1 4:1 2:1 5:1 1:1
             redeem a unit=points amount=4 ref=R-1 -> redeemed(lots=3:1+4:1+2:1+5:1)
             lots a points 1:1"
        ),
    );
}

#[test]
fn r_lot_2_oldest_first() {
    check(
        "order = \"oldest-first\"\nunits.points = {}",
        &format!(
            "{FIVE}
             lots a points 4:1 3:1 2:1 5:1 1:1
             debit a unit=points amount=2 reason=x -> debited(lots=4:1+3:1)
             hold a unit=points amount=2 ref=H-1 -> held(lots=2:1+5:1)"
        ),
    );
}

#[test]
fn r_lot_3_usable_until_its_end_and_not_at_it() {
    check(
        POINTS,
        "@2026-01-01
         enrol a
         grant a unit=points amount=100 reason=x expires_at=2026-02-01
         @2026-01-31T23:59:59.999999Z
         redeem a unit=points amount=40 ref=R-1
         @2026-02-01
         redeem a unit=points amount=40 ref=R-2 -> !insufficient_balance(available=0)
         balance a points expired=60 spent=40",
    );
}

#[test]
fn r_lot_6_dates_of_a_grant() {
    check(
        POINTS,
        "@2026-03-01
         enrol a
         grant a unit=points amount=1 reason=x expires_at=2026-02-01 -> granted expired(effective_at=2026-03-01)
         grant a unit=points amount=2 reason=x expires_at=2026-03-01 -> granted expired(effective_at=2026-03-01)
         grant a unit=points amount=3 reason=x expires_at=2026-02-01 occurred_at=2026-01-01 -> granted(effective_at=2026-01-01,earned_at=2026-01-01) expired(effective_at=2026-02-01)
         grant a unit=points amount=4 reason=x available_at=2026-02-01 occurred_at=2026-01-01 -> granted(effective_at=2026-01-01) matured(effective_at=2026-02-01)
         grant a unit=points amount=5 reason=x available_at=2026-03-01 -> granted
         grant a unit=points amount=6 reason=x available_at=2026-04-01 -> granted
         grant a unit=points amount=7 reason=x occurred_at=2026-03-02 -> !invalid_time
         grant a unit=points amount=8 reason=x available_at=2026-02-15 expires_at=2026-02-01 occurred_at=2026-01-01 -> granted expired(effective_at=2026-02-01,pool=pending)
         grant a unit=points amount=9 reason=x available_at=2026-02-01 expires_at=2026-02-15 occurred_at=2026-01-01 -> granted matured(effective_at=2026-02-01) expired(effective_at=2026-02-15,pool=available)
         balance a points available=9 pending=6 granted=38 expired=23",
    );
}

#[test]
fn r_lot_5_a_grant_lives_as_its_unit_says() {
    check(
        "units.points = { expiry = { after = \"1 month\", round = \"end-of-month\" } }
         units.fixed = { expiry = { on = \"12-31\", after_years = 1 } }",
        "@2026-01-31T10:00:00Z
         enrol a
         grant a unit=points amount=1 reason=x -> granted(expires_at=2026-03-01)
         grant a unit=points amount=1 reason=x occurred_at=2025-12-31 -> granted(expires_at=2026-02-01)
         grant a unit=fixed amount=1 reason=x -> granted(expires_at=2028-01-01)",
    );
}

#[test]
fn a_debit_takes_in_order_and_its_shortfall_follows_the_unit() {
    check(
        "units.points = {}
         units.soft = { shortfall = \"forgive\" }
         units.hard = { shortfall = \"refuse\" }",
        "@2026-01-01
         enrol a
         grant a unit=points amount=10 reason=x
         grant a unit=points amount=10 reason=x expires_at=2026-02-01
         debit a unit=points amount=15 reason=why -> debited(taken=15,lots=2:10+1:5,debt=0,forgiven=0,reason=why)
         debit a unit=points amount=15 reason=x -> debited(taken=5,debt=10)
         balance a points available=0 debt=10 debited=30
         grant a unit=soft amount=10 reason=x
         debit a unit=soft amount=15 reason=x -> debited(taken=10,debt=0,forgiven=5)
         balance a soft available=0 debt=0 debited=15 debt_forgiven=5
         grant a unit=hard amount=10 reason=x
         debit a unit=hard amount=15 reason=x -> !already_spent(unit=hard)
         debit a unit=hard amount=10 reason=x -> debited(taken=10)",
    );
}

#[test]
fn r_debt_1_what_becomes_available_repays_first_in_lot_order() {
    check(
        POINTS,
        "@2026-01-01
         enrol a
         grant a unit=points amount=10 reason=x
         redeem a unit=points amount=10 ref=R-1
         grant a unit=points amount=10 reason=x expires_at=2026-06-01
         hold a unit=points amount=10 ref=H-1 until=2026-05-01
         debit a unit=points amount=18 reason=x -> debited(debt=18)
         grant a unit=points amount=5 reason=x -> granted debt_repaid(lot=3,amount=5)
         grant a unit=points amount=5 reason=x expires_at=2026-01-01 -> granted expired(amount=5)
         refund a redemption=R-1 amount=4 -> refunded debt_repaid(lot=1,amount=4)
         release a hold=H-1 amount=3 -> released debt_repaid(lot=2,amount=3)
         balance a points available=0 debt=6 held=7
         @2026-05-01
         grant a unit=points amount=1 reason=x -> lapsed debt_repaid(lot=2,amount=6) granted
         balance a points available=2 debt=0
         lots a points 2:1 5:1",
    );
}

#[test]
fn r_num_1_amounts_are_written_with_the_decimals_of_the_unit() {
    check(
        "units.points = { decimals = 2 }",
        "@2026-01-01
         enrol a
         grant a unit=points amount=144.90 reason=x -> granted(amount=144.90)
         redeem a unit=points amount=0.9 ref=R-1 -> redeemed(amount=0.90,lots=1:0.90)
         redeem a unit=points amount=0.900 ref=R-2 -> !invalid_amount
         redeem a unit=points amount=500 ref=R-2 -> !insufficient_balance(available=144.00,requested=500.00)
         balance a points available=144.00 debt=0.00",
    );
}

#[test]
fn r_num_2_what_would_overflow_is_refused_and_leaves_no_trace() {
    check(
        POINTS,
        "@2026-01-01
         enrol a
         grant a unit=points amount=9223372036854775807 reason=x
         grant a unit=points amount=1 reason=x -> !amount_overflow
         grant a unit=points amount=1 reason=x available_at=2026-02-01 -> !amount_overflow
         hold a unit=points amount=1 ref=H-1 -> held
         grant a unit=points amount=1 reason=x -> !amount_overflow
         grant a unit=points amount=9223372036854775808 reason=x -> !amount_overflow
         redeem a unit=points amount=9223372036854775806 ref=R-1
         grant a unit=points amount=9223372036854775806 reason=x
         balance a points granted=18446744073709551613 available=9223372036854775806 held=1
         refund a redemption=R-1 amount=1 -> !amount_overflow
         debit a unit=points amount=9223372036854775807 reason=x -> debited(debt=1)
         debit a unit=points amount=9223372036854775807 reason=x -> !amount_overflow
         debit a unit=points amount=9223372036854775806 reason=x -> debited(debt=9223372036854775806)",
    );
}
