//! Names, members, small numbers and times on the wire.

use uuid::Uuid;
use uuid::fmt::Hyphenated;

use super::codec::{
    Dec, Enc, Put, Short, Take, Whole, put_bytes, schema_from, schema_to, take_bytes,
};
use super::{Schema, WireError};
use crate::event::{ActivityNo, FormIx, HoldNo, LotNo, MergedState, RedemptionNo};
use crate::names::{MemberId, MemberKey, Name, Reference, Text};
use crate::programme::{CauseIx, CountIx, MilestoneIx, RewardIx, RuleIx, TierIx, UnitIx};
use crate::time::Instant;

macro_rules! texts {
    ($($type:ident = $what:literal,)*) => {$(
        impl Put for $type {
            fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
                self.as_str().put(out)
            }
        }

        impl Take<'_> for $type {
            const MIN: usize = 2;

            fn take(from: &mut Dec<'_>) -> Result<$type, WireError> {
                <&str>::take(from)?.parse().map_err(|_| WireError::Value($what))
            }
        }
    )*};
}

texts!(Name = "name", Reference = "reference", Text = "text",);

/// A text of any length.
impl Put for Box<str> {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        self.as_ref().put(out)
    }
}

impl Take<'_> for Box<str> {
    fn take(from: &mut Dec<'_>) -> Result<Box<str>, WireError> {
        <&str>::take(from).map(Box::from)
    }
}

macro_rules! short_numbers {
    ($($type:ident($int:ty),)*) => {$(
        impl Put for $type {
            fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
                Short(self.0.into()).put(out)
            }
        }

        impl Take<'_> for $type {
            #[inline]
            fn take(from: &mut Dec<'_>) -> Result<$type, WireError> {
                let number = <$int>::try_from(Short::take(from)?.0);
                number.map($type).map_err(|_| WireError::Value("number of 16 bits"))
            }
        }
    )*};
}

short_numbers! {
    UnitIx(u16), TierIx(u16), RuleIx(u16), RewardIx(u16), FormIx(u16), CauseIx(u16),
    CountIx(u16), MilestoneIx(u16),
    LotNo(u32), HoldNo(u32), ActivityNo(u32), RedemptionNo(u32),
}

/// A member's id as it stands in the bytes. A UUID, which most hosts use, is 16 bytes behind a zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum WireMember<'a> {
    Text(&'a str),
    Uuid(Uuid),
}

impl<'a> WireMember<'a> {
    pub(super) fn of(id: &'a MemberId) -> WireMember<'a> {
        let text = id.as_str();
        // A UUID without hyphens is an ordinary id: it would come back with them.
        let hyphenated = Some(text).filter(|text| text.len() == Hyphenated::LENGTH);
        match hyphenated.map(Uuid::try_parse) {
            Some(Ok(uuid)) => WireMember::Uuid(uuid),
            _ => WireMember::Text(text),
        }
    }

    pub(super) fn id(self) -> Result<MemberId, WireError> {
        let id = match self {
            WireMember::Text(text) => MemberId::new(text),
            WireMember::Uuid(uuid) => {
                MemberId::new(uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
            }
        };
        // One member has one spelling.
        id.ok().filter(|id| WireMember::of(id) == self).ok_or(WireError::Value("member"))
    }
}

impl Put for WireMember<'_> {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        match self {
            WireMember::Text(text) => text.put(out),
            WireMember::Uuid(uuid) => {
                0_u8.put(out)?;
                put_bytes(uuid.as_bytes(), out)
            }
        }
    }
}

impl<'a> Take<'a> for WireMember<'a> {
    const MIN: usize = 2;

    fn take(from: &mut Dec<'a>) -> Result<WireMember<'a>, WireError> {
        match <&str>::take(from)? {
            "" => Ok(WireMember::Uuid(Uuid::from_bytes(MemberKey::take(from)?.0))),
            text => Ok(WireMember::Text(text)),
        }
    }
}

impl Put for MemberId {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        WireMember::of(self).put(out)
    }
}

impl Take<'_> for MemberId {
    const MIN: usize = 2;

    fn take(from: &mut Dec<'_>) -> Result<MemberId, WireError> {
        WireMember::take(from)?.id()
    }
}

impl Put for MemberKey {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        put_bytes(&self.0, out)
    }
}

impl Take<'_> for MemberKey {
    const MIN: usize = 16;

    fn take(from: &mut Dec<'_>) -> Result<MemberKey, WireError> {
        let bytes = take_bytes(from, 16)?.try_into().map_err(|_| WireError::Short)?;
        Ok(MemberKey(bytes))
    }
}

impl Put for MergedState {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        Short::len(self.0.len())?.put(out)?;
        put_bytes(&self.0, out)
    }
}

impl Take<'_> for MergedState {
    fn take(from: &mut Dec<'_>) -> Result<MergedState, WireError> {
        let len = Short::take(from)?;
        take_bytes(from, len.index()).map(|bytes| MergedState(bytes.into()))
    }
}

const MICROS: i64 = 1_000_000;
/// Microseconds follow.
const TO_THE_MICROSECOND: u8 = u8::MAX;

/// Of a time, how many seconds there are since 1970 if those are whole: the bits from the 33rd on,
/// and the 32 below.
fn whole_seconds(at: Instant) -> Option<(u8, u32)> {
    let micros = at.micros();
    let seconds =
        u64::try_from(micros).ok().filter(|_| micros % MICROS == 0)? / MICROS.unsigned_abs();
    let (high, low) = (seconds >> 32, seconds & u64::from(u32::MAX));
    // No year up to 9999 has as many as would be taken for the sign of microseconds.
    u8::try_from(high).ok().zip(u32::try_from(low).ok())
}

/// From schema 2 on, whole seconds since 1970 take five bytes, and all else nine.
impl Put for Instant {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        let micros = Whole(self.micros());
        if schema_to(out) == Schema::One {
            return micros.put(out);
        }
        match whole_seconds(*self) {
            Some(seconds) => seconds.put(out),
            None => (TO_THE_MICROSECOND, micros).put(out),
        }
    }
}

impl Take<'_> for Instant {
    const MIN: usize = 5;

    #[inline]
    fn take(from: &mut Dec<'_>) -> Result<Instant, WireError> {
        const WRONG: WireError = WireError::Value("instant");
        let is_long = schema_from(from) == Schema::One;
        let high = if is_long { TO_THE_MICROSECOND } else { u8::take(from)? };
        if high != TO_THE_MICROSECOND {
            let seconds = i64::from(high) << 32 | i64::from(u32::take(from)?);
            return seconds.checked_mul(MICROS).and_then(Instant::from_micros).ok_or(WRONG);
        }
        let at = Instant::from_micros(Whole::take(from)?.0).ok_or(WRONG)?;
        // One time has one spelling.
        if is_long || whole_seconds(at).is_none() { Ok(at) } else { Err(WRONG) }
    }
}
