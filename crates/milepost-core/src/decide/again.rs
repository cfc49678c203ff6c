//! Judging an activity again: the context recorded with it, and what its rules would give for what is
//! left of it (R-REV-1).

use smallvec::SmallVec;

use super::Scene;
use super::Undecided;
use super::amounts::{Paid, spend};
use super::cuts::{Room, Rooms, balance_room};
use super::earning::{Awards, Person, Seen};
use super::turns::Turns;
use super::tx::overflow;
use crate::command::Activity;
use crate::context::{Context, LineLeft};
use crate::programme::{OnKind, OnReversal, RuleIx, UnitIx};
use crate::ratio::Ratio;
use crate::rules::Version;
use crate::state::{Award, Broken, Member};
use crate::time::Instant;

/// The rooms of the rules that fired, in their order.
pub(super) type AllRooms = SmallVec<[Rooms; 4]>;

/// Whether an activity may have to be judged again: by its lines, or because a rule says so.
fn may_come_back(on: OnKind<'_>, activity: &Activity) -> bool {
    !activity.lines.is_empty() || on.earn().any(|rule| rule.on_reversal == OnReversal::ReEvaluate)
}

/// The context to record with an activity, if it may have to be judged again.
pub(super) fn context(
    version: &Version,
    on: OnKind<'_>,
    activity: &Activity,
    person: Person<'_>,
    turns: Turns<'_>,
    (awards, rooms): (&Awards<'_>, &AllRooms),
    member: &Member,
) -> Option<Box<Context>> {
    let programme = &version.programme;
    if !may_come_back(on, activity) {
        return None;
    }
    let with_room = awards.iter().zip(rooms);
    let rooms = with_room.filter_map(|(given, room)| Some((given.rule.ix, room.least()?)));
    let mut balances: Vec<(UnitIx, i64)> = Vec::new();
    for unit in awards.iter().map(|given| given.rule.unit) {
        if balances.iter().all(|(known, _)| *known != unit) {
            let room = balance_room(programme, unit, member);
            balances.extend(room.map(|room| (unit, room)));
        }
    }
    Some(Box::new(Context {
        activity: activity.clone(),
        programme_version: version.number,
        tier: person.tier,
        birth_month: person.birth_month,
        attributes: person.attributes.to_vec(),
        turns: turns.had(on),
        rooms: rooms.collect(),
        balances,
    }))
}

/// What is left of an activity after a reversal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Left<'a> {
    /// Its money, in minor units of its currency.
    pub(super) spend: Ratio,
    /// Its lines; none: all that there are.
    pub(super) lines: &'a [LineLeft],
}

impl Scene<'_> {
    /// The version that judged an activity.
    pub(super) fn version_of(&self, context: &Context) -> Result<&Version, Broken> {
        let version = self.rules.version(context.programme_version);
        version.ok_or(Broken::Inconsistent("an activity's version is not recorded"))
    }

    /// What the rules of an activity give for what is left of it, in the context recorded with it.
    /// What would be more than was given stays as it is.
    pub(super) fn judge_again(
        &self,
        context: &Context,
        occurred_at: Instant,
        given: &[(RuleIx, Award)],
        left: Left<'_>,
    ) -> Result<Vec<(RuleIx, i64)>, Undecided> {
        let programme = &self.version_of(context)?.programme;
        let activity = &context.activity;
        let paid: Option<Paid> = spend(programme, activity)?;
        let person = Person {
            tier: context.tier,
            attributes: &context.attributes,
            birth_month: context.birth_month,
        };
        let turns = Turns::AsRecorded(&context.turns);
        let on = programme.on(activity.kind.as_str());
        let seen = Seen::new(on, activity, paid, occurred_at, person, turns);
        let seen = seen.and_then(|seen| seen.left(left.spend, left.lines));
        let mut awards = Awards::new();
        seen.and_then(|seen| seen.awards(&mut awards)).ok_or_else(overflow)?;
        let mut balances = context.balances.clone();
        let mut again = Vec::with_capacity(awards.len());
        for award in awards {
            let rule = award.rule;
            // A rule that gave nothing gives nothing now: no award grows.
            let before = given.iter().find(|(known, _)| *known == rule.ix);
            let Some((_, before)) = before else { continue };
            let rounded = award.exact.round(rule.rounding).ok_or_else(overflow)?;
            let room = context.rooms.iter().find(|(known, _)| *known == rule.ix);
            let balance = balances.iter_mut().find(|(unit, _)| *unit == rule.unit);
            let fits = |amount: i64, room: Room| room.map_or(amount, |room| amount.min(room));
            let amount = fits(rounded.min(before.amount), room.map(|(_, room)| *room));
            let amount = fits(amount, balance.as_ref().map(|(_, room)| *room));
            if let Some((_, room)) = balance {
                *room = room.saturating_sub(amount);
            }
            again.push((rule.ix, amount));
        }
        Ok(again)
    }
}
