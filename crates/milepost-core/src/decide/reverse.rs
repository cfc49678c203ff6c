//! `reverse`: takes back what an activity earned (R-REV-1, R-REV-2).

use super::again::Left;
use super::extent::{self, Reversal};
use super::take_back::{Own, TakenBack, units_of};
use super::tx::{FIRST, overflow};
use super::{Scene, Undecided};
use crate::command::{Command, Extent, Reverse};
use crate::context::Context;
use crate::event::{ActivityNo, Fact, LotNo, Part, ReversedShare};
use crate::names::{MemberId, Reference};
use crate::pools::PoolKey;
use crate::programme::{EarnRule, OnReversal, Programme, RuleIx, UnitIx};
use crate::ratio::Ratio;
use crate::refusal::{Code, Detail, Refusal};
use crate::state::{Activity, Award, Member};

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    reverse: &Reverse,
) -> Result<(), Undecided> {
    check(scene, reverse)?;
    let member = scene.known_or_closed(command, &reverse.member)?;
    let number = member.find_activity(&reverse.activity);
    let found = number.and_then(|number| Some((number, member.activity(number)?)));
    let Some((number, activity)) = found else {
        return Err(unknown_activity(&reverse.member, &reverse.activity).into());
    };
    let before = activity.reversed;
    let context = member.context(number)?;
    let reversal = scene.reversal(member, (number, &activity), context.as_ref(), reverse)?;
    let due = due_back(scene, number, &activity, context.as_ref(), &reversal, &reverse.extent)?;
    let reference = reverse.reference.clone();
    let Reversal { share, lines } = reversal;
    scene.emit(FIRST, Fact::ActivityReversed { activity: number, reference, reversed: share })?;
    if !lines.is_empty() {
        scene.emit(FIRST, Fact::LinesLeft { activity: number, lines })?;
    }
    for unit in units_of(scene.present(FIRST)?, due.iter().map(|part| part.lot)) {
        take_back(scene, number, unit, &due)?;
    }
    scene.uncount_activity(number, &due, before, share)?;
    scene.drop_referral(number)
}

/// What can be refused before it is certain that there is such an activity. Money is read by the
/// rates of the activity's version, as far as the activity is known (R-TIME-7, R-REV-1).
fn check(scene: &Scene<'_>, reverse: &Reverse) -> Result<(), Refusal> {
    let known = |member: &'_ Member| {
        let activity = member.activity(member.find_activity(&reverse.activity)?)?;
        Some((activity.occurred_at, activity.spend))
    };
    let known = scene.member(FIRST).and_then(known);
    let at = known.map_or(scene.now, |(occurred_at, _)| occurred_at);
    extent::check(&scene.rules.in_force(at).programme, &reverse.extent)?;
    match known.and_then(|(_, spend)| spend) {
        Some((_, currency)) => extent::check_lines(&reverse.extent, currency),
        None => Ok(()),
    }
}

/// What is to be taken back of each award, and is not yet: in proportion to the money (R-NUM-4), or
/// what the rules give less for what is left.
fn due_back(
    scene: &Scene<'_>,
    number: ActivityNo,
    activity: &Activity<'_>,
    context: Option<&Context>,
    reversal: &Reversal,
    extent: &Extent,
) -> Result<Vec<Part>, Undecided> {
    let member = scene.present(FIRST)?;
    let rule_of = |award: &Award| member.lot(award.lot).and_then(crate::state::Lot::rule);
    let given: Vec<(RuleIx, Award)> =
        member.awards(number).filter_map(|award| Some((rule_of(&award)?, award))).collect();
    let again = again(scene, activity, context, reversal, extent, &given)?;
    let of_award = |(rule, award): &(RuleIx, Award)| -> Option<Part> {
        let kept = again.as_ref().filter(|again| again.judges(*rule));
        let upto = match (kept, reversal.share, activity.spend) {
            (Some(again), _, _) => award.amount.checked_sub(again.amount(*rule))?,
            (None, ReversedShare::Money { num, den }, Some((spent, _))) => {
                let of = i128::from(spent).checked_mul(den)?;
                Ratio::share(award.amount, num, of, award.rounding)?
            }
            (None, ..) => award.amount,
        };
        Some(Part { lot: award.lot, amount: upto.checked_sub(award.taken)? })
    };
    let parts: Option<Vec<Part>> = given.iter().map(of_award).collect();
    let mut parts = parts.ok_or_else(overflow)?;
    parts.retain(|part| part.amount > 0);
    Ok(parts)
}

/// What rules give for what is left: by lines all of them are asked again, by money those that say
/// so (R-REV-1).
struct Again<'a> {
    programme: &'a Programme,
    all: bool,
    amounts: Vec<(RuleIx, i64)>,
}

impl Again<'_> {
    fn judges(&self, rule: RuleIx) -> bool {
        let says_so = |rule: &EarnRule| rule.on_reversal == OnReversal::ReEvaluate;
        self.all || self.programme.rule(rule).is_some_and(says_so)
    }

    fn amount(&self, rule: RuleIx) -> i64 {
        let found = self.amounts.iter().find(|(known, _)| *known == rule);
        found.map_or(0, |(_, amount)| *amount)
    }
}

fn again<'a>(
    scene: &'a Scene<'_>,
    activity: &Activity<'_>,
    context: Option<&Context>,
    reversal: &Reversal,
    extent: &Extent,
    given: &[(RuleIx, Award)],
) -> Result<Option<Again<'a>>, Undecided> {
    let Some(context) = context else { return Ok(None) };
    // A full reversal takes everything, fixed awards too.
    let ReversedShare::Money { num, den } = reversal.share else { return Ok(None) };
    let programme = &scene.version_of(context)?.programme;
    let all = matches!(extent, Extent::Lines(_));
    let mut again = Again { programme, all, amounts: Vec::new() };
    if given.iter().any(|(rule, _)| again.judges(*rule)) {
        let spent = Ratio::whole(activity.spend.map_or(0, |(spent, _)| spent));
        let gone = Ratio::new(num.checked_neg().ok_or_else(overflow)?, den);
        let spend = gone.and_then(|gone| spent.plus(gone)).ok_or_else(overflow)?;
        let left = Left { spend, lines: &reversal.lines };
        again.amounts = scene.judge_again(context, activity.occurred_at, given, left)?;
    }
    Ok(Some(again))
}

/// Takes back, in one unit, what is due of the awards (R-REV-2); their own lots are those of all
/// awards of the activity.
fn take_back(
    scene: &mut Scene<'_>,
    activity: ActivityNo,
    ix: UnitIx,
    due: &[Part],
) -> Result<(), Undecided> {
    let unit = scene.unit_at(ix, scene.now)?;
    let member = scene.present(FIRST)?;
    let of_unit = |lot: LotNo| member.lot(lot).is_some_and(|lot| lot.unit() == ix);
    let awards: Vec<Part> = due.iter().copied().filter(|part| of_unit(part.lot)).collect();
    let own = member.awards(activity).filter(|award| of_unit(award.lot));
    let own: Vec<Own> = own.map(|award| (award.lot, award.expired)).collect();
    let TakenBack { parts, set_off, pending, debt, forgiven } =
        scene.find_back(FIRST, unit, &own, &awards)?;
    let given_back = awards.clone();
    let fact =
        Fact::Reversed { activity, unit: ix, parts, awards, set_off, pending, debt, forgiven };
    scene.emit(FIRST, fact)?;
    give_back(scene, &given_back)
}

/// R-REV-4: what is taken back of an award is there again in the budget that it was drawn from.
fn give_back(scene: &mut Scene<'_>, awards: &[Part]) -> Result<(), Undecided> {
    for part in awards {
        let lot = scene.lot(FIRST, part.lot)?;
        let version = scene.rules.version(lot.programme_version());
        let rule = version.zip(lot.rule()).and_then(|(version, ix)| version.programme.rule(ix));
        if let Some(rule) = rule.filter(|rule| rule.budget.is_some()) {
            let (pool, amount) = (PoolKey::Budget(rule.ix), part.amount.saturating_neg());
            scene.emit(FIRST, Fact::Drawn { pool, amount })?;
        }
    }
    Ok(())
}

pub(super) fn unknown_activity(member: &MemberId, reference: &Reference) -> Refusal {
    let message = format!("member {member} has no activity {reference}");
    Refusal::new(Code::UnknownActivity, message)
        .with("activity", Detail::Text(reference.to_string()))
}
