//! The fields of a question: each asked for once, none left over.

use std::fmt;
use std::str::FromStr;

use milepost::line::LineError;
use serde_json::{Map, Value};

/// The most characters of a foreign name that a message repeats.
const MAX_SHOWN: usize = 64;

/// The fields that are not taken yet.
#[derive(Debug)]
pub(super) struct Fields(Map<String, Value>);

/// What is wrong with a question, and with which field.
#[derive(Debug)]
pub(super) struct Fault {
    field: String,
    reason: String,
}

impl Fault {
    pub(super) fn new(field: &str, reason: impl fmt::Display) -> Fault {
        Fault { field: field.chars().take(MAX_SHOWN).collect(), reason: reason.to_string() }
    }

    /// The fault as the line format tells it.
    pub(super) fn into_malformed(self) -> LineError {
        LineError::Malformed { key: None, field: self.field, reason: self.reason }
    }
}

impl Fields {
    /// The fields of a text that is a JSON object.
    pub(super) fn of_text(text: &str) -> Result<Fields, Fault> {
        serde_json::from_str(text).map(Fields).map_err(|error| Fault::new("", error))
    }

    /// The fields of an object.
    pub(super) fn of(fields: Map<String, Value>) -> Fields {
        Fields(fields)
    }

    /// Whether the value of a field is a number.
    pub(super) fn is_number(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(Value::is_number)
    }

    /// A whole number, if the field is there.
    pub(super) fn number<T: TryFrom<u64>>(&mut self, name: &str) -> Result<Option<T>, Fault> {
        let Some(value) = self.0.remove(name) else { return Ok(None) };
        let number = value.as_u64().and_then(|number| T::try_from(number).ok());
        match number {
            Some(number) => Ok(Some(number)),
            None => Err(Fault::new(name, "expected a whole number that is not too large")),
        }
    }

    /// What a text stands for; the field must be there.
    pub(super) fn required<T: FromStr<Err: fmt::Display>>(
        &mut self,
        name: &str,
    ) -> Result<T, Fault> {
        self.parsed(name)?.ok_or_else(|| Fault::new(name, "the field is missing"))
    }

    /// What a text stands for, if the field is there.
    pub(super) fn parsed<T: FromStr<Err: fmt::Display>>(
        &mut self,
        name: &str,
    ) -> Result<Option<T>, Fault> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => {
                text.parse().map(Some).map_err(|error: T::Err| Fault::new(name, error))
            }
            Some(Value::Null) => Err(Fault::new(name, "found null, leave the field out")),
            Some(_) => Err(Fault::new(name, "expected a text")),
        }
    }

    /// Nothing may be left.
    pub(super) fn finish(&self) -> Result<(), Fault> {
        match self.0.keys().next() {
            Some(name) => Err(Fault::new(name, "unknown field")),
            None => Ok(()),
        }
    }
}
