//! The activities of a member, packed one after another into one allocation, each followed by what
//! it earned. What stands here never changes: what is taken back later is noted beside it.

use std::hash::BuildHasher;

use foldhash::quality::FixedState;
use hashbrown::HashTable;
use thin_vec::ThinVec;

use crate::event::{ActivityNo, LotNo, Occurrence};
use crate::money::Currency;
use crate::names::Reference;
use crate::ratio::Rounding;
use crate::time::Instant;

/// Up to so many activities are found by looking through them; more get an index.
const INDEXED_FROM: u32 = 32;
/// So many bytes at the front say how many activities there are.
const HEAD: usize = 4;
/// The first byte of an award: this bit, and the number of its rounding. An activity begins with the
/// length of its reference, which is below it.
const AWARD: u8 = 0x80;
/// The byte behind the kind of an activity.
const NO_SPEND: u8 = 0;
const SPEND: u8 = 1;

/// An activity as it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record<'a> {
    reference: &'a [u8],
    kind: &'a [u8],
    /// Minor units, and the code of their currency.
    spend: Option<(i64, &'a [u8])>,
    pub(super) occurred_at: Instant,
}

impl<'a> Record<'a> {
    pub(super) fn reference(&self) -> &'a str {
        str::from_utf8(self.reference).unwrap_or("?")
    }

    pub(super) fn kind(&self) -> &'a str {
        str::from_utf8(self.kind).unwrap_or("?")
    }

    /// Whether it is of one of these kinds.
    pub(super) fn is_of(&self, kinds: &[Box<str>]) -> bool {
        kinds.iter().any(|kind| kind.as_bytes() == self.kind)
    }

    /// What was paid in a currency that is known already: the cheap way to read most money.
    pub(super) fn spend_in(&self, currency: Currency) -> Option<i64> {
        let (minor, code) = self.spend?;
        (code == currency.as_str().as_bytes()).then_some(minor)
    }

    pub(super) fn spend(&self) -> Option<(i64, Currency)> {
        let (minor, code) = self.spend?;
        str::from_utf8(code).ok()?.parse().ok().map(|currency| (minor, currency))
    }

    /// Whether the bytes say what they should.
    fn is_sound(&self) -> bool {
        str::from_utf8(self.reference).is_ok()
            && str::from_utf8(self.kind).is_ok()
            && self.spend.is_some() == self.spend().is_some()
    }
}

/// What one rule gave for an activity, as it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AwardRecord {
    pub(super) lot: LotNo,
    pub(super) amount: i64,
    pub(super) rounding: Rounding,
}

/// The activities of a member, numbered from 1 in the order of recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Activities {
    bytes: ThinVec<u8>,
}

/// Where the records end: a way back for who takes back what was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    len: usize,
    count: u32,
}

/// One step through the bytes.
enum Item<'a> {
    Activity(Record<'a>),
    Award(AwardRecord),
}

impl Activities {
    /// How many there are.
    pub(super) fn len(&self) -> u32 {
        self.bytes.first_chunk().map_or(0, |head| u32::from_le_bytes(*head))
    }

    fn set_len(&mut self, count: u32) {
        match self.bytes.first_chunk_mut() {
            Some(head) => *head = count.to_le_bytes(),
            None => self.bytes.extend_from_slice(&count.to_le_bytes()),
        }
    }

    /// The end of the records.
    pub(super) fn mark(&self) -> Mark {
        Mark { len: self.bytes.len(), count: self.len() }
    }

    /// Takes away what was added after a mark.
    pub(super) fn back_to(&mut self, mark: Mark) {
        self.bytes.truncate(mark.len);
        if mark.len >= HEAD {
            self.set_len(mark.count);
        }
    }

    /// The records as bytes: the canonical encoding of them.
    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes records over; `None` if the bytes are none.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Activities> {
        let mut room = ThinVec::with_capacity(bytes.len());
        room.extend_from_slice(bytes);
        let activities = Activities { bytes: room };
        if bytes.is_empty() {
            return Some(activities);
        }
        let mut from = Cursor { bytes: bytes.get(HEAD..)? };
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

    /// Adds an activity; what it earned follows.
    pub(super) fn push(
        &mut self,
        reference: &Reference,
        occurrence: &Occurrence,
        spend: Option<(i64, Currency)>,
    ) {
        let texts = reference.as_str().len() + occurrence.kind.as_str().len();
        self.reserve(texts + 40);
        self.set_len(self.len().saturating_add(1));
        push_text(&mut self.bytes, reference.as_str());
        push_text(&mut self.bytes, occurrence.kind.as_str());
        match spend {
            None => self.bytes.push(NO_SPEND),
            Some((minor, currency)) => {
                self.bytes.push(SPEND);
                self.bytes.extend_from_slice(currency.as_str().as_bytes());
                // Money is never below zero here.
                push_number(&mut self.bytes, minor.unsigned_abs());
            }
        }
        self.bytes.extend_from_slice(&occurrence.at.micros().to_le_bytes());
    }

    /// Adds what a rule gave for the activity added last.
    pub(super) fn push_award(&mut self, given: AwardRecord) {
        self.reserve(16);
        self.bytes.push(AWARD | rounding_number(given.rounding));
        push_number(&mut self.bytes, u64::from(given.lot.0));
        push_number(&mut self.bytes, given.amount.unsigned_abs());
    }

    /// Grows by a third, not by the double, for the many members that have little.
    fn reserve(&mut self, more: usize) {
        let spare = self.bytes.capacity() - self.bytes.len();
        if spare < more {
            self.bytes.reserve_exact(more.max(self.bytes.len() / 2));
        }
    }

    /// From an offset on: activities with their offsets, each with the cursor behind it.
    fn walk(&self, from: usize) -> impl Iterator<Item = (usize, Record<'_>, Cursor<'_>)> {
        let all = self.bytes.len();
        let mut cursor = Cursor { bytes: self.bytes.get(from.max(HEAD)..).unwrap_or_default() };
        std::iter::from_fn(move || {
            loop {
                let at = all - cursor.bytes.len();
                match cursor.item()? {
                    Item::Activity(record) => return Some((at, record, cursor)),
                    Item::Award(_) => {}
                }
            }
        })
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
        let mut cursor = Cursor { bytes: self.bytes.get(HEAD..).unwrap_or_default() };
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

    /// The number of an activity.
    pub(super) fn find(&self, reference: &str, index: Option<&Index>) -> Option<ActivityNo> {
        if let Some(index) = index {
            return index.find(self, reference);
        }
        let found = self.iter().find(|(_, record)| record.reference == reference.as_bytes());
        found.map(|(number, _)| number)
    }
}

/// Where each of many activities stands, and which reference is whose. It is made of them, and says
/// nothing that they do not say.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    offsets: Vec<u32>,
    table: HashTable<u32>,
}

// The table is only ever asked for one reference, so its order decides nothing. References come
// from outside: foldhash with a fixed seed can be attacked only by who may record for the member,
// and then costs that member's time alone.
fn hash(reference: &[u8]) -> u64 {
    FixedState::default().hash_one(reference)
}

impl Index {
    /// Whether there are so many that an index pays.
    pub(super) fn is_wanted(activities: &Activities) -> bool {
        activities.len() >= INDEXED_FROM
    }

    /// The index that these activities should have.
    pub(super) fn of(activities: &Activities) -> Option<Box<Index>> {
        if !Index::is_wanted(activities) {
            return None;
        }
        let mut index = Box::<Index>::default();
        index.follow(activities);
        Some(index)
    }

    /// Takes in what was added.
    pub(super) fn follow(&mut self, activities: &Activities) {
        let known = self.offsets.len();
        let last = self.offsets.last().map_or(HEAD, |last| *last as usize);
        let added = activities.walk(last).skip(usize::from(known > 0));
        let added: Vec<(u32, u64)> = added
            .filter_map(|(at, record, _)| Some((u32::try_from(at).ok()?, hash(record.reference))))
            .collect();
        for (at, hash_of_it) in added {
            let number = u32::try_from(self.offsets.len() + 1).unwrap_or(u32::MAX);
            self.offsets.push(at);
            let offsets = &self.offsets;
            let rehash = |number: &u32| {
                let at = offsets.get((*number as usize).wrapping_sub(1)).copied().unwrap_or(0);
                let record = activities.walk(at as usize).next();
                record.map_or(0, |(_, record, _)| hash(record.reference))
            };
            self.table.insert_unique(hash_of_it, number, rehash);
        }
    }

    fn find(&self, activities: &Activities, reference: &str) -> Option<ActivityNo> {
        let same = |number: &u32| {
            let found = activities.get(ActivityNo(*number), Some(self));
            found.is_some_and(|record| record.reference == reference.as_bytes())
        };
        self.table.find(hash(reference.as_bytes()), same).map(|number| ActivityNo(*number))
    }
}

#[derive(Clone, Copy)]
struct Cursor<'a> {
    bytes: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn item(&mut self) -> Option<Item<'a>> {
        let first = self.byte()?;
        if first & AWARD != 0 {
            let rounding = rounding(first & !AWARD)?;
            let lot = LotNo(u32::try_from(self.number()?).ok()?);
            let amount = i64::try_from(self.number()?).ok()?;
            return Some(Item::Award(AwardRecord { lot, amount, rounding }));
        }
        let reference = self.text(first)?;
        let length = self.byte()?;
        let kind = self.text(length)?;
        let spend = match self.byte()? {
            NO_SPEND => None,
            SPEND => {
                let code = self.take(3)?;
                Some((i64::try_from(self.number()?).ok()?, code))
            }
            _ => return None,
        };
        let occurred_at = Instant::from_micros(i64::from_le_bytes(*self.take(8)?.first_chunk()?))?;
        Some(Item::Activity(Record { reference, kind, spend, occurred_at }))
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// A text of 1 to 128 bytes behind its length less 1.
    fn text(&mut self, length: u8) -> Option<&'a [u8]> {
        self.take(usize::from(length).checked_add(1)?)
    }

    /// Seven bits a byte, the lowest first.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }
}

fn push_text(bytes: &mut ThinVec<u8>, text: &str) {
    // References and names have 1 to 128 bytes.
    bytes.push(u8::try_from(text.len().saturating_sub(1)).unwrap_or(0x7F) & 0x7F);
    bytes.extend_from_slice(text.as_bytes());
}

fn push_number(bytes: &mut ThinVec<u8>, mut number: u64) {
    while number > 0x7F {
        bytes.push(low_bits(number) | 0x80);
        number >>= 7;
    }
    bytes.push(low_bits(number));
}

fn low_bits(number: u64) -> u8 {
    u8::try_from(number & 0x7F).unwrap_or(0)
}

const fn rounding_number(rounding: Rounding) -> u8 {
    match rounding {
        Rounding::Down => 0,
        Rounding::Up => 1,
        Rounding::HalfUp => 2,
        Rounding::HalfEven => 3,
    }
}

const fn rounding(number: u8) -> Option<Rounding> {
    match number {
        0 => Some(Rounding::Down),
        1 => Some(Rounding::Up),
        2 => Some(Rounding::HalfUp),
        3 => Some(Rounding::HalfEven),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(number: u32) -> Reference {
        Reference::new(format!("R-{number}")).unwrap()
    }

    fn filled(count: u32) -> Activities {
        let mut all = Activities::default();
        for number in 1..=count {
            let kind = if number % 2 == 0 { "stay" } else { "flight" }.parse().unwrap();
            let occurrence = Occurrence { kind, at: Instant::from_micros(number.into()).unwrap() };
            let spend = (i64::MAX - i64::from(number), "EUR".parse().unwrap());
            all.push(&reference(number), &occurrence, Some(spend).filter(|_| number % 3 == 0));
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
        all.push(
            &reference(51),
            &Occurrence { kind: "stay".parse().unwrap(), at: Instant::MAX },
            None,
        );
        index.follow(&all);
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
