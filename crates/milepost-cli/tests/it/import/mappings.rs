//! Mappings and files with which an import cannot begin: nothing is imported, and the message says
//! where the fault is.

use super::{HEADER, MAPPING, ROWS};
use crate::support::{Home, run};

/// Runs an import that cannot begin, and gives its message.
fn refused(home: &Home, mapping: &str, more: &[&str]) -> String {
    let mapping = home.write("map.toml", mapping.as_bytes());
    let csv = home.write("guests.csv", ROWS);
    let ledger = home.ledger();
    let mut args = vec!["import", &ledger, "--mapping", &mapping, &csv];
    args.extend(more);
    let ran = run(&args);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{}", ran.err);
    ran.err.replace(&format!("{}/", home.path("").display()).replace("//", "/"), "")
}

#[test]
fn what_is_wrong_with_a_mapping() {
    let cases = [
        ("at = 1", "at: \"1\": not a date such as 2026-01-05, a local time such as"),
        ("at = \"{When}\"", "at: there is no column \"When\"; there are: Date, Kind, Guest, Ref"),
        ("att = \"{Date}\"", "att: unknown key"),
        ("order_by = [\"Day\"]", "order_by: there is no column \"Day\""),
        ("order_by = \"Date\"", "order_by: expected a list of columns, found string"),
        ("values.card = 1", "values.card: expected a table, found integer"),
        ("values.card.a = 1", "values.card.a: expected a text, found integer"),
    ];
    let home = Home::new();
    for (line, expected) in cases {
        let mapping = MAPPING.replace("at = \"{Date}\"", line);
        let told = refused(&home, &mapping, &[]);
        let start = format!("milepost: could not read map.toml: {expected}");
        assert!(told.starts_with(&start), "{told}");
    }
}

#[test]
fn what_is_wrong_with_a_command() {
    let cases = [
        ("", "cmd: missing key: one of enrol, assign_tier, record, grant, transfer, debit,"),
        ("cmd = \"merge\"", "cmd: \"merge\" cannot be imported, expected one of enrol,"),
        ("cmd = \"enrol\"", "member: missing key"),
        ("cmd = \"enrol\"\nmember = \"a b\"", "member: \"a b\": expected a member of 1 to 64"),
        ("cmd = \"enrol\"\nmember = []", "member: expected a text, found array"),
        ("cmd = \"enrol\"\nmember = \"a\"\nteir = \"x\"", "teir: unknown key"),
        ("cmd = \"record\"\nmember = \"a\"", "activity: missing key"),
        ("cmd = \"record\"\nmember = \"a\"\nactivity.kind = \"x\"", "activity.ref: missing key"),
        ("cmd = \"enrol\"\nwhen.is = \"x\"", "when.column: missing key"),
        ("cmd = \"enrol\"\nwhen.column = \"Kind\"", "when.column: expected one of `is` and"),
        ("cmd = \"enrol\"\nwhen = 1", "when: expected a table or a list, found integer"),
    ];
    let home = Home::new();
    for (keys, expected) in cases {
        let told = refused(&home, &format!("[[commands]]\n{keys}\n"), &[]);
        let start = format!("milepost: could not read map.toml: commands[0].{expected}");
        assert!(told.starts_with(&start), "{told}");
    }
    let told = refused(&home, "at = \"{Date}\"", &[]);
    assert!(told.starts_with("milepost: could not read map.toml: commands: missing key"), "{told}");
    let told = refused(&home, "at = ", &[]);
    assert!(told.contains("could not read map.toml: TOML parse error at line 1"), "{told}");
}

#[test]
fn files_that_cannot_be_imported() {
    let home = Home::new();
    let told = refused(&home, MAPPING, &[&home.path("none.csv").display().to_string()]);
    assert!(told.starts_with("milepost: could not read none.csv: No such file"), "{told}");

    let other = home.write("other.csv", b"Date,Kind\n");
    let told = refused(&home, MAPPING, &[&other]);
    assert!(told.contains("other.csv: its columns are not those of guests.csv"), "{told}");

    let packed = home.write("packed.csv.zst", HEADER.as_bytes());
    let told = refused(&home, MAPPING, &[&packed]);
    assert!(told.starts_with("milepost: could not read packed.csv.zst: "), "{told}");

    let latin = home.write("latin.csv", b"Date,K\xfcr\n");
    let told = refused(&home, MAPPING, &[&latin]);
    assert!(told.starts_with("latin.csv:1: column 2 is not UTF-8"), "{told}");

    let csv = home.path("guests.csv").display().to_string();
    let told = refused(&home, MAPPING, &["--rejects", &csv]);
    assert!(told.contains("guests.csv: it is one of the files to import"), "{told}");

    let folder = home.path("").display().to_string();
    let told = refused(&home, MAPPING, &["--rejects", &folder]);
    assert!(told.starts_with("milepost: could not write "), "{told}");
}

#[test]
fn a_folder_that_is_no_ledger() {
    let home = Home::empty();
    let told = refused(&home, MAPPING, &[]);
    assert!(told.contains("`milepost init` makes a ledger"), "{told}");
}
