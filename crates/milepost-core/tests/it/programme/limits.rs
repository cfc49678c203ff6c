//! Limits, budgets, turns and `max_balance`: what they mean, and what is said about faulty ones.

use milepost_core::programme::*;
use milepost_core::time::Period;

use super::*;

#[test]
fn what_limits_mean() {
    let programme = good(FULL);
    let rule = |name: &str| programme.earn.iter().find(|rule| &*rule.name == name).unwrap();
    let (spent, night) = (rule("spent"), rule("night"));
    assert_eq!(
        spent.limits,
        [
            Limit { most: Most::Amount(30_000), per: None },
            Limit { most: Most::Count(1), per: Some(LimitPeriod::MembershipYear) },
        ]
    );
    assert_eq!((spent.budget, night.budget), (Some(1_000_000), None));
    let periods: Vec<_> = night.limits.iter().map(|limit| limit.per).collect();
    let local = |period| Some(LimitPeriod::Local(period));
    let expected = [
        local(Period::Day),
        local(Period::Week),
        local(Period::Month),
        local(Period::Year),
        Some(LimitPeriod::Ever),
    ];
    assert_eq!(periods, expected);
    assert_eq!(spent.when.turn, Turn { first: true, nth: Some(1), every: None });
    assert_eq!(night.when.turn, Turn { first: false, nth: Some(6), every: Some(3) });
    assert_eq!(spent.on_reversal, OnReversal::Proportional);
    assert_eq!(night.on_reversal, OnReversal::ReEvaluate);
    assert_eq!(programme.units[0].max_balance, Some(100_000_000));
    assert_eq!(&*programme.multipliers[1].title.text, "Double points");
}

#[test]
fn rules_are_found_by_the_kind_that_they_look_at() {
    let programme = good(FULL);
    let names = |kind| -> Vec<&str> { programme.on(kind).earn().map(|rule| &*rule.name).collect() };
    assert_eq!(names("stay"), ["spent", "night"]);
    assert_eq!(names("train"), ["flown"]);
    assert_eq!(names("bus"), [""; 0]);
    let multipliers = |kind| programme.on(kind).multipliers().map(|(at, _)| at).collect::<Vec<_>>();
    assert_eq!((multipliers("flight"), multipliers("stay")), (vec![0, 1], vec![]));
}

#[test]
fn faulty_limits() {
    check_earn(
        r#"fixed = 1, limit = { count = 1, per = "day" }"#,
        &["7:72: earn[0].limit: a table is not a list of tables"],
    );
    check_earn(
        "fixed = 1, limit = []",
        &["7:72: earn[0].limit: an empty list, expected at least one item"],
    );
    check_earn(
        r#"fixed = 1, limit = [{ count = 0, per = "day" }, { amount = "0", per = "ever" }]"#,
        &[
            "7:83: earn[0].limit[0].count: 0 is not a whole number from 1 to 1000000000000",
            r#"7:112: earn[0].limit[1].amount: "0" is not above zero"#,
        ],
    );
    check_earn(
        r#"fixed = 1, limit = [{ count = 1 }, { per = "quarter" }]"#,
        &[
            "7:73: earn[0].limit[0].per: missing key",
            "7:88: earn[0].limit[1]: missing key, expected one of `amount`, `count`",
            r#"7:96: earn[0].limit[1].per: "quarter" is not one of "activity", "day", "week", "month", "year", "membership-year", "ever""#,
        ],
    );
    check_earn(
        r#"fixed = 1, limit = [{ count = 1, amount = 1, per = "day" }]"#,
        &[
            "7:75: earn[0].limit[0].count: `amount` and `count` exclude each other, expected only one of them",
        ],
    );
    check_earn(
        r#"fixed = 1, limit = [{ amount = "1.5", per = "day" }], budget = {}, on_reversal = 0"#,
        &[
            "7:84: earn[0].limit[0].amount: 1.5 has more decimals than the unit, expected at most 0",
            "7:116: earn[0].budget: a table is not a number",
            r#"7:134: earn[0].on_reversal: 0 is not one of "proportional", "re-evaluate""#,
        ],
    );
}

#[test]
fn turns_that_can_never_come() {
    check_earn(
        "fixed = 1, when = { first = 1, nth = 0 }",
        &[
            "7:81: earn[0].when.first: 1 is not `true` or `false`",
            "7:90: earn[0].when.nth: 0 is not a whole number from 1 to 4294967295",
        ],
    );
    check_earn(
        "fixed = 1, when = { first = true, nth = 2 }",
        &["7:93: earn[0].when.nth: the first of all is the first of its year too"],
    );
    check_earn(
        "fixed = 1, when = { nth = 5, every = 2 }",
        &["7:90: earn[0].when.every: it can never fire: 5 is no multiple of 2"],
    );
}

#[test]
fn a_balance_that_can_hold_nothing() {
    check_unit("max_balance = 0", &["4:27: units.x.max_balance: 0 is not above zero"]);
}

#[test]
fn a_list_has_at_most_65536_items() {
    let multiplier = |n: u32| {
        format!(
            "[[multiplier]]\nid = \"m{n}\"\nunit = \"points\"\non = [\"stay\"]\nfactor = \"2\"\n"
        )
    };
    let header = "name = \"A\"\ntimezone = \"UTC\"\ncurrency = \"EUR\"\n[units.points]\n";
    let with = |count| header.to_owned() + &(0..count).map(multiplier).collect::<String>();
    assert_eq!(good(&with(65_536)).on("stay").multipliers().count(), 65_536);
    let expected = "327686:6: multiplier[65536].id: the list has too many items";
    assert_eq!(parse(&with(65_537), &Symbols::default()).unwrap_err().to_string(), expected);
}
