//! `apply`: order, batches, time, pauses, exit status.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{Home, milepost, run, run_with};

fn statuses(lines: &[Value]) -> Vec<&str> {
    let code = |line: &Value| line["error"]["code"].as_str().map(ToOwned::to_owned);
    assert!(lines.iter().all(|line| (line["status"] == "refused") == code(line).is_some()));
    lines
        .iter()
        .map(|line| line["error"]["code"].as_str().unwrap_or(line["status"].as_str().unwrap()))
        .collect()
}

#[test]
fn one_answer_a_line_in_order() {
    let home = Home::new();
    let ran = home.apply(
        r#"{"cmd":"enrol","member":"a","at":"2026-01-05T10:00:00Z","key":"k1"}
{"cmd":"grant","member":"a","unit":"points","amount":100,"reason":"welcome","key":"k2"}
{"cmd":"redeem","member":"a","unit":"points","amount":500,"ref":"R-1","key":"k3"}
{"cmd":"redeem","member":"a","unit":"points","amount":40,"ref":"R-1","key":"k3"}
{"cmd":"grant","member":"a","unit":"points","amount":"100","reason":"welcome","key":"k2"}
"#,
    );
    assert_eq!((ran.status, ran.err.as_str()), (1, "milepost: 1 of 5 lines were refused\n"));
    let lines = ran.lines();
    let expected = ["accepted", "accepted", "insufficient_balance", "accepted", "duplicate"];
    assert_eq!(statuses(&lines), expected);
    let keys: Vec<&str> = lines.iter().map(|line| line["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["k1", "k2", "k3", "k3", "k2"]);
    assert_eq!(lines[2]["error"]["available"], 100);
    assert_eq!(lines[3]["balance"]["points"]["available"], 60);
    assert_eq!((&lines[3]["seq"], &lines[4]["seq"]), (&json!(3), &json!(2)));
}

#[test]
fn all_accepted_or_duplicates_is_status_0() {
    let home = Home::new();
    let line =
        "{\"cmd\":\"enrol\",\"member\":\"a\",\"at\":\"2026-01-05T10:00:00Z\",\"key\":\"k\"}\n";
    let ran = home.apply(&line.repeat(2));
    assert_eq!((ran.status, statuses(&ran.lines())), (0, vec!["accepted", "duplicate"]));
    let nothing = home.apply("");
    assert_eq!((nothing.status, nothing.out.as_str()), (0, ""));
}

#[test]
fn r_cmd_5_neighbours_with_one_name_are_one_batch() {
    let home = Home::with_members();
    let ran = home.apply(
        r#"{"cmd":"redeem","member":"a","unit":"points","amount":60,"ref":"R-1","atomic":"x","at":"2026-01-06T10:00:00Z"}
{"cmd":"redeem","member":"a","unit":"points","amount":60,"ref":"R-2","atomic":"x"}
{"cmd":"redeem","member":"a","unit":"points","amount":60,"ref":"R-3","atomic":"y"}
{"cmd":"redeem","member":"a","unit":"points","amount":40,"ref":"R-4","atomic":"y"}
{"cmd":"enrol","member":"c"}
"#,
    );
    let expected = ["batch_refused", "insufficient_balance", "accepted", "accepted", "accepted"];
    assert_eq!((ran.status, statuses(&ran.lines())), (1, expected.to_vec()));
    assert_eq!(ran.lines()[0]["error"]["index"], 1);
}

#[test]
fn a_malformed_line_refuses_its_batch_and_nothing_else() {
    let home = Home::with_members();
    let ran = home.apply(
        r#"{"cmd":"redeem","member":"a","unit":"points","amount":1,"ref":"R-1","at":"2026-01-06T10:00:00Z"}
{"cmd":"redeem","member":"a","unit":"points","amount":1,"ref":"R-2","atomic":"x"}
{"cmd":"redeem","member":"a","unit":"points","amount":1,"ref":"R-3","atomic":"x","colour":"red"}
{"cmd":"redeem","member":"a","unit":"points","amount":1,"ref":"R-4","colour":"red"}
{"cmd":"redeem","member":"a","unit":"points","amount":1,"ref":"R-5"}
"#,
    );
    let expected = ["accepted", "batch_refused", "malformed", "malformed", "accepted"];
    assert_eq!((ran.status, statuses(&ran.lines())), (1, expected.to_vec()));
    assert_eq!(ran.lines()[2]["error"]["field"], "colour");
    assert_eq!(ran.lines()[4]["balance"]["points"]["available"], 98);
}

#[test]
fn the_time_of_a_line_is_that_of_the_last_one() {
    let home = Home::new();
    let ran = home.apply(
        r#"{"cmd":"enrol","member":"a"}
{"cmd":"enrol","member":"a","at":"2026-01-05T10:00:00Z"}
{"cmd":"enrol","member":"b"}
{"cmd":"advance","to":"2026-02-01T00:00:00Z"}
{"cmd":"enrol","member":"c"}
{"cmd":"enrol","member":"d","at":"2026-01-05T10:00:00Z"}
"#,
    );
    let lines = ran.lines();
    assert_eq!(lines[0]["error"]["field"], "at");
    let times: Vec<&str> =
        lines[1..].iter().map(|line| line["recorded_at"].as_str().unwrap()).collect();
    let (january, february) = ("2026-01-05T10:00:00Z", "2026-02-01T00:00:00Z");
    assert_eq!(times, [january, january, february, february, february]);
    assert_eq!((&lines[4]["clamped"], &lines[5]["clamped"]), (&Value::Null, &json!(true)));
}

#[test]
fn with_the_systems_clock_no_line_sets_it() {
    let home = Home::new();
    let lines = "{\"cmd\":\"enrol\",\"member\":\"a\"}\n\
                 {\"cmd\":\"enrol\",\"member\":\"b\",\"at\":\"2026-01-05T10:00:00Z\"}\n";
    let ran = run_with(&["apply", &home.ledger(), "--clock", "system"], lines.as_bytes());
    assert_eq!((ran.status, statuses(&ran.lines())), (1, vec!["accepted", "malformed"]));
}

#[test]
fn answers_come_when_the_input_pauses() {
    let home = Home::new();
    let mut child =
        milepost(&["apply", &home.ledger(), "-"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    for (number, member) in (1..).zip(["a", "b", "c"]) {
        let line = format!(
            "{{\"cmd\":\"enrol\",\"member\":\"{member}\",\"at\":\"2026-01-05T10:00:00Z\"}}\n"
        );
        input.write_all(line.as_bytes()).unwrap();
        // The input stays open: without an answer now the test would hang.
        let answer: Value = serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap();
        assert_eq!(answer["seq"], number);
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_line_that_is_not_json_ends_it_and_what_was_before_stands() {
    let home = Home::new();
    let file = home.write(
        "commands.jsonl",
        b"{\"cmd\":\"enrol\",\"member\":\"a\",\"at\":\"2026-01-05T10:00:00Z\"}\n\
          {\"cmd\":\"enrol\",\"member\":\"b\"}\n\
          {\"cmd\":\"enrol\",\n\
          {\"cmd\":\"enrol\",\"member\":\"c\"}\n",
    );
    let ran = run(&["apply", &home.ledger(), &file]);
    assert_eq!((ran.status, statuses(&ran.lines())), (2, vec!["accepted", "accepted"]));
    assert!(
        ran.err.starts_with(&format!("{file}:3: not a JSON object, at column ")),
        "{}",
        ran.err
    );
    let totals = run(&["totals", &home.ledger(), "--json"]);
    assert_eq!(totals.lines()[0]["members"], 2);
}

#[test]
fn a_batch_that_may_lack_a_command_is_not_applied() {
    let home = Home::with_members();
    let ran = home.apply(
        "{\"cmd\":\"enrol\",\"member\":\"c\",\"atomic\":\"x\",\"at\":\"2026-01-05T10:00:00Z\"}\n\n",
    );
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert_eq!(
        ran.err,
        "the standard input:2: not a JSON object, at column 1: EOF while parsing a value; the \
         atomic batch x before it was not applied\n"
    );
}

#[test]
fn many_lines_keep_their_order() {
    let home = Home::with_members();
    let line = |n: u64| {
        let key = format!("k{n}");
        let line = json!({"cmd": "grant", "member": "b", "unit": "points", "amount": n + 1,
            "reason": "r", "key": key, "at": "2026-01-06T00:00:00Z"});
        format!("{line}\n")
    };
    let lines: Vec<String> = (0..5000).map(line).collect();
    let ran = home.apply(&lines.concat());
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    let seqs: Vec<u64> = ran.lines().iter().map(|line| line["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, (4..5004).collect::<Vec<u64>>());
    assert_eq!(ran.lines()[4999]["balance"]["points"]["available"], 5000 * 5001 / 2);
}

#[test]
fn advance_and_snapshot_as_subcommands() {
    let home = Home::with_members();
    let ran = run(&["advance", &home.ledger(), "--to", "2027-06-01T00:00:00Z"]);
    assert_eq!(ran.status, 0);
    assert_eq!(ran.lines()[0]["events"][0]["event"], "expired");
    let ran =
        run(&["advance", &home.ledger(), "--to", "9000-01-01T00:00:00Z", "--clock", "system"]);
    assert_eq!((ran.status, statuses(&ran.lines())), (1, vec!["invalid_time"]));
    std::fs::remove_dir_all(home.path("ledger/snap")).unwrap();
    let ran = run(&["snapshot", &home.ledger()]);
    assert_eq!(ran.status, 0);
    assert!(ran.out.starts_with("2 members written in "), "{}", ran.out);
}
