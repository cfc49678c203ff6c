//! Tiers, and values that depend on the tier.

use super::{TierIx, Title};

/// One tier of the scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Its number in the ledger.
    pub ix: TierIx,
    /// Its id.
    pub name: Box<str>,
    /// Its public name.
    pub title: Title,
}

/// A value by tier: of the tiers that are named, and of all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByTier<T> {
    /// The value of every tier that is not named; `None`: there is none.
    pub default: Option<T>,
    /// Values of named tiers.
    pub tiers: Vec<(TierIx, T)>,
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
