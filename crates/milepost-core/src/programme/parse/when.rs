//! `when`: the conditions of a rule, a multiplier or a reward.

use chrono::{NaiveDate, NaiveDateTime, Weekday};

use super::item::Item;
use super::later;
use super::report::{Read, all};
use super::scope::Scope;
use super::table::Table;
use crate::programme::{Birthday, Choices, Turn, When};
use crate::ratio::Ratio;
use crate::time::{Instant, Zone};

/// `when` of an earn rule or a multiplier.
pub(super) fn when(item: &Item<'_>, scope: &Scope) -> Read<When> {
    let mut table = item.table()?;
    let of_member = of_member(&mut table, scope);
    let window_on = table.optional("window_on", Item::name);
    let min_spend = table.optional("min_spend", |item| money(item, scope));
    let max_spend = table.optional("max_spend", |item| not_below(item, scope, min_spend));
    let min_quantity = table.or_default("min_quantity", quantities);
    let turn = turn(&mut table);
    table.finish(later::NONE)?;
    Ok(When {
        turn: turn?,
        window_on: window_on?,
        min_spend: min_spend?,
        max_spend: max_spend?,
        min_quantity: min_quantity?,
        ..of_member?
    })
}

/// `first`, `nth`, `every`: of those given together one activity can be all.
fn turn(table: &mut Table<'_>) -> Read<Turn> {
    let first = table.or_default("first", Item::flag);
    let nth = table.optional("nth", |item| match (number(item)?, first) {
        (2.., Ok(true)) => Err(item.fault("the first of all is the first of its year too")),
        (nth, _) => Ok(nth),
    });
    let every = table.optional("every", |item| match (number(item)?, first, nth) {
        (2.., Ok(true), _) => Err(item.fault("the first of all is the first of its year too")),
        (every, _, Ok(Some(nth))) if nth % every != 0 => {
            Err(item.fault(format!("it can never fire: {nth} is no multiple of {every}")))
        }
        (every, _, _) => Ok(every),
    });
    Ok(Turn { first: first?, nth: nth?, every: every? })
}

fn number(item: &Item<'_>) -> Read<u32> {
    let number = item.whole(&(1..=i64::from(u32::MAX)))?;
    u32::try_from(number).map_err(|_| item.is_not("a number of activities"))
}

/// `when` of a reward: what can be asked without an activity.
pub(super) fn when_redeemed(item: &Item<'_>, scope: &Scope) -> Read<When> {
    let mut table = item.table()?;
    let of_member = of_member(&mut table, scope);
    table.finish(later::NONE)?;
    of_member
}

fn of_member(table: &mut Table<'_>, scope: &Scope) -> Read<When> {
    let from = table.optional("from", |item| moment(item, scope.zone));
    let until = table.optional("until", |item| later_than(item, scope.zone, from));
    let tiers = table.or_default("tier", |item| item.some(|item| scope.tier(item)));
    let attributes = table.or_default("attributes", values_by_name);
    let absent = table.or_default("absent", |item| item.some(Item::name));
    let months = table.or_default("months", |item| item.some(month));
    let weekdays = table.or_default("weekdays", |item| item.some(weekday));
    let birthday = table.or_default("birthday_month", birthday);
    Ok(When {
        from: from?,
        until: until?,
        tiers: tiers?,
        attributes: attributes?,
        absent: absent?,
        months: months?,
        weekdays: weekdays?,
        birthday: birthday?,
        ..When::default()
    })
}

/// Money of the whole activity, in programme currency; zero is possible.
pub(super) fn money(item: &Item<'_>, scope: &Scope) -> Read<Ratio> {
    let text = item.number()?;
    if text.parse::<crate::decimal::Decimal>().is_ok_and(|number| number.digits() == 0) {
        return Ok(Ratio::ZERO);
    }
    item.money(&text, scope.currency?)
}

fn not_below(item: &Item<'_>, scope: &Scope, min: Read<Option<Ratio>>) -> Read<Ratio> {
    let max = money(item, scope)?;
    match min? {
        Some(min) if max < min => Err(item.fault(format!("{} is below `min_spend`", item.found()))),
        Some(_) | None => Ok(max),
    }
}

fn quantities(item: &Item<'_>) -> Read<Vec<(Box<str>, Ratio)>> {
    let entries = item.table()?.entries();
    let quantity = |(name, item): &(&str, Item<'_>)| Ok((item.name_of(name)?, item.ratio()?));
    all(entries.iter().map(quantity).collect())
}

/// A table of names, each with one value or a list of them.
pub(super) fn values_by_name(item: &Item<'_>) -> Read<Choices> {
    let entries = item.table()?.entries();
    if entries.is_empty() {
        return Err(item.fault("an empty table, expected at least one name"));
    }
    let pair = |(name, item): &(&str, Item<'_>)| Ok((item.name_of(name)?, values(item)?));
    all(entries.iter().map(pair).collect())
}

fn values(item: &Item<'_>) -> Read<Vec<Box<str>>> {
    if item.value().as_str().is_some() {
        item.name().map(|one| vec![one])
    } else {
        item.some(Item::name)
    }
}

fn month(item: &Item<'_>) -> Read<u8> {
    let month = item.whole(&(1..=12))?;
    u8::try_from(month).map_err(|_| item.is_not("a month from 1 to 12"))
}

fn weekday(item: &Item<'_>) -> Read<Weekday> {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    item.choice(&[
        ("mon", Mon),
        ("tue", Tue),
        ("wed", Wed),
        ("thu", Thu),
        ("fri", Fri),
        ("sat", Sat),
        ("sun", Sun),
    ])
}

fn birthday(item: &Item<'_>) -> Read<Birthday> {
    Ok(if item.flag()? { Birthday::InMonth } else { Birthday::AnyMonth })
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
