//! Receipts, refusals and entries of the log, as answers.

use milepost_core::answer::{self, LogEntry, Names};
use milepost_core::command::{Actor, Command};
use milepost_core::event::{Gain, Worth};
use milepost_core::line::{Mode, read_command, write_command};
use milepost_core::names::Key;
use milepost_core::programme::RewardIx;
use milepost_core::refusal::{Code, Detail, Refusal};
use milepost_core::views::{self, Clamped, Receipt, Status};
use serde_json::{Value, json};

use super::same;
use crate::decide::{Ledger, run, submit};

const UNITS: &str = "personal = [\"phone\"]\nunits.points = { transfer = {} }
[[rewards]]
id = \"cash\"
unit = \"points\"
money = { per = 100, value = \"1.50\" }
";

/// The receipt of a command, without balances.
fn receipt(ledger: &mut Ledger, line: &str) -> Receipt {
    let (events, keys) = submit(ledger, line);
    let members = keys.iter().map(|key| ledger.members[key].id().clone()).collect();
    Receipt {
        seq: 4,
        recorded_at: ledger.now,
        clamped: Clamped::No,
        version: Some(3),
        status: Status::Accepted,
        mode: Mode::Real,
        events,
        members,
        balance: None,
        other_balance: None,
        worth: None,
    }
}

fn answered(ledger: &Ledger, key: Option<&str>, receipt: &Receipt) -> Value {
    let members: Vec<_> = receipt.members.iter().map(|id| ledger.member(id.as_str())).collect();
    let names = Names { rules: &ledger.rules, members: &members };
    let key: Option<Key> = key.map(|key| key.parse().unwrap());
    answer::receipt(names, key.as_ref(), receipt)
}

fn two() -> Ledger {
    run(UNITS, "@2026-01-01\nenrol a\nenrol b\ngrant a unit=points amount=100 reason=x")
}

#[test]
fn a_receipt_with_everything_that_a_redeem_can_have() {
    let mut ledger = two();
    let mut receipt = receipt(&mut ledger, "redeem a reward=cash amount=80 ref=R-1");
    receipt.clamped = Clamped::Yes;
    let gain = Gain::Money(120);
    receipt.worth = Some(Worth { reward: RewardIx(0), quantity: 1, gain, from_stock: false });
    let events = r#""events":[{"event":"redeemed","effective_at":"2026-01-01T00:00:00Z",
        "member":"a","ref":"R-1","unit":"points","amount":80,"lots":[{"lot":1,"amount":80}],
        "reward":"cash","worth":"1.20"}]"#;
    same(
        &answered(&ledger, Some("k-1"), &receipt),
        &format!(
            r#"{{"key":"k-1","status":"accepted","seq":4,"recorded_at":"2026-01-01T00:00:00Z",
                "clamped":true,"version":3,"worth":"1.20",{events}}}"#
        ),
    );
    receipt.clamped = Clamped::No;
    receipt.version = None;
    receipt.status = Status::Duplicate;
    same(
        &answered(&ledger, None, &receipt),
        &format!(
            r#"{{"status":"duplicate","seq":4,"recorded_at":"2026-01-01T00:00:00Z",
                "worth":"1.20",{events}}}"#
        ),
    );
}

#[test]
fn r_cmd_7_a_dry_run_says_so_and_has_no_sequence_number() {
    let mut ledger = two();
    let mut receipt = receipt(&mut ledger, "grant a unit=points amount=1 reason=x");
    receipt.mode = Mode::DryRun;
    receipt.seq = 0;
    let answer = answered(&ledger, None, &receipt);
    assert_eq!(answer["dry_run"], true);
    assert_eq!(answer.get("seq"), None);
    assert_eq!(answer["status"], "accepted");
}

#[test]
fn a_transfer_shows_both_balances() {
    let mut ledger = two();
    let mut receipt = receipt(&mut ledger, "transfer a b unit=points amount=30 ref=T-1");
    let of = |id: &str| Some(views::balance(&ledger.rules, ledger.now, ledger.member(id)));
    receipt.balance = of("a");
    receipt.other_balance = of("b");
    let answer = answered(&ledger, None, &receipt);
    assert_eq!(answer["balance"]["points"]["available"], 70);
    assert_eq!(answer["to_balance"]["points"]["available"], 30);
    assert_eq!(answer["events"][1]["from"], "a");
    assert_eq!(answer["events"][1]["member"], "b");
}

#[test]
fn a_refusal_shows_its_figures() {
    let mut ledger = two();
    let command =
        read_command(r#"{"cmd":"redeem","member":"a","unit":"points","amount":"500","ref":"R-1"}"#);
    let refused = ledger.submit(&command.unwrap().command).unwrap_err();
    let key: Key = "k-1".parse().unwrap();
    same(
        &answer::refusal(Some(&key), &refused),
        r#"{"key":"k-1","status":"refused","error":{"code":"insufficient_balance",
            "message":"100 points are available, 500 were requested","unit":"points",
            "available":100,"requested":500}}"#,
    );
    let amount = Detail::Amount("12.50".parse().unwrap());
    let other = Refusal::new(Code::VersionConflict, "no")
        .with("version", Detail::Number(7))
        .with("held", amount);
    same(
        &answer::refusal(None, &other),
        r#"{"status":"refused","error":{"code":"version_conflict","message":"no","version":7,
            "held":"12.50"}}"#,
    );
}

#[test]
fn r_priv_1_nothing_personal_is_in_an_entry_of_the_log() {
    let text = json!({
        "cmd": "enrol", "key": "secret", "member": "c", "birth_date": "1990-05-17",
        "note": "likes tea", "attributes": {"country": "PT", "phone": "123"},
    });
    let command: Command = read_command(&text.to_string()).unwrap().command;
    let mut ledger = run(UNITS, "@2026-01-01");
    let events = ledger.submit(&command).unwrap();
    let member = ledger.member("c");
    let by = Actor { id: "alice".parse().unwrap(), role: "agent".parse().unwrap() };
    let entry = LogEntry {
        seq: 1,
        recorded_at: ledger.now,
        keyed: true,
        by: Some(&by),
        command: write_command(&command),
        events: &events,
    };
    same(
        &answer::log_entry(Names { rules: &ledger.rules, members: &[member] }, entry),
        r#"{"seq":1,"recorded_at":"2026-01-01T00:00:00Z","key":true,
            "by":{"id":"alice","role":"agent"},
            "command":{"cmd":"enrol","member":"c","attributes":{"country":"PT"}},
            "events":[{"event":"enrolled","effective_at":"2026-01-01T00:00:00Z","member":"c",
            "tier":null,"attributes":{"country":"PT"}}]}"#,
    );
}
