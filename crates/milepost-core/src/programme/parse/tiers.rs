//! `[[tiers]]` and `[tier_policy]`.

use super::header::{named, title};
use super::item::Item;
use super::later;
use super::report::Read;
use super::scope::{DEFAULT, Ids};
use crate::programme::{Symbols, Tier, TierIx};

/// One tier. Its name is added to those that rules can refer to even if the rest of it is faulty.
pub(super) fn tier(
    item: &Item<'_>,
    ids: &mut Ids,
    symbols: &mut Symbols,
    declared: &mut Vec<(Box<str>, TierIx)>,
) -> Read<Tier> {
    let mut table = item.table()?;
    let id = table.required("id", |item| {
        let name = tier_id(item, ids)?;
        let ix =
            symbols.add_tier(&name).ok_or_else(|| item.fault("the ledger has too many tiers"))?;
        declared.push((name.clone(), ix));
        Ok((name, ix))
    });
    let title = table.optional("title", title);
    table.finish(later::TIER)?;
    let (name, ix) = id?;
    Ok(Tier { ix, title: title?.unwrap_or_else(|| named(&name)), name })
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

/// `[tier_policy]`: only the defaults, until tiers can be qualified for.
pub(super) fn policy(item: &Item<'_>) -> Read<()> {
    item.table()?.finish(later::TIER_POLICY)
}
