//! What a redemption for a reward takes and brings: its price, when it is to be had, its stock and
//! its limits.

use super::amounts::{paid, positive};
use super::gifts::{GONE, times};
use super::tx::{FIRST, overflow};
use super::{Scene, Undecided};
use crate::decimal::Decimal;
use crate::event::{Fact, Gain, GiftOf, RedemptionNo, Worth};
use crate::money::Money;
use crate::pools::PoolKey;
use crate::programme::{
    GrantItem, LimitPeriod, MoneyOff, Most, Occasion, Partner, Price, Programme, Reward, RewardIx,
    Unit,
};
use crate::ratio::{Ratio, Rounding};
use crate::refusal::{Code, Detail, Refusal};
use crate::state::{Bought, Member};

/// What is asked of a reward, judged as far as it can be without the member.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) reward: &'a Reward,
    pub(super) unit: &'a Unit,
    /// Steps of the unit; `None`: the price of so many pieces.
    amount: Option<i128>,
    pieces: u32,
    /// The order it is used on, in whole programme currency.
    order: Option<Ratio>,
}

/// What a reward takes of a member and brings it.
#[derive(Debug)]
pub(super) struct Deal<'a> {
    pub(super) reward: &'a Reward,
    /// Steps of the unit.
    pub(super) amount: i128,
    pieces: u32,
    /// `None`: it does not fit.
    gain: Option<Gain>,
}

impl Deal<'_> {
    /// What the event says of it.
    pub(super) fn worth(&self) -> Result<Worth, Refusal> {
        let gain = self.gain.clone().ok_or_else(overflow)?;
        let from_stock = self.reward.stock.is_some();
        Ok(Worth { reward: self.reward.ix, quantity: self.pieces, gain, from_stock })
    }
}

/// The order that a reward is used on: money that the programme can count.
pub(super) fn order_of(
    programme: &Programme,
    order: Option<&Money>,
) -> Result<Option<Ratio>, Refusal> {
    let Some(order) = order else { return Ok(None) };
    let money = paid(programme, order)?.in_programme_currency();
    // More than 64 bits of money: then no share of it is ever exceeded.
    Ok(Some(money.unwrap_or(Ratio::whole(i64::MAX))))
}

impl<'a> Scene<'a> {
    /// A reward by its name, in the version in force now.
    pub(super) fn reward(&self, name: &str) -> Result<&'a Reward, Refusal> {
        self.programme().reward_named(name).ok_or_else(|| {
            let message = format!("the programme has no reward {name}");
            Refusal::new(Code::UnknownReward, message).with("reward", Detail::Text(name.into()))
        })
    }

    /// What `redeem` asks: pieces of a thing, or an amount where the reward is worth money or
    /// something of a partner's.
    pub(super) fn asked_of_reward(
        &self,
        reward: &'a Reward,
        quantity: Option<u32>,
        amount: Option<Decimal>,
        order: Option<&Money>,
    ) -> Result<Asked<'a>, Undecided> {
        let order = order_of(self.programme(), order)?;
        let unit = self.unit_at(reward.unit, self.now)?;
        let invalid = |says: &str| Err(invalid(reward, says).into());
        let (amount, pieces) = match (&reward.price, amount, quantity.unwrap_or(1)) {
            (Price::Cost(_), Some(_), _) => return invalid("it takes a quantity, and no amount"),
            (Price::Cost(_), None, 0) => return invalid("its quantity must be above 0"),
            (Price::Cost(_), None, pieces) => (None, pieces),
            (Price::Money(_) | Price::Partner(_), Some(amount), _) if quantity.is_none() => {
                (Some(positive(unit, amount)?), 1)
            }
            (Price::Money(_) | Price::Partner(_), ..) => {
                return invalid("it takes an amount, and no quantity");
            }
        };
        let asked = Asked { reward, unit, amount, pieces, order };
        check_amount(&asked)?;
        Ok(asked)
    }

    /// What `capture` asks of a reward, for an amount that is held.
    pub(super) fn captured_for(
        &self,
        reward: &'a Reward,
        amount: i128,
        order: Option<Ratio>,
    ) -> Result<Asked<'a>, Undecided> {
        let unit = self.unit_at(reward.unit, self.now)?;
        let asked = Asked { reward, unit, amount: Some(amount), pieces: 1, order };
        check_amount(&asked)?;
        // R-HOLD-2: the price must be what is captured.
        if let (Price::Cost(cost), Some(member)) = (&reward.price, self.member.as_deref())
            && cost.of(self.worn(member)).is_some_and(|cost| i128::from(*cost) != amount)
        {
            return Err(invalid(reward, "its price is not what is captured").into());
        }
        Ok(asked)
    }

    /// What it takes and brings: by the tier at `recorded_at`, if it is to be had now, within its
    /// limits.
    pub(super) fn deal(&self, asked: Asked<'a>) -> Result<Deal<'a>, Undecided> {
        let Asked { reward, pieces, order, .. } = asked;
        let member = self.present(FIRST)?;
        if !self.is_to_be_had(reward, member, pieces) {
            return Err(unavailable(reward).into());
        }
        let tier = self.worn(member);
        let found = match &reward.price {
            Price::Cost(cost) => cost.of(tier).map(|cost| {
                let amount = i128::from(*cost).saturating_mul(i128::from(pieces));
                (asked.amount.unwrap_or(amount), Some(Gain::Thing))
            }),
            Price::Money(off) => asked.amount.zip(off.value.of(tier)).map(|(amount, value)| {
                let minor = money_off(self.programme(), off, *value, amount);
                (amount, minor.map(Gain::Money))
            }),
            Price::Partner(partner) => asked.amount.map(|amount| {
                let quantity = given(partner, amount);
                let what = partner.what.clone();
                (amount, quantity.map(|quantity| Gain::Partner { quantity, what }))
            }),
        };
        let (amount, gain) = found.ok_or_else(|| unavailable(reward))?;
        let deal = Deal { reward, amount, pieces, gain };
        self.within_share(&deal, order)?;
        self.within_limits(&deal, member, asked.unit)?;
        Ok(deal)
    }

    fn is_to_be_had(&self, reward: &Reward, member: &Member, pieces: u32) -> bool {
        let occasion = Occasion {
            zone: self.programme().zone,
            at: self.now,
            tier: self.worn(member),
            spend: Ratio::ZERO,
            activity: None,
            attributes: member.attributes(),
            birth_month: member.birth_month(),
        };
        let drawn = self.pools.drawn(PoolKey::Stock(reward.ix));
        let left = reward.stock.map(|stock| i128::from(stock) - drawn);
        reward.when.holds(&occasion) && left.is_none_or(|left| i128::from(pieces) <= left)
    }

    /// The rounded money is at most the share of the order; money that does not fit is more.
    fn within_share(&self, deal: &Deal<'_>, order: Option<Ratio>) -> Result<(), Refusal> {
        let Price::Money(MoneyOff { max_share: Some(share), .. }) = &deal.reward.price else {
            return Ok(());
        };
        let most = order.and_then(|order| order.times(*share));
        let money = match &deal.gain {
            Some(Gain::Money(minor)) => Some(self.programme().currency.ratio(*minor)),
            Some(Gain::Thing | Gain::Partner { .. }) | None => None,
        };
        match money.zip(most) {
            Some((money, most)) if money <= most => Ok(()),
            _ => {
                let message = format!("reward {} pays a part of the order", deal.reward.name);
                Err(exceeded(deal.reward, message))
            }
        }
    }

    /// R-REV-4: limits count what was not given back.
    fn within_limits(&self, deal: &Deal<'_>, member: &Member, unit: &Unit) -> Result<(), Refusal> {
        for limit in &deal.reward.limits {
            let (used, asked, most) = match limit.most {
                Most::Count(most) => {
                    let used = self.bought_in(deal.reward, member, limit.per, |bought| {
                        i128::from(bought.quantity)
                    });
                    (used, i128::from(deal.pieces), most)
                }
                Most::Amount(most) => {
                    let used = self.bought_in(deal.reward, member, limit.per, |bought| {
                        left_of(member, bought.redemption)
                    });
                    (used, deal.amount, most)
                }
            };
            if asked > i128::from(most).saturating_sub(used) {
                let message = match limit.most {
                    Most::Count(_) => format!("{most} of reward {} at most", deal.reward.name),
                    Most::Amount(_) => {
                        let most = Decimal::from_steps(most, unit.decimals);
                        format!("{most} {} at most for reward {}", unit.name, deal.reward.name)
                    }
                };
                return Err(exceeded(deal.reward, message));
            }
        }
        Ok(())
    }

    /// What a member has had of a reward in a period, as far as it was not given back.
    fn bought_in(
        &self,
        reward: &Reward,
        member: &Member,
        per: LimitPeriod,
        count: impl Fn(&Bought) -> i128,
    ) -> i128 {
        let calendar = self.programme().calendar(member.enrolled_at());
        let from = per.window(calendar, self.now).from;
        let of_period = member.bought().iter().filter(|bought| bought.reward == reward.ix);
        of_period
            .filter(|bought| from <= bought.at)
            .filter(|bought| left_of(member, bought.redemption) > 0)
            .map(count)
            .sum()
    }

    /// After the redemption: draws on the stock, and gives what the reward grants.
    pub(super) fn deliver(&mut self, deal: &Deal<'_>) -> Result<(), Undecided> {
        if deal.reward.stock.is_some() {
            self.draw_stock(deal.reward.ix, i64::from(deal.pieces))?;
        }
        let redemption = self.present(FIRST)?.last_redemption().ok_or(GONE)?;
        for grant in &deal.reward.grants {
            let amount = times(grant.amount, deal.pieces)?;
            let of = GiftOf::Redemption(redemption);
            self.give_gift(FIRST, GrantItem { amount, ..*grant }, &of, None)?;
        }
        Ok(())
    }

    /// Draws pieces, or gives them back.
    pub(super) fn draw_stock(&mut self, reward: RewardIx, pieces: i64) -> Result<(), Undecided> {
        self.emit(FIRST, Fact::Drawn { pool: PoolKey::Stock(reward), amount: pieces })
    }
}

/// What a redemption took and has not given back.
pub(super) fn left_of(member: &Member, redemption: RedemptionNo) -> i128 {
    member.uses(redemption).iter().map(|used| i128::from(used.left)).sum()
}

/// Below the minimum, not a multiple, no order where a share is set.
fn check_amount(asked: &Asked<'_>) -> Result<(), Refusal> {
    let (min, multiple_of, share) = match &asked.reward.price {
        Price::Money(off) => (off.min, off.multiple_of, off.max_share),
        Price::Partner(partner) => (None, partner.multiple_of, None),
        Price::Cost(_) => (None, None, None),
    };
    let Some(amount) = asked.amount else { return Ok(()) };
    let show = |steps: i64| Decimal::from_steps(steps, asked.unit.decimals);
    if let Some(min) = min.filter(|min| amount < i128::from(*min)) {
        return Err(invalid(asked.reward, &format!("it takes at least {}", show(min))));
    }
    if let Some(of) = multiple_of.filter(|of| amount % i128::from(*of) != 0) {
        return Err(invalid(asked.reward, &format!("it takes multiples of {}", show(of))));
    }
    if share.is_some() && asked.order.is_none() {
        return Err(invalid(asked.reward, "it takes the money of the order it is used on"));
    }
    Ok(())
}

/// Minor units for an amount, rounded once (R-NUM-3).
fn money_off(programme: &Programme, off: &MoneyOff, value: Ratio, amount: i128) -> Option<i64> {
    let scale = Ratio::whole(10_i64.checked_pow(u32::from(programme.currency.decimals()))?);
    let exact = Ratio::new(amount, i128::from(off.per))?.times(value)?.over(off.round_to)?;
    let money = Ratio::whole(exact.round(off.rounding)?).times(off.round_to)?;
    money.times(scale)?.round(Rounding::Down)
}

/// What a partner gives for an amount: whole ones, rounded down.
fn given(partner: &Partner, amount: i128) -> Option<i64> {
    let exact = Ratio::new(amount, i128::from(partner.per))?.times(partner.gives)?;
    exact.round(Rounding::Down)
}

fn of_reward(code: Code, reward: &Reward, message: String) -> Refusal {
    Refusal::new(code, message).with("reward", Detail::Text(reward.name.to_string()))
}

pub(super) fn invalid(reward: &Reward, says: &str) -> Refusal {
    of_reward(Code::InvalidAmount, reward, format!("reward {}: {says}", reward.name))
}

fn unavailable(reward: &Reward) -> Refusal {
    let message = format!("reward {} is not to be had now", reward.name);
    of_reward(Code::RewardUnavailable, reward, message)
}

fn exceeded(reward: &Reward, message: String) -> Refusal {
    of_reward(Code::LimitExceeded, reward, message)
}
