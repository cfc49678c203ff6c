//! Milestones: once per window and step, in the entry that reaches it, and taken back by a reversal.

use super::check;

fn programme(milestone: &str, policy: &str) -> String {
    format!(
        "units.points = {{}}
         units.nights = {{ qualifying_only = true }}
         earn = [{{ id = \"nights\", unit = \"nights\", on = [\"stay\"], rate = {{ per = \"1 nights\", earn = \"1\" }} }}]
         tiers = [{{ id = \"blue\" }}]
         tier_policy = {{ {policy} }}
         milestone = [{{ id = \"m\", count = \"nights\", {milestone} }}]"
    )
}

const GIVES: &str = "grants = [{ unit = \"points\", amount = 100 }]";

#[test]
fn steps_are_paid_once_in_a_window_from_the_first_to_the_last() {
    check(
        &programme(&format!("every = 10, from = 15, max = 2, {GIVES}"), ""),
        "@2024-03-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=14 -> earned qualified
         record a kind=stay ref=S-2 quantities.nights=11 -> earned qualified granted(milestone=m,step=15,amount=100) granted(step=25)
         record a kind=stay ref=S-3 quantities.nights=20 -> earned qualified
         @2025-03-01
         record a kind=stay ref=S-4 quantities.nights=15 -> earned qualified granted(step=15)
         record a kind=stay ref=S-5 quantities.nights=15 occurred_at=2023-06-01 -> earned qualified granted(step=15)",
    );
}

#[test]
fn a_reversal_below_a_step_takes_it_back_and_it_can_be_reached_again() {
    check(
        &programme(&format!("at = [5, 8], {GIVES}"), ""),
        "@2024-03-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=8 -> earned qualified granted(step=5) granted(step=8)
         redeem a unit=points amount=150 ref=R-1
         record a kind=stay ref=S-2 quantities.nights=1
         reverse a activity=S-2 -> reversed qualified
         reverse a activity=S-1 -> reversed(unit=nights) qualified(amount=-8) reversed(milestone=m,taken=50,debt=50) reversed(taken=0,debt=100)
         balance a points reversed=200 debt=150 available=0
         record a kind=stay ref=S-3 quantities.nights=6 -> earned qualified granted(step=5) debt_repaid
         balance a points debt=50 available=0",
    );
}

#[test]
fn what_expired_counts_as_taken() {
    check(
        &programme(&format!("at = [5], {GIVES}"), "")
            .replace("units.points = {}", "units.points = { expiry = { after = \"10 days\" } }"),
        "@2024-03-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=5 -> earned qualified granted
         redeem a unit=points amount=30 ref=R-1
         @2024-04-01
         reverse a activity=S-1 -> expired(amount=70) reversed qualified reversed(set_off=70,taken=0,debt=30)
         balance a points reversed=30 expired=70 debt=30",
    );
}

#[test]
fn outside_years_each_step_is_paid_once() {
    check(
        &programme(
            &format!("at = [5], {GIVES}"),
            "window = \"rolling 30 days\", valid = \"while-qualified\"",
        ),
        "@2024-03-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=5 -> earned qualified granted(step=5)
         @2024-05-01
         record a kind=stay ref=S-2 quantities.nights=5 -> earned qualified
         @2024-07-01
         record a kind=stay ref=S-3 quantities.nights=1 -> earned qualified
         reverse a activity=S-3 -> reversed qualified
         reverse a activity=S-1 -> reversed qualified reversed(milestone=m,taken=100)",
    );
}

#[test]
fn what_a_milestone_gives_can_reach_the_next() {
    check(
        &programme("at = [5, 9], grants = [{ unit = \"nights\", amount = 4 }]", ""),
        "@2024-03-01
         enrol a
         record a kind=stay ref=S-1 quantities.nights=5 -> earned qualified granted(step=5) qualified(amount=4) granted(step=9) qualified
         tier a blue counts={\"nights\":13}
         reverse a activity=S-1 -> reversed qualified reversed(step=null) qualified(amount=-4) reversed qualified
         tier a blue counts={\"nights\":0}",
    );
}
