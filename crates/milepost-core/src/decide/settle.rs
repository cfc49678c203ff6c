//! Writing down what is due, each thing at its own instant (R-TIME-5).

use super::tx::FIRST;
use super::{Scene, Undecided};
use crate::due::Due;
use crate::event::{Event, Fact, HoldNo, LotNo, Part, Pool};
use crate::pools::Pools;
use crate::programme::{Unit, UnitIx};
use crate::rules::Rules;
use crate::state::{Broken, Journal, Lot, Member};
use crate::tiers::Patience;
use crate::time::Instant;

impl<'a> Scene<'a> {
    /// Carries out everything due for a member at or before `until`.
    pub(super) fn settle(&mut self, who: u32, until: Instant) -> Result<(), Undecided> {
        if self.member(who).is_none_or(|member| member.is_settled(until)) {
            return Ok(());
        }
        let rules = self.rules;
        let next = |scene: &Scene<'_>| -> Result<_, Broken> {
            Ok(scene.present(who)?.next_due(rules).filter(|(at, _)| *at <= until))
        };
        while let Some((at, due)) = next(self)? {
            // R-TIME-5: as if it had been carried out at its own time, by what was in force then.
            let now = std::mem::replace(&mut self.now, at);
            let carried_out = self.carry_out(who, at, due);
            self.now = now;
            carried_out?;
        }
        let [first, second] = &mut *self.journals;
        let (member, journal) = match who {
            FIRST => (self.member.as_deref_mut(), first),
            _ => (self.other.as_deref_mut(), second),
        };
        if let Some(member) = member {
            journal.refresh_due(member, self.rules);
        }
        Ok(())
    }

    fn carry_out(&mut self, who: u32, at: Instant, due: Due) -> Result<(), Undecided> {
        match due {
            Due::Lapse(hold) => self.lapse(who, at, hold),
            Due::Maturity(lot) => self.mature(who, at, lot),
            Due::Expiry(lot) => self.expire(who, at, lot),
            Due::AssignmentEnd => self.end_assignment(who, at),
            Due::WindowBoundary => self.end_window(who, at),
            Due::Review => self.review(who, at, Patience::Grace),
            Due::GraceEnd => self.review(who, at, Patience::None),
            Due::Leaving => self.leave(who, at),
            Due::Benefits => self.another_year(who, at),
        }
    }

    fn lapse(&mut self, who: u32, at: Instant, hold: HoldNo) -> Result<(), Undecided> {
        let open = self.present(who)?.hold(hold).ok_or(NOT_THERE)?;
        let unit = self.unit_at(open.unit, at)?;
        let held = self.of_hold(who, hold)?.reversed();
        let parts = held.take_up_to(i64::MAX).0;
        self.emit_at(who, at, Fact::Lapsed { unit: unit.ix, hold, parts: parts.clone() })?;
        self.returned(who, unit, &parts, at)
    }

    fn mature(&mut self, who: u32, at: Instant, number: LotNo) -> Result<(), Undecided> {
        let lot = self.lot(who, number)?;
        let unit = self.unit_at(lot.unit(), at)?;
        let part = Part { lot: number, amount: lot.free };
        self.emit_at(who, at, Fact::Matured { unit: unit.ix, part })?;
        self.repay(who, unit.ix, &[number], at)
    }

    fn expire(&mut self, who: u32, at: Instant, number: LotNo) -> Result<(), Undecided> {
        let lot = self.lot(who, number)?;
        let pool = if lot.is_ready() { Pool::Available } else { Pool::Pending };
        let (unit, part) = (lot.unit(), Part { lot: number, amount: lot.free });
        self.emit_at(who, at, Fact::Expired { unit, pool, part })
    }

    pub(super) fn lot(&self, who: u32, number: LotNo) -> Result<&Lot, Broken> {
        self.present(who)?.lot(number).ok_or(NOT_THERE)
    }

    /// A unit in the version in force at an instant.
    pub(super) fn unit_at(&self, ix: UnitIx, at: Instant) -> Result<&'a Unit, Broken> {
        let rules = self.rules;
        rules.unit_at(ix, at).ok_or(NOT_THERE)
    }
}

pub(super) const NOT_THERE: Broken = Broken::Inconsistent("what is due is not there");

/// Carries out everything due for a member at or before `until`, without an entry: how a query
/// sees the member at that time (R-TIME-5).
///
/// # Errors
/// [`Broken`] if the member's state is not one that events of this ledger can have made.
pub fn settle(rules: &Rules, member: &mut Member, until: Instant) -> Result<Vec<Event>, Broken> {
    let mut journals = [Journal::forgetful(), Journal::forgetful()];
    let mut events = Vec::new();
    // Nothing that is due draws on what all members use together.
    let mut pools = Pools::default();
    let mut scene = Scene {
        rules,
        now: until,
        member: Some(member),
        other: None,
        pools: &mut pools,
        journals: &mut journals,
        events: &mut events,
    };
    match scene.settle(FIRST, until) {
        Ok(()) => Ok(events),
        Err(Undecided::Broken(broken)) => Err(broken),
        Err(Undecided::Refused(_)) => Err(Broken::Overflow),
    }
}
