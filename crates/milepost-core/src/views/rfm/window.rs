//! A rolling window that ends at a time.

use chrono::{Days, Months, NaiveDateTime};

use crate::time::{Instant, Span, Zone};

/// What is in it counts in `[occurred_at, occurred_at + length)` (R-TIME-4).
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    zone: Zone,
    length: Span,
    end: Instant,
    /// What is later than this, and not later than the end, is in it for certain.
    surely_in: Instant,
    /// What is not later than this is not in it.
    surely_out: Instant,
}

/// Months are clamped to their ends, and clocks are put back: by less than this a calendar length
/// reckoned back can differ from one reckoned on.
const DOUBT: i64 = 5 * 24 * 3600 * 1_000_000;

impl Window {
    pub(super) fn new(zone: Zone, length: Span, end: Instant) -> Window {
        let about = match before(zone.local(end), length) {
            Some(Back::Local(local)) => zone.instant(local).map(Instant::micros),
            Some(Back::Micros(micros)) => end.micros().checked_sub(micros),
            None => None,
        };
        let near = |doubt: i64| about.and_then(|about| Instant::from_micros(about + doubt));
        let surely_in = near(DOUBT).unwrap_or(Instant::MIN).min(end);
        Window { zone, length, end, surely_in, surely_out: near(-DOUBT).unwrap_or(Instant::MIN) }
    }

    /// Whether what happened then counts at the end of the window.
    pub(super) fn contains(&self, at: Instant) -> bool {
        if at > self.end || at < self.surely_out {
            return false;
        }
        at > self.surely_in || self.zone.add(at, self.length).is_none_or(|until| self.end < until)
    }
}

enum Back {
    Local(NaiveDateTime),
    Micros(i64),
}

fn before(local: NaiveDateTime, length: Span) -> Option<Back> {
    match length {
        Span::Micros(micros) => Some(Back::Micros(micros)),
        Span::Days(days) => local.checked_sub_days(Days::new(u64::from(days))).map(Back::Local),
        Span::Months(months) => local.checked_sub_months(Months::new(months)).map(Back::Local),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn r_time_4_counts_from_its_instant_until_the_length_has_passed() {
        let zone: Zone = "Europe/Lisbon".parse().unwrap();
        let cases = [
            ("1 month", "2024-02-29T10:00:00Z", "2024-01-31T10:00:00Z", false),
            ("1 month", "2024-02-29T10:00:00Z", "2024-01-31T10:00:00.000001Z", true),
            ("1 month", "2024-02-29T10:00:00Z", "2024-01-29T10:00:00Z", false),
            ("1 month", "2024-02-29T10:00:00Z", "2024-02-29T10:00:00Z", true),
            ("1 month", "2024-02-29T10:00:00Z", "2024-02-29T10:00:00.000001Z", false),
            ("24 hours", "2024-02-29T10:00:00Z", "2024-02-28T10:00:00Z", false),
            ("24 hours", "2024-02-29T10:00:00Z", "2024-02-28T10:00:01Z", true),
            ("1 day", "2024-04-01T00:30:00Z", "2024-03-31T01:30:00Z", true),
            ("9999 years", "2024-02-29T10:00:00Z", "0001-01-01T00:00:00Z", true),
        ];
        for (length, end, activity, expected) in cases {
            let window = Window::new(zone, length.parse().unwrap(), at(end));
            assert_eq!(window.contains(at(activity)), expected, "{length} {end} {activity}");
        }
    }

    #[test]
    fn the_quick_way_and_the_slow_way_are_the_same() {
        for zone in ["UTC", "Europe/Lisbon", "Australia/Lord_Howe"] {
            let zone: Zone = zone.parse().unwrap();
            for length in ["1 month", "11 months", "30 days", "2 years"] {
                let length: Span = length.parse().unwrap();
                let end = at("2024-03-31T01:30:00Z");
                let window = Window::new(zone, length, end);
                for hour in 0..30_000 {
                    let activity = Instant::from_micros(end.micros() - hour * 3_600_000_000);
                    let activity = activity.unwrap();
                    let exact = end < zone.add(activity, length).unwrap();
                    assert_eq!(window.contains(activity), exact, "{length} {activity}");
                }
            }
        }
    }
}
