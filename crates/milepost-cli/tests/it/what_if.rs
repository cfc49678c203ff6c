//! `what-if`: the recorded history under other rules, as tables and as JSON.

use crate::support::{Home, PLAIN, run};

const HISTORY: &str = r#"{"cmd":"enrol","member":"a","at":"2026-01-05T10:00:00Z"}
{"cmd":"record","member":"a","activity":{"kind":"stay","ref":"S-1","spend":"100.00"}}
{"cmd":"redeem","member":"a","ref":"R-1","unit":"points","amount":80,"at":"2026-02-05T10:00:00Z"}
"#;

fn home() -> Home {
    Home::applied(PLAIN, HISTORY)
}

#[test]
fn the_same_programme_is_no_difference() {
    let home = home();
    let file = home.write("same.toml", PLAIN.as_bytes());
    let ran = run(&["what-if", &home.ledger(), "--programme", &file]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    let expected = "3 commands decided again, compared as of 2026-02-05T10:00:00Z\nno difference\n";
    assert_eq!(ran.out, expected);
}

#[test]
fn half_the_rate() {
    let home = home();
    let file = home.write("half.toml", PLAIN.replace("earn = \"1\"", "earn = \"0.5\"").as_bytes());
    let ran = run(&["what-if", &home.ledger(), "--programme", &file, "--json"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    let answer = &ran.lines()[0];
    let points = &answer["units"]["points"];
    assert_eq!(points["earned"].to_string(), r#"{"before":100,"after":50,"change":-50}"#);
    assert_eq!(points["spent"]["after"], 0);
    assert_eq!(answer["refused"][0]["code"], "insufficient_balance");
    assert_eq!(answer["months"][0]["month"], "2026-01");
    assert_eq!(answer["members"][0]["member"], "a");
    let table = run(&["what-if", &home.ledger(), "--programme", &file]).out;
    for expected in
        ["1 commands refused now, 1 members affected", "2026-01", "insufficient_balance"]
    {
        assert!(table.contains(expected), "{table}");
    }
}

#[test]
fn a_programme_with_faults_is_told_with_its_file() {
    let home = home();
    let file = home.write("bad.toml", b"name = 1");
    let ran = run(&["what-if", &home.ledger(), "--programme", &file]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.starts_with(&file), "{}", ran.err);
}
