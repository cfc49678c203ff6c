//! What redemptions were for, and what was given beside earnings and grants by hand.

use super::WireError;
use super::codec::{Dec, Enc, Put, Short, Take};
use super::field::{Field, Place};
use super::optional::{PutOptional, TakeOptional};
use crate::event::{CasePaid, Drawn, Gain, GiftOf, Worth};
use crate::names::Reference;

/// What a redemption was for, if it was for a reward: two bits say what it brought, a third whether
/// that is from a stock.
impl Field for Option<Worth> {
    const BITS: u32 = 3;

    fn put_field(&self, _: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        let Some(Worth { reward, quantity, gain, from_stock }) = self else { return Ok(0) };
        let stock = u8::from(*from_stock) << 2;
        reward.put(out)?;
        Short(*quantity).put(out)?;
        match gain {
            Gain::Thing => Ok(stock | 1),
            Gain::Money(minor) => minor.put(out).map(|()| stock | 2),
            Gain::Partner { quantity, what } => {
                quantity.put(out)?;
                what.put(out).map(|()| stock | 3)
            }
        }
    }

    fn take_field(bits: u8, _: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        if bits == 0 {
            return Ok(None);
        }
        let (reward, quantity) = (Take::take(from)?, Short::take(from)?.0);
        let gain = match bits & 3 {
            1 => Gain::Thing,
            2 => Gain::Money(Take::take(from)?),
            3 => Gain::Partner { quantity: Take::take(from)?, what: Take::take(from)? },
            found => return Err(WireError::Choice { what: "reward", found }),
        };
        Ok(Some(Worth { reward, quantity, gain, from_stock: bits & 4 != 0 }))
    }
}

const REDEMPTION: u8 = 0;
const CASE_OF_COMMAND: u8 = 1;
const OTHER_CASE: u8 = 2;
const REFERRAL: u8 = 3;
const FRIEND: u8 = 4;

impl Field for GiftOf {
    const BITS: u32 = 3;

    fn put_field(&self, place: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        match self {
            GiftOf::Redemption(number) => number.put(out).map(|()| REDEMPTION),
            GiftOf::Case { case, cause } => {
                cause.put(out)?;
                if place.shared.text == Some(case.as_str()) {
                    return Ok(CASE_OF_COMMAND);
                }
                case.put(out).map(|()| OTHER_CASE)
            }
            GiftOf::Referral(by) => by.put(out).map(|()| REFERRAL),
            GiftOf::Friend(friend) => friend.put(out).map(|()| FRIEND),
        }
    }

    fn take_field(bits: u8, place: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        match bits {
            REDEMPTION => Take::take(from).map(GiftOf::Redemption),
            CASE_OF_COMMAND => {
                let case = place.shared.text.and_then(|text| Reference::new(text).ok());
                let case = case.ok_or(WireError::Choice { what: "case", found: bits })?;
                Ok(GiftOf::Case { cause: Take::take(from)?, case })
            }
            OTHER_CASE => Ok(GiftOf::Case { cause: Take::take(from)?, case: Take::take(from)? }),
            REFERRAL => Take::take(from).map(GiftOf::Referral),
            FRIEND => Take::take(from).map(GiftOf::Friend),
            found => Err(WireError::Choice { what: "gift", found }),
        }
    }
}

/// How a promise was paid, behind a flags byte of its own.
impl Field for Option<Box<CasePaid>> {
    const BITS: u32 = 1;

    fn put_field(&self, _: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        let Some(paid) = self else { return Ok(0) };
        let CasePaid {
            incident_at,
            policy_amount,
            extra,
            by,
            approved_by,
            responded_in_time,
            settled_in_time,
            drawn,
        } = &**paid;
        let there = [incident_at.is_there(), by.is_there(), approved_by.is_there()].map(u8::from);
        let [incident_flag, by_flag, approved_flag] = there;
        let kept = in_time(*responded_in_time) << 3 | in_time(*settled_in_time) << 5;
        let drawn_flag = u8::from(drawn.is_some()) << 7;
        (incident_flag | by_flag << 1 | approved_flag << 2 | kept | drawn_flag).put(out)?;
        policy_amount.put(out)?;
        extra.put(out)?;
        incident_at.put_there(out)?;
        by.put_there(out)?;
        approved_by.put_there(out)?;
        drawn.put_there(out)?;
        Ok(1)
    }

    fn take_field(bits: u8, _: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        if bits == 0 {
            return Ok(None);
        }
        let flags = u8::take(from)?;
        Ok(Some(Box::new(CasePaid {
            policy_amount: Take::take(from)?,
            extra: Take::take(from)?,
            incident_at: TakeOptional::take_by(flags & 1, from)?,
            by: TakeOptional::take_by(flags & 1 << 1, from)?,
            approved_by: TakeOptional::take_by(flags & 1 << 2, from)?,
            responded_in_time: known(flags >> 3 & 3)?,
            settled_in_time: known(flags >> 5 & 3)?,
            drawn: TakeOptional::take_by(flags & 1 << 7, from)?,
        })))
    }
}

impl Put for Drawn {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        let Drawn { period, amount } = self;
        period.put(out)?;
        amount.put(out)
    }
}

impl Take<'_> for Drawn {
    const MIN: usize = 5;

    fn take(from: &mut Dec<'_>) -> Result<Drawn, WireError> {
        Ok(Drawn { period: Take::take(from)?, amount: Take::take(from)? })
    }
}

/// Two bits: not known, late, in time.
fn in_time(kept: Option<bool>) -> u8 {
    kept.map_or(0, |kept| 1 + u8::from(kept))
}

fn known(bits: u8) -> Result<Option<bool>, WireError> {
    match bits {
        0 => Ok(None),
        1 => Ok(Some(false)),
        2 => Ok(Some(true)),
        found => Err(WireError::Choice { what: "in time", found }),
    }
}
