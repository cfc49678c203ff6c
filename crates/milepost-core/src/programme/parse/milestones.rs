//! `[[milestone]]`: what is given when a count reaches a step.

use super::counts::amount;
use super::grants::grants;
use super::item::Item;
use super::later;
use super::report::{Read, all};
use super::scope::{Ids, Scope};
use super::table::Table;
use crate::programme::{Count, Milestone, StepsAt, Symbols};
use crate::ratio::Ratio;

/// One milestone.
pub(super) fn milestone(
    item: &Item<'_>,
    scope: &Scope,
    ids: &mut Ids,
    symbols: &mut Symbols,
) -> Read<Milestone> {
    let mut table = item.table()?;
    let id = table.required("id", |item| {
        let id = ids.new_id(item)?;
        let ix = symbols.add_milestone(&id);
        Ok((id, ix.ok_or_else(|| item.fault("the ledger has too many milestones"))?))
    });
    let count = table.required("count", |item| scope.count(item));
    let steps = steps(&mut table, scope, count);
    let grants = table.required("grants", |item| grants(item, scope));
    table.finish(later::NONE)?;
    let (name, ix) = id?;
    Ok(Milestone { ix, name, count: count?.ix, steps: steps?, grants: grants? })
}

/// `at`, or `every` with `from` and `max`.
fn steps(table: &mut Table<'_>, scope: &Scope, count: Read<&Count>) -> Read<StepsAt> {
    let form = table.one_of(&["at", "every"]);
    let step = |item: &Item<'_>| amount(item, scope, count?);
    let at = table.optional("at", |item| list(item, step));
    let every = table.optional("every", step);
    if !table.has("every") {
        let others = table.refuse(&["from", "max"], "goes with `every` only");
        form?;
        others?;
        return at?.map(StepsAt::List).ok_or_else(|| table.missing("at"));
    }
    let from = table.optional("from", step);
    let max = table.optional("max", |item| {
        let max = item.whole(&(1..=i64::from(u32::MAX)))?;
        u32::try_from(max).map_err(|_| item.is_not("a number of times"))
    });
    form?;
    let every = every?.ok_or_else(|| table.missing("every"))?;
    Ok(StepsAt::Every { from: from?.unwrap_or(every), every, max: max? })
}

fn list<'a>(list: &Item<'a>, step: impl Fn(&Item<'a>) -> Read<Ratio>) -> Read<Vec<Ratio>> {
    let items = list.list_of("a list of numbers such as [50, 75]")?;
    let mut steps = all(items.iter().map(step).collect())?;
    steps.sort_unstable();
    let repeated = steps.windows(2).any(|pair| pair.first() == pair.get(1));
    match steps.as_slice() {
        [] => Err(list.fault("an empty list, expected at least one step")),
        _ if repeated => Err(list.fault("a step stands in the list twice")),
        _ => Ok(steps),
    }
}
