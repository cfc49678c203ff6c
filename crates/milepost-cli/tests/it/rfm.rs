//! Scores and segments: of small scripts, and of real customers against what others published.

mod oracle;

use serde_json::json;

use crate::support::{Home, run};

const SCORED: &str = r#"
name = "Scored"
timezone = "Europe/Lisbon"
currency = "EUR"

[exchange]
USD = "0.9"

[units.points]

[[earn]]
id = "base"
unit = "points"
on = ["stay"]
rate = { per = "1.00", earn = "1" }

[rfm]
window = "12 months"
on = ["stay"]
bins = 2

[[segments]]
id = "best"
r = [2]
m = [2]

[[segments]]
id = "dormant"
inactive_for = "6 months"

[[segments]]
id = "others"
"#;

/// Four stays: of last month, of spring in dollars, of two years ago; a member without any; one who
/// has taken all back.
const LINES: &str = r#"{"cmd":"enrol","member":"a","at":"2024-01-10T10:00:00Z"}
{"cmd":"enrol","member":"b"}
{"cmd":"enrol","member":"c"}
{"cmd":"enrol","member":"d"}
{"cmd":"record","member":"c","activity":{"kind":"stay","ref":"S-1","spend":"900.00"}}
{"cmd":"record","member":"a","activity":{"kind":"stay","ref":"S-1","spend":"100.00"},"at":"2026-05-10T10:00:00Z"}
{"cmd":"record","member":"a","activity":{"kind":"stay","ref":"S-2","spend":"10.00"}}
{"cmd":"reverse","member":"a","activity":"S-2"}
{"cmd":"record","member":"b","activity":{"kind":"stay","ref":"S-1","occurred_at":"2026-03-01T10:00:00Z","spend":{"amount":"50.05","currency":"USD"}}}
{"cmd":"reverse","member":"b","activity":"S-1","amount":{"amount":"0.03","currency":"USD"}}
{"cmd":"enrol","member":"e"}
{"cmd":"consent","member":"a","purpose":"mail","given":true}
"#;

fn home() -> Home {
    Home::applied(SCORED, LINES)
}

#[test]
fn everybody_with_the_cuts() {
    let home = home();
    let ran = home.ask("{\"query\":\"rfm\",\"as_of\":\"2026-06-01T00:00:00Z\"}\n");
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    let answer = &ran.lines()[0];
    let expected = json!({
        "as_of": "2026-06-01T00:00:00Z", "programme_version": 1, "population": 2,
        "method": "quantile", "bins": 2, "window": "1 year", "on": ["stay"],
        "cuts": {"recency_days": [57], "frequency": [1], "monetary": ["72.509"]},
        "segments": [
            {"segment": "best", "members": 1},
            {"segment": "dormant", "members": 2},
            {"segment": "others", "members": 1},
        ],
        "left_out": 0,
        "members": [
            {"member": "a", "recency_days": 22, "frequency": 1, "monetary": "100.00",
             "r": 2, "f": 1, "m": 2, "segment": "best",
             "last_activity_at": "2026-05-10T10:00:00Z"},
            {"member": "b", "recency_days": 92, "frequency": 1, "monetary": "45.018",
             "r": 1, "f": 1, "m": 1, "segment": "others",
             "last_activity_at": "2026-03-01T10:00:00Z"},
            {"member": "c", "recency_days": null, "frequency": 0, "monetary": "0.00",
             "r": null, "f": null, "m": null, "segment": "dormant",
             "last_activity_at": "2024-01-10T10:00:00Z"},
            {"member": "d", "recency_days": null, "frequency": 0, "monetary": "0.00",
             "r": null, "f": null, "m": null, "segment": "dormant", "last_activity_at": null},
        ],
    });
    assert_eq!(answer, &expected, "{answer:#}");
}

#[test]
fn r_priv_2_for_a_purpose_only_who_has_consented_and_scored_among_all() {
    let home = home();
    let ran = home.ask(
        r#"{"query":"rfm","as_of":"2026-06-01T00:00:00Z","purpose":"mail"}
{"query":"rfm","as_of":"2026-06-01T00:00:00Z","purpose":"mail","member":"b"}
{"query":"rfm","as_of":"2026-06-01T00:00:00Z","member":"b"}
"#,
    );
    let lines = ran.lines();
    assert_eq!((&lines[0]["population"], &lines[0]["left_out"]), (&json!(2), &json!(4)));
    assert_eq!(lines[0]["members"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&lines[0]["members"][0]["r"], &lines[0]["members"][0]["m"]),
        (&json!(2), &json!(2))
    );
    assert_eq!((&lines[1]["segment"], &lines[1]["r"]), (&json!(null), &json!(null)));
    assert_eq!((&lines[2]["segment"], &lines[2]["r"]), (&json!("others"), &json!(1)));
}

#[test]
fn r_asof_1_scores_of_the_past() {
    let home = home();
    let ran = home.ask(
        r#"{"query":"rfm","member":"b","as_of":"2026-03-05T00:00:00Z"}
{"query":"rfm","member":"b","as_of":"2026-03-05T00:00:00Z","known_at":"2026-03-05T00:00:00Z"}
{"query":"rfm","member":"e","as_of":"2026-03-05T00:00:00Z"}
{"query":"rfm","member":"a","known_at":6}
"#,
    );
    let lines = ran.lines();
    // The stay was recorded in May, and what was reversed in May counts until then.
    assert_eq!((&lines[0]["monetary"], &lines[0]["population"]), (&json!("45.045"), &json!(1)));
    assert_eq!((&lines[1]["monetary"], &lines[1]["segment"]), (&json!("0.00"), &json!("dormant")));
    assert_eq!(lines[2]["error"]["code"], "unknown_member");
    assert_eq!((&lines[3]["frequency"], &lines[3]["monetary"]), (&json!(1), &json!("100.00")));
}

#[test]
fn r_merge_1_before_a_merge_each_has_its_own_scores_and_after_it_one_has_both() {
    let home = home();
    home.apply(
        "{\"cmd\":\"merge\",\"from\":\"a\",\"into\":\"b\",\"at\":\"2026-05-20T00:00:00Z\"}\n",
    );
    let ran = home.ask(
        r#"{"query":"rfm","member":"a","as_of":"2026-05-21T00:00:00Z"}
{"query":"rfm","member":"b","as_of":"2026-05-15T00:00:00Z"}
{"query":"rfm","member":"a","as_of":"2026-05-15T00:00:00Z"}
"#,
    );
    let lines = ran.lines();
    let figures = |at: usize| (lines[at]["frequency"].clone(), lines[at]["monetary"].clone());
    assert_eq!(figures(0), (json!(2), json!("145.018")));
    assert_eq!(lines[0]["population"], 1);
    assert_eq!(figures(1), (json!(1), json!("45.018")));
    assert_eq!(figures(2), (json!(1), json!("100.00")));
    assert_eq!(lines[1]["population"], 2);
}

#[test]
fn the_subcommand_prints_segments_and_writes_members() {
    let home = home();
    let file = home.path("segments.csv").display().to_string();
    let at = ["--as-of", "2026-06-01T00:00:00Z"];
    let ran = run(&["rfm", &home.ledger(), "--csv", &file, at[0], at[1]]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    let words: Vec<Vec<&str>> = ran.out.lines().map(|l| l.split_whitespace().collect()).collect();
    assert_eq!(words[1..], [["best", "1"], ["dormant", "2"], ["others", "1"]]);
    let written = std::fs::read_to_string(&file).unwrap();
    assert_eq!(
        written,
        "member,recency_days,frequency,monetary,r,f,m,segment\n\
         a,22,1,100.00,2,1,2,best\n\
         b,92,1,45.018,1,1,1,others\n\
         c,,0,0.00,,,,dormant\n\
         d,,0,0.00,,,,dormant\n"
    );
    let piped = run(&["rfm", &home.ledger(), "--csv", "-", at[0], at[1]]);
    assert_eq!(piped.out, written);
    let one = run(&["rfm", &home.ledger(), "a", "--json", at[0], at[1]]);
    assert_eq!(one.lines()[0]["segment"], "best");
}

#[test]
fn a_programme_without_scores_is_asked_in_vain() {
    let home = Home::with_members();
    let ran = run(&["rfm", &home.ledger()]);
    assert_eq!(ran.status, 1);
    assert!(ran.err.contains("has no scores"), "{}", ran.err);
    let ran = run(&["rfm", &home.ledger(), "--csv", "-"]);
    assert_eq!((ran.status, ran.out.as_str()), (1, ""));
}
