//! Views of members, folds of events, and both as the answers of the line format.

mod events;
mod members;
mod receipts;
mod statement;
mod totals;

use milepost_core::answer::{self, Names};
use serde_json::Value;

use crate::decide::{Ledger, submit};

/// Submits a command, and hands over its events as answers.
fn events(ledger: &mut Ledger, line: &str) -> Vec<Value> {
    let (events, members) = submit(ledger, line);
    let members: Vec<_> = members.iter().map(|key| &ledger.members[key]).collect();
    let names = Names { rules: &ledger.rules, members: &members };
    events.iter().map(|event| answer::event(names, event)).collect()
}

/// Checks that two answers are the same, also in the order of their fields.
fn same(found: &Value, expected: &str) {
    let expected: Value = serde_json::from_str(expected).unwrap();
    assert_eq!(found.to_string(), expected.to_string());
}
