//! `capture`: a hold, or a part of it, becomes a redemption (R-HOLD-2).

use super::release::{asked, open_hold};
use super::tx::{FIRST, duplicate_reference};
use super::worth::check_order;
use super::{Scene, Undecided};
use crate::command::{Capture, Command, Rest};
use crate::event::Fact;
use crate::refusal::{Code, Refusal};

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    capture: &Capture,
) -> Result<(), Undecided> {
    let reward = capture.reward.as_ref().map(|name| scene.reward(name.as_str())).transpose()?;
    check_order(scene.programme(), capture.order.as_ref())?;
    let asked = asked(scene, &capture.hold, capture.amount)?;
    let member = scene.known(command, &capture.member)?;
    if member.find_redemption(&capture.reference).is_some() {
        return Err(duplicate_reference("the redemption", &capture.reference).into());
    }
    let open = open_hold(scene, member, &capture.hold, asked)?;
    let worth = match reward {
        Some(reward) if reward.unit != open.unit.ix => {
            let message = format!("reward {} is not paid in {}", reward.name, open.unit.name);
            return Err(Refusal::new(Code::InvalidAmount, message).into());
        }
        Some(reward) => Some(scene.worth(scene.value_of(reward)?, open.amount)?),
        None => None,
    };
    let (parts, _) = scene.of_hold(FIRST, open.number)?.take_up_to(open.amount);
    let reference = capture.reference.clone();
    let (unit, hold) = (open.unit.ix, open.number);
    scene.emit(FIRST, Fact::Captured { unit, hold, reference, parts, worth })?;
    scene.renew_by_command("redeem", scene.now)?;
    let rest = open.held - open.amount;
    match capture.rest {
        Rest::Release if rest > 0 => scene.release(hold, open.unit, rest),
        Rest::Release | Rest::Keep => Ok(()),
    }
}
