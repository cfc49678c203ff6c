//! Rewards: what points are used for.

use super::{ByTier, RewardIx, Title, UnitIx, When};
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
}

/// What a reward costs or is worth.
#[derive(Clone, Debug, PartialEq)]
pub enum Price {
    /// Money for points.
    Money {
        /// Steps of the unit that are worth `value`; above 0.
        per: i64,
        /// Whole programme currency for `per`, by tier; exact.
        value: ByTier<Ratio>,
        /// How the money is rounded, once per redemption.
        rounding: Rounding,
        /// To whole ones of this: whole programme currency, a whole number of its minor units.
        round_to: Ratio,
    },
}
