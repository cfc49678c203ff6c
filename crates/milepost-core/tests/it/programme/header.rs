//! What is said about a faulty header, and where.

use super::*;

#[test]
fn all_faults_are_told_at_once() {
    check(
        include_str!("../../programmes/three-faults.toml"),
        &[
            r#"2:12: timezone: "Mars/Olympus" is not an IANA time zone such as "Europe/Lisbon""#,
            "6:12: units.points.decimals: 7 is not a whole number from 0 to 6",
            r#"10:8: earn[0].unit: the unit "point" is not declared, did you mean "points"?"#,
        ],
    );
}

#[test]
fn the_header_has_to_have_three_keys() {
    check(
        "",
        &["1:1: name: missing key", "1:1: timezone: missing key", "1:1: currency: missing key"],
    );
}

#[test]
fn what_is_not_toml_is_one_fault() {
    check_top(r#"name = "again""#, &["4:1: not TOML: duplicate key"]);
    check_top("x = ", &["4:5: not TOML: string values must be quoted, expected literal string"]);
    check_top("[units.points]\n[units.points]", &["5:8: not TOML: duplicate key"]);
    check_top("[units.points\n", &["4:14: not TOML: unclosed table, expected `]`"]);
    check_top(
        r#"personal = ["a", "b" "c"]"#,
        &["4:22: not TOML: missing comma between array elements, expected `,`"],
    );
}

#[test]
fn unknown_keys() {
    check_top(r#"colour = "red""#, &["4:1: colour: unknown key, expected one of …"]);
    check_top(
        r#"claim_windw = "1 day""#,
        &["4:1: claim_windw: unknown key (did you mean `claim_window`?), expected one of …"],
    );
}

#[test]
fn header() {
    check_top(
        r#"claim_window = "180""#,
        &[r#"4:16: claim_window: "180" is not a duration such as…"#],
    );
    check_top("claim_window = 180", &["4:16: claim_window: 180 is not a duration such as…"]);
    check_top(
        r#"order = "newest""#,
        &[r#"4:9: order: "newest" is not one of "earliest-expiry", "oldest-first""#],
    );
    check_top("order = 1", &[r#"4:9: order: 1 is not one of "earliest-expiry", "oldest-first""#]);
    check_top("on_close = true", &[r#"4:12: on_close: true is not one of "forfeit", "keep""#]);
    check_top(r#"personal = "phone""#, &[r#"4:12: personal: "phone" is not a list of names"#]);
    check_top(
        r#"personal = ["phone", "phone"]"#,
        &[r#"4:22: personal[1]: "phone" stands in the list already"#],
    );
    check_top("personal = [1]", &["4:13: personal[0]: 1 is not a text"]);
    check_top(r#"personal = [""]"#, &[r#"4:13: personal[0]: "" is not a name of 1 to 128 bytes"#]);
    check_top(
        r#"exchange = { EUR = "1" }"#,
        &["4:20: exchange.EUR: EUR is the programme's own currency and worth 1"],
    );
    check_top(
        r#"exchange = { eur = "1.47", XAU = "1" }"#,
        &[
            r#"4:20: exchange.eur: "eur" is not an ISO 4217 currency code such as EUR"#,
            r#"4:34: exchange.XAU: "XAU" is not an ISO 4217 currency code such as EUR"#,
        ],
    );
    check_top(r#"exchange = { CAD = "0" }"#, &[r#"4:20: exchange.CAD: "0" is not above zero"#]);
    check_top(
        "exchange = { CAD = 1.47 }",
        &[r#"4:20: exchange.CAD: 1.47 is a float and not exact: write it as a text, "1.47""#],
    );
    check_top(r#"exchange = { CAD = "-1" }"#, &[r#"4:20: exchange.CAD: "-1" is not above zero"#]);
}

#[test]
fn sections_of_the_wrong_type() {
    check_top("units = 5", &["4:9: units: 5 is not a table"]);
    check_top("units = [{}]", &["4:9: units: a list is not a table"]);
    check_top("earn = {}", &["4:8: earn: a table is not a list of tables"]);
    check_top("earn = [5]", &["4:9: earn[0]: 5 is not a table"]);
    check_top(r#"tiers = ["blue"]"#, &[r#"4:10: tiers[0]: "blue" is not a table"#]);
    check_top("[[units]]", &["4:1: units: a list is not a table"]);
}

#[test]
fn columns_count_characters() {
    check_top("title = { en = \"Grüße 积分\" }", &["4:1: title: unknown key, expected one of …"]);
    check_top("exchange = { \"ß\" = 1 }", &["4:20: exchange.\"ß\": \"ß\" is not an ISO 4217…"]);
    check_top("personal = [\"积分\", 5]", &["4:19: personal[1]: 5 is not a text"]);
}

#[test]
fn a_fault_has_its_parts() {
    let faults = parse("name = 5", &Symbols::default()).unwrap_err();
    assert_eq!(faults.as_slice().len(), 3);
    let last = faults.into_iter().next_back().unwrap();
    assert_eq!((last.line, last.column, last.key.as_str()), (1, 8, "name"));
    assert_eq!(last.reason, "5 is not a text or a table of texts by language");
}

#[test]
fn a_ledger_has_room_for_so_many_names() {
    let units = (0..65_535_u32).map(|unit| unit.to_string().into()).collect();
    let full = Symbols { units, ..Symbols::default() };
    assert!(parse(&format!("{HEADER}units.0 = {{}}"), &full).is_ok());
    let faults = parse(&format!("{HEADER}units.x = {{}}"), &full).unwrap_err().to_string();
    assert_eq!(faults, "4:11: units.x: the ledger has too many units");
}
