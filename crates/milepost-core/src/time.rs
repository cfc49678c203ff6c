//! Time: instants in UTC microseconds, calendar spans, and the programme's time zone (R-TIME-3,
//! R-TIME-4). Nothing here reads a clock.

mod months;
mod offsets;
mod span;
mod zone;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, SecondsFormat, Utc};

pub use span::{NotASpan, Span};
pub use zone::{Day, NotADay, NotAZone, Period, Zone};

/// A point in time: microseconds since 1970-01-01T00:00:00Z, in the years 1 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// The text is not an RFC 3339 date and time such as `2026-01-05T10:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 date and time such as 2026-01-05T10:00:00Z")]
pub struct NotAnInstant;

const MICROS_PER_SECOND: i64 = 1_000_000;
/// Microseconds of 24 hours.
const DAY: i64 = 24 * 3600 * MICROS_PER_SECOND;

impl Instant {
    /// 0001-01-01T00:00:00Z, the earliest instant.
    pub const MIN: Instant = Instant(-62_135_596_800 * MICROS_PER_SECOND);
    /// 9999-12-31T23:59:59.999999Z, the latest instant.
    pub const MAX: Instant = Instant(253_402_300_800 * MICROS_PER_SECOND - 1);

    /// The instant so many microseconds after 1970-01-01T00:00:00Z, or `None` outside the years 1
    /// to 9999.
    pub fn from_micros(micros: i64) -> Option<Instant> {
        let instant = Instant(micros);
        (Instant::MIN..=Instant::MAX).contains(&instant).then_some(instant)
    }

    /// Microseconds since 1970-01-01T00:00:00Z.
    pub const fn micros(self) -> i64 {
        self.0
    }

    fn utc(self) -> DateTime<Utc> {
        // Every value between MIN and MAX is in chrono's range.
        DateTime::from_timestamp_micros(self.0).unwrap_or_default()
    }
}

impl From<DateTime<Utc>> for Instant {
    /// The instant, moved to the nearest one in the years 1 to 9999.
    fn from(time: DateTime<Utc>) -> Instant {
        Instant(time.timestamp_micros()).clamp(Instant::MIN, Instant::MAX)
    }
}

impl From<Instant> for DateTime<Utc> {
    fn from(instant: Instant) -> DateTime<Utc> {
        instant.utc()
    }
}

impl FromStr for Instant {
    type Err = NotAnInstant;

    fn from_str(text: &str) -> Result<Instant, NotAnInstant> {
        let time = DateTime::parse_from_rfc3339(text).map_err(|_| NotAnInstant)?;
        Instant::from_micros(time.timestamp_micros()).ok_or(NotAnInstant)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format = match self.0 % MICROS_PER_SECOND {
            0 => SecondsFormat::Secs,
            _ => SecondsFormat::Micros,
        };
        f.write_str(&self.utc().to_rfc3339_opts(format, true))
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_any_offset_and_shows_utc() {
        let time: Instant = "2026-06-01T08:00:00+08:00".parse().unwrap();
        assert_eq!(time.to_string(), "2026-06-01T00:00:00Z");
        let time: Instant = "2024-01-11T10:00:00.000001Z".parse().unwrap();
        assert_eq!(time.to_string(), "2024-01-11T10:00:00.000001Z");
    }

    #[test]
    fn the_years_one_to_9999() {
        assert_eq!(Instant::MIN.to_string(), "0001-01-01T00:00:00Z");
        assert_eq!(Instant::MAX.to_string(), "9999-12-31T23:59:59.999999Z");
        for text in ["2024-13-01T00:00:00Z", "2024-01-01", "2024-01-01T00:00:00", "today", ""] {
            assert!(text.parse::<Instant>().is_err(), "{text}");
        }
    }
}
