//! What each event moves in the totals.

use super::{Totals, UnitTotals};
use crate::event::{Event, EventRef, Fact, FactRef, NewLot, Part, Pool};
use crate::programme::UnitIx;
use crate::state::Counter;
use crate::time::Instant;

impl Totals {
    /// Applies the events of one entry, of whichever members.
    pub fn apply(&mut self, events: &[Event]) {
        for event in events {
            self.apply_at(event.effective_at, &event.fact);
        }
    }

    /// Applies one event, borrowed.
    pub fn fold(&mut self, event: &EventRef<'_>) {
        let at = event.effective_at;
        match &event.fact {
            FactRef::Recorded { .. } => {}
            FactRef::Earned { lot, .. } => self.lot(lot, at, Counter::Earned),
            FactRef::Redeemed { unit, parts, .. } => {
                self.unit(*unit).move_out(Counter::Spent, sum(parts));
            }
            FactRef::Expired { unit, pool, part } => self.unit(*unit).expire(*pool, part.amount),
            FactRef::Whole(fact) => self.apply_at(at, fact),
        }
    }

    /// Applies what is due and not written yet, so that the totals are those of the time up to
    /// which the members were settled (R-TIME-5).
    pub fn add_settled(&mut self, events: &[Event]) {
        self.apply(events);
    }

    /// Adds what other events come to: the order of events does not matter.
    pub fn add(&mut self, other: &Totals) {
        let Totals { members, entries, units } = other;
        self.members = self.members.saturating_add(*members);
        self.entries = self.entries.saturating_add(*entries);
        for (unit, other) in units {
            self.unit(*unit).add(other);
        }
    }

    fn apply_at(&mut self, at: Instant, fact: &Fact) {
        match fact {
            Fact::Earned { lot, .. } => self.lot(lot, at, Counter::Earned),
            Fact::Redeemed { unit, parts, .. } => {
                self.unit(*unit).move_out(Counter::Spent, sum(parts));
            }
            Fact::Expired { unit, pool, part } => self.unit(*unit).expire(*pool, part.amount),
            Fact::Enrolled { .. } => self.members = self.members.saturating_add(1),
            Fact::MergedInto { .. } => self.members = self.members.saturating_sub(1),
            Fact::Granted { lot, .. }
            | Fact::Given { lot, .. }
            | Fact::Benefit { lot, .. }
            | Fact::MilestoneReached { lot, .. } => self.lot(lot, at, Counter::Granted),
            Fact::TransferredIn { lots, .. } => {
                for moved in lots {
                    self.lot(&moved.lot, at, Counter::TransferredIn);
                }
            }
            Fact::Matured { unit, part } | Fact::Confirmed { unit, part, .. } => {
                self.unit(*unit).mature(part.amount);
            }
            Fact::Held { unit, parts, .. } => self.unit(*unit).hold(sum(parts)),
            Fact::Released { unit, parts, .. } | Fact::Lapsed { unit, parts, .. } => {
                self.unit(*unit).hold(-sum(parts));
            }
            Fact::Captured { unit, parts, .. } => self.unit(*unit).capture(sum(parts)),
            Fact::TransferredOut { unit, parts, .. } => {
                self.unit(*unit).move_out(Counter::TransferredOut, sum(parts));
            }
            Fact::Refunded { unit, parts, .. } => self.unit(*unit).give_back(sum(parts)),
            Fact::Reversed { unit, parts, pending, debt, forgiven, .. } => {
                let of = self.unit(*unit);
                of.take_back(Counter::Reversed, sum(parts), *debt, *forgiven);
                of.mature(*pending);
            }
            Fact::TakenBack { unit, parts, debt, forgiven, .. }
            | Fact::MilestoneTaken { unit, parts, debt, forgiven, .. } => {
                self.unit(*unit).take_back(Counter::Reversed, sum(parts), *debt, *forgiven);
            }
            Fact::Debited { unit, parts, debt, forgiven, .. } => {
                self.unit(*unit).take_back(Counter::Debited, sum(parts), *debt, *forgiven);
            }
            Fact::DebtRepaid { unit, part } => self.unit(*unit).repay(part.amount),
            Fact::Recorded { .. }
            | Fact::ActivityReversed { .. }
            | Fact::CaseReversed { .. }
            | Fact::Referred { .. }
            | Fact::ReferralPaid { .. }
            | Fact::ReferralFell { .. }
            | Fact::Renewed { .. }
            | Fact::Extended { .. }
            | Fact::TierAssigned { .. }
            | Fact::TierChanged { .. }
            | Fact::ContextRecorded { .. }
            | Fact::LinesLeft { .. }
            | Fact::Cut { .. }
            | Fact::Drawn { .. }
            | Fact::AttributesChanged { .. }
            | Fact::ConsentChanged { .. }
            | Fact::Closed { .. }
            // What moves from one to the other is in the totals already.
            | Fact::MergedFrom { .. }
            | Fact::ProgrammeRevised { .. }
            | Fact::TierGrace { .. }
            | Fact::Qualified { .. } => {}
        }
    }

    /// A lot whose `available_at` is not later than its event is available at once (R-LOT-6).
    fn lot(&mut self, lot: &NewLot, at: Instant, counter: Counter) {
        let ready = lot.available_at.is_some_and(|available_at| available_at <= at);
        let pool = if ready { Pool::Available } else { Pool::Pending };
        let of = self.unit(lot.unit);
        of.count(counter, i128::from(lot.amount));
        *of.pool(pool) += i128::from(lot.amount);
    }

    fn unit(&mut self, unit: UnitIx) -> &mut UnitTotals {
        self.units.entry(unit).or_insert_with(|| UnitTotals::none(unit))
    }
}

impl UnitTotals {
    fn add(&mut self, other: &UnitTotals) {
        let UnitTotals { unit: _, available, pending, held, debt, counters } = other;
        self.available += available;
        self.pending += pending;
        self.held += held;
        self.debt += debt;
        for (counter, other) in self.counters.iter_mut().zip(counters) {
            *counter = counter.saturating_add(*other);
        }
    }

    /// Counts on. 128 bits are not reached by any number of 64-bit amounts a log can hold.
    fn count(&mut self, counter: Counter, amount: i128) {
        if let Some(slot) = self.counters.get_mut(counter as usize) {
            *slot = slot.saturating_add(amount.unsigned_abs());
        }
    }

    const fn pool(&mut self, pool: Pool) -> &mut i128 {
        match pool {
            Pool::Available => &mut self.available,
            Pool::Pending => &mut self.pending,
        }
    }

    fn mature(&mut self, amount: i64) {
        self.pending -= i128::from(amount);
        self.available += i128::from(amount);
    }

    fn expire(&mut self, pool: Pool, amount: i64) {
        self.count(Counter::Expired, i128::from(amount));
        *self.pool(pool) -= i128::from(amount);
    }

    fn repay(&mut self, amount: i64) {
        self.debt -= i128::from(amount);
        self.available -= i128::from(amount);
    }

    const fn hold(&mut self, amount: i128) {
        self.available -= amount;
        self.held += amount;
    }

    fn capture(&mut self, amount: i128) {
        self.count(Counter::Spent, amount);
        self.held -= amount;
    }

    fn give_back(&mut self, amount: i128) {
        self.count(Counter::Returned, amount);
        self.available += amount;
    }

    fn move_out(&mut self, counter: Counter, amount: i128) {
        self.count(counter, amount);
        self.available -= amount;
    }

    fn take_back(&mut self, counter: Counter, taken: i128, debt: i64, forgiven: i64) {
        let (debt, forgiven) = (i128::from(debt), i128::from(forgiven));
        self.count(counter, taken + debt + forgiven);
        self.count(Counter::DebtForgiven, forgiven);
        self.debt += debt;
        self.available -= taken;
    }
}

fn sum(parts: &[Part]) -> i128 {
    parts.iter().map(|part| i128::from(part.amount)).sum()
}
