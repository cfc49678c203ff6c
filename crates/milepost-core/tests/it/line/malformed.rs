//! Lines that are no commands: which field is named, and what is said about it.

use milepost_core::line::{LineError, read_command};

/// A line must be malformed in this field, for a reason that has this in it.
fn check(text: &str, field: &str, reason: &str) {
    match read_command(text) {
        Err(LineError::Malformed { field: found, reason: said, .. }) => {
            assert_eq!(found, field, "{text}: {said}");
            assert!(said.contains(reason), "{text}: {said}");
        }
        other => panic!("{text}: {other:?}"),
    }
}

/// The same for a `record` line with this activity, whose fields stand under `activity`.
fn check_activity(fields: &str, field: &str, reason: &str) {
    let text = format!(
        r#"{{"cmd":"record","member":"a","activity":{{"kind":"stay","ref":"B-1",{fields}}}}}"#
    );
    check(&text, &format!("activity.{field}"), reason);
}

/// The same for a `grant` line with this amount.
fn check_amount(amount: &str, reason: &str) {
    let text =
        format!(r#"{{"cmd":"grant","member":"a","unit":"p","amount":{amount},"reason":"r"}}"#);
    check(&text, "amount", reason);
}

/// The same for a `redeem` line with this price.
fn check_redeem(price: &str, field: &str, reason: &str) {
    check(&format!(r#"{{"cmd":"redeem","member":"a","ref":"R-1",{price}}}"#), field, reason);
}

#[test]
fn commands() {
    check("{}", "cmd", "missing");
    check(r#"{"cmd":"fly","member":"a"}"#, "cmd", "unknown command");
    check(r#"{"cmd":7}"#, "cmd", "expected a text, found 7");
    check(r#"{"cmd":""}"#, "cmd", "1 to 128 bytes");
    check(r#"{"cmd":"Enrol","member":"a"}"#, "cmd", "unknown command");
}

#[test]
fn fields() {
    check(r#"{"cmd":"enrol"}"#, "member", "missing");
    check(r#"{"cmd":"enrol","member":"a","colour":"red"}"#, "colour", "unknown field");
    check(r#"{"cmd":"enrol","member":"a","unit":"p"}"#, "unit", "unknown field");
    check(r#"{"cmd":"enrol","member":null}"#, "member", "found null, leave the field out");
    check(r#"{"cmd":"enrol","member":"a","tier":null}"#, "tier", "found null");
    check(r#"{"cmd":"enrol","member":true}"#, "member", "expected a text, found true");
    check(r#"{"cmd":"enrol","member":["a"]}"#, "member", "expected a text, found a list");
    check(r#"{"cmd":"enrol","member":"a b"}"#, "member", "1 to 64 characters");
    check(r#"{"cmd":"enrol","member":"a","tier":""}"#, "tier", "1 to 128 bytes");
    check(r#"{"cmd":"release","member":"a","hold":""}"#, "hold", "1 to 128 bytes");
    let long = format!(r#"{{"cmd":"release","member":"a","hold":"{}"}}"#, "H".repeat(129));
    check(&long, "hold", "1 to 128 bytes");
    check(r#"{"cmd":"assign_tier","member":"a","tier":"t","reason":""}"#, "reason", "1 to 4096");
    check(r#"{"cmd":"enrol","member":"a","note":"\ud800"}"#, "note", "hex escape");
    let extend = r#"{"cmd":"extend","unit":"p","expiring_until":"2026-01-01T00:00:00Z","to":"2027-01-01T00:00:00Z""#;
    check(&format!(r#"{extend},"members":["a",5]}}"#), "members.1", "expected a text, found 5");
    check(&format!(r#"{extend},"members":"a"}}"#), "members", "expected a list, found a text");
}

#[test]
fn the_envelope() {
    check(r#"{"cmd":"enrol","member":"a","key":""}"#, "key", "1 to 64 bytes");
    check(r#"{"cmd":"enrol","member":"a","key":5}"#, "key", "expected a text");
    check(r#"{"cmd":"enrol","member":"a","at":"today"}"#, "at", "RFC 3339");
    check(r#"{"cmd":"enrol","member":"a","at":"2026-02-30T00:00:00Z"}"#, "at", "RFC 3339");
    check(r#"{"cmd":"enrol","member":"a","at":"2026-02-03T00:00:00"}"#, "at", "RFC 3339");
    check(r#"{"cmd":"enrol","member":"a","by":"alice"}"#, "by", "expected an object");
    check(r#"{"cmd":"enrol","member":"a","by":{"id":"x"}}"#, "by.role", "missing");
    check(
        r#"{"cmd":"enrol","member":"a","approved_by":{"id":"","role":"r"}}"#,
        "approved_by.id",
        "1 to 128",
    );
    check(
        r#"{"cmd":"enrol","member":"a","by":{"id":"x","role":"r","age":5}}"#,
        "by.age",
        "unknown field",
    );
    check(r#"{"cmd":"enrol","member":"a","atomic":""}"#, "atomic", "1 to 128");
    check(r#"{"cmd":"enrol","member":"a","dry_run":"true"}"#, "dry_run", "true or false");
    check(r#"{"cmd":"enrol","member":"a","dry_run":1}"#, "dry_run", "true or false, found 1");
    check(r#"{"cmd":"enrol","member":"a","note":""}"#, "note", "1 to 4096");
}

#[test]
fn r_cmd_4_a_version_is_expected_of_a_single_member() {
    let version = "expected_version";
    let advance = r#"{"cmd":"advance","to":"2026-01-01T00:00:00Z","expected_version":1}"#;
    check(advance, version, "advance concerns no single member");
    let extend = r#"{"cmd":"extend","unit":"p","expiring_until":"2026-01-01T00:00:00Z","to":"2027-01-01T00:00:00Z","members":["a"],"expected_version":1}"#;
    check(extend, version, "extend concerns no single member");
    for number in ["-1", "1.0", "4294967296", "\"1\""] {
        let text = format!(r#"{{"cmd":"enrol","member":"a","expected_version":{number}}}"#);
        check(&text, version, "whole number from 0 to 4294967295");
    }
}

#[test]
fn r_num_1_amounts_are_whole_numbers_or_decimals_in_quotes() {
    for float in ["1.5", "1e3", "1E3", "5.0", "-0.5"] {
        check_amount(float, "a whole number, or a decimal in quotes");
    }
    for text in [r#""""#, r#""+5""#, r#""1e3""#, r#"" 5""#, r#"".5""#, r#""5.""#, r#""1,5""#] {
        check_amount(text, "not a decimal number");
    }
    check_amount(&"9".repeat(60), "not a decimal number");
    check_amount("null", "found null");
    check_amount("{}", "found an object");
    check_amount("true", "found true");
}

#[test]
fn money() {
    check_activity(r#""spend":1.5"#, "spend", "a whole number, or a decimal in quotes");
    check_activity(r#""spend":["1"]"#, "spend", "found a list");
    check_activity(r#""spend":{"currency":"EUR"}"#, "spend.amount", "missing");
    check_activity(r#""spend":{"amount":"1"}"#, "spend.currency", "missing");
    check_activity(r#""spend":{"amount":"1","currency":""}"#, "spend.currency", "1 to 128");
    check_activity(r#""spend":{"amount":1.5,"currency":"EUR"}"#, "spend.amount", "whole number");
    check_activity(r#""spend":{"amount":"1","amount":"1"}"#, "spend.amount", "repeated");
    for rate in ["0", r#""0""#, r#""-1.5""#] {
        let spend = format!(r#""spend":{{"amount":"1","currency":"CNY","rate":{rate}}}"#);
        check_activity(&spend, "spend.rate", "above zero");
    }
    for rate in ["1.47", r#""a""#, "true"] {
        let spend = format!(r#""spend":{{"amount":"1","currency":"CNY","rate":{rate}}}"#);
        check_activity(&spend, "spend.rate", "rat");
    }
    let order = r#""reward":"w","order":{"amount":"1","currency":"CNY","tax":"1"}"#;
    check_redeem(order, "order.tax", "unknown field");
}

#[test]
fn activities() {
    let record =
        |activity: &str| format!(r#"{{"cmd":"record","member":"a","activity":{activity}}}"#);
    check(&record(r#""B-1""#), "activity", "expected an object, found a text");
    check(&record(r#"{"ref":"B-1"}"#), "activity.kind", "missing");
    check(&record(r#"{"kind":"stay","ref":""}"#), "activity.ref", "1 to 128");
    check_activity(r#""lines":{}"#, "lines", "expected a list");
    check_activity(r#""lines":[{"amount":"1"},{}]"#, "lines.1.amount", "missing");
    check_activity(r#""lines":[{"amount":1.5}]"#, "lines.0.amount", "whole number");
    check_activity(r#""lines":[{"amount":1,"quantity":0.5}]"#, "lines.0.quantity", "whole number");
    check_activity(r#""lines":[{"amount":1,"price":1}]"#, "lines.0.price", "unknown field");
    check_activity(r#""lines":[null]"#, "lines.0", "found null");
    let red = r#""lines":[{"amount":1,"attributes":{"color":7}}]"#;
    check_activity(red, "lines.0.attributes.color", "expected a text, found 7");
    check_activity(r#""quantities":{"nights":1.5}"#, "quantities.nights", "whole number");
    check_activity(r#""attributes":{"a":""}"#, "attributes.a", "1 to 4096");
    check_activity(r#""attributes":{"":"a"}"#, "attributes", "1 to 128");
    check_activity(r#""times":{"booked_at":"soon"}"#, "times.booked_at", "RFC 3339");
    check_activity(r#""occurred_at":1767225600"#, "occurred_at", "expected a text");
}

#[test]
fn redeeming() {
    check_redeem(r#""unit":"p""#, "amount", "missing");
    check_redeem(r#""amount":5"#, "unit", "either unit and amount, or reward");
    check_redeem(r#""unit":"p","amount":5,"reward":"w""#, "unit", "found both");
    check_redeem(r#""unit":"p","amount":5,"quantity":1"#, "quantity", "together with reward");
    check_redeem(r#""unit":"p","amount":5,"order":"1""#, "order", "together with reward");
    check_redeem(r#""reward":"w","amount":5,"quantity":1"#, "amount", "found both");
    check_redeem(r#""reward":"w","quantity":-1"#, "quantity", "a whole number from 0");
    check_redeem(r#""reward":"w","quantity":1.0"#, "quantity", "a whole number from 0");
}

#[test]
fn birth_dates() {
    let dates =
        ["1981-02-29", "1980-2-29", "0000-01-01", "19800229", "1980-13-01", "+980-01-01", "", "x"];
    for date in dates {
        let text = format!(r#"{{"cmd":"enrol","member":"a","birth_date":"{date}"}}"#);
        check(&text, "birth_date", "a date such as 1980-02-29");
    }
    check(r#"{"cmd":"enrol","member":"a","birth_date":1980}"#, "birth_date", "expected a text");
}

#[test]
fn repeated_keys_at_any_depth() {
    let repeated = "the field is repeated";
    check(r#"{"cmd":"enrol","member":"a","member":"a"}"#, "member", repeated);
    check(r#"{"cmd":"enrol","member":"a","m\u0065mber":"a"}"#, "member", repeated);
    let text = r#"{"cmd":"enrol","member":"a","attributes":{"x":"1","y":"2","x":"1"}}"#;
    check(text, "attributes.x", repeated);
    check_activity(r#""ref":"B-1""#, "ref", repeated);
    check_activity(r#""lines":[{"amount":1,"amount":1}]"#, "lines.0.amount", repeated);
    let red = r#""lines":[{"amount":1,"attributes":{"c":"1","c":"1"}}]"#;
    check_activity(red, "lines.0.attributes.c", repeated);
}

#[test]
fn what_this_version_does_not_know_yet() {
    let reason = "erase is not supported by this version of milepost yet";
    check(r#"{"cmd":"erase","member":"a"}"#, "cmd", reason);
}

/// A `reverse` with these fields must be malformed in this field.
fn check_reverse(fields: &str, field: &str, reason: &str) {
    let text = format!(r#"{{"cmd":"reverse","member":"a","activity":"B-1",{fields}}}"#);
    check(&text, field, reason);
}

#[test]
fn lines_that_are_taken_back() {
    check_reverse(r#""lines":[]"#, "lines", "expected at least one line");
    check_reverse(r#""lines":[{"line":0}],"amount":"1.00""#, "amount", "either amount or lines");
    check_reverse(r#""lines":[{}]"#, "lines.0", "expected line or sku");
    check_reverse(r#""lines":[{"line":0,"sku":"A"}]"#, "lines.0", "either line or sku");
    check_reverse(r#""lines":[{"line":-1}]"#, "lines.0.line", "whole number");
    let both = r#""lines":[{"sku":"A"},{"sku":"A","amount":1,"quantity":1}]"#;
    check_reverse(both, "lines.1", "either amount or quantity");
    check_reverse(r#""lines":[{"sku":"A","reason":"x"}]"#, "lines.0.reason", "unknown field");
}

#[test]
fn what_is_said_of_a_member_or_of_the_programme() {
    let line = |rest: &str| format!(r#"{{"cmd":{rest}}}"#);
    check(&line(r#""attributes","member":"a""#), "set", "to name an attribute");
    check(&line(r#""attributes","member":"a","set":{},"unset":[]"#), "set", "to name an attribute");
    let both = r#""attributes","member":"a","set":{"x":"1"},"unset":["y","x"]"#;
    check(&line(both), "unset", "no attribute that is set");
    check(&line(r#""attributes","member":"a","set":{"x":1}"#), "set.x", "text");
    check(&line(r#""consent","member":"a","purpose":"mail""#), "given", "missing");
    check(
        &line(r#""consent","member":"a","purpose":"mail","given":"yes""#),
        "given",
        "true or false",
    );
    check(&line(r#""close","member":"a","reason":"x""#), "reason", "unknown field");
    check(&line(r#""merge","member":"a","into":"b""#), "from", "missing");
    check(&line(r#""revise""#), "programme", "missing");
    check(&line(r#""revise","programme_file":"a.toml""#), "programme_file", "text in programme");
    let version = r#""revise","programme":"","expected_version":1"#;
    check(&line(version), "expected_version", "no single member");
}

#[test]
fn a_case_is_reversed_as_a_whole() {
    for field in [r#""activity":"B-1""#, r#""amount":"1.00""#, r#""lines":[]"#] {
        let name = field.split('"').nth(1).unwrap();
        let line = format!(r#"{{"cmd":"reverse","member":"a","case":"K-1",{field}}}"#);
        check(&line, name, "");
    }
    check(r#"{"cmd":"reverse","member":"a"}"#, "activity", "the field is missing");
}

#[test]
fn too_many_and_too_deep() {
    let list = |count: usize| vec![r#"{"amount":1}"#; count].join(",");
    check_activity(&format!(r#""lines":[{}]"#, list(4097)), "lines", "at most 4096 lines");
    let tags: Vec<String> = (0..4097).map(|tag| format!(r#""t{tag}":"x""#)).collect();
    let attributes = format!(r#""attributes":{{{}}}"#, tags.join(","));
    check_activity(&attributes, "attributes", "at most 4096 fields");
    let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
    let deep = format!(r#"{{"cmd":"enrol","member":{open}{close}}}"#);
    check(&deep, "member", "expected a text, found a list");
    let deep = format!(r#"{{"cmd":"enrol","member":"a","x":{open}{close}}}"#);
    check(&deep, "x", "unknown field");
}

#[test]
fn a_readable_key_is_answered() {
    let key_of = |text: &str| match read_command(text) {
        Err(LineError::Malformed { key, .. }) => key.map(|key| key.to_string()),
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(key_of(r#"{"cmd":"fly","key":"k-1"}"#).as_deref(), Some("k-1"));
    assert_eq!(key_of(r#"{"cmd":"enrol","cmd":"enrol","key":"k-1"}"#).as_deref(), Some("k-1"));
    assert_eq!(key_of(r#"{"cmd":"fly","key":"k-1","key":"k-2"}"#), None);
    assert_eq!(key_of(r#"{"cmd":"fly","key":5}"#), None);
    assert_eq!(key_of(r#"{"cmd":"fly"}"#), None);
}

#[test]
fn foreign_names_are_cut_and_texts_are_not_repeated() {
    let text = format!(r#"{{"cmd":"enrol","member":"a","{}":1}}"#, "ä".repeat(1000));
    check(&text, &format!("{}…", "ä".repeat(64)), "unknown field");
    let error = read_command(r#"{"cmd":"enrol","member":"a","birth_date":"13 May"}"#).unwrap_err();
    assert!(!error.to_string().contains("May"), "{error}");
}
