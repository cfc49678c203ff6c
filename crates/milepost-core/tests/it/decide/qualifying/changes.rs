//! When a tier changes, and what comes with it: upgrades, restarts, payments, reversals, benefits.

use super::nights;
use crate::decide::check;

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
