//! How long a tier is kept: validity, reviews, grace, rolling windows, floors.

use super::{UNITS, nights};
use crate::decide::check;

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
