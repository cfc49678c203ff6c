//! What an event changes of `available + pending + held − debt`.

use crate::event::{MovedLot, NewLot, Part};
use crate::programme::UnitIx;

/// A change of the balance of one unit.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) unit: UnitIx,
    pub(super) steps: i64,
    pub(super) parts: Vec<Part>,
}

impl Change {
    /// A new lot.
    pub(super) fn new_lot(lot: &NewLot) -> Change {
        Change::coming(lot.unit, vec![part(lot)])
    }

    /// The lots of a transfer: they are of one unit (R-XFER-1).
    pub(super) fn received(lots: &[MovedLot]) -> Option<Change> {
        let parts = lots.iter().map(|moved| part(&moved.lot)).collect();
        Some(Change::coming(lots.first()?.lot.unit, parts))
    }

    /// Parts that come to their lots.
    pub(super) fn coming(unit: UnitIx, parts: Vec<Part>) -> Change {
        Change { unit, steps: sum(&parts), parts }
    }

    /// Parts that leave their lots.
    pub(super) fn going(unit: UnitIx, parts: &[Part]) -> Change {
        Change::taken(unit, parts, 0)
    }

    /// Parts that are taken, and what becomes debt. What is forgiven is taken and given back at
    /// once, and what is set off had gone before: they change nothing.
    pub(super) fn taken(unit: UnitIx, parts: &[Part], debt: i64) -> Change {
        let steps = sum(parts).saturating_add(debt).saturating_neg();
        Change { unit, steps, parts: parts.to_vec() }
    }
}

fn part(lot: &NewLot) -> Part {
    Part { lot: lot.lot, amount: lot.amount }
}

fn sum(parts: &[Part]) -> i64 {
    parts.iter().fold(0, |sum, part| sum.saturating_add(part.amount))
}
