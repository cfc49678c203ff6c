//! `record`: an activity earns by the rules (R-TIME-6, R-NUM-3).

use smallvec::SmallVec;

use super::amounts::{Paid, spend};
use super::tx::{FIRST, duplicate_reference, overflow};
use super::{Scene, Undecided};
use crate::command::{Activity, Command, Record};
use crate::event::{ActivityNo, Fact, LotNo, NewLot, Spend};
use crate::programme::{
    Amount, Availability, EarnRule, Multiplier, Per, Programme, Rate, Stack, Steps, TierIx, UnitIx,
};
use crate::ratio::{Ratio, Rounding};
use crate::refusal::{Code, Refusal};
use crate::state::{Broken, Member};
use crate::time::{Instant, Span};

/// An activity may lie so far ahead (R-TIME-6).
const AHEAD: Span = Span::hours(24);

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    record: &Record,
) -> Result<(), Undecided> {
    let activity = &record.activity;
    let occurred_at = activity.occurred_at.unwrap_or(scene.now);
    let version = scene.rules.in_force(occurred_at);
    let paid = spend(&version.programme, activity)?;
    let member = scene.known(command, &record.member)?;
    if member.find_activity(&activity.reference).is_some() {
        return Err(duplicate_reference("the activity", &activity.reference).into());
    }
    in_time(scene, member, occurred_at)?;

    let seen = Seen {
        programme: &version.programme,
        activity,
        paid,
        occurred_at,
        tier: tier_at(scene, member, occurred_at),
    };
    let awards = seen.awards().ok_or_else(overflow)?;
    let effective_at = occurred_at.min(scene.now);
    let number = member.next_activity();
    let spend = paid.map(|paid| recorded_spend(&paid, activity)).transpose()?;
    let fact = Fact::Recorded { activity: activity.reference.clone(), spend };
    scene.emit_at(FIRST, effective_at, fact)?;
    scene.renew_by_activity(activity.kind.as_str(), occurred_at)?;
    let mut alive: SmallVec<[(UnitIx, LotNo); 4]> = SmallVec::new();
    for (rule, amount) in awards {
        let lot = new_lot(scene, rule, amount, occurred_at, version.number)?;
        let (ix, rounding) = (rule.ix, rule.rounding);
        earn(scene, lot, number, (ix, rounding), effective_at)?;
        alive.extend(scene.open_lot(&lot, effective_at)?.map(|number| (lot.unit, number)));
    }
    for (unit, lot) in alive {
        scene.repay(FIRST, unit, &[lot], scene.now)?;
    }
    Ok(())
}

/// R-TIME-6: neither too old nor too far ahead.
fn in_time(scene: &Scene<'_>, member: &Member, occurred_at: Instant) -> Result<(), Refusal> {
    let programme = scene.programme();
    let later = |span: Option<Span>| span.and_then(|span| programme.zone.add(occurred_at, span));
    let too_old = |message: &str| Err(Refusal::new(Code::ActivityTooOld, message));
    if later(programme.claim_window).is_some_and(|end| end <= scene.now) {
        return too_old("the activity is older than the claim window");
    }
    if later(programme.claim_before_enrolment).is_some_and(|end| end < member.enrolled_at()) {
        return too_old("the activity lies too long before the enrolment");
    }
    let latest = programme.zone.add(scene.now, AHEAD);
    if latest.is_some_and(|latest| occurred_at > latest) {
        let message = "the activity lies more than 24 hours ahead";
        return Err(Refusal::new(Code::ActivityInFuture, message));
    }
    Ok(())
}

/// The tier that the member had when it happened; before the enrolment: the first.
fn tier_at(scene: &Scene<'_>, member: &Member, occurred_at: Instant) -> Option<TierIx> {
    let first = || scene.rules.in_force(occurred_at).programme.tiers.first().map(|tier| tier.ix);
    if occurred_at < member.enrolled_at() { first() } else { member.tier_at(occurred_at) }
}

fn recorded_spend(paid: &Paid, activity: &Activity) -> Result<Spend, Refusal> {
    Ok(Spend {
        minor: i64::try_from(paid.minor).map_err(|_| overflow())?,
        currency: paid.currency,
        rate: activity.spend.as_ref().and_then(|money| money.rate),
    })
}

fn new_lot(
    scene: &Scene<'_>,
    rule: &EarnRule,
    amount: i64,
    occurred_at: Instant,
    programme_version: u16,
) -> Result<NewLot, Broken> {
    let member = scene.present(FIRST)?;
    let programme = &scene.rules.in_force(occurred_at).programme;
    let unit = programme.unit(rule.unit).ok_or(Broken::Inconsistent("a rule without its unit"))?;
    let available_at = match rule.availability.unwrap_or(unit.availability) {
        Availability::After(span) => programme.zone.add(occurred_at, span).or(Some(Instant::MAX)),
        Availability::UntilConfirmed => None,
    };
    let expiry = rule.expiry.as_ref().unwrap_or(&unit.expiry);
    let life = scene.life(member, expiry, occurred_at, available_at);
    Ok(NewLot {
        lot: member.next_lot(),
        unit: unit.ix,
        amount,
        earned_at: occurred_at,
        available_at,
        expires_at: life.expires_at,
        form: life.form,
        programme_version,
    })
}

fn earn(
    scene: &mut Scene<'_>,
    lot: NewLot,
    activity: ActivityNo,
    (rule, rounding): (crate::programme::RuleIx, Rounding),
    effective_at: Instant,
) -> Result<(), Undecided> {
    scene.emit_at(FIRST, effective_at, Fact::Earned { lot, activity, rule, rounding })
}

/// An activity as the rules see it.
struct Seen<'a> {
    programme: &'a Programme,
    activity: &'a Activity,
    paid: Option<Paid>,
    occurred_at: Instant,
    tier: Option<TierIx>,
}

type Awards<'a> = SmallVec<[(&'a EarnRule, i64); 4]>;

impl<'a> Seen<'a> {
    /// What each rule gives that gives anything; `None` if a number does not fit.
    fn awards(&self) -> Option<Awards<'a>> {
        let mut awards = Awards::new();
        for rule in self.programme.earn.iter().filter(|rule| self.fires(rule)) {
            let amount = match &rule.amount {
                Amount::Fixed { steps } => *steps,
                Amount::Rate(rate) => self.rated(rule, rate)?,
            };
            if amount > 0 {
                awards.push((rule, amount));
            }
        }
        Some(awards)
    }

    fn fires(&self, rule: &EarnRule) -> bool {
        self.is_of(&rule.on) && rule.when.holds(self.occurred_at, self.tier)
    }

    fn is_of(&self, kinds: &[Box<str>]) -> bool {
        kinds.iter().any(|kind| **kind == *self.activity.kind.as_str())
    }

    /// R-NUM-3: rate times multipliers exactly, rounded once.
    fn rated(&self, rule: &EarnRule, rate: &Rate) -> Option<i64> {
        let exact = self.counted(&rate.per)?.over(rate.size)?;
        let steps = match rate.steps {
            Steps::Exact => exact,
            Steps::Whole => Ratio::whole(exact.round(Rounding::Down)?),
        };
        steps.times(rate.earn)?.times(self.factor(rule.unit)?)?.round(rule.rounding)
    }

    /// What a rate counts: nothing, if the activity says nothing of it.
    fn counted(&self, per: &Per) -> Option<Ratio> {
        match per {
            Per::Money => self.paid.map_or(Some(Ratio::ZERO), |paid| paid.in_programme_currency()),
            Per::Quantity(name) => {
                let quantities = &self.activity.quantities;
                let found = quantities.iter().find(|(known, _)| *known.as_str() == **name);
                Some(found.map_or(Ratio::ZERO, |(_, quantity)| Ratio::from(*quantity)))
            }
        }
    }

    /// The product of the multipliers that fire; `None` if it does not fit.
    fn factor(&self, unit: UnitIx) -> Option<Ratio> {
        let mut product = Ratio::ONE;
        let (mut best, mut exclusive) = (None, None);
        for multiplier in &self.programme.multipliers {
            if multiplier.unit != unit || !self.multiplies(multiplier) {
                continue;
            }
            let factor = multiplier.factor.of(self.tier).copied().unwrap_or(Ratio::ONE);
            match multiplier.stack {
                Stack::Multiply => product = product.times(factor)?,
                Stack::Best => best = best.max(Some(factor)),
                Stack::Exclusive => exclusive = exclusive.max(Some(factor)),
            }
        }
        match exclusive {
            Some(exclusive) => Some(exclusive),
            None => product.times(best.unwrap_or(Ratio::ONE)),
        }
    }

    fn multiplies(&self, multiplier: &Multiplier) -> bool {
        self.is_of(&multiplier.on) && multiplier.when.holds(self.occurred_at, self.tier)
    }
}
