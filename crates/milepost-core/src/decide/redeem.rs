//! `redeem`: takes points, for an amount or for a reward (R-RED-1, R-RED-2).

use super::amounts::positive;
use super::hold::redeemable;
use super::tx::{FIRST, duplicate_reference, overflow};
use super::worth::check_order;
use super::{Scene, Undecided};
use crate::command::{Command, Redeem, RedeemPrice};
use crate::decimal::Decimal;
use crate::event::Fact;
use crate::money::Money;
use crate::names::Name;
use crate::programme::{Reward, Unit};
use crate::refusal::{Code, Refusal};

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
    redeemable(price.unit)?;
    let value = price.reward.map(|reward| scene.value_of(reward)).transpose()?;
    let parts = scene.take(FIRST, price.unit, price.amount)?;
    let amount = i64::try_from(price.amount).map_err(|_| overflow())?;
    let worth = value.map(|value| scene.worth(value, amount)).transpose()?;
    let (unit, reference) = (price.unit.ix, redeem.reference.clone());
    scene.emit(FIRST, Fact::Redeemed { reference, unit, parts, worth })?;
    scene.renew_by_command("redeem", scene.now)
}

/// What is taken, and what for.
struct Taken<'a> {
    unit: &'a Unit,
    amount: i128,
    reward: Option<&'a Reward>,
}

fn price<'a>(scene: &Scene<'a>, price: &RedeemPrice) -> Result<Taken<'a>, Undecided> {
    match price {
        RedeemPrice::Unit { unit, amount } => {
            let unit = scene.unit(unit.as_str())?;
            Ok(Taken { unit, amount: positive(unit, *amount)?, reward: None })
        }
        RedeemPrice::Reward { reward, quantity, amount, order } => {
            reward_price(scene, reward, *quantity, *amount, order.as_ref())
        }
    }
}

fn reward_price<'a>(
    scene: &Scene<'a>,
    name: &Name,
    quantity: Option<u32>,
    amount: Option<Decimal>,
    order: Option<&Money>,
) -> Result<Taken<'a>, Undecided> {
    let reward = scene.reward(name.as_str())?;
    check_order(scene.programme(), order)?;
    let unit = scene.unit_at(reward.unit, scene.now)?;
    let (Some(amount), None) = (amount, quantity) else {
        let message = format!("reward {name} is money off: it takes an amount, and no quantity");
        return Err(Refusal::new(Code::InvalidAmount, message).into());
    };
    Ok(Taken { unit, amount: positive(unit, amount)?, reward: Some(reward) })
}
