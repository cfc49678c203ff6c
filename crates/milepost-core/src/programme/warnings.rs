//! Warnings: what a sound file says that can hardly be meant. Nothing is refused for them.

mod rules;
mod use_of;

use toml::de::{DeTable, DeValue};

use super::{Fault, Symbols, parse, position};

/// What of a file can hardly be meant, in order of line and column.
///
/// A rule that no activity gets to, a unit that nothing gives or takes, a tier that nothing reaches, a
/// segment that nobody gets into, and what needs an approval that nobody may give.
pub fn warnings(text: &str) -> Vec<Fault> {
    let Ok(programme) = parse(text, &Symbols::default()) else { return Vec::new() };
    let mut all = rules::unreachable(&programme);
    all.extend(use_of::units(&programme));
    all.extend(use_of::tiers(&programme));
    all.extend(use_of::segments(&programme));
    all.extend(use_of::approvals(&programme));
    let mut all: Vec<Fault> = all.into_iter().map(|warning| located(text, warning)).collect();
    all.sort_by_key(|fault| (fault.line, fault.column));
    all
}

/// What can hardly be meant, and of what.
#[derive(Clone, Debug)]
struct Warning {
    of: Of,
    reason: String,
}

/// Where it stands in the file.
#[derive(Clone, Debug)]
enum Of {
    /// An item of a list of tables, by its id.
    Item(&'static str, &'static str, Box<str>),
    /// A table of a table of names.
    Named(&'static str, Box<str>),
    /// An item of a list by its place.
    Place(&'static str, usize),
}

impl Warning {
    fn item(list: &'static str, id: &str, reason: impl Into<String>) -> Warning {
        Warning { of: Of::Item(list, "id", id.into()), reason: reason.into() }
    }
}

fn located(text: &str, warning: Warning) -> Fault {
    let (list, place) = match &warning.of {
        Of::Item(list, key, id) => (*list, place(text, list, key, id).to_string()),
        Of::Named(list, name) => (*list, name.to_string()),
        Of::Place(list, at) => (*list, at.to_string()),
    };
    let (line, column) = position(text, &[list, &place]);
    let key = match warning.of {
        Of::Named(..) => format!("{list}.{place}"),
        Of::Item(..) | Of::Place(..) => format!("{list}[{place}]"),
    };
    Fault { line, column, key, reason: warning.reason }
}

/// The place of the item of a list that has an id.
fn place(text: &str, list: &str, key: &str, id: &str) -> usize {
    let Ok(top) = DeTable::parse(text) else { return 0 };
    let items = top.get_ref().get(list).and_then(|list| list.get_ref().as_array());
    let is_it = |item: &&toml::Spanned<DeValue<'_>>| {
        let value = item.get_ref().as_table().and_then(|table| table.get(key));
        value.is_some_and(|value| value.get_ref().as_str() == Some(id))
    };
    items.and_then(|items| items.iter().position(|item| is_it(&item))).unwrap_or(0)
}
