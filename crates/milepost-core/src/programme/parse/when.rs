//! `when`: the conditions of a rule, a multiplier or a reward.

use chrono::{NaiveDate, NaiveDateTime};

use super::item::Item;
use super::later;
use super::report::Read;
use super::scope::Scope;
use crate::programme::When;
use crate::time::{Instant, Zone};

/// `when`
pub(super) fn when(item: &Item<'_>, scope: &Scope) -> Read<When> {
    let mut table = item.table()?;
    let from = table.optional("from", |item| moment(item, scope.zone));
    let until = table.optional("until", |item| later_than(item, scope.zone, from));
    let tiers = table.or_default("tier", |item| item.some(|item| scope.tier(item)));
    table.finish(later::WHEN)?;
    Ok(When { from: from?, until: until?, tiers: tiers? })
}

/// The end of a window that is not empty.
fn later_than(item: &Item<'_>, zone: Read<Zone>, from: Read<Option<Instant>>) -> Read<Instant> {
    let until = moment(item, zone)?;
    match from? {
        Some(from) if until <= from => {
            Err(item
                .fault(format!("the window is empty: {} is not later than `from`", item.found())))
        }
        Some(_) | None => Ok(until),
    }
}

/// An instant, or a local date (its midnight), or a local date and time.
fn moment(item: &Item<'_>, zone: Read<Zone>) -> Read<Instant> {
    let text = match item.value().as_datetime() {
        Some(time) => time.to_string(),
        None => item.value().as_str().unwrap_or_default().to_owned(),
    };
    if let Ok(instant) = text.parse() {
        return Ok(instant);
    }
    let Some(local) = local(&text) else {
        return Err(item.is_not("a date such as 2018-02-01, or a date and time"));
    };
    zone?.instant(local).ok_or_else(|| item.is_not("in the years 1 to 9999"))
}

fn local(text: &str) -> Option<NaiveDateTime> {
    match text.len() {
        10 => written(text, "dddd-dd-dd", "%Y-%m-%d", |text, form| {
            NaiveDate::parse_from_str(text, form).ok().map(NaiveDateTime::from)
        }),
        16 => written(text, "dddd-dd-ddTdd:dd", "%Y-%m-%dT%H:%M", date_time),
        _ => written(text, "dddd-dd-ddTdd:dd:dd", "%Y-%m-%dT%H:%M:%S%.f", date_time),
    }
}

fn date_time(text: &str, form: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(text, form).ok()
}

/// Reads a text of a form if it begins with all of its digits: chrono alone would take `2018-2-1`.
fn written(
    text: &str,
    shape: &str,
    form: &str,
    read: impl Fn(&str, &str) -> Option<NaiveDateTime>,
) -> Option<NaiveDateTime> {
    let fits = |(b, shape): (u8, u8)| if shape == b'd' { b.is_ascii_digit() } else { b == shape };
    let shaped = text.len() >= shape.len() && text.bytes().zip(shape.bytes()).all(fits);
    if shaped { read(text, form) } else { None }
}
