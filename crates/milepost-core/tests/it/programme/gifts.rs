//! Rewards, promises, roles and referrals: their faults.

use super::*;

/// Checks the faults of a reward, in line 7 after the keys it has to have.
fn check_reward(body: &str, expected: &[&str]) {
    check_in("rewards", &format!("id = \"r\", unit = \"points\", {body}"), expected);
}

#[test]
fn a_reward_has_one_price() {
    check_reward(
        r#"cost = 5, money = { per = 1, value = "1" }"#,
        &[
            "7:41: rewards[0].cost: `money` and `cost` exclude each other, expected only one of them",
        ],
    );
    check_reward(
        "cost = 5, min = 1, multiple_of = 2, max_share_of_order = \"1%\"",
        &[
            "7:51: rewards[0].min: goes with `money` only",
            "7:60: rewards[0].multiple_of: goes with `money` only",
            "7:77: rewards[0].max_share_of_order: goes with `money` only",
        ],
    );
    check_reward(
        r#"cost = { gold = 1, blue = "0" }"#,
        &[
            r#"7:57: rewards[0].cost.gold: the tier "gold" is not declared"#,
            r#"7:67: rewards[0].cost.blue: "0" is not above zero"#,
        ],
    );
}

#[test]
fn minimum_stock_and_limits_of_a_reward() {
    let money = r#"money = { per = 1, value = "1" }"#;
    check_reward(
        &format!(r#"{money}, min = "1.5", max_share_of_order = "50""#),
        &[
            "7:81: rewards[0].min: 1.5 has more decimals than the unit, expected at most 0",
            r#"7:109: rewards[0].max_share_of_order: "50" is not a share such as "50%""#,
        ],
    );
    check_reward(
        "cost = 5, stock = 0",
        &["7:59: rewards[0].stock: 0 is not a whole number from 1…"],
    );
    check_reward(
        r#"cost = 5, limit = [{ count = 1, per = "activity" }, { per = "day" }, { count = 0, amount = 1, per = "90 days" }]"#,
        &[
            r#"7:79: rewards[0].limit[0].per: "activity" is not one of "day", "week", "month"…"#,
            "7:93: rewards[0].limit[1]: missing key, expected one of `amount`, `count`",
            "7:112: rewards[0].limit[2].count: `amount` and `count` exclude each other…",
            "7:120: rewards[0].limit[2].count: 0 is not a whole number from 1…",
            r#"7:141: rewards[0].limit[2].per: "90 days" is not one of "day", "week", "month"…"#,
        ],
    );
}

#[test]
fn grants_of_a_reward() {
    check_reward("cost = 5, grants = []", &["7:60: rewards[0].grants: an empty list…"]);
    check_reward(
        r#"cost = 5, grants = [{ unit = "point", amount = 1 }, { unit = "points" }]"#,
        &[
            r#"7:70: rewards[0].grants[0].unit: the unit "point" is not declared, did you mean "points"?"#,
            "7:93: rewards[0].grants[1].amount: missing key",
        ],
    );
}

#[test]
fn partners() {
    check_reward(
        r#"partner = { name = "sky", per = 3, gives = "mile" }"#,
        &[
            r#"7:84: rewards[0].partner.gives: "mile" is not so much of something, such as "1 mile""#,
        ],
    );
    check_reward(
        r#"partner = { per = 0, gives = "0 mile", min = 5 }"#,
        &[
            "7:51: rewards[0].partner.name: missing key",
            "7:59: rewards[0].partner.per: 0 is not above zero",
            r#"7:70: rewards[0].partner.gives: "0 mile" is not above zero"#,
            "7:80: rewards[0].partner.min: unknown key…",
        ],
    );
}

/// Checks the faults of a promise, in line 7.
fn check_promise(body: &str, expected: &[&str]) {
    check_in("compensation", &format!("cause = \"c\", {body}"), expected);
}

#[test]
fn promises() {
    check_in(
        "compensation",
        "approval_above = 5",
        &[
            "7:17: compensation[0].cause: missing key",
            "7:17: compensation[0]: missing key, expected one of `grants`, `basis`",
        ],
    );
    let grants = r#"grants = [{ unit = "points", amount = 5 }]"#;
    check_in(
        "compensation",
        &format!(r#"cause = "c", {grants} }}, {{ cause = "c", {grants}"#),
        &[r#"7:88: compensation[1].cause: "c" is given twice, first in compensation[0].cause"#],
    );
    check_promise(
        &format!(r#"{grants}, budget = {{ amount = "0.5", per = "membership-year" }}"#),
        &[
            "7:96: compensation[0].budget.amount: 0.5 has more decimals than the unit…",
            r#"7:109: compensation[0].budget.per: "membership-year" is not one of "day"…"#,
        ],
    );
    check_promise(
        &format!(
            r#"{grants}, limit = [{{ count = 1, per = "year" }}], respond_within = "0 hours""#
        ),
        &[
            r#"7:104: compensation[0].limit[0].per: "year" is not a duration…"#,
            r#"7:132: compensation[0].respond_within: "0 hours" is not longer…"#,
        ],
    );
}

#[test]
fn bases_of_promises() {
    check_promise(
        r#"basis = { share_of_spend = "10", unit = "points", per = "0", min = 5, max = 4 }"#,
        &[
            r#"7:59: compensation[0].basis.share_of_spend: "10" is not a share such as "50%""#,
            r#"7:88: compensation[0].basis.per: "0" is not above zero"#,
            "7:108: compensation[0].basis.max: 4 is below `min`",
        ],
    );
}

#[test]
fn roles() {
    check_top("[roles]", &["4:1: roles: an empty table: nobody could do anything"]);
    check_top("[roles.a]", &["4:1: roles.a.may: missing key"]);
    check_top(
        "units.points = {}\n[roles.a]\nmay = [\"redem\"]\nup_to = { point = 1, points = \"0\" }\napproves = [\"grant\"]",
        &[
            r#"6:8: roles.a.may[0]: "redem" is not a command, did you mean "redeem"?"#,
            r#"7:19: roles.a.up_to.point: the unit "point" is not declared, did you mean "points"?"#,
            r#"7:31: roles.a.up_to.points: "0" is not above zero"#,
        ],
    );
    check_top(
        "[roles.a]\nmay = [\"grant\"]\nneeds_approval = [\"debit\"]",
        &["6:18: roles.a.needs_approval: names a command that the role may not do at all"],
    );
}

#[test]
fn discretion_names_declared_roles() {
    let promise = r#"[[compensation]]
cause = "c"
grants = [{ unit = "points", amount = 5 }]
discretion = { amount = 5, roles = ["agnt"] }
"#;
    good(&format!("{HEADER}units.points = {{}}\n{promise}"));
    check(
        &format!("{HEADER}units.points = {{}}\n{promise}[roles.agent]\nmay = [\"*\"]"),
        &[
            r#"8:37: compensation[0].discretion.roles[0]: the role "agnt" is not declared, did you mean "agent"?"#,
        ],
    );
}

#[test]
fn referrals() {
    check_top(
        "[referral]\nwithin = \"0 days\"",
        &[
            "4:1: referral.on: missing key",
            "4:1: referral: missing key, expected one of `referrer`, `friend`",
            r#"5:10: referral.within: "0 days" is not longer than no time at all"#,
        ],
    );
    check_top(
        "units.p = {}\n[referral]\non = \"stay\"\nfriend = [{ unit = \"p\", amount = 1 }]\n\
         limit = { amount = 5, per = \"month\" }",
        &["8:9: referral.limit.count: missing key", "8:11: referral.limit.amount: unknown key…"],
    );
}

#[test]
fn each_kind_of_limit_says_what_it_expects() {
    check_reward(
        "cost = 5, limit = { count = 1, per = \"day\" }",
        &[
            r#"7:59: rewards[0].limit: a table is not a list of limits such as { count = 2, per = "year" }"#,
        ],
    );
    check_reward(
        "cost = 5, limit = [{ count = 1, per = \"quarter\" }]",
        &[
            r#"7:79: rewards[0].limit[0].per: "quarter" is not one of "day", "week", "month", "year", "membership-year", "ever""#,
        ],
    );
    let grants = r#"grants = [{ unit = "points", amount = 5 }]"#;
    check_promise(
        &format!("{grants}, limit = 2, budget = {{ amount = 1, per = \"activity\" }}"),
        &[
            r#"7:84: compensation[0].limit: 2 is not a list of limits such as { count = 2, per = "90 days" }"#,
            r#"7:116: compensation[0].budget.per: "activity" is not one of "day", "week", "month", "year", "ever""#,
        ],
    );
    let referral =
        "units.p = {}\n[referral]\non = \"stay\"\nfriend = [{ unit = \"p\", amount = 1 }]\n";
    check_top(
        &format!("{referral}limit = 2"),
        &[r#"8:9: referral.limit: 2 is not a limit such as { count = 10, per = "month" }"#],
    );
    check_top(
        &format!("{referral}limit = [{{ count = 1, per = \"activity\" }}, 2]"),
        &[
            r#"8:29: referral.limit[0].per: "activity" is not one of "day", "week", "month", "year", "membership-year", "ever""#,
            "8:43: referral.limit[1]: 2 is not a table",
        ],
    );
}

#[test]
fn lists_without_limits_are_no_fault_of_rewards_promises_and_referrals() {
    let grants = r#"grants = [{ unit = "points", amount = 5 }]"#;
    let programme = good(&format!(
        "{HEADER}{DECLARED}rewards = [{{ id = \"r\", unit = \"points\", cost = 5, limit = [] }}]\n\
         compensation = [{{ cause = \"c\", {grants}, limit = [] }}]\n\
         referral = {{ on = \"stay\", friend = [{{ unit = \"points\", amount = 1 }}], limit = [] }}"
    ));
    assert_eq!(programme.rewards[0].limits, []);
    assert_eq!(programme.compensation[0].limits, []);
    assert_eq!(programme.referral.unwrap().limits, []);
}
