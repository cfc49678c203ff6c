//! Where months begin, as tables made once by the calendar that is slower: the windows of most
//! limits, turns and tiers are some months long, and a decision asks for several.

use std::sync::OnceLock;

use chrono::NaiveDate;
use chrono_tz::TZ_VARIANTS;

use super::{Instant, MICROS_PER_SECOND, Zone};

/// The tables begin in January of this year, so that the number of a month tells its place in its
/// quarter and its year.
const FIRST_YEAR: i32 = 1970;
/// To the end of 2105; as far as the table of offsets reaches.
const MONTHS: usize = 136 * 12;
/// No month begins earlier than its number times this, and few much later.
const AVERAGE: i64 = 2_629_746 * 1_000_000;
/// Microseconds of a day.
const DAY: i64 = 24 * 3600 * MICROS_PER_SECOND;

/// Microseconds since 1970 at which months begin, and at last the end of the last month.
#[derive(Debug)]
struct Months(Box<[i64]>);

static LOCAL: OnceLock<Months> = OnceLock::new();
static ZONES: [OnceLock<Option<Months>>; TZ_VARIANTS.len()] =
    [const { OnceLock::new() }; TZ_VARIANTS.len()];

impl Months {
    /// `None` if a month has no beginning, or does not begin later than the one before.
    fn new(begin: impl Fn(NaiveDate) -> Option<i64>) -> Option<Months> {
        let first = NaiveDate::from_ymd_opt(FIRST_YEAR, 1, 1)?;
        let date = |month| first.checked_add_months(chrono::Months::new(month));
        let all = (0..).map(|month| begin(date(month)?)).take(MONTHS + 1);
        let all = all.collect::<Option<Box<[i64]>>>()?;
        all.is_sorted_by(|one, next| one < next).then_some(Months(all))
    }

    fn local() -> &'static Months {
        LOCAL.get_or_init(|| {
            let begin = |date: NaiveDate| Some(date.to_epoch_days().into()).map(|d: i64| d * DAY);
            Months::new(begin).unwrap_or_else(|| Months(Box::default()))
        })
    }

    fn of(zone: Zone) -> Option<&'static Months> {
        let begin = |date| zone.midnight(date).map(Instant::micros);
        ZONES.get(zone.0 as usize)?.get_or_init(|| Months::new(begin)).as_ref()
    }

    /// The number of the month that contains a time, and when it begins.
    fn at(&self, micros: i64) -> Option<(usize, i64)> {
        let mut number = usize::try_from(micros.checked_sub(*self.0.first()?)? / AVERAGE).ok()?;
        let mut begin = *self.0.get(number)?;
        while begin > micros {
            number = number.checked_sub(1)?;
            begin = *self.0.get(number)?;
        }
        // There is no month behind the last beginning.
        while *self.0.get(number + 1)? <= micros {
            number += 1;
            begin = *self.0.get(number)?;
        }
        Some((number, begin))
    }
}

/// When so many local months begin and end that contain an instant and follow one another as
/// quarters and years do; `None` where there is no table.
pub(super) fn around(zone: Zone, at: Instant, count: usize) -> Option<(Instant, Instant)> {
    let months = Months::of(zone)?;
    let (number, _) = months.at(at.micros())?;
    let first = number - number.checked_rem(count)?;
    let begin = |number: usize| months.0.get(number).copied().and_then(Instant::from_micros);
    Some((begin(first)?, begin(first + count)?))
}

/// The month, 1 to 12, of a local time in microseconds since a local 1970; `None` where there is no
/// table.
pub(super) fn of_year(local: i64) -> Option<u8> {
    let (number, _) = Months::local().at(local)?;
    u8::try_from(number % 12 + 1).ok()
}

/// A local time so many months later, in microseconds since a local 1970; its day is clamped to the
/// month's last (R-TIME-3). `None` where there is no table.
pub(super) fn later(local: i64, months: u32) -> Option<i64> {
    let table = Months::local();
    let (number, begin) = table.at(local)?;
    let later = number.checked_add(usize::try_from(months).ok()?)?;
    let (from, until) = (*table.0.get(later)?, *table.0.get(later.checked_add(1)?)?);
    let time_of_day = local.rem_euclid(DAY);
    Some((from + (local - begin)).min(until - DAY + time_of_day))
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
            let begins = &Months::of(zone).unwrap().0;
            assert_eq!(begins.len(), MONTHS + 1, "{}", zone.name());
            for begin in begins.iter().skip(1).step_by(7) {
                let before = Instant::from_micros(begin - 1).unwrap();
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
