//! What facts say of lots.

use crate::names::Reference;
use crate::programme::{RuleIx, UnitIx};
use crate::time::Instant;

use super::{FormIx, LotNo};

/// An amount of one lot, in steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The lot.
    pub lot: LotNo,
    /// Steps of its unit; above 0.
    pub amount: i64,
}

/// The lot that an award, a grant or a transfer makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewLot {
    /// Its number: always the member's next.
    pub lot: LotNo,
    /// Its unit.
    pub unit: UnitIx,
    /// Steps; above 0.
    pub amount: i64,
    /// When it was earned: its place in the order of use (R-LOT-2).
    pub earned_at: Instant,
    /// When it becomes available; `None`: when it is confirmed. Not later than `effective_at`: it
    /// is available at once.
    pub available_at: Option<Instant>,
    /// When it dies; `None`: never.
    pub expires_at: Option<Instant>,
    /// The renewable way in which it expires, if it is one.
    pub form: Option<FormIx>,
    /// The programme version whose terms it carries, from 1.
    pub programme_version: u16,
}

/// What a transfer keeps of a lot (R-XFER-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedLot {
    /// The lot at the receiver.
    pub lot: NewLot,
    /// Whether its grace is used up (R-DEAD).
    pub graced: bool,
    /// The earn rule it came from, if it came from one.
    pub rule: Option<RuleIx>,
    /// The reference of the activity it came from, at the member who earned it.
    pub origin: Option<Reference>,
}

/// Where an amount of a lot is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pool {
    /// Usable now.
    Available,
    /// Not yet usable.
    Pending,
}

/// Why one lot's expiry was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExtendCause {
    /// By the command `extend`.
    Command,
    /// By the one grace of R-DEAD.
    Grace,
}
