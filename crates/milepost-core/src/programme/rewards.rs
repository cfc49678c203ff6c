//! Rewards: what points are used for.

use super::{ByTier, GrantItem, Limit, RewardIx, Title, UnitIx, When};
use crate::names::Name;
use crate::ratio::{Ratio, Rounding};

/// One reward.
#[derive(Clone, Debug, PartialEq)]
pub struct Reward {
    /// Its number in the ledger.
    pub ix: RewardIx,
    /// Its id.
    pub name: Box<str>,
    /// Its public name.
    pub title: Title,
    /// The unit it takes.
    pub unit: UnitIx,
    /// What it costs or is worth.
    pub price: Price,
    /// All that must hold at `recorded_at`.
    pub when: When,
    /// Pieces for all members together; `None`: as many as are asked for.
    pub stock: Option<i64>,
    /// What one member may have of it, not given back, in a period of `recorded_at`; all hold.
    pub limits: Vec<Limit>,
    /// What it gives for each piece, in the entry of the redemption.
    pub grants: Vec<GrantItem>,
}

/// What a reward costs or is worth.
#[derive(Clone, Debug, PartialEq)]
pub enum Price {
    /// Money for points.
    Money(MoneyOff),
    /// Steps of the unit for one piece, by tier; above 0.
    Cost(ByTier<i64>),
    /// Something of a partner's for points.
    Partner(Partner),
}

/// Money for points.
#[derive(Clone, Debug, PartialEq)]
pub struct MoneyOff {
    /// Steps of the unit that are worth `value`; above 0.
    pub per: i64,
    /// Whole programme currency for `per`, by tier; exact.
    pub value: ByTier<Ratio>,
    /// How the money is rounded, once per redemption.
    pub rounding: Rounding,
    /// To whole ones of this: whole programme currency, a whole number of its minor units.
    pub round_to: Ratio,
    /// The fewest steps at once.
    pub min: Option<i64>,
    /// Only multiples of so many steps.
    pub multiple_of: Option<i64>,
    /// The rounded money is at most this share of the order.
    pub max_share: Option<Ratio>,
}

/// Something of a partner's for points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// Who the partner is.
    pub name: Box<str>,
    /// Steps of the unit for which it gives `gives`; above 0.
    pub per: i64,
    /// How much it gives for `per`; above 0.
    pub gives: Ratio,
    /// Of what.
    pub what: Name,
    /// Only multiples of so many steps.
    pub multiple_of: Option<i64>,
}
