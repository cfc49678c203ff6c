//! Where a key stands in a text that was read already: for faults that only the ledger can find.

use toml::de::{DeTable, DeValue};

use super::report::Report;

/// Line and column, both from 1, of a value or, where it is missing, of what it is missing from.
pub(crate) fn position(text: &str, path: &[&str]) -> (u32, u32) {
    let Ok(top) = DeTable::parse(text) else { return (1, 1) };
    let mut table = Some(top.get_ref());
    let mut at = 0;
    for key in path {
        let Some(value) = table.and_then(|table| table.get(*key)) else { break };
        at = value.span().start;
        table = match value.get_ref() {
            DeValue::Table(table) => Some(table),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Array(_) => None,
        };
    }
    Report::new(text).position(at)
}
