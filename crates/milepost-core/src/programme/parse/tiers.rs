//! `[[tiers]]`: the tiers, lowest first.

use super::counts::{lines, thresholds};
use super::expiry::expiry;
use super::grants::grants;
use super::header::{named, title};
use super::item::Item;
use super::later;
use super::report::{Read, all};
use super::scope::{DEFAULT, Ids, Scope};
use super::table::Table;
use crate::programme::{Expiry, Symbols, Threshold, Tier, UnitIx};

/// All tiers. The names are added to those that rules can refer to even if a tier is faulty.
pub(super) fn tiers(list: &Item<'_>, scope: &mut Scope, symbols: &mut Symbols) -> Read<Vec<Tier>> {
    let (items, mut ids) = (list.list_of("a list of tables")?, Ids::default());
    let mut tiers = Vec::with_capacity(items.len());
    for (item, place) in items.iter().zip(Place::in_order()) {
        tiers.push(tier(item, place, scope, &mut ids, symbols));
    }
    all(tiers)
}

/// Whether a tier is the first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    First,
    Higher,
}

impl Place {
    fn in_order() -> impl Iterator<Item = Place> {
        std::iter::once(Place::First).chain(std::iter::repeat(Place::Higher))
    }
}

fn tier(
    item: &Item<'_>,
    place: Place,
    scope: &mut Scope,
    ids: &mut Ids,
    symbols: &mut Symbols,
) -> Read<Tier> {
    let mut table = item.table()?;
    let id = table.required("id", |item| {
        let name = tier_id(item, ids)?;
        let ix =
            symbols.add_tier(&name).ok_or_else(|| item.fault("the ledger has too many tiers"))?;
        scope.tiers.push((name.clone(), ix));
        Ok((name, ix))
    });
    let title = table.optional("title", title);
    let ways = ways(&mut table, place, scope);
    let benefits = table.or_default("benefits", |item| grants(item, scope));
    let expiry = table.or_default("expiry", |item| by_unit(item, scope));
    table.finish(later::NONE)?;
    let (name, ix) = id?;
    let (Ways { qualify, requalify, lifetime }, benefits, expiry) = (ways?, benefits?, expiry?);
    let title = title?.unwrap_or_else(|| named(&name));
    Ok(Tier { ix, name, title, qualify, requalify, benefits, lifetime, expiry })
}

/// The lines of a tier: how it is reached, how it is kept, and what keeps it for ever.
struct Ways {
    qualify: Vec<Vec<Threshold>>,
    requalify: Vec<Vec<Threshold>>,
    lifetime: Vec<Threshold>,
}

fn ways(table: &mut Table<'_>, place: Place, scope: &Scope) -> Read<Ways> {
    let qualify = table.or_default("qualify", |item| lines(item, scope));
    let requalify = table.optional("requalify", |item| lines(item, scope));
    let lifetime = table.or_default("lifetime", |item| thresholds(item, scope));
    if place == Place::First {
        let keys = ["qualify", "requalify", "lifetime"];
        table.refuse(&keys, "the first tier needs no qualification")?;
    }
    let qualify = qualify?;
    let requalify = requalify?.unwrap_or_else(|| qualify.clone());
    Ok(Ways { qualify, requalify, lifetime: lifetime? })
}

/// `expiry.points = …`
fn by_unit(item: &Item<'_>, scope: &Scope) -> Read<Vec<(UnitIx, Expiry)>> {
    let entries = item.table()?.entries();
    let one = |(name, item): &(&str, Item<'_>)| {
        let (unit, expiry) = (scope.unit_named(item, name), expiry(item));
        Ok((unit?.ix, expiry?))
    };
    all(entries.iter().map(one).collect())
}

/// A table of values by tier could not tell a tier of the name `default` from all others.
fn tier_id(item: &Item<'_>, ids: &mut Ids) -> Read<Box<str>> {
    let name = ids.new_id(item)?;
    if *name == *DEFAULT {
        Err(item.fault("\"default\" stands for all other tiers"))
    } else {
        Ok(name)
    }
}
