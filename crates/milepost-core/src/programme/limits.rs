//! Limits of an earn rule: how much, or how often, it gives a member in a local period.

use super::{Calendar, Most, Window};
use crate::time::{Instant, Period};

/// So much, or so often, in each period; what is above it is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Steps of the rule's unit, net of what was taken back; or activities in which the rule gave
    /// more than 0 and that are not wholly taken back.
    pub most: Most,
    /// In which period of `occurred_at`.
    pub per: LimitPeriod,
}

/// The period that a limit is for: a local one, that of `occurred_at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitPeriod {
    /// One activity.
    Activity,
    /// A local day, ISO week, month, quarter or year.
    Local(Period),
    /// A year that begins at the local midnight of the enrolment day.
    MembershipYear,
    /// All time.
    Ever,
}

impl LimitPeriod {
    /// The window of the period that contains `at`; `None` for a single activity, which has none.
    pub fn window(self, calendar: Calendar, at: Instant) -> Option<Window> {
        match self {
            LimitPeriod::Activity => None,
            LimitPeriod::Local(period) => Some(Window::local(calendar.zone, period, at)),
            LimitPeriod::MembershipYear => Some(calendar.membership_year(at)),
            LimitPeriod::Ever => Some(Window::ALL),
        }
    }
}
