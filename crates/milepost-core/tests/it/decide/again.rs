//! Reversals that ask the rules again, and reversals by lines (R-REV-1).

use milepost_core::pools::Pools;
use proptest::collection::vec;
use proptest::prelude::*;

use super::{check, run};

/// A rule of one line, with `more`.
fn rule(id: &str, more: &str) -> String {
    format!("[[earn]]\nid = \"{id}\"\nunit = \"points\"\non = [\"stay\"]\n{more}\n")
}

const PER_EURO: &str = "rate = { per = \"1.00\", earn = \"1\" }";
const AGAIN: &str = "on_reversal = \"re-evaluate\"";

fn programme(rules: &[String]) -> String {
    format!("units.points = {{}}\n{}", rules.join(""))
}

#[test]
fn r_rev_1_by_lines_in_parts_and_never_more_than_there_was() {
    check(
        &programme(&[rule("base", PER_EURO)]),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 lines=A:40.00*4;B:7.00;A:3.00 -> earned(amount=50)
         reverse a activity=S-1 lines=0*1 -> reversed(taken=10)
         reverse a activity=S-1 lines=A:5.00 -> reversed(taken=5)
         reverse a activity=S-1 lines=0:25.01 -> !exceeds_activity
         reverse a activity=S-1 lines=0*3.1 -> !exceeds_activity
         reverse a activity=S-1 lines=0:0.001 -> !invalid_amount
         reverse a activity=S-1 lines=0:0.00 -> !invalid_amount
         reverse a activity=S-1 lines=0*0 -> !invalid_amount
         reverse a activity=S-1 lines=3 -> !exceeds_activity
         reverse a activity=S-1 lines=C -> !exceeds_activity
         reverse a activity=S-1 lines=A;A:1.00 -> reversed(taken=26)
         reverse a activity=S-1 lines=0 -> !exceeds_activity
         reverse a activity=S-1 lines=A;B -> reversed(taken=9)
         reverse a activity=S-1 lines=B -> !exceeds_activity
         reverse a activity=S-1 -> !exceeds_activity
         balance a points available=0 reversed=50 debt=0",
    );
}

#[test]
fn r_rev_1_an_activity_without_lines_has_none_to_reverse() {
    check(
        &programme(&[rule("base", &format!("{PER_EURO}\n{AGAIN}"))]),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 spend=10.00 -> earned
         reverse a activity=S-1 lines=0 -> !exceeds_activity
         reverse a activity=S-2 lines=0 -> !unknown_activity",
    );
}

#[test]
fn r_rev_1_by_lines_every_rule_is_asked_again() {
    check(
        &programme(&[
            rule("base", PER_EURO),
            rule("big", "fixed = 100\nwhen = { min_spend = \"50.00\" }"),
            rule("each", "fixed = 5\nper_line = true\nlines = { only = { sku = \"A\" } }"),
        ]),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 lines=A:40.00*4;B:20.00 -> earned(amount=60) earned(amount=100) earned(amount=20)
         reverse a activity=S-1 lines=0*1 -> reversed(taken=15)
         reverse a activity=S-1 lines=B:0.01 -> reversed(taken=101)
         reverse a activity=S-1 amount=1.00 -> nothing
         reverse a activity=S-1 lines=A -> reversed(taken=45)
         reverse a activity=S-1 -> reversed(taken=19)
         balance a points available=0 reversed=180",
    );
}

#[test]
fn r_rev_1_money_is_taken_in_proportion_or_the_rules_are_asked_again() {
    check(
        &programme(&[
            rule("base", PER_EURO),
            rule("big", &format!("fixed = 100\nwhen = {{ min_spend = \"50.00\" }}\n{AGAIN}")),
            rule("fixed", "fixed = 10"),
        ]),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 spend=100.00 -> earned(amount=100) earned(amount=100) earned(amount=10)
         reverse a activity=S-1 amount=50.00 -> reversed(taken=55)
         reverse a activity=S-1 amount=0.01 -> reversed(taken=100)
         reverse a activity=S-1 amount=49.99 -> reversed(taken=55)
         balance a points available=0 reversed=210",
    );
}

#[test]
fn r_rev_1_money_is_spread_over_the_lines_in_proportion() {
    check(
        &programme(&[rule(
            "a",
            &format!("{PER_EURO}\nlines = {{ only = {{ sku = \"A\" }} }}\n{AGAIN}"),
        )]),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 lines=A:30.00;B:70.00 -> earned(amount=30)
         reverse a activity=S-1 amount=50.00 -> reversed(taken=15)
         reverse a activity=S-1 lines=A:15.01 -> !exceeds_activity
         reverse a activity=S-1 lines=B -> nothing
         reverse a activity=S-1 amount=15.00 -> reversed(taken=15)",
    );
}

#[test]
fn r_rev_1_a_claim_that_falls_away_gives_no_more_to_others() {
    check(
        &programme(&[
            rule(
                "claims",
                "fixed = 50\nlines = { only = { sku = \"A\" } }\nclaims = true\npriority = 1\nwhen = { min_spend = \"100.00\" }",
            ),
            rule("base", PER_EURO),
        ]),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 lines=A:80.00;B:20.00 -> earned(rule=claims,amount=50) earned(rule=base,amount=20)
         reverse a activity=S-1 lines=B:5.00 -> reversed(taken=50)
         balance a points available=20",
    );
}

#[test]
fn r_rev_1_the_context_is_that_of_then() {
    check(
        &format!(
            "units.points = {{ max_balance = 500 }}
             tiers = [{{ id = \"blue\" }}, {{ id = \"gold\" }}]
             {}
             {}
             [[multiplier]]
             id = \"gold\"
             unit = \"points\"
             on = [\"stay\"]
             factor = {{ blue = 2, gold = 5 }}
             [[multiplier]]
             id = \"welcome\"
             unit = \"points\"
             on = [\"stay\"]
             factor = 3
             when = {{ first = true }}",
            rule(
                "base",
                &format!("{PER_EURO}\n{AGAIN}\nlimit = [{{ amount = 400, per = \"month\" }}]")
            ),
            rule(
                "app",
                &format!(
                    "fixed = 7\n{AGAIN}\nwhen = {{ attributes = {{ channel = [\"app\"] }}, first = true }}"
                )
            ),
        ),
        "@2026-01-01
         enrol a tier=blue attributes.channel=app
         record a kind=stay ref=S-1 spend=50.00 -> earned(amount=300) earned(rule=app,amount=7)
         @2026-01-02
         assign_tier a tier=gold reason=x
         record a kind=stay ref=S-2 spend=150.00 -> earned(amount=100,breakdown.cuts.limit=650)
         reverse a activity=S-1 amount=10.00 -> reversed(taken=60)
         reverse a activity=S-2 amount=130.00 -> nothing
         reverse a activity=S-2 amount=5.00 -> reversed(taken=25)
         reverse a activity=S-1 amount=39.99 -> reversed(taken=240)
         reverse a activity=S-1 -> reversed(taken=7)
         reverse a activity=S-2 -> reversed(taken=75)",
    );
}

#[test]
fn r_rev_1_the_room_of_max_balance_is_shared_again_in_order() {
    check(
        &format!(
            "units.points = {{ max_balance = 100 }}\n{}{}",
            rule("one", &format!("rate = {{ per = \"1.00\", earn = \"3/5\" }}\n{AGAIN}")),
            rule("two", &format!("rate = {{ per = \"1.00\", earn = \"3/5\" }}\n{AGAIN}"))
        ),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 spend=100.00 -> earned(amount=60) earned(amount=40,breakdown.cuts.max_balance=20)
         reverse a activity=S-1 amount=20.00 -> reversed(taken=12)
         reverse a activity=S-1 amount=30.00 -> reversed(taken=28)
         balance a points available=60",
    );
}

/// Rules that see lines, money, quantities and turns, with limits, a budget and a greatest balance.
fn everything() -> String {
    let units = "units.points = { max_balance = 900 }\nunits.extra = { decimals = 2 }\n";
    let rules = [
        rule("base", &format!("{PER_EURO}\nlimit = [{{ amount = 150, per = \"day\" }}]")),
        rule("a", &format!("{PER_EURO}\nlines = {{ only = {{ sku = \"A\" }} }}\n{AGAIN}\nbudget = 400")),
        rule("each", "fixed = 7\nper_line = true\nlines = { except = { sku = \"B\" } }\nclaims = true\npriority = 1"),
        rule("turn", &format!("fixed = 20\n{AGAIN}\nwhen = {{ every = 2, min_spend = \"10.00\" }}")),
        "[[earn]]\nid = \"third\"\nunit = \"extra\"\non = [\"stay\"]\nrate = { per = \"3.00\", earn = \"1\" }\nrounding = \"half-even\"\non_reversal = \"re-evaluate\"\n".to_owned(),
        "[[multiplier]]\nid = \"m\"\nunit = \"extra\"\non = [\"stay\"]\nfactor = \"3/2\"\nlines = { only = { sku = \"B\" } }\n".to_owned(),
    ];
    format!("{units}{}", rules.join(""))
}

fn bill() -> impl Strategy<Value = String> {
    let sku = prop_oneof![Just("A"), Just("B"), Just("C")];
    let line = (sku, -300..6000_i64, 1..4_u32).prop_map(|(sku, cents, quantity)| {
        let (sign, cents) = (if cents < 0 { "-" } else { "" }, cents.abs());
        format!("{sku}:{sign}{}.{:02}*{quantity}", cents / 100, cents % 100)
    });
    let lines = vec(line, 1..5).prop_map(|lines| format!("lines={}", lines.join(";")));
    let spend =
        (0..15_000_i64).prop_map(|cents| format!("spend={}.{:02}", cents / 100, cents % 100));
    prop_oneof![
        1 => spend.clone(),
        2 => lines.clone(),
        1 => (lines, spend).prop_map(|(lines, spend)| format!("{lines} {spend}")),
    ]
}

fn part() -> impl Strategy<Value = String> {
    let cents = (1..4000_i64).prop_map(|cents| format!("{}.{:02}", cents / 100, cents % 100));
    let line = prop_oneof![Just("0"), Just("1"), Just("A"), Just("B"), Just("C")];
    let of_line = (
        line,
        prop_oneof![
            Just(String::new()),
            Just("*1".to_owned()),
            cents.clone().prop_map(|c| format!(":{c}"))
        ],
    );
    prop_oneof![
        2 => cents.prop_map(|cents| format!("amount={cents}")),
        3 => of_line.prop_map(|(line, part)| format!("lines={line}{part}")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// R-REV-1: never more in total than was given, whatever is reversed in which parts; and a full
    /// reversal takes the rest. Every command is judged twice and audited by the ledger.
    #[test]
    fn r_rev_1_the_parts_of_any_reversal_add_up(
        bills in vec(bill(), 1..4),
        parts in vec((0..3_usize, part()), 0..8),
    ) {
        let mut script = vec!["@2026-01-01".to_owned(), "enrol a".to_owned()];
        for (number, bill) in bills.iter().enumerate() {
            script.push(format!("record a kind=stay ref=S-{number} {bill} -> ?"));
        }
        for (number, part) in &parts {
            script.push(format!("reverse a activity=S-{number} {part} -> ?"));
        }
        for number in 0..bills.len() {
            script.push(format!("reverse a activity=S-{number} -> ?"));
        }
        let script = script.join("\n");
        let ledger = run(&everything(), &script);
        let member = ledger.member("a");
        for figures in member.units() {
            prop_assert_eq!(figures.balance(), 0, "{}", script);
            prop_assert_eq!(figures.debt, 0);
        }
        prop_assert_eq!(&ledger.pools, &Pools::default());
    }
}
