//! Idempotency keys (R-CMD-2): the first receipt again, for ever, whatever was lost beside the log.

use milepost::command::Command;
use milepost::log::MemDisk;
use milepost::views::{Receipt, Status};
use milepost::{Code, Ledger, Request};

use crate::support::{
    PLAIN, TEN_DAYS, create, create_at, day, enrol, grant, hold, keyed, ok, open, open_at, redeem,
    refused, transfer, with_members,
};

/// What is done under keys: key by number, enough of it to fill several segments.
fn commands() -> Vec<Command> {
    let mut commands = vec![enrol("a"), enrol("b"), grant("a", 5000), hold("a", "H", 7)];
    for n in 0..200 {
        commands.push(redeem("a", &format!("R{n}"), 3));
        commands.push(grant("b", n + 1));
    }
    commands.push(transfer("a", "b", 5));
    commands.into_iter().enumerate().map(|(n, c)| keyed(&format!("key-{n}"), c)).collect()
}

fn do_all(ledger: &Ledger) -> Vec<Receipt> {
    commands().into_iter().map(|command| ok(ledger, command)).collect()
}

fn assert_repeats(ledger: &Ledger, receipts: &[Receipt]) {
    let end = ledger.durable_end();
    for (command, first) in commands().into_iter().zip(receipts) {
        let again = ok(ledger, command);
        assert_eq!(again.status, Status::Duplicate);
        assert_eq!(&Receipt { status: Status::Accepted, ..again }, first);
    }
    assert_eq!(ledger.durable_end(), end);
}

#[test]
fn the_first_receipt_again_at_once_and_after_a_restart() {
    let disk = MemDisk::new();
    let ledger = create(&disk, PLAIN);
    let receipts = do_all(&ledger);
    assert_repeats(&ledger, &receipts);
    ledger.close().unwrap();
    assert_repeats(&open(&disk), &receipts);
}

#[test]
fn the_first_receipt_again_when_snapshot_and_key_files_are_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    let ledger = create_at(&path, PLAIN);
    let receipts = do_all(&ledger);
    ledger.snapshot().unwrap();
    ledger.close().unwrap();
    let ledger = open_at(&path);
    assert_eq!(ledger.opening().members_from_snapshot, 2);
    assert_repeats(&ledger, &receipts);
    ledger.close().unwrap();
    assert!(std::fs::read_dir(path.join("keys")).unwrap().count() > 0, "there were key files");
    std::fs::remove_dir_all(path.join("keys")).unwrap();
    std::fs::remove_dir_all(path.join("snap")).unwrap();
    let ledger = open_at(&path);
    assert_eq!(ledger.opening().members_from_snapshot, 0);
    assert_repeats(&ledger, &receipts);
}

/// The balance in the receipt is the one of then, and nothing that came later shows in it.
#[test]
fn the_first_receipt_tells_of_then() {
    let ledger = with_members(TEN_DAYS, &["a", "b"]);
    ok(&ledger, grant("a", 10));
    let first = ok(&ledger, keyed("k", transfer("a", "b", 4)));
    ok(&ledger, Request::new(grant("b", 1)).at(day(20)));
    let again = ok(&ledger, keyed("k", transfer("a", "b", 4)));
    assert_eq!((again.recorded_at, again.seq), (day(0), 4));
    assert_eq!((again.balance, again.other_balance), (first.balance, first.other_balance));
}

#[test]
fn a_key_with_other_content_is_refused_and_the_field_is_named() {
    let ledger = with_members(PLAIN, &["a"]);
    ok(&ledger, keyed("k", grant("a", 10)));
    let refusal = refused(&ledger, keyed("k", grant("b", 11)));
    assert_eq!(refusal.code, Code::KeyReused);
    assert_eq!(refusal.to_string(), "key_reused: the key was used with another amount");
    assert_eq!(refusal.details, [("field", milepost::Detail::Text("amount".into()))]);
    let refusal = refused(&ledger, keyed("k", redeem("a", "R", 10)));
    assert_eq!(refusal.to_string(), "key_reused: the key was used with another cmd");
    let unlike = Command { expected_version: Some(99), ..keyed("k", grant("a", 10)) };
    assert_eq!(ok(&ledger, unlike).status, Status::Duplicate, "that is no content");
}

#[test]
fn a_refused_command_does_not_use_its_key() {
    let ledger = with_members(PLAIN, &["a"]);
    assert_eq!(refused(&ledger, keyed("k", redeem("a", "R", 1))).code, Code::InsufficientBalance);
    ok(&ledger, grant("a", 1));
    let receipt = ok(&ledger, keyed("k", redeem("a", "R", 1)));
    assert_eq!((receipt.status, receipt.seq), (Status::Accepted, 3));
}
