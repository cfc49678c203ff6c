//! Where a key stands in a text that was read already: for faults that only the ledger can find.

use toml::de::{DeArray, DeTable};

use super::report::Report;

/// Line and column, both from 1, of a value (in a list by its place from 0) or, where it is missing, of what it is missing from.
pub(crate) fn position(text: &str, path: &[&str]) -> (u32, u32) {
    let Ok(top) = DeTable::parse(text) else { return (1, 1) };
    let (mut table, mut list) = (Some(top.get_ref()), None);
    let mut at = 0;
    for key in path {
        let item = || list.and_then(|list: &DeArray<'_>| list.get(key.parse::<usize>().ok()?));
        let Some(value) = table.and_then(|table| table.get(*key)).or_else(item) else { break };
        at = value.span().start;
        (table, list) = (value.get_ref().as_table(), value.get_ref().as_array());
    }
    Report::new(text).position(at)
}
