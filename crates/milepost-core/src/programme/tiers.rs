//! Tiers, values that depend on the tier, and the policy by which tiers are reached and lost.

use super::{CountIx, Expiry, GrantItem, Threshold, TierIx, Title, UnitIx};
use crate::ratio::Ratio;
use crate::time::{Day, Period, Span};

/// One tier of the scheme.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// Its number in the ledger.
    pub ix: TierIx,
    /// Its id.
    pub name: Box<str>,
    /// Its public name.
    pub title: Title,
    /// The lines that reach it: any one of them, and of a line all thresholds. The first tier has
    /// none and needs none; another tier without lines is given by hand only.
    pub qualify: Vec<Vec<Threshold>>,
    /// The lines that keep it at a review.
    pub requalify: Vec<Vec<Threshold>>,
    /// What is given on each entry into the tier, and every 12 months from then.
    pub benefits: Vec<GrantItem>,
    /// All-time net counts that keep it for ever while they stand; empty: none do.
    pub lifetime: Vec<Threshold>,
    /// How long lots live that are earned or granted in the tier, where it is not as their unit
    /// says.
    pub expiry: Vec<(UnitIx, Expiry)>,
}

/// A value by tier: of the tiers that are named, and of all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByTier<T> {
    /// The value of every tier that is not named; `None`: there is none.
    pub default: Option<T>,
    /// Values of named tiers.
    pub tiers: Vec<(TierIx, T)>,
}

/// How tiers are reached, kept and lost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TierPolicy {
    /// In which windows is counted.
    pub window: WindowKind,
    /// For how long a tier is valid.
    pub valid: Validity,
    /// Judged on the best single one of so many last windows, the running one included; 0 is as 1.
    pub best_of: u16,
    /// When a tier that was reached is worn.
    pub upgrade: Upgrade,
    /// What a review does with a tier that is not kept.
    pub downgrade: Downgrade,
    /// For how long a tier is kept after the instant at which it would fall.
    pub grace: Option<Span>,
    /// What becomes of the counts at an upgrade.
    pub on_upgrade: OnUpgrade,
    /// When a tier falls that a reversal has taken the ground from (R-REV-3).
    pub on_reversal: TierReversal,
    /// What of an ended window opens the next.
    pub carry: Option<Carry>,
}

/// In which windows is counted (R-TIME-4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WindowKind {
    /// The local calendar year; the default.
    #[default]
    CalendarYear,
    /// The year from the local midnight of the enrolment day.
    MembershipYear,
    /// An amount counts from its own instant for so long.
    Rolling(Span),
    /// Since the present tier was reached.
    SinceTier,
    /// All time.
    Lifetime,
}

/// For how long a tier is valid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Validity {
    /// To the end of the window after the one judged; the default.
    #[default]
    EndOfNextYear,
    /// To the end of the window judged: the tier must be reached anew.
    EndOfWindow,
    /// To the end of a local day, so many years after the local year in which the judged window
    /// ends, of a running one after the year of now.
    Until {
        /// The day.
        day: Day,
        /// Years.
        after_years: u16,
    },
    /// For a span from the instant of judging, then rounded up.
    After {
        /// The span.
        span: Span,
        /// To the end of this local period; `None`: not at all.
        round: Option<Period>,
    },
    /// As long as the counts suffice.
    WhileQualified,
}

/// When a tier that was reached is worn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Upgrade {
    /// At once; the default.
    #[default]
    AtOnce,
    /// From the boundary of the window on.
    NextWindow,
}

/// What a review does with a tier that is not kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Downgrade {
    /// It falls to what the counts suffice for; the default.
    #[default]
    ToQualified,
    /// It falls by one tier.
    OneStep,
    /// Nothing.
    Never,
}

/// What becomes of the counts at an upgrade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnUpgrade {
    /// They stay; the default.
    #[default]
    Keep,
    /// They start again after the entry that caused it.
    Restart,
    /// The thresholds of the first met line are taken off them.
    Pay,
}

/// When a tier falls that a reversal has taken the ground from (R-REV-3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TierReversal {
    /// At the next review; the default.
    #[default]
    Review,
    /// At once.
    AtOnce,
}

/// What of an ended window opens the next: the surplus of a count over the highest threshold
/// reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carry {
    /// The count.
    pub count: CountIx,
    /// At most so much.
    pub cap: Ratio,
}

impl<T> ByTier<T> {
    /// The same value for everybody.
    pub const fn same(value: T) -> ByTier<T> {
        ByTier { default: Some(value), tiers: Vec::new() }
    }

    /// The value in a tier.
    pub fn of(&self, tier: Option<TierIx>) -> Option<&T> {
        let named = tier.and_then(|tier| self.tiers.iter().find(|(named, _)| *named == tier));
        named.map(|(_, value)| value).or(self.default.as_ref())
    }
}

impl Tier {
    /// How long lots of a unit live that are earned or granted in this tier, if it says so.
    pub fn expiry_of(&self, unit: UnitIx) -> Option<&Expiry> {
        self.expiry.iter().find(|(named, _)| *named == unit).map(|(_, expiry)| expiry)
    }

    /// All thresholds of its lines, of both kinds and for ever.
    pub fn thresholds(&self) -> impl Iterator<Item = &Threshold> {
        let lines = self.qualify.iter().chain(&self.requalify).flatten();
        lines.chain(&self.lifetime)
    }
}

impl WindowKind {
    /// Whether one window ends where the next begins.
    pub const fn is_yearly(self) -> bool {
        matches!(self, WindowKind::CalendarYear | WindowKind::MembershipYear)
    }
}
