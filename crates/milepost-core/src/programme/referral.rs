//! Referrals: what a member gets for a friend who comes, and what the friend gets.

use super::{GrantItem, Limit, LimitPeriod};
use crate::ratio::Ratio;
use crate::time::Span;

/// What is given when a friend's first activity qualifies.
#[derive(Clone, Debug, PartialEq)]
pub struct Referral {
    /// The activity kinds that qualify; never empty.
    pub on: Vec<Box<str>>,
    /// The activity was paid at least so much: whole programme currency.
    pub min_spend: Option<Ratio>,
    /// It happened within so long of the friend's enrolment.
    pub within: Option<Span>,
    /// What the referrer gets.
    pub referrer: Vec<GrantItem>,
    /// What the friend gets.
    pub friend: Vec<GrantItem>,
    /// For how many friends a referrer is paid in a period of `recorded_at`; all hold.
    pub limits: Vec<Limit<LimitPeriod, i64>>,
}
