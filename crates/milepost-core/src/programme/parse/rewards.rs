//! `[[rewards]]`: what points are used for.

use super::earn::rounding;
use super::header::{named, title};
use super::item::Item;
use super::later;
use super::report::Read;
use super::scope::{Ids, Scope};
use super::table::Table;
use super::when::when_redeemed;
use crate::programme::{Price, Reward, Symbols, Unit};

/// One reward.
pub(super) fn reward(
    item: &Item<'_>,
    scope: &Scope,
    ids: &mut Ids,
    symbols: &mut Symbols,
) -> Read<Reward> {
    let mut table = item.table()?;
    let id = table.required("id", |item| {
        let id = ids.new_id(item)?;
        let ix = symbols.add_reward(&id);
        Ok((id, ix.ok_or_else(|| item.fault("the ledger has too many rewards"))?))
    });
    let title = table.optional("title", title);
    let unit = table.required("unit", |item| redeemable(item, scope));
    let price = price(&mut table, scope, unit);
    let when = table.or_default("when", |item| when_redeemed(item, scope));
    table.finish(later::REWARD)?;
    let (name, ix) = id?;
    Ok(Reward {
        ix,
        title: title?.unwrap_or_else(|| named(&name)),
        name,
        unit: unit?.ix,
        // Another kind of price was reported by `finish`.
        price: price?.ok_or_else(|| item.fault("a reward without `money`"))?,
        when: when?,
    })
}

/// A unit that can be redeemed.
fn redeemable<'s>(item: &Item<'_>, scope: &'s Scope) -> Read<&'s Unit> {
    let unit = scope.unit(item)?;
    if unit.qualifying_only {
        return Err(
            item.fault(format!("{} is `qualifying_only`: it cannot be redeemed", item.found()))
        );
    }
    Ok(unit)
}

/// `money`, unless there is another kind of price, all of which are left for later.
fn price(table: &mut Table<'_>, scope: &Scope, unit: Read<&Unit>) -> Read<Option<Price>> {
    if table.has("cost") || table.has("partner") {
        return table.optional("money", |item| money(item, scope, unit));
    }
    table.required("money", |item| money(item, scope, unit)).map(Some)
}

fn money(item: &Item<'_>, scope: &Scope, unit: Read<&Unit>) -> Read<Price> {
    let mut table = item.table()?;
    let per = table.required("per", |item| item.amount(unit.map(|unit| unit.decimals)));
    let value =
        table.required("value", |item| scope.by_tier(item, |item| item.worth(scope.currency)));
    let rounding = table.or_default("rounding", rounding);
    let round_to = table.optional("round_to", |item| item.money(&item.number()?, scope.currency?));
    table.finish(later::NONE)?;
    let currency = scope.currency?;
    let round_to = round_to?.unwrap_or(currency.ratio(1));
    Ok(Price::Money { per: per?, value: value?, rounding: rounding?, round_to })
}
