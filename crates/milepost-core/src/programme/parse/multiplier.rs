//! `[[multiplier]]`: factors on the rates of a unit.

use super::earn::when_and_window;
use super::header::{named, title};
use super::item::Item;
use super::lines::lines;
use super::report::Read;
use super::scope::{Ids, Scope};
use crate::programme::{ByTier, Multiplier, Stack};
use crate::ratio::Ratio;

/// One multiplier.
pub(super) fn multiplier(item: &Item<'_>, scope: &Scope, ids: &mut Ids) -> Read<Multiplier> {
    let mut table = item.table()?;
    let name = table.required("id", |item| ids.new_id(item));
    let title = table.optional("title", title);
    let unit = table.required("unit", |item| scope.unit(item));
    let on = table.required("on", |item| item.some(Item::name));
    // Nothing for some lines makes sense; nothing for all of an activity is a rule that should go.
    let ratio = if table.has("lines") { Item::ratio_or_zero } else { Item::ratio };
    let factor = table.required("factor", |item| factor(item, scope, ratio));
    let stack = table.or_default("stack", stack);
    let lines = table.or_default("lines", lines);
    let when = when_and_window(&mut table, scope);
    table.finish()?;
    let name = name?;
    Ok(Multiplier {
        title: title?.unwrap_or_else(|| named(&name)),
        name,
        unit: unit?.ix,
        on: on?,
        factor: factor?,
        stack: stack?,
        lines: lines?,
        when: when?,
    })
}

/// One factor, or factors by tier, where a tier that is not named has 1.
fn factor<'a>(
    item: &Item<'a>,
    scope: &Scope,
    ratio: impl Fn(&Item<'a>) -> Read<Ratio>,
) -> Read<ByTier<Ratio>> {
    let mut factor = scope.by_tier(item, ratio)?;
    factor.default.get_or_insert(Ratio::ONE);
    Ok(factor)
}

fn stack(item: &Item<'_>) -> Read<Stack> {
    item.choice(&[
        ("multiply", Stack::Multiply),
        ("best", Stack::Best),
        ("exclusive", Stack::Exclusive),
    ])
}
