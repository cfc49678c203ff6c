//! Limits of an earn rule: how much, or how often, it gives a member in a local period.

use chrono::{Datelike, Months, NaiveDate};

use super::Most;
use crate::time::{Instant, Period, Zone};

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

/// A half-open range of time (R-TIME-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Included.
    pub from: Instant,
    /// Excluded; `None`: without end.
    pub until: Option<Instant>,
}

impl Range {
    /// Whether an instant is in it.
    pub fn contains(self, at: Instant) -> bool {
        self.from <= at && self.until.is_none_or(|until| at < until)
    }
}

impl LimitPeriod {
    /// The range of the period that contains `at`; `None` for a single activity, which has none.
    pub fn range(self, zone: Zone, enrolled_at: Instant, at: Instant) -> Option<Range> {
        match self {
            LimitPeriod::Activity => None,
            LimitPeriod::Local(period) => {
                let from = zone.midnight(zone.start_of(at, period)).unwrap_or(Instant::MIN);
                Some(Range { from, until: zone.end_of(at, period) })
            }
            LimitPeriod::MembershipYear => Some(membership_year(zone, enrolled_at, at)),
            LimitPeriod::Ever => Some(Range { from: Instant::MIN, until: None }),
        }
    }
}

/// The membership year that contains an instant; those before the enrolment are reckoned back.
pub(super) fn membership_year(zone: Zone, enrolled_at: Instant, at: Instant) -> Range {
    let (first, date) = (zone.date(enrolled_at), zone.date(at));
    let years = date.year() - first.year();
    let begin = anniversary(first, years).filter(|begin| *begin <= date);
    let (begin, years) = match begin {
        Some(begin) => (Some(begin), years),
        None => (anniversary(first, years - 1), years - 1),
    };
    let midnight = |date: Option<NaiveDate>| date.and_then(|date| zone.midnight(date));
    Range {
        from: midnight(begin).unwrap_or(Instant::MIN),
        until: midnight(anniversary(first, years + 1)),
    }
}

/// A day so many years after another, clamped to the end of its month (R-TIME-3).
fn anniversary(first: NaiveDate, years: i32) -> Option<NaiveDate> {
    let months = Months::new(years.unsigned_abs().checked_mul(12)?);
    if years < 0 { first.checked_sub_months(months) } else { first.checked_add_months(months) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(zone: &str, enrolled: &str, at: &str) -> (String, String) {
        let (zone, enrolled) = (zone.parse().unwrap(), enrolled.parse().unwrap());
        let range = LimitPeriod::MembershipYear.range(zone, enrolled, at.parse().unwrap());
        let range = range.unwrap();
        (range.from.to_string(), range.until.unwrap().to_string())
    }

    #[test]
    fn a_membership_year_turns_at_local_midnight_of_the_enrolment_day() {
        let enrolled = "2023-05-10T22:00:00Z";
        // In Shanghai that is the 11th.
        let expected = ("2023-05-10T16:00:00Z".into(), "2024-05-10T16:00:00Z".into());
        assert_eq!(year("Asia/Shanghai", enrolled, "2024-05-10T15:59:59Z"), expected);
        let expected = ("2024-05-10T16:00:00Z".into(), "2025-05-10T16:00:00Z".into());
        assert_eq!(year("Asia/Shanghai", enrolled, "2024-05-10T16:00:00Z"), expected);
        let expected = ("2022-05-10T16:00:00Z".into(), "2023-05-10T16:00:00Z".into());
        assert_eq!(year("Asia/Shanghai", enrolled, "2023-01-01T00:00:00Z"), expected);
    }

    #[test]
    fn r_time_3_a_year_of_29_february_begins_on_28_february() {
        let enrolled = "2024-02-29T10:00:00Z";
        let expected = ("2025-02-28T00:00:00Z".into(), "2026-02-28T00:00:00Z".into());
        assert_eq!(year("UTC", enrolled, "2025-02-28T00:00:00Z"), expected);
        let expected = ("2027-02-28T00:00:00Z".into(), "2028-02-29T00:00:00Z".into());
        assert_eq!(year("UTC", enrolled, "2028-02-28T23:00:00Z"), expected);
    }
}
