//! Units: what is counted, how long it lives, and what may be done with it.

use super::{Title, UnitIx};
use crate::time::{Day, Period, Span};

/// Something countable that is granted and used.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    /// Its number in the ledger.
    pub ix: UnitIx,
    /// Its name in commands and answers.
    pub name: Box<str>,
    /// Its public name.
    pub title: Title,
    /// Decimals of its smallest step, 0 to 6 (R-NUM-1).
    pub decimals: u8,
    /// How long a lot lives.
    pub expiry: Expiry,
    /// When what an activity earns becomes available (R-LOT-6).
    pub availability: Availability,
    /// What is done when more is to be taken back than is there (R-REV-2).
    pub shortfall: Shortfall,
    /// What becomes of points that return to a dead lot (R-DEAD).
    pub refund_expired: RefundExpired,
    /// Programme money per whole unit, for the liability report; exact.
    pub value: Option<crate::ratio::Ratio>,
    /// How much may be transferred; `None`: nothing (R-XFER-1).
    pub transfer: Option<TransferLimits>,
    /// The default deadline of a hold (R-HOLD-4).
    pub hold_for: Span,
    /// The most a member may have, in steps.
    pub max_balance: Option<i64>,
    /// It only counts for tiers: it cannot be redeemed, held or transferred.
    pub qualifying_only: bool,
}

/// When a lot dies.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Expiry {
    /// Never.
    #[default]
    Never,
    /// A span after the base, then rounded up.
    After {
        /// The span.
        span: Span,
        /// How the end is rounded.
        round: ExpiryRound,
        /// Count from the instant of becoming available, not from the lot's base (R-LOT-3).
        from_available: bool,
    },
    /// The end of a local day of the year, so many years after the base's local year.
    On {
        /// The day.
        day: Day,
        /// Years after the local year of the base.
        after_years: u16,
        /// Count from the instant of becoming available, not from the lot's base (R-LOT-3).
        from_available: bool,
    },
    /// A span after the later of the base and the member's last renewing activity, then rounded up.
    Inactivity {
        /// The span.
        span: Span,
        /// How the end is rounded.
        round: ExpiryRound,
        /// Activity kinds, `redeem` and `grant`, that renew; `None`: every recorded activity.
        renewed_by: Option<Vec<Box<str>>>,
    },
}

/// How the end of a span is rounded up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExpiryRound {
    /// Not at all.
    #[default]
    Exact,
    /// To the end of the local period that contains it (R-TIME-4).
    EndOf(Period),
    /// To the first end of the member's birth month later than it; without a birth date to the end
    /// of the month.
    EndOfBirthMonth,
}

/// When what an activity earns becomes available (R-LOT-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// A span after `occurred_at`; zero: at once.
    After(Span),
    /// When it is confirmed.
    UntilConfirmed,
}

impl Default for Availability {
    fn default() -> Availability {
        Availability::After(Span::ZERO)
    }
}

/// What is done when more is to be taken back than is there (R-REV-2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shortfall {
    /// Other available lots, then debt.
    #[default]
    OtherLots,
    /// It is forgiven, and recorded so.
    Forgive,
    /// The command is refused.
    Refuse,
}

/// What becomes of points that return to a dead lot (R-DEAD).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RefundExpired {
    /// They expire in the same entry.
    #[default]
    Expire,
    /// The lot lives on for so long, once.
    Grace(Span),
}

/// How much of a unit a member may send away (R-XFER-1); amounts in steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TransferLimits {
    /// Transfers a local day.
    pub per_day: Option<u32>,
    /// Steps a local day.
    pub amount_per_day: Option<i64>,
    /// Steps a local year.
    pub amount_per_year: Option<i64>,
}
