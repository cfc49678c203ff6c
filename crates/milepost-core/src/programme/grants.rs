//! Items of a `grants` list: what a reward, a promise or a referral gives.

use super::UnitIx;

/// One item of a list of grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrantItem {
    /// The unit.
    pub unit: UnitIx,
    /// Steps of it; above 0.
    pub amount: i64,
}

impl GrantItem {
    /// Steps of a unit, and nothing more about them.
    pub const fn of(unit: UnitIx, amount: i64) -> GrantItem {
        GrantItem { unit, amount }
    }
}
