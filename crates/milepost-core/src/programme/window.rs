//! The windows in which is counted, and to when a tier is valid that was judged on one (R-TIME-4).

use chrono::{Datelike, Months, NaiveDate};

use super::{TierPolicy, Validity, WindowKind};
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
            WindowKind::CalendarYear => calendar.year(at),
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

impl Calendar {
    fn year(self, at: Instant) -> Window {
        let first = self.zone.start_of(at, Period::Year);
        let from = self.zone.midnight(first).unwrap_or(Instant::MIN);
        Window { from, until: self.zone.end_of(at, Period::Year).unwrap_or(Instant::MAX) }
    }

    /// The year from anniversary to anniversary of the enrolment day; 29 February has its
    /// anniversary on the last of February (R-TIME-3).
    fn membership_year(self, at: Instant) -> Window {
        let (first, day) = (self.zone.date(self.enrolled_at), self.zone.date(at));
        let years = day.year() - first.year();
        let begins_later = anniversary(first, years).is_none_or(|begins| day < begins);
        let years = if begins_later { years - 1 } else { years };
        let begin = |years| anniversary(first, years).and_then(|day| self.zone.midnight(day));
        Window {
            from: begin(years).unwrap_or(Instant::MIN),
            until: begin(years + 1).unwrap_or(Instant::MAX),
        }
    }
}

fn anniversary(first: NaiveDate, years: i32) -> Option<NaiveDate> {
    let months = Months::new(years.unsigned_abs().checked_mul(12)?);
    if years < 0 { first.checked_sub_months(months) } else { first.checked_add_months(months) }
}
