//! What is recorded with an activity so that it can be judged again (R-REV-1): the activity as it was
//! said, and what the rules saw beside it.
//!
//! Few activities have it: those with lines, and those of a kind that a rule with `re-evaluate`
//! looks at. It is forgotten when the activity is wholly reversed.

use crate::command::Activity;
use crate::names::{Name, Text};
use crate::programme::{RuleIx, TierIx, UnitIx};
use crate::ratio::Ratio;

/// An activity with the context in which it was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// The activity as it was said.
    pub activity: Activity,
    /// The programme version that judged it.
    pub programme_version: u16,
    /// The member's tier when it happened.
    pub tier: Option<TierIx>,
    /// The member's month of birth, 1 to 12.
    pub birth_month: Option<u8>,
    /// The member's attributes.
    pub attributes: Vec<(Name, Text)>,
    /// Of the rules and multipliers that ask for `first`, `nth` or `every`, those whose turn it was.
    pub turns: Vec<Turned>,
    /// The room under limits and budget of the rules that fired and have them, in steps.
    pub rooms: Vec<(RuleIx, i64)>,
    /// The room under `max_balance` of the units that have one, before the first award, in steps.
    pub balances: Vec<(UnitIx, i64)>,
}

/// What asks for its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// An earn rule.
    Rule(RuleIx),
    /// A multiplier, by its place in the version.
    Multiplier(u16),
}

/// What is left of a line of a partly reversed activity, exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineLeft {
    /// Its money, in minor units of the activity's currency.
    pub amount: Ratio,
    /// How many of it; 0: the line is gone.
    pub quantity: Ratio,
}

impl LineLeft {
    /// Whether nothing is left of it.
    pub fn is_gone(self) -> bool {
        self.amount == Ratio::ZERO && self.quantity == Ratio::ZERO
    }
}
