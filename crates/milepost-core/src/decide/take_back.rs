//! Taking back what was given (R-REV-2): one mechanism for awards, gifts and milestones.

use super::tx::overflow;
use super::{Scene, Undecided};
use crate::event::{LotNo, Part};
use crate::programme::{Unit, UnitIx};
use crate::state::{Lot, Member};

/// A lot that something was given as, and what of it had expired and was not set off.
pub(super) type Own = (LotNo, i64);

/// What is taken back in one unit.
#[derive(Debug)]
pub(super) struct TakenBack {
    /// What of which lot.
    pub(super) parts: Vec<Part>,
    /// What of which own lot had expired already and counts as taken.
    pub(super) set_off: Vec<Part>,
    /// How much of `parts` was still pending.
    pub(super) pending: i64,
    /// What becomes debt.
    pub(super) debt: i64,
    /// What is forgiven.
    pub(super) forgiven: i64,
}

impl Scene<'_> {
    /// Finds what is to be taken back of a unit: from what is free in the own lots, in the order of
    /// use, then what of these had expired, then the shortfall by the unit's policy.
    pub(super) fn find_back(
        &self,
        who: u32,
        unit: &Unit,
        own: &[Own],
        due: &[Part],
    ) -> Result<TakenBack, Undecided> {
        let member = self.present(who)?;
        let total = due.iter().try_fold(0_i64, |sum, part| sum.checked_add(part.amount));
        let lots = own.iter().filter_map(|(number, _)| {
            let lot = member.lot(*number)?;
            Some((*number, lot, lot.free))
        });
        let (mut parts, left) = self.ordered(lots).take_up_to(total.ok_or_else(overflow)?);
        let (set_off, left) = set_off(own, left);
        let is_pending = |part: &&Part| member.lot(part.lot).is_some_and(|lot| !lot.is_ready());
        let pending = parts.iter().filter(is_pending).map(|part| part.amount).sum();
        let met = self.meet(who, unit, left, &parts)?;
        for more in met.parts {
            match parts.iter_mut().find(|part| part.lot == more.lot) {
                Some(part) => part.amount += more.amount,
                None => parts.push(more),
            }
        }
        Ok(TakenBack { parts, set_off, pending, debt: met.debt, forgiven: met.forgiven })
    }
}

/// What had expired counts as taken, up to what is to be taken.
fn set_off(own: &[Own], mut left: i64) -> (Vec<Part>, i64) {
    let mut parts = Vec::new();
    for (lot, expired) in own {
        let amount = left.min(*expired);
        if amount > 0 {
            parts.push(Part { lot: *lot, amount });
            left -= amount;
        }
    }
    (parts, left)
}

/// The units of some lots, each once, in their order.
pub(super) fn units_of(member: &Member, lots: impl Iterator<Item = LotNo>) -> Vec<UnitIx> {
    let mut units = Vec::new();
    for unit in lots.filter_map(|lot| member.lot(lot)).map(Lot::unit) {
        if !units.contains(&unit) {
            units.push(unit);
        }
    }
    units
}
