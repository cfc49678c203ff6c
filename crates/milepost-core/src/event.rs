//! Events: the facts inside an entry. Only events change state.
//!
//! Each event names its lots, so that nothing is inferred later (R-LOT-4), and the instant at which
//! it took effect (R-TIME-7). The enum is exhaustive on purpose: a new fact must break every fold
//! that has not heard of it.

mod activity;
mod borrowed;
mod fact;
mod gifts;
mod lots;
mod merged;
mod name;
mod numbers;
mod tiers;

use crate::time::Instant;

pub use activity::{Occurrence, ReversedShare, Spend};
pub use borrowed::{EventRef, FactRef, WholeFact};
pub use fact::Fact;
pub use gifts::{CasePaid, Drawn, Gain, GiftOf, Worth};
pub use lots::{ExtendCause, MovedLot, NewLot, Part, Pool};
pub use merged::MergedState;
pub use numbers::{ActivityNo, FormIx, HoldNo, LotNo, RedemptionNo};
pub use tiers::{CountedIn, Judgement, TierReason};

/// One fact about one member, or about the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which of the members that the entry touches: 0 is the first.
    pub who: u32,
    /// When it took effect (R-TIME-7).
    pub effective_at: Instant,
    /// What happened.
    pub fact: Fact,
}
