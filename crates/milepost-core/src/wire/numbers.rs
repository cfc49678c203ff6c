//! Decimals, fractions and money on the wire.

use super::WireError;
use super::codec::{Dec, Enc, Put, Take, Whole, put_bytes, take_bytes};
use super::optional::{PutOptional, TakeOptional, take_flags};
use crate::decimal::Decimal;
use crate::money::{Currency, Money};
use crate::ratio::Ratio;

/// The most digits after the point that fit the five bits they have; the line format allows fewer.
const MAX_SCALE: u8 = 30;
/// What a decimal of 30 digits is below.
const DIGITS_END: u128 = 10_u128.pow(30);

/// In how few bytes a number stands: the width is 0 to 4, for 1, 2, 4, 8 and 16 bytes.
fn width(number: i128) -> u8 {
    match number {
        _ if i8::try_from(number).is_ok() => 0,
        _ if i16::try_from(number).is_ok() => 1,
        _ if i32::try_from(number).is_ok() => 2,
        _ if i64::try_from(number).is_ok() => 3,
        _ => 4,
    }
}

fn put_wide(number: i128, out: &mut Enc<'_>) -> Result<(), WireError> {
    let bytes = number.to_le_bytes();
    let len = 1_usize << width(number);
    put_bytes(bytes.get(..len).unwrap_or(&bytes), out)
}

fn take_wide(stored: u8, from: &mut Dec<'_>) -> Result<i128, WireError> {
    let number = match stored {
        0 => i8::take(from)?.into(),
        1 => i16::take(from)?.into(),
        2 => i32::take(from)?.into(),
        3 => Whole::take(from)?.0.into(),
        4 => i128::take(from)?,
        found => return Err(WireError::Choice { what: "width", found }),
    };
    // One number has one spelling.
    if width(number) == stored { Ok(number) } else { Err(WireError::Value("shortest number")) }
}

impl Put for Decimal {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        let (digits, scale) = checked(self.digits(), self.scale())?;
        (width(digits) << 5 | scale).put(out)?;
        put_wide(digits, out)
    }
}

impl Take<'_> for Decimal {
    const MIN: usize = 2;

    fn take(from: &mut Dec<'_>) -> Result<Decimal, WireError> {
        let head = u8::take(from)?;
        let (digits, scale) = checked(take_wide(head >> 5, from)?, head & 31)?;
        Ok(Decimal::from_steps(digits, scale))
    }
}

fn checked(digits: i128, scale: u8) -> Result<(i128, u8), WireError> {
    let fits = scale <= MAX_SCALE && digits.unsigned_abs() < DIGITS_END;
    if fits { Ok((digits, scale)) } else { Err(WireError::Value("decimal of 30 digits")) }
}

/// Two numbers behind one byte with their widths: what stands above and below a fraction's line.
pub(super) fn put_fraction((num, den): (i128, i128), out: &mut Enc<'_>) -> Result<(), WireError> {
    (width(den) << 4 | width(num)).put(out)?;
    put_wide(num, out)?;
    put_wide(den, out)
}

/// The two numbers; the lower one is above zero.
pub(super) fn take_fraction(from: &mut Dec<'_>) -> Result<(i128, i128), WireError> {
    let widths = u8::take(from)?;
    match (take_wide(widths & 15, from)?, take_wide(widths >> 4, from)?) {
        (num, den @ 1..) => Ok((num, den)),
        _ => Err(WireError::Value("fraction")),
    }
}

/// Passes a fraction over.
pub(super) fn pass_fraction(from: &mut Dec<'_>) -> Result<(), WireError> {
    let widths = u8::take(from)?;
    let (num, den) = (widths & 15, widths >> 4);
    if num.max(den) > 4 {
        return Err(WireError::Choice { what: "width", found: num.max(den) });
    }
    take_bytes(from, (1 << num) + (1 << den)).map(|_| ())
}

impl Put for Ratio {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        put_fraction((self.numerator(), self.denominator()), out)
    }
}

impl Take<'_> for Ratio {
    const MIN: usize = 3;

    fn take(from: &mut Dec<'_>) -> Result<Ratio, WireError> {
        let (num, den) = take_fraction(from)?;
        // A ratio is always in lowest terms; other bytes are no ratio that anybody wrote.
        let ratio = Ratio::new(num, den).filter(|ratio| ratio.denominator() == den);
        ratio.ok_or(WireError::Value("ratio in lowest terms"))
    }
}

impl Put for Currency {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        put_bytes(self.as_str().as_bytes(), out)
    }
}

impl Take<'_> for Currency {
    const MIN: usize = 3;

    fn take(from: &mut Dec<'_>) -> Result<Currency, WireError> {
        let code = str::from_utf8(take_bytes(from, 3)?).map_err(|_| WireError::NotUtf8)?;
        code.parse().map_err(|_| WireError::Value("currency"))
    }
}

/// Money as it stands in the bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct WireMoney<'a> {
    pub(super) amount: Decimal,
    pub(super) currency: Option<&'a str>,
    pub(super) rate: Option<Ratio>,
}

const HAS_CURRENCY: u8 = 1;
const HAS_RATE: u8 = 2;

impl<'a> WireMoney<'a> {
    pub(super) fn of(money: &'a Money) -> WireMoney<'a> {
        let &Money { amount, ref currency, rate } = money;
        WireMoney { amount, currency: currency.as_deref(), rate }
    }
}

impl Put for WireMoney<'_> {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        let &WireMoney { amount, currency, rate } = self;
        let currency_flag = if currency.is_some() { HAS_CURRENCY } else { 0 };
        let rate_flag = if rate.is_some() { HAS_RATE } else { 0 };
        (currency_flag | rate_flag).put(out)?;
        amount.put(out)?;
        currency.iter().try_for_each(|code| code.put(out))?;
        rate.put_there(out)
    }
}

impl<'a> Take<'a> for WireMoney<'a> {
    const MIN: usize = 3;

    fn take(from: &mut Dec<'a>) -> Result<WireMoney<'a>, WireError> {
        let flags = take_flags(from, HAS_CURRENCY | HAS_RATE)?;
        Ok(WireMoney {
            amount: Decimal::take(from)?,
            currency: TakeOptional::take_by(flags & HAS_CURRENCY, from)?,
            rate: TakeOptional::take_by(flags & HAS_RATE, from)?,
        })
    }
}

impl Put for Money {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        WireMoney::of(self).put(out)
    }
}

impl Take<'_> for Money {
    const MIN: usize = 3;

    fn take(from: &mut Dec<'_>) -> Result<Money, WireError> {
        let WireMoney { amount, currency, rate } = WireMoney::take(from)?;
        Ok(Money { amount, currency: currency.map(Box::from), rate })
    }
}
