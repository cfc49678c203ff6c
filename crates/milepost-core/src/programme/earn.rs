//! Earn rules and multipliers: what an activity gives.

use super::{
    Availability, ByTier, Expiry, Limit, LimitPeriod, LineFilter, RuleIx, Threshold, Title, UnitIx,
    When,
};
use crate::ratio::{Ratio, Rounding};
use crate::time::Span;

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
    /// Which lines of the activity it sees.
    pub lines: LineFilter,
    /// Whether later rules see the lines that this one matched.
    pub claims: Claims,
    /// Whether the evaluation goes on after it has fired.
    pub then: Then,
    /// How it goes together with other rules of its unit.
    pub stack: RuleStack,
    /// By when the activity must have happened.
    pub deadline: Option<Deadline>,
    /// Counts that its amount counts for as well, and how much of it.
    pub qualifies: Vec<Threshold>,
    /// How much it gives a member at the most, net of what was taken back; or in how many activities
    /// it gives more than 0 that is not wholly taken back. All hold, each in its period of
    /// `occurred_at`; `None` as a period: for a single activity.
    pub limits: Vec<Limit<Option<LimitPeriod>>>,
    /// How much it gives all members together, in steps; `None`: without end.
    pub budget: Option<i64>,
    /// What is done when an activity is reversed by money (R-REV-1).
    pub on_reversal: OnReversal,
}

/// What becomes of an award when its activity is reversed by money (R-REV-1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnReversal {
    /// It is taken back in proportion to the money; the default.
    #[default]
    Proportional,
    /// The rule judges what is left of the activity again.
    ReEvaluate,
}

/// Whether later rules see the lines that a rule matched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Claims {
    /// They do; the default.
    #[default]
    No,
    /// They do not, if the rule fired.
    Yes,
}

/// Whether the evaluation goes on after a rule has fired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Then {
    /// It does; the default.
    #[default]
    GoOn,
    /// It ends.
    Stop,
}

/// How a rule goes together with other rules of its unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RuleStack {
    /// All add up; the default.
    #[default]
    Add,
    /// If one of these fires, the first of them alone counts.
    Exclusive,
}

/// By when an activity must have happened: before one of its times and so long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The activity's time of this name.
    pub after: Box<str>,
    /// How long after it.
    pub within: Span,
}

/// How much a rule gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Amount {
    /// So much per so much of money or a quantity.
    Rate(Rate),
    /// So many steps; it is not multiplied.
    Fixed {
        /// Steps of the unit, above 0.
        steps: i64,
        /// How often.
        times: Times,
    },
}

/// How often a fixed amount is given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    /// Once per activity; the default.
    #[default]
    Once,
    /// For each matching line, and there for each of its quantity.
    PerLine,
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

impl Rate {
    /// What so much of what is counted earns, in steps, exactly; `None` if it does not fit.
    pub fn of(&self, counted: Ratio) -> Option<Ratio> {
        let exact = counted.over(self.size)?;
        let steps = match self.steps {
            Steps::Exact => exact,
            Steps::Whole => Ratio::whole(exact.round(Rounding::Down)?),
        };
        steps.times(self.earn)
    }
}

/// What a rate counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Per {
    /// Money in the programme's currency.
    Money,
    /// The activity's quantity of this name.
    Quantity(Box<str>),
    /// The lines' own quantity; a line without one is 1.
    LineQuantity,
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

/// A factor on the rates of a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Multiplier {
    /// Its id.
    pub name: Box<str>,
    /// Its public name.
    pub title: Title,
    /// The unit whose rates it multiplies.
    pub unit: UnitIx,
    /// The activity kinds it looks at; never empty.
    pub on: Vec<Box<str>>,
    /// The factor, by tier; a tier that is not named has 1.
    pub factor: ByTier<Ratio>,
    /// How it goes together with others.
    pub stack: Stack,
    /// Which lines of the activity it multiplies the share of.
    pub lines: LineFilter,
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
