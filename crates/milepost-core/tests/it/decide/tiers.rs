//! Tiers set by hand, and what depends on the tier.

use super::check;

const TIERS: &str = "tiers = [{ id = \"blue\" }, { id = \"silver\" }, { id = \"gold\" }]
units.points = {}
[[earn]]
id = \"base\"
unit = \"points\"
on = [\"stay\"]
rate = { per = \"1.00\", earn = \"1\" }
[[earn]]
id = \"gold-gift\"
unit = \"points\"
on = [\"stay\"]
fixed = 7
when = { tier = [\"gold\"] }
[[multiplier]]
id = \"more\"
unit = \"points\"
on = [\"stay\"]
factor = { silver = \"1.5\", gold = \"2\" }
";

#[test]
fn a_member_begins_with_the_first_tier_or_the_one_named() {
    check(
        TIERS,
        "@2026-01-01
         enrol a -> enrolled(tier=blue)
         tier a blue since=2026-01-01 valid_until=null reason=null
         enrol b tier=gold -> enrolled(tier=gold)
         tier b gold since=2026-01-01
         enrol c tier=brass -> !unknown_tier(tier=brass)",
    );
}

#[test]
fn an_assignment_is_a_floor_with_an_end() {
    check(
        TIERS,
        "@2026-01-01
         enrol a
         assign_tier a tier=gold until=2026-01-01 reason=x -> !invalid_time
         assign_tier a tier=gold until=2026-03-01 reason=x -> tier_assigned(tier=gold,until=2026-03-01,reason=x) tier_changed(from=blue,to=gold,reason=assigned,valid_until=2026-03-01)
         tier a gold since=2026-01-01 valid_until=2026-03-01 reason=assigned
         @2026-02-28T23:59:59Z
         tier a gold
         @2026-03-01
         tier a blue since=2026-03-01 valid_until=null reason=assignment-ended",
    );
}

#[test]
fn a_new_assignment_replaces_the_old_at_once() {
    check(
        TIERS,
        "@2026-01-01
         enrol a tier=silver
         assign_tier a tier=gold until=2026-03-01 reason=x
         @2026-01-02
         assign_tier a tier=gold until=2026-04-01 reason=x -> tier_assigned
         tier a gold since=2026-01-01 valid_until=2026-04-01
         assign_tier a tier=blue reason=x -> tier_assigned tier_changed(from=gold,to=silver,reason=assignment-ended)
         tier a silver since=2026-01-02 valid_until=null
         @2026-05-01
         advance to=2026-05-01
         tier a silver since=2026-01-02",
    );
}

#[test]
fn r_time_6_an_activity_is_judged_by_the_tier_of_its_time() {
    check(
        TIERS,
        "@2026-01-01
         enrol a tier=silver
         @2026-02-01
         assign_tier a tier=gold until=2026-03-01 reason=x
         @2026-04-01
         record a kind=stay ref=S-1 spend=3 -> tier_changed earned(amount=4,rule=base)
         record a kind=stay ref=S-2 spend=3 occurred_at=2026-02-15 -> earned(amount=6) earned(amount=7,rule=gold-gift)
         record a kind=stay ref=S-3 spend=3 occurred_at=2025-12-31 -> earned(amount=3)",
    );
}

#[test]
fn r_time_5_a_count_that_shrinks_can_let_a_tier_fall_earlier() {
    check(
        "units.nights = { qualifying_only = true }
         [[earn]]
         id = \"nights\"
         unit = \"nights\"
         on = [\"stay\"]
         rate = { per = \"1 nights\", earn = \"1\" }
         [[tiers]]
         id = \"blue\"
         [[tiers]]
         id = \"silver\"
         qualify = [{ nights = 8 }]
         [tier_policy]
         window = \"rolling 200 days\"
         valid = \"while-qualified\"",
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=3
         @2026-01-11
         record a kind=stay ref=S-2 quantities.nights=2
         @2026-01-21
         record a kind=stay ref=S-3 quantities.nights=8
         @2026-07-21
         consent a purpose=mail given=true
         @2026-07-25
         debit a unit=nights amount=1 reason=x
         tier a silver
         @2026-08-01
         tier a blue
         consent a purpose=mail given=false -> tier_changed(effective_at=2026-07-30,from=silver,to=blue) consent_changed",
    );
}
