//! What is said about a faulty earn rule, and where.

use super::*;

#[test]
fn earn_rules() {
    check_in(
        "earn",
        r#"id = "r", unit = "points", on = ["stay"]"#,
        &["7:9: earn[0]: missing key, expected one of `rate`, `fixed`"],
    );
    check_in(
        "earn",
        r#"unit = "points", on = ["stay"], fixed = 1"#,
        &["7:9: earn[0].id: missing key"],
    );
    check_in("earn", r#"id = "r", on = ["stay"], fixed = 1"#, &["7:9: earn[0].unit: missing key"]);
    check_in("earn", r#"id = "r", unit = "points", fixed = 1"#, &["7:9: earn[0].on: missing key"]);
    check_in(
        "earn",
        r#"id = "r", unit = "stars", on = [], fixed = "1.5""#,
        &[
            r#"7:28: earn[0].unit: the unit "stars" is not declared"#,
            "7:42: earn[0].on: an empty list, expected at least one item",
        ],
    );
    check_in(
        "earn",
        r#"id = "r", unit = "point", on = ["a", "a"], fixed = 0"#,
        &[
            r#"7:28: earn[0].unit: the unit "point" is not declared, did you mean "points"?"#,
            r#"7:48: earn[0].on[1]: "a" stands in the list already"#,
            "7:62: earn[0].fixed: 0 is not above zero",
        ],
    );
    check_in(
        "earn",
        r#"id = "", unit = 5, on = "stay", fixed = -1"#,
        &[
            r#"7:16: earn[0].id: "" is not a name of 1 to 128 bytes"#,
            "7:27: earn[0].unit: 5 is not a text",
            r#"7:35: earn[0].on: "stay" is not a list of names"#,
            "7:51: earn[0].fixed: -1 is not above zero",
        ],
    );
    check_in(
        "earn",
        "id = \"r\\n\", unit = \"points\", on = [\" stay\"], fixed = true",
        &[
            "7:16: earn[0].id: \"r\\n\" is not a name without control…",
            r#"7:46: earn[0].on[0]: " stay" is not a name without control…"#,
            "7:64: earn[0].fixed: true is not a number",
        ],
    );
    check_in(
        "earn",
        r#"id = 5, unit = "points", on = [5], fixed = 1.5"#,
        &[
            "7:16: earn[0].id: 5 is not a text",
            "7:42: earn[0].on[0]: 5 is not a text",
            r#"7:54: earn[0].fixed: 1.5 is a float and not exact: write it as a text, "1.5""#,
        ],
    );
    check_in(
        "earn",
        r#"id = "r", unit = "points", on = ["stay"], fixed = 1 }, { id = "r", unit = "points", on = ["stay"], fixed = 1"#,
        &[r#"7:73: earn[1].id: "r" is given twice, first in earn[0].id"#],
    );
}

#[test]
fn fixed_amounts_and_other_keys() {
    check_earn(
        r#"fixed = "1e3""#,
        &[r#"7:61: earn[0].fixed: "1e3" is not a decimal number such as…"#],
    );
    check_earn(
        r#"fixed = "9223372036854775808""#,
        &["7:61: earn[0].fixed: 9223372036854775808 does not fit a 64-bit count of steps"],
    );
    check_earn(
        "fixed = 99999999999999999999",
        &["7:61: earn[0].fixed: 99999999999999999999 is not a whole number from -92…"],
    );
    check_earn(
        r#"fixed = 1, rounding = "nearest""#,
        &[
            r#"7:75: earn[0].rounding: "nearest" is not one of "down", "up", "half-up", "half-even""#,
        ],
    );
    check_earn(
        r#"fixed = 1, expiry = { after = "0 days" }, pending = "x", title = 1"#,
        &[
            r#"7:83: earn[0].expiry.after: a lot would be dead at birth after "0 days""#,
            r#"7:105: earn[0].pending: "x" is not a duration such as…"#,
            "7:118: earn[0].title: 1 is not a text or a table of texts by language",
        ],
    );
    check_earn("fixed = 1, bonus = 1", &["7:64: earn[0].bonus: unknown key, expected one of …"]);
    check_earn(
        "fixd = 1",
        &[
            "7:9: earn[0]: missing key, expected one of `rate`, `fixed`",
            "7:53: earn[0].fixd: unknown key (did you mean `fixed`?), expected one of …",
        ],
    );
}

#[test]
fn rates() {
    check_earn(
        r#"fixed = 1, rate = { per = "1", earn = "1" }"#,
        &["7:53: earn[0].fixed: `rate` and `fixed` exclude each other, expected only one of them"],
    );
    check_earn(r#"rate = "1""#, &[r#"7:60: earn[0].rate: "1" is not a table"#]);
    check_earn(
        "rate = {}",
        &["7:60: earn[0].rate.per: missing key", "7:60: earn[0].rate.earn: missing key"],
    );
    check_earn(
        r#"rate = { per = "0", earn = "0" }"#,
        &[
            r#"7:68: earn[0].rate.per: "0" is not above zero"#,
            r#"7:80: earn[0].rate.earn: "0" is not above zero"#,
        ],
    );
    check_earn(
        r#"rate = { per = "1.005", earn = "-1" }"#,
        &[
            "7:68: earn[0].rate.per: 1.005 has more decimals than EUR, expected at most 2",
            r#"7:84: earn[0].rate.earn: "-1" is not above zero"#,
        ],
    );
    check_earn(
        r#"rate = { per = "1.00 USD", earn = "1/0" }"#,
        &[
            r#"7:68: earn[0].rate.per: "USD" is not the programme's currency, expected EUR"#,
            r#"7:87: earn[0].rate.earn: "1/0" is not a rational number such as "1.5" or "9/10""#,
        ],
    );
    check_earn(
        r#"rate = { per = "1.00 EUR", earn = "1", steps = "half" }"#,
        &[r#"7:100: earn[0].rate.steps: "half" is not one of "exact", "whole""#],
    );
    check_earn(
        r#"rate = { per = "10  km", earn = 0.5 }"#,
        &[
            r#"7:68: earn[0].rate.per: " km" is not a name without control…"#,
            r#"7:85: earn[0].rate.earn: 0.5 is a float and not exact: write it as a text, "0.5""#,
        ],
    );
    check_earn(
        r#"rate = { per = "km", earn = "1" }"#,
        &[r#"7:68: earn[0].rate.per: "km" is not a decimal number such as…"#],
    );
    check_earn(
        r#"rate = { per = "0 km", earn = "1", max = 5 }"#,
        &[
            r#"7:68: earn[0].rate.per: "0 km" is not above zero"#,
            "7:88: earn[0].rate.max: unknown key, expected one of `per`, `earn`, `steps`",
        ],
    );
    check_earn(
        r#"rate = { per = "1 ", earn = "1" }"#,
        &[r#"7:68: earn[0].rate.per: "" is not a name of 1 to 128 bytes"#],
    );
}

#[test]
fn conditions() {
    check_earn("fixed = 1, when = 5", &["7:71: earn[0].when: 5 is not a table"]);
    check_earn(
        r#"fixed = 1, when = { from = "2024-05-01", until = "2024-05-01" }"#,
        &[
            r#"7:102: earn[0].when.until: the window is empty: "2024-05-01" is not later than `from`"#,
        ],
    );
    check_earn(
        r#"fixed = 1, when = { from = "2024-5-1", until = "tomorrow" }"#,
        &[
            r#"7:80: earn[0].when.from: "2024-5-1" is not a date such as 2018-02-01, or a date and time"#,
            r#"7:100: earn[0].when.until: "tomorrow" is not a date such as 2018-02-01, or a date and time"#,
        ],
    );
    check_earn(
        "fixed = 1, when = { from = 5, until = 12:00:00 }",
        &[
            "7:80: earn[0].when.from: 5 is not a date such as 2018-02-01, or a date and time",
            "7:91: earn[0].when.until: 12:00:00 is not a date such as 2018-02-01, or a date and time",
        ],
    );
    check_earn(
        r#"fixed = 1, when = { from = "0000-01-01", until = "2024-02-30" }"#,
        &[
            r#"7:80: earn[0].when.from: "0000-01-01" is not in the years 1 to 9999"#,
            r#"7:102: earn[0].when.until: "2024-02-30" is not a date such as 2018-02-01, or a date and time"#,
        ],
    );
    check_earn(
        "fixed = 1, when = { tier = [] }",
        &["7:80: earn[0].when.tier: an empty list, expected at least one item"],
    );
    check_earn(
        r#"fixed = 1, when = { tier = ["gold", "siver"] }"#,
        &[
            r#"7:81: earn[0].when.tier[0]: the tier "gold" is not declared"#,
            r#"7:89: earn[0].when.tier[1]: the tier "siver" is not declared, did you mean "silver"?"#,
        ],
    );
    check_earn(
        r#"fixed = 1, when = { tier = "blue", segment = ["x"] }"#,
        &[
            r#"7:80: earn[0].when.tier: "blue" is not a list of names"#,
            "7:88: earn[0].when.segment: unknown key, expected one of `from`, `until`, `tier`, …",
        ],
    );
    check_earn(
        r#"fixed = 1, when = { tier = ["blue", "blue"] }"#,
        &[r#"7:89: earn[0].when.tier[1]: "blue" stands in the list already"#],
    );
}

#[test]
fn a_missing_key_is_missing_where_its_table_begins() {
    check_top(
        "[units.points]\n[[earn]]\nfixed = 1\nunit = \"points\"\non = [\"stay\"]\n\n[[earn]]\nid = \"r\"",
        &[
            "5:1: earn[0].id: missing key",
            "10:1: earn[1].unit: missing key",
            "10:1: earn[1].on: missing key",
            "10:1: earn[1]: missing key, expected one of `rate`, `fixed`",
        ],
    );
}

#[test]
fn conditions_on_the_activity() {
    check_earn(
        r#"fixed = 1, when = { min_spend = "5.00", max_spend = "4.99", min_quantity = { nights = "x" } }"#,
        &[
            r#"7:105: earn[0].when.max_spend: "4.99" is below `min_spend`"#,
            r#"7:139: earn[0].when.min_quantity.nights: "x" is not a rational number such as "1.5" or "9/10""#,
        ],
    );
    check_earn(
        r#"fixed = 1, when = { months = [0, 13], weekdays = ["sunday"], birthday_month = 1 }"#,
        &[
            "7:83: earn[0].when.months[0]: 0 is not a whole number from 1 to 12",
            "7:86: earn[0].when.months[1]: 13 is not a whole number from 1 to 12",
            r#"7:103: earn[0].when.weekdays[0]: "sunday" is not one of "mon", "tue", "wed", "thu", "fri", "sat", "sun""#,
            "7:131: earn[0].when.birthday_month: 1 is not `true` or `false`",
        ],
    );
    check_earn(
        "fixed = 1, when = { attributes = {}, absent = [] }",
        &[
            "7:86: earn[0].when.attributes: an empty table, expected at least one name",
            "7:99: earn[0].when.absent: an empty list, expected at least one item",
        ],
    );
}

#[test]
fn lines_claims_and_deadlines() {
    check_earn(
        "fixed = 1, lines = {}",
        &["7:72: earn[0].lines: it names no line, expected `only` or `except`"],
    );
    check_earn(
        r#"rate = { per = "1 nights", earn = 1 }, lines = { only = { sku = "A" } }"#,
        &[
            "7:100: earn[0].lines: a quantity of the whole activity (\"nights\") does not go with `lines`, only the lines' own (\"1 quantity\")",
        ],
    );
    check_earn(
        r#"rate = { per = "1.00", earn = 1 }, per_line = true, claims = "yes""#,
        &[
            "7:88: earn[0].per_line: goes with `fixed` only",
            r#"7:114: earn[0].claims: "yes" is not `true` or `false`"#,
        ],
    );
    check_earn(
        r#"fixed = 1, stack = "best", deadline = { within = "0 hours" }"#,
        &[
            r#"7:72: earn[0].stack: "best" is not "exclusive""#,
            "7:91: earn[0].deadline.after: missing key",
            r#"7:102: earn[0].deadline.within: "0 hours" is not longer than no time at all"#,
        ],
    );
}

#[test]
fn rules_that_can_never_fire() {
    let hidden = r#"fixed = 1, stop = true }, { id = "s", unit = "n", on = ["stay"], fixed = 1"#;
    check_earn(hidden, &[r#"7:79: earn[1]: it can never fire: "r" always comes before it"#]);
    check_earn(
        r#"fixed = 1 }, { id = "s", unit = "points", on = ["stay"], fixed = 1, priority = 1, stack = "exclusive""#,
        &[r#"7:9: earn[0]: it can never fire: "s" always comes before it"#],
    );
    for reached in [
        r#"fixed = 1, stack = "exclusive" }, { id = "s", unit = "n", on = ["stay"], fixed = 1"#,
        r#"fixed = 1, stop = true }, { id = "s", unit = "n", on = ["stay", "walk"], fixed = 1"#,
        r#"fixed = 1, stop = true, when = { months = [1] } }, { id = "s", unit = "n", on = ["stay"], fixed = 1"#,
    ] {
        good(&format!(
            "{HEADER}{DECLARED}earn = [{{ id = \"r\", unit = \"points\", on = [\"stay\"], {reached} }}]"
        ));
    }
}
