//! What is said about a faulty multiplier, tier or reward, and where.

use super::*;

#[test]
fn multipliers() {
    check_in(
        "multiplier",
        "factor = 2",
        &[
            "7:15: multiplier[0].id: missing key",
            "7:15: multiplier[0].unit: missing key",
            "7:15: multiplier[0].on: missing key",
        ],
    );
    check_multiplier(r#"factor = "0""#, &[r#"7:68: multiplier[0].factor: "0" is not above zero"#]);
    check_multiplier(
        r#"factor = "0", lines = {}"#,
        &["7:81: multiplier[0].lines: it names no line, expected `only` or `except`"],
    );
    check_multiplier(
        r#"factor = "-1", lines = {}"#,
        &[
            r#"7:68: multiplier[0].factor: "-1" is not zero or above"#,
            "7:82: multiplier[0].lines: it names no line, expected `only` or `except`",
        ],
    );
    check_multiplier("factor = -1", &["7:68: multiplier[0].factor: -1 is not above zero"]);
    check_multiplier(
        "factor = 1.5",
        &[r#"7:68: multiplier[0].factor: 1.5 is a float and not exact: write it as a text, "1.5""#],
    );
    check_multiplier("factor = {}", &["7:68: multiplier[0].factor: an empty table names no tier"]);
    check_multiplier(
        r#"factor = { platinum = "2" }"#,
        &[r#"7:81: multiplier[0].factor.platinum: the tier "platinum" is not declared"#],
    );
    check_multiplier(
        r#"factor = { silver = "0", blue = 1.5 }"#,
        &[
            r#"7:79: multiplier[0].factor.silver: "0" is not above zero"#,
            r#"7:91: multiplier[0].factor.blue: 1.5 is a float and not exact: write it as a text, "1.5""#,
        ],
    );
    check_multiplier(
        r#"factor = { defualt = "2" }"#,
        &[r#"7:80: multiplier[0].factor.defualt: the tier "defualt" is not declared"#],
    );
    check_multiplier("factor = true", &["7:68: multiplier[0].factor: true is not a number"]);
    check_multiplier(
        r#"factor = 2, stack = "add""#,
        &[r#"7:79: multiplier[0].stack: "add" is not one of "multiply", "best", "exclusive""#],
    );
    check_multiplier(
        r#"factor = 2 }, { id = "r", unit = "points", on = ["stay"], factor = 2"#,
        &[r#"7:80: multiplier[1].id: "r" is given twice, first in multiplier[0].id"#],
    );
}

#[test]
fn rewards() {
    check_in(
        "rewards",
        r#"id = "r", money = { per = 1, value = "1" }"#,
        &["7:12: rewards[0].unit: missing key"],
    );
    check_in(
        "rewards",
        r#"id = "r", unit = "n", money = { per = 1, value = "1" }"#,
        &[r#"7:31: rewards[0].unit: "n" is `qualifying_only`: it cannot be redeemed"#],
    );
    check_in(
        "rewards",
        r#"id = "r", unit = "points""#,
        &["7:12: rewards[0]: missing key, expected one of `money`, `cost`, `partner`"],
    );
}

#[test]
fn money_of_rewards() {
    check_in(
        "rewards",
        r#"id = "r", unit = "points", money = "1""#,
        &[r#"7:49: rewards[0].money: "1" is not a table"#],
    );
    check_in(
        "rewards",
        r#"id = "r", unit = "points", money = {}"#,
        &["7:49: rewards[0].money.per: missing key", "7:49: rewards[0].money.value: missing key"],
    );
    check_in(
        "rewards",
        r#"id = "r", unit = "points", money = { per = "0", value = {}, rounding = "x" }"#,
        &[
            r#"7:57: rewards[0].money.per: "0" is not above zero"#,
            "7:70: rewards[0].money.value: an empty table names no tier",
            r#"7:85: rewards[0].money.rounding: "x" is not one of "down", "up", "half-up", "half-even""#,
        ],
    );
    check_in(
        "rewards",
        r#"id = "r", unit = "points", money = { per = "1.5", value = { gold = "1", default = "0" } }"#,
        &[
            "7:57: rewards[0].money.per: 1.5 has more decimals than the unit, expected at most 0",
            r#"7:81: rewards[0].money.value.gold: the tier "gold" is not declared"#,
            r#"7:96: rewards[0].money.value.default: "0" is not above zero"#,
        ],
    );
    check_in(
        "rewards",
        r#"id = "r", unit = "points", money = { per = 1, value = "1 USD" }, when = { tier = ["x"] }"#,
        &[
            r#"7:68: rewards[0].money.value: "USD" is not the programme's currency, expected EUR"#,
            r#"7:96: rewards[0].when.tier[0]: the tier "x" is not declared"#,
        ],
    );
    check_in(
        "rewards",
        r#"id = "r", unit = "points", money = { per = 1, value = "1", round_to = "0" }"#,
        &[r#"7:84: rewards[0].money.round_to: "0" is not above zero"#],
    );
    check_in(
        "rewards",
        r#"id = "r", unit = "points", money = { per = 1, value = "1", round_to = "0.005" }"#,
        &["7:84: rewards[0].money.round_to: 0.005 has more decimals than EUR, expected at most 2"],
    );
    check_in(
        "rewards",
        "cost = 5",
        &["7:12: rewards[0].id: missing key", "7:12: rewards[0].unit: missing key"],
    );
    check_in(
        "rewards",
        r#"id = "r", unit = "points", money = { per = 1, value = "1" } }, { id = "r", unit = "points", money = { per = 1, value = "1" }"#,
        &[r#"7:84: rewards[1].id: "r" is given twice, first in rewards[0].id"#],
    );
}

/// Checks `[tier_policy]`, which begins in line 4, under two tiers by nights.
fn check_policy(policy: &str, key: &str, reason: &str) {
    let tiers = "units.nights = { qualifying_only = true }\n\
                 tiers = [{ id = \"a\" }, { id = \"b\", qualify = [{ nights = 1 }] }]";
    let text = format!("{HEADER}tier_policy = {{ {policy} }}\n{tiers}");
    let faults = parse(&text, &Symbols::default()).unwrap_err();
    let [fault] = faults.as_slice() else { panic!("{policy}: {faults}") };
    assert_eq!((fault.line, &*fault.key), (4, key), "{policy}");
    assert!(fault.reason.contains(reason), "{policy}: {fault}");
}

#[test]
fn a_policy_has_the_combinations_of_the_table_and_no_others() {
    const YEARS: &str = "goes with the windows calendar-year and membership-year only";
    let rolling = |rest: &str| format!("window = \"rolling 30 days\", {rest}");
    check_policy(
        "valid = \"12 months\"",
        "tier_policy.valid",
        "rolling, since-tier and lifetime only",
    );
    check_policy("valid = \"while-qualified\"", "tier_policy.valid", "lifetime only");
    check_policy(&rolling("valid = \"end-of-window\""), "tier_policy.valid", YEARS);
    check_policy(
        &rolling("valid = { until = \"03-31\", after_years = 1 }"),
        "tier_policy.valid",
        YEARS,
    );
    check_policy("window = \"lifetime\"", "tier_policy", "`valid` is missing");
    let valid = |rest: &str| rolling(&format!("valid = \"1 year\", {rest}"));
    check_policy(&valid("upgrade = \"next-window\""), "tier_policy.upgrade", YEARS);
    check_policy(&valid("best_of = 2"), "tier_policy.best_of", YEARS);
    check_policy(&valid("carry = { count = \"nights\", cap = 1 }"), "tier_policy.carry", YEARS);
    check_policy(
        "valid = \"end-of-window\", upgrade = \"next-window\"",
        "tier_policy.upgrade",
        "cannot be worn",
    );
    check_policy(
        "carry = { count = \"nigths\", cap = 1 }",
        "tier_policy.carry.count",
        "did you mean",
    );
    check_policy("window = \"rolling 0 days\"", "tier_policy.window", "is not one of");
    check_policy("window = \"rolling\"", "tier_policy.window", "is not one of");
}

#[test]
fn what_a_tier_counts_is_declared() {
    check_tiers(
        r#"{ id = "a", qualify = [{ spend = "1.00" }] }"#,
        &["4:22: tiers[0].qualify: the first tier needs no qualification"],
    );
    check_tiers(
        r#"{ id = "a" }, { id = "b", qualify = [{}, { nights = 1 }, { spend = "1.001" }, { activities = "1.5" }] }"#,
        &[
            "4:47: tiers[1].qualify[0]: an empty table, expected at least one count",
            "4:62: tiers[1].qualify[1].nights: the count \"nights\" is not declared",
            "4:77: tiers[1].qualify[2].spend: 1.001 has more decimals than EUR, expected at most 2",
            "4:103: tiers[1].qualify[3].activities: 1.5 has more decimals than the unit, expected at most 0",
        ],
    );
}

#[test]
fn tiers() {
    check_tiers(
        r#"{ id = "a" }, { id = "a" }"#,
        &[r#"4:31: tiers[1].id: "a" is given twice, first in tiers[0].id"#],
    );
    check_tiers(
        r#"{ id = "default" }"#,
        &[r#"4:17: tiers[0].id: "default" stands for all other tiers"#],
    );
    check_tiers(r#"{ title = "x" }"#, &["4:10: tiers[0].id: missing key"]);
    check_tiers(
        r#"{ id = "a", qualfy = [] }"#,
        &["4:22: tiers[0].qualfy: unknown key (did you mean `qualify`?), expected one of …"],
    );
}
