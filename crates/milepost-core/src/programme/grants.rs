//! What a benefit, a milestone, a reward or a promise gives: items of one form.

use super::{CountIx, UnitIx};

/// One item of a list of grants: an amount of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrantItem {
    /// The unit.
    pub unit: UnitIx,
    /// Steps of it, above 0.
    pub amount: i64,
    /// The count that the amount counts for as well. What a `qualifying_only` unit gives counts
    /// under the unit's own name however it came, and is not named here.
    pub qualifies: Option<CountIx>,
}

impl GrantItem {
    /// Steps of a unit that count for nothing else.
    pub const fn of(unit: UnitIx, amount: i64) -> GrantItem {
        GrantItem { unit, amount, qualifies: None }
    }
}
