//! Cutting an award to fit: the rule's limits, then its budget, then the unit's `max_balance`.

use crate::breakdown::Cuts;
use crate::pools::{PoolKey, Pools};
use crate::programme::{EarnRule, Limit, LimitPeriod, Most, Programme, UnitIx};
use crate::state::Member;
use crate::time::Instant;

/// How much more there may be; `None`: without end. Never below 0.
pub(super) type Room = Option<i64>;

/// The room that a rule has for an activity of a member, under its limits and under its budget.
///
/// All of its limits hold. They are whole steps, and so is what the others have given: cutting the
/// exact amount and rounding it comes to the same as cutting the rounded amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rooms {
    pub(super) limit: Room,
    pub(super) budget: Room,
}

impl Rooms {
    pub(super) fn of(
        programme: &Programme,
        rule: &EarnRule,
        member: &Member,
        pools: &Pools,
        occurred_at: Instant,
    ) -> Rooms {
        let under = |limit: &Limit<_>| under(programme, rule, limit, member, occurred_at);
        let limit = rule.limits.iter().map(under).min();
        let budget = rule.budget.map(|budget| {
            clamped(i128::from(budget).saturating_sub(pools.drawn(PoolKey::Budget(rule.ix))))
        });
        Rooms { limit, budget }
    }

    /// The less of both.
    pub(super) fn least(self) -> Room {
        self.limit.into_iter().chain(self.budget).min()
    }

    /// Cuts an amount to fit, with the room that `max_balance` leaves.
    pub(super) fn cut(self, amount: i64, balance: Room) -> (i64, Cuts) {
        let (amount, limit) = fit(amount, self.limit);
        let (amount, budget) = fit(amount, self.budget);
        let (amount, max_balance) = fit(amount, balance);
        (amount, Cuts { limit, budget, max_balance })
    }
}

/// The room under one limit in the local period of `occurred_at` (R-REV-4: net of what was taken
/// back). A limit of a count leaves all room or none.
fn under(
    programme: &Programme,
    rule: &EarnRule,
    limit: &Limit<Option<LimitPeriod>>,
    member: &Member,
    occurred_at: Instant,
) -> i64 {
    let calendar = programme.calendar(member.enrolled_at());
    let window = limit.per.map(|per| per.window(calendar, occurred_at));
    match (limit.most, window) {
        // A single activity: nothing was given for it yet.
        (Most::Amount(most), None) => most,
        (Most::Amount(most), Some(window)) => {
            most.saturating_sub(member.given_by(rule.ix, window, most)).max(0)
        }
        (Most::Count(most), Some(window)) if member.fired(rule.ix, window, most) >= most => 0,
        (Most::Count(_), _) => i64::MAX,
    }
}

/// The room that a unit's `max_balance` leaves: of available + pending + held − debt.
pub(super) fn balance_room(programme: &Programme, unit: UnitIx, member: &Member) -> Room {
    let most = programme.unit(unit)?.max_balance?;
    let balance = member.figures(unit).map_or(0, crate::state::Figures::balance);
    Some(clamped(i128::from(most).saturating_sub(balance)))
}

fn clamped(room: i128) -> i64 {
    i64::try_from(room.max(0)).unwrap_or(i64::MAX)
}

/// What of an amount fits, and what is cut off.
fn fit(amount: i64, room: Room) -> (i64, i64) {
    let fits = room.map_or(amount, |room| amount.min(room));
    (fits, amount.saturating_sub(fits))
}
