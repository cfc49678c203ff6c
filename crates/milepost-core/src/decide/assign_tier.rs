//! `assign_tier`: a floor for the tier, by hand.

use super::hold::not_later;
use super::tx::FIRST;
use super::{Scene, Undecided};
use crate::command::{AssignTier, Command};
use crate::event::{Fact, TierReason};
use crate::tiers::Judge;

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    assign: &AssignTier,
) -> Result<(), Undecided> {
    let tier = scene.tier(assign.tier.as_str())?;
    if assign.until.is_some_and(|until| until <= scene.now) {
        return Err(not_later("until", scene.now).into());
    }
    scene.known(command, &assign.member)?;
    let until = assign.until;
    scene.emit(FIRST, Fact::TierAssigned { tier, until, reason: assign.reason.clone() })?;
    // A new assignment replaces the old at once: the tier is the higher of the new floor and what
    // the member has without one.
    let judge = Judge::new(scene.rules, scene.present(FIRST)?, scene.now);
    let base = judge.programme.tier_or_first(judge.member.base_tier());
    let (from, own) = (judge.worn(), base.unwrap_or(tier));
    let valid_until = judge.member.tier_standing().and_then(|standing| standing.valid_until);
    let (to, reason, valid_until) = if judge.rank(tier)? > judge.rank(own)? {
        (tier, TierReason::Assigned, until)
    } else {
        (own, TierReason::AssignmentEnded, valid_until)
    };
    if from == Some(to) {
        return Ok(());
    }
    scene.change_worn(FIRST, scene.now, to, reason, valid_until)
}
