//! The answers of queries.

use serde_json::Value;

use super::fields::{Fields, amount, attributes, parts};
use crate::names::{Name, Reference};
use crate::programme::UnitIx;
use crate::rules::Rules;
use crate::state::Counter;
use crate::time::Instant;
use crate::views::{
    Balance, Bucket, HoldView, LotView, MemberView, NextExpiry, StatementLine, Totals, UnitBalance,
};

/// The answer of `balance`: the figures of each unit under its name.
pub fn balance(rules: &Rules, balance: &Balance) -> Value {
    let put = |fields: Fields, of: &UnitBalance| {
        fields.put(unit(rules, of.figures.unit()), unit_balance(rules, of))
    };
    balance.units.iter().fold(Fields::new(), put).into()
}

fn unit_balance(rules: &Rules, of: &UnitBalance) -> Value {
    let (figures, unit) = (&of.figures, of.figures.unit());
    let four = [figures.available, figures.pending, figures.held, figures.debt];
    let next = |next: NextExpiry| -> Value {
        Fields::new().at("at", next.at).put("amount", amount(rules, unit, next.amount)).into()
    };
    let fields = figures_of(rules, unit, four.map(i128::from), |counter| figures.counter(counter));
    fields.put("next_expiry", of.next_expiry.map(next)).into()
}

/// The answer of `totals`: the units of the programme in force at `now`, then members and entries.
pub fn totals(rules: &Rules, now: Instant, totals: &Totals) -> Value {
    let put = |fields: Fields, ix: UnitIx| {
        let of = totals.of(ix);
        let four = [of.available, of.pending, of.held, of.debt];
        fields.put(unit(rules, ix), figures_of(rules, ix, four, |counter| of.counter(counter)))
    };
    let units = rules.in_force(now).programme.units.iter().map(|unit| unit.ix);
    let fields = units.fold(Fields::new(), put);
    fields.put("members", totals.members()).put("entries", totals.entries()).into()
}

fn figures_of(
    rules: &Rules,
    unit: UnitIx,
    four: [i128; 4],
    counted: impl Fn(Counter) -> u128,
) -> Fields {
    let names = ["available", "pending", "held", "debt"];
    let put = |fields: Fields, (name, steps)| fields.put(name, amount(rules, unit, steps));
    let fields = names.into_iter().zip(four).fold(Fields::new(), put);
    let put = |fields: Fields, counter: Counter| {
        let steps = i128::try_from(counted(counter)).unwrap_or(i128::MAX);
        fields.put(counter.name(), amount(rules, unit, steps))
    };
    Counter::ALL.into_iter().fold(fields, put)
}

/// The answer of `lots`.
pub fn lots(rules: &Rules, lots: &[LotView]) -> Value {
    let one = |lot: &LotView| -> Value {
        Fields::new()
            .put("lot", lot.lot.0)
            .put("unit", unit(rules, lot.unit))
            .put("amount", amount(rules, lot.unit, lot.amount))
            .put("held", amount(rules, lot.unit, lot.held))
            .at("earned_at", lot.earned_at)
            .at_or_null("available_at", lot.available_at)
            .at_or_null("expires_at", lot.expires_at)
            .put("activity", lot.activity.as_ref().map(Reference::as_str))
            .put("rule", lot.rule.as_deref())
            .put("programme_version", lot.programme_version)
            .into()
    };
    list("lots", lots, one)
}

/// The answer of `holds`.
pub fn holds(rules: &Rules, holds: &[HoldView]) -> Value {
    let one = |hold: &HoldView| -> Value {
        Fields::new()
            .put("hold", hold.hold.0)
            .put("ref", hold.reference.as_str())
            .put("unit", unit(rules, hold.unit))
            .put("amount", amount(rules, hold.unit, hold.amount))
            .at("until", hold.until)
            .put("lots", parts(rules, hold.unit, &hold.parts))
            .into()
    };
    list("holds", holds, one)
}

/// The answer of `expiring`.
pub fn expiring(rules: &Rules, buckets: &[Bucket]) -> Value {
    let one = |bucket: &Bucket| -> Value {
        Fields::new()
            .put("unit", unit(rules, bucket.unit))
            .at("until", bucket.until)
            .put("amount", amount(rules, bucket.unit, bucket.amount))
            .into()
    };
    list("buckets", buckets, one)
}

/// The answer of `statement`.
pub fn statement<'a>(rules: &Rules, lines: impl IntoIterator<Item = &'a StatementLine>) -> Value {
    let one = |line: &StatementLine| -> Value {
        let refs = line.refs.iter();
        let refs = refs.fold(Fields::new(), |fields, (name, text)| fields.put(name, text.as_str()));
        Fields::new()
            .put("seq", line.seq)
            .at("at", line.at)
            .put("text", line.text.as_str())
            .put("unit", unit(rules, line.unit))
            .put("change", amount(rules, line.unit, line.change))
            .put("balance", amount(rules, line.unit, line.balance))
            .put("lots", parts(rules, line.unit, &line.parts))
            .put("refs", refs)
            .into()
    };
    list("lines", lines, one)
}

/// The answer of `member`.
pub fn member(member: &MemberView) -> Value {
    let put =
        |fields: Fields, (purpose, given): &(Name, bool)| fields.put(purpose.as_str(), *given);
    let consents = member.consents.iter().fold(Fields::new(), put);
    Fields::new()
        .put("member", member.id.as_str())
        .at("enrolled_at", member.enrolled_at)
        .put("tier", member.tier.as_deref())
        .put("version", member.version)
        .put("attributes", attributes(member.attributes.iter()))
        .put("consents", consents)
        .put("closed", member.closed.is_some())
        // No command of this version erases (R-PRIV-1).
        .put("erased", false)
        .into()
}

fn unit(rules: &Rules, unit: UnitIx) -> &str {
    rules.symbols().unit(unit)
}

fn list<T>(name: &str, items: impl IntoIterator<Item = T>, one: impl FnMut(T) -> Value) -> Value {
    let items: Vec<Value> = items.into_iter().map(one).collect();
    Fields::new().put(name, items).into()
}
