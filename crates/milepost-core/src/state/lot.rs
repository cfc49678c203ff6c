//! A lot: one grant of one unit to one member.

use crate::event::{ActivityNo, FormIx, NewLot};
use crate::programme::{RuleIx, UnitIx, UseOrder};
use crate::time::Instant;

/// What is left of a lot, packed into 48 bytes. Its number is its place among the member's lots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lot {
    /// Steps that are neither held nor gone.
    pub free: i64,
    pub(super) earned_at: i64,
    pub(super) available_at: i64,
    pub(super) expires_at: i64,
    pub(super) activity: u32,
    pub(super) unit: u16,
    pub(super) rule: u16,
    pub(super) programme_version: u16,
    pub(super) form: u16,
    pub(super) flags: u8,
}

/// Stands for an instant that never comes.
pub(super) const NEVER: i64 = i64::MAX;
/// Stands for an instant before all others.
pub(super) const ALWAYS: i64 = i64::MIN;
const NO_NUMBER: u16 = u16::MAX;
const READY: u8 = 1;
const GRACED: u8 = 2;

/// A lot's place in the order of use; smaller is used first (R-LOT-2).
pub type UseKey = (i64, i64, u32);

impl Lot {
    pub(super) fn new(new: &NewLot, ready: Ready) -> Lot {
        Lot {
            free: new.amount,
            earned_at: new.earned_at.micros(),
            available_at: new.available_at.map_or(NEVER, Instant::micros),
            expires_at: new.expires_at.map_or(NEVER, Instant::micros),
            activity: 0,
            unit: new.unit.0,
            rule: NO_NUMBER,
            programme_version: new.programme_version,
            form: new.form.map_or(NO_NUMBER, |form| form.0),
            flags: if ready == Ready::Yes { READY } else { 0 },
        }
    }

    /// A lot with nothing in it.
    pub(super) fn spent(new: &NewLot) -> Lot {
        Lot { free: 0, ..Lot::new(new, Ready::Yes) }
    }

    /// The unit.
    pub const fn unit(&self) -> UnitIx {
        UnitIx(self.unit)
    }

    /// When it was earned.
    pub fn earned_at(&self) -> Instant {
        Instant::from_micros(self.earned_at).unwrap_or(Instant::MAX)
    }

    /// When it becomes or became available; `None`: when it is confirmed.
    pub fn available_at(&self) -> Option<Instant> {
        Instant::from_micros(self.available_at)
    }

    /// When it dies; `None`: never.
    pub fn expires_at(&self) -> Option<Instant> {
        Instant::from_micros(self.expires_at)
    }

    /// Whether it has become available.
    pub const fn is_ready(&self) -> bool {
        self.flags & READY != 0
    }

    /// Whether its one grace is used up (R-DEAD).
    pub const fn is_graced(&self) -> bool {
        self.flags & GRACED != 0
    }

    /// Whether it is dead at an instant: limits are half-open (R-TIME-4).
    pub fn is_dead(&self, at: Instant) -> bool {
        self.expires_at <= at.micros()
    }

    /// The member's activity that earned it.
    pub fn activity(&self) -> Option<ActivityNo> {
        (self.activity > 0).then_some(ActivityNo(self.activity))
    }

    /// The earn rule that gave it.
    pub fn rule(&self) -> Option<RuleIx> {
        (self.rule != NO_NUMBER).then_some(RuleIx(self.rule))
    }

    /// The programme version whose terms it carries.
    pub const fn programme_version(&self) -> u16 {
        self.programme_version
    }

    /// The renewable way in which it expires.
    pub fn form(&self) -> Option<FormIx> {
        (self.form != NO_NUMBER).then_some(FormIx(self.form))
    }

    /// Its place in the order of use (R-LOT-2), given its number.
    pub fn use_key(&self, number: u32, order: UseOrder) -> UseKey {
        match order {
            UseOrder::EarliestExpiry => (self.expires_at, self.earned_at, number),
            UseOrder::OldestFirst => (self.earned_at, self.expires_at, number),
        }
    }

    pub(super) fn make_ready(&mut self, at: Instant, expires_at: Option<Instant>) {
        self.flags |= READY;
        self.available_at = self.available_at.min(at.micros());
        self.expires_at = expires_at.map_or(NEVER, Instant::micros);
    }

    pub(super) const fn set_graced(&mut self) {
        self.flags |= GRACED;
    }
}

/// Whether a new lot is available at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ready {
    Yes,
    No,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lot_takes_48_bytes() {
        assert_eq!(size_of::<Lot>(), 48);
    }
}
