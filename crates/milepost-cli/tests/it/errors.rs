//! Bad input: each kind with the message it gets. Nothing is lost, nothing panics.

use std::fs;
use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use crate::support::{Home, PLAIN, milepost, run};

/// The refusal of one line that is applied to a ledger with members.
fn refusal(line: &str) -> (String, String) {
    let home = Home::with_members();
    let ran = home.apply(&format!("{line}\n"));
    assert_eq!((ran.status, ran.err.as_str()), (1, "milepost: 1 of 1 lines were refused\n"));
    let error = &ran.lines()[0]["error"];
    (error["code"].as_str().unwrap().into(), error["message"].as_str().unwrap().into())
}

fn expect(line: &str, code: &str, message: &str) {
    assert_eq!(refusal(line), (code.to_owned(), message.to_owned()));
}

#[test]
fn an_unknown_field() {
    expect(
        r#"{"cmd":"enrol","member":"c","colour":"red","at":"2026-01-06T00:00:00Z"}"#,
        "malformed",
        "colour: unknown field",
    );
}

#[test]
fn a_wrong_date() {
    expect(
        r#"{"cmd":"enrol","member":"c","at":"2026-02-30T00:00:00Z"}"#,
        "malformed",
        "at: not an RFC 3339 date and time such as 2026-01-05T10:00:00Z",
    );
}

#[test]
fn an_amount_with_too_many_decimals() {
    expect(
        r#"{"cmd":"grant","member":"a","unit":"points","amount":"1.5","reason":"r","at":"2026-01-06T00:00:00Z"}"#,
        "invalid_amount",
        "an amount of points has at most 0 digits after the point",
    );
}

#[test]
fn an_unknown_member() {
    let (code, message) = refusal(
        r#"{"cmd":"grant","member":"nobody","unit":"points","amount":1,"reason":"r","at":"2026-01-06T00:00:00Z"}"#,
    );
    assert_eq!(code, "unknown_member");
    assert!(message.contains("nobody"), "{message}");
}

#[test]
fn a_line_that_is_not_utf_8() {
    let home = Home::with_members();
    let file = home.write("commands.jsonl", b"{\"cmd\":\"enrol\",\"member\":\"\xff\"}\n");
    let ran = run(&["apply", &home.ledger(), &file]);
    let message = format!("{file}:1: not a JSON object, at column 26: not UTF-8\n");
    assert_eq!((ran.status, ran.out.as_str(), ran.err), (2, "", message));
}

#[test]
fn a_programme_with_three_faults() {
    let home = Home::empty();
    let faulty = PLAIN
        .replace("\"UTC\"", "\"Mars/Olympus\"")
        .replace("[units.points]", "[units.points]\ndecimals = 7")
        .replace("unit = \"points\"", "unit = \"point\"");
    let file = home.write("programme.toml", faulty.as_bytes());
    let ran = run(&["init", &home.ledger(), "--programme", &file]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    let told: Vec<&str> = ran.err.lines().collect();
    assert_eq!(told.len(), 3, "{}", ran.err);
    for (line, start) in told.iter().zip([
        "3:12: timezone: ",
        "7:12: units.points.decimals: ",
        "12:8: earn[0].unit: ",
    ]) {
        assert!(line.starts_with(&format!("{file}:{start}")), "{line}");
    }
    assert!(!home.path("ledger").exists(), "nothing is half made");
}

#[test]
fn a_ledger_opened_twice() {
    let home = Home::with_members();
    let mut first = milepost(&["apply", &home.ledger()]).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = first.stdin.take().unwrap();
    input
        .write_all(b"{\"cmd\":\"enrol\",\"member\":\"c\",\"at\":\"2026-01-06T00:00:00Z\"}\n")
        .unwrap();
    let mut answer = String::new();
    BufReader::new(first.stdout.take().unwrap()).read_line(&mut answer).unwrap();
    assert!(answer.contains("accepted"), "{answer}");
    for args in [vec!["apply", &home.ledger()], vec!["balance", &home.ledger(), "a"]] {
        let second = run(&args);
        let message = format!(
            "milepost: {}/LOCK is already open in another process\n\
             milepost: one process at a time: stop the other one first\n",
            home.ledger()
        );
        assert_eq!((second.status, second.out.as_str(), second.err), (2, "", message));
    }
    drop(input);
    assert!(first.wait().unwrap().success(), "the first is not disturbed");
}

#[test]
fn a_folder_that_is_no_ledger() {
    let home = Home::empty();
    fs::create_dir(home.path("ledger")).unwrap();
    home.write("ledger/notes.txt", b"not a ledger");
    let ledger = home.ledger();
    for command in ["apply", "query", "totals", "snapshot"] {
        let ran = run(&[command, &ledger]);
        let message = format!(
            "milepost: {ledger} is not a ledger\nmilepost: `milepost init` makes a ledger\n"
        );
        assert_eq!((ran.status, ran.err), (2, message), "{command}");
    }
    let file = home.write("programme.toml", PLAIN.as_bytes());
    let made = run(&["init", &ledger, "--programme", &file]);
    assert_eq!(made.status, 2);
    assert_eq!(made.err, format!("milepost: {ledger} is not empty: it holds notes.txt\n"));
    assert!(home.path("ledger/notes.txt").exists());
}

#[test]
fn a_ledger_where_one_is_already() {
    let home = Home::with_members();
    let ran =
        run(&["init", &home.ledger(), "--programme", &home.write("p.toml", PLAIN.as_bytes())]);
    assert_eq!(
        (ran.status, ran.err),
        (2, format!("milepost: {} already is a ledger\n", home.ledger()))
    );
    assert_eq!(run(&["balance", &home.ledger(), "a"]).status, 0);
}

#[test]
fn a_log_of_a_newer_version() {
    let home = Home::with_members();
    let manifest = home.path("ledger/MANIFEST");
    let mut bytes = fs::read(&manifest).unwrap();
    bytes[8..12].copy_from_slice(&99_u32.to_le_bytes());
    let checksum = crc32c::crc32c(&bytes[..32]);
    bytes[32..36].copy_from_slice(&checksum.to_le_bytes());
    fs::write(&manifest, bytes).unwrap();
    let ran = run(&["totals", &home.ledger()]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert_eq!(
        ran.err,
        format!(
            "milepost: {} has format version 99, and this program knows versions up to 1\n\
             milepost: update this program to open it\n",
            manifest.display()
        )
    );
}

#[test]
fn files_that_are_not_there() {
    let home = Home::with_members();
    let ran = run(&["apply", &home.ledger(), "nowhere.jsonl"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.err.starts_with("milepost: could not read nowhere.jsonl: No such file"),
        "{}",
        ran.err
    );
    let ran = run(&["init", &home.ledger(), "--programme", "nowhere.toml"]);
    assert_eq!(ran.status, 2);
    assert!(
        ran.err.starts_with("milepost: could not read nowhere.toml: No such file"),
        "{}",
        ran.err
    );
}

#[test]
fn an_output_that_takes_no_more() {
    let home = Home::with_members();
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = milepost(&["totals", &home.ledger()]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with("milepost: could not write the output: No space left"), "{told}");
}
