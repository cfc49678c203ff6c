//! The codec's ground: integers through bincode, short numbers, texts, lists.
//!
//! Every value is written by [`Put`] and read by [`Take`]. They are this module's own traits and not
//! bincode's, so that the format is no part of anybody else's interface, and so that a later schema
//! can read the same types differently.

use bincode::config::{Configuration, Fixint, LittleEndian};
use bincode::de::read::{BorrowReader, Reader, SliceReader};
use bincode::de::{BorrowDecoder, Decoder, DecoderImpl};
use bincode::enc::write::Writer;
use bincode::enc::{Encoder, EncoderImpl};
use bincode::error::EncodeError;
use bincode::{BorrowDecode, Encode, config};
use smallvec::{Array, SmallVec};

use super::{Schema, WireError};

// No limit: what is read ends where its bytes end, and lists are judged by what is left of them.
type Config = Configuration<LittleEndian, Fixint>;
const CONFIG: Config = config::legacy();

/// Where values are written.
pub(super) type Enc<'o> = EncoderImpl<Tail<'o>, Config>;
/// From where values are read.
pub(super) type Dec<'a> = DecoderImpl<SliceReader<'a>, Config, Schema>;

/// The end of a growing buffer, which grows no further than to a limit.
pub(super) struct Tail<'o> {
    out: &'o mut Vec<u8>,
    limit: usize,
    schema: Schema,
}

impl Tail<'_> {
    /// Writes over one byte; does nothing if there is none at this place.
    fn patch(&mut self, at: usize, byte: u8) {
        if let Some(place) = self.out.get_mut(at) {
            *place = byte;
        }
    }
}

impl Writer for Tail<'_> {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        if bytes.len() > self.limit.saturating_sub(self.out.len()) {
            return Err(EncodeError::UnexpectedEnd);
        }
        self.out.extend_from_slice(bytes);
        Ok(())
    }
}

/// Appends to `out`, until it has `limit` bytes.
pub(super) fn writer(out: &mut Vec<u8>, limit: usize, schema: Schema) -> Enc<'_> {
    EncoderImpl::new(Tail { out, limit, schema }, CONFIG)
}

pub(super) fn reader(bytes: &[u8], schema: Schema) -> Dec<'_> {
    DecoderImpl::new(SliceReader::new(bytes), CONFIG, schema)
}

/// The schema in which is written.
pub(super) fn schema_to(out: &mut Enc<'_>) -> Schema {
    out.writer().schema
}

/// The schema of what is read.
#[inline]
pub(super) fn schema_from(from: &mut Dec<'_>) -> Schema {
    *from.context()
}

/// A value that can be written.
pub(super) trait Put {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError>;
}

/// A value that can be read.
pub(super) trait Take<'a>: Sized {
    /// The fewest bytes that a value takes, so that a list's length can be judged before anything is
    /// allocated for it.
    const MIN: usize = 1;

    fn take(from: &mut Dec<'a>) -> Result<Self, WireError>;
}

macro_rules! integers {
    ($($int:ty),*) => {$(
        impl Put for $int {
            #[inline]
            fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
                Ok(self.encode(out)?)
            }
        }

        impl Take<'_> for $int {
            const MIN: usize = size_of::<$int>();

            #[inline]
            fn take(from: &mut Dec<'_>) -> Result<$int, WireError> {
                Ok(<$int>::borrow_decode(from)?)
            }
        }
    )*};
}

integers!(u8, u16, u32, i8, i16, i32, i128);

/// An integer of eight bytes, as every schema has it.
pub(super) struct Whole(pub(super) i64);

impl Put for Whole {
    #[inline]
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        Ok(self.0.encode(out)?)
    }
}

impl Take<'_> for Whole {
    const MIN: usize = 8;

    #[inline]
    fn take(from: &mut Dec<'_>) -> Result<Whole, WireError> {
        Ok(Whole(i64::borrow_decode(from)?))
    }
}

const OF_TWO_BYTES: u8 = 251;
const OF_FOUR_BYTES: u8 = 252;
const OF_EIGHT_BYTES: u8 = 253;

/// An amount. From schema 2 on: one byte up to 250, else 251 and two bytes, else 252 and four, else
/// 253 and eight, which all below zero take.
impl Put for i64 {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        if schema_to(out) == Schema::One {
            return Whole(*self).put(out);
        }
        match (u8::try_from(*self), u16::try_from(*self), u32::try_from(*self)) {
            (Ok(amount @ ..OF_TWO_BYTES), ..) => amount.put(out),
            (_, Ok(amount), _) => OF_TWO_BYTES.put(out).and_then(|()| amount.put(out)),
            (.., Ok(amount)) => OF_FOUR_BYTES.put(out).and_then(|()| amount.put(out)),
            _ => OF_EIGHT_BYTES.put(out).and_then(|()| Whole(*self).put(out)),
        }
    }
}

impl Take<'_> for i64 {
    fn take(from: &mut Dec<'_>) -> Result<i64, WireError> {
        if schema_from(from) == Schema::One {
            return Ok(Whole::take(from)?.0);
        }
        let (amount, is_shortest) = match u8::take(from)? {
            amount @ ..OF_TWO_BYTES => (amount.into(), true),
            OF_TWO_BYTES => {
                let amount = u16::take(from)?;
                (amount.into(), amount >= OF_TWO_BYTES.into())
            }
            OF_FOUR_BYTES => {
                let amount = u32::take(from)?;
                (amount.into(), u16::try_from(amount).is_err())
            }
            OF_EIGHT_BYTES => {
                let amount = Whole::take(from)?.0;
                (amount, u32::try_from(amount).is_err())
            }
            found => return Err(WireError::Choice { what: "amount", found }),
        };
        // One amount has one spelling.
        if is_shortest { Ok(amount) } else { Err(WireError::Value("shortest amount")) }
    }
}

/// A number that is nearly always small: one byte up to 253, else 254 and two bytes, else 255 and
/// four.
#[derive(Clone, Copy)]
pub(super) struct Short(pub(super) u32);

impl Short {
    /// A length as a short number.
    pub(super) fn len(len: usize) -> Result<Short, WireError> {
        u32::try_from(len).map(Short).map_err(|_| WireError::TooLong)
    }

    /// The number as a length.
    pub(super) fn index(self) -> usize {
        // What does not fit saturates, and every use of a length is checked against what is left.
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl Put for Short {
    #[inline]
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        match (u8::try_from(self.0), u16::try_from(self.0)) {
            (Ok(number @ ..254), _) => number.put(out),
            (_, Ok(number)) => 254_u8.put(out).and_then(|()| number.put(out)),
            _ => 255_u8.put(out).and_then(|()| self.0.put(out)),
        }
    }
}

impl Take<'_> for Short {
    #[inline]
    fn take(from: &mut Dec<'_>) -> Result<Short, WireError> {
        let (number, least) = match u8::take(from)? {
            number @ ..254 => (u32::from(number), 0),
            254 => (u32::from(u16::take(from)?), 254),
            255 => (u32::take(from)?, 1 << 16),
        };
        // One number has one spelling.
        if number < least { Err(WireError::Value("short number")) } else { Ok(Short(number)) }
    }
}

/// Leaves a byte free for what is known only later, and says where.
pub(super) fn hole(out: &mut Enc<'_>) -> Result<usize, WireError> {
    let at = out.writer().out.len();
    0_u8.put(out)?;
    Ok(at)
}

/// Fills the byte that was left free.
pub(super) fn fill(out: &mut Enc<'_>, at: usize, byte: u8) {
    out.writer().patch(at, byte);
}

/// So many bytes as they are, borrowed.
#[inline]
pub(super) fn take_bytes<'a>(from: &mut Dec<'a>, len: usize) -> Result<&'a [u8], WireError> {
    Ok(from.borrow_reader().take_bytes(len)?)
}

/// Refuses bytes that nobody has read.
pub(super) fn at_end(from: &mut Dec<'_>) -> Result<(), WireError> {
    match from.reader().peek_read(1) {
        Some(_) => Err(WireError::Trailing),
        None => Ok(()),
    }
}

impl Put for str {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        Short::len(self.len())?.put(out)?;
        put_bytes(self.as_bytes(), out)
    }
}

/// Bytes as they are, without their number.
pub(super) fn put_bytes(bytes: &[u8], out: &mut Enc<'_>) -> Result<(), WireError> {
    Ok(out.writer().write(bytes)?)
}

impl<'a> Take<'a> for &'a str {
    #[inline]
    fn take(from: &mut Dec<'a>) -> Result<&'a str, WireError> {
        let len = Short::take(from)?;
        str::from_utf8(take_bytes(from, len.index())?).map_err(|_| WireError::NotUtf8)
    }
}

impl<A: Put, B: Put> Put for (A, B) {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        self.0.put(out)?;
        self.1.put(out)
    }
}

impl<'a, A: Take<'a>, B: Take<'a>> Take<'a> for (A, B) {
    const MIN: usize = A::MIN + B::MIN;

    fn take(from: &mut Dec<'a>) -> Result<(A, B), WireError> {
        Ok((A::take(from)?, B::take(from)?))
    }
}

impl<T: Put> Put for [T] {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        Short::len(self.len())?.put(out)?;
        self.iter().try_for_each(|item| item.put(out))
    }
}

impl<T: Put> Put for Vec<T> {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        self.as_slice().put(out)
    }
}

impl<'a, T: Take<'a>> Take<'a> for Vec<T> {
    fn take(from: &mut Dec<'a>) -> Result<Vec<T>, WireError> {
        take_list(from, T::MIN, T::take)
    }
}

impl<A: Array<Item: Put>> Put for SmallVec<A> {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        self.as_slice().put(out)
    }
}

impl<'a, A: Array<Item: Take<'a>>> Take<'a> for SmallVec<A> {
    fn take(from: &mut Dec<'a>) -> Result<SmallVec<A>, WireError> {
        let count = take_count(from, A::Item::MIN)?;
        let mut list = SmallVec::with_capacity(count);
        for _ in 0..count {
            list.push(A::Item::take(from)?);
        }
        Ok(list)
    }
}

/// A list whose items take at least `least` bytes each.
pub(super) fn take_list<'a, T>(
    from: &mut Dec<'a>,
    least: usize,
    mut item: impl FnMut(&mut Dec<'a>) -> Result<T, WireError>,
) -> Result<Vec<T>, WireError> {
    let count = take_count(from, least)?;
    let mut list = Vec::with_capacity(count);
    for _ in 0..count {
        list.push(item(from)?);
    }
    Ok(list)
}

/// The length of a list whose items take at least `least` bytes each: no more than there can be.
fn take_count(from: &mut Dec<'_>, least: usize) -> Result<usize, WireError> {
    let count = Short::take(from)?.index();
    let least = count.checked_mul(least).ok_or(WireError::Short)?;
    from.reader().peek_read(least).map(|_| count).ok_or(WireError::Short)
}
