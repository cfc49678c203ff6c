//! Who a member is, and the end of a membership (R-PRIV-1, R-PRIV-2, R-CLOSE-1).

use super::{BASE, POINTS, check, earning, run};

#[test]
fn attributes_are_set_and_taken_away_and_rules_see_them() {
    check(
        "units.points = {}
         [[earn]]
         id = \"app\"
         unit = \"points\"
         on = [\"stay\"]
         fixed = \"5\"
         when = { attributes = { channel = [\"app\"] } }",
        "@2026-01-01
         enrol a attributes.group=x
         record a kind=stay ref=S-1 -> nothing
         attributes a set.channel=app -> attributes_changed(set={\"channel\":\"app\"},unset=)
         record a kind=stay ref=S-2 -> earned(amount=5)
         attributes a set.channel=web unset=group;none
         record a kind=stay ref=S-3 -> nothing
         record a kind=stay ref=S-4 attributes.channel=app -> earned(amount=5)
         attributes b set.channel=app -> !unknown_member
         attributes a set.x=y expected_version=1 -> !version_conflict(version=7)
         member a attributes={\"channel\":\"web\"} version=7",
    );
}

#[test]
fn r_priv_1_what_is_personal_is_in_no_event_and_in_no_state() {
    let ledger = run(
        "personal = [\"phone\"]\nunits.points = {}",
        "@2026-01-01
         enrol a attributes.phone=555-0199 attributes.group=x birth_date=1990-05-17
         member a attributes={\"group\":\"x\"}
         attributes a set.phone=555-0199 -> attributes_changed(set={},unset=)
         attributes a set.phone=555-0199 set.group=y -> attributes_changed(set={\"group\":\"y\"},unset=)
         member a attributes={\"group\":\"y\"}",
    );
    let found = ledger.encoded().concat().windows(8).any(|bytes| bytes == b"555-0199");
    assert!(!found, "a snapshot would have it");
}

#[test]
fn r_priv_2_consent_is_recorded_per_purpose() {
    check(
        POINTS,
        "@2026-01-01
         enrol a
         consent a purpose=mail given=true -> consent_changed(purpose=mail,given=true)
         consent a purpose=ads given=false
         member a consents={\"ads\":false,\"mail\":true} version=3
         consent a purpose=mail given=false
         member a consents={\"ads\":false,\"mail\":false}
         consent b purpose=mail given=true -> !unknown_member",
    );
}

#[test]
fn r_close_1_holds_are_released_and_all_is_forfeited() {
    check(
        &earning(""),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 spend=100
         redeem a unit=points amount=30 ref=R-1
         hold a unit=points amount=40 ref=H-1
         grant a unit=points amount=7 reason=x available_at=2026-02-01
         close a -> released(ref=H-1,amount=40) expired(lot=1,amount=70) expired(lot=2,amount=7,pool=pending) closed(on_close=forfeit)
         balance a points available=0 held=0 pending=0 expired=77
         member a closed=true
         refund a redemption=R-1 amount=10 -> refunded(amount=10) expired(lot=1,amount=10)
         reverse a activity=S-1 -> reversed(taken=0,set_off=80,debt=20)
         balance a points debt=20 available=0
         refund a redemption=R-1 -> refunded(amount=20) debt_repaid(amount=20)
         @2026-03-01
         balance a points debt=0 available=0 pending=0 expired=87",
    );
}

#[test]
fn r_close_1_points_are_kept_and_cannot_be_used() {
    let programme = format!(
        "on_close = \"keep\"\n{}",
        earning("transfer = {}, expiry = { after = \"1 year\" }")
    );
    check(
        &programme,
        "@2026-01-01
         enrol a
         enrol b
         record a kind=stay ref=S-1 spend=100
         redeem a unit=points amount=30 ref=R-1
         hold a unit=points amount=40 ref=H-1
         close a -> released(amount=40) closed(on_close=keep)
         balance a points available=70 held=0
         refund a redemption=R-1 -> refunded(amount=30)
         reverse a activity=S-1 amount=40 -> reversed(taken=40)
         extend unit=points expiring_until=2027-06-01 to=2028-01-01 -> nothing
         extend unit=points expiring_until=2027-06-01 to=2028-01-01 members=a -> nothing
         lots a points 1:60@2027-01-01
         @2027-01-01
         balance a points available=0 expired=60",
    );
}

#[test]
fn r_close_1_what_is_refused_after_the_end() {
    let programme = format!("tiers = [{{ id = \"blue\" }}]\n{}", earning("transfer = {}"));
    check(
        &programme,
        "@2026-01-01
         enrol a
         enrol b
         grant b unit=points amount=5 reason=x
         record a kind=stay ref=S-1 spend=10
         close a
         record a kind=stay ref=S-1 spend=10 -> !member_closed(member=a)
         confirm a activity=S-9 -> !member_closed
         grant a unit=points amount=1 reason=x -> !member_closed
         debit a unit=points amount=1 reason=x -> !member_closed
         hold a unit=points amount=1 ref=H-1 -> !member_closed
         capture a hold=H-1 ref=R-1 -> !member_closed
         release a hold=H-1 -> !member_closed
         redeem a unit=points amount=1 ref=R-1 -> !member_closed
         transfer a b unit=points amount=1 ref=T-1 -> !member_closed
         transfer b a unit=points amount=1 ref=T-1 -> !member_closed(member=a)
         transfer c a unit=points amount=1 ref=T-1 -> !unknown_member(member=c)
         merge a b -> !member_closed
         merge b a -> !member_closed
         assign_tier a tier=blue reason=x -> !member_closed
         consent a purpose=mail given=true -> !member_closed
         attributes a set.x=y -> !member_closed
         close a -> !member_closed
         enrol a -> !member_exists
         redeem a unit=points amount=0 ref=R-1 -> !invalid_amount
         redeem a unit=points amount=1 ref=R-1 expected_version=1 -> !member_closed
         refund a redemption=R-9 -> !unknown_redemption
         reverse a activity=S-9 -> !unknown_activity
         reverse a activity=S-1 expected_version=1 -> !version_conflict
         reverse a activity=S-1",
    );
}

#[test]
fn r_close_1_the_grace_of_what_comes_back_ends_with_the_membership() {
    let programme = format!(
        "[units.points]
         expiry = {{ after = \"30 days\" }}
         refund_expired = {{ grace = \"30 days\" }}
         {BASE}"
    );
    check(
        &programme,
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 spend=10
         hold a unit=points amount=10 ref=H-1 until=2026-06-01
         @2026-02-15
         close a -> released(amount=10) extended(lot=1,cause=grace) expired(lot=1,amount=10) closed
         balance a points available=0 expired=10",
    );
}
