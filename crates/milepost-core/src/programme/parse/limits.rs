//! `limit` of an earn rule, a reward, a promise or a referral: how much, or how often, in which
//! period.

use super::item::Item;
use super::report::{Read, all};
use super::table::Table;
use crate::programme::{Limit, LimitPeriod, Most};
use crate::time::Period;

/// The greatest count that a file can name.
const MOST: i64 = 1_000_000_000_000;

/// The names of a member's periods.
const PERIODS: [(&str, LimitPeriod); 6] = [
    ("day", LimitPeriod::Local(Period::Day)),
    ("week", LimitPeriod::Local(Period::Week)),
    ("month", LimitPeriod::Local(Period::Month)),
    ("year", LimitPeriod::Local(Period::Year)),
    ("membership-year", LimitPeriod::MembershipYear),
    ("ever", LimitPeriod::Ever),
];

/// Limits that all hold: `most` reads how much each of them allows, `per` its period.
pub(super) fn limits<'a, P, M>(
    items: &[Item<'a>],
    most: impl Fn(&mut Table<'a>) -> Read<M>,
    per: impl Fn(&Item<'a>) -> Read<P>,
) -> Read<Vec<Limit<P, M>>> {
    let limit = |item: &Item<'a>| {
        let mut table = item.table()?;
        let most = most(&mut table);
        let per = table.required("per", &per);
        table.finish()?;
        Ok(Limit { most: most?, per: per? })
    };
    all(items.iter().map(limit).collect())
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

/// The name of a period of a member.
pub(super) fn period(item: &Item<'_>) -> Read<LimitPeriod> {
    item.choice(&PERIODS)
}

/// The name of a period of a member, or `activity`: `None`.
pub(super) fn period_or_activity(item: &Item<'_>) -> Read<Option<LimitPeriod>> {
    let mut names = vec![("activity", None)];
    names.extend(PERIODS.map(|(name, period)| (name, Some(period))));
    item.choice(&names)
}

/// The name of a period that all members share; `None`: all time.
pub(super) fn shared_period(item: &Item<'_>) -> Read<Option<Period>> {
    let shared = PERIODS.iter().filter_map(|(name, period)| match period {
        LimitPeriod::Local(period) => Some((*name, Some(*period))),
        LimitPeriod::MembershipYear => None,
        LimitPeriod::Ever => Some((*name, None)),
    });
    item.choice(&shared.collect::<Vec<_>>())
}
