//! Commands that may concern everybody.

use crate::names::{MemberId, Name};
use crate::time::Instant;

/// Gives the programme a new version (R-TIME-8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revise {
    /// The whole programme, as TOML text.
    pub programme: Box<str>,
    /// From when on it is in force; left out: from now on.
    pub effective_at: Option<Instant>,
}

impl Revise {
    /// A programme that is in force from now on.
    pub fn new(programme: impl Into<Box<str>>) -> Revise {
        Revise { programme: programme.into(), effective_at: None }
    }
}

/// Moves the expiry of existing lots (R-LOT-5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extend {
    /// Lots of this unit.
    pub unit: Name,
    /// That expire at or after this; left out: at any time.
    pub expiring_from: Option<Instant>,
    /// And at or before this.
    pub expiring_until: Instant,
    /// To this instant.
    pub to: Instant,
    /// Of these members; `None`: of all.
    pub members: Option<Vec<MemberId>>,
}

/// Writes down all that is due, for everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advance {
    /// Up to this instant, included.
    pub to: Instant,
}
