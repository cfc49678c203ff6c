//! The activities of a member, packed one after another into one allocation, each followed by what
//! it earned. What stands here never changes: what is taken back later is noted beside it.

mod index;
mod records;

pub(super) use index::Index;
use records::{ACTIVITY, AWARDED, Cursor, Item, Pen};
pub(super) use records::{AwardRecord, Record};

use crate::event::ActivityNo;
use crate::money::Currency;
use crate::time::Instant;

/// So many bytes at the front say how many bytes are used, and so many more how many activities
/// there are.
const USED: usize = 4;
const HEAD: usize = USED + 4;
/// The references of so few are compared one by one.
const FEW: u32 = 8;

/// The activities of a member, numbered from 1 in the order of recording.
#[derive(Debug, Default)]
pub(super) struct Activities {
    /// Empty, or the head, the records, and zeros as room for more.
    room: Box<[u8]>,
}

/// Where the records end: a way back for who takes back what was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    len: usize,
    count: u32,
}

impl Clone for Activities {
    fn clone(&self) -> Activities {
        Activities { room: self.filled().into() }
    }
}

impl PartialEq for Activities {
    fn eq(&self, other: &Activities) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Activities {}

impl Activities {
    /// How many there are.
    pub(super) fn len(&self) -> u32 {
        let count = self.room.get(USED..).and_then(|room| room.first_chunk());
        count.map_or(0, |count| u32::from_le_bytes(*count))
    }

    /// How many bytes they take, with the head.
    fn used(&self) -> usize {
        self.room.first_chunk().map_or(0, |used| u32::from_le_bytes(*used) as usize)
    }

    fn set_head(&mut self, count: u32, used: usize) {
        let used = u32::try_from(used).unwrap_or(u32::MAX);
        if let Some(head) = self.room.first_chunk_mut::<HEAD>() {
            let (first, second) = head.split_at_mut(USED);
            first.copy_from_slice(&used.to_le_bytes());
            second.copy_from_slice(&count.to_le_bytes());
        }
    }

    /// The end of the records.
    pub(super) fn mark(&self) -> Mark {
        Mark { len: self.used(), count: self.len() }
    }

    /// Takes away what was added after a mark.
    pub(super) fn back_to(&mut self, mark: Mark) {
        if mark.count == 0 {
            self.room = Box::default();
        } else {
            self.set_head(mark.count, mark.len);
        }
    }

    /// Their number and the records as bytes: the canonical encoding of them.
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.room.get(USED..self.used()).unwrap_or_default()
    }

    fn filled(&self) -> &[u8] {
        self.room.get(..self.used()).unwrap_or_default()
    }

    fn records(&self) -> &[u8] {
        self.room.get(HEAD..self.used()).unwrap_or_default()
    }

    /// Takes records over; `None` if the bytes are none.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Activities> {
        if bytes.is_empty() {
            return Some(Activities::default());
        }
        let used = u32::try_from(bytes.len().checked_add(USED)?).ok()?;
        let room = [&used.to_le_bytes(), bytes].concat().into_boxed_slice();
        let activities = Activities { room };
        let mut from = Cursor { bytes: activities.room.get(HEAD..)? };
        let mut count = 0_u32;
        while !from.bytes.is_empty() {
            count = match from.item()? {
                Item::Activity(record) if record.is_sound() => count.checked_add(1)?,
                Item::Activity(_) => return None,
                // An award without its activity is none.
                Item::Award(_) => Some(count).filter(|count| *count > 0)?,
            };
        }
        (count > 0 && count == activities.len()).then_some(activities)
    }

    /// Adds an activity by its reference and its kind; what it earned follows. Says at which offset it
    /// stands.
    pub(super) fn push(
        &mut self,
        texts: (&str, &str),
        at: Instant,
        spend: Option<(i64, Currency)>,
    ) -> usize {
        let room = texts.0.len() + texts.1.len() + ACTIVITY;
        // Most activities earn something.
        let count = self.len().saturating_add(1);
        self.write(count, room + AWARDED, |pen| pen.activity(texts, spend, at))
    }

    /// Adds what a rule gave for the activity added last.
    pub(super) fn push_award(&mut self, given: AwardRecord) {
        self.write(self.len(), AWARDED, |pen| pen.award(given));
    }

    /// Says at which offset was written.
    fn write(&mut self, count: u32, room: usize, write: impl FnOnce(&mut Pen<'_>)) -> usize {
        let at = self.used().max(HEAD);
        if self.room.len() < at + room {
            self.grow(at, room);
        }
        let mut pen = Pen { room: &mut self.room, at };
        write(&mut pen);
        let end = pen.at;
        self.set_head(count, end);
        at
    }

    /// Grows by a half, not by the double, for the many members that have little.
    fn grow(&mut self, used: usize, more: usize) {
        let mut room = Vec::from(std::mem::take(&mut self.room));
        let size = used + more.max(used / 2);
        room.reserve_exact(size.saturating_sub(room.len()));
        room.resize(size, 0);
        self.room = room.into_boxed_slice();
    }

    /// From an offset on: activities with their offsets, each with the cursor behind it.
    fn walk(&self, from: usize) -> impl Iterator<Item = (usize, Record<'_>, Cursor<'_>)> {
        let bytes = self.filled();
        let all = bytes.len();
        let mut cursor = Cursor { bytes: bytes.get(from.max(HEAD)..).unwrap_or_default() };
        std::iter::from_fn(move || {
            cursor.pass_awards()?;
            let at = all - cursor.bytes.len();
            match cursor.item()? {
                Item::Activity(record) => Some((at, record, cursor)),
                Item::Award(_) => None,
            }
        })
    }

    /// The reference of the activity at an offset.
    fn reference_at(&self, at: usize) -> Option<&[u8]> {
        let (length, rest) = self.filled().get(at..)?.split_first()?;
        rest.get(..usize::from(*length).checked_add(1)?)
    }

    fn at<'a>(
        &'a self,
        number: ActivityNo,
        index: Option<&Index>,
    ) -> Option<(Record<'a>, Cursor<'a>)> {
        let before = number.0.checked_sub(1)? as usize;
        let found = match index {
            Some(index) => self.walk(*index.offsets.get(before)? as usize).next(),
            None => self.walk(HEAD).nth(before),
        };
        found.map(|(_, record, behind)| (record, behind))
    }

    /// An activity.
    pub(super) fn get(&self, number: ActivityNo, index: Option<&Index>) -> Option<Record<'_>> {
        self.at(number, index).map(|(record, _)| record)
    }

    /// What an activity earned, in the order of the rules.
    pub(super) fn awards(
        &self,
        number: ActivityNo,
        index: Option<&Index>,
    ) -> impl Iterator<Item = AwardRecord> {
        let mut behind = self.at(number, index).map(|(_, behind)| behind);
        std::iter::from_fn(move || match behind.as_mut()?.item()? {
            Item::Award(given) => Some(given),
            Item::Activity(_) => {
                behind = None;
                None
            }
        })
    }

    /// What all of them earned, in the order of recording.
    pub(super) fn all_awards(&self) -> impl Iterator<Item = AwardRecord> {
        let mut cursor = Cursor { bytes: self.records() };
        std::iter::from_fn(move || {
            loop {
                if let Item::Award(given) = cursor.item()? {
                    return Some(given);
                }
            }
        })
    }

    /// All of them, in the order of recording.
    pub(super) fn iter(&self) -> impl Iterator<Item = (ActivityNo, Record<'_>)> {
        (1..).map(ActivityNo).zip(self.walk(HEAD).map(|(_, record, _)| record))
    }

    /// Of which kind each is, and when it happened: the cheap way through all of them.
    pub(super) fn occurrences(&self) -> impl Iterator<Item = (ActivityNo, &[u8], Instant)> {
        let mut cursor = Cursor { bytes: self.records() };
        let mut numbers = (1..).map(ActivityNo);
        std::iter::from_fn(move || {
            let (_, kind, at) = cursor.pass_activity()?;
            Some((numbers.next()?, kind, at))
        })
    }

    /// The number of an activity.
    pub(super) fn find(&self, reference: &str, index: Option<&Index>) -> Option<ActivityNo> {
        if let Some(index) = index {
            return index.find(self, reference);
        }
        // Most references are new, and a look at many bytes is faster than reading them.
        if self.len() > FEW {
            memchr::memmem::find(self.records(), reference.as_bytes())?;
        }
        let mut cursor = Cursor { bytes: self.records() };
        let mut all = std::iter::from_fn(|| cursor.pass_activity());
        let before = all.position(|(known, ..)| known == reference.as_bytes())?;
        u32::try_from(before + 1).ok().map(ActivityNo)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::LotNo;
    use crate::ratio::Rounding;
    use crate::time::Instant;

    fn reference(number: u32) -> String {
        format!("R-{number}")
    }

    fn filled(count: u32) -> Activities {
        let mut all = Activities::default();
        for number in 1..=count {
            let kind = if number % 2 == 0 { "stay" } else { "flight" };
            let at = Instant::from_micros(number.into()).unwrap();
            let spend = (i64::MAX - i64::from(number), "EUR".parse().unwrap());
            let spend = Some(spend).filter(|_| number % 3 == 0);
            all.push((&reference(number), kind), at, spend);
            for award in 0..number % 3 {
                let lot = LotNo(number + award);
                all.push_award(AwardRecord { lot, amount: 300, rounding: Rounding::HalfUp });
            }
        }
        all
    }

    #[test]
    fn finds_what_was_pushed_and_not_what_was_taken_back() {
        let mut all = filled(50);
        let mark = all.mark();
        let mut index = Index::of(&all).unwrap();
        let at = all.push((&reference(51), "stay"), Instant::MAX, None);
        index.add(&all, at);
        assert_eq!(all.find("R-51", Some(&index)), Some(ActivityNo(51)));
        all.back_to(mark);
        assert_eq!(all, filled(50));
        let index = Index::of(&all).unwrap();
        for number in 0..=52 {
            let there = (1..=50).contains(&number).then_some(ActivityNo(number));
            assert_eq!(all.find(&format!("R-{number}"), Some(&index)), there);
            assert_eq!(all.find(&format!("R-{number}"), None), there);
            let number = ActivityNo(number);
            assert_eq!(all.get(number, Some(&index)), all.get(number, None));
            let awards = all.awards(number, Some(&index));
            assert!(awards.eq(all.awards(number, None)));
        }
        assert_eq!(
            all.awards(ActivityNo(5), None).map(|given| given.lot.0).collect::<Vec<_>>(),
            [5, 6]
        );
        assert_eq!(all.iter().count(), 50);
    }

    #[test]
    fn bytes_are_read_as_they_were_written_or_not_at_all() {
        let all = filled(20); // the last has two awards of four bytes
        assert_eq!(Activities::from_bytes(all.as_bytes()), Some(all.clone()));
        assert_eq!(Activities::from_bytes(&[]), Some(Activities::default()));
        // The last award alone can be left out without anybody knowing.
        let activity = all.as_bytes().len() - 4 * 2;
        for end in 1..activity {
            assert_eq!(Activities::from_bytes(&all.as_bytes()[..end]), None, "{end}");
        }
        for end in activity + 1..activity + 4 {
            assert_eq!(Activities::from_bytes(&all.as_bytes()[..end]), None, "{end}");
        }
    }
}
