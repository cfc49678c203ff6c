//! Which lines of an activity count.

use crate::command::Line;
use crate::names::Name;

/// Names, each with the values of which one is wanted.
pub type Choices = Vec<(Box<str>, Vec<Box<str>>)>;

/// Which lines of an activity a rule or a multiplier sees: by `sku` or any attribute of the line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineFilter {
    /// All of these must hold, each with one of its values.
    pub only: Choices,
    /// None of these may hold with any of its values.
    pub except: Choices,
}

impl LineFilter {
    /// Whether it leaves every line.
    pub const fn is_empty(&self) -> bool {
        self.only.is_empty() && self.except.is_empty()
    }

    /// Whether it leaves a line.
    pub fn leaves(&self, line: &Line) -> bool {
        let has = |(key, values): &(Box<str>, Vec<Box<str>>)| {
            value_of(line, key).is_some_and(|value| values.iter().any(|known| **known == *value))
        };
        self.only.iter().all(has) && !self.except.iter().any(has)
    }
}

fn value_of<'a>(line: &'a Line, key: &str) -> Option<&'a str> {
    if key == "sku" {
        return line.sku.as_ref().map(Name::as_str);
    }
    let found = line.attributes.iter().find(|(name, _)| name.as_str() == key);
    found.map(|(_, value)| value.as_str())
}
