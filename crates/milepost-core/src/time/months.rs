//! Where months begin, as tables made once by the calendar that is slower: the windows of most
//! limits, turns and tiers are some months long, and a decision asks for several.

use std::sync::OnceLock;

use chrono::NaiveDate;
use chrono_tz::TZ_VARIANTS;

use super::{DAY, Instant, MICROS_PER_SECOND, Zone};

/// The tables begin with this year.
const FIRST_YEAR: i32 = 1970;
/// To the end of 2105, the last whole year of the table of offsets.
const YEARS: usize = 136;
const MONTHS: usize = 12;
/// Microseconds of the mean year of the calendar.
const MEAN_YEAR: i64 = 31_556_952 * MICROS_PER_SECOND;

/// The years of a zone, each made when it is first asked for.
struct Years(OnceLock<Box<[OnceLock<Option<Year>>]>>);

/// Microseconds since 1970 at which the months of a year begin, and at last its end.
#[derive(Debug)]
struct Year([i64; MONTHS + 1]);

static LOCAL: Years = Years::new();
static ZONES: [Years; TZ_VARIANTS.len()] = [const { Years::new() }; TZ_VARIANTS.len()];

impl Year {
    /// `None` if a month has no beginning, or does not begin later than the one before.
    fn new(number: usize, begin: impl Fn(NaiveDate) -> Option<i64>) -> Option<Year> {
        let year = FIRST_YEAR.checked_add(i32::try_from(number).ok()?)?;
        let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
        let begins =
            (0..).map(|month| begin(first.checked_add_months(chrono::Months::new(month))?));
        let begins: Vec<i64> = begins.take(MONTHS + 1).collect::<Option<_>>()?;
        let begins: [i64; MONTHS + 1] = begins.try_into().ok()?;
        begins.is_sorted_by(|one, next| one < next).then_some(Year(begins))
    }

    /// The month that contains a time, from 0; `None` if it is in another year.
    fn month(&self, micros: i64) -> Option<usize> {
        let [first, .., end] = self.0;
        if !(first..end).contains(&micros) {
            return None;
        }
        // Months are a day or two off the mean.
        let mut month = usize::try_from((micros - first) / (MEAN_YEAR / 12)).ok()?.min(MONTHS - 1);
        while self.begin(month)? > micros {
            month -= 1;
        }
        while self.begin(month + 1)? <= micros {
            month += 1;
        }
        Some(month)
    }

    /// When a month begins, from 0; 12 is the end.
    fn begin(&self, month: usize) -> Option<i64> {
        self.0.get(month).copied()
    }
}

impl Years {
    const fn new() -> Years {
        Years(OnceLock::new())
    }

    fn year(&self, number: usize, begin: impl Fn(NaiveDate) -> Option<i64>) -> Option<&Year> {
        let empty = || (0..YEARS).map(|_| OnceLock::new()).collect();
        let year = self.0.get_or_init(empty).get(number)?;
        year.get_or_init(|| Year::new(number, begin)).as_ref()
    }

    /// The year that contains a time, from 0, and the month in it.
    fn at(
        &self,
        micros: i64,
        begin: impl Fn(NaiveDate) -> Option<i64> + Copy,
    ) -> Option<(usize, &Year, usize)> {
        let in_year = |number| {
            let year = self.year(number, begin)?;
            Some((number, year, year.month(micros)?))
        };
        // Years begin up to two days before the mean year does.
        let about = usize::try_from(micros.checked_add(2 * DAY)? / MEAN_YEAR).ok()?;
        in_year(about).or_else(|| in_year(about.checked_sub(1)?))
    }
}

fn local_begin(date: NaiveDate) -> Option<i64> {
    i64::from(date.to_epoch_days()).checked_mul(DAY)
}

/// When so many local months begin and end that contain an instant and divide the year as quarters
/// do; `None` where there is no table.
pub(super) fn around(zone: Zone, at: Instant, count: usize) -> Option<(Instant, Instant)> {
    let begin = |date| zone.midnight(date).map(Instant::micros);
    let (_, year, month) = ZONES.get(zone.0 as usize)?.at(at.micros(), begin)?;
    let first = month - month.checked_rem(count)?;
    let begin = |month| year.begin(month).and_then(Instant::from_micros);
    Some((begin(first)?, begin(first + count)?))
}

/// The month, 1 to 12, of a local time in microseconds since a local 1970; `None` where there is no
/// table.
pub(super) fn of_year(local: i64) -> Option<u8> {
    let (_, _, month) = LOCAL.at(local, local_begin)?;
    u8::try_from(month + 1).ok()
}

/// A local time so many months later, in microseconds since a local 1970; its day is clamped to the
/// month's last (R-TIME-3). `None` where there is no table.
pub(super) fn later(local: i64, months: u32) -> Option<i64> {
    let (number, year, month) = LOCAL.at(local, local_begin)?;
    let later = month.checked_add(usize::try_from(months).ok()?)?;
    let other = LOCAL.year(number.checked_add(later / MONTHS)?, local_begin)?;
    let (from, until) = (other.begin(later % MONTHS)?, other.begin(later % MONTHS + 1)?);
    let time_of_day = local.rem_euclid(DAY);
    Some((from + (local - year.begin(month)?)).min(until - DAY + time_of_day))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Datelike, Months as Count};
    use proptest::prelude::*;

    use super::*;

    /// What the calendar says of the months around an instant.
    fn asked(zone: Zone, at: Instant, count: u32) -> Option<(Instant, Instant)> {
        let date = zone.date(at);
        let month = date.month0() / count * count + 1;
        let first = NaiveDate::from_ymd_opt(date.year(), month, 1)?;
        Some((zone.midnight(first)?, zone.midnight(first.checked_add_months(Count::new(count))?)?))
    }

    #[test]
    fn every_zone_has_a_table_that_says_what_the_calendar_says() {
        for zone in TZ_VARIANTS.map(Zone) {
            for (year, month) in (0..YEARS).zip((1..=MONTHS).cycle()) {
                let begin = |date| zone.midnight(date).map(Instant::micros);
                let year = Year::new(year, begin).unwrap();
                let before = Instant::from_micros(year.0[month] - 1).unwrap();
                for count in [1, 3, 12] {
                    let said = around(zone, before, count);
                    assert_eq!(said, asked(zone, before, count.try_into().unwrap()), "{before}");
                }
            }
        }
    }

    #[test]
    fn beyond_the_table_nothing_is_known() {
        let times = ["1969-12-31T23:59:59Z", "2106-01-01T00:00:00Z", "0001-01-01T00:00:00Z"];
        for time in times {
            assert_eq!(around(Zone::UTC, time.parse().unwrap(), 1), None);
        }
        // The last year has an end.
        assert!(around(Zone::UTC, "2105-12-31T23:59:59Z".parse().unwrap(), 12).is_some());
        assert_eq!((later(-1, 1), later(i64::MAX, 1), later(0, u32::MAX)), (None, None, None));
    }

    proptest! {
        #[test]
        fn months_are_added_as_the_calendar_adds_them(
            local in 0..4_000_000_000_000_000_i64, count in 0..1_500_u32,
        ) {
            let time = DateTime::from_timestamp_micros(local).unwrap();
            let expected = time.checked_add_months(Count::new(count)).unwrap();
            if let Some(later) = later(local, count) {
                prop_assert_eq!(later, expected.timestamp_micros());
            }
            prop_assert_eq!(of_year(local), Some(u8::try_from(time.month()).unwrap()));
        }

        #[test]
        fn windows_are_those_of_the_calendar(
            zone in (0..TZ_VARIANTS.len()).prop_map(|at| Zone(TZ_VARIANTS[at])),
            at in 86_400_000_000..4_000_000_000_000_000_i64, count in prop::sample::select(vec![1_usize, 3, 12]),
        ) {
            let at = Instant::from_micros(at).unwrap();
            prop_assert_eq!(around(zone, at, count), asked(zone, at, count.try_into().unwrap()));
        }
    }
}
