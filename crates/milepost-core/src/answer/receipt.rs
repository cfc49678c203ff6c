//! The answer to a command: a receipt or a refusal.

use serde_json::Value;

use super::events::{Names, event, gives};
use super::fields::{Fields, decimal};
use super::views::balance;
use crate::event::Gain;
use crate::line::Mode;
use crate::names::Key;
use crate::programme::Fault;
use crate::refusal::{Detail, Refusal};
use crate::rules::Rules;
use crate::views::{Balance, Clamped, Receipt, Status, show};

/// The answer to an accepted command: `key` is the command's own, and `names` are the members that
/// the entry touches.
pub fn receipt(names: Names<'_>, key: Option<&Key>, receipt: &Receipt) -> Value {
    let rules = names.rules;
    let status = match receipt.status {
        Status::Accepted => "accepted",
        Status::Duplicate => "duplicate",
    };
    // R-CMD-7: a dry run has no sequence number.
    let (seq, dry_run) = match receipt.mode {
        Mode::Real => (Some(receipt.seq), None),
        Mode::DryRun => (None, Some(true)),
    };
    let clamped = match receipt.clamped {
        Clamped::Yes => Some(true),
        Clamped::No => None,
    };
    let events: Vec<Value> = receipt.events.iter().map(|one| event(names, one)).collect();
    let gain = receipt.worth.as_ref().map(|worth| &worth.gain);
    let of = |figures: &Option<Balance>| figures.as_ref().map(|figures| balance(rules, figures));
    Fields::new()
        .put_some("key", key.map(Key::as_str))
        .put("status", status)
        .put_some("dry_run", dry_run)
        .put_some("seq", seq)
        .at("recorded_at", receipt.recorded_at)
        .put_some("clamped", clamped)
        .put_some("version", receipt.version)
        .put_some("worth", gain.and_then(|gain| money(rules, gain)))
        .put_some("gives", gain.and_then(gives))
        .put("events", events)
        .put_some("balance", of(&receipt.balance))
        .put_some("to_balance", of(&receipt.other_balance))
        .into()
}

fn money(rules: &Rules, gain: &Gain) -> Option<String> {
    match gain {
        Gain::Money(minor) => Some(show::money(rules, *minor)),
        Gain::Thing | Gain::Partner { .. } => None,
    }
}

/// The answer to a refused command; `key` is the command's own.
pub fn refusal(key: Option<&Key>, refusal: &Refusal) -> Value {
    let error =
        Fields::new().put("code", refusal.code.as_str()).put("message", refusal.message.as_str());
    let put = |fields: Fields, (name, detail): &(&'static str, Detail)| match detail {
        Detail::Text(text) => fields.put(name, text.as_str()),
        Detail::Number(number) => fields.put(name, *number),
        Detail::Amount(amount) => fields.put(name, decimal(*amount)),
        Detail::Faults(faults) => fields.put(name, faults.iter().map(fault).collect::<Vec<_>>()),
    };
    Fields::new()
        .put_some("key", key.map(Key::as_str))
        .put("status", "refused")
        .put("error", refusal.details.iter().fold(error, put))
        .into()
}

/// A fault of a programme, and where it is.
fn fault(fault: &Fault) -> Value {
    Fields::new()
        .put("line", fault.line)
        .put("column", fault.column)
        .put("key", fault.key.as_str())
        .put("reason", fault.reason.as_str())
        .into()
}
