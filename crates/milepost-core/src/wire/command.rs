//! Commands on the wire: for each, its fields in the order in which they stand.
//!
//! A field that is added to a command does not compile here until somebody has said in which schema
//! it stands.

use super::WireError;
use super::codec::{Dec, Enc, Put, Take};
use super::kind::Kind;
use super::optional::{PutOptional, TakeOptional, take_flags};
use crate::command::{
    Activity, Actor, Advance, AssignTier, Attributes, BirthDate, Body, Capture, Close, Command,
    Compensate, Confirm, Consent, Debit, Enrol, Extend, Extent, Grant, Hold, Line, Merge,
    Qualifies, Record, Redeem, RedeemPrice, Refund, Release, Rest, Reverse, ReverseCase, Revise,
    Transfer,
};

/// A type's layout: a flags byte if something of it may be left out, then what is always there, then
/// what is there by its bit, each in the order given.
macro_rules! layout {
    ($type:ident { $($field:ident),* $(,)? }) => {
        impl Put for $type {
            fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
                let $type { $($field),* } = self;
                $($field.put(out)?;)*
                Ok(())
            }
        }

        impl Take<'_> for $type {
            fn take(from: &mut Dec<'_>) -> Result<$type, WireError> {
                $(let $field = Take::take(from)?;)*
                Ok($type { $($field),* })
            }
        }
    };
    ($type:ident { $($field:ident),* } optional { $($bit:literal $option:ident),* $(,)? }) => {
        impl Put for $type {
            fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
                let $type { $($field,)* $($option,)* } = self;
                (0 $(| u8::from($option.is_there()) << $bit)*).put(out)?;
                $($field.put(out)?;)*
                $($option.put_there(out)?;)*
                Ok(())
            }
        }

        impl Take<'_> for $type {
            fn take(from: &mut Dec<'_>) -> Result<$type, WireError> {
                let flags = take_flags(from, 0 $(| 1 << $bit)*)?;
                $(let $field = Take::take(from)?;)*
                $(let $option = TakeOptional::take_by(flags & 1 << $bit, from)?;)*
                Ok($type { $($field,)* $($option,)* })
            }
        }
    };
}

layout!(Actor { id, role });
layout!(Enrol { member } optional { 0 attributes, 1 birth_date, 2 tier, 3 referrer });
layout!(Record { member, activity });
layout!(Activity { kind, reference } optional {
    0 occurred_at, 1 spend, 2 quantities, 3 lines, 4 attributes, 5 times,
});
layout!(Line { amount } optional { 0 sku, 1 quantity, 2 attributes });
layout!(Confirm { member, activity });
layout!(Grant { member, unit, amount, reason } optional {
    0 occurred_at, 1 expires_at, 2 available_at, 3 qualifies,
});
layout!(Debit { member, unit, amount, reason });
layout!(Compensate { member, cause, case } optional { 0 incident_at, 1 spend, 2 extra });
layout!(Hold { member, unit, amount, reference } optional { 0 until });
layout!(Capture { member, hold, reference, rest } optional { 0 amount, 1 reward, 2 order });
layout!(Release { member, hold } optional { 0 amount });
layout!(Redeem { member, reference, price });
layout!(Refund { member, redemption } optional { 0 reference, 1 amount });
layout!(Reverse { member, activity, extent } optional { 0 reference });
layout!(ReverseCase { member, case } optional { 0 reference });
layout!(Transfer { from, to, unit, amount, reference });
layout!(AssignTier { member, tier, reason } optional { 0 until });
layout!(Extend { unit, expiring_until, to } optional { 0 expiring_from, 1 members });
layout!(Advance { to });
layout!(Attributes { member } optional { 0 set, 1 unset });
layout!(Consent { member, purpose, given });
layout!(Close { member });
layout!(Merge { from, into });
layout!(Revise { programme } optional { 0 effective_at });

impl Put for bool {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        u8::from(*self).put(out)
    }
}

impl Take<'_> for bool {
    fn take(from: &mut Dec<'_>) -> Result<bool, WireError> {
        match u8::take(from)? {
            0 => Ok(false),
            1 => Ok(true),
            found => Err(WireError::Choice { what: "yes or no", found }),
        }
    }
}

impl Put for BirthDate {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        let BirthDate { year, month, day } = checked(*self)?;
        year.put(out)?;
        month.put(out)?;
        day.put(out)
    }
}

impl Take<'_> for BirthDate {
    const MIN: usize = 4;

    fn take(from: &mut Dec<'_>) -> Result<BirthDate, WireError> {
        let (year, month, day) = (u16::take(from)?, u8::take(from)?, u8::take(from)?);
        checked(BirthDate { year, month, day })
    }
}

fn checked(date: BirthDate) -> Result<BirthDate, WireError> {
    let BirthDate { year, month, day } = date;
    let fits = matches!((year, month, day), (1..=9999, 1..=12, 1..=31));
    if fits { Ok(date) } else { Err(WireError::Value("date of birth")) }
}

impl Put for Rest {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        match self {
            Rest::Release => 0_u8.put(out),
            Rest::Keep => 1_u8.put(out),
        }
    }
}

impl Take<'_> for Rest {
    fn take(from: &mut Dec<'_>) -> Result<Rest, WireError> {
        match u8::take(from)? {
            0 => Ok(Rest::Release),
            1 => Ok(Rest::Keep),
            found => Err(WireError::Choice { what: "rest of a hold", found }),
        }
    }
}

impl Put for Qualifies {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        match self {
            Qualifies::UnitName => 0_u8.put(out),
            Qualifies::Name(name) => 1_u8.put(out).and_then(|()| name.put(out)),
        }
    }
}

impl Take<'_> for Qualifies {
    fn take(from: &mut Dec<'_>) -> Result<Qualifies, WireError> {
        match u8::take(from)? {
            0 => Ok(Qualifies::UnitName),
            1 => Take::take(from).map(Qualifies::Name),
            found => Err(WireError::Choice { what: "qualifies", found }),
        }
    }
}

impl Put for Extent {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        match self {
            Extent::Full => 0_u8.put(out),
            Extent::Money(money) => 1_u8.put(out).and_then(|()| money.put(out)),
            Extent::Lines(lines) => 2_u8.put(out).and_then(|()| lines.put(out)),
        }
    }
}

impl Take<'_> for Extent {
    fn take(from: &mut Dec<'_>) -> Result<Extent, WireError> {
        match u8::take(from)? {
            0 => Ok(Extent::Full),
            1 => Take::take(from).map(Extent::Money),
            2 => TakeOptional::take_there(from).map(Extent::Lines),
            found => Err(WireError::Choice { what: "extent", found }),
        }
    }
}

impl Put for RedeemPrice {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        match self {
            RedeemPrice::Unit { unit, amount } => {
                0_u8.put(out)?;
                unit.put(out)?;
                amount.put(out)
            }
            RedeemPrice::Reward { reward, quantity, amount, order } => {
                let there = [quantity.is_there(), amount.is_there(), order.is_there()];
                let [quantity_flag, amount_flag, order_flag] = there.map(u8::from);
                (1 | quantity_flag << 1 | amount_flag << 2 | order_flag << 3).put(out)?;
                reward.put(out)?;
                quantity.put_there(out)?;
                amount.put_there(out)?;
                order.put_there(out)
            }
        }
    }
}

impl Take<'_> for RedeemPrice {
    fn take(from: &mut Dec<'_>) -> Result<RedeemPrice, WireError> {
        let flags = take_flags(from, 0b1111)?;
        if flags & 1 == 1 {
            return Ok(RedeemPrice::Reward {
                reward: Take::take(from)?,
                quantity: TakeOptional::take_by(flags & 1 << 1, from)?,
                amount: TakeOptional::take_by(flags & 1 << 2, from)?,
                order: TakeOptional::take_by(flags & 1 << 3, from)?,
            });
        }
        match flags {
            0 => Ok(RedeemPrice::Unit { unit: Take::take(from)?, amount: Take::take(from)? }),
            found => Err(WireError::Choice { what: "price", found }),
        }
    }
}

/// Writes a command: a flags byte, what is asked, then who, which version and what was noted. The
/// key is not here: the entry's frame has its digest.
pub(super) fn put_command(command: &Command, out: &mut Enc<'_>) -> Result<(), WireError> {
    let Command { key: _, by, approved_by, expected_version, note, body } = command;
    let there = [by.is_there(), approved_by.is_there(), expected_version.is_there()];
    let [by_flag, approved_flag, version_flag] = there.map(u8::from);
    let note_flag = u8::from(note.is_there());
    (by_flag | approved_flag << 1 | version_flag << 2 | note_flag << 3).put(out)?;
    put_body(body, out)?;
    by.put_there(out)?;
    approved_by.put_there(out)?;
    expected_version.put_there(out)?;
    note.put_there(out)
}

/// Reads a command of the kind.
pub(super) fn take_command(body: Bodies, from: &mut Dec<'_>) -> Result<Command, WireError> {
    let flags = take_flags(from, 0b1111)?;
    let body = body(from)?;
    Ok(Command {
        key: None,
        body,
        by: TakeOptional::take_by(flags & 1, from)?,
        approved_by: TakeOptional::take_by(flags & 1 << 1, from)?,
        expected_version: TakeOptional::take_by(flags & 1 << 2, from)?,
        note: TakeOptional::take_by(flags & 1 << 3, from)?,
    })
}

/// How the body of a command is read.
pub(super) type Bodies = fn(&mut Dec<'_>) -> Result<Body, WireError>;

fn take_body<'a, T: Take<'a> + Into<Body>>(from: &mut Dec<'a>) -> Result<Body, WireError> {
    T::take(from).map(Into::into)
}

macro_rules! bodies {
    ($($body:ident),* $(,)?) => {
        fn put_body(body: &Body, out: &mut Enc<'_>) -> Result<(), WireError> {
            match body {
                $(Body::$body(body) => body.put(out),)*
            }
        }

        /// The number of a command.
        pub(super) const fn kind_of(body: &Body) -> Kind {
            match body {
                $(Body::$body(_) => Kind::$body,)*
            }
        }

        /// How a command of this kind is read; `None` for what is no command.
        pub(super) fn body_of(kind: Kind) -> Option<Bodies> {
            match kind {
                Kind::Genesis => None,
                $(Kind::$body => Some(|from| take_body::<$body>(from)),)*
            }
        }
    };
}

bodies! {
    Enrol, Record, Confirm, Grant, Debit, Hold, Capture, Release, Redeem, Refund, Reverse, Transfer,
    Advance, AssignTier, Attributes, Close, Compensate, Consent, Extend, Merge, ReverseCase, Revise,
}
