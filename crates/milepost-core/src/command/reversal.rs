//! Commands that take back what an activity earned, or what was paid for a case.

use crate::money::Money;
use crate::names::{MemberId, Reference};

use super::ReturnedLine;

/// Takes back what an activity earned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reverse {
    /// From whom.
    pub member: MemberId,
    /// The activity's reference.
    pub activity: Reference,
    /// What the host calls the reversal.
    pub reference: Option<Reference>,
    /// How much of it.
    pub extent: Extent,
}

impl Reverse {
    /// All that is left of an activity.
    pub fn new(member: MemberId, activity: Reference) -> Reverse {
        Reverse { member, activity, reference: None, extent: Extent::Full }
    }
}

/// Takes back what was paid for a case, for all of its causes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReverseCase {
    /// From whom.
    pub member: MemberId,
    /// The case.
    pub case: Reference,
    /// What the host calls the reversal.
    pub reference: Option<Reference>,
}

/// How much of an activity is reversed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All that is left.
    Full,
    /// So much of its money.
    Money(Money),
    /// Some of its lines, at least one.
    Lines(Vec<ReturnedLine>),
}
