//! `limit` of an earn rule: how much, or how often, in which period.

use super::item::Item;
use super::later;
use super::report::{Read, all};
use crate::programme::{Limit, LimitPeriod, Most};
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
    let form = table.one_of(&["amount", "count"]);
    let amount = table.optional("amount", |item| item.amount(decimals));
    let count = table.optional("count", count);
    let per = table.required("per", period);
    table.finish(later::NONE)?;
    form?;
    let most = match (amount?, count?) {
        (Some(amount), _) => Most::Amount(amount),
        (None, Some(count)) => Most::Count(count),
        (None, None) => return Err(item.fault("missing key, expected `amount` or `count`")),
    };
    Ok(Limit { most, per: per? })
}

fn count(item: &Item<'_>) -> Read<u32> {
    let count = item.whole(&(1..=i64::from(u32::MAX)))?;
    u32::try_from(count).map_err(|_| item.is_not("a count"))
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
