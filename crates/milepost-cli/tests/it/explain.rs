//! `explain`: from the activity to the rule, the lot and its uses.

use serde_json::Value;

use crate::support::{Home, PLAIN, run};

/// What is added to the plain programme with half its rate: a limit, and a quarter more.
const LIMIT: &str = r#"limit = [{ amount = "100", per = "month" }]

[[multiplier]]
id = "spring"
unit = "points"
on = ["stay"]
factor = "5/4"
"#;

const LINES: &str = r#"{"cmd":"enrol","member":"a","at":"2026-01-05T10:00:00Z"}
{"cmd":"record","member":"a","activity":{"kind":"stay","ref":"S-1","spend":"99.00"}}
{"cmd":"record","member":"a","activity":{"kind":"stay","ref":"S-2","spend":"80.00"}}
{"cmd":"record","member":"a","activity":{"kind":"stay","ref":"S-3","spend":"80.00"}}
{"cmd":"redeem","member":"a","unit":"points","amount":70,"ref":"R-1","at":"2026-02-05T10:00:00Z"}
{"cmd":"refund","member":"a","redemption":"R-1","amount":5,"at":"2026-02-06T10:00:00Z"}
"#;

fn home() -> Home {
    let half = PLAIN.replace("per = \"1.00\"", "per = \"2.00\"");
    Home::applied(&format!("{half}{LIMIT}"), LINES)
}

fn texts(home: &Home, question: &str) -> Vec<String> {
    let answer: Value = home.ask(&format!("{question}\n")).lines().remove(0);
    let steps = answer["steps"].as_array().unwrap_or_else(|| panic!("{answer}"));
    steps.iter().map(|step| step["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_lot_is_explained_from_its_activity_to_its_uses() {
    let home = home();
    assert_eq!(
        texts(&home, r#"{"query":"explain","member":"a","lot":1}"#),
        [
            "stay S-1 was recorded; it happened at 2026-01-05T10:00:00Z",
            "61 points earned for S-1 (rule base) by rule base of version 1: 99.00 EUR at 1 points per 2, times 5/4 (spring), exactly 495/8, rounded down",
            "70 points used (R-1)",
        ]
    );
    assert_eq!(
        texts(&home, r#"{"query":"explain","member":"a","lot":2}"#),
        [
            "stay S-2 was recorded; it happened at 2026-01-05T10:00:00Z",
            "39 points earned for S-2 (rule base) by rule base of version 1: 80.00 EUR at 1 points per 2, times 5/4 (spring), less 11 over the limit",
            "70 points used (R-1)",
            "5 points given back (R-1)",
        ]
    );
    assert!(texts(&home, r#"{"query":"explain","member":"a","lot":9}"#).is_empty());
}

#[test]
fn a_redemption_is_explained_by_the_origin_of_its_lots() {
    let home = home();
    let steps = texts(&home, r#"{"query":"explain","member":"a","redemption":"R-1"}"#);
    assert_eq!(steps.len(), 6, "{steps:#?}");
    assert_eq!(steps[4..], ["70 points used (R-1)", "5 points given back (R-1)"]);
}

#[test]
fn r_asof_1_the_whole_balance_on_both_axes() {
    let home = home();
    let all = texts(&home, r#"{"query":"explain","member":"a"}"#);
    assert_eq!(all.len(), 9, "{all:#?}");
    assert!(all[6].starts_with("no points for S-3 by rule base"), "{all:#?}");
    let then = r#"{"query":"explain","member":"a","as_of":"2026-02-05T12:00:00Z"}"#;
    assert_eq!(texts(&home, then), all[..8]);
    let known = r#"{"query":"explain","member":"a","known_at":3}"#;
    assert_eq!(texts(&home, known), all[..5]);
    let due = r#"{"query":"explain","member":"a","lot":1,"as_of":"2028-01-01T00:00:00Z"}"#;
    assert_eq!(texts(&home, due).len(), 3, "what is used up does not expire");
}

#[test]
fn people_and_programs_are_told_the_same() {
    let home = home();
    let told = run(&["explain", &home.ledger(), "a", "--lot", "2"]);
    assert_eq!((told.status, told.err.as_str()), (0, ""));
    assert!(told.out.contains("5 points given back (R-1)"), "{}", told.out);
    let json = run(&["explain", &home.ledger(), "a", "--redemption", "R-1", "--json"]);
    let answer: Value = json.lines().remove(0);
    assert_eq!(answer["steps"][1]["data"]["breakdown"]["factor"], "5/4");
    let both = run(&["explain", &home.ledger(), "a", "--redemption", "R-1", "--lot", "1"]);
    assert_eq!(both.status, 2);
}
