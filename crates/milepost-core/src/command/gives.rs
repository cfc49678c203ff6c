//! Commands that give points, or make what was given available.

use crate::decimal::Decimal;
use crate::money::Money;
use crate::names::{MemberId, Name, Reference, Text};
use crate::time::Instant;

use super::Activity;

/// Earns by the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Who.
    pub member: MemberId,
    /// What happened.
    pub activity: Activity,
}

impl Record {
    /// An activity of a member.
    pub fn new(member: MemberId, activity: Activity) -> Record {
        Record { member, activity }
    }
}

/// Makes `until-confirmed` lots of an activity available.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// Whose.
    pub member: MemberId,
    /// The activity's reference.
    pub activity: Reference,
}

/// Gives a lot by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// To whom.
    pub member: MemberId,
    /// In which unit.
    pub unit: Name,
    /// How much.
    pub amount: Decimal,
    /// Why.
    pub reason: Text,
    /// The age of an opening balance.
    pub occurred_at: Option<Instant>,
    /// When it dies; left out: as the unit says.
    pub expires_at: Option<Instant>,
    /// When it becomes available; left out: at once.
    pub available_at: Option<Instant>,
    /// What it counts for; left out: nothing, unless the unit only qualifies.
    pub qualifies: Option<Qualifies>,
}

impl Grant {
    /// An amount of a unit, for a reason, with the unit's own dates.
    pub fn new(member: MemberId, unit: Name, amount: Decimal, reason: Text) -> Grant {
        let (occurred_at, expires_at, available_at) = (None, None, None);
        let qualifies = None;
        Grant { member, unit, amount, reason, occurred_at, expires_at, available_at, qualifies }
    }
}

/// Under which name a grant counts for tiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Qualifies {
    /// Under the name of its unit.
    UnitName,
    /// Under this name.
    Name(Name),
}

/// Pays a broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compensate {
    /// To whom.
    pub member: MemberId,
    /// Which promise.
    pub cause: Name,
    /// What the host calls the case; with one cause it is paid once per member.
    pub case: Reference,
    /// When the promise was broken.
    pub incident_at: Option<Instant>,
    /// What was spent, where the promise pays a share of it.
    pub spend: Option<Money>,
    /// What is given on top, in the unit of the promise.
    pub extra: Option<Decimal>,
}

impl Compensate {
    /// What a promise says, for a case.
    pub fn new(member: MemberId, cause: Name, case: Reference) -> Compensate {
        Compensate { member, cause, case, incident_at: None, spend: None, extra: None }
    }
}
