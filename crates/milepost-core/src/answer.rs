//! Answers: receipts, refusals, events and views as the JSON of the line format.
//!
//! Amounts are integers where the unit has no decimals, else texts with exactly that many; instants
//! are in UTC with `Z`. What is personal is in no answer: no note, no date or month of birth, none
//! of the attributes that the programme names `personal` (R-PRIV-1).

mod breakdown;
mod events;
mod explain;
mod fields;
mod log;
mod receipt;
mod tier;
mod views;

pub use events::{Names, event};
pub use explain::explain;
pub use log::{LogEntry, log_entry};
pub use receipt::{receipt, refusal};
pub use tier::tier;
pub use views::{balance, expiring, holds, lots, member, statement, totals};
