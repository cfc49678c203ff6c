//! What counts for tiers on the wire: windows, and what a tier was judged on.

use super::WireError;
use super::codec::{Dec, Enc, Put, Short, Take};
use super::field::{Field, Place};
use super::optional::{PutOptional, TakeOptional, take_flags};
use crate::event::{CountedIn, Judgement};
use crate::programme::Window;
use crate::time::Instant;

const FROM: u8 = 1;
const UNTIL: u8 = 1 << 1;
const RESTARTS: u8 = 1 << 2;

/// A window and the number of restarts: a flags byte, then what is not open and not zero.
impl Put for CountedIn {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        let CountedIn { window: Window { from, until }, restarts } = *self;
        let from = Some(from).filter(|from| *from > Instant::MIN);
        let until = Some(until).filter(|until| *until < Instant::MAX);
        let restarts = Some(Short(u32::from(restarts))).filter(|restarts| restarts.0 > 0);
        let flag = |there: bool, flag: u8| if there { flag } else { 0 };
        let bits = flag(from.is_there(), FROM) | flag(until.is_there(), UNTIL);
        (bits | flag(restarts.is_there(), RESTARTS)).put(out)?;
        from.put_there(out)?;
        until.put_there(out)?;
        restarts.put_there(out)
    }
}

impl Take<'_> for CountedIn {
    fn take(from: &mut Dec<'_>) -> Result<CountedIn, WireError> {
        let flags = take_flags(from, FROM | UNTIL | RESTARTS)?;
        let begins: Option<Instant> = TakeOptional::take_by(flags & FROM, from)?;
        let until: Option<Instant> = TakeOptional::take_by(flags & UNTIL, from)?;
        let restarts: Option<Short> = TakeOptional::take_by(flags & RESTARTS, from)?;
        // One place has one spelling.
        let open = begins == Some(Instant::MIN) || until == Some(Instant::MAX);
        if open || restarts.is_some_and(|restarts| restarts.0 == 0) {
            return Err(WireError::Value("window"));
        }
        let window =
            Window { from: begins.unwrap_or(Instant::MIN), until: until.unwrap_or(Instant::MAX) };
        let restarts = u16::try_from(restarts.map_or(0, |restarts| restarts.0));
        Ok(CountedIn {
            window,
            restarts: restarts.map_err(|_| WireError::Value("number of 16 bits"))?,
        })
    }
}

const JUDGED: u8 = 1;
const VALID_UNTIL: u8 = 1 << 1;
const PAID: u8 = 1 << 2;
const STARTS_AGAIN: u8 = 1 << 3;
const GIVEN: u8 = 1 << 4;

/// What a change of tier was judged on, behind a flags byte of its own, which is 0 if it was judged
/// on nothing.
impl Field for Option<Box<Judgement>> {
    const BITS: u32 = 0;

    fn put_field(&self, _: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        let Some(judged) = self else { return 0_u8.put(out).map(|()| 0) };
        let Judgement { tier, valid_until, at, window, restarts, counts, .. } = &**judged;
        let Judgement { paid, paid_in, starts_again, given, .. } = &**judged;
        let flag = |set: bool, flag: u8| if set { flag } else { 0 };
        let bits = flag(valid_until.is_some(), VALID_UNTIL) | flag(!paid.is_empty(), PAID);
        let bits = bits | flag(*starts_again, STARTS_AGAIN) | flag(*given, GIVEN);
        (JUDGED | bits).put(out)?;
        tier.put(out)?;
        valid_until.put_there(out)?;
        at.put(out)?;
        CountedIn { window: *window, restarts: *restarts }.put(out)?;
        counts.put(out)?;
        if !paid.is_empty() {
            paid.put(out)?;
            CountedIn { window: *paid_in, restarts: *restarts }.put(out)?;
        }
        Ok(0)
    }

    fn take_field(_: u8, _: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        let flags = take_flags(from, JUDGED | VALID_UNTIL | PAID | STARTS_AGAIN | GIVEN)?;
        if flags & JUDGED == 0 {
            let nothing = WireError::Choice { what: "flags", found: flags };
            return if flags == 0 { Ok(None) } else { Err(nothing) };
        }
        let tier = Take::take(from)?;
        let valid_until = TakeOptional::take_by(flags & VALID_UNTIL, from)?;
        let at = Take::take(from)?;
        let CountedIn { window, restarts } = Take::take(from)?;
        let counts = Take::take(from)?;
        let paid = TakeOptional::take_by(flags & PAID, from)?;
        let paid_in: CountedIn =
            if flags & PAID == 0 { CountedIn { window, restarts } } else { Take::take(from)? };
        if paid_in.restarts != restarts {
            return Err(WireError::Value("number of restarts"));
        }
        Ok(Some(Box::new(Judgement {
            tier,
            valid_until,
            at,
            window,
            restarts,
            counts,
            paid,
            paid_in: paid_in.window,
            starts_again: flags & STARTS_AGAIN != 0,
            given: flags & GIVEN != 0,
        })))
    }
}
