//! `assign_tier`: a floor for the tier, by hand.

use super::hold::not_later;
use super::tx::FIRST;
use super::{Scene, Undecided};
use crate::command::{AssignTier, Command};
use crate::event::{Fact, TierReason};
use crate::programme::TierIx;
use crate::state::Broken;

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    assign: &AssignTier,
) -> Result<(), Undecided> {
    let tier = scene.tier(assign.tier.as_str())?;
    if assign.until.is_some_and(|until| until <= scene.now) {
        return Err(not_later("until", scene.now).into());
    }
    let member = scene.known(command, &assign.member)?;
    let (from, base) = member.tier().zip(member.base_tier()).unwrap_or((tier, tier));
    let until = assign.until;
    scene.emit(FIRST, Fact::TierAssigned { tier, until, reason: assign.reason.clone() })?;
    // A new assignment replaces the old at once: the tier is the higher of the new floor and what
    // the member has without one.
    let to = if rank(scene, tier)? > rank(scene, base)? { tier } else { base };
    if to == from {
        return Ok(());
    }
    let (reason, valid_until) = if to == tier {
        (TierReason::Assigned, until)
    } else {
        (TierReason::AssignmentEnded, None)
    };
    scene.emit(FIRST, Fact::TierChanged { from, to, reason, valid_until })
}

/// The place of a tier in the programme, the lowest first.
fn rank(scene: &Scene<'_>, ix: TierIx) -> Result<usize, Broken> {
    let tiers = &scene.programme().tiers;
    let found = tiers.iter().position(|tier| tier.ix == ix);
    found.ok_or(Broken::Inconsistent("a member has a tier that the programme has not"))
}
