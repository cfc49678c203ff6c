//! `redeem`: takes points, for an amount or for a reward (R-RED-1, R-RED-2).

use super::amounts::positive;
use super::hold::redeemable;
use super::reward::{Asked, Deal};
use super::tx::{FIRST, duplicate_reference};
use super::{Scene, Undecided};
use crate::command::{Command, Redeem, RedeemPrice};
use crate::event::Fact;
use crate::programme::Unit;

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    redeem: &Redeem,
) -> Result<(), Undecided> {
    let price = price(scene, &redeem.price)?;
    let member = scene.known(command, &redeem.member)?;
    if member.find_redemption(&redeem.reference).is_some() {
        return Err(duplicate_reference("the redemption", &redeem.reference).into());
    }
    match price {
        Taken::Amount(unit, amount) => take(scene, redeem, unit, amount, None),
        Taken::Reward(asked) => {
            redeemable(asked.unit)?;
            let deal = scene.deal(asked)?;
            take(scene, redeem, asked.unit, deal.amount, Some(&deal))
        }
    }
}

/// What is taken: an amount, or the price of a reward.
enum Taken<'a> {
    Amount(&'a Unit, i128),
    Reward(Asked<'a>),
}

fn price<'a>(scene: &Scene<'a>, price: &RedeemPrice) -> Result<Taken<'a>, Undecided> {
    match price {
        RedeemPrice::Unit { unit, amount } => {
            let unit = scene.unit(unit.as_str())?;
            Ok(Taken::Amount(unit, positive(unit, *amount)?))
        }
        RedeemPrice::Reward { reward, quantity, amount, order } => {
            let reward = scene.reward(reward.as_str())?;
            let asked = scene.asked_of_reward(reward, *quantity, *amount, order.as_ref())?;
            Ok(Taken::Reward(asked))
        }
    }
}

fn take(
    scene: &mut Scene<'_>,
    redeem: &Redeem,
    unit: &Unit,
    amount: i128,
    deal: Option<&Deal<'_>>,
) -> Result<(), Undecided> {
    redeemable(unit)?;
    let parts = scene.take(FIRST, unit, amount)?;
    let worth = deal.map(Deal::worth).transpose()?;
    let (unit, reference) = (unit.ix, redeem.reference.clone());
    scene.emit(FIRST, Fact::Redeemed { reference, unit, parts, worth })?;
    scene.renew_by_command("redeem", scene.now)?;
    deal.map_or(Ok(()), |deal| scene.deliver(deal))
}
