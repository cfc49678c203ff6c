//! `capture`: a hold, or a part of it, becomes a redemption (R-HOLD-2).

use super::release::{asked, open_hold};
use super::reward::{Asked, Deal, invalid, order_of};
use super::tx::{FIRST, duplicate_reference};
use super::{Scene, Undecided};
use crate::command::{Capture, Command, Rest};
use crate::event::Fact;
use crate::state::HoldState;

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    capture: &Capture,
) -> Result<(), Undecided> {
    let for_reward = asked_of_reward(scene, capture)?;
    let asked = asked(scene, &capture.hold, capture.amount)?;
    let member = scene.known(command, &capture.member)?;
    if member.find_redemption(&capture.reference).is_some() {
        return Err(duplicate_reference("the redemption", &capture.reference).into());
    }
    let open = open_hold(scene, member, &capture.hold, asked)?;
    let deal = for_reward.map(|asked| scene.deal(asked)).transpose()?;
    let worth = deal.as_ref().map(Deal::worth).transpose()?;
    let (parts, _) = scene.of_hold(FIRST, open.number)?.take_up_to(open.amount);
    let reference = capture.reference.clone();
    let (unit, hold) = (open.unit.ix, open.number);
    scene.emit(FIRST, Fact::Captured { unit, hold, reference, parts, worth })?;
    scene.renew_by_command("redeem", scene.now)?;
    if let Some(deal) = &deal {
        scene.deliver(deal)?;
    }
    let rest = open.held - open.amount;
    match capture.rest {
        Rest::Release if rest > 0 => scene.release(hold, open.unit, rest),
        Rest::Release | Rest::Keep => Ok(()),
    }
}

/// What is asked of the reward, if the capture is for one; `None` also if the hold does not live:
/// then that is what the command is refused for.
fn asked_of_reward<'a>(
    scene: &Scene<'a>,
    capture: &Capture,
) -> Result<Option<Asked<'a>>, Undecided> {
    let reward = capture.reward.as_ref().map(|name| scene.reward(name.as_str())).transpose()?;
    let order = order_of(scene.programme(), capture.order.as_ref())?;
    let asked = asked(scene, &capture.hold, capture.amount)?;
    let found = scene.member.as_deref().and_then(|m| m.hold(m.find_hold(&capture.hold)?));
    let open = found.filter(|hold| hold.state == HoldState::Open);
    let Some((reward, open)) = reward.zip(open) else { return Ok(None) };
    if reward.unit != open.unit {
        return Err(invalid(reward, "it is not paid in what is held").into());
    }
    let held = || open.parts.iter().map(|part| i128::from(part.amount)).sum();
    scene.captured_for(reward, asked.unwrap_or_else(held), order).map(Some)
}
