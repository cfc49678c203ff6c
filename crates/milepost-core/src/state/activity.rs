//! What is remembered of a member's activities, and what became of what they earned.

use super::activities::{AwardRecord, Index, Record};
use super::member::Member;
use crate::event::{ActivityNo, LotNo, ReversedShare};
use crate::money::Currency;
use crate::names::Reference;
use crate::ratio::{Ratio, Rounding};
use crate::time::Instant;

/// An activity, as far as later commands need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity<'a> {
    /// What the host calls it.
    pub reference: &'a str,
    /// What it was, such as `stay`.
    pub kind: &'a str,
    /// When it happened.
    pub occurred_at: Instant,
    /// What was paid: minor units of a currency.
    pub spend: Option<(i64, Currency)>,
    /// Programme currency per 1 of the activity's, if it brought its own rate.
    pub rate: Option<Ratio>,
    /// How much of it has been reversed.
    pub reversed: Option<ReversedShare>,
}

/// What became of an award, if anything did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) lot: LotNo,
    /// See [`Award::taken`].
    pub(super) taken: i64,
    /// See [`Award::expired`].
    pub(super) expired: i64,
}

/// The index of many activities: it is made of them, so it says nothing of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct ActivityIndex(pub(super) Option<Box<Index>>);

impl PartialEq for ActivityIndex {
    fn eq(&self, _: &ActivityIndex) -> bool {
        true
    }
}

impl Eq for ActivityIndex {}

/// What one rule gave for one activity, and what was taken back of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Award {
    /// Its lot.
    pub lot: LotNo,
    /// What was given, after cuts.
    pub amount: i64,
    /// What was taken back, set-offs and shortfalls included.
    pub taken: i64,
    /// What of its lot expired and was not set off.
    pub expired: i64,
    /// How its parts are rounded (R-NUM-4).
    pub rounding: Rounding,
}

impl Member {
    fn activity_index(&self) -> Option<&Index> {
        self.more.as_ref()?.activity_index.0.as_deref()
    }

    /// The number of an activity.
    pub fn find_activity(&self, reference: &Reference) -> Option<ActivityNo> {
        self.activities.find(reference.as_str(), self.activity_index())
    }

    /// An activity.
    pub fn activity(&self, number: ActivityNo) -> Option<Activity<'_>> {
        let record = self.activities.get(number, self.activity_index())?;
        Some(self.activity_of(number, record))
    }

    /// All activities, in the order of recording.
    pub fn activities(&self) -> impl Iterator<Item = (ActivityNo, Activity<'_>)> {
        self.activities.iter().map(|(number, record)| (number, self.activity_of(number, record)))
    }

    fn activity_of<'a>(&self, number: ActivityNo, record: Record<'a>) -> Activity<'a> {
        let more = self.more.as_deref();
        Activity {
            reference: record.reference(),
            kind: record.kind(),
            occurred_at: record.occurred_at,
            spend: record.spend(),
            rate: more.and_then(|more| of_number(&more.rates, number)),
            reversed: more.and_then(|more| of_number(&more.reversed, number)),
        }
    }

    /// The number of the next activity.
    pub fn next_activity(&self) -> ActivityNo {
        ActivityNo(self.activities.len().saturating_add(1))
    }

    /// What an activity gave, in the order of the rules.
    pub fn awards(&self, number: ActivityNo) -> impl Iterator<Item = Award> {
        let given = self.activities.awards(number, self.activity_index());
        given.map(|AwardRecord { lot, amount, rounding }| {
            let fate = self.fate(lot);
            let (taken, expired) = fate.map_or((0, 0), |fate| (fate.taken, fate.expired));
            Award { lot, amount, taken, expired, rounding }
        })
    }

    /// What was taken back of the award that made a lot.
    pub(super) fn taken_of(&self, lot: LotNo) -> i64 {
        self.fate(lot).map_or(0, |fate| fate.taken)
    }

    /// How much of an activity was taken back; `None`: nothing.
    pub(super) fn reversed(&self, number: ActivityNo) -> Option<ReversedShare> {
        of_number(&self.more.as_deref()?.reversed, number)
    }

    /// Whether there are so many activities that they are found by an index.
    pub(super) fn has_activity_index(&self) -> bool {
        self.activity_index().is_some()
    }

    fn fate(&self, lot: LotNo) -> Option<&Fate> {
        let fates = &self.more.as_ref()?.fates;
        fates.get(fates.binary_search_by_key(&lot, |fate| fate.lot).ok()?)
    }

    /// What of a lot expired and was not set off, if that is remembered.
    pub(crate) fn expired_of(&self, lot: LotNo) -> i64 {
        self.fate(lot).map_or(0, |fate| fate.expired)
    }

    /// Brings the index of many activities up to the one that was added at an offset.
    pub(super) fn index_activity(&mut self, at: usize) {
        let known = self.more.as_mut().and_then(|more| more.activity_index.0.as_deref_mut());
        match known {
            Some(index) => index.add(&self.activities, at),
            None => self.index_activities_again(),
        }
    }

    /// Makes the index anew, after activities were taken away or moved here.
    pub(super) fn index_activities_again(&mut self) {
        let index = Index::of(&self.activities);
        if index.is_some() || self.has_activity_index() {
            self.more_mut().activity_index.0 = index;
        }
    }
}

pub(super) fn of_number<T: Copy>(list: &[(ActivityNo, T)], number: ActivityNo) -> Option<T> {
    let found = list.binary_search_by_key(&number, |(known, _)| *known).ok()?;
    list.get(found).map(|(_, item)| *item)
}
