//! Bounds: how much of something a member may have in a period of the calendar.

use super::Calendar;
use crate::time::{Instant, Period, Zone};

/// A bound on what a member may have in a period: of `recorded_at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// How much.
    pub most: Most,
    /// In which period.
    pub per: BoundPer,
}

/// How much a bound or a limit allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Most {
    /// Steps of the unit; above 0.
    Amount(i64),
    /// Activities, pieces or cases; above 0.
    Count(i64),
}

/// A period in which something is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundPer {
    /// A local day, ISO week, month or year.
    Calendar(Period),
    /// A year from the local midnight of the enrolment day.
    MembershipYear,
    /// All time.
    Ever,
}

impl BoundPer {
    /// The first instant of the period that contains `now`; `None`: there is none, everything
    /// counts. Time never runs backwards along the log, so what was recorded not earlier than this
    /// is of the same period.
    pub fn start(self, calendar: Calendar, now: Instant) -> Option<Instant> {
        match self {
            BoundPer::Calendar(period) => {
                calendar.zone.midnight(calendar.zone.start_of(now, period))
            }
            BoundPer::MembershipYear => Some(calendar.membership_year(now).from),
            BoundPer::Ever => None,
        }
    }

    /// The first day of the period that contains `now`, as days since 1970-01-01; 0 for all time.
    /// A period of one member has no number that others share: 0 as well.
    pub fn number(self, zone: Zone, now: Instant) -> i32 {
        match self {
            BoundPer::Calendar(period) => zone.start_of(now, period).to_epoch_days(),
            BoundPer::MembershipYear | BoundPer::Ever => 0,
        }
    }
}
