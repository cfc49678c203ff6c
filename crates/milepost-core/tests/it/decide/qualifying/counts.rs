//! What counts, and in which window.

use super::{UNITS, nights};
use crate::decide::check;

#[test]
fn each_change_of_a_count_and_of_the_tier_is_an_event() {
    check(
        &nights(""),
        "@2024-03-01
         enrol a -> enrolled(tier=blue)
         record a kind=stay ref=S-1 quantities.nights=9 -> earned(unit=nights) qualified(count=nights,amount=9)
         record a kind=stay ref=S-2 quantities.nights=1 -> earned qualified(amount=1) tier_changed(from=blue,to=silver,reason=qualified,valid_until=2026-01-01)
         tier a silver since=2024-03-01 valid_until=2026-01-01 counts={\"nights\":10}
         reverse a activity=S-1 -> reversed(taken=9) qualified(count=nights,amount=-9)
         tier a silver counts={\"nights\":1}
         debit a unit=nights amount=3 reason=x -> debited(taken=1,debt=2) qualified(amount=-3)
         tier a silver counts={\"nights\":-2}",
    );
}

#[test]
fn r_time_6_a_late_arrival_counts_and_is_judged_in_its_own_window() {
    check(
        &nights(""),
        "@2023-01-01
         enrol a
         @2025-06-01
         record a kind=stay ref=S-1 quantities.nights=10 occurred_at=2023-05-01 -> earned qualified
         tier a blue counts={\"nights\":0}
         record a kind=stay ref=S-2 quantities.nights=30 occurred_at=2024-05-01 -> earned qualified tier_changed(to=gold,valid_until=2026-01-01)
         record a kind=stay ref=S-3 quantities.nights=12 -> earned qualified
         tier a gold since=2025-06-01 valid_until=2026-01-01 secured_until=2026-01-01 counts={\"nights\":12}
         @2026-01-01
         advance to=2026-01-01 -> tier_changed(from=gold,to=silver,reason=downgraded,valid_until=2027-01-01)",
    );
}

#[test]
fn r_time_6_a_stay_of_tomorrow_counts_in_its_own_year() {
    check(
        &nights(""),
        "@2024-12-31T20:00:00Z
         enrol a
         record a kind=stay ref=S-1 quantities.nights=9
         record a kind=stay ref=S-2 quantities.nights=9 occurred_at=2025-01-01T10:00:00Z -> earned qualified
         tier a blue counts={\"nights\":9}
         @2025-01-02
         tier a blue counts={\"nights\":9}
         record a kind=stay ref=S-3 quantities.nights=1 -> matured earned qualified tier_changed(to=silver)",
    );
}

#[test]
fn what_is_carried_opens_the_next_window_and_late_arrivals_change_it() {
    check(
        &nights("carry = { count = \"nights\", cap = 12 }"),
        "@2024-03-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=15
         @2025-02-01
         tier a silver counts={\"nights\":5} secured_until=2026-01-01
         record a kind=stay ref=S-2 quantities.nights=5 occurred_at=2024-12-01 -> earned qualified
         tier a silver counts={\"nights\":10} secured_until=2027-01-01
         record a kind=stay ref=S-3 quantities.nights=4 occurred_at=2024-12-02
         tier a silver counts={\"nights\":12}
         reverse a activity=S-2
         tier a silver counts={\"nights\":9}
         @2026-02-01
         tier a blue counts={\"nights\":0}",
    );
}

#[test]
fn spend_and_activities_are_built_in() {
    check(
        "units.points = {}
         exchange.USD = \"0.5\"
         tiers = [{ id = \"blue\" }, { id = \"gold\", qualify = [{ spend = \"100.00\", activities = 2 }] }]
         earn = [{ id = \"base\", unit = \"points\", on = [\"stay\"], rate = { per = \"1.00\", earn = \"1\" } }]",
        "@2024-03-01
         enrol a
         record a kind=stay ref=S-1 spend=99.99 -> earned qualified(count=spend,amount=99.99) qualified(count=activities,amount=1)
         record a kind=walk ref=S-2 -> qualified(count=activities)
         tier a blue counts={\"spend\":\"99.99\",\"activities\":2}
         record a kind=walk ref=S-3 spend.amount=0.02 spend.currency=USD -> qualified(count=spend,amount=0.01) qualified tier_changed(to=gold)
         reverse a activity=S-1 amount=9.99 -> reversed qualified(count=spend,amount=-9.99)
         reverse a activity=S-1 -> reversed qualified(count=spend,amount=-90.00) qualified(count=activities,amount=-1)
         reverse a activity=S-2 -> qualified(count=activities,amount=-1)
         tier a gold counts={\"spend\":\"0.01\",\"activities\":1}",
    );
}

#[test]
fn what_a_rule_or_a_grant_qualifies_counts_exactly() {
    check(
        "units.points = { decimals = 1 }
         earn = [{ id = \"base\", unit = \"points\", on = [\"stay\"], rate = { per = \"1.00\", earn = \"1\" }, qualifies = { credits = \"1/2\", thirds = \"1/3\" } }]
         tiers = [{ id = \"blue\" }, { id = \"gold\", qualify = [{ credits = 20 }] }]",
        "@2024-03-01
         enrol a
         record a kind=stay ref=S-1 spend=1.50 -> earned(amount=1.5) qualified(count=credits,amount=0.75) qualified(count=thirds,amount=0.5)
         record a kind=stay ref=S-2 spend=1 -> earned qualified(amount=0.5) qualified(amount=1/3)
         grant a unit=points amount=5 reason=x -> granted
         grant a unit=points amount=5 reason=x qualifies=credits occurred_at=2023-05-01 -> granted qualified(count=credits,amount=5)
         grant a unit=points amount=5 reason=x qualifies=stars -> !unknown_unit(qualifies=stars)
         grant a unit=points amount=18.8 reason=x qualifies=credits -> granted qualified tier_changed(to=gold)
         tier a gold counts={\"credits\":\"20.05\",\"thirds\":\"5/6\"}",
    );
}

#[test]
fn r_rev_3_what_is_taken_back_of_a_gift_no_longer_counts() {
    let gifts = "on_reversal = \"at-once\"
[[compensation]]\ncause = \"late\"\ngrants = [{ unit = \"nights\", amount = 10 }]
[referral]\non = \"stay\"\nreferrer = [{ unit = \"nights\", amount = 30 }]
[[milestone]]\nid = \"m\"\ncount = \"nights\"\nat = [30]\ngrants = [{ unit = \"points\", amount = 7 }]";
    check(
        &nights(gifts),
        "@2024-03-01
         enrol a
         enrol f referrer=a
         compensate a cause=late case=K-1 -> granted qualified tier_changed(to=silver)
         reverse a case=K-1 -> reversed qualified(amount=-10) tier_changed(to=blue,reason=reversal)
         record f kind=stay ref=S-1 -> referral_paid referral_paid(member=a) granted(member=a) qualified(member=a) granted(milestone=m) tier_changed(to=gold)
         reverse f activity=S-1 -> referral_fell(member=f) referral_fell(member=a) reversed(member=a,taken=30) qualified(member=a,amount=-30) reversed(member=a,milestone=m) tier_changed(member=a,to=blue)
         balance a points available=0",
    );
}

#[test]
fn r_red_3_what_a_reward_grants_counts_until_it_is_refunded() {
    check(
        &format!(
            "{}[[rewards]]\nid = \"r\"\nunit = \"points\"\ncost = 1\n\
             grants = [{{ unit = \"coupon\", amount = 3, qualifies = true }}]\n\
             [[tiers]]\nid = \"blue\"\n[[tiers]]\nid = \"silver\"\nqualify = [{{ coupon = 3 }}]\n",
            UNITS.replace("units.points = {}", "units.points = {}\nunits.coupon = {}")
        ),
        "@2024-03-01
         enrol a
         grant a unit=points amount=1 reason=x
         redeem a ref=R-1 reward=r -> redeemed granted qualified(count=coupon,amount=3) tier_changed(to=silver)
         refund a redemption=R-1 -> refunded reversed qualified(count=coupon,amount=-3)
         tier a silver counts={\"nights\":0,\"coupon\":0}",
    );
}
