//! What time alone makes happen: a function of time, not of a job (R-TIME-5).
//!
//! [`Member::next_due`] names the first thing that is due. Carrying it out can make another due at
//! the same instant, so it is asked again after each.

use crate::event::{HoldNo, LotNo};
use crate::rules::Rules;
use crate::state::Member;
use crate::tiers;
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
    /// A window ends, and what was reached in it is worn from the next on.
    WindowBoundary,
    /// The validity of the tier ends.
    Review,
    /// The grace of the tier ends.
    GraceEnd,
    /// An amount leaves a rolling window, and what is left does not keep the tier.
    Leaving,
    /// Another year in the tier begins: its benefits.
    Benefits,
}

impl Member {
    /// The first thing due, and when; `None` if nothing ever is.
    pub fn next_due(&self, rules: &Rules) -> Option<(Instant, Due)> {
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
        lapses.chain(lots).chain(tiers::next_due(rules, self)).min()
    }
}
