//! The balance of a member: the figures of every unit, and what dies next (R-LOT-1).

use crate::programme::UnitIx;
use crate::rules::Rules;
use crate::state::{Figures, Member};
use crate::time::Instant;

/// The figures of a member in every unit of the programme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// One for each unit of the programme in force, in the order of declaration; then those that the
    /// member has or had beside.
    pub units: Vec<UnitBalance>,
}

/// The figures of a member in one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitBalance {
    /// What there is, and the counters; all zero in a unit the member never had.
    pub figures: Figures,
    /// What dies first of what is free; `None`: nothing ever does.
    pub next_expiry: Option<NextExpiry>,
}

/// The earliest expiry with a free amount, pending lots included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextExpiry {
    /// When.
    pub at: Instant,
    /// Steps that are free in all lots that die at that instant.
    pub amount: i64,
}

impl Balance {
    /// The figures of a unit; `None` if the programme in force has no such unit.
    pub fn of(&self, unit: UnitIx) -> Option<&UnitBalance> {
        self.units.iter().find(|balance| balance.figures.unit() == unit)
    }
}

/// The balance of a member that is settled to `now`, in the units of the programme in force then,
/// and in others of which the member has or had some.
pub fn balance(rules: &Rules, now: Instant, member: &Member) -> Balance {
    let programme = &rules.in_force(now).programme;
    let units = programme.units.iter().map(|unit| unit.ix);
    // A late activity can earn in a unit that a revision has dropped (R-TIME-6).
    let had = member.units().iter().map(Figures::unit);
    let dropped = had.filter(|unit| programme.unit(*unit).is_none());
    Balance { units: units.chain(dropped).map(|unit| of_unit(member, unit)).collect() }
}

fn of_unit(member: &Member, unit: UnitIx) -> UnitBalance {
    let Some(figures) = member.figures(unit) else {
        return UnitBalance { figures: Figures::none(unit), next_expiry: None };
    };
    UnitBalance { figures: figures.clone(), next_expiry: next_expiry(member, unit) }
}

fn next_expiry(member: &Member, unit: UnitIx) -> Option<NextExpiry> {
    let mut next: Option<NextExpiry> = None;
    for (_, lot) in member.lots().filter(|(_, lot)| lot.unit() == unit && lot.free > 0) {
        let Some(at) = lot.expires_at() else { continue };
        match &mut next {
            Some(found) if found.at < at => {}
            // What is free in a unit fits 64 bits (R-NUM-2).
            Some(found) if found.at == at => found.amount += lot.free,
            _ => next = Some(NextExpiry { at, amount: lot.free }),
        }
    }
    next
}
