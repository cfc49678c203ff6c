//! Tiers that are qualified for: counts, windows, reviews, grace, restarts, payments and carry.

use super::check;

/// Blue, silver from 10 nights and gold from 30, under a policy.
fn nights(policy: &str) -> String {
    let tiers = "[[tiers]]\nid = \"blue\"\n[[tiers]]\nid = \"silver\"\nqualify = [{ nights = 10 }]\n\
                 [[tiers]]\nid = \"gold\"\nqualify = [{ nights = 30 }]\n";
    format!("{UNITS}{tiers}[tier_policy]\n{policy}")
}

const UNITS: &str = "units.points = {}
units.nights = { qualifying_only = true }
[[earn]]
id = \"base\"
unit = \"points\"
on = [\"stay\"]
rate = { per = \"1.00\", earn = \"1\" }
[[earn]]
id = \"nights\"
unit = \"nights\"
on = [\"stay\"]
rate = { per = \"1 nights\", earn = \"1\" }
";

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
fn the_review_judges_each_window_since_the_last_and_the_best_counts() {
    check(
        &nights("valid = { until = \"03-31\", after_years = 2 }"),
        "@2008-06-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=30 -> ?
         tier a gold valid_until=2010-04-01 secured_until=2010-04-01
         @2009-06-01
         record a kind=stay ref=S-2 quantities.nights=10
         tier a gold valid_until=2010-04-01 secured_until=2010-04-01
         @2010-02-01
         record a kind=stay ref=S-3 quantities.nights=12
         @2010-04-01
         tier a silver since=2010-04-01 valid_until=2012-04-01 reason=downgraded
         @2012-03-31T23:59:59Z
         tier a silver secured_until=2012-04-01
         @2012-04-01
         tier a blue valid_until=null secured_until=null",
    );
}

#[test]
fn a_tier_that_ends_with_its_window_must_be_reached_anew() {
    check(
        &nights("valid = \"end-of-window\""),
        "@2024-03-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=30
         tier a gold valid_until=2025-01-01 secured_until=2025-01-01
         @2025-01-01
         tier a blue reason=downgraded
         record a kind=stay ref=S-2 quantities.nights=10 -> tier_changed(to=blue) earned qualified tier_changed(from=blue,to=silver,valid_until=2026-01-01)",
    );
}

#[test]
fn in_the_grace_whoever_qualifies_again_keeps_the_tier_from_then_on() {
    check(
        &nights("grace = \"30 days\"\ndowngrade = \"one-step\""),
        "@2024-03-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=30
         @2026-01-10
         advance to=2026-01-10 -> tier_grace(tier=gold,until=2026-01-31)
         tier a gold valid_until=2026-01-31 reason=qualified
         record a kind=stay ref=S-2 quantities.nights=29 -> earned qualified
         record a kind=stay ref=S-3 quantities.nights=1 -> earned qualified tier_changed(from=gold,to=gold,reason=requalified,valid_until=2028-01-01)
         tier a gold since=2024-03-01 valid_until=2028-01-01
         @2028-01-31
         tier a silver valid_until=2029-01-01 reason=downgraded
         @2029-01-30
         tier a silver valid_until=2029-01-31
         @2029-01-31
         tier a blue",
    );
}

#[test]
fn in_the_grace_the_running_window_counts_for_where_it_falls_to() {
    check(
        &nights("grace = \"30 days\""),
        "@2024-03-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=30
         @2026-01-10
         record a kind=stay ref=S-2 quantities.nights=12
         @2026-01-31
         tier a silver valid_until=2028-01-01",
    );
}

#[test]
fn upgrades_that_wait_for_the_boundary() {
    let next = nights("upgrade = \"next-window\"");
    check(
        &next,
        "@2024-03-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=10 -> earned qualified
         tier a blue
         @2025-01-01
         advance to=2025-01-01 -> tier_changed(from=blue,to=silver,effective_at=2025-01-01,valid_until=2026-01-01)
         @2025-02-01
         record a kind=stay ref=S-2 quantities.nights=20 occurred_at=2024-12-01 -> earned qualified tier_changed(to=gold,valid_until=2026-01-01)
         @2026-01-01
         tier a blue",
    );
    // What is reversed before the boundary is not reached.
    check(
        &next,
        "@2024-03-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=10
         reverse a activity=S-1
         @2025-01-01
         tier a blue",
    );
    // A late arrival lifts a tier when it is recorded, never before.
    check(
        &next,
        "@2023-03-01
         enrol a
         @2024-06-01
         record a kind=stay ref=S-1 quantities.nights=10 occurred_at=2022-06-01 -> earned qualified
         record a kind=stay ref=S-2 quantities.nights=1 -> earned qualified",
    );
}

#[test]
fn a_tier_on_a_rolling_window_holds_while_it_is_qualified_for() {
    check(
        &nights("window = \"rolling 365 days\"\nvalid = \"while-qualified\""),
        "@2023-01-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=6
         @2023-03-01
         record a kind=stay ref=S-2 quantities.nights=6 -> earned qualified tier_changed(to=silver,valid_until=null)
         tier a silver valid_until=null secured_until=2024-01-01 counts={\"nights\":12}
         @2023-12-31T23:59:59Z
         tier a silver
         @2024-01-01
         advance to=2024-01-01 -> tier_changed(from=silver,to=blue,reason=downgraded,effective_at=2024-01-01)
         tier a blue counts={\"nights\":6}
         @2024-01-02
         record a kind=stay ref=S-3 quantities.nights=4 -> earned qualified tier_changed(to=silver)
         reverse a activity=S-3 -> reversed qualified(amount=-4) tier_changed(to=blue,reason=reversal)",
    );
}

#[test]
fn several_amounts_that_leave_at_once_leave_together() {
    check(
        &nights("window = \"rolling 365 days\"\nvalid = \"while-qualified\""),
        "@2023-01-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=20
         record a kind=stay ref=S-2 quantities.nights=20
         @2023-06-01
         record a kind=stay ref=S-3 quantities.nights=10
         @2024-02-01
         advance to=2024-02-01 -> tier_changed(from=gold,to=silver,effective_at=2024-01-01)",
    );
}

#[test]
fn a_rolling_tier_with_a_validity_is_reviewed_at_its_end() {
    check(
        &nights("window = \"rolling 12 months\"\nvalid = \"12 months\""),
        "@2024-01-05
         enrol a
         record a kind=stay ref=S-1 quantities.nights=30
         tier a gold valid_until=2025-01-05
         @2024-06-01
         record a kind=stay ref=S-2 quantities.nights=10
         @2025-01-05
         tier a gold valid_until=2026-01-05
         @2026-01-05
         tier a blue",
    );
}

#[test]
fn restarts_and_payments() {
    check(
        &nights("on_upgrade = \"restart\""),
        "@2024-01-05
         enrol a
         record a kind=stay ref=S-1 quantities.nights=15
         tier a silver counts={\"nights\":0}
         record a kind=stay ref=S-2 quantities.nights=29
         tier a silver counts={\"nights\":29}
         record a kind=stay ref=S-3 quantities.nights=1
         tier a gold counts={\"nights\":0}
         reverse a activity=S-1 -> reversed qualified(amount=-15)
         tier a gold counts={\"nights\":0}
         @2026-01-01
         tier a blue",
    );
    check(
        &nights("on_upgrade = \"pay\"\non_reversal = \"at-once\""),
        "@2024-01-05
         enrol a
         record a kind=stay ref=S-1 quantities.nights=15
         tier a silver counts={\"nights\":5}
         record a kind=stay ref=S-2 quantities.nights=24
         tier a silver counts={\"nights\":29}
         reverse a activity=S-2
         tier a silver counts={\"nights\":5}
         reverse a activity=S-1 -> reversed qualified tier_changed(to=blue,reason=reversal)
         tier a blue counts={\"nights\":-10}",
    );
}

#[test]
fn r_rev_3_at_once_neither_grace_nor_a_gentle_downgrade_delays_it() {
    check(
        &nights("on_reversal = \"at-once\"\ngrace = \"30 days\"\ndowngrade = \"never\""),
        "@2024-01-05
         enrol a
         record a kind=stay ref=S-1 quantities.nights=12 spend=100
         record a kind=stay ref=S-2 quantities.nights=20 spend=100
         tier a gold
         reverse a activity=S-2 amount=5 -> reversed reversed qualified(amount=-1)
         tier a gold
         reverse a activity=S-2 amount=10 -> reversed reversed qualified(amount=-2) tier_changed(from=gold,to=silver,reason=reversal,valid_until=2026-01-01)
         @2025-06-01
         record a kind=stay ref=S-3 quantities.nights=10
         reverse a activity=S-1 -> reversed reversed qualified(amount=-12)
         tier a silver
         reverse a activity=S-3 -> reversed qualified
         tier a silver",
    );
}

#[test]
fn a_tier_that_was_given_does_not_fall_with_a_reversal() {
    check(
        &nights("on_reversal = \"at-once\""),
        "@2024-05-01
         enrol a tier=gold -> enrolled(tier=gold) tier_changed(from=gold,to=gold,reason=qualified,valid_until=2026-01-01)
         record a kind=stay ref=S-1 quantities.nights=12
         reverse a activity=S-1 -> reversed qualified
         tier a gold since=2024-05-01 valid_until=2026-01-01 reason=qualified
         @2026-01-01
         tier a blue",
    );
}

#[test]
fn floors_hold_while_the_standing_below_them_goes_on() {
    check(
        &nights(""),
        "@2024-03-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=30
         assign_tier a tier=silver until=2030-01-01 reason=x -> tier_assigned
         tier a gold valid_until=2026-01-01
         @2026-01-01
         advance to=2026-01-01 -> tier_changed(from=gold,to=silver,reason=downgraded,qualified_for=blue,valid_until=2030-01-01)
         tier a silver since=2026-01-01 valid_until=2030-01-01
         @2027-01-01
         record a kind=stay ref=S-2 quantities.nights=12 -> earned qualified tier_changed(from=silver,to=silver,reason=qualified)
         @2030-01-01
         tier a blue since=2030-01-01 reason=assignment-ended",
    );
}

#[test]
fn an_all_time_count_keeps_a_tier_while_it_stands() {
    let life = UNITS.to_owned()
        + "[[tiers]]\nid = \"blue\"\n[[tiers]]\nid = \"gold\"\nqualify = [{ nights = 30 }]\n\
           lifetime = { nights = 50 }\n";
    check(
        &life,
        "@2022-03-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=20
         @2023-03-01
         record a kind=stay ref=S-2 quantities.nights=20
         @2024-03-01
         record a kind=stay ref=S-3 quantities.nights=10 -> earned qualified tier_changed(to=gold,reason=lifetime)
         @2031-06-01
         tier a gold since=2024-03-01
         advance to=2031-06-01
         reverse a activity=S-3 -> reversed qualified(amount=-10)
         tier a gold valid_until=2032-01-01 secured_until=2032-01-01
         @2032-01-01
         tier a blue",
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
fn a_tier_may_say_how_long_lots_live() {
    check(
        "units.points = { expiry = { after = \"1 year\" } }
         tiers = [{ id = \"blue\" }, { id = \"gold\", qualify = [{ spend = \"10.00\" }], expiry = { points = \"never\" } }]
         earn = [{ id = \"base\", unit = \"points\", on = [\"stay\"], rate = { per = \"1.00\", earn = \"1\" } }]",
        "@2024-03-01
         enrol a
         record a kind=stay ref=S-1 spend=10 -> earned(expires_at=2025-03-01) qualified tier_changed
         record a kind=stay ref=S-2 spend=10 -> earned(expires_at=null) qualified
         grant a unit=points amount=1 reason=x -> granted(expires_at=null)
         record a kind=stay ref=S-3 spend=10 occurred_at=2024-02-01 -> earned(expires_at=2025-02-01) qualified",
    );
}

#[test]
fn benefits_come_on_each_entry_and_every_12_months() {
    check(
        &nights("").replace(
            "qualify = [{ nights = 10 }]",
            "qualify = [{ nights = 10 }]\nbenefits = [{ unit = \"points\", amount = 5 }, { unit = \"nights\", amount = 20 }]",
        ),
        "@2024-02-29
         enrol a
         record a kind=stay ref=S-1 quantities.nights=10 -> earned qualified tier_changed(to=silver) granted(benefit=silver,amount=5) granted(unit=nights,amount=20) qualified(amount=20) tier_changed(to=gold)
         balance a points granted=5
         @2026-01-01
         advance to=2026-01-01 -> tier_changed(from=gold,to=blue)
         enrol b tier=silver -> enrolled tier_changed granted granted qualified
         @2026-12-31
         balance b points granted=5
         @2027-01-01
         advance to=2027-01-01 -> granted(effective_at=2027-01-01,amount=5) granted qualified
         tier b silver counts={\"nights\":20}",
    );
}

#[test]
fn a_tier_that_ends_with_its_window_is_reached_anew_by_what_is_carried() {
    check(
        &nights("valid = \"end-of-window\"\ncarry = { count = \"nights\", cap = 300 }"),
        "@2024-03-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=25
         @2025-01-01
         advance to=2025-01-01 -> tier_changed(to=blue,reason=downgraded) tier_changed(to=silver,reason=qualified,valid_until=2026-01-01)
         tier a silver counts={\"nights\":15}
         @2026-01-01
         tier a blue counts={\"nights\":0}",
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
