//! The fields of a JSON object: none repeated, each asked for once, none left over.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::json::{Fault, Raw, Read, Text};

/// The most fields of an object and the most lines of a bill. What comes from a booking system is
/// two orders of magnitude smaller.
pub(super) const MAX_ITEMS: usize = 4096;

/// The fields of an object that are not taken yet, sorted by name.
#[derive(Debug)]
pub(super) struct Fields<'a>(Vec<(Cow<'a, str>, Raw<'a>)>);

impl<'a> Fields<'a> {
    /// The fields of a text that is one JSON object. Nothing but the syntax is checked.
    pub(super) fn parse(text: &'a str) -> Result<Fields<'a>, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Refuses repeated keys and too many fields.
    pub(super) fn check(&self) -> Result<(), Fault> {
        if self.0.len() > MAX_ITEMS {
            return Err(Fault::new(format!("expected at most {MAX_ITEMS} fields")));
        }
        let mut pairs = self.0.iter().zip(self.0.iter().skip(1));
        match pairs.find(|((one, _), (next, _))| one == next) {
            Some(((name, _), _)) => Err(Fault::new("the field is repeated").under(name)),
            None => Ok(()),
        }
    }

    /// Whether there is such a field.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(found, _)| found == name)
    }

    /// The value of a field that stays where it is, if there is exactly one of it that can be read.
    pub(super) fn peek<T: Read>(&self, name: &str) -> Option<T> {
        let mut found = self.0.iter().filter(|(found, _)| found == name);
        let (_, raw) = found.next().filter(|_| found.next().is_none())?;
        T::read(*raw).ok()
    }

    /// Takes the value of a field out.
    pub(super) fn take(&mut self, name: &str) -> Option<Raw<'a>> {
        let position = self.0.iter().position(|(found, _)| found == name)?;
        Some(self.0.remove(position).1)
    }

    /// A field that may be left out.
    pub(super) fn optional<T: Read>(&mut self, name: &str) -> Result<Option<T>, Fault> {
        let value = self.take(name).map(T::read).transpose();
        value.map_err(|fault| fault.under(name))
    }

    /// A field that must be there.
    pub(super) fn required<T: Read>(&mut self, name: &str) -> Result<T, Fault> {
        self.optional(name)?.ok_or_else(|| Fault::new("the field is missing").under(name))
    }

    /// A field that has a default when it is left out.
    pub(super) fn or_default<T: Read + Default>(&mut self, name: &str) -> Result<T, Fault> {
        self.optional(name).map(Option::unwrap_or_default)
    }

    /// Nothing may be left.
    pub(super) fn finish(&self) -> Result<(), Fault> {
        match self.0.first() {
            Some((name, _)) => Err(Fault::new("unknown field").under(name)),
            None => Ok(()),
        }
    }
}

impl<'a> IntoIterator for Fields<'a> {
    type Item = (Cow<'a, str>, Raw<'a>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fields<'de>, D::Error> {
        deserializer.deserialize_map(Collect)
    }
}

/// Collects the fields of an object, repeated ones too.
struct Collect;

impl<'de> Visitor<'de> for Collect {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some((name, raw)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
            fields.push((name.0, Raw::new(raw)));
        }
        fields.sort_by(|(one, _), (next, _)| one.cmp(next));
        Ok(Fields(fields))
    }
}
