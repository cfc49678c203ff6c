//! `record`: an activity earns by the rules (R-TIME-6, R-NUM-3).

use smallvec::SmallVec;

use super::amounts::{Paid, spend};
use super::earning::Seen;
use super::tiers::expiry_in;
use super::tx::{FIRST, duplicate_reference, overflow};
use super::{Scene, Undecided};
use crate::command::{Activity, Command, Record};
use crate::event::{ActivityNo, Fact, LotNo, NewLot, Occurrence, Spend};
use crate::programme::{Availability, EarnRule, TierIx, UnitIx};
use crate::ratio::Rounding;
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

    let tier = tier_at(scene, member, occurred_at);
    let seen = Seen::new(&version.programme, activity, paid, occurred_at, tier, member);
    let awards = seen.and_then(|seen| seen.awards()).ok_or_else(overflow)?;
    let effective_at = occurred_at.min(scene.now);
    let number = member.next_activity();
    let spend = paid.map(|paid| recorded_spend(&paid, activity)).transpose()?;
    let occurrence = Occurrence { kind: activity.kind.clone(), at: occurred_at };
    let fact = Fact::Recorded { activity: activity.reference.clone(), occurrence, spend };
    scene.emit_at(FIRST, effective_at, fact)?;
    scene.renew_by_activity(activity.kind.as_str(), occurred_at)?;
    let mut alive: SmallVec<[(UnitIx, LotNo); 4]> = SmallVec::new();
    for (rule, amount) in awards.iter().copied() {
        let lot = new_lot(scene, rule, amount, tier, occurred_at, version.number)?;
        let (ix, rounding) = (rule.ix, rule.rounding);
        earn(scene, lot, number, (ix, rounding), effective_at)?;
        alive.extend(scene.open_lot(&lot, effective_at)?.map(|number| (lot.unit, number)));
    }
    for (unit, lot) in alive {
        scene.repay(FIRST, unit, &[lot], scene.now)?;
    }
    scene.count_activity(paid, &awards, occurred_at)
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
    tier: Option<TierIx>,
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
    let expiry = rule.expiry.as_ref().unwrap_or_else(|| expiry_in(programme, tier, unit));
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
