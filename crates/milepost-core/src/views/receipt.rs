//! A receipt: what an accepted command is answered with.

use super::Balance;
use crate::event::{Event, Worth};
use crate::line::Mode;
use crate::names::MemberId;
use crate::time::Instant;

/// The answer to an accepted command. For a real one it is given only when the entry is durable
/// (R-CMD-3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The sequence number of the entry, from 1; 0 for a dry run, which has none (R-CMD-7).
    pub seq: u64,
    /// When the ledger took it.
    pub recorded_at: Instant,
    /// Whether the clock was behind the last entry (R-TIME-1).
    pub clamped: Clamped,
    /// The version of the member after it; `None` if the command is about no single member.
    pub version: Option<u32>,
    /// Whether it was done now, or before under the same key.
    pub status: Status,
    /// Whether it was done at all.
    pub mode: Mode,
    /// The events, in the order in which they took effect.
    pub events: Vec<Event>,
    /// The members that the entry touches: the one at `n` is the `who` of the events with that
    /// number.
    pub members: Vec<MemberId>,
    /// The balance of the member, of a transfer the sender's.
    pub balance: Option<Balance>,
    /// The balance of the receiver of a transfer.
    pub other_balance: Option<Balance>,
    /// What the redemption is worth, if it was for a reward.
    pub worth: Option<Worth>,
}

/// Whether the clock was behind the last entry, so that the entry has the time of that one
/// (R-TIME-1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clamped {
    /// The clock was right; the default.
    #[default]
    No,
    /// It was behind.
    Yes,
}

/// Whether a command was done now or before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// It was done now; the default.
    #[default]
    Accepted,
    /// It was done before under the same key: this is the first receipt again (R-CMD-2).
    Duplicate,
}
