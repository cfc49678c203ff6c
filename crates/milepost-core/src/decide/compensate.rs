//! `compensate`: pays a broken promise, once for each member, cause and case.

use super::amounts::{Paid, paid, positive};
use super::roles::{approval_required, approved};
use super::tx::{FIRST, duplicate_reference, overflow};
use super::{Scene, Undecided};
use crate::command::{Command, Compensate};
use crate::event::{CasePaid, Drawn, Fact, GiftOf};
use crate::names::Name;
use crate::pools::PoolKey;
use crate::programme::{Basis, Compensation, GrantItem, Limit, Most, Unit, UnitIx};
use crate::ratio::{Ratio, Rounding};
use crate::refusal::{Code, Detail, Refusal};
use crate::state::{Case, Member, Stands};
use crate::time::Span;

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    asked: &Compensate,
) -> Result<(), Undecided> {
    let programme = scene.programme();
    let promise = promise(scene, &asked.cause)?;
    let spend = asked.spend.as_ref().map(|money| paid(programme, money)).transpose()?;
    let unit = scene.unit_at(promise.unit().ok_or_else(overflow)?, scene.now)?;
    let extra = asked.extra.map(|extra| positive(unit, extra)).transpose()?.unwrap_or(0);
    let shares = shares(promise, spend, (unit.ix, extra))?;
    if asked.incident_at.is_some_and(|at| at > scene.now) {
        let message = format!("incident_at must not be later than now, {}", scene.now);
        return Err(Refusal::new(Code::InvalidTime, message).into());
    }
    let member = scene.known(command, &asked.member)?;
    let is_paid = |case: &Case| case.case == asked.case && case.cause == promise.ix;
    if member.cases().iter().any(is_paid) {
        let what = format!("compensation for {} in case", asked.cause);
        return Err(duplicate_reference(&what, &asked.case).into());
    }
    let total: i128 =
        shares.iter().filter(|share| share.item.unit == unit.ix).map(Share::total).sum();
    scene.within_limits_of(promise, member, unit, total)?;
    let drawn = scene.within_budget(promise, unit, total)?;
    if is_beyond(promise, command, extra, total) && !approved(programme, command) {
        let message = "this is more than one person may give";
        return Err(approval_required(command, message).into());
    }
    pay(scene, command, asked, promise, &shares, drawn)
}

fn promise<'a>(scene: &Scene<'a>, cause: &Name) -> Result<&'a Compensation, Refusal> {
    scene.programme().compensation_for(cause.as_str()).ok_or_else(|| {
        let message = format!("the programme promises nothing about {cause}");
        Refusal::new(Code::UnknownCause, message).with("cause", Detail::Text(cause.to_string()))
    })
}

/// What is paid in one unit, on terms of its own. More than 64 bits is refused when it is given.
struct Share {
    /// The terms; its amount does not matter.
    item: GrantItem,
    policy: i128,
    extra: i128,
}

impl Share {
    fn total(&self) -> i128 {
        self.policy.saturating_add(self.extra)
    }
}

/// What the promise pays in each of its units, in their order, and the extra; refused if it is
/// nothing at all, or if a share is to be paid and nothing is said of the spend.
fn shares(
    promise: &Compensation,
    spend: Option<Paid>,
    (unit, extra): (UnitIx, i128),
) -> Result<Vec<Share>, Refusal> {
    let mut shares: Vec<Share> = Vec::new();
    let fixed = promise.grants.iter().map(|grant| (*grant, i128::from(grant.amount), 0));
    let basis = match (&promise.basis, spend) {
        (Some(basis), Some(spend)) => {
            Some((GrantItem::of(basis.unit, 0), of_spend(basis, spend), 0))
        }
        (Some(_), None) => return Err(invalid(promise, "it takes what was spent")),
        (None, _) => None,
    };
    for (item, policy, extra) in fixed.chain(basis).chain([(GrantItem::of(unit, 0), 0, extra)]) {
        let item = GrantItem { amount: 0, ..item };
        match shares.iter_mut().find(|share| share.item == item) {
            Some(share) => {
                share.policy = share.policy.saturating_add(policy);
                share.extra = share.extra.saturating_add(extra);
            }
            None => shares.push(Share { item, policy, extra }),
        }
    }
    shares.retain(|share| share.total() > 0);
    if shares.is_empty() { Err(invalid(promise, "there is nothing to pay")) } else { Ok(shares) }
}

/// One unit for so much of the share, rounded down, within its bounds.
fn of_spend(basis: &Basis, spend: Paid) -> i128 {
    let money = spend.in_programme_currency().and_then(|money| money.times(basis.share));
    let steps = money.and_then(|money| money.times(basis.steps_per_money));
    let steps = steps.and_then(|steps: Ratio| steps.round(Rounding::Down));
    // What does not fit 64 bits is refused as such, unless there is a greatest amount.
    let steps = steps.map_or(i128::MAX, i128::from);
    let at_least = steps.max(basis.min.map_or(0, i128::from));
    at_least.min(basis.max.map_or(i128::MAX, i128::from))
}

/// Whether a second person has to approve: the extra is beyond discretion, or the whole above the
/// policy's amount.
fn is_beyond(promise: &Compensation, command: &Command, extra: i128, total: i128) -> bool {
    let role = command.by.as_ref().map(|by| by.role.as_str());
    let at_discretion = promise.discretion.as_ref().is_some_and(|discretion| {
        let listed = discretion.roles.as_ref().is_none_or(|roles| {
            role.is_some_and(|role| roles.iter().any(|listed| **listed == *role))
        });
        listed && extra <= i128::from(discretion.amount)
    });
    let above = promise.approval_above.is_some_and(|most| total > i128::from(most));
    (extra > 0 && !at_discretion) || above
}

fn pay(
    scene: &mut Scene<'_>,
    command: &Command,
    asked: &Compensate,
    promise: &Compensation,
    shares: &[Share],
    drawn: Option<Drawn>,
) -> Result<(), Undecided> {
    if let Some(Drawn { period, amount }) = drawn {
        let pool = PoolKey::Promise(promise.ix, period);
        scene.emit(FIRST, Fact::Drawn { pool, amount })?;
    }
    let of = GiftOf::Case { case: asked.case.clone(), cause: promise.ix };
    let narrow = |steps: i128| i64::try_from(steps).map_err(|_| overflow());
    for share in shares {
        let item = GrantItem { amount: narrow(share.total())?, ..share.item };
        let paid = CasePaid {
            incident_at: asked.incident_at,
            policy_amount: narrow(share.policy)?,
            extra: narrow(share.extra)?,
            by: command.by.clone(),
            approved_by: command.approved_by.clone(),
            responded_in_time: scene.is_in_time(asked, promise.respond_within),
            settled_in_time: scene.is_in_time(asked, promise.settle_within),
            drawn: drawn.filter(|_| Some(item.unit) == promise.unit()),
        };
        scene.give_gift(FIRST, item, &of, Some(Box::new(paid)))?;
    }
    Ok(())
}

impl Scene<'_> {
    /// Whether now is earlier than the incident and so much; `None`: nothing was promised, or the
    /// time of the incident is not known.
    fn is_in_time(&self, asked: &Compensate, within: Option<Span>) -> Option<bool> {
        let (incident_at, within) = asked.incident_at.zip(within)?;
        let end = self.programme().zone.add(incident_at, within);
        Some(end.is_none_or(|end| self.now < end))
    }

    /// R-TIME-4: a payment counts for so long, its end excluded; R-REV-4: what was taken back does
    /// not count.
    fn within_limits_of(
        &self,
        promise: &Compensation,
        member: &Member,
        unit: &Unit,
        total: i128,
    ) -> Result<(), Refusal> {
        for limit in &promise.limits {
            let counted = || {
                let stands = |case: &&Case| case.state == Stands::Yes && case.cause == promise.ix;
                member.cases().iter().filter(stands).filter(|case| self.counts(limit, case))
            };
            let (used, more, most) = match limit.most {
                Most::Count(most) => (counted().map(|_| 1_i128).sum(), 1, most),
                Most::Amount(most) => {
                    (counted().map(|case| paid_in(member, case, unit.ix)).sum(), total, most)
                }
            };
            if more > i128::from(most).saturating_sub(used) {
                let message = format!("the limit for {} is reached", promise.cause);
                return Err(of_cause(Code::LimitExceeded, promise, message));
            }
        }
        Ok(())
    }

    fn counts(&self, limit: &Limit<Span>, case: &Case) -> bool {
        let end = self.programme().zone.add(case.at, limit.per);
        end.is_none_or(|end| self.now < end)
    }

    /// What is drawn from the budget, if there is one.
    fn within_budget(
        &self,
        promise: &Compensation,
        unit: &Unit,
        total: i128,
    ) -> Result<Option<Drawn>, Undecided> {
        let Some(budget) = &promise.budget else { return Ok(None) };
        let period = budget.number(self.programme().zone, self.now);
        let drawn = self.pools.drawn(PoolKey::Promise(promise.ix, period));
        if total > i128::from(budget.amount).saturating_sub(drawn) {
            let message = format!("the budget for {} is used up", promise.cause);
            return Err(of_cause(Code::BudgetExhausted, promise, message)
                .with("unit", Detail::Text(unit.name.to_string()))
                .into());
        }
        let amount = i64::try_from(total).map_err(|_| overflow())?;
        Ok((amount > 0).then_some(Drawn { period, amount }))
    }
}

/// What a member keeps of a case in a unit.
fn paid_in(member: &Member, case: &Case, unit: UnitIx) -> i128 {
    let of = GiftOf::Case { case: case.case.clone(), cause: case.cause };
    let gifts = member.gifts(&of);
    let in_unit = gifts.filter(|gift| member.lot(gift.lot).is_some_and(|lot| lot.unit() == unit));
    in_unit.map(|gift| i128::from(gift.amount) - i128::from(gift.taken)).sum()
}

fn of_cause(code: Code, promise: &Compensation, message: String) -> Refusal {
    Refusal::new(code, message).with("cause", Detail::Text(promise.cause.to_string()))
}

fn invalid(promise: &Compensation, says: &str) -> Refusal {
    of_cause(Code::InvalidAmount, promise, format!("{}: {says}", promise.cause))
}
