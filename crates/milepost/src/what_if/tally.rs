//! What the events of a history move, in all and by month.

use std::collections::BTreeMap;

use chrono::Datelike;
use milepost_core::event::Event;
use milepost_core::time::{Instant, Period, Zone};
use milepost_core::views::Totals;

/// A local year and month.
pub(super) type Month = (i32, u32);

/// The totals of a history.
#[derive(Debug)]
pub(super) struct Tally {
    zone: Zone,
    pub(super) totals: Totals,
    pub(super) months: BTreeMap<Month, Totals>,
    /// The month of the last event, and from when until when it is: the next is mostly of the same.
    last: Option<(Month, Instant, Instant)>,
}

impl Tally {
    pub(super) fn new(zone: Zone) -> Tally {
        Tally { zone, totals: Totals::default(), months: BTreeMap::new(), last: None }
    }

    /// Takes in the events of an entry, each by when it took effect.
    pub(super) fn apply(&mut self, events: &[Event]) {
        self.totals.apply(events);
        for event in events {
            let month = self.month(event.effective_at);
            self.months.entry(month).or_default().apply(std::slice::from_ref(event));
        }
    }

    fn month(&mut self, at: Instant) -> Month {
        if let Some((month, from, until)) = self.last
            && from <= at
            && at < until
        {
            return month;
        }
        let first = self.zone.start_of(at, Period::Month);
        let month = (first.year(), first.month());
        let from = self.zone.midnight(first);
        self.last = from.zip(self.zone.end_of(at, Period::Month)).map(|(a, b)| (month, a, b));
        month
    }
}
