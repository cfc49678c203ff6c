//! `[units.*]`: what is counted.

use super::counts::qualifying_only;
use super::expiry::expiry;
use super::header::{named, title};
use super::item::Item;
use super::later;
use super::report::Read;
use super::table::Table;
use crate::money::Currency;
use crate::programme::{
    Availability, RefundExpired, Shortfall, Symbols, TransferLimits, Unit, UnitIx,
};
use crate::time::Span;

/// Left out, a hold lapses after a day of 24 hours (R-HOLD-4).
const DEFAULT_HOLD: Span = Span::hours(24);

/// What contradicts `qualifying_only`: it cannot be redeemed, held or transferred.
const NOT_QUALIFYING: &[&str] = &["transfer", "hold_for", "refund_expired", "value"];

/// All units, in order of declaration.
pub(super) fn units(
    item: &Item<'_>,
    currency: Read<Currency>,
    symbols: &mut Symbols,
) -> Read<Vec<(Box<str>, Read<Unit>)>> {
    let entries = item.table()?.entries().into_iter();
    Ok(entries.map(|(name, item)| (name.into(), unit(name, &item, currency, symbols))).collect())
}

fn unit(
    name: &str,
    item: &Item<'_>,
    currency: Read<Currency>,
    symbols: &mut Symbols,
) -> Read<Unit> {
    let ix = item.name_of(name).and_then(|name| {
        symbols.add_unit(&name).ok_or_else(|| item.fault("the ledger has too many units"))
    });
    let mut unit = read(name, item.table()?, currency)?;
    unit.ix = ix?;
    Ok(unit)
}

fn read(name: &str, mut table: Table<'_>, currency: Read<Currency>) -> Read<Unit> {
    let title = table.optional("title", title);
    let decimals = table.or_default("decimals", decimals);
    let expiry = table.or_default("expiry", expiry);
    let availability = table.or_default("pending", pending);
    let shortfall = table.or_default("shortfall", shortfall);
    let refund_expired = table.or_default("refund_expired", refund_expired);
    let value = table.optional("value", |item| item.worth(currency));
    let hold_for = table.optional("hold_for", Item::lasting);
    let qualifying_only = table.or_default("qualifying_only", |item| qualifying_only(item, name));
    let transfer = table.optional("transfer", |item| transfer(item, decimals));
    let max_balance = table.optional("max_balance", |item| item.amount(decimals));
    let contradictions = match qualifying_only {
        Ok(true) => table.refuse(NOT_QUALIFYING, "contradicts `qualifying_only`"),
        Ok(false) | Err(_) => Ok(()),
    };
    table.finish(later::NONE)?;
    contradictions?;
    Ok(Unit {
        ix: UnitIx::default(),
        name: name.into(),
        title: title?.unwrap_or_else(|| named(name)),
        decimals: decimals?,
        expiry: expiry?,
        availability: availability?,
        shortfall: shortfall?,
        refund_expired: refund_expired?,
        value: value?,
        transfer: transfer?,
        hold_for: hold_for?.unwrap_or(DEFAULT_HOLD),
        max_balance: max_balance?,
        qualifying_only: qualifying_only?,
    })
}

fn decimals(item: &Item<'_>) -> Read<u8> {
    let decimals = item.whole(&(0..=6))?;
    u8::try_from(decimals).map_err(|_| item.is_not("a number of decimals"))
}

/// `pending` of a unit or an earn rule.
pub(super) fn pending(item: &Item<'_>) -> Read<Availability> {
    match item.value().as_str() {
        Some("until-confirmed") => Ok(Availability::UntilConfirmed),
        _ => item.parsed().map(Availability::After),
    }
}

fn shortfall(item: &Item<'_>) -> Read<Shortfall> {
    item.choice(&[
        ("other-lots", Shortfall::OtherLots),
        ("forgive", Shortfall::Forgive),
        ("refuse", Shortfall::Refuse),
    ])
}

fn refund_expired(item: &Item<'_>) -> Read<RefundExpired> {
    if item.value().as_str() == Some("expire") {
        return Ok(RefundExpired::Expire);
    }
    let mut table = item.table_of("\"expire\" or a table such as { grace = \"30 days\" }")?;
    let grace = table.required("grace", Item::lasting);
    table.finish(later::NONE)?;
    grace.map(RefundExpired::Grace)
}

fn transfer(item: &Item<'_>, decimals: Read<u8>) -> Read<TransferLimits> {
    let mut table = item.table()?;
    let per_day = table.optional("per_day", count);
    let amount_per_day = table.optional("amount_per_day", |item| item.amount(decimals));
    let amount_per_year = table.optional("amount_per_year", |item| item.amount(decimals));
    table.finish(later::NONE)?;
    Ok(TransferLimits {
        per_day: per_day?,
        amount_per_day: amount_per_day?,
        amount_per_year: amount_per_year?,
    })
}

/// A limit that lets something through.
fn count(item: &Item<'_>) -> Read<u32> {
    let count = item.whole(&(1..=i64::from(u32::MAX)))?;
    u32::try_from(count).map_err(|_| item.is_not("a count"))
}
