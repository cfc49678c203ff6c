//! `limit` of an earn rule: how much, or how often, in which period.

use super::bounds::most;
use super::item::Item;
use super::later;
use super::report::{Read, all};
use crate::programme::{Limit, LimitPeriod};
use crate::time::Period;

/// A list of limits of a rule whose unit has so many decimals; all of them hold.
pub(super) fn limits(item: &Item<'_>, decimals: Read<u8>) -> Read<Vec<Limit>> {
    let items = item.list_of("a list of tables")?;
    if items.is_empty() {
        return Err(item.fault("an empty list, expected at least one item"));
    }
    all(items.iter().map(|item| limit(item, decimals)).collect())
}

fn limit(item: &Item<'_>, decimals: Read<u8>) -> Read<Limit> {
    let mut table = item.table()?;
    let most = most(&mut table, decimals);
    let per = table.required("per", period);
    table.finish(later::NONE)?;
    Ok(Limit { most: most?, per: per? })
}

fn period(item: &Item<'_>) -> Read<LimitPeriod> {
    item.choice(&[
        ("activity", LimitPeriod::Activity),
        ("day", LimitPeriod::Local(Period::Day)),
        ("week", LimitPeriod::Local(Period::Week)),
        ("month", LimitPeriod::Local(Period::Month)),
        ("year", LimitPeriod::Local(Period::Year)),
        ("membership-year", LimitPeriod::MembershipYear),
        ("ever", LimitPeriod::Ever),
    ])
}
