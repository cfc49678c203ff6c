//! What two histories differ in.

use milepost_core::decimal::Decimal;
use milepost_core::names::MemberId;
use milepost_core::refusal::Code;
use milepost_core::time::Instant;

/// What is different under the other programme.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The time that both sides are compared at: that of the last entry.
    pub at: Instant,
    /// Commands that were decided again.
    pub decided: u64,
    /// Revisions of the history that were passed over.
    pub passed_over: u64,
    /// Commands that are refused now, by code, in the order of the codes.
    pub refused: Vec<RefusedCode>,
    /// All members together.
    pub units: Vec<UnitChange>,
    /// By tier: members, and figures of those who had the tier in the recorded history.
    pub tiers: Vec<TierChange>,
    /// How many members went from one tier to another, in the order of the tiers.
    pub moves: Vec<Move>,
    /// What the events of each month moved, by when they took effect, local to the programme.
    pub months: Vec<MonthChange>,
    /// How many members have another balance or another tier.
    pub members_affected: u64,
    /// The most affected of them, the most affected first: by what their balances changed in whole
    /// units, all units together; then by id.
    pub members: Vec<MemberChange>,
}

/// A number on both sides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// As recorded.
    pub before: i128,
    /// Under the other programme.
    pub after: i128,
}

/// A figure of a unit on both sides, in steps of the unit's decimals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Its name in answers: `available`, `earned`; `balance` is available + pending + held − debt.
    pub name: &'static str,
    /// The steps.
    pub steps: Change,
}

/// The figures of a unit: all that are not 0 on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitChange {
    /// The unit.
    pub unit: Box<str>,
    /// The decimals of its steps here: of the side that has more.
    pub decimals: u8,
    /// Its figures.
    pub figures: Vec<Figure>,
}

/// One tier on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierChange {
    /// The tier; `None`: members without one.
    pub tier: Option<Box<str>>,
    /// How many members have it.
    pub members: Change,
    /// The figures of those who had it in the recorded history.
    pub units: Vec<UnitChange>,
}

/// Members that have another tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// As recorded.
    pub from: Option<Box<str>>,
    /// Under the other programme.
    pub to: Option<Box<str>>,
    /// How many.
    pub members: u64,
}

/// One local calendar month on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthChange {
    /// The year.
    pub year: i32,
    /// The month, from 1.
    pub month: u32,
    /// What its events counted.
    pub units: Vec<UnitChange>,
}

/// One member on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberChange {
    /// The member.
    pub member: MemberId,
    /// Its tier as recorded, and now.
    pub tier: (Option<Box<str>>, Option<Box<str>>),
    /// Its balances.
    pub units: Vec<UnitChange>,
}

/// Accepted commands that are refused now with one code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCode {
    /// The code.
    pub code: Code,
    /// How many.
    pub count: u64,
    /// How many of them miss what an earlier one, refused too, would have left for the member.
    pub followed: u64,
    /// The first of them.
    pub first: Vec<Refused>,
}

/// An accepted command that is refused now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its entry.
    pub seq: u64,
    /// Its name in the line format.
    pub command: Box<str>,
    /// The member that it names first, if it names one.
    pub member: Option<MemberId>,
    /// Why.
    pub message: String,
}

impl Change {
    /// Whether both sides have the same.
    pub const fn is_none(self) -> bool {
        self.before == self.after
    }

    /// How much more it is under the other programme.
    pub const fn difference(self) -> i128 {
        self.after.saturating_sub(self.before)
    }

    /// Both sides and their difference, with so many decimals.
    pub fn decimals(self, decimals: u8) -> [Decimal; 3] {
        [self.before, self.after, self.difference()]
            .map(|steps| Decimal::from_steps(steps, decimals))
    }
}

impl UnitChange {
    /// Whether both sides have the same.
    pub fn is_none(&self) -> bool {
        self.figures.iter().all(|figure| figure.steps.is_none())
    }
}

impl TierChange {
    /// Whether both sides have the same.
    pub fn is_none(&self) -> bool {
        self.members.is_none() && self.units.iter().all(UnitChange::is_none)
    }
}

impl Difference {
    /// Whether there is no difference at all.
    pub fn is_none(&self) -> bool {
        let months = self.months.iter().flat_map(|month| &month.units);
        self.refused.is_empty()
            && self.units.iter().chain(months).all(UnitChange::is_none)
            && self.tiers.iter().all(TierChange::is_none)
            && self.members_affected == 0
    }

    /// How many commands are refused now.
    pub fn refusals(&self) -> u64 {
        self.refused.iter().map(|code| code.count).sum()
    }
}
