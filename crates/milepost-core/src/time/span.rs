//! Spans of time as programmes write them: `"24 hours"`, `"7 days"`, `"18 months"`.

use std::fmt;
use std::str::FromStr;

use super::DAY;

/// A length of time. Days, weeks, months and years are calendar units of the programme's zone;
/// hours and shorter are exact: `"24 hours"` is not `"1 day"` on a day of change (R-TIME-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Span {
    /// Calendar months; a year is 12.
    Months(u32),
    /// Calendar days; a week is 7.
    Days(u32),
    /// Exact microseconds.
    Micros(i64),
}

/// The text is not a span such as `"24 hours"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a duration such as \"30 minutes\", \"24 hours\", \"7 days\", \"18 months\"")]
pub struct NotASpan;

const MICROS_PER_MINUTE: i64 = 60 * 1_000_000;
/// The longest span is 10,000 years: everything beyond it is outside the years 1 to 9999.
const MAX_MONTHS: u32 = 12 * 10_000;
const MAX_DAYS: u32 = 366 * 10_000;

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span::Micros(0);

    /// So many exact hours.
    pub const fn hours(hours: u32) -> Span {
        Span::Micros(hours as i64 * 60 * MICROS_PER_MINUTE)
    }

    /// So many microseconds it takes at least, wherever it begins: a change of clocks can take a day
    /// from calendar units, and a month has 28.
    pub(crate) fn at_least(self) -> i64 {
        match self {
            Span::Months(months) => (i64::from(months) * 28 - 2) * DAY,
            Span::Days(days) => (i64::from(days) - 2) * DAY,
            Span::Micros(micros) => micros,
        }
    }

    /// Whether it is no time at all.
    pub fn is_zero(self) -> bool {
        matches!(self, Span::Months(0) | Span::Days(0) | Span::Micros(0))
    }
}

impl FromStr for Span {
    type Err = NotASpan;

    fn from_str(text: &str) -> Result<Span, NotASpan> {
        let (number, unit) = text.split_once(' ').ok_or(NotASpan)?;
        if !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotASpan);
        }
        let number: u32 = number.parse().map_err(|_| NotASpan)?;
        let times = |factor: u32, max: u32| {
            number.checked_mul(factor).filter(|n| *n <= max).ok_or(NotASpan)
        };
        let exact = |micros: i64| i64::from(number).checked_mul(micros).ok_or(NotASpan);
        match unit.strip_suffix('s').unwrap_or(unit) {
            "second" => exact(1_000_000).map(Span::Micros),
            "minute" => exact(MICROS_PER_MINUTE).map(Span::Micros),
            "hour" => exact(60 * MICROS_PER_MINUTE).map(Span::Micros),
            "day" => times(1, MAX_DAYS).map(Span::Days),
            "week" => times(7, MAX_DAYS).map(Span::Days),
            "month" => times(1, MAX_MONTHS).map(Span::Months),
            "year" => times(12, MAX_MONTHS).map(Span::Months),
            _ => Err(NotASpan),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, unit) = match *self {
            Span::Months(n) if n > 0 && n % 12 == 0 => (i64::from(n / 12), "year"),
            Span::Months(n) => (i64::from(n), "month"),
            Span::Days(n) => (i64::from(n), "day"),
            Span::Micros(n) if n % (60 * MICROS_PER_MINUTE) == 0 => {
                (n / (60 * MICROS_PER_MINUTE), "hour")
            }
            Span::Micros(n) if n % MICROS_PER_MINUTE == 0 => (n / MICROS_PER_MINUTE, "minute"),
            Span::Micros(n) => (n / 1_000_000, "second"),
        };
        write!(f, "{number} {unit}{}", if number == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_shows() {
        for (text, shown) in [
            ("30 minutes", "30 minutes"),
            ("24 hours", "24 hours"),
            ("1 day", "1 day"),
            ("2 weeks", "14 days"),
            ("18 months", "18 months"),
            ("2 years", "2 years"),
            ("0 days", "0 days"),
        ] {
            assert_eq!(text.parse::<Span>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn refuses_other_texts() {
        for text in
            ["", "1", "day", "-1 days", "+1 days", "1.5 days", "1  day", "1 eon", "99999999 years"]
        {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
