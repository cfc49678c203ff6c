//! The state of one member: what the fold of its events comes to.
//!
//! Everything here changes only through [`Change`], which applies events and can take back what it
//! applied. A member is kept small: what most members do not have lies behind one pointer.

mod activities;
mod activity;
mod apply;
mod change;
mod contexts;
mod encode;
mod figures;
mod given;
mod glimpse;
mod lot;
mod member;
mod merge;
mod moves;
mod references;
mod standing;
mod tally;
mod tier_record;
mod usage;

pub use activity::{Activity, Award};
pub use change::{Broken, Change, Journal};
pub use encode::{MEMBER_FORMAT, MemberError};
pub use figures::{Counter, Figures};
pub use given::{Bought, Case, Friend, Gift, Referral, Stands};
pub use glimpse::Glimpse;
pub use lot::{Lot, UseKey};
pub use member::{Counted, Hold, HoldState, Member, NO_ENTRY, Redemption, Touch, Use};
pub(crate) use merge::new_names;
pub(crate) use tally::{Reached, Tally};
pub use tier_record::{TierRecord, TierStanding};
