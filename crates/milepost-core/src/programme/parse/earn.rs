//! `[[earn]]`: what an activity gives.

use super::expiry::expiry;
use super::header::{named, title};
use super::item::Item;
use super::later;
use super::report::Read;
use super::scope::{Ids, Scope};
use super::table::Table;
use super::units::pending;
use super::when::when;
use crate::money::Currency;
use crate::programme::{Amount, EarnRule, Per, Rate, Steps, Symbols, Unit};
use crate::ratio::{Ratio, Rounding};

/// One earn rule.
pub(super) fn earn_rule(
    item: &Item<'_>,
    scope: &Scope,
    ids: &mut Ids,
    symbols: &mut Symbols,
) -> Read<EarnRule> {
    let mut table = item.table()?;
    let id = table.required("id", |item| {
        let id = ids.new_id(item)?;
        let ix = symbols.add_rule(&id);
        Ok((id, ix.ok_or_else(|| item.fault("the ledger has too many earn rules"))?))
    });
    let title = table.optional("title", title);
    let unit = table.required("unit", |item| scope.unit(item));
    let on = table.required("on", |item| item.some(Item::name));
    let amount = amount(&mut table, unit, scope.currency);
    let rounding = table.or_default("rounding", rounding);
    let when = table.or_default("when", |item| when(item, scope));
    let expiry = table.optional("expiry", expiry);
    let availability = table.optional("pending", pending);
    table.finish(later::EARN)?;
    let (name, ix) = id?;
    Ok(EarnRule {
        ix,
        title: title?.unwrap_or_else(|| named(&name)),
        name,
        unit: unit?.ix,
        on: on?,
        amount: amount?,
        rounding: rounding?,
        when: when?,
        expiry: expiry?,
        availability: availability?,
    })
}

/// `rate` or `fixed`, exactly one.
fn amount(table: &mut Table<'_>, unit: Read<&Unit>, currency: Read<Currency>) -> Read<Amount> {
    let form = table.one_of(&["rate", "fixed"]);
    let decimals = unit.map(|unit| unit.decimals);
    let rate = table.optional("rate", |item| rate(item, decimals, currency));
    let fixed = table.optional("fixed", |item| item.amount(decimals));
    form?;
    match (rate?, fixed?) {
        (Some(rate), _) => Ok(Amount::Rate(rate)),
        (None, Some(steps)) => Ok(Amount::Fixed { steps }),
        (None, None) => Err(table.missing("rate")),
    }
}

fn rate(item: &Item<'_>, decimals: Read<u8>, currency: Read<Currency>) -> Read<Rate> {
    let mut table = item.table()?;
    let per = table.required("per", |item| per(item, currency));
    let earn = table.required("earn", |item| steps_of(item, decimals));
    let steps = table.or_default("steps", |item| {
        item.choice(&[("exact", Steps::Exact), ("whole", Steps::Whole)])
    });
    table.finish(later::NONE)?;
    let (per, size) = per?;
    Ok(Rate { per, size, earn: earn?, steps: steps? })
}

/// Money, with or without the programme's currency, or so much of a quantity. A word that is the
/// code of another currency is a fault and not the name of a quantity.
fn per(item: &Item<'_>, currency: Read<Currency>) -> Read<(Per, Ratio)> {
    let text = item.number()?;
    let (number, what) = text.split_once(' ').map_or((&*text, None), |(n, what)| (n, Some(what)));
    match what {
        Some(what) if what.parse::<Currency>().is_err() => {
            let (number, name) = (item.positive(number), item.name_of(what));
            Ok((Per::Quantity(name?), Ratio::from(number?)))
        }
        Some(code) => {
            item.own_currency(code, currency?)?;
            Ok((Per::Money, item.money(number, currency?)?))
        }
        None => Ok((Per::Money, item.money(number, currency?)?)),
    }
}

/// A rate in whole units, exactly, as steps of the unit.
fn steps_of(item: &Item<'_>, decimals: Read<u8>) -> Read<Ratio> {
    let whole = item.ratio()?;
    let steps = 10_i64.checked_pow(u32::from(decimals?)).map(Ratio::whole);
    let earn = steps.and_then(|steps| whole.times(steps));
    earn.ok_or_else(|| item.fault(format!("{} is too great to count in steps", item.found())))
}

/// `rounding` of an earn rule or a reward.
pub(super) fn rounding(item: &Item<'_>) -> Read<Rounding> {
    item.choice(&[
        ("down", Rounding::Down),
        ("up", Rounding::Up),
        ("half-up", Rounding::HalfUp),
        ("half-even", Rounding::HalfEven),
    ])
}
