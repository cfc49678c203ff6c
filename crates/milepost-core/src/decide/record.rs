//! `record`: an activity earns by the rules (R-TIME-6, R-NUM-3).

use smallvec::SmallVec;

use super::again::{self, AllRooms};
use super::amounts::{Paid, spend};
use super::cuts::{Rooms, balance_room};
use super::earning::{Awards, Given, Person, Seen};
use super::tiers::expiry_in;
use super::turns::Turns;
use super::tx::{FIRST, duplicate_reference, overflow};
use super::{Scene, Undecided};
use crate::breakdown::Cuts;
use crate::command::{Activity, Command, Record};
use crate::event::{ActivityNo, Fact, LotNo, NewLot, Occurrence, Spend};
use crate::pools::PoolKey;
use crate::programme::{Availability, EarnRule, TierIx, UnitIx};
use crate::refusal::{Code, Refusal};
use crate::rules::Version;
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
    let programme = &version.programme;
    let person =
        Person { tier, attributes: member.attributes(), birth_month: member.birth_month() };
    let turns = Turns::Now { zone: programme.zone, member, occurred_at };
    let on = programme.on(activity.kind.as_str());
    let seen = Seen::new(on, activity, paid, occurred_at, person, turns).ok_or_else(overflow)?;
    let mut awards = Awards::new();
    seen.awards(&mut awards).ok_or_else(overflow)?;
    let counts = seen.spend();
    let rooms: AllRooms = awards
        .iter()
        .map(|given| Rooms::of(programme, given.rule, member, scene.pools, occurred_at))
        .collect();
    let context = again::context(version, on, activity, person, turns, (&awards, &rooms), member);
    let effective_at = occurred_at.min(scene.now);
    let number = member.next_activity();
    let referral = scene.qualifies(activity, paid, occurred_at)?;
    let spend = paid.map(|paid| recorded_spend(&paid, activity)).transpose()?;
    let occurrence = Occurrence { kind: activity.kind.clone(), at: occurred_at };
    let fact = Fact::Recorded { activity: activity.reference.clone(), occurrence, spend };
    scene.emit_at(FIRST, effective_at, fact)?;
    if let Some(context) = context {
        let fact = Fact::ContextRecorded { activity: number, context };
        scene.emit_at(FIRST, effective_at, fact)?;
    }
    scene.renew_by_activity(activity.kind.as_str(), occurred_at)?;
    let mut alive: SmallVec<[(UnitIx, LotNo); 4]> = SmallVec::new();
    let mut counted: SmallVec<[(&EarnRule, i64); 4]> = SmallVec::new();
    let award = Award { version, number, tier, occurred_at, effective_at };
    for (given, rooms) in awards.iter_mut().zip(rooms) {
        let (amount, lot) = scene.award(&award, given, rooms)?;
        counted.push((given.rule, amount));
        alive.extend(lot);
    }
    for (unit, lot) in alive {
        scene.repay(FIRST, unit, &[lot], scene.now)?;
    }
    scene.count_activity(counts, &counted, occurred_at)?;
    scene.pay_referral(referral, number)
}

/// What all awards of an activity have in common.
struct Award<'a> {
    version: &'a Version,
    number: ActivityNo,
    tier: Option<TierIx>,
    occurred_at: Instant,
    effective_at: Instant,
}

impl Scene<'_> {
    /// Cuts to fit what a rule gives, rounds it, and gives it: what is left makes a lot. Returns how
    /// much that is, and the lot if it is available and alive.
    fn award(
        &mut self,
        of: &Award<'_>,
        given: &mut Given<'_>,
        rooms: Rooms,
    ) -> Result<(i64, Option<(UnitIx, LotNo)>), Undecided> {
        let (rule, programme) = (given.rule, &of.version.programme);
        let member = self.present(FIRST)?;
        let rounded = given.exact.round(rule.rounding).ok_or_else(overflow)?;
        let (amount, cuts) = rooms.cut(rounded, balance_room(programme, rule.unit, member));
        let (activity, effective_at, how) = (of.number, of.effective_at, given.breakdown(cuts));
        if amount <= 0 {
            // Without a cut it has come to less than a step.
            if cuts != Cuts::default() {
                let (rule, unit, programme_version) = (rule.ix, rule.unit, of.version.number);
                let fact = Fact::Cut { activity, rule, unit, programme_version, how };
                self.emit_at(FIRST, effective_at, fact)?;
            }
            return Ok((0, None));
        }
        let lot = new_lot(self, rule, amount, of)?;
        let (ix, rounding) = (rule.ix, rule.rounding);
        let fact = Fact::Earned { lot, activity, rule: ix, rounding, how };
        self.emit_at(FIRST, effective_at, fact)?;
        if rule.budget.is_some() {
            let pool = PoolKey::Budget(ix);
            self.emit_at(FIRST, effective_at, Fact::Drawn { pool, amount })?;
        }
        let alive = self.open_lot(&lot, effective_at)?;
        Ok((amount, alive.map(|number| (lot.unit, number))))
    }
}

/// R-TIME-6: neither too old nor too far ahead.
fn in_time(scene: &Scene<'_>, member: &Member, occurred_at: Instant) -> Result<(), Refusal> {
    let programme = scene.programme();
    let too_old = |message: &str| Err(Refusal::new(Code::ActivityTooOld, message));
    // Most come soon, and need no calendar.
    let later = |span: Span| programme.zone.add(occurred_at, span);
    let may_be_over = |span: &Span| span.at_least() <= scene.now.micros() - occurred_at.micros();
    let end = programme.claim_window.filter(may_be_over).and_then(later);
    if end.is_some_and(|end| end <= scene.now) {
        return too_old("the activity is older than the claim window");
    }
    let comes_before = |_: &Span| occurred_at < member.enrolled_at();
    let end = programme.claim_before_enrolment.filter(comes_before).and_then(later);
    if end.is_some_and(|end| end < member.enrolled_at()) {
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
    scene.rules.in_force(occurred_at).programme.tier_or_first(member.tier_at(occurred_at))
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
    of: &Award<'_>,
) -> Result<NewLot, Broken> {
    let (member, programme) = (scene.present(FIRST)?, &of.version.programme);
    let unit = programme.unit(rule.unit).ok_or(Broken::Inconsistent("a rule without its unit"))?;
    let available_at = match rule.availability.unwrap_or(unit.availability) {
        Availability::After(span) => {
            programme.zone.add(of.occurred_at, span).or(Some(Instant::MAX))
        }
        Availability::UntilConfirmed => None,
    };
    let own = || expiry_in(programme, of.tier, unit);
    let expiry = rule.expiry.as_ref().unwrap_or_else(own);
    let life = scene.life(member, expiry, of.occurred_at, available_at);
    Ok(NewLot {
        lot: member.next_lot(),
        unit: unit.ix,
        amount,
        earned_at: of.occurred_at,
        available_at,
        expires_at: life.expires_at,
        form: life.form,
        programme_version: of.version.number,
    })
}
