//! Totals: the figures of all members together, as a fold of events (R-LOT-1).

mod apply;
mod encode;

pub use encode::{TOTALS_FORMAT, TotalsError};

use std::collections::BTreeMap;

use crate::programme::UnitIx;
use crate::state::Counter;

const COUNTERS: usize = Counter::ALL.len();

/// The figures of all members together, how many members there are, and how many entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Of a part of the events it may be below 0.
    members: i64,
    entries: u64,
    units: BTreeMap<UnitIx, UnitTotals>,
}

/// The figures of one unit, of all members together, in steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitTotals {
    /// The unit.
    pub unit: UnitIx,
    /// Usable, less what is held.
    pub available: i128,
    /// Not yet available.
    pub pending: i128,
    /// Set aside by open holds.
    pub held: i128,
    /// Owed.
    pub debt: i128,
    counters: [u128; COUNTERS],
}

impl Totals {
    /// How many members were enrolled, closed ones too, but not those that became a part of another
    /// (R-MERGE-1).
    pub const fn members(&self) -> u64 {
        self.members.cast_unsigned()
    }

    /// How many entries were counted with [`Totals::count_entries`].
    pub const fn entries(&self) -> u64 {
        self.entries
    }

    /// Units of which anybody ever had anything, sorted by number.
    pub fn units(&self) -> impl Iterator<Item = &UnitTotals> {
        self.units.values()
    }

    /// The figures of a unit; all zero if nobody ever had anything of it.
    pub fn of(&self, unit: UnitIx) -> UnitTotals {
        self.units.get(&unit).cloned().unwrap_or(UnitTotals::none(unit))
    }

    /// Counts entries of the log.
    pub fn count_entries(&mut self, entries: u64) {
        self.entries = self.entries.saturating_add(entries);
    }

    /// Whether the conservation equation of R-LOT-1 holds in every unit, and no figure is below 0.
    pub fn conserved(&self) -> bool {
        self.units().all(UnitTotals::conserved)
    }
}

impl UnitTotals {
    const fn none(unit: UnitIx) -> UnitTotals {
        UnitTotals { unit, available: 0, pending: 0, held: 0, debt: 0, counters: [0; COUNTERS] }
    }

    /// What a counter has come to.
    pub fn counter(&self, counter: Counter) -> u128 {
        self.counters.get(counter as usize).copied().unwrap_or(0)
    }

    fn conserved(&self) -> bool {
        let (mut plus, mut minus) = (0_u128, 0_u128);
        for counter in Counter::ALL {
            let side = if counter.adds() { &mut plus } else { &mut minus };
            *side = side.saturating_add(self.counter(counter));
        }
        let signs = self.available.min(self.pending).min(self.held).min(self.debt) >= 0;
        let balance = self.available + self.pending + self.held - self.debt;
        let net = i128::try_from(plus).ok().zip(i128::try_from(minus).ok());
        signs && net.is_some_and(|(plus, minus)| plus - minus == balance)
    }
}
