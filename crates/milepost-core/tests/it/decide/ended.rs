//! What still happens to who has left, and what does not (R-CLOSE-1).

use super::{BASE, check};

fn programme(on_close: &str) -> String {
    format!(
        "on_close = \"{on_close}\"\nunits.points = {{}}\nunits.pass = {{}}\n{BASE}\n\
         [[tiers]]\nid = \"blue\"\n\
         [[tiers]]\nid = \"gold\"\nqualify = [{{ spend = \"100.00\" }}]\n\
         benefits = [{{ unit = \"pass\", amount = 1 }}]\n\
         [tier_policy]\nupgrade = \"next-window\"\n\
         [referral]\non = \"stay\"\nreferrer = [{{ unit = \"points\", amount = 50 }}]\n\
         friend = [{{ unit = \"points\", amount = 20 }}]\n\
         [[compensation]]\ncause = \"late\"\ngrants = [{{ unit = \"points\", amount = 30 }}]"
    )
}

#[test]
fn r_close_1_a_case_can_be_taken_back_after_the_end() {
    check(
        &programme("keep"),
        "@2026-01-01
         enrol a
         compensate a cause=late case=K-1
         close a
         balance a points available=30
         reverse a case=K-1
         balance a points available=0 reversed=30",
    );
}

#[test]
fn r_close_1_no_benefit_of_a_tier_is_given_after_the_end() {
    check(
        &programme("keep"),
        "@2026-03-01
         enrol a
         enrol b
         record a kind=stay ref=S-1 spend=150
         record b kind=stay ref=S-1 spend=150
         close a
         @2027-01-01
         tier a gold
         balance a pass granted=0
         balance b pass granted=1
         close b
         @2029-01-01
         balance b pass granted=1",
    );
}

#[test]
fn r_close_1_the_friend_of_who_has_left_is_paid_alone() {
    check(
        &programme("forfeit"),
        "@2026-01-01
         enrol a
         enrol f referrer=a
         close a
         record f kind=stay ref=S-1 spend=30 -> earned qualified referral_paid granted(member=f,amount=20)
         balance a points granted=0",
    );
}
