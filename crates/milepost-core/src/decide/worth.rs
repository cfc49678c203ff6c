//! What a redemption is worth when it is for a reward.

use super::amounts::paid;
use super::tx::{FIRST, overflow};
use super::{Scene, Undecided};
use crate::event::Worth;
use crate::money::Money;
use crate::programme::{Price, Programme, Reward};
use crate::ratio::Ratio;
use crate::refusal::{Code, Detail, Refusal};

/// The order that a reward is used on has to be money that the programme can count.
pub(super) fn check_order(programme: &Programme, order: Option<&Money>) -> Result<(), Refusal> {
    order.map_or(Ok(()), |money| paid(programme, money).map(|_| ()))
}

impl<'a> Scene<'a> {
    /// A reward by its name, in the version in force now.
    pub(super) fn reward(&self, name: &str) -> Result<&'a Reward, Refusal> {
        self.programme().reward_named(name).ok_or_else(|| {
            let message = format!("the programme has no reward {name}");
            Refusal::new(Code::UnknownReward, message).with("reward", Detail::Text(name.into()))
        })
    }

    /// What an amount is worth as a reward: money by the tier at `recorded_at`, rounded once.
    pub(super) fn worth(&self, reward: &Reward, amount: i64) -> Result<Worth, Undecided> {
        let tier = self.present(FIRST)?.tier();
        let unavailable = || {
            let message = format!("reward {} is not to be had now", reward.name);
            Refusal::new(Code::RewardUnavailable, message)
                .with("reward", Detail::Text(reward.name.to_string()))
        };
        if !reward.when.holds(self.now, tier) {
            return Err(unavailable().into());
        }
        let Price::Money { per, value, rounding } = &reward.price;
        let value = value.of(tier).ok_or_else(unavailable)?;
        let scale = Ratio::whole(10_i64.pow(u32::from(self.programme().currency.decimals())));
        let share = Ratio::new(i128::from(amount), i128::from(*per));
        let money = share.and_then(|share| share.times(*value)).and_then(|m| m.times(scale));
        let minor = money.and_then(|money| money.round(*rounding)).ok_or_else(overflow)?;
        Ok(Worth { reward: reward.ix, minor })
    }
}
