//! Views: what a member's state says, as plain data, and folds of events into totals and statements.
//!
//! The functions over a [`Member`](crate::state::Member) describe it as it stands: who asks for an
//! answer as of a time settles it to that time first ([`settle`](crate::decide::settle), R-TIME-5).
//! Units are named by number here; [`answer`](crate::answer) writes views with names and decimals.

mod balance;
mod expiring;
mod explain;
mod holds;
mod lots;
mod member;
mod receipt;
pub(crate) mod show;
mod statement;
mod tier;
mod totals;

pub use balance::{Balance, NextExpiry, UnitBalance, balance};
pub use expiring::{Bucket, expiring};
pub use explain::{Explained, Explainer, Step};
pub use holds::{HoldView, holds};
pub use lots::{LotView, lots};
pub use member::{MemberView, member};
pub use receipt::{Clamped, Receipt, Status};
pub use statement::{Statement, StatementFilter, StatementLine};
pub use tier::{Keep, Progress, TierView, tier};
pub use totals::{TOTALS_FORMAT, Totals, TotalsError, UnitTotals};
