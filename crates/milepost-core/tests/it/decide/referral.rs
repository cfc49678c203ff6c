//! Referrals: both sides in the entry of the friend's qualifying activity.

use super::{BASE, check, run, step};

fn friends(rest: &str) -> String {
    format!(
        "units.points = {{}}\nunits.pass = {{ shortfall = \"refuse\", expiry = {{ after = \"10 days\" }} }}\n{BASE}\n\
         [exchange]\nUSD = \"0.5\"\n\
         [referral]\non = \"stay\"\nwithin = \"30 days\"\n\
         friend = [{{ unit = \"points\", amount = 20 }}]\n{rest}"
    )
}

const BOTH: &str = "min_spend = \"25.00\"\nreferrer = [{ unit = \"points\", amount = 50 }]\n";

#[test]
fn both_sides_are_given_once() {
    let ledger = run(
        &friends(BOTH),
        "@2026-01-01
         enrol a
         enrol f referrer=a -> enrolled referred
         @2026-01-05
         record f kind=flight ref=S-0 spend=90.00
         record f kind=stay ref=S-1 spend=24.99 -> earned
         record f kind=stay ref=S-2 spend.amount=50.00 spend.currency=USD -> earned referral_paid(activity=S-2,referral=a) granted(member=f,amount=20,referral=a) referral_paid(member=a,referral=f) granted(member=a,amount=50,referral=f)
         record f kind=stay ref=S-3 spend=90.00 -> earned
         balance a points available=50 granted=50 earned=0",
    );
    let texts = |id: &str| {
        let key = ledger.member(id).key();
        ledger.statements[&key].lines().last().unwrap().text.clone()
    };
    assert_eq!(texts("a"), "50 points granted for referring a friend");
    assert_eq!((ledger.member("a").version(), ledger.member("f").version()), (2, 5), "R-CMD-4");
}

#[test]
fn who_can_be_a_referrer() {
    check(
        &friends(BOTH),
        "@2026-01-01
         enrol a referrer=a -> !invalid_target
         enrol f referrer=a -> !unknown_member(member=a)
         enrol a
         enrol a referrer=b -> !member_exists
         enrol a referrer=a -> !invalid_target
         enrol f referrer=a expected_version=3 -> !version_conflict",
    );
}

#[test]
fn r_time_4_within_so_long_of_the_enrolment() {
    let mut ledger =
        run(&friends(BOTH), "@2026-01-01\nenrol a\nenrol f referrer=a\nenrol g referrer=a");
    for line in [
        "@2026-01-31",
        "record f kind=stay ref=S-1 spend=30 -> earned",
        "record f kind=stay ref=S-2 spend=30 occurred_at=2025-12-31T23:59:59Z -> earned",
        "record g kind=stay ref=S-1 spend=30 occurred_at=2026-01-30T23:59:59Z -> earned referral_paid granted(effective_at=2026-01-31) referral_paid granted",
    ] {
        step(&mut ledger, line);
    }
}

#[test]
fn r_rev_4_a_referral_falls_with_what_is_left_of_its_activity_and_gives_room_back() {
    check(
        &friends(&format!("{BOTH}limit = {{ count = 1, per = \"month\" }}")),
        "@2026-01-01
         enrol a
         enrol f referrer=a
         enrol g referrer=a
         enrol h referrer=a
         record f kind=stay ref=S-1 spend=50.00
         record g kind=stay ref=S-1 spend=50.00 -> earned referral_paid granted(member=g)
         redeem a unit=points amount=30 ref=R-1
         reverse f activity=S-1 amount=25.00 -> reversed(taken=25)
         reverse f activity=S-1 amount=1.00 -> reversed(activity=S-1,taken=1) referral_fell(referral=a) reversed(member=f,referral=a,taken=20) referral_fell(member=a,referral=f) reversed(member=a,taken=20,debt=30)
         reverse f activity=S-1 -> reversed(activity=S-1)
         record f kind=stay ref=S-2 spend=50.00 -> earned
         balance a points available=0 debt=30
         record h kind=stay ref=S-1 spend=50.00 -> earned referral_paid granted referral_paid granted(member=a) debt_repaid(member=a,amount=30)
         balance a points available=20
         reverse g activity=S-1 -> reversed referral_fell(member=g) reversed(member=g)
         balance a points available=20",
    );
}

#[test]
fn r_rev_2_a_shortfall_of_the_referrer_can_refuse_the_reversal() {
    check(
        &friends("referrer = [{ unit = \"pass\", amount = 1 }]"),
        "@2026-01-01
         enrol a
         enrol f referrer=a
         enrol g referrer=a
         record f kind=stay ref=S-1 spend=1.00
         record g kind=stay ref=S-1 spend=1.00
         redeem a unit=pass amount=1 ref=R-1
         reverse f activity=S-1 -> !already_spent(unit=pass)
         reverse g activity=S-1 -> reversed referral_fell reversed(member=g) referral_fell reversed(member=a,taken=1)
         balance f points available=21",
    );
}

#[test]
fn r_time_5_what_is_due_for_the_referrer_comes_first() {
    let ledger = run(
        &friends("referrer = [{ unit = \"pass\", amount = 1 }]"),
        "@2026-01-01
         enrol a
         enrol f referrer=a
         grant a unit=pass amount=5 reason=x
         @2026-01-20
         record f kind=stay ref=S-1 spend=1.00 -> expired(member=a,amount=5) earned referral_paid granted referral_paid granted(member=a)
         record f kind=stay ref=S-2 spend=1.00 -> earned
         balance a pass available=1",
    );
    assert_eq!(ledger.member("a").version(), 3, "R-CMD-4");
}

#[test]
fn if_the_membership_of_the_referrer_is_closed_the_friend_alone_is_paid() {
    check(
        &friends(BOTH),
        "@2026-01-01
         enrol a
         enrol f referrer=a
         close a
         record f kind=stay ref=S-1 spend=25.00 -> earned referral_paid(member=f) granted(member=f)
         reverse f activity=S-1 -> reversed referral_fell(member=f) reversed(member=f)",
    );
}
