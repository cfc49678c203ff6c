//! `scenario`: the public scenarios, our own, and that the runner finds what does not hold.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Home, Ran, run};

const WAITING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/waiting.txt");
const PUBLIC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/scenarios");
const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/scenarios");
const PROGRAMMES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/programmes");
const MORE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/scenarios");
const FIRST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/scenarios/first.jsonl");

fn scripts(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let own = files.into_iter().filter(|path| path.extension().is_some_and(|e| e == "jsonl"));
    let mut all: Vec<PathBuf> = own.chain(folders.iter().flat_map(|f| scripts(f))).collect();
    all.sort();
    all
}

fn run_all(options: &[&str], scripts: &[PathBuf]) -> Ran {
    let scripts = scripts.iter().map(|path| path.to_str().unwrap());
    let options = options.iter().copied();
    run(&["scenario"].into_iter().chain(options).chain(scripts).collect::<Vec<_>>())
}

#[test]
fn the_public_scenarios_hold_or_wait() {
    let folder = Path::new(PUBLIC);
    if !folder.is_dir() {
        eprintln!("skipped: the public scenarios are not at {PUBLIC}");
        return;
    }
    let ran = run_all(&["--waiting", WAITING], &scripts(folder));
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(ran.out.contains(" hold, 0 fail, "), "{}", ran.out);
}

/// The four example programmes: each feature of each, with numbers worked out by hand.
#[test]
fn the_example_programmes_hold() {
    let scripts = scripts(Path::new(PROGRAMMES));
    assert_eq!(scripts.len(), 4);
    let ran = run_all(&[], &scripts);
    assert_eq!((ran.status, ran.out.as_str()), (0, "37 scenarios: 37 hold, 0 fail\n"));
}

#[test]
fn our_own_scenarios_hold() {
    let ran = run_all(&[], &scripts(Path::new(OWN)));
    assert_eq!((ran.status, ran.out.as_str()), (0, "11 scenarios: 11 hold, 0 fail\n"));
}

#[test]
fn where_rules_meet_the_scenarios_hold() {
    let ran = run_all(&[], &scripts(Path::new(MORE)));
    assert_eq!(ran.status, 0, "{}", ran.out);
    assert!(ran.out.ends_with(" hold, 0 fail\n"), "{}", ran.out);
}

/// Runs a scenario of a member with 100 points, after a line that names the programme.
fn scenario(lines: &str) -> (Home, Ran) {
    let home = Home::empty();
    home.write("programme.toml", crate::support::PLAIN.as_bytes());
    let start = r#"{"scenario":"test","programme":"programme.toml"}
{"at":"2026-01-05T10:00:00Z"}
{"cmd":"enrol","member":"a"}
{"cmd":"grant","member":"a","unit":"points","amount":100,"reason":"r"}
"#;
    let file = home.write("test.jsonl", format!("{start}{lines}").as_bytes());
    let ran = run(&["scenario", &file]);
    (home, ran)
}

fn fails_with(line: &str, message: &str) {
    let (home, ran) = scenario(line);
    let file = home.path("test.jsonl").display().to_string();
    let expected = format!("{file}:5: test: {message}\n1 scenarios: 0 hold, 1 fail\n");
    assert_eq!((ran.status, ran.out, ran.err.as_str()), (1, expected, ""));
}

#[test]
fn a_wrong_number_is_told_with_field_expected_and_found() {
    fails_with(
        r#"{"check":"balance","member":"a","expect":{"points":{"available":"99.00"}}}"#,
        "points.available: expected \"99.00\", found 100",
    );
    fails_with(
        r#"{"check":"lots","member":"a","expect":{"lots":[]}}"#,
        "lots: expected [], found [{\"lot\":1,\"unit\":\"points\",\"amount\":100,\"held\":0,\
         \"earned_at\":\"2026-01-05T10:00:00Z\",\"available_at\":\"2026-01-05T10:00:00Z\",\
         \"expires_at\":\"2027-01-05T10:00:00Z\",\"activity\":null,\"rule\":null,\
         \"programme_version\":1}]",
    );
    fails_with(
        r#"{"check":"balance","member":"nobody","expect":{}}"#,
        "unknown_member: there is no member nobody",
    );
}

#[test]
fn a_wrong_answer_to_a_command_is_told() {
    fails_with(
        r#"{"cmd":"redeem","member":"a","unit":"points","amount":10,"ref":"R","expect":"invalid_amount"}"#,
        "status: expected \"refused\", found \"accepted\"",
    );
    fails_with(
        r#"{"cmd":"redeem","member":"a","unit":"stars","amount":10,"ref":"R","expect":"invalid_amount"}"#,
        "error.code: expected \"invalid_amount\", found \"unknown_unit\"",
    );
    let (_, ran) =
        scenario(r#"{"cmd":"redeem","member":"a","unit":"points","amount":101,"ref":"R"}"#);
    assert_eq!(ran.status, 1);
    assert!(
        ran.out.contains(
            ":5: test: status: expected acceptance, found {\"code\":\"insufficient_balance\""
        ),
        "{}",
        ran.out
    );
}

#[test]
fn what_is_not_supported_yet_proves_nothing() {
    let (_, ran) = scenario(r#"{"cmd":"erase","member":"a","expect":"malformed"}"#);
    assert_eq!(ran.status, 1);
    assert!(
        ran.out.contains("erase is not supported by this version of milepost yet"),
        "{}",
        ran.out
    );
}

#[test]
fn a_programme_that_should_be_refused_and_is_not() {
    let home = Home::empty();
    home.write("programme.toml", crate::support::PLAIN.as_bytes());
    let file = home.write(
        "test.jsonl",
        b"{\"scenario\":\"t\",\"programme\":\"programme.toml\",\"expect\":\"programme_invalid\"}\n",
    );
    let ran = run(&["scenario", &file]);
    assert_eq!(ran.status, 1);
    assert!(
        ran.out.contains(":1: t: the programme: expected programme_invalid, found no fault"),
        "{}",
        ran.out
    );
}

#[test]
fn the_list_of_those_that_wait_has_to_be_true() {
    let (home, _) = scenario(r#"{"cmd":"erase","member":"a"}"#);
    let file = home.path("test.jsonl").display().to_string();
    let with = |list: &str| {
        let list = home.write("waiting.txt", list.as_bytes());
        run(&["scenario", &file, "--waiting", &list])
    };
    let ran = with("# waits\n\ntest.jsonl: test — erase\n");
    let waits = "1 scenarios: 0 hold, 0 fail, 1 wait for later work\n";
    assert_eq!((ran.status, ran.out.as_str()), (0, waits));
    let ran = with("test.jsonl: test — erase\ntest.jsonl: other — erase\n");
    assert_eq!(ran.status, 1);
    assert!(
        ran.out.contains("other: is on the list of those that wait, but not in the script"),
        "{}",
        ran.out
    );
    let ran = with("test.jsonl: test\n");
    assert_eq!(ran.status, 2);
    assert!(ran.err.ends_with("waiting.txt:1: expected FILE: TITLE — REASON\n"), "{}", ran.err);
    let list =
        home.write("own.txt", "first.jsonl: a rate must be above zero — nothing\n".as_bytes());
    let ran = run(&["scenario", FIRST, "--waiting", &list]);
    assert_eq!(ran.status, 1);
    assert!(ran.out.contains("holds now: take it off the list (nothing)"), "{}", ran.out);
}

#[test]
fn what_is_no_script_is_told_with_its_line() {
    for (line, message) in [
        ("{\"scenario\":", "not a JSON object, at column 12: EOF while parsing a value"),
        ("{\"check\":\"totals\"}", "expect: a check has to expect something"),
        ("{\"restart\":1}", "restart: expected true"),
        ("{\"at\":\"noon\"}", "at: not an RFC 3339 date and time such as 2026-01-05T10:00:00Z"),
        (
            "{\"cmd\":\"enrol\",\"member\":\"b\",\"expect\":\"fine\"}",
            "expect: fine is neither a status nor a code",
        ),
        ("{\"comment\":\"x\",\"cheque\":1}", "cheque: unknown field"),
        (
            "{\"hello\":1}",
            "expected scenario, cmd, check, at, restart, crash, snapshot, rebuild or comment",
        ),
        ("{\"scenario\":\"t\"}", "a scenario names its programme, or has it in toml"),
    ] {
        let (home, ran) = scenario(line);
        let file = home.path("test.jsonl").display().to_string();
        assert_eq!((ran.status, ran.err), (2, format!("{file}:5: {message}\n")));
    }
}
