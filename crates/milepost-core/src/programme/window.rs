//! The windows in which is counted, for tiers and for limits, and to when a tier is valid that was
//! judged on one (R-TIME-4).

use chrono::{Datelike, Months, NaiveDate};

use super::{Programme, TierPolicy, Validity, WindowKind};
use crate::time::{Instant, Period, Zone};

/// A window: `from` is included, `until` is not. [`Instant::MIN`] and [`Instant::MAX`] stand for no
/// beginning and no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// Its first instant.
    pub from: Instant,
    /// The first instant after it.
    pub until: Instant,
}

/// Whose windows they are: the zone of the programme and the member's enrolment.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    /// The programme's zone.
    pub zone: Zone,
    /// When the member was enrolled.
    pub enrolled_at: Instant,
}

impl Window {
    /// All time.
    pub const ALL: Window = Window { from: Instant::MIN, until: Instant::MAX };

    /// The local day, ISO week, month, quarter or year that contains an instant.
    pub fn local(zone: Zone, period: Period, at: Instant) -> Window {
        let (from, until) = zone.around(at, period);
        Window { from: from.unwrap_or(Instant::MIN), until: until.unwrap_or(Instant::MAX) }
    }

    /// Whether an instant lies in it.
    pub fn contains(&self, at: Instant) -> bool {
        self.from <= at && (at < self.until || self.until == Instant::MAX)
    }

    /// Its last instant.
    pub fn last(&self) -> Instant {
        before(self.until)
    }
}

/// The instant before another, a microsecond earlier.
pub(crate) fn before(at: Instant) -> Instant {
    at.micros().checked_sub(1).and_then(Instant::from_micros).unwrap_or(Instant::MIN)
}

impl TierPolicy {
    /// The window in which an amount of an instant counts. Counts since a tier was reached are told
    /// apart by their restarts and not by time.
    pub fn window_of(&self, calendar: Calendar, at: Instant) -> Window {
        match self.window {
            WindowKind::CalendarYear => Window::local(calendar.zone, Period::Year, at),
            WindowKind::MembershipYear => calendar.membership_year(at),
            WindowKind::Rolling(span) => {
                Window { from: at, until: calendar.zone.add(at, span).unwrap_or(Instant::MAX) }
            }
            WindowKind::SinceTier | WindowKind::Lifetime => Window::ALL,
        }
    }

    /// To when a tier is valid that is judged at `at` on a window; `None`: without end.
    pub fn valid_until(&self, calendar: Calendar, judged: Window, at: Instant) -> Option<Instant> {
        let zone = calendar.zone;
        let end = match self.valid {
            Validity::WhileQualified => return None,
            Validity::EndOfWindow => Some(judged.until),
            Validity::EndOfNextYear if judged.until == Instant::MAX => None,
            Validity::EndOfNextYear => Some(self.window_of(calendar, judged.until).until),
            Validity::Until { day, after_years } => {
                let base = if judged.contains(at) { at } else { judged.last() };
                zone.end_of_day_in_year(base, day, after_years)
            }
            Validity::After { span, round } => {
                let end = zone.add(at, span);
                match round {
                    Some(period) => end.and_then(|end| zone.end_of(end, period)),
                    None => end,
                }
            }
        };
        end.filter(|end| *end < Instant::MAX)
    }
}

impl Programme {
    /// The calendar of a member that was enrolled then.
    pub fn calendar(&self, enrolled_at: Instant) -> Calendar {
        Calendar { zone: self.zone, enrolled_at }
    }
}

impl Calendar {
    /// The year that contains an instant, from local midnight to local midnight of the enrolment
    /// day; those before the enrolment are reckoned back.
    pub(super) fn membership_year(self, at: Instant) -> Window {
        let (first, day) = (self.zone.date(self.enrolled_at), self.zone.date(at));
        let years = day.year() - first.year();
        let begins_later = anniversary(first, years).is_none_or(|begins| day < begins);
        let years = if begins_later { years - 1 } else { years };
        let begin = |years| anniversary(first, years).and_then(|day| self.zone.midnight(day));
        let year = |years| Window {
            from: begin(years).unwrap_or(Instant::MIN),
            until: begin(years + 1).unwrap_or(Instant::MAX),
        };
        let found = year(years);
        // Where clocks went back across midnight, a year that was over stays over.
        if found.contains(at) { found } else { year(years + 1) }
    }
}

/// A day so many years after another, clamped to the end of its month: the anniversary of
/// 29 February is the last of February (R-TIME-3).
fn anniversary(first: NaiveDate, years: i32) -> Option<NaiveDate> {
    let months = Months::new(years.unsigned_abs().checked_mul(12)?);
    if years < 0 { first.checked_sub_months(months) } else { first.checked_add_months(months) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn year(zone: &str, enrolled_at: &str, at: &str) -> (String, String) {
        let (zone, enrolled_at) = (zone.parse().unwrap(), enrolled_at.parse().unwrap());
        let year = Calendar { zone, enrolled_at }.membership_year(at.parse().unwrap());
        (year.from.to_string(), year.until.to_string())
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

    /// In St. John's clocks went back from 00:01 on 1 November 2009 to 23:01 the day before.
    #[test]
    fn r_time_4_a_membership_year_that_was_over_stays_over() {
        let (enrolled, again) = ("2008-11-01T12:00:00Z", "2009-11-01T02:45:00Z");
        let expected = ("2009-11-01T02:30:00Z".into(), "2010-11-01T02:30:00Z".into());
        assert_eq!(year("America/St_Johns", enrolled, again), expected);
    }

    #[test]
    fn a_membership_year_begins_with_its_first_instant() {
        let cases = [
            ("2023-05-10T15:00:00Z", "2024-05-09T23:59:59Z", "2023-05-10T00:00:00Z"),
            ("2023-05-10T15:00:00Z", "2024-05-10T00:00:00Z", "2024-05-10T00:00:00Z"),
            ("2024-02-29T15:00:00Z", "2025-02-27T23:59:59Z", "2024-02-29T00:00:00Z"),
            ("2024-02-29T15:00:00Z", "2025-02-28T00:00:00Z", "2025-02-28T00:00:00Z"),
            ("2024-02-29T15:00:00Z", "2028-02-28T12:00:00Z", "2027-02-28T00:00:00Z"),
            ("2024-02-29T15:00:00Z", "2028-02-29T00:00:00Z", "2028-02-29T00:00:00Z"),
        ];
        for (enrolled_at, at, begin) in cases {
            assert_eq!(year("UTC", enrolled_at, at).0, begin, "{at}");
        }
    }
}
