//! What facts say of an activity.

use crate::money::Currency;
use crate::names::Name;
use crate::ratio::Ratio;
use crate::time::Instant;

/// What an activity was, and when it happened in the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The activity kind, such as `stay`.
    pub kind: Name,
    /// `occurred_at` (R-TIME-1); up to 24 hours later than the entry (R-TIME-6).
    pub at: Instant,
}

/// Money of an activity, in its own currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spend {
    /// Minor units, not negative.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
    /// Programme currency per 1 of it, if the activity brought its own rate.
    pub rate: Option<Ratio>,
}

/// How much of an activity has been reversed so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReversedShare {
    /// All of it.
    Full,
    /// So much of its money: an exact number of minor units, as numerator and denominator.
    Money {
        /// Numerator.
        num: i128,
        /// Denominator, above 0.
        den: i128,
    },
}
