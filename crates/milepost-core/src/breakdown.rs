//! How an award came about: what the rule counted, the factors on it, and what was cut off.
//!
//! It stands in the event, so that the award can be explained from the log alone: with the rule of
//! the programme version that the event names, rate, exact amount and rounding follow from it
//! ([`Breakdown::exact`]).

use smallvec::SmallVec;

use crate::programme::{Amount, EarnRule};
use crate::ratio::Ratio;

/// How an award came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breakdown {
    /// What the rule counted: money in whole programme currency, a quantity, or, of a fixed amount,
    /// how many times it was given.
    pub base: Ratio,
    /// Factors and cuts; most awards have neither.
    pub more: Option<Box<More>>,
}

/// Factors on an award, and what was cut off it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct More {
    /// All factors together, exactly.
    pub factor: Ratio,
    /// The multipliers that counted, each with its own factor. Where multipliers work on some lines
    /// only, `factor` is not their product.
    pub(crate) factors: Factors,
    /// What was cut off.
    pub cuts: Cuts,
}

/// Multipliers that counted; most awards have one or two.
pub(crate) type Factors = SmallVec<[Factor; 2]>;

/// A multiplier that counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Its place among the multipliers of the programme version.
    pub multiplier: u16,
    /// What it multiplied by.
    pub factor: Ratio,
}

/// What was cut off an award, in steps; each not below 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cuts {
    /// By the rule's limits.
    pub limit: i64,
    /// By the rule's budget, which all members use together.
    pub budget: i64,
    /// By the unit's `max_balance`.
    pub max_balance: i64,
}

impl Breakdown {
    /// An award without factors and without cuts.
    pub const fn plain(base: Ratio) -> Breakdown {
        Breakdown { base, more: None }
    }

    /// An award with these factors and cuts.
    pub fn new(
        base: Ratio,
        factor: Ratio,
        factors: impl IntoIterator<Item = Factor>,
        cuts: Cuts,
    ) -> Breakdown {
        let factors: Factors = factors.into_iter().collect();
        let plain = factors.is_empty() && factor == Ratio::ONE && cuts == Cuts::default();
        Breakdown { base, more: (!plain).then(|| Box::new(More { factor, factors, cuts })) }
    }

    /// All factors together.
    pub fn factor(&self) -> Ratio {
        self.more.as_ref().map_or(Ratio::ONE, |more| more.factor)
    }

    /// The multipliers that counted.
    pub fn factors(&self) -> &[Factor] {
        self.more.as_ref().map_or(&[], |more| &more.factors)
    }

    /// What was cut off.
    pub fn cuts(&self) -> Cuts {
        self.more.as_ref().map_or_else(Cuts::default, |more| more.cuts)
    }

    /// The exact amount before rounding and cuts, in steps, by the rule that gave it; `None` if it
    /// does not fit.
    pub fn exact(&self, rule: &EarnRule) -> Option<Ratio> {
        match &rule.amount {
            Amount::Fixed { steps, .. } => self.base.times(Ratio::whole(*steps)),
            Amount::Rate(rate) => rate.of(self.base)?.times(self.factor()),
        }
    }
}

impl Cuts {
    /// All of them together; `None` if that does not fit.
    pub fn total(self) -> Option<i64> {
        self.limit.checked_add(self.budget)?.checked_add(self.max_balance)
    }
}
