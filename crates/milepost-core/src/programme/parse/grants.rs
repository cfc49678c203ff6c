//! Lists of grants: `[{ unit = "points", amount = "500" }]`.

use super::item::Item;
use super::later;
use super::report::{Read, all};
use super::scope::Scope;
use crate::programme::GrantItem;

/// A list of grants, at least one.
pub(super) fn grants(item: &Item<'_>, scope: &Scope) -> Read<Vec<GrantItem>> {
    let items = item.list_of("a list of grants such as { unit = \"points\", amount = \"500\" }")?;
    if items.is_empty() {
        return Err(item.fault("an empty list, expected at least one grant"));
    }
    all(items.iter().map(|item| grant(item, scope)).collect())
}

fn grant(item: &Item<'_>, scope: &Scope) -> Read<GrantItem> {
    let mut table = item.table()?;
    let unit = table.required("unit", |item| scope.unit(item));
    let decimals = unit.map(|unit| unit.decimals);
    let amount = table.required("amount", |item| item.amount(decimals));
    table.finish(later::GRANT)?;
    Ok(GrantItem { unit: unit?.ix, amount: amount? })
}
