//! Expiry: when a lot dies, as a unit or an earn rule says it.

use super::item::Item;
use super::report::Read;
use super::table::Table;
use crate::programme::{Expiry, ExpiryRound};
use crate::time::{Period, Span};

/// The words for rounding of `after`; the last is the only one that no other form has.
const ROUNDS_AFTER: &[(&str, ExpiryRound)] = &[
    ("exact", ExpiryRound::Exact),
    ("end-of-day", ExpiryRound::EndOf(Period::Day)),
    ("end-of-month", ExpiryRound::EndOf(Period::Month)),
    ("end-of-quarter", ExpiryRound::EndOf(Period::Quarter)),
    ("end-of-year", ExpiryRound::EndOf(Period::Year)),
    ("end-of-birth-month", ExpiryRound::EndOfBirthMonth),
];

/// The words for rounding of `inactivity`.
const ROUNDS: &[(&str, ExpiryRound)] = match ROUNDS_AFTER {
    [rounds @ .., _] => rounds,
    [] => &[],
};

/// From which instant a span or a year is counted.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum From {
    #[default]
    Base,
    Available,
}

/// `expiry`
pub(super) fn expiry(item: &Item<'_>) -> Read<Expiry> {
    if item.value().as_str() == Some("never") {
        return Ok(Expiry::Never);
    }
    let table = item.table_of("\"never\" or a table such as { after = \"24 months\" }")?;
    match table.one_of(&["after", "on", "inactivity"])? {
        "after" => after(table),
        "on" => on(table),
        _ => inactivity(table),
    }
}

fn after(mut table: Table<'_>) -> Read<Expiry> {
    let round = table.or_default("round", |item| item.choice(ROUNDS_AFTER));
    let span = table.required("after", |item| life(item, round));
    let from = table.or_default("from", from);
    let others = table.refuse(&["after_years", "renewed_by"], "does not go with `after`");
    table.finish()?;
    others?;
    Ok(Expiry::After { span: span?, round: round?, from_available: from? == From::Available })
}

fn on(mut table: Table<'_>) -> Read<Expiry> {
    let day = table.required("on", Item::parsed);
    let after_years = table.required("after_years", years);
    let from = table.or_default("from", from);
    let others = table.refuse(&["round", "renewed_by"], "does not go with `on`");
    table.finish()?;
    others?;
    let (day, after_years) = (day?, after_years?);
    Ok(Expiry::On { day, after_years, from_available: from? == From::Available })
}

fn inactivity(mut table: Table<'_>) -> Read<Expiry> {
    let round = table.or_default("round", |item| item.choice(ROUNDS));
    let span = table.required("inactivity", |item| life(item, round));
    let renewed_by = table.optional("renewed_by", |item| item.some(Item::name));
    let others = table.refuse(&["after_years", "from"], "does not go with `inactivity`");
    table.finish()?;
    others?;
    Ok(Expiry::Inactivity { span: span?, round: round?, renewed_by: renewed_by? })
}

/// A span that leaves a lot alive: none at all does so only where its end is rounded up.
fn life(item: &Item<'_>, round: Read<ExpiryRound>) -> Read<Span> {
    let span: Span = item.parsed()?;
    if span.is_zero() && round? == ExpiryRound::Exact {
        return Err(item.fault(format!("a lot would be dead at birth after {}", item.found())));
    }
    Ok(span)
}

fn from(item: &Item<'_>) -> Read<From> {
    item.choice(&[("available", From::Available)])
}

/// Time ends with the year 9999, so more years never come.
fn years(item: &Item<'_>) -> Read<u16> {
    let years = item.whole(&(0..=9999))?;
    u16::try_from(years).map_err(|_| item.is_not("a number of years"))
}
