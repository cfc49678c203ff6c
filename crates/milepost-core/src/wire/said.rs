//! The fields of facts that the command or the frame mostly says too: the flags point there.

use std::str::FromStr;

use super::WireError;
use super::codec::{Dec, Enc, Put, Take};
use super::field::{Field, Flags, Place};
use super::optional::{PutOptional, TakeOptional, take_flags};
use super::values::WireMember;
use crate::event::{Occurrence, Spend};
use crate::money::Currency;
use crate::names::{MemberId, Name, Reference, Text};
use crate::time::Instant;

/// A time that may be left out.
impl Field for Option<Instant> {
    const BITS: u32 = 2;

    fn put_field(&self, place: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        match *self {
            None => Ok(0),
            Some(time) if time == place.effective_at => Ok(1),
            Some(time) if time == place.shared.time => Ok(2),
            Some(time) => time.put(out).map(|()| 3),
        }
    }

    fn take_field(bits: u8, place: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        match bits {
            0 => Ok(None),
            1 => Ok(Some(place.effective_at)),
            2 => Ok(Some(place.shared.time)),
            _ => Take::take(from).map(Some),
        }
    }
}

impl Field for Instant {
    const BITS: u32 = 2;

    fn put_field(&self, place: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        Some(*self).put_field(place, out)
    }

    fn take_field(bits: u8, place: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        Option::take_field(bits, place, from)?.ok_or(WireError::Choice { what: "time", found: 0 })
    }
}

const AS_IN_COMMAND: u8 = 0;
const NO_TEXT: u8 = 1;
const OTHER_TEXT: u8 = 2;

fn put_text(text: Option<&str>, place: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
    match text {
        text if text == place.shared.text => Ok(AS_IN_COMMAND),
        None => Ok(NO_TEXT),
        Some(text) => text.put(out).map(|()| OTHER_TEXT),
    }
}

fn take_str<'t, 'a: 't, 'b: 't>(
    bits: u8,
    place: &Place<'_, 'a>,
    from: &mut Dec<'b>,
) -> Result<Option<&'t str>, WireError> {
    match bits {
        AS_IN_COMMAND => Ok(place.shared.text),
        NO_TEXT => Ok(None),
        OTHER_TEXT => Ok(Some(<&'b str>::take(from)?)),
        found => Err(WireError::Choice { what: "text", found }),
    }
}

fn take_text<T: FromStr>(
    bits: u8,
    place: &Place<'_, '_>,
    from: &mut Dec<'_>,
) -> Result<Option<T>, WireError> {
    let text = take_str(bits, place, from)?;
    text.map(str::parse).transpose().map_err(|_| WireError::Value("reference or reason"))
}

/// A [`Reference`], borrowed.
pub(super) fn take_reference<'a>(
    flags: &mut Flags,
    place: &Place<'_, 'a>,
    from: &mut Dec<'a>,
) -> Result<&'a str, WireError> {
    let bits = flags.pop(Reference::BITS);
    let text = take_str(bits, place, from)?.ok_or(WireError::Choice { what: "text", found: bits });
    text.and_then(|text| {
        Reference::check(text).map_err(|_| WireError::Value("reference or reason"))
    })
}

macro_rules! texts {
    ($($type:ident),*) => {$(
        impl Field for $type {
            const BITS: u32 = 2;

            fn put_field(&self, place: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
                put_text(Some(self.as_str()), place, out)
            }

            fn take_field(bits: u8, place: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
                take_text(bits, place, from)?.ok_or(WireError::Choice { what: "text", found: bits })
            }
        }
    )*};
}

texts!(Reference, Text);

impl Field for Option<Reference> {
    const BITS: u32 = 2;

    fn put_field(&self, place: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        put_text(self.as_ref().map(Reference::as_str), place, out)
    }

    fn take_field(bits: u8, place: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        take_text(bits, place, from)
    }
}

const OTHER: u8 = 1;

impl Field for MemberId {
    const BITS: u32 = 1;

    fn put_field(&self, place: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        let member = WireMember::of(self);
        if place.shared.member == Some(member) {
            return Ok(AS_IN_COMMAND);
        }
        member.put(out).map(|()| OTHER)
    }

    fn take_field(bits: u8, place: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        match place.shared.member {
            _ if bits == OTHER => Take::take(from),
            Some(member) => member.id(),
            None => Err(WireError::Choice { what: "member", found: bits }),
        }
    }
}

/// What `record` says of the activity.
impl Field for Occurrence {
    const BITS: u32 = 1;

    fn put_field(&self, place: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        let Occurrence { kind, at } = self;
        if place.shared.kind == Some(kind.as_str()) && *at == place.shared.time {
            return Ok(AS_IN_COMMAND);
        }
        kind.put(out)?;
        at.put(out).map(|()| OTHER)
    }

    fn take_field(bits: u8, place: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        let (kind, at) = take_occurrence(bits, place, from)?;
        let kind = Name::new(kind).map_err(|_| WireError::Value("activity kind"))?;
        Ok(Occurrence { kind, at })
    }
}

fn take_occurrence<'t, 'a: 't, 'b: 't>(
    bits: u8,
    place: &Place<'_, 'a>,
    from: &mut Dec<'b>,
) -> Result<(&'t str, Instant), WireError> {
    if bits == OTHER {
        return Ok((<&'b str>::take(from)?, Take::take(from)?));
    }
    let kind = place.shared.kind.ok_or(WireError::Choice { what: "kind", found: bits })?;
    Ok((kind, place.shared.time))
}

/// An [`Occurrence`], borrowed.
pub(super) fn take_kind_and_time<'a>(
    flags: &mut Flags,
    place: &Place<'_, 'a>,
    from: &mut Dec<'a>,
) -> Result<(&'a str, Instant), WireError> {
    let (kind, at) = take_occurrence(flags.pop(Occurrence::BITS), place, from)?;
    let kind = Name::check(kind).map_err(|_| WireError::Value("activity kind"))?;
    Ok((kind, at))
}

/// Tags.
impl Field for Vec<(Name, Text)> {
    const BITS: u32 = 1;

    fn put_field(&self, place: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        if *self == *place.shared.attributes {
            return Ok(AS_IN_COMMAND);
        }
        self.put(out).map(|()| OTHER)
    }

    fn take_field(bits: u8, place: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        if bits == OTHER { Take::take(from) } else { Ok(place.shared.attributes.to_vec()) }
    }
}

const NO_SPEND: u8 = 0;
const SPEND: u8 = 1;
const SPEND_IN_CURRENCY: u8 = 2;
const SPEND_AS_IN_COMMAND: u8 = 3;

/// What was paid. Mostly it is what the command says, in the currency that the command names or in
/// the programme's, which only the programme knows.
impl Field for Option<Spend> {
    const BITS: u32 = 2;

    fn put_field(&self, place: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        let Some(Spend { minor, currency, rate }) = *self else {
            return Ok(NO_SPEND);
        };
        let said = place.shared.money.filter(|money| money.rate == rate);
        let same = said.filter(|money| money.amount.steps(currency.decimals()) == Ok(minor));
        match same.map(|money| money.currency) {
            Some(Some(code)) if code == currency.as_str() => Ok(SPEND_AS_IN_COMMAND),
            Some(_) => currency.put(out).map(|()| SPEND_IN_CURRENCY),
            None => {
                minor.put(out)?;
                currency.put(out)?;
                u8::from(rate.is_there()).put(out)?;
                rate.put_there(out).map(|()| SPEND)
            }
        }
    }

    fn take_field(bits: u8, place: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        match bits {
            NO_SPEND => return Ok(None),
            SPEND => {
                let (minor, currency) = Take::take(from)?;
                let rate = TakeOptional::take_by(take_flags(from, 1)?, from)?;
                return Ok(Some(Spend { minor, currency, rate }));
            }
            _ => {}
        }
        let wrong = WireError::Choice { what: "spend", found: bits };
        let said = place.shared.money.ok_or(wrong)?;
        let currency: Currency = if bits == SPEND_IN_CURRENCY {
            Take::take(from)?
        } else {
            said.currency.and_then(|code| code.parse().ok()).ok_or(wrong)?
        };
        let minor = said.amount.steps(currency.decimals()).map_err(|_| wrong)?;
        Ok(Some(Spend { minor, currency, rate: said.rate }))
    }
}
