//! The subcommands for people: tables, JSON, help.

use std::io::Read;

use crate::support::{Home, milepost, run};

fn squeezed(text: &str) -> Vec<String> {
    text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn a_balance_is_a_table_without_frame_or_colour_when_piped() {
    let home = Home::with_members();
    let ran = run(&["balance", &home.ledger(), "a"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    let lines = squeezed(&ran.out);
    assert_eq!(lines[..3], ["points", "available 100", "pending 0"]);
    assert!(lines.contains(&"next expiry 100 at 2027-01-05T10:00:00Z".to_owned()), "{lines:?}");
    assert!(ran.out.is_ascii() && !ran.out.contains('\u{1b}'), "{}", ran.out);
}

#[test]
fn numbers_stand_under_each_other() {
    let home = Home::with_members();
    home.apply(
        "{\"cmd\":\"redeem\",\"member\":\"a\",\"unit\":\"points\",\"amount\":7,\"ref\":\"R-1\",\"at\":\"2026-01-06T00:00:00Z\"}\n",
    );
    let ran = run(&["statement", &home.ledger(), "a", "--unit", "points"]);
    let lines: Vec<&str> = ran.out.lines().map(str::trim_end).collect();
    assert_eq!(lines.len(), 3, "{}", ran.out);
    assert!(
        lines[1].ends_with("100      100") && lines[2].ends_with(" -7       93"),
        "{}",
        ran.out
    );
    assert_eq!(lines[1].len(), lines[2].len(), "{}", ran.out);
}

#[test]
fn every_question_is_a_subcommand() {
    let home = Home::with_members();
    let ledger = home.ledger();
    for (args, expected) in [
        (vec!["lots", &ledger, "a"], "1 points 100 0 2026-01-05T10:00:00Z"),
        (vec!["holds", &ledger, "a"], "hold ref unit amount until lots"),
        (vec!["tier", &ledger, "a"], "since 2026-01-05T10:00:00Z"),
        (vec!["expiring", &ledger, "a", "--days", "400"], "points 2027-02-09T10:00:00Z 100"),
        (vec!["expiring", &ledger, "--days", "400"], "a points 2027-02-09T10:00:00Z 100"),
        (vec!["member", &ledger, "b"], "version 1"),
        (vec!["totals", &ledger], "members 2"),
        (vec!["log", &ledger], "2 2026-01-05T10:00:00Z grant a granted"),
    ] {
        let ran = run(&args);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{args:?}");
        let lines = squeezed(&ran.out);
        assert!(lines.iter().any(|line| line.starts_with(expected)), "{args:?}: {lines:#?}");
    }
}

#[test]
fn json_is_the_answer_of_the_query() {
    let home = Home::with_members();
    let ran = run(&["balance", &home.ledger(), "a", "--json", "--as-of", "2027-01-05T10:00:00Z"]);
    assert_eq!((ran.status, &ran.lines()[0]["points"]["expired"]), (0, &100.into()));
    let ran = run(&["log", &home.ledger(), "--json", "--from", "2", "--known-at", "2"]);
    assert_eq!((ran.status, ran.lines().len(), &ran.lines()[0]["seq"]), (0, 1, &2.into()));
}

#[test]
fn an_unknown_member_is_told_and_is_status_1() {
    let home = Home::with_members();
    for json in [&[][..], &["--json"]] {
        let ran = run(&[&["balance", &home.ledger(), "nobody"], json].concat());
        assert_eq!((ran.status, ran.out.as_str()), (1, ""));
        assert_eq!(ran.err, "milepost: there is no member nobody\n");
    }
}

#[test]
fn a_wrong_date_is_told_with_its_argument() {
    let home = Home::with_members();
    let ran = run(&["balance", &home.ledger(), "a", "--as-of", "5 May"]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("invalid value '5 May' for '--as-of"), "{}", ran.err);
}

#[test]
fn nobody_reading_is_no_error() {
    let home = Home::with_members();
    let mut child = milepost(&["log", &home.ledger(), "--json"]).spawn().unwrap();
    drop(child.stdout.take());
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!((child.wait().unwrap().code(), told.as_str()), (Some(0), ""));
}

#[test]
fn each_subcommand_has_help_with_an_example() {
    let all = run(&["--help"]);
    assert_eq!(all.status, 0);
    let names = [
        "init",
        "apply",
        "query",
        "balance",
        "lots",
        "holds",
        "tier",
        "statement",
        "expiring",
        "member",
        "totals",
        "log",
        "advance",
        "snapshot",
        "verify",
        "scenario",
    ];
    for name in names {
        assert!(all.out.contains(&format!("  {name} ")), "{name}: {}", all.out);
        let help = run(&[name, "--help"]);
        assert_eq!(help.status, 0);
        assert!(
            help.out.contains("Example:\n") && help.out.contains(&format!("milepost {name}")),
            "{}",
            help.out
        );
    }
}
