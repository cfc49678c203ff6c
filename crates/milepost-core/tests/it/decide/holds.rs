//! Holds, captures and releases (R-HOLD-1 to R-HOLD-4).

use super::{POINTS, check};

/// Two lots of 10 that expire one after the other, and one that never does.
const THREE: &str = "@2026-01-01
     enrol a
     grant a unit=points amount=10 reason=x expires_at=2026-05-01
     grant a unit=points amount=10 reason=x expires_at=2026-06-01
     grant a unit=points amount=10 reason=x";

fn three(script: &str) {
    check(POINTS, &format!("{THREE}\n{script}"));
}

#[test]
fn r_hold_1_takes_named_lots_at_once_or_nothing() {
    three(
        "hold a unit=points amount=31 ref=H-1 -> !insufficient_balance(available=30,requested=31)
         hold a unit=points amount=15 ref=H-1 -> held(hold=1,ref=H-1,amount=15,lots=1:10+2:5)
         redeem a unit=points amount=16 ref=R-1 -> !insufficient_balance(available=15,requested=16)
         redeem a unit=points amount=15 ref=R-1 -> redeemed(lots=2:5+3:10)
         balance a points available=0 held=15",
    );
}

#[test]
fn r_hold_1_a_reference_is_used_once_also_after_the_end() {
    three(
        "hold a unit=points amount=5 ref=H-1
         hold a unit=points amount=5 ref=H-1 -> !duplicate_reference(ref=H-1)
         release a hold=H-1
         hold a unit=points amount=5 ref=H-1 -> !duplicate_reference(ref=H-1)",
    );
}

#[test]
fn r_hold_2_what_is_held_does_not_expire_and_what_is_free_does() {
    check(
        POINTS,
        "@2026-01-01
         enrol a
         grant a unit=points amount=100 reason=x expires_at=2026-02-01
         hold a unit=points amount=40 ref=H-1 until=2026-03-01
         hold a unit=points amount=20 ref=H-2 until=2026-03-01
         @2026-02-10
         balance a points available=0 held=60 expired=40
         lots a points 1:60@2026-02-01
         capture a hold=H-1 ref=R-1 amount=25 -> expired(amount=40) captured(amount=25) released(amount=15) expired(amount=15)
         capture a hold=H-2 ref=R-2 -> captured(amount=20)
         balance a points spent=45 expired=55 held=0",
    );
}

#[test]
fn r_hold_2_captures_in_order_and_releases_the_rest() {
    three(
        "hold a unit=points amount=25 ref=H-1
         capture a hold=H-1 ref=R-1 amount=12 -> captured(lots=1:10+2:2,hold=1,hold_ref=H-1,ref=R-1) released(lots=3:5+2:8)
         capture a hold=H-1 ref=R-2 amount=1 -> !hold_closed
         lots a points 2:8 3:10",
    );
}

#[test]
fn r_hold_2_keep_rest_goes_on_with_the_hold() {
    three(
        "hold a unit=points amount=25 ref=H-1
         capture a hold=H-1 ref=R-1 amount=12 keep_rest=true -> captured(lots=1:10+2:2)
         holds a H-1:13
         capture a hold=H-1 ref=R-1 amount=1 -> !duplicate_reference(ref=R-1)
         capture a hold=H-1 ref=R-2 amount=14 -> !exceeds_hold(held=13,requested=14)
         capture a hold=H-1 ref=R-2 amount=13 keep_rest=true -> captured(lots=2:8+3:5)
         capture a hold=H-1 ref=R-3 amount=1 -> !hold_closed
         holds a",
    );
}

#[test]
fn r_hold_2_captures_by_present_dates() {
    three(
        "hold a unit=points amount=20 ref=H-1
         extend unit=points expiring_until=2026-05-01 to=2026-07-01 -> extended(lot=1)
         capture a hold=H-1 ref=R-1 amount=12 -> captured(lots=2:10+1:2) released(lots=1:8)",
    );
}

#[test]
fn r_hold_3_a_release_gives_back_in_reverse() {
    three(
        "hold a unit=points amount=25 ref=H-1
         release a hold=H-1 amount=8 -> released(hold=1,ref=H-1,lots=3:5+2:3)
         release a hold=H-1 amount=18 -> !exceeds_hold(held=17)
         release a hold=H-1 -> released(lots=2:7+1:10)
         release a hold=H-1 -> !hold_closed
         balance a points available=30 held=0",
    );
}

#[test]
fn r_hold_4_deadlines() {
    check(
        "units.points = {}\nunits.short = { hold_for = \"30 minutes\" }",
        "@2026-01-01
         enrol a
         grant a unit=points amount=10 reason=x
         grant a unit=short amount=10 reason=x
         hold a unit=points amount=1 ref=H-1 -> held(until=2026-01-02T00:00:00Z)
         hold a unit=short amount=1 ref=H-2 -> held(until=2026-01-01T00:30:00Z)
         hold a unit=short amount=1 ref=H-3 until=2026-01-01 -> !invalid_time
         hold a unit=short amount=1 ref=H-3 until=2026-01-01T00:00:00.000001Z -> held
         @2026-01-01T00:29:59Z
         holds a H-1:1 H-2:1
         @2026-01-01T00:30:00Z
         capture a hold=H-2 ref=R-1 -> !hold_lapsed
         release a hold=H-2 -> !hold_lapsed
         release a hold=H-4 -> !unknown_hold(hold=H-4)
         capture a hold=H-1 ref=R-1 -> lapsed(hold=3) lapsed(hold=2,ref=H-2) captured",
    );
}

#[test]
fn r_hold_2_a_capture_for_a_reward() {
    check(
        "units.points = {}
         units.miles = {}
         [[rewards]]
         id = \"cash\"
         unit = \"points\"
         money = { per = 100, value = \"0.50\" }
         [[rewards]]
         id = \"fly\"
         unit = \"miles\"
         money = { per = 100, value = \"0.50\" }",
        "@2026-01-01
         enrol a
         grant a unit=points amount=500 reason=x
         hold a unit=points amount=400 ref=H-1
         capture a hold=H-1 ref=R-1 reward=fly amount=250 -> !invalid_amount
         capture a hold=H-1 ref=R-1 reward=cash amount=250 -> captured(reward=cash,worth=1.25,amount=250) released(amount=150)",
    );
}
