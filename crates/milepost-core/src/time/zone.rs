//! The programme's time zone: local calendar arithmetic and the ends of days, months, quarters and
//! years (R-TIME-3, R-TIME-4).

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

use super::{DAY, Instant, MICROS_PER_SECOND, Span, months, offsets};

/// An IANA time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(pub(super) chrono_tz::Tz);

/// The text is not the name of an IANA time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an IANA time zone such as \"Europe/Lisbon\"")]
pub struct NotAZone;

/// A calendar period of the local zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Period {
    /// A local day.
    Day,
    /// An ISO week, from Monday.
    Week,
    /// A local month.
    Month,
    /// A local quarter.
    Quarter,
    /// A local calendar year.
    Year,
}

/// A day of the year, such as `"12-31"`; `"02-29"` is the last of February.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Day {
    month: u8,
    day: u8,
}

/// The text is not a day of the year such as `12-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a day of the year such as \"12-31\"")]
pub struct NotADay;

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Zone = Zone(chrono_tz::Tz::UTC);

    /// The IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The local date of an instant.
    pub fn date(self, at: Instant) -> NaiveDate {
        self.local(at).date()
    }

    /// The local month of an instant, 1 to 12.
    pub fn month(self, at: Instant) -> u8 {
        let asked = || u8::try_from(self.date(at).month()).unwrap_or_default();
        self.local_micros(at).and_then(months::of_year).unwrap_or_else(asked)
    }

    /// The local date and time of an instant.
    pub fn local(self, at: Instant) -> NaiveDateTime {
        match self.local_micros(at) {
            Some(micros) => DateTime::from_timestamp_micros(micros).unwrap_or_default().naive_utc(),
            None => self.0.from_utc_datetime(&at.utc().naive_utc()).naive_local(),
        }
    }

    /// The local time of an instant in microseconds since a local 1970, where the tables reach.
    fn local_micros(self, at: Instant) -> Option<i64> {
        let east = offsets::known(self.0, at.micros().div_euclid(MICROS_PER_SECOND))?;
        Some(at.micros() + i64::from(east) * MICROS_PER_SECOND)
    }

    /// The instant of such a local time, where the tables reach.
    fn at_local_micros(self, local: i64) -> Option<Instant> {
        let east = offsets::of_local(self.0, local.div_euclid(MICROS_PER_SECOND))?;
        Instant::from_micros(local - i64::from(east) * MICROS_PER_SECOND)
    }

    /// The instant of a local date and time. A time that a change of clocks skips means the first
    /// instant after the gap; one that occurs twice means the earlier. `None` outside the years 1
    /// to 9999.
    pub fn instant(self, local: NaiveDateTime) -> Option<Instant> {
        if let Some(at) = self.at_local_micros(local.and_utc().timestamp_micros()) {
            return Some(at);
        }
        match self.0.from_local_datetime(&local).earliest() {
            Some(time) => Instant::from_micros(time.timestamp_micros()),
            None => self.first_at_or_after(local),
        }
    }

    /// The instant at which a local date begins.
    pub fn midnight(self, date: NaiveDate) -> Option<Instant> {
        self.instant(date.and_time(NaiveTime::MIN))
    }

    /// `at` and a span, by the local calendar. Adding months clamps to the month's last day.
    pub fn add(self, at: Instant, span: Span) -> Option<Instant> {
        match span {
            Span::Micros(micros) => Instant::from_micros(at.micros().checked_add(micros)?),
            Span::Days(0) | Span::Months(0) => Some(at),
            Span::Days(days) => self.moved(
                at,
                |local| local.checked_add(i64::from(days).checked_mul(DAY)?),
                |local| local.checked_add_days(Days::new(u64::from(days))),
            ),
            Span::Months(count) => self.moved(
                at,
                |local| months::later(local, count),
                |local| local.checked_add_months(Months::new(count)),
            ),
        }
    }

    /// `at` with its local time moved: in microseconds where the tables reach, else by the calendar.
    fn moved(
        self,
        at: Instant,
        by_table: impl FnOnce(i64) -> Option<i64>,
        by_calendar: impl FnOnce(NaiveDateTime) -> Option<NaiveDateTime>,
    ) -> Option<Instant> {
        let known = self.local_micros(at).and_then(by_table);
        known
            .and_then(|local| self.at_local_micros(local))
            .or_else(|| self.instant(by_calendar(self.local(at))?))
    }

    /// The instant a span before `at`, by the local calendar; months clamp to the month's last day.
    pub fn subtract(self, at: Instant, span: Span) -> Option<Instant> {
        let local = self.local(at);
        match span {
            Span::Micros(micros) => Instant::from_micros(at.micros().checked_sub(micros)?),
            Span::Days(days) => self.instant(local.checked_sub_days(Days::new(u64::from(days)))?),
            Span::Months(months) => self.instant(local.checked_sub_months(Months::new(months))?),
        }
    }

    /// The first instant after the local period that contains `at`: always strictly later
    /// (R-TIME-4).
    pub fn end_of(self, at: Instant, period: Period) -> Option<Instant> {
        self.around(at, period).1
    }

    /// The first instant of the local period that contains `at`, and the first after it; `None`
    /// where that is outside the years 1 to 9999.
    pub fn around(self, at: Instant, period: Period) -> (Option<Instant>, Option<Instant>) {
        if let Some((from, until)) = self.of_months(at, period) {
            return (Some(from), Some(until));
        }
        let end = |date| self.midnight(next_start(date, period)?);
        let date = self.date(at);
        match end(date) {
            // Clocks were turned back across midnight: the old date has come again, but a period
            // that was over stays over.
            Some(over) if over <= at => (Some(over), next_start(date, period).and_then(end)),
            until => (self.midnight(start(date, period)), until),
        }
    }

    fn of_months(self, at: Instant, period: Period) -> Option<(Instant, Instant)> {
        let count = match period {
            Period::Day | Period::Week => return None,
            Period::Month => 1,
            Period::Quarter => 3,
            Period::Year => 12,
        };
        months::around(self, at, count)
    }

    /// The first day of the local period that contains `at`.
    pub fn start_of(self, at: Instant, period: Period) -> NaiveDate {
        let (from, _) = self.around(at, period);
        from.map_or_else(|| start(self.date(at), period), |from| self.date(from))
    }

    /// The end of local `day`, so many years after the local year of `base`; not later than `base`:
    /// moved on by whole years.
    pub fn end_of_day_in_year(self, base: Instant, day: Day, after_years: u16) -> Option<Instant> {
        let mut year = self.date(base).year().checked_add(i32::from(after_years))?;
        loop {
            let end = self.midnight(day.in_year(year)?.succ_opt()?)?;
            if end > base {
                return Some(end);
            }
            year = year.checked_add(1)?;
        }
    }

    /// The first end of the local month with this number (1 to 12) that is later than `at`.
    pub fn end_of_month_named(self, at: Instant, month: u8) -> Option<Instant> {
        let last = Day { month, day: 31 };
        self.end_of_day_in_year(at, last, 0)
    }

    /// In a gap of the local time the first instant after it. Local time only moves forward around
    /// a gap, so it is found by halving the two days around it.
    fn first_at_or_after(self, local: NaiveDateTime) -> Option<Instant> {
        let guess = local.and_utc().timestamp_micros();
        let (mut before, mut after) = (guess.checked_sub(DAY)?, guess.checked_add(DAY)?);
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if self.local(Instant::from_micros(middle)?) < local {
                before = middle;
            } else {
                after = middle;
            }
        }
        Instant::from_micros(after)
    }
}

fn start(date: NaiveDate, period: Period) -> NaiveDate {
    let first = |month: u32| NaiveDate::from_ymd_opt(date.year(), month, 1).unwrap_or(date);
    match period {
        Period::Day => date,
        Period::Week => date.week(chrono::Weekday::Mon).checked_first_day().unwrap_or(date),
        Period::Month => first(date.month()),
        Period::Quarter => first((date.month0() / 3) * 3 + 1),
        Period::Year => first(1),
    }
}

fn next_start(date: NaiveDate, period: Period) -> Option<NaiveDate> {
    let start = start(date, period);
    match period {
        Period::Day => start.succ_opt(),
        Period::Week => start.checked_add_days(Days::new(7)),
        Period::Month => start.checked_add_months(Months::new(1)),
        Period::Quarter => start.checked_add_months(Months::new(3)),
        Period::Year => start.checked_add_months(Months::new(12)),
    }
}

impl FromStr for Zone {
    type Err = NotAZone;

    fn from_str(text: &str) -> Result<Zone, NotAZone> {
        text.parse().map(Zone).map_err(|_| NotAZone)
    }
}

impl Day {
    /// That day in a year, the last of the month if the month is shorter.
    pub fn in_year(self, year: i32) -> Option<NaiveDate> {
        let first = NaiveDate::from_ymd_opt(year, u32::from(self.month), 1)?;
        let length = u32::from(first.num_days_in_month());
        // `02-29` means the last of February, in a leap year and in every other.
        NaiveDate::from_ymd_opt(year, u32::from(self.month), u32::from(self.day).min(length))
    }
}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Day, NotADay> {
        let date = text.split_once('-').filter(|(m, d)| m.len() == 2 && d.len() == 2);
        let (month, day) = date.ok_or(NotADay)?;
        let part = |text: &str| text.parse::<u8>().map_err(|_| NotADay);
        let (month, day) = (part(month)?, part(day)?);
        // 2000 was a leap year, so that 29 February passes.
        NaiveDate::from_ymd_opt(2000, u32::from(month), u32::from(day)).ok_or(NotADay)?;
        Ok(Day { month, day })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn added(zone: &str, from: &str, span: &str) -> String {
        let zone: Zone = zone.parse().unwrap();
        zone.add(at(from), span.parse().unwrap()).unwrap().to_string()
    }

    #[test]
    fn r_time_3_gaps_and_folds() {
        let cases = [
            ("America/Toronto", "2024-03-09T07:30:00Z", "1 day", "2024-03-10T07:00:00Z"),
            ("America/Toronto", "2024-03-09T07:30:00Z", "24 hours", "2024-03-10T07:30:00Z"),
            ("America/Toronto", "2024-11-02T05:30:00Z", "1 day", "2024-11-03T05:30:00Z"),
            ("Australia/Lord_Howe", "2024-10-04T15:45:00Z", "1 day", "2024-10-05T15:30:00Z"),
            ("Australia/Lord_Howe", "2024-04-05T14:45:00Z", "1 day", "2024-04-06T14:45:00Z"),
        ];
        for (zone, from, span, expected) in cases {
            assert_eq!(added(zone, from, span), expected, "{zone} {from} + {span}");
        }
    }

    #[test]
    fn r_time_3_months_clamp() {
        let cases = [
            ("2023-01-31T10:00:00Z", "1 month", "2023-02-28T10:00:00Z"),
            ("2024-01-31T10:00:00Z", "1 month", "2024-02-29T10:00:00Z"),
            ("2024-02-29T10:00:00Z", "1 year", "2025-02-28T10:00:00Z"),
        ];
        for (from, span, expected) in cases {
            assert_eq!(added("UTC", from, span), expected, "{from} + {span}");
        }
    }

    #[test]
    fn r_time_4_the_end_is_always_strictly_later() {
        let end = |at_: &str, period| Zone::UTC.end_of(at(at_), period).unwrap().to_string();
        assert_eq!(end("2024-02-01T00:00:00Z", Period::Day), "2024-02-02T00:00:00Z");
        assert_eq!(end("2024-02-01T00:00:00Z", Period::Month), "2024-03-01T00:00:00Z");
        assert_eq!(end("2024-02-01T00:00:00Z", Period::Quarter), "2024-04-01T00:00:00Z");
        assert_eq!(end("2024-12-31T23:59:59Z", Period::Year), "2025-01-01T00:00:00Z");
        assert_eq!(end("2024-12-31T23:59:59Z", Period::Week), "2025-01-06T00:00:00Z");
    }

    /// In St. John's clocks went back from 00:01 on 1 November 2009 to 23:01 the day before.
    #[test]
    fn r_time_4_a_period_that_was_over_stays_over_when_clocks_go_back_across_midnight() {
        let zone: Zone = "America/St_Johns".parse().unwrap();
        let again = at("2009-11-01T02:45:00Z");
        assert_eq!(zone.local(again).to_string(), "2009-10-31 23:15:00");
        for (period, until) in
            [(Period::Day, "2009-11-02T03:30:00Z"), (Period::Month, "2009-12-01T03:30:00Z")]
        {
            let around = zone.around(again, period);
            assert_eq!(around, (Some(at("2009-11-01T02:30:00Z")), Some(at(until))));
            assert_eq!(zone.end_of(again, period), around.1);
            assert_eq!(zone.start_of(again, period).to_string(), "2009-11-01");
        }
        assert_eq!(zone.month(again), 10);
    }

    #[test]
    fn a_fixed_day_moves_on_by_whole_years() {
        let end = |base: &str, day: &str, years| {
            let day = day.parse().unwrap();
            Zone::UTC.end_of_day_in_year(at(base), day, years).unwrap().to_string()
        };
        assert_eq!(end("2024-03-31T23:59:59Z", "03-31", 0), "2024-04-01T00:00:00Z");
        assert_eq!(end("2024-04-01T00:00:00Z", "03-31", 0), "2025-04-01T00:00:00Z");
        assert_eq!(end("2023-01-01T00:00:00Z", "02-29", 0), "2023-03-01T00:00:00Z");
        assert_eq!(end("2023-01-01T00:00:00Z", "02-29", 1), "2024-03-01T00:00:00Z");
    }

    #[test]
    fn days_of_the_year() {
        for text in ["02-30", "13-01", "1-1", "12-32", "", "12/31"] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }

    #[test]
    fn beyond_the_year_9999_is_none() {
        assert_eq!(Zone::UTC.add(at("9000-01-01T00:00:00Z"), Span::Months(12_000)), None);
    }
}
