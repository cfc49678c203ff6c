//! Who may do what (R-CMD-6).

use super::check;

const ROLES: &str = r#"
units.points = {}
units.strict = { shortfall = "refuse" }
tiers = [{ id = "blue" }, { id = "gold" }]

[[compensation]]
cause = "late"
grants = [{ unit = "points", amount = 5 }]
discretion = { amount = 100, roles = ["agent"] }

[roles.agent]
may = ["grant", "debit", "redeem", "compensate", "enrol", "extend"]
up_to = { points = 50 }
needs_approval = ["redeem", "extend"]

[roles.lead]
may = ["*"]
approves = ["redeem", "grant", "debit", "compensate", "extend"]

[roles.boss]
may = []
approves = ["*"]
"#;

#[test]
fn r_cmd_6_what_no_role_allows_is_not_permitted() {
    check(
        ROLES,
        "@2026-01-01
         enrol a -> !not_permitted
         enrol a by=x/nobody -> !not_permitted(role=nobody)
         enrol a by=x/boss -> !not_permitted(role=boss)
         enrol a tier=none by=x/boss -> !not_permitted
         enrol a tier=none by=x/agent -> !unknown_tier
         enrol a by=x/agent
         assign_tier a tier=none reason=x by=x/agent -> !not_permitted
         advance to=2026-01-01 by=x/agent -> !not_permitted
         advance to=2026-01-01 by=x/lead",
    );
}

#[test]
fn r_cmd_6_more_than_a_role_may_needs_somebody_elses_approval() {
    check(
        ROLES,
        "@2026-01-01
         enrol a by=x/agent
         grant a unit=points amount=50 reason=x by=x/agent
         grant a unit=points amount=51 reason=x by=x/agent -> !approval_required(role=agent)
         grant a unit=points amount=51 reason=x by=x/agent approved_by=x/lead -> !approval_required
         grant a unit=points amount=51 reason=x by=x/agent approved_by=y/agent -> !approval_required
         grant a unit=points amount=51 reason=x by=x/agent approved_by=y/nobody -> !approval_required
         grant a unit=points amount=51 reason=x by=x/agent approved_by=y/boss
         grant a unit=strict amount=999 reason=x by=x/agent
         debit a unit=points amount=51 reason=x by=x/agent -> !approval_required
         debit a unit=points amount=51 reason=x by=x/agent approved_by=y/lead
         compensate a cause=late case=K-1 extra=51 by=x/agent -> !approval_required
         compensate a cause=late case=K-1 extra=50 by=x/agent
         compensate a cause=late case=K-2 extra=1 by=x/lead -> !approval_required
         compensate a cause=late case=K-2 extra=1 by=x/lead approved_by=z/boss",
    );
}

#[test]
fn r_cmd_1_a_missing_approval_has_its_place_among_the_refusals() {
    check(
        ROLES,
        "@2026-01-01
         enrol a by=x/agent
         redeem a unit=none amount=1 ref=R-1 by=x/agent -> !unknown_unit
         redeem b unit=points amount=1 ref=R-1 by=x/agent -> !unknown_member
         redeem a unit=points amount=1 ref=R-1 by=x/agent -> !approval_required
         redeem a unit=points amount=1 ref=R-1 by=x/agent approved_by=y/lead -> !insufficient_balance
         grant a unit=points amount=99999999999999999999 reason=x by=x/agent -> !approval_required
         grant a unit=points amount=99999999999999999999 reason=x by=x/lead -> !amount_overflow
         debit a unit=strict amount=1 reason=x by=x/agent -> !already_spent
         extend unit=none expiring_until=2026-05-01 to=2026-06-01 by=x/agent -> !unknown_unit
         extend unit=points expiring_until=2026-05-01 to=2026-06-01 by=x/agent -> !approval_required
         extend unit=points expiring_until=2026-05-01 to=2026-06-01 by=x/agent approved_by=y/lead",
    );
}

#[test]
fn r_cmd_6_without_roles_everybody_may_and_anybody_else_approves() {
    check(
        "units.points = {}\n[[compensation]]\ncause = \"late\"\napproval_above = 4\n\
         grants = [{ unit = \"points\", amount = 5 }]",
        "@2026-01-01
         enrol a
         compensate a cause=late case=K-1 -> !approval_required
         compensate a cause=late case=K-1 by=x/any approved_by=x/other -> !approval_required
         compensate a cause=late case=K-1 approved_by=x/other
         compensate a cause=late case=K-2 by=x/any approved_by=y/any",
    );
}
