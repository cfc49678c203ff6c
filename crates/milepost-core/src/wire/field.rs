//! The fields of facts on the wire: what of them is small stands in the bits of a flags byte.

use super::WireError;
use super::codec::{Dec, Enc, Put, Short, Take};
use super::numbers::{put_fraction, take_fraction};
use super::optional::{PutOptional, TakeOptional};
use super::shared::Shared;
use crate::context::LineLeft;
use crate::event::{
    ActivityNo, CountedIn, ExtendCause, FormIx, HoldNo, LotNo, MergedState, Part, Pool,
    RedemptionNo, ReversedShare, TierReason,
};
use crate::names::{MemberKey, Name};
use crate::pools::PoolKey;
use crate::programme::{CountIx, MilestoneIx, OnClose, RuleIx, Threshold, TierIx, UnitIx};
use crate::ratio::{Ratio, Rounding};
use crate::time::Instant;

/// What is known where a fact stands.
pub(super) struct Place<'s, 'a> {
    pub(super) shared: &'s Shared<'a>,
    /// When the event took effect.
    pub(super) effective_at: Instant,
}

/// Flags, given out from the lowest bit upward in the order of the fields.
#[derive(Clone, Copy)]
pub(super) struct Flags {
    bits: u8,
    used: u32,
}

impl Flags {
    pub(super) const fn new(bits: u8) -> Flags {
        Flags { bits, used: 0 }
    }

    pub(super) const fn bits(self) -> u8 {
        self.bits
    }

    pub(super) fn push(&mut self, bits: u8, count: u32) {
        // A field without bits may come when all eight are given.
        self.bits |= bits.checked_shl(self.used).unwrap_or_default();
        self.used += count;
    }

    pub(super) fn pop(&mut self, count: u32) -> u8 {
        let bits = self.bits & ((1 << count) - 1);
        self.bits >>= count;
        bits
    }

    /// Writes a field and notes its bits.
    pub(super) fn put<T: Field>(
        &mut self,
        field: &T,
        place: &Place<'_, '_>,
        out: &mut Enc<'_>,
    ) -> Result<(), WireError> {
        let bits = field.put_field(place, out)?;
        self.push(bits, T::BITS);
        Ok(())
    }

    /// Reads a field by its bits.
    pub(super) fn take<T: Field>(
        &mut self,
        place: &Place<'_, '_>,
        from: &mut Dec<'_>,
    ) -> Result<T, WireError> {
        T::take_field(self.pop(T::BITS), place, from)
    }

    /// Refuses bits that no field has asked for.
    pub(super) fn at_end(self) -> Result<(), WireError> {
        match self.bits {
            0 => Ok(()),
            found => Err(WireError::Choice { what: "flags", found }),
        }
    }
}

/// A field of a fact: some bits of the flags, and some bytes.
pub(super) trait Field: Sized {
    /// How many bits of the flags it has.
    const BITS: u32;

    /// Appends its bytes and gives its bits.
    fn put_field(&self, place: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError>;

    fn take_field(bits: u8, place: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError>;
}

macro_rules! plain {
    ($($type:ty),* $(,)?) => {$(
        impl Field for $type {
            const BITS: u32 = 0;

            fn put_field(&self, _: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
                self.put(out).map(|()| 0)
            }

            fn take_field(_: u8, _: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
                Take::take(from)
            }
        }
    )*};
}

plain! {
    ActivityNo, FormIx, HoldNo, LotNo, RedemptionNo, RuleIx, TierIx, UnitIx, MemberKey, Part, i32,
    Vec<Part>, Vec<(LotNo, Instant)>, Vec<LineLeft>, Name, Vec<Name>, MergedState,
    CountIx, MilestoneIx, Threshold, CountedIn, Ratio,
}

macro_rules! choices {
    ($($type:ident($bits:literal) { $($bit:literal $choice:ident),* })*) => {$(
        impl Field for $type {
            const BITS: u32 = $bits;

            fn put_field(&self, _: &Place<'_, '_>, _: &mut Enc<'_>) -> Result<u8, WireError> {
                match self {
                    $($type::$choice => Ok($bit),)*
                }
            }

            fn take_field(bits: u8, _: &Place<'_, '_>, _: &mut Dec<'_>) -> Result<Self, WireError> {
                match bits {
                    $($bit => Ok($type::$choice),)*
                    found => Err(WireError::Choice { what: stringify!($type), found }),
                }
            }
        }
    )*};
}

choices! {
    Rounding(2) { 0 Down, 1 Up, 2 HalfUp, 3 HalfEven }
    Pool(1) { 0 Available, 1 Pending }
    ExtendCause(1) { 0 Command, 1 Grace }
    OnClose(1) { 0 Forfeit, 1 Keep }
    TierReason(3) {
        0 Assigned, 1 AssignmentEnded, 2 Qualified, 3 Requalified, 4 Downgraded, 5 Lifetime,
        6 Reversal
    }
}

impl Put for Part {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        let Part { lot, amount } = self;
        lot.put(out)?;
        amount.put(out)
    }
}

impl Take<'_> for Part {
    const MIN: usize = 2;

    fn take(from: &mut Dec<'_>) -> Result<Part, WireError> {
        Ok(Part { lot: Take::take(from)?, amount: Take::take(from)? })
    }
}

/// Two bits for the kind of pool, then what it is the pool of.
impl Field for PoolKey {
    const BITS: u32 = 2;

    fn put_field(&self, _: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        match self {
            PoolKey::Budget(rule) => rule.put(out).map(|()| 0),
            PoolKey::Stock(reward) => reward.put(out).map(|()| 1),
            PoolKey::Promise(cause, period) => {
                cause.put(out)?;
                period.put(out).map(|()| 2)
            }
        }
    }

    fn take_field(bits: u8, _: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        match bits {
            0 => Take::take(from).map(PoolKey::Budget),
            1 => Take::take(from).map(PoolKey::Stock),
            2 => Ok(PoolKey::Promise(Take::take(from)?, Take::take(from)?)),
            found => Err(WireError::Choice { what: "PoolKey", found }),
        }
    }
}

macro_rules! optional {
    ($($type:ident),*) => {$(
        impl Field for Option<$type> {
            const BITS: u32 = 1;

            fn put_field(&self, _: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
                self.put_there(out).map(|()| self.is_there().into())
            }

            fn take_field(bits: u8, _: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
                TakeOptional::take_by(bits, from)
            }
        }
    )*};
}

optional!(TierIx, FormIx, RuleIx, ActivityNo);

/// The number of a programme version, or of a month: the two that have no type of their own.
impl Field for u16 {
    const BITS: u32 = 0;

    fn put_field(&self, _: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        Short(u32::from(*self)).put(out).map(|()| 0)
    }

    fn take_field(_: u8, _: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        u16::try_from(Short::take(from)?.0).map_err(|_| WireError::Value("number of 16 bits"))
    }
}

/// The month of birth.
impl Field for Option<u8> {
    const BITS: u32 = 1;

    fn put_field(&self, _: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        let Some(month) = *self else { return Ok(0) };
        checked_month(month)?.put(out).map(|()| 1)
    }

    fn take_field(bits: u8, _: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        if bits == 0 { Ok(None) } else { checked_month(u8::take(from)?).map(Some) }
    }
}

fn checked_month(month: u8) -> Result<u8, WireError> {
    if matches!(month, 1..=12) { Ok(month) } else { Err(WireError::Value("month")) }
}

/// An amount; nothing takes no bytes.
impl Field for i64 {
    const BITS: u32 = 1;

    fn put_field(&self, _: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        if *self == 0 { Ok(0) } else { self.put(out).map(|()| 1) }
    }

    fn take_field(bits: u8, _: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        match bits {
            0 => Ok(0),
            // One amount has one spelling.
            _ => Some(i64::take(from)?).filter(|&n| n != 0).ok_or(WireError::Value("amount")),
        }
    }
}

impl Field for bool {
    const BITS: u32 = 1;

    fn put_field(&self, _: &Place<'_, '_>, _: &mut Enc<'_>) -> Result<u8, WireError> {
        Ok(u8::from(*self))
    }

    fn take_field(bits: u8, _: &Place<'_, '_>, _: &mut Dec<'_>) -> Result<Self, WireError> {
        Ok(bits != 0)
    }
}

impl Field for ReversedShare {
    const BITS: u32 = 1;

    fn put_field(&self, _: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        match *self {
            ReversedShare::Full => Ok(0),
            ReversedShare::Money { num, den } => put_fraction((num, den), out).map(|()| 1),
        }
    }

    fn take_field(bits: u8, _: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        if bits == 0 {
            return Ok(ReversedShare::Full);
        }
        let (num, den) = take_fraction(from)?;
        Ok(ReversedShare::Money { num, den })
    }
}
