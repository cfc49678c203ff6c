//! Limits: how much of something, or how often, a member may have in a period.

use super::{Calendar, Window};
use crate::time::{Instant, Period};

/// So much, or so often, in each period. What counts, and by which time, is said where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit<P = LimitPeriod, M = Most> {
    /// What there may be in a period.
    pub most: M,
    /// In which period.
    pub per: P,
}

/// How much a limit allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Most {
    /// Steps of the unit; above 0.
    Amount(i64),
    /// Activities, pieces or cases; above 0.
    Count(i64),
}

/// A period in which something of a member is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitPeriod {
    /// A local day, ISO week, month or year.
    Local(Period),
    /// A year that begins at the local midnight of the enrolment day.
    MembershipYear,
    /// All time.
    Ever,
}

impl LimitPeriod {
    /// The window of the period that contains an instant. If that is now, all that was recorded from
    /// its beginning on is in it: time never runs backwards along the log.
    pub fn window(self, calendar: Calendar, at: Instant) -> Window {
        match self {
            LimitPeriod::Local(period) => Window::local(calendar.zone, period, at),
            LimitPeriod::MembershipYear => calendar.membership_year(at),
            LimitPeriod::Ever => Window::ALL,
        }
    }
}
