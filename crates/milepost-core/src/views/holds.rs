//! The open holds of a member (R-HOLD-4).

use crate::event::{HoldNo, Part};
use crate::names::Reference;
use crate::programme::UnitIx;
use crate::state::Member;
use crate::time::Instant;

/// A hold that lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldView {
    /// Its number.
    pub hold: HoldNo,
    /// What the host calls it.
    pub reference: Reference,
    /// Its unit.
    pub unit: UnitIx,
    /// Steps that it holds; above 0.
    pub amount: i64,
    /// Its deadline: it lives until then, excluded.
    pub until: Instant,
    /// What it holds of which lot.
    pub parts: Vec<Part>,
}

/// The open holds, by number.
pub fn holds(member: &Member) -> Vec<HoldView> {
    let view = |(number, hold): (HoldNo, &crate::state::Hold)| {
        Some(HoldView {
            hold: number,
            reference: member.hold_reference(number)?.clone(),
            unit: hold.unit,
            amount: hold.parts.iter().map(|part| part.amount).sum(),
            until: hold.until,
            parts: hold.parts.clone(),
        })
    };
    member.open_holds().filter_map(view).collect()
}
