//! `query`: each question, both axes of time, and what is no question.

use serde_json::json;

use crate::support::Home;

#[test]
fn each_question_has_its_answer() {
    let home = Home::with_members();
    home.apply(
        "{\"cmd\":\"hold\",\"member\":\"a\",\"unit\":\"points\",\"amount\":30,\"ref\":\"H-1\",\"at\":\"2026-01-06T10:00:00Z\"}\n",
    );
    let ran = home.ask(r#"{"query":"balance","member":"a"}
{"query":"lots","member":"a","unit":"points"}
{"query":"holds","member":"a"}
{"query":"tier","member":"a"}
{"query":"statement","member":"a","from":"2026-01-01T00:00:00Z","until":"2026-02-01T00:00:00Z","unit":"points"}
{"query":"expiring","member":"a","days":400}
{"query":"expiring","days":400}
{"query":"totals"}
{"query":"member","member":"b"}
"#,
    );
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    let lines = ran.lines();
    assert_eq!(
        (&lines[0]["points"]["available"], &lines[0]["points"]["held"]),
        (&json!(70), &json!(30))
    );
    assert_eq!(
        (&lines[1]["lots"][0]["amount"], &lines[1]["lots"][0]["held"]),
        (&json!(100), &json!(30))
    );
    assert_eq!(lines[2]["holds"][0]["lots"], json!([{"lot": 1, "amount": 30}]));
    assert_eq!(lines[3]["since"], "2026-01-05T10:00:00Z");
    assert_eq!(
        (&lines[4]["lines"][0]["change"], &lines[4]["lines"][0]["seq"]),
        (&json!(100), &json!(2))
    );
    assert_eq!(lines[5]["buckets"][0]["amount"], 70);
    assert_eq!(lines[6], json!({"members": [{"member": "a", "buckets": lines[5]["buckets"]}]}));
    assert_eq!((&lines[7]["members"], &lines[7]["entries"]), (&json!(2), &json!(4)));
    assert_eq!((&lines[8]["member"], &lines[8]["version"]), (&json!("b"), &json!(1)));
}

#[test]
fn the_log_answers_with_a_line_for_each_entry() {
    let home = Home::with_members();
    let ran = home.ask("{\"query\":\"log\",\"from\":2}\n{\"query\":\"log\",\"known_at\":1}\n");
    assert_eq!(ran.status, 0);
    let seqs: Vec<u64> = ran.lines().iter().map(|line| line["seq"].as_u64().unwrap()).collect();
    assert_eq!(seqs, [2, 3, 1]);
    assert_eq!(ran.lines()[0]["command"]["cmd"], "grant");
    assert_eq!(ran.lines()[0]["events"][0]["event"], "granted");
}

#[test]
fn r_asof_1_both_axes_of_time() {
    let home = Home::with_members();
    home.apply(
        "{\"cmd\":\"redeem\",\"member\":\"a\",\"unit\":\"points\",\"amount\":30,\"ref\":\"R-1\",\"at\":\"2026-02-01T00:00:00Z\"}\n",
    );
    let ran = home.ask(
        r#"{"query":"balance","member":"a"}
{"query":"balance","member":"a","as_of":"2026-01-31T00:00:00Z"}
{"query":"balance","member":"a","known_at":2}
{"query":"balance","member":"a","known_at":"2026-01-31T00:00:00Z"}
{"query":"balance","member":"a","as_of":"2027-01-05T10:00:00Z"}
"#,
    );
    let available: Vec<i64> =
        ran.lines().iter().map(|line| line["points"]["available"].as_i64().unwrap()).collect();
    assert_eq!(available, [70, 100, 100, 100, 0]);
}

#[test]
fn what_is_no_question_is_told_with_line_and_field() {
    let home = Home::with_members();
    let ran = home.ask(
        r#"{"query":"balance","member":"a"}
{"query":"balance","member":"nobody"}
{"query":"lots","member":"a","unit":"gold"}
{"query":"lots","member":"a","colour":"red"}
{"query":"balance"}
{"query":"balance","member":"a","as_of":"yesterday"}
{"query":"balance","member":"a","member":"b"}
{"query":"expiring","days":-1}
{"query":"wealth","member":"a"}
{"query":"rfm"}
"#,
    );
    assert_eq!(ran.status, 1);
    let codes: Vec<String> =
        ran.lines().iter().skip(1).map(|line| line["error"]["code"].to_string()).collect();
    let malformed = "\"malformed\"";
    assert_eq!(codes[..2], ["\"unknown_member\"", "\"unknown_unit\""]);
    assert_eq!(codes[2..], [malformed; 7]);
    let told: Vec<&str> = ran.err.lines().collect();
    assert_eq!(
        told,
        [
            "the standard input:2: there is no member nobody",
            "the standard input:3: the programme has no unit gold",
            "the standard input:4: colour: unknown field",
            "the standard input:5: member: the field is missing",
            "the standard input:6: as_of: not an RFC 3339 date and time such as 2026-01-05T10:00:00Z",
            "the standard input:7: member: the field is repeated",
            "the standard input:8: days: expected a whole number that is not too large",
            "the standard input:9: query: unknown query",
            "the standard input:10: the programme in force at 2026-01-05T10:00:00Z has no scores: \
             it has no table rfm",
        ]
    );
}

#[test]
fn a_line_that_is_not_json_ends_it() {
    let home = Home::with_members();
    let ran = home.ask("{\"query\":\"totals\"}\n[]\n{\"query\":\"totals\"}\n");
    assert_eq!((ran.status, ran.lines().len()), (2, 1));
    assert!(ran.err.starts_with("the standard input:2: not a JSON object"), "{}", ran.err);
}

#[test]
fn asking_changes_nothing() {
    let home = Home::with_members();
    let log = home.path("ledger/log/00000000000000000000.seg");
    let before = std::fs::read(&log).unwrap();
    assert_eq!(home.ask("{\"query\":\"totals\",\"as_of\":\"2028-01-01T00:00:00Z\"}\n").status, 0);
    assert!(std::fs::read(&log).unwrap() == before, "the log has changed");
}
