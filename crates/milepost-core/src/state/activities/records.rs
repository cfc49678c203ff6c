//! The bytes of activities and of what they earned.

use crate::event::LotNo;
use crate::money::Currency;
use crate::ratio::Rounding;
use crate::time::Instant;

/// The first byte of an award: this bit, and the number of its rounding. An activity begins with the
/// length of its reference, which is below it.
const AWARD: u8 = 0x80;
/// The byte behind the kind of an activity.
const NO_SPEND: u8 = 0;
const SPEND: u8 = 1;
/// No number takes more bytes.
const NUMBER: usize = 10;
/// The bit that the last byte of a number does not have, in eight bytes.
const ENDS: u64 = 0x8080_8080_8080_8080;
/// An activity takes at most so many bytes beside its texts.
pub(super) const ACTIVITY: usize = 2 + 1 + 3 + NUMBER + 8;
/// An award takes at most so many bytes.
pub(super) const AWARDED: usize = 1 + 5 + NUMBER;

/// An activity as it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::state) struct Record<'a> {
    reference: &'a [u8],
    kind: &'a [u8],
    /// Minor units, and the code of their currency.
    spend: Option<(i64, &'a [u8])>,
    pub(in crate::state) occurred_at: Instant,
}

impl<'a> Record<'a> {
    pub(in crate::state) fn reference(&self) -> &'a str {
        str::from_utf8(self.reference).unwrap_or("?")
    }

    pub(in crate::state) fn kind(&self) -> &'a str {
        str::from_utf8(self.kind).unwrap_or("?")
    }

    /// Whether it is of one of these kinds.
    pub(in crate::state) fn is_of(&self, kinds: &[Box<str>]) -> bool {
        kinds.iter().any(|kind| kind.as_bytes() == self.kind)
    }

    /// What was paid in a currency that is known already: the cheap way to read most money.
    pub(in crate::state) fn spend_in(&self, currency: Currency) -> Option<i64> {
        let (minor, code) = self.spend?;
        (code == currency.as_str().as_bytes()).then_some(minor)
    }

    pub(in crate::state) fn spend(&self) -> Option<(i64, Currency)> {
        let (minor, code) = self.spend?;
        str::from_utf8(code).ok()?.parse().ok().map(|currency| (minor, currency))
    }

    /// Whether the bytes say what they should.
    pub(super) fn is_sound(&self) -> bool {
        str::from_utf8(self.reference).is_ok()
            && str::from_utf8(self.kind).is_ok()
            && self.spend.is_some() == self.spend().is_some()
    }
}

/// What one rule gave for an activity, as it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::state) struct AwardRecord {
    pub(in crate::state) lot: LotNo,
    pub(in crate::state) amount: i64,
    pub(in crate::state) rounding: Rounding,
}

/// One step through the bytes.
pub(super) enum Item<'a> {
    Activity(Record<'a>),
    Award(AwardRecord),
}

/// Reads bytes from the front.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub(super) bytes: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) fn item(&mut self) -> Option<Item<'a>> {
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

    /// Moves to the next activity: past what the one before it earned.
    pub(super) fn pass_awards(&mut self) -> Option<()> {
        while self.bytes.first()? & AWARD != 0 {
            self.byte()?;
            self.pass_numbers(2)?;
        }
        Some(())
    }

    /// Moves behind the next activity, and says its reference, its kind, and when it happened;
    /// awards before it are passed over.
    pub(super) fn pass_activity(&mut self) -> Option<(&'a [u8], &'a [u8], Instant)> {
        self.pass_awards()?;
        let length = self.byte()?;
        let reference = self.text(length)?;
        let length = self.byte()?;
        let kind = self.text(length)?;
        if self.byte()? == SPEND {
            self.take(3)?;
            self.pass_numbers(1)?;
        }
        let occurred_at = Instant::from_micros(i64::from_le_bytes(*self.take(8)?.first_chunk()?))?;
        Some((reference, kind, occurred_at))
    }

    /// Of eight bytes at once those that end a number, and one by one near the end of all.
    fn pass_numbers(&mut self, count: u32) -> Option<()> {
        let eight = self.bytes.first_chunk().map_or(0, |bytes| !u64::from_le_bytes(*bytes));
        let ends = (1..count).fold(eight & ENDS, |ends, _| ends & ends.wrapping_sub(1));
        if ends != 0 {
            let length = ends.trailing_zeros() / u8::BITS + 1;
            return self.take(length as usize).map(|_| ());
        }
        for _ in 0..count {
            while self.byte()? & 0x80 != 0 {}
        }
        Some(())
    }
}

/// Writes bytes where there is room for them.
pub(super) struct Pen<'a> {
    pub(super) room: &'a mut [u8],
    pub(super) at: usize,
}

impl Pen<'_> {
    pub(super) fn activity(
        &mut self,
        (reference, kind): (&str, &str),
        spend: Option<(i64, Currency)>,
        occurred_at: Instant,
    ) {
        self.text(reference);
        self.text(kind);
        match spend {
            None => self.put(&[NO_SPEND]),
            Some((minor, currency)) => {
                self.put(&[SPEND]);
                self.put(currency.as_str().as_bytes());
                // Money is never below zero here.
                self.number(minor.unsigned_abs());
            }
        }
        self.put(&occurred_at.micros().to_le_bytes());
    }

    pub(super) fn award(&mut self, given: AwardRecord) {
        self.put(&[AWARD | rounding_number(given.rounding)]);
        self.number(u64::from(given.lot.0));
        self.number(given.amount.unsigned_abs());
    }

    fn put(&mut self, bytes: &[u8]) {
        let end = self.at + bytes.len();
        if let Some(place) = self.room.get_mut(self.at..end) {
            place.copy_from_slice(bytes);
            self.at = end;
        }
    }

    fn text(&mut self, text: &str) {
        // References and names have 1 to 128 bytes.
        self.put(&[u8::try_from(text.len().saturating_sub(1)).unwrap_or(0x7F) & 0x7F]);
        self.put(text.as_bytes());
    }

    fn number(&mut self, mut number: u64) {
        while number > 0x7F {
            self.put(&[low_bits(number) | 0x80]);
            number >>= 7;
        }
        self.put(&[low_bits(number)]);
    }
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
