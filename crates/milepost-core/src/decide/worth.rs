//! What a redemption is worth when it is for a reward.

use super::amounts::paid;
use super::tx::{FIRST, overflow};
use super::{Scene, Undecided};
use crate::event::Worth;
use crate::money::Money;
use crate::programme::{Occasion, Price, Programme, Reward};
use crate::ratio::{Ratio, Rounding};
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

    /// What a reward is worth to the member: by the tier at `recorded_at`, if it is to be had now.
    pub(super) fn value_of(&self, reward: &'a Reward) -> Result<Value<'a>, Undecided> {
        let tier = self.present(FIRST)?.tier();
        let Price::Money { value, .. } = &reward.price;
        let member = self.present(FIRST)?;
        let occasion = Occasion {
            zone: self.programme().zone,
            at: self.now,
            tier,
            spend: Ratio::ZERO,
            activity: None,
            attributes: member.attributes(),
            birth_month: member.birth_month(),
        };
        let available = reward.when.holds(&occasion).then_some(value).and_then(|v| v.of(tier));
        let Some(value) = available else {
            let message = format!("reward {} is not to be had now", reward.name);
            return Err(Refusal::new(Code::RewardUnavailable, message)
                .with("reward", Detail::Text(reward.name.to_string()))
                .into());
        };
        Ok(Value { reward, value: *value })
    }

    /// What an amount is worth, rounded once.
    pub(super) fn worth(&self, value: Value<'_>, amount: i64) -> Result<Worth, Undecided> {
        let Price::Money { per, rounding, round_to, .. } = &value.reward.price;
        let scale = Ratio::whole(10_i64.pow(u32::from(self.programme().currency.decimals())));
        let exact = Ratio::new(i128::from(amount), i128::from(*per))
            .and_then(|share| share.times(value.value))
            .and_then(|money| money.over(*round_to));
        let minor = exact
            .and_then(|exact| exact.round(*rounding))
            .and_then(|whole| Ratio::whole(whole).times(*round_to))
            .and_then(|money| money.times(scale))
            .and_then(|minor| minor.round(Rounding::Down));
        Ok(Worth { reward: value.reward.ix, minor: minor.ok_or_else(overflow)? })
    }
}

/// What a reward is worth to a member.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'a> {
    reward: &'a Reward,
    value: Ratio,
}
