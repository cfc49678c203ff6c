//! What all members use together: it survives whatever members survive, and is taken back with them.

use milepost::command::{Activity, Command, Record, Reverse};
use milepost::{Atomicity, Code, Ledger, Request, verify};

use crate::support::{available, batch, create_at, enrol, ok, open_at, redeem, who};

/// 1000 points for everybody together.
const BUDGET: &str = r#"
name = "Budget"
timezone = "UTC"
currency = "EUR"
[units.points]
[[earn]]
id = "promo"
unit = "points"
on = ["promo"]
fixed = "400"
budget = "1000"
"#;

fn promo(id: &str, reference: &str) -> Command {
    let activity = Activity::new("promo".parse().unwrap(), reference.parse().unwrap());
    Record::new(who(id), activity).into()
}

fn reverse(id: &str, reference: &str) -> Command {
    Reverse::new(who(id), reference.parse().unwrap()).into()
}

fn dry(command: Command) -> Request {
    Request::new(command).dry_run()
}

/// What the next promotion gives, tried and not done.
fn left(ledger: &Ledger, id: &str) -> i64 {
    let before = available(ledger, id);
    let tried = ok(ledger, dry(promo(id, "try")));
    let points = ledger.unit("points").unwrap();
    tried.balance.unwrap().of(points).unwrap().figures.available - before
}

#[test]
fn a_budget_survives_crash_snapshot_and_rebuild() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    let mut ledger = create_at(&path, BUDGET);
    for id in ["a", "b", "c"] {
        ok(&ledger, enrol(id));
    }
    ok(&ledger, promo("a", "P-1"));
    ledger.snapshot().unwrap();
    ok(&ledger, promo("b", "P-1"));
    assert_eq!(left(&ledger, "c"), 200);
    let digest = ledger.digest().unwrap();
    drop(ledger);
    ledger = open_at(&path);
    assert!(ledger.opening().members_from_snapshot > 0);
    assert_eq!((left(&ledger, "c"), ledger.digest().unwrap()), (200, digest));
    ok(&ledger, promo("c", "P-1"));
    ok(&ledger, reverse("a", "P-1"));
    assert_eq!(left(&ledger, "b"), 400);
    ledger.snapshot().unwrap();
    let digest = ledger.digest().unwrap();
    ledger.close().unwrap();
    assert_eq!(verify(&path, |_| ()).unwrap().digest, digest);
    // The whole log is in the snapshot: nothing is drawn twice.
    ledger = open_at(&path);
    assert_eq!(ledger.opening().entries_folded, 0);
    assert_eq!((left(&ledger, "b"), ledger.digest().unwrap()), (400, digest));
    ledger.close().unwrap();
    std::fs::remove_dir_all(path.join("snap")).unwrap();
    let ledger = open_at(&path);
    assert_eq!((left(&ledger, "b"), ledger.digest().unwrap()), (400, digest));
    ok(&ledger, promo("b", "P-2"));
    assert_eq!(left(&ledger, "b"), 0);
}

#[test]
fn r_cmd_5_and_7_what_is_taken_back_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = create_at(&folder.path().join("ledger"), BUDGET);
    ok(&ledger, enrol("a"));
    ok(&ledger, enrol("b"));
    for _ in 0..3 {
        ok(&ledger, dry(promo("a", "P-1")));
    }
    let together = [
        Request::from(promo("a", "P-1")),
        dry(promo("b", "P-1")),
        Request::from(promo("b", "P-1")),
        Request::from(redeem("a", "R-1", 401)),
    ];
    let answers = batch(&ledger, together.clone(), Atomicity::AllOrNone);
    assert_eq!(answers[3], Err(Code::InsufficientBalance));
    assert_eq!(left(&ledger, "a"), 400);
    let answers = batch(&ledger, together.into_iter().take(3), Atomicity::AllOrNone);
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(
        (available(&ledger, "a"), available(&ledger, "b"), left(&ledger, "a")),
        (400, 400, 200)
    );
    ok(&ledger, dry(reverse("a", "P-1")));
    assert_eq!(left(&ledger, "b"), 200);
    ok(&ledger, promo("a", "P-2"));
    assert_eq!((available(&ledger, "a"), left(&ledger, "b")), (600, 0));
}
