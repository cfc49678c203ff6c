//! The demo: its table, the ledger that it leaves, and a folder that is taken.

use crate::support::{Home, run};

#[test]
fn it_shows_the_published_totals_and_leaves_a_sound_ledger() {
    let home = Home::empty();
    let dir = home.path("airline").display().to_string();
    let ran = run(&["demo", "--programme", "year", "--dir", &dir]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{}", ran.out);
    let shown: Vec<Vec<&str>> =
        ran.out.lines().map(|line| line.split_whitespace().collect()).collect();
    let expected = [
        "members 16,737",
        "points issued 50,172,736.25",
        "points redeemed 10,592,518.00",
        "points expired 14,378,289.00",
        "redemptions refused 3,624",
        "points outstanding 25,201,929.25",
        "worth, CAD 2,016,154.34",
        "debt, points 0.00",
        "rows read 422,361",
        "commands 248,550",
        "entries 244,926",
        "every total is the published one",
    ];
    for line in expected {
        let words: Vec<&str> = line.split_whitespace().collect();
        assert!(shown.contains(&words), "{line}\nnot in\n{}", ran.out);
    }

    let ledger = format!("{dir}/year");
    let verified = run(&["verify", &ledger]);
    assert_eq!(verified.status, 0, "{}{}", verified.out, verified.err);

    let again = run(&["demo", "--programme", "year", "--dir", &dir]);
    assert_eq!(again.status, 2);
    assert!(again.err.contains("airline/year"), "{}", again.err);
}
