//! How an award came about, on the wire.

use super::WireError;
use super::codec::{Dec, Enc, Put, Short, Take};
use super::field::{Field, Flags, Place};
use super::numbers::pass_fraction;
use super::optional::take_flags;
use super::shared::Shared;
use crate::breakdown::{Breakdown, Cuts, Factor, Factors, More};
use crate::ratio::Ratio;

/// What the rule counted: one, the money that the command names, or a ratio that follows.
const ONE: u8 = 0;
const COMMAND_MONEY: u8 = 1;
const OTHER_BASE: u8 = 2;
/// The third bit: factors or cuts follow.
const HAS_MORE: u8 = 1 << 2;

const HAS_FACTOR: u8 = 1;
const HAS_LIMIT: u8 = 1 << 1;
const HAS_BUDGET: u8 = 1 << 2;
const HAS_MAX_BALANCE: u8 = 1 << 3;
const KNOWN: u8 = HAS_FACTOR | HAS_LIMIT | HAS_BUDGET | HAS_MAX_BALANCE;

/// The money of the command in programme currency, if the command itself says how much that is.
fn command_money(shared: &Shared<'_>) -> Option<Ratio> {
    let money = shared.money.as_ref()?;
    Ratio::from(money.amount).times(money.rate.unwrap_or(Ratio::ONE))
}

impl Field for Breakdown {
    const BITS: u32 = 3;

    fn put_field(&self, place: &Place<'_, '_>, out: &mut Enc<'_>) -> Result<u8, WireError> {
        let Breakdown { base, more } = self;
        let base = match base {
            base if *base == Ratio::ONE => ONE,
            base if command_money(place.shared) == Some(*base) => COMMAND_MONEY,
            base => base.put(out).map(|()| OTHER_BASE)?,
        };
        match more {
            None => Ok(base),
            Some(more) => more.put(out).map(|()| base | HAS_MORE),
        }
    }

    fn take_field(bits: u8, place: &Place<'_, '_>, from: &mut Dec<'_>) -> Result<Self, WireError> {
        let base = match bits & !HAS_MORE {
            ONE => Ratio::ONE,
            COMMAND_MONEY => command_money(place.shared).ok_or(WireError::Value("base"))?,
            OTHER_BASE => Take::take(from)?,
            found => return Err(WireError::Choice { what: "base", found }),
        };
        let more = (bits & HAS_MORE != 0).then(|| More::take(from).map(Box::new)).transpose()?;
        Ok(Breakdown { base, more })
    }
}

/// Passes a breakdown over, for who needs only where it ends.
pub(super) fn pass_breakdown(flags: &mut Flags, from: &mut Dec<'_>) -> Result<(), WireError> {
    let bits = flags.pop(Breakdown::BITS);
    match bits & !HAS_MORE {
        ONE | COMMAND_MONEY => {}
        OTHER_BASE => pass_fraction(from)?,
        found => return Err(WireError::Choice { what: "base", found }),
    }
    if bits & HAS_MORE != 0 { pass_more(from) } else { Ok(()) }
}

fn pass_more(from: &mut Dec<'_>) -> Result<(), WireError> {
    let flags = take_flags(from, KNOWN)?;
    if flags & HAS_FACTOR != 0 {
        pass_fraction(from)?;
        for _ in 0..Short::take(from)?.0 {
            Short::take(from)?;
            pass_fraction(from)?;
        }
    }
    for flag in [HAS_LIMIT, HAS_BUDGET, HAS_MAX_BALANCE] {
        if flags & flag != 0 {
            i64::take(from)?;
        }
    }
    Ok(())
}

impl Put for More {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        let More { factor, factors, cuts: Cuts { limit, budget, max_balance } } = self;
        let has_factor = *factor != Ratio::ONE || !factors.is_empty();
        let cuts = [(*limit, HAS_LIMIT), (*budget, HAS_BUDGET), (*max_balance, HAS_MAX_BALANCE)];
        let there = cuts.iter().filter(|(cut, _)| *cut != 0);
        let flags = there.clone().fold(0, |flags, (_, flag)| flags | flag);
        (flags | if has_factor { HAS_FACTOR } else { 0 }).put(out)?;
        if has_factor {
            factor.put(out)?;
            factors.put(out)?;
        }
        there.into_iter().try_for_each(|(cut, _)| cut.put(out))
    }
}

impl Take<'_> for More {
    fn take(from: &mut Dec<'_>) -> Result<More, WireError> {
        let flags = take_flags(from, KNOWN)?;
        if flags == 0 {
            return Err(WireError::Value("factors or cuts"));
        }
        let (factor, factors) = match flags & HAS_FACTOR {
            0 => (Ratio::ONE, Factors::new()),
            _ => Take::take(from)?,
        };
        let mut cut = |flag: u8| match flags & flag {
            0 => Ok(0),
            // One amount has one spelling.
            _ => Some(i64::take(from)?).filter(|cut| *cut != 0).ok_or(WireError::Value("amount")),
        };
        let cuts = Cuts {
            limit: cut(HAS_LIMIT)?,
            budget: cut(HAS_BUDGET)?,
            max_balance: cut(HAS_MAX_BALANCE)?,
        };
        Ok(More { factor, factors, cuts })
    }
}

impl Put for Factor {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        let Factor { multiplier, factor } = self;
        Short(u32::from(*multiplier)).put(out)?;
        factor.put(out)
    }
}

impl Take<'_> for Factor {
    const MIN: usize = 4;

    fn take(from: &mut Dec<'_>) -> Result<Factor, WireError> {
        let multiplier = u16::try_from(Short::take(from)?.0);
        let multiplier = multiplier.map_err(|_| WireError::Value("number of 16 bits"))?;
        Ok(Factor { multiplier, factor: Take::take(from)? })
    }
}
