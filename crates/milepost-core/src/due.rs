//! What time alone makes happen: a function of time, not of a job (R-TIME-5).
//!
//! [`Member::next_due`] names the first thing that is due. Carrying it out can make another due at
//! the same instant, so it is asked again after each.

use crate::event::{HoldNo, LotNo};
use crate::programme::TierIx;
use crate::state::Member;
use crate::time::Instant;

/// Something that is due. The order is the order in which things due at one instant are carried
/// out: hold time-outs by hold number, maturities, then expiries, by lot number, then tier matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// A hold's deadline.
    Lapse(HoldNo),
    /// A pending lot becomes available.
    Maturity(LotNo),
    /// What is free in a lot dies.
    Expiry(LotNo),
    /// The floor set by hand ends.
    AssignmentEnd,
}

impl Member {
    /// The first thing due, and when; `None` if nothing ever is.
    pub fn next_due(&self) -> Option<(Instant, Due)> {
        if self.merged_into().is_some() {
            return None;
        }
        let lapses = self.open_holds().map(|(number, hold)| (hold.until, Due::Lapse(number)));
        let with_something = self.lots().filter(|(_, lot)| lot.free > 0);
        let lots = with_something.flat_map(|(number, lot)| {
            let maturity = lot.available_at().filter(|_| !lot.is_ready());
            let maturity = maturity.map(|at| (at, Due::Maturity(number)));
            let expiry = lot.expires_at().map(|at| (at, Due::Expiry(number)));
            maturity.into_iter().chain(expiry)
        });
        let floor = self.assignment_end().map(|at| (at, Due::AssignmentEnd));
        lapses.chain(lots).chain(floor).min()
    }

    /// When the floor ends, if the tier ends with it.
    fn assignment_end(&self) -> Option<Instant> {
        let (floor, until) = self.tier_record()?.assigned?;
        // A floor that is not the present tier waits below it, and ends without a change.
        until.filter(|_| self.tier() == Some(floor) && self.base_tier() != Some(floor))
    }

    /// The tier without the floor: that of the enrolment.
    pub fn base_tier(&self) -> Option<TierIx> {
        let first = self.tier_record().and_then(|record| record.history.first());
        first.map(|(_, tier)| *tier).or(self.tier())
    }

    /// The tier at an instant, by the record as it stands; `None` before the enrolment.
    pub fn tier_at(&self, at: Instant) -> Option<TierIx> {
        if at < self.enrolled_at() {
            return None;
        }
        let history = self.tier_record().map_or(&[][..], |record| &record.history);
        let last = history.iter().rev().find(|(since, _)| *since <= at);
        last.map(|(_, tier)| *tier).or(self.base_tier())
    }
}
