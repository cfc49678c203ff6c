//! The top of the file: what holds for the whole scheme.

use super::item::Item;
use super::report::{Read, all};
use crate::money::Currency;
use crate::names::{Name, Text};
use crate::programme::{OnClose, Title, UseOrder};
use crate::ratio::Ratio;

/// Longest language tag (BCP 47 asks to support 35 characters).
const MAX_TAG: usize = 35;

/// `order`
pub(super) fn order(item: &Item<'_>) -> Read<UseOrder> {
    item.choice(&[
        ("earliest-expiry", UseOrder::EarliestExpiry),
        ("oldest-first", UseOrder::OldestFirst),
    ])
}

/// `on_close`
pub(super) fn on_close(item: &Item<'_>) -> Read<OnClose> {
    item.choice(&[("forfeit", OnClose::Forfeit), ("keep", OnClose::Keep)])
}

/// `personal`
pub(super) fn personal(item: &Item<'_>) -> Read<Vec<Name>> {
    item.distinct(|item| {
        let name = item.name()?;
        Name::new(name).map_err(|error| item.is_not(error.expected))
    })
}

/// `[exchange]`: programme currency per 1 of another.
pub(super) fn exchange(item: &Item<'_>, own: Read<Currency>) -> Read<Vec<(Currency, Ratio)>> {
    let entries = item.table()?.entries();
    all(entries.iter().map(|(code, item)| rate(code, item, own)).collect())
}

fn rate(code: &str, item: &Item<'_>, own: Read<Currency>) -> Read<(Currency, Ratio)> {
    let rate = item.ratio();
    let currency = code.parse::<Currency>();
    let currency = currency.map_err(|error| item.fault(format!("{code:?} is {error}")))?;
    if own.is_ok_and(|own| own == currency) {
        return Err(item.fault(format!("{currency} is the programme's own currency and worth 1")));
    }
    Ok((currency, rate?))
}

/// A public name: one text, or a table of texts by language, of which the first stands for every
/// language that is not named.
pub(super) fn title(item: &Item<'_>) -> Read<Title> {
    if item.value().is_str() {
        return Ok(Title { text: words(item)?, languages: Vec::new() });
    }
    let table = item.table_of("a text or a table of texts by language")?;
    let languages = all(table.entries().iter().map(|(tag, item)| language(tag, item)).collect())?;
    match languages.first() {
        Some((_, text)) => Ok(Title { text: text.clone(), languages }),
        None => Err(item.fault("an empty table holds no text")),
    }
}

/// The public name of what has no other: its id.
pub(super) fn named(id: &str) -> Title {
    Title { text: id.into(), languages: Vec::new() }
}

fn language(tag: &str, item: &Item<'_>) -> Read<(Box<str>, Box<str>)> {
    let words = words(item);
    let letters = tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !letters || !(2..=MAX_TAG).contains(&tag.len()) {
        return Err(item.fault(format!("{tag:?} is not a language tag such as \"en\"")));
    }
    Ok((tag.into(), words?))
}

fn words(item: &Item<'_>) -> Read<Box<str>> {
    let text = item.text()?;
    Text::new(text).map_err(|error| item.is_not(error.expected))?;
    Ok(text.into())
}
