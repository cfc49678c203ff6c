//! `lines`: which lines of an activity a rule or a multiplier sees.

use super::item::Item;
use super::report::Read;
use super::when::values_by_name;
use crate::programme::LineFilter;

/// `lines = { only = {…}, except = {…} }`
pub(super) fn lines(item: &Item<'_>) -> Read<LineFilter> {
    let mut table = item.table()?;
    let only = table.or_default("only", values_by_name);
    let except = table.or_default("except", values_by_name);
    table.finish()?;
    let filter = LineFilter { only: only?, except: except? };
    if filter.is_empty() {
        return Err(item.fault("it names no line, expected `only` or `except`"));
    }
    Ok(filter)
}
