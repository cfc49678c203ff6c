//! `limit` of a reward, a referral or a promise, and the periods in which something is counted.

use super::item::Item;
use super::later;
use super::report::{Read, all};
use super::table::Table;
use crate::programme::{Bound, BoundPer, Most};
use crate::time::Period;

/// The greatest count that a file can name.
pub(super) const MOST: i64 = 1_000_000_000_000;

/// A list of bounds in periods of the calendar.
pub(super) fn bounds(item: &Item<'_>, decimals: Read<u8>) -> Read<Vec<Bound>> {
    let items = item.list_of("a list of limits such as { count = 2, per = \"year\" }")?;
    all(items.iter().map(|item| bound(item, decimals)).collect())
}

fn bound(item: &Item<'_>, decimals: Read<u8>) -> Read<Bound> {
    let mut table = item.table()?;
    let most = most(&mut table, decimals);
    let per = table.required("per", per);
    table.finish(later::NONE)?;
    Ok(Bound { most: most?, per: per? })
}

/// A table with a count alone.
pub(super) fn count_bound(item: &Item<'_>) -> Read<Bound> {
    let mut table = item.table()?;
    let count = table.required("count", count);
    let per = table.required("per", per);
    table.finish(later::NONE)?;
    Ok(Bound { most: Most::Count(count?), per: per? })
}

/// `amount` or `count`, exactly one.
pub(super) fn most(table: &mut Table<'_>, decimals: Read<u8>) -> Read<Most> {
    let form = table.one_of(&["amount", "count"]);
    let amount = table.optional("amount", |item| item.amount(decimals));
    let count = table.optional("count", count);
    form?;
    match (amount?, count?) {
        (Some(amount), _) => Ok(Most::Amount(amount)),
        (None, Some(count)) => Ok(Most::Count(count)),
        (None, None) => Err(table.missing("amount")),
    }
}

/// A whole number above 0.
pub(super) fn count(item: &Item<'_>) -> Read<i64> {
    item.whole(&(1..=MOST))
}

/// The name of a period that many members share, or of a member's own.
pub(super) fn per(item: &Item<'_>) -> Read<BoundPer> {
    item.choice(&[
        ("day", BoundPer::Calendar(Period::Day)),
        ("week", BoundPer::Calendar(Period::Week)),
        ("month", BoundPer::Calendar(Period::Month)),
        ("year", BoundPer::Calendar(Period::Year)),
        ("membership-year", BoundPer::MembershipYear),
        ("ever", BoundPer::Ever),
    ])
}

/// The name of a period that all members share.
pub(super) fn shared_per(item: &Item<'_>) -> Read<BoundPer> {
    item.choice(&[
        ("day", BoundPer::Calendar(Period::Day)),
        ("week", BoundPer::Calendar(Period::Week)),
        ("month", BoundPer::Calendar(Period::Month)),
        ("year", BoundPer::Calendar(Period::Year)),
        ("ever", BoundPer::Ever),
    ])
}
