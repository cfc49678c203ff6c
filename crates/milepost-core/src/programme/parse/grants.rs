//! Lists of grants: `[{ unit = "points", amount = "500", qualifies = true }]`.

use super::item::Item;
use super::later;
use super::report::{Read, all};
use super::scope::Scope;
use crate::programme::{CountIx, GrantItem, Unit};

/// Items of a list of grants, at least one.
pub(super) fn grants(list: &Item<'_>, scope: &Scope) -> Read<Vec<GrantItem>> {
    let items = list.list_of("a list of grants such as [{ unit = \"points\", amount = 500 }]")?;
    let grants = all(items.iter().map(|item| grant(item, scope)).collect())?;
    if grants.is_empty() {
        return Err(list.fault("an empty list, expected at least one item"));
    }
    Ok(grants)
}

fn grant(item: &Item<'_>, scope: &Scope) -> Read<GrantItem> {
    let mut table = item.table()?;
    let unit = table.required("unit", |item| scope.unit(item));
    let amount = table.required("amount", |item| item.amount(unit.map(|unit| unit.decimals)));
    let qualifies = table.optional("qualifies", |item| qualifies(item, scope, unit));
    table.finish(later::NONE)?;
    Ok(GrantItem { unit: unit?.ix, amount: amount?, qualifies: qualifies?.flatten() })
}

/// `true`: under the unit's own name; or the name.
fn qualifies(item: &Item<'_>, scope: &Scope, unit: Read<&Unit>) -> Read<Option<CountIx>> {
    if item.value().as_str().is_some() {
        return scope.count(item).map(|count| Some(count.ix));
    }
    match (item.value().as_bool(), unit?) {
        // What only qualifies counts under its own name anyway.
        (Some(false), _) | (Some(true), Unit { qualifying_only: true, .. }) => Ok(None),
        (Some(true), unit) => scope.count_named(item, &unit.name).map(|count| Some(count.ix)),
        (None, _) => Err(item.is_not("`true` or the name of a count")),
    }
}
