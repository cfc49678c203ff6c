//! R-CMD-2: which commands are the same command, and where they differ.

use milepost_core::line::first_difference;
use proptest::prelude::*;

use super::command;
use super::strategies::commands;

/// The lines differ first in this field, whichever comes first.
fn check(a: &str, b: &str, expected: Option<&str>) {
    let (one, other) = (command(a), command(b));
    assert_eq!(first_difference(&one, &other).as_deref(), expected, "{a} {b}");
    assert_eq!(first_difference(&other, &one).as_deref(), expected, "{b} {a}");
}

/// The same for two `grant` lines with these further fields.
fn check_grants(a: &str, b: &str, expected: Option<&str>) {
    let grant = |more| format!(r#"{{"cmd":"grant","member":"a","unit":"p","reason":"r",{more}}}"#);
    check(&grant(a), &grant(b), expected);
}

/// The same for two `record` lines with these further fields of the activity.
fn check_activities(a: &str, b: &str, expected: Option<&str>) {
    let record = |more| {
        format!(r#"{{"cmd":"record","member":"a","activity":{{"kind":"stay","ref":"B-1"{more}}}}}"#)
    };
    check(&record(a), &record(b), expected);
}

#[test]
fn r_cmd_2_what_is_no_content() {
    let envelope = r#""amount":1,"key":"k","at":"2026-01-01T00:00:00Z","atomic":"b","note":"n","dry_run":true,"expected_version":7,"approved_by":{"id":"x","role":"y"}"#;
    check_grants(envelope, r#""amount":1"#, None);
}

#[test]
fn r_cmd_2_amounts_compare_as_numbers_and_instants_as_instants() {
    check_grants(r#""amount":50"#, r#""amount":"50.00""#, None);
    check_grants(r#""amount":50"#, r#""amount":"50.01""#, Some("amount"));
    check_grants(r#""amount":9223372036854775808"#, r#""amount":"9223372036854775808.0""#, None);
    check_grants(
        r#""amount":1,"expires_at":"2026-06-01T00:00:00Z""#,
        r#""amount":1,"expires_at":"2026-06-01T08:00:00+08:00""#,
        None,
    );
    check_grants(
        r#""amount":1,"expires_at":"2026-06-01T00:00:00Z""#,
        r#""amount":1,"expires_at":"2026-06-01T00:00:01Z""#,
        Some("expires_at"),
    );
    check_activities(
        r#","spend":{"amount":"5","currency":"CNY","rate":"1.5"}"#,
        r#","spend":{"amount":"5.0","currency":"CNY","rate":"3/2"}"#,
        None,
    );
}

#[test]
fn r_cmd_2_a_field_with_its_default_is_as_if_left_out() {
    let redeem = |more| format!(r#"{{"cmd":"redeem","member":"a","ref":"R","reward":"w"{more}}}"#);
    check(&redeem(""), &redeem(r#","quantity":1"#), None);
    check(&redeem(""), &redeem(r#","quantity":2"#), Some("quantity"));
    let capture = |more| format!(r#"{{"cmd":"capture","member":"a","hold":"H","ref":"R"{more}}}"#);
    check(&capture(""), &capture(r#","keep_rest":false"#), None);
    check(&capture(""), &capture(r#","keep_rest":true"#), Some("keep_rest"));
    check_activities(
        r#","lines":[{"amount":1,"quantity":"1.0","attributes":{}}]"#,
        r#","lines":[{"amount":1}],"attributes":{},"quantities":{},"times":{}"#,
        None,
    );
    check_activities("", r#","lines":[]"#, None);
}

#[test]
fn r_cmd_2_the_first_difference_in_alphabetical_order() {
    check_grants(
        r#""amount":1"#,
        r#""amount":2,"available_at":"2026-01-01T00:00:00Z""#,
        Some("amount"),
    );
    check_grants(r#""amount":1"#, r#""amount":1,"by":{"id":"x","role":"y"}"#, Some("by"));
    check_grants(
        r#""amount":1,"by":{"id":"x","role":"y"}"#,
        r#""amount":1,"by":{"id":"x","role":"z"}"#,
        Some("by.role"),
    );
    check(r#"{"cmd":"enrol","member":"a"}"#, r#"{"cmd":"enrol","member":"b"}"#, Some("member"));
    check(
        r#"{"cmd":"enrol","member":"a"}"#,
        r#"{"cmd":"release","member":"a","hold":"H"}"#,
        Some("cmd"),
    );
    check(
        r#"{"cmd":"enrol","member":"a"}"#,
        r#"{"cmd":"release","member":"a","hold":"H","amount":1}"#,
        Some("amount"),
    );
}

#[test]
fn r_cmd_2_differences_inside_an_activity() {
    check_activities(r#","spend":"1""#, r#","spend":"2""#, Some("activity.spend"));
    check_activities(
        r#","spend":{"amount":"1","currency":"EUR"}"#,
        r#","spend":{"amount":"1","currency":"CNY"}"#,
        Some("activity.spend.currency"),
    );
    let lines = |list: &str| format!(r#","lines":[{list}]"#);
    check_activities(
        &lines(r#"{"amount":1},{"amount":2}"#),
        &lines(r#"{"amount":1},{"amount":3}"#),
        Some("activity.lines.1.amount"),
    );
    check_activities(
        &lines(r#"{"amount":1}"#),
        &lines(r#"{"amount":1},{"amount":3}"#),
        Some("activity.lines.1"),
    );
    check_activities(
        r#","attributes":{"b":"1","a":"1"}"#,
        r#","attributes":{"a":"1","b":"2"}"#,
        Some("activity.attributes.b"),
    );
    check_activities("", r#","times":{"a":"2026-01-01T00:00:00Z"}"#, Some("activity.times"));
}

#[test]
fn members_left_out_are_all_and_no_members_are_none() {
    let extend = |more| {
        format!(
            r#"{{"cmd":"extend","unit":"p","expiring_until":"2026-01-01T00:00:00Z","to":"2027-01-01T00:00:00Z"{more}}}"#
        )
    };
    check(&extend(""), &extend(r#","members":[]"#), Some("members"));
    check(&extend(r#","members":["a"]"#), &extend(r#","members":["b"]"#), Some("members.0"));
}

proptest! {
    #[test]
    fn a_command_has_its_own_content(command in commands()) {
        prop_assert_eq!(first_difference(&command, &command.clone()), None);
    }

    #[test]
    fn other_commands_differ_the_same_way_in_either_order(a in commands(), b in commands()) {
        if a.body == b.body && a.by == b.by {
            prop_assert_eq!(first_difference(&a, &b), None);
        } else {
            let difference = first_difference(&a, &b);
            prop_assert!(difference.is_some());
            prop_assert_eq!(difference, first_difference(&b, &a));
        }
    }
}
