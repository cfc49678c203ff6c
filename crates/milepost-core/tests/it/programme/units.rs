//! What is said about a faulty unit, and where.

use super::*;

#[test]
fn units() {
    check_unit("decimals = -1", &["4:24: units.x.decimals: -1 is not a whole number from 0 to 6"]);
    check_unit(
        r#"decimals = "2""#,
        &[r#"4:24: units.x.decimals: "2" is not a whole number from 0 to 6"#],
    );
    check_unit(
        "decimals = 2.0",
        &["4:24: units.x.decimals: 2.0 is not a whole number from 0 to 6"],
    );
    check_unit(
        r#"pending = "soon""#,
        &[r#"4:23: units.x.pending: "soon" is not a duration such as…"#],
    );
    check_unit("pending = 7", &["4:23: units.x.pending: 7 is not a duration such as…"]);
    check_unit(
        r#"shortfall = "debt""#,
        &[r#"4:25: units.x.shortfall: "debt" is not one of "other-lots", "forgive", "refuse""#],
    );
    check_unit(
        r#"refund_expired = "grace""#,
        &[
            r#"4:30: units.x.refund_expired: "grace" is not "expire" or a table such as { grace = "30 days" }"#,
        ],
    );
    check_unit(
        r#"refund_expired = { grace = "0 days" }"#,
        &[r#"4:40: units.x.refund_expired.grace: "0 days" is not longer than no time at all"#],
    );
    check_unit("refund_expired = {}", &["4:30: units.x.refund_expired.grace: missing key"]);
    check_unit(
        r#"hold_for = "0 minutes""#,
        &[r#"4:24: units.x.hold_for: "0 minutes" is not longer than no time at all"#],
    );
    check_unit(
        r#"hold_for = "never""#,
        &[r#"4:24: units.x.hold_for: "never" is not a duration such as…"#],
    );
    check_unit(
        "qualifing_only = true",
        &[
            "4:13: units.x.qualifing_only: unknown key (did you mean `qualifying_only`?), expected one of …",
        ],
    );
    check_unit(
        "max_balence = 5",
        &[
            "4:13: units.x.max_balence: unknown key (did you mean `max_balance`?), expected one of …",
        ],
    );
}

#[test]
fn names_of_units() {
    let long = "x".repeat(129);
    check_top("units.\"\" = {}", &["4:12: units.\"\": \"\" is not a name of 1 to 128 bytes"]);
    check_top(&format!("units.{long} = {{}}"), &[&format!("4:139: units.{long}: …")]);
    check_top(
        "units.\"a\\tb\" = {}",
        &["4:16: units.\"a\\tb\": \"a\\tb\" is not a name without …"],
    );
}

#[test]
fn titles() {
    check_unit(r#"title = """#, &[r#"4:21: units.x.title: "" is not a text of 1 to 4096 bytes"#]);
    check_unit("title = {}", &["4:21: units.x.title: an empty table holds no text"]);
    check_unit(
        r#"title = { en = "", "e n" = "x" }"#,
        &[
            r#"4:28: units.x.title.en: "" is not a text of 1 to 4096 bytes"#,
            r#"4:40: units.x.title."e n": "e n" is not a language tag such as "en""#,
        ],
    );
    check_unit(
        "title = 5",
        &["4:21: units.x.title: 5 is not a text or a table of texts by language"],
    );
}

#[test]
fn value_transfer_and_qualifying_only() {
    check_unit(r#"value = "0""#, &[r#"4:21: units.x.value: "0" is not above zero"#]);
    check_unit(
        "value = 0.01",
        &[r#"4:21: units.x.value: 0.01 is a float and not exact: write it as a text, "0.01""#],
    );
    check_unit(
        r#"value = "1/100 USD""#,
        &[r#"4:21: units.x.value: "USD" is not the programme's currency, expected EUR"#],
    );
    check_unit(
        r#"value = "0.01 eur""#,
        &[r#"4:21: units.x.value: "eur" is not the programme's currency, expected EUR"#],
    );
    check_unit(
        r#"value = "cheap""#,
        &[r#"4:21: units.x.value: "cheap" is not a rational number such as "1.5" or "9/10""#],
    );
    check_unit("transfer = true", &["4:24: units.x.transfer: true is not a table"]);
    check_unit(
        "transfer = { per_day = 0 }",
        &["4:36: units.x.transfer.per_day: 0 is not a whole number from 1 to 4294967295"],
    );
    check_unit(
        r#"transfer = { amount_per_day = "0", amount_per_year = "1.5" }"#,
        &[
            r#"4:43: units.x.transfer.amount_per_day: "0" is not above zero"#,
            "4:66: units.x.transfer.amount_per_year: 1.5 has more decimals than the unit, expected at most 0",
        ],
    );
    check_unit(
        "transfer = { per_week = 2 }",
        &["4:26: units.x.transfer.per_week: unknown key, expected one of …"],
    );
    check_unit(
        r#"qualifying_only = "yes""#,
        &[r#"4:31: units.x.qualifying_only: "yes" is not `true` or `false`"#],
    );
    check_unit(
        r#"qualifying_only = true, hold_for = "1 day", transfer = {}"#,
        &[
            "4:37: units.x.hold_for: contradicts `qualifying_only`",
            "4:57: units.x.transfer: contradicts `qualifying_only`",
        ],
    );
    check_unit(
        r#"qualifying_only = true, value = "1", refund_expired = "expire""#,
        &[
            "4:37: units.x.value: contradicts `qualifying_only`",
            "4:50: units.x.refund_expired: contradicts `qualifying_only`",
        ],
    );
}

#[test]
fn expiry_after() {
    check_unit(
        r#"expiry = "forever""#,
        &[r#"4:22: units.x.expiry: "forever" is not "never" or a table such as…"#],
    );
    check_unit(
        "expiry = 5",
        &[r#"4:22: units.x.expiry: 5 is not "never" or a table such as { after = "24 months" }"#],
    );
    check_unit(
        "expiry = {}",
        &["4:22: units.x.expiry: missing key, expected one of `after`, `on`, `inactivity`"],
    );
    check_unit(
        r#"expiry = { after = "0 days" }"#,
        &[r#"4:32: units.x.expiry.after: a lot would be dead at birth after "0 days""#],
    );
    check_unit(
        r#"expiry = { after = "1.5 days" }"#,
        &[r#"4:32: units.x.expiry.after: "1.5 days" is not a duration such as…"#],
    );
    check_unit(
        r#"expiry = { after = "1 month", round = "end-of-week" }"#,
        &[r#"4:51: units.x.expiry.round: "end-of-week" is not one of …"#],
    );
    check_unit(
        r#"expiry = { after = "1 month", on = "12-31" }"#,
        &[
            "4:43: units.x.expiry.on: `after` and `on` exclude each other, expected only one of them",
        ],
    );
    check_unit(
        r#"expiry = { after = "1 month", inactivity = "1 month", on = "12-31" }"#,
        &[
            "4:67: units.x.expiry.on: `after` and `on` exclude each other, expected only one of them",
        ],
    );
    check_unit(
        r#"expiry = { after = "1 month", after_years = 2 }"#,
        &["4:43: units.x.expiry.after_years: does not go with `after`"],
    );
    check_unit(
        r#"expiry = { after = "1 month", from = "base" }"#,
        &[r#"4:50: units.x.expiry.from: "base" is not "available""#],
    );
    check_unit(
        r#"expiry = { after = "1 month", until = 5 }"#,
        &["4:43: units.x.expiry.until: unknown key, expected one of `round`, `after`, `from`"],
    );
}

#[test]
fn expiry_on_a_day_and_by_inactivity() {
    check_unit(r#"expiry = { on = "12-31" }"#, &["4:22: units.x.expiry.after_years: missing key"]);
    check_unit(
        r#"expiry = { on = "02-30", after_years = -1 }"#,
        &[
            r#"4:29: units.x.expiry.on: "02-30" is not a day of the year such as "12-31""#,
            "4:52: units.x.expiry.after_years: -1 is not a whole number from 0 to 9999",
        ],
    );
    check_unit(
        r#"expiry = { on = "31.12.", after_years = "2" }"#,
        &[
            r#"4:29: units.x.expiry.on: "31.12." is not a day of the year such as "12-31""#,
            r#"4:53: units.x.expiry.after_years: "2" is not a whole number from 0 to 9999"#,
        ],
    );
    check_unit(
        r#"expiry = { on = "12-31", after_years = 2, round = "end-of-day" }"#,
        &["4:55: units.x.expiry.round: does not go with `on`"],
    );
    check_unit(
        r#"expiry = { inactivity = "0 days" }"#,
        &[r#"4:37: units.x.expiry.inactivity: a lot would be dead at birth after "0 days""#],
    );
    check_unit(
        r#"expiry = { inactivity = "1 year", renewed_by = [] }"#,
        &["4:60: units.x.expiry.renewed_by: an empty list, expected at least one item"],
    );
    check_unit(
        r#"expiry = { inactivity = "1 year", renewed_by = ["a", "a"] }"#,
        &[r#"4:66: units.x.expiry.renewed_by[1]: "a" stands in the list already"#],
    );
    check_unit(
        r#"expiry = { inactivity = "1 year", from = "available" }"#,
        &["4:47: units.x.expiry.from: does not go with `inactivity`"],
    );
    check_unit(
        r#"expiry = { inactivity = "1 year", round = "end-of-birth-month" }"#,
        &[r#"4:55: units.x.expiry.round: "end-of-birth-month" is not one of …"#],
    );
}
