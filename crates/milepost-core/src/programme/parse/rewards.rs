//! `[[rewards]]`: what points are used for.

use super::earn::rounding;
use super::grants::grants;
use super::header::{named, title};
use super::item::Item;
use super::limits::{count, limits, most, period};
use super::report::Read;
use super::scope::{Ids, Scope};
use super::table::Table;
use super::when::when_redeemed;
use crate::names::Name;
use crate::programme::{MoneyOff, Partner, Price, Reward, Symbols, Unit};
use crate::ratio::Ratio;

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
    let decimals = unit.map(|unit| unit.decimals);
    let price = price(&mut table, scope, decimals);
    let when = table.or_default("when", |item| when_redeemed(item, scope));
    let stock = table.optional("stock", count);
    let limits = table.or_default("limit", |item| {
        let items = item.list_of("a list of limits such as { count = 2, per = \"year\" }")?;
        limits(&items, |table| most(table, decimals), period)
    });
    let grants = table.or_default("grants", |item| grants(item, scope));
    table.finish()?;
    let (name, ix) = id?;
    Ok(Reward {
        ix,
        title: title?.unwrap_or_else(|| named(&name)),
        name,
        unit: unit?.ix,
        price: price?,
        when: when?,
        stock: stock?,
        limits: limits?,
        grants: grants?,
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

/// `money`, `cost` or `partner`, exactly one.
fn price(table: &mut Table<'_>, scope: &Scope, decimals: Read<u8>) -> Read<Price> {
    let form = table.one_of(&["money", "cost", "partner"]);
    let money = table.optional("money", |item| money(item, scope, decimals));
    let cost = table.optional("cost", |item| scope.by_tier(item, |item| item.amount(decimals)));
    let partner = table.optional("partner", |item| partner(item, decimals));
    let bounds = if table.has("money") {
        bounds_of_money(table, decimals)
    } else {
        let keys = ["min", "multiple_of", "max_share_of_order"];
        table.refuse(&keys, "goes with `money` only").map(|()| MoneyBounds::default())
    };
    form?;
    match (money?, cost?, partner?) {
        (Some(money), ..) => {
            let MoneyBounds { min, multiple_of, max_share } = bounds?;
            Ok(Price::Money(MoneyOff { min, multiple_of, max_share, ..money }))
        }
        (None, Some(cost), _) => bounds.map(|_| Price::Cost(cost)),
        (None, None, Some(partner)) => bounds.map(|_| Price::Partner(partner)),
        (None, None, None) => Err(table.missing("money")),
    }
}

/// The keys that stand beside `money`.
#[derive(Default)]
struct MoneyBounds {
    min: Option<i64>,
    multiple_of: Option<i64>,
    max_share: Option<Ratio>,
}

fn bounds_of_money(table: &mut Table<'_>, decimals: Read<u8>) -> Read<MoneyBounds> {
    let min = table.optional("min", |item| item.amount(decimals));
    let multiple_of = table.optional("multiple_of", |item| item.amount(decimals));
    let max_share = table.optional("max_share_of_order", Item::percent);
    Ok(MoneyBounds { min: min?, multiple_of: multiple_of?, max_share: max_share? })
}

fn money(item: &Item<'_>, scope: &Scope, decimals: Read<u8>) -> Read<MoneyOff> {
    let mut table = item.table()?;
    let per = table.required("per", |item| item.amount(decimals));
    let value =
        table.required("value", |item| scope.by_tier(item, |item| item.worth(scope.currency)));
    let rounding = table.or_default("rounding", rounding);
    let round_to = table.optional("round_to", |item| item.money(&item.number()?, scope.currency?));
    table.finish()?;
    let currency = scope.currency?;
    Ok(MoneyOff {
        per: per?,
        value: value?,
        rounding: rounding?,
        round_to: round_to?.unwrap_or(currency.ratio(1)),
        min: None,
        multiple_of: None,
        max_share: None,
    })
}

fn partner(item: &Item<'_>, decimals: Read<u8>) -> Read<Partner> {
    let mut table = item.table()?;
    let name = table.required("name", Item::name);
    let per = table.required("per", |item| item.amount(decimals));
    let gives = table.required("gives", gives);
    let multiple_of = table.optional("multiple_of", |item| item.amount(decimals));
    table.finish()?;
    let (gives, what) = gives?;
    Ok(Partner { name: name?, per: per?, gives, what, multiple_of: multiple_of? })
}

/// So much of something: `"1 mile"`.
fn gives(item: &Item<'_>) -> Read<(Ratio, Name)> {
    let text = item.text()?;
    let Some((number, what)) = text.split_once(' ') else {
        return Err(item.is_not("so much of something, such as \"1 mile\""));
    };
    let number = item.positive(number);
    let what = Name::new(item.name_of(what)?).map_err(|error| item.is_not(error.expected));
    Ok((Ratio::from(number?), what?))
}
