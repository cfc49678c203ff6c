//! Reading a single value: its type, its form, and what to say if it is another one.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use toml::Spanned;
use toml::de::DeValue;

use super::report::{Read, Report, Reported, all};
use super::table::Table;
use crate::names::Name;

/// A value of the file and where it stands.
pub(super) struct Item<'a> {
    report: &'a Report<'a>,
    key: String,
    at: usize,
    value: &'a DeValue<'a>,
}

/// The most characters of a faulty value that are repeated.
const SHOWN: usize = 60;

impl<'a> Item<'a> {
    pub(super) fn new(
        report: &'a Report<'a>,
        key: String,
        value: &'a Spanned<DeValue<'a>>,
    ) -> Item<'a> {
        Item { report, key, at: value.span().start, value: value.get_ref() }
    }

    /// The dotted key of the value.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// The value as TOML has it.
    pub(super) fn value(&self) -> &'a DeValue<'a> {
        self.value
    }

    /// Reports a fault of this value.
    pub(super) fn fault(&self, reason: impl Into<String>) -> Reported {
        self.report.fault(self.at, &self.key, reason)
    }

    /// Reports that something else was expected.
    pub(super) fn is_not(&self, expected: impl Display) -> Reported {
        self.fault(format!("{} is not {expected}", self.found()))
    }

    /// Any text.
    pub(super) fn text(&self) -> Read<&'a str> {
        self.value.as_str().ok_or_else(|| self.is_not("a text"))
    }

    /// A text of a form that another module reads; its error says "not a …".
    pub(super) fn parsed<T: FromStr<Err: Display>>(&self) -> Read<T> {
        let text = self.value.as_str();
        // What is no text at all is told what an empty one is told.
        match text.unwrap_or_default().parse() {
            Ok(value) if text.is_some() => Ok(value),
            Ok(_) => Err(self.is_not("a text")),
            Err(error) => Err(self.fault(format!("{} is {error}", self.found()))),
        }
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&self, words: &[(&str, T)]) -> Read<T> {
        let found = words.iter().find(|(word, _)| self.value.as_str() == Some(word));
        found.map(|(_, meaning)| *meaning).ok_or_else(|| self.is_not(one_of(words)))
    }

    /// `true` or `false`.
    pub(super) fn flag(&self) -> Read<bool> {
        self.value.as_bool().ok_or_else(|| self.is_not("`true` or `false`"))
    }

    /// A whole number of a range.
    pub(super) fn whole(&self, range: &RangeInclusive<i64>) -> Read<i64> {
        let number = self.value.as_integer();
        let number = number.and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
        number.filter(|number| range.contains(number)).ok_or_else(|| {
            self.is_not(format!("a whole number from {} to {}", range.start(), range.end()))
        })
    }

    /// A table.
    pub(super) fn table(&self) -> Read<Table<'a>> {
        self.table_of("a table")
    }

    /// A table, where other forms are possible too: `expected` names them all.
    pub(super) fn table_of(&self, expected: &str) -> Read<Table<'a>> {
        let entries = self.value.as_table().ok_or_else(|| self.is_not(expected))?;
        Ok(Table::new(self.report, &self.key, self.at, entries))
    }

    /// The items of a list of what `expected` says.
    pub(super) fn list_of(&self, expected: &str) -> Read<Vec<Item<'a>>> {
        let items = self.value.as_array().ok_or_else(|| self.is_not(expected))?;
        let item = |(at, value)| Item::new(self.report, format!("{}[{at}]", self.key), value);
        Ok(items.iter().enumerate().map(item).collect())
    }

    /// A name: 1 to 128 bytes, printable, without blanks around it.
    pub(super) fn name(&self) -> Read<Box<str>> {
        self.name_of(self.text()?)
    }

    /// A name that is part of this value, or its key.
    pub(super) fn name_of(&self, text: &str) -> Read<Box<str>> {
        let fault = |expected| self.fault(format!("{} is not {expected}", shown(text)));
        Name::new(text).map_err(|error| fault(error.expected))?;
        if text.contains(char::is_control) || text.trim() != text {
            return Err(fault("a name without control characters and without blanks around it"));
        }
        Ok(text.into())
    }

    /// A list of different things, at least one.
    pub(super) fn some<T: PartialEq>(&self, read: impl Fn(&Item<'a>) -> Read<T>) -> Read<Vec<T>> {
        let things = self.distinct(read)?;
        if things.is_empty() {
            Err(self.fault("an empty list, expected at least one item"))
        } else {
            Ok(things)
        }
    }

    /// A list of different things, or of none.
    pub(super) fn distinct<T: PartialEq>(
        &self,
        read: impl Fn(&Item<'a>) -> Read<T>,
    ) -> Read<Vec<T>> {
        let items = self.list_of("a list of names")?;
        let things = all(items.iter().map(read).collect())?;
        let repeated = |(at, item)| {
            let (before, rest) = things.split_at_checked(at)?;
            rest.first().filter(|thing| before.contains(thing)).map(|_| item)
        };
        match items.iter().enumerate().find_map(repeated) {
            Some(item) => Err(item.fault(format!("{} stands in the list already", item.found()))),
            None => Ok(things),
        }
    }

    /// The value as a fault shows it.
    pub(super) fn found(&self) -> String {
        match self.value {
            DeValue::String(text) => shown(text),
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            DeValue::Boolean(value) => value.to_string(),
            DeValue::Datetime(time) => time.to_string(),
            DeValue::Array(_) => "a list".to_owned(),
            DeValue::Table(_) => "a table".to_owned(),
        }
    }
}

/// A text in quotes, cut off where it gets long.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}…", text.get(..end).unwrap_or_default()),
        None => format!("{text:?}"),
    }
}

fn one_of<T>(words: &[(&str, T)]) -> String {
    let words: Vec<_> = words.iter().map(|(word, _)| format!("{word:?}")).collect();
    match words.as_slice() {
        [only] => only.clone(),
        _ => format!("one of {}", words.join(", ")),
    }
}
