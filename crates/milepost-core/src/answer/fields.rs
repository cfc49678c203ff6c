//! Putting JSON objects together, field by field in the order of the specification.

use serde_json::{Map, Value};

use crate::decimal::Decimal;
use crate::event::{LotNo, Part};
use crate::names::{Name, Text};
use crate::programme::UnitIx;
use crate::rules::Rules;
use crate::time::Instant;
use crate::views::show;

/// An object that is being written.
#[derive(Debug, Default)]
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub(super) fn new() -> Fields {
        Fields::default()
    }

    /// Writes a field.
    pub(super) fn put(mut self, name: &str, value: impl Into<Value>) -> Fields {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Writes a field if there is something to write.
    pub(super) fn put_some(self, name: &str, value: Option<impl Into<Value>>) -> Fields {
        match value {
            Some(value) => self.put(name, value),
            None => self,
        }
    }

    /// Writes an instant.
    pub(super) fn at(self, name: &str, at: Instant) -> Fields {
        self.put(name, at.to_string())
    }

    /// Writes an instant, or null.
    pub(super) fn at_or_null(self, name: &str, at: Option<Instant>) -> Fields {
        self.put(name, at.map(|at| at.to_string()))
    }
}

impl From<Fields> for Value {
    fn from(fields: Fields) -> Value {
        Value::Object(fields.0)
    }
}

/// A decimal: an integer if it has no digits after the point and fits 64 bits, else a text.
pub(super) fn decimal(number: Decimal) -> Value {
    let (signed, unsigned) = (i64::try_from(number.digits()), u64::try_from(number.digits()));
    match (number.scale(), signed, unsigned) {
        (0, Ok(integer), _) => integer.into(),
        (0, _, Ok(integer)) => integer.into(),
        _ => number.to_string().into(),
    }
}

/// An amount of a unit.
pub(super) fn amount(rules: &Rules, unit: UnitIx, steps: impl Into<i128>) -> Value {
    decimal(Decimal::from_steps(steps, show::decimals(rules, unit)))
}

/// The sum of the amounts of lots.
pub(super) fn sum(rules: &Rules, unit: UnitIx, parts: &[Part]) -> Value {
    let sum: i128 = parts.iter().map(|part| i128::from(part.amount)).sum();
    amount(rules, unit, sum)
}

/// Amounts of lots.
pub(super) fn parts(rules: &Rules, unit: UnitIx, parts: &[Part]) -> Value {
    let one = |part: &Part| {
        let LotNo(lot) = part.lot;
        Fields::new().put("lot", lot).put("amount", amount(rules, unit, part.amount)).into()
    };
    parts.iter().map(one).collect::<Vec<Value>>().into()
}

/// Tags by name.
pub(super) fn attributes<'a>(tags: impl Iterator<Item = &'a (Name, Text)>) -> Value {
    let put =
        |fields: Fields, (name, text): &(Name, Text)| fields.put(name.as_str(), text.as_str());
    tags.fold(Fields::new(), put).into()
}
