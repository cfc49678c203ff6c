//! The fields of each command, written in the order of the specification.

use serde_json::Value;

use super::sheet::{Form, Sheet};
use super::{Line, Mode};
use crate::command::{
    Advance, AssignTier, Attributes, Body, Capture, Close, Command, Compensate, Confirm, Consent,
    Debit, Enrol, Extend, Extent, Grant, Hold, Merge, Record, Redeem, RedeemPrice, Refund, Release,
    Reverse, ReverseCase, Revise, Transfer,
};

/// The command as one JSON object: the envelope, then its own fields. What is absent is left out;
/// amounts keep the digits they were written with. [`read_command`](super::read_command) reads it
/// back to the same command, as long as money with a rate names its currency.
pub fn write_command(command: &Command) -> Value {
    body(envelope(command), &command.body).into_value()
}

/// The line as one JSON object, with its time, batch and mode.
pub fn write_line(line: &Line) -> Value {
    let mode = match line.mode {
        Mode::Real => None,
        Mode::DryRun => Some(true),
    };
    let sheet = envelope(&line.command)
        .put("at", &line.at)
        .put("atomic", &line.atomic)
        .put("dry_run", &mode);
    body(sheet, &line.command.body).into_value()
}

/// R-CMD-2: what makes two commands the same one: all but `key`, `at`, `atomic`, `approved_by`,
/// `expected_version`, `dry_run` and `note`.
pub(super) fn content(command: &Command) -> Value {
    let sheet = Sheet::new(Form::Content).put_text("cmd", command.body.name());
    body(sheet.put("by", &command.by), &command.body).into_value()
}

fn envelope(command: &Command) -> Sheet {
    Sheet::new(Form::AsWritten)
        .put_text("cmd", command.body.name())
        .put("key", &command.key)
        .put("by", &command.by)
        .put("approved_by", &command.approved_by)
        .put("expected_version", &command.expected_version)
        .put("note", &command.note)
}

fn body(sheet: Sheet, body: &Body) -> Sheet {
    match body {
        Body::Enrol(asked) => enrol(sheet, asked),
        Body::Record(asked) => record(sheet, asked),
        Body::Confirm(asked) => confirm(sheet, asked),
        Body::Grant(asked) => grant(sheet, asked),
        Body::Debit(asked) => debit(sheet, asked),
        Body::Compensate(asked) => compensate(sheet, asked),
        Body::Hold(asked) => hold(sheet, asked),
        Body::Capture(asked) => capture(sheet, asked),
        Body::Release(asked) => release(sheet, asked),
        Body::Redeem(asked) => redeem(sheet, asked),
        Body::Refund(asked) => refund(sheet, asked),
        Body::Reverse(asked) => reverse(sheet, asked),
        Body::ReverseCase(asked) => reverse_case(sheet, asked),
        Body::Transfer(asked) => transfer(sheet, asked),
        Body::AssignTier(asked) => assign_tier(sheet, asked),
        Body::Attributes(asked) => attributes(sheet, asked),
        Body::Consent(asked) => consent(sheet, asked),
        Body::Close(asked) => close(sheet, asked),
        Body::Merge(asked) => merge(sheet, asked),
        Body::Extend(asked) => extend(sheet, asked),
        Body::Revise(asked) => revise(sheet, asked),
        Body::Advance(asked) => advance(sheet, asked),
    }
}

fn enrol(sheet: Sheet, asked: &Enrol) -> Sheet {
    sheet
        .put("member", &asked.member)
        .put("referrer", &asked.referrer)
        .put("attributes", &asked.attributes)
        .put("birth_date", &asked.birth_date)
        .put("tier", &asked.tier)
}

fn record(sheet: Sheet, asked: &Record) -> Sheet {
    sheet.put("member", &asked.member).put("activity", &asked.activity)
}

fn confirm(sheet: Sheet, asked: &Confirm) -> Sheet {
    sheet.put("member", &asked.member).put("activity", &asked.activity)
}

fn grant(sheet: Sheet, asked: &Grant) -> Sheet {
    sheet
        .put("member", &asked.member)
        .put("unit", &asked.unit)
        .put("amount", &asked.amount)
        .put("reason", &asked.reason)
        .put("occurred_at", &asked.occurred_at)
        .put("expires_at", &asked.expires_at)
        .put("available_at", &asked.available_at)
        .put("qualifies", &asked.qualifies)
}

fn debit(sheet: Sheet, asked: &Debit) -> Sheet {
    sheet
        .put("member", &asked.member)
        .put("unit", &asked.unit)
        .put("amount", &asked.amount)
        .put("reason", &asked.reason)
}

fn compensate(sheet: Sheet, asked: &Compensate) -> Sheet {
    sheet
        .put("member", &asked.member)
        .put("cause", &asked.cause)
        .put("case", &asked.case)
        .put("incident_at", &asked.incident_at)
        .put("spend", &asked.spend)
        .put("extra", &asked.extra)
}

fn hold(sheet: Sheet, asked: &Hold) -> Sheet {
    sheet
        .put("member", &asked.member)
        .put("unit", &asked.unit)
        .put("amount", &asked.amount)
        .put("ref", &asked.reference)
        .put("until", &asked.until)
}

fn capture(sheet: Sheet, asked: &Capture) -> Sheet {
    sheet
        .put("member", &asked.member)
        .put("hold", &asked.hold)
        .put("ref", &asked.reference)
        .put("amount", &asked.amount)
        .put("keep_rest", &asked.rest)
        .put("reward", &asked.reward)
        .put("order", &asked.order)
}

fn release(sheet: Sheet, asked: &Release) -> Sheet {
    sheet.put("member", &asked.member).put("hold", &asked.hold).put("amount", &asked.amount)
}

fn redeem(sheet: Sheet, asked: &Redeem) -> Sheet {
    let sheet = sheet.put("member", &asked.member).put("ref", &asked.reference);
    match &asked.price {
        RedeemPrice::Unit { unit, amount } => sheet.put("unit", unit).put("amount", amount),
        RedeemPrice::Reward { reward, quantity, amount, order } => sheet
            .put("reward", reward)
            .put_unless_one("quantity", quantity)
            .put("amount", amount)
            .put("order", order),
    }
}

fn refund(sheet: Sheet, asked: &Refund) -> Sheet {
    sheet
        .put("member", &asked.member)
        .put("redemption", &asked.redemption)
        .put("ref", &asked.reference)
        .put("amount", &asked.amount)
}

fn reverse(sheet: Sheet, asked: &Reverse) -> Sheet {
    let sheet = match &asked.extent {
        Extent::Full => sheet,
        Extent::Money(money) => sheet.put("amount", money),
        Extent::Lines(lines) => sheet.put("lines", lines),
    };
    sheet.put("member", &asked.member).put("activity", &asked.activity).put("ref", &asked.reference)
}

fn reverse_case(sheet: Sheet, asked: &ReverseCase) -> Sheet {
    sheet.put("member", &asked.member).put("case", &asked.case).put("ref", &asked.reference)
}

fn transfer(sheet: Sheet, asked: &Transfer) -> Sheet {
    sheet
        .put("from", &asked.from)
        .put("to", &asked.to)
        .put("unit", &asked.unit)
        .put("amount", &asked.amount)
        .put("ref", &asked.reference)
}

fn assign_tier(sheet: Sheet, asked: &AssignTier) -> Sheet {
    sheet
        .put("member", &asked.member)
        .put("tier", &asked.tier)
        .put("until", &asked.until)
        .put("reason", &asked.reason)
}

fn attributes(sheet: Sheet, asked: &Attributes) -> Sheet {
    let unset = Some(&asked.unset).filter(|unset| !unset.is_empty());
    sheet.put("member", &asked.member).put("set", &asked.set).put("unset", &unset)
}

fn consent(sheet: Sheet, asked: &Consent) -> Sheet {
    sheet.put("member", &asked.member).put("purpose", &asked.purpose).put("given", &asked.given)
}

fn close(sheet: Sheet, asked: &Close) -> Sheet {
    sheet.put("member", &asked.member)
}

fn merge(sheet: Sheet, asked: &Merge) -> Sheet {
    sheet.put("from", &asked.from).put("into", &asked.into)
}

fn revise(sheet: Sheet, asked: &Revise) -> Sheet {
    sheet.put_text("programme", &asked.programme).put("effective_at", &asked.effective_at)
}

fn extend(sheet: Sheet, asked: &Extend) -> Sheet {
    sheet
        .put("unit", &asked.unit)
        .put("expiring_from", &asked.expiring_from)
        .put("expiring_until", &asked.expiring_until)
        .put("to", &asked.to)
        .put("members", &asked.members)
}

fn advance(sheet: Sheet, asked: &Advance) -> Sheet {
    sheet.put("to", &asked.to)
}
