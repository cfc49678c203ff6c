//! Earn rules and multipliers: what an activity gives.

use super::{Availability, ByTier, Expiry, RuleIx, TierIx, Title, UnitIx};
use crate::ratio::{Ratio, Rounding};
use crate::time::Instant;

/// One earn rule.
#[derive(Clone, Debug, PartialEq)]
pub struct EarnRule {
    /// Its number in the ledger.
    pub ix: RuleIx,
    /// Its id: it stands in every event it caused.
    pub name: Box<str>,
    /// Its public name.
    pub title: Title,
    /// The unit it gives.
    pub unit: UnitIx,
    /// The activity kinds it looks at; never empty.
    pub on: Vec<Box<str>>,
    /// How much it gives.
    pub amount: Amount,
    /// How the result is rounded, once per activity (R-NUM-3).
    pub rounding: Rounding,
    /// All that must hold.
    pub when: When,
    /// How long its lots live, if not as the unit says.
    pub expiry: Option<Expiry>,
    /// When its lots become available, if not as the unit says.
    pub availability: Option<Availability>,
}

/// How much a rule gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Amount {
    /// So much per so much of money or a quantity.
    Rate(Rate),
    /// So many steps once per activity; it is not multiplied.
    Fixed {
        /// Steps of the unit, above 0.
        steps: i64,
    },
}

/// So much per so much.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// What is counted.
    pub per: Per,
    /// How much of it makes one step of the rate; above zero. Money in whole programme currency.
    pub size: Ratio,
    /// Steps of the unit for each, exact; above zero.
    pub earn: Ratio,
    /// Whether only whole ones count.
    pub steps: Steps,
}

/// What a rate counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Per {
    /// Money in the programme's currency.
    Money,
    /// The activity's quantity of this name.
    Quantity(Box<str>),
}

/// How a rate counts what it sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Steps {
    /// In proportion; the default.
    #[default]
    Exact,
    /// Whole ones only, over all that the rule sees.
    Whole,
}

/// The conditions of a rule, a multiplier or a reward: all that is given must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct When {
    /// Not earlier than this.
    pub from: Option<Instant>,
    /// Earlier than this.
    pub until: Option<Instant>,
    /// In one of these tiers; empty: in any.
    pub tiers: Vec<TierIx>,
}

/// A factor on the rates of a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Multiplier {
    /// Its id.
    pub name: Box<str>,
    /// The unit whose rates it multiplies.
    pub unit: UnitIx,
    /// The activity kinds it looks at; never empty.
    pub on: Vec<Box<str>>,
    /// The factor, by tier; a tier that is not named has 1.
    pub factor: ByTier<Ratio>,
    /// How it goes together with others.
    pub stack: Stack,
    /// All that must hold.
    pub when: When,
}

/// How multipliers that fire go together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stack {
    /// All multiply; the default.
    #[default]
    Multiply,
    /// The greatest of these multiplies.
    Best,
    /// If one of these fires, the greatest of them alone counts.
    Exclusive,
}

impl When {
    /// Whether the conditions hold at a time in a tier. `from` is included, `until` is not
    /// (R-TIME-4).
    pub fn holds(&self, at: Instant, tier: Option<TierIx>) -> bool {
        self.from.is_none_or(|from| from <= at)
            && self.until.is_none_or(|until| at < until)
            && (self.tiers.is_empty() || tier.is_some_and(|tier| self.tiers.contains(&tier)))
    }
}
