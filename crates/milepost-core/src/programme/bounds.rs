//! Bounds: how much of something a member may have in a period of the calendar.

use super::limits::membership_year;
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
    pub fn start(self, zone: Zone, now: Instant, enrolled_at: Instant) -> Option<Instant> {
        match self {
            BoundPer::Calendar(period) => zone.midnight(zone.start_of(now, period)),
            BoundPer::MembershipYear => Some(membership_year(zone, enrolled_at, now).from),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn membership_years_begin_at_local_midnight_of_the_enrolment_day() {
        let cases = [
            ("2023-05-10T15:00:00Z", "2024-05-09T23:59:59Z", "2023-05-10T00:00:00Z"),
            ("2023-05-10T15:00:00Z", "2024-05-10T00:00:00Z", "2024-05-10T00:00:00Z"),
            ("2024-02-29T15:00:00Z", "2025-02-27T23:59:59Z", "2024-02-29T00:00:00Z"),
            ("2024-02-29T15:00:00Z", "2025-02-28T00:00:00Z", "2025-02-28T00:00:00Z"),
            ("2024-02-29T15:00:00Z", "2028-02-28T12:00:00Z", "2027-02-28T00:00:00Z"),
            ("2024-02-29T15:00:00Z", "2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z"),
        ];
        for (enrolled_at, now, begin) in cases {
            let (enrolled_at, now) = (enrolled_at.parse().unwrap(), now.parse().unwrap());
            let found = BoundPer::MembershipYear.start(Zone::UTC, now, enrolled_at);
            assert_eq!(found.map(|at| at.to_string()).as_deref(), Some(begin), "{now}");
        }
    }
}
