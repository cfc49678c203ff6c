//! What facts say of tiers and of what counts for them.

use crate::programme::{Threshold, TierIx, Window};
use crate::time::Instant;

/// Why a tier changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TierReason {
    /// It was set as a floor by hand.
    Assigned,
    /// The floor ended.
    AssignmentEnded,
    /// The counts reached it, or the member was enrolled with it as if they had.
    Qualified,
    /// A review kept it, or it was reached again in its grace.
    Requalified,
    /// A review did not keep the tier before.
    Downgraded,
    /// An all-time count keeps it.
    Lifetime,
    /// A reversal took the ground from the tier before (R-REV-3).
    Reversal,
}

/// What a change of tier was judged on, and how the member stands from then on, but for a floor set
/// by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The tier that the counts give.
    pub tier: TierIx,
    /// To when it is valid; `None`: without end.
    pub valid_until: Option<Instant>,
    /// An instant of the window judged, which names it.
    pub at: Instant,
    /// The window judged.
    pub window: Window,
    /// How often the counts had started again before those judged.
    pub restarts: u16,
    /// The counts, in the order of the programme.
    pub counts: Vec<Threshold>,
    /// What was paid for it off the counts.
    pub paid: Vec<Threshold>,
    /// The window that the payment counts in; without one the window judged.
    pub paid_in: Window,
    /// Whether the counts start again after the entry.
    pub starts_again: bool,
    /// Whether the tier was given as if it had been reached.
    pub given: bool,
}

/// Which window an amount counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedIn {
    /// The window.
    pub window: Window,
    /// How often the counts had started again by then.
    pub restarts: u16,
}
