//! Counts: what tiers and milestones are judged by.

use super::{CountIx, Programme, UnitIx};
use crate::ratio::Ratio;

/// Something that is counted for tiers: the money of all activities, their number, a
/// `qualifying_only` unit, or a name in a `qualifies`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// Its number in the ledger.
    pub ix: CountIx,
    /// Its name.
    pub name: Box<str>,
    /// What is counted.
    pub kind: CountKind,
    /// The fewest digits after the point with which it is shown.
    pub decimals: u8,
    /// Whether a tier, a milestone or the carry of this version looks at it.
    pub used: bool,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountKind {
    /// Money of all recorded activities, in whole programme currency.
    Spend,
    /// The number of recorded activities.
    Activities,
    /// A `qualifying_only` unit, in whole units.
    Unit(UnitIx),
    /// What counts under a name that the programme chose.
    Named,
}

/// So much of a count, in whole units of it.
pub type Threshold = (CountIx, Ratio);

impl Count {
    /// Whether it is counted under this version: what the programme declares always is, what is
    /// built in only where something looks at it.
    pub fn is_kept(&self) -> bool {
        match self.kind {
            CountKind::Spend | CountKind::Activities => self.used,
            CountKind::Unit(_) | CountKind::Named => true,
        }
    }
}

impl Programme {
    /// The count with this number, if this version has it.
    pub fn count(&self, ix: CountIx) -> Option<&Count> {
        self.counts.iter().find(|count| count.ix == ix)
    }

    /// The count with this name, if this version has it.
    pub fn count_named(&self, name: &str) -> Option<&Count> {
        self.counts.iter().find(|count| &*count.name == name)
    }

    /// The count of a `qualifying_only` unit under its own name.
    pub fn count_of_unit(&self, unit: UnitIx) -> Option<&Count> {
        self.counts.iter().find(|count| count.kind == CountKind::Unit(unit))
    }
}
