//! One row of a file, its fields as one text, and reading values from it by templates.

use std::fmt;

use milepost::command::Command;
use milepost::programme::Programme;
use milepost::{Decimal, Instant, Key, MemberId, Name, Reference, Text};

use super::template::{Template, Unlisted};

/// One row of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row<'a> {
    /// The fields, one after another.
    pub(super) text: &'a str,
    /// Where each of them ends.
    pub(super) ends: &'a [u32],
    /// The name of the file, without folders and ending.
    pub(super) file: &'a str,
    /// The line of the file at which the row begins; the header is line 1.
    pub(super) number: &'a str,
}

impl<'a> Row<'a> {
    /// The field of a column.
    pub(super) fn field(&self, index: usize) -> &'a str {
        let end_of = |index: usize| self.ends.get(index).map(|end| *end as usize);
        let start = index.checked_sub(1).map_or(Some(0), end_of);
        let range = start.zip(end_of(index)).map(|(start, end)| start..end);
        range.and_then(|range| self.text.get(range)).unwrap_or_default()
    }
}

/// What is wrong with a row, and in which field of which command.
#[derive(Debug)]
pub(super) struct Fault {
    /// The field of the mapping, such as `record.activity.quantities.km`; empty: the row itself.
    pub(super) field: String,
    /// What was found and what was expected.
    pub(super) reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field.as_str() {
            "" => f.write_str(&self.reason),
            field => write!(f, "{field}: {}", self.reason),
        }
    }
}

/// A field of a command: the same for every row, or made from the row.
#[derive(Debug)]
pub(super) enum Field<T> {
    /// Checked once, with the mapping.
    Fixed(T),
    /// Checked for each row.
    Made { path: String, template: Template },
}

/// A value that a field can have.
pub(super) trait Value: Clone {
    /// Reads it; what was expected instead is said in a few words.
    fn read(text: &str, programme: &Programme) -> Result<Self, String>;
}

macro_rules! values {
    ($($name:ident)*) => {
        $(impl Value for $name {
            fn read(text: &str, _: &Programme) -> Result<$name, String> {
                text.parse().map_err(|error| format!("{error}"))
            }
        })*
    };
}

values! { Decimal Key MemberId Name Reference Text }

impl Value for Instant {
    /// An RFC 3339 instant, or a local time or date (its midnight) of the programme's zone.
    fn read(text: &str, programme: &Programme) -> Result<Instant, String> {
        let expected = "not a date such as 2026-01-05, a local time such as 2026-01-05T10:00:00, or an \
             RFC 3339 instant";
        let zone = programme.zone;
        // The lengths keep chrono from taking signs, blanks and single digits.
        let found = match text.len() {
            10 => text.parse().ok().and_then(|date| zone.midnight(date)),
            19 => text.parse().ok().and_then(|time| zone.instant(time)),
            _ => text.parse().ok(),
        };
        found.ok_or_else(|| expected.to_owned())
    }
}

/// Reads the fields of one row.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    pub(super) row: Row<'a>,
    pub(super) programme: &'a Programme,
    /// Where templates are put together.
    pub(super) room: &'a mut String,
}

impl Cursor<'_> {
    /// The value of a field.
    pub(super) fn read<T: Value>(&mut self, field: &Field<T>) -> Result<T, Fault> {
        match field {
            Field::Fixed(value) => Ok(value.clone()),
            Field::Made { path, template } => {
                let text = fill(template, path, &self.row, self.room)?;
                T::read(text, self.programme).map_err(|expected| fault(path, text, &expected))
            }
        }
    }

    /// The value of a field that may be left out; one that comes out empty is left out, too.
    pub(super) fn maybe<T: Value>(&mut self, field: Option<&Field<T>>) -> Result<Option<T>, Fault> {
        let Some(field) = field else { return Ok(None) };
        if let Field::Made { path, template } = field
            && fill(template, path, &self.row, self.room)?.is_empty()
        {
            return Ok(None);
        }
        self.read(field).map(Some)
    }

    /// Named values, without those that come out empty.
    pub(super) fn named<T: Value>(
        &mut self,
        fields: &[(Name, Field<T>)],
    ) -> Result<Vec<(Name, T)>, Fault> {
        let mut values = Vec::with_capacity(fields.len());
        for (name, field) in fields {
            if let Some(value) = self.maybe(Some(field))? {
                values.push((name.clone(), value));
            }
        }
        Ok(values)
    }
}

/// The text that a template makes of a row.
pub(super) fn fill<'a>(
    template: &'a Template,
    path: &str,
    row: &Row<'a>,
    room: &'a mut String,
) -> Result<&'a str, Fault> {
    template.fill(row, room).map_err(|Unlisted { found, table }| Fault {
        field: path.to_owned(),
        reason: format!("{found:?} is not listed in [values.{table}]"),
    })
}

pub(super) fn fault(path: &str, found: &str, expected: &str) -> Fault {
    Fault { field: path.to_owned(), reason: format!("{found:?}: {expected}") }
}

/// What a recipe makes of a row.
pub(super) trait Shape: fmt::Debug {
    /// The command, or what is wrong with the row.
    fn build(&self, cursor: &mut Cursor<'_>) -> Result<Command, Fault>;
}
