//! Commands about a membership itself.

use crate::names::{MemberId, Name, Text};
use crate::time::Instant;

/// Opens a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrol {
    /// The member to be.
    pub member: MemberId,
    /// The member who referred it.
    pub referrer: Option<MemberId>,
    /// Tags used by rules and reports, sorted by name.
    pub attributes: Vec<(Name, Text)>,
    /// Personal; only what follows from it is ever used (R-PRIV-1).
    pub birth_date: Option<BirthDate>,
    /// The tier to begin with, as if qualified now.
    pub tier: Option<Name>,
}

impl Enrol {
    /// Opens a member with nothing but its id.
    pub fn new(member: MemberId) -> Enrol {
        Enrol { member, referrer: None, attributes: Vec::new(), birth_date: None, tier: None }
    }
}

/// A date of birth; of it only the month ever decides anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BirthDate {
    /// The year, 1 to 9999.
    pub year: u16,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month.
    pub day: u8,
}

/// Sets a floor for the tier by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignTier {
    /// Whose.
    pub member: MemberId,
    /// The floor.
    pub tier: Name,
    /// Its end; left out: for ever.
    pub until: Option<Instant>,
    /// Why.
    pub reason: Text,
}

/// Changes tags used by rules and reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// Whose.
    pub member: MemberId,
    /// New values, sorted by name.
    pub set: Vec<(Name, Text)>,
    /// Tags to take away, sorted; none of them is in `set`.
    pub unset: Vec<Name>,
}

/// Records that consent to a purpose is given or withdrawn (R-PRIV-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// Whose.
    pub member: MemberId,
    /// What for, such as `mail`.
    pub purpose: Name,
    /// Whether it is given.
    pub given: bool,
}

/// Ends a membership (R-CLOSE-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// Whose.
    pub member: MemberId,
}

/// Makes one member a part of another (R-MERGE-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The member that ends.
    pub from: MemberId,
    /// The member that goes on with all that the first had.
    pub into: MemberId,
}
