//! Decimal numbers as they are written: digits and how many of them stand after the point.
//!
//! A command carries amounts as text; how many decimals are allowed is known only when the unit or
//! the currency is (R-NUM-1). So the digits are kept exactly as given until then.

use std::fmt;
use std::str::FromStr;

use crate::refusal::Code;

/// The most digits a decimal may have; more are malformed.
pub const MAX_DIGITS: usize = 30;

/// A decimal number exactly as written, for example `"144.90"`: 14490 with a scale of 2.
///
/// Two decimals are equal when they are the same number (`"5"` and `"5.0"`), see R-CMD-2; the scale
/// is kept because more digits than a unit has are refused, zeros included.
#[derive(Clone, Copy, Debug)]
pub struct Decimal {
    digits: i128,
    scale: u8,
}

/// The text is not a decimal number: digits, at most one point, no sign but `-`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number such as 144.90 (digits, one point, no sign but -)")]
pub struct NotDecimal;

/// 10 to a power, if it fits: in 64 bits while they suffice, which is several times as fast.
pub(crate) fn ten_to(power: u8) -> Option<i128> {
    match 10_i64.checked_pow(u32::from(power)) {
        Some(small) => Some(i128::from(small)),
        None => 10_i128.checked_pow(u32::from(power)),
    }
}

impl Decimal {
    /// The number `digits / 10^scale`; `None` if the scale is above [`MAX_DIGITS`].
    pub const fn new(digits: i64, scale: u8) -> Option<Decimal> {
        if scale as usize > MAX_DIGITS {
            return None;
        }
        Some(Decimal { digits: digits as i128, scale })
    }

    /// The digits without the point.
    pub const fn digits(self) -> i128 {
        self.digits
    }

    /// How many digits stand after the point.
    pub const fn scale(self) -> u8 {
        self.scale
    }

    /// The number as a count of steps of `10^-decimals`.
    ///
    /// # Errors
    /// `invalid_amount` if it was written with more than `decimals` digits after the point, zeros
    /// included; `amount_overflow` if the count does not fit 64 bits (R-NUM-2).
    pub fn steps(self, decimals: u8) -> Result<i64, Code> {
        let missing = decimals.checked_sub(self.scale).ok_or(Code::InvalidAmount)?;
        ten_to(missing)
            .and_then(|factor| self.digits.checked_mul(factor))
            .and_then(|steps| i64::try_from(steps).ok())
            .ok_or(Code::AmountOverflow)
    }

    /// The decimal that shows `steps` steps of `10^-decimals`, with exactly that many digits.
    pub fn from_steps(steps: impl Into<i128>, decimals: u8) -> Decimal {
        Decimal { digits: steps.into(), scale: decimals }
    }

    /// The same number with no zeros at the end of its decimals: the one form of equal numbers.
    #[must_use]
    pub fn normalized(self) -> Decimal {
        let (digits, scale) = self.shortest();
        Decimal { digits, scale }
    }

    /// The same number with no zeros at its end, so that equal numbers are equal digits.
    fn shortest(self) -> (i128, u8) {
        let (mut digits, mut scale) = (self.digits, self.scale);
        while scale > 0 && digits % 10 == 0 {
            digits /= 10;
            scale -= 1;
        }
        (digits, scale)
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Decimal) -> bool {
        self.shortest() == other.shortest()
    }
}

impl Eq for Decimal {}

impl From<i64> for Decimal {
    fn from(whole: i64) -> Decimal {
        Decimal { digits: i128::from(whole), scale: 0 }
    }
}

impl FromStr for Decimal {
    type Err = NotDecimal;

    fn from_str(text: &str) -> Result<Decimal, NotDecimal> {
        let (negative, body) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = body.split_once('.').unwrap_or((body, "0"));
        let pointed = body.contains('.');
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) || body.len() > MAX_DIGITS {
            return Err(NotDecimal);
        }
        let fraction = if pointed { fraction } else { "" };
        let digits = whole
            .bytes()
            .chain(fraction.bytes())
            .fold(0_i128, |sum, digit| sum * 10 + i128::from(digit - b'0'));
        let scale = u8::try_from(fraction.len()).map_err(|_| NotDecimal)?;
        Ok(Decimal { digits: if negative { -digits } else { digits }, scale })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let digits = self.digits.unsigned_abs();
        let Some(unit) = 10_u128.checked_pow(u32::from(self.scale)).filter(|_| self.scale > 0)
        else {
            return write!(f, "{sign}{digits}");
        };
        let width = usize::from(self.scale);
        write!(f, "{sign}{}.{:0width$}", digits / unit, digits % unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_shows_what_was_written() {
        for text in ["0", "5", "-5", "144.90", "-0.05", "9223372036854775808", "0.000001"] {
            assert_eq!(text.parse::<Decimal>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_other_notations() {
        for text in ["", "-", "+5", "5.", ".5", "1e3", "1 000", "1,5", "--1", "0x1", "٣"] {
            assert!(text.parse::<Decimal>().is_err(), "{text}");
        }
    }

    #[test]
    fn r_num_1_more_digits_than_the_unit_has_are_refused_zeros_included() {
        assert_eq!("5.0".parse::<Decimal>().unwrap().steps(0), Err(Code::InvalidAmount));
        assert_eq!("5.5".parse::<Decimal>().unwrap().steps(2), Ok(550));
        assert_eq!("5.50".parse::<Decimal>().unwrap().steps(2), Ok(550));
    }

    #[test]
    fn r_num_2_what_does_not_fit_overflows() {
        assert_eq!("9223372036854775807".parse::<Decimal>().unwrap().steps(0), Ok(i64::MAX));
        let more = "9223372036854775808".parse::<Decimal>().unwrap();
        assert_eq!(more.steps(0), Err(Code::AmountOverflow));
    }

    #[test]
    fn r_cmd_2_amounts_compare_as_numbers() {
        assert_eq!("50".parse::<Decimal>().unwrap(), "50.00".parse().unwrap());
        assert_ne!("50".parse::<Decimal>().unwrap(), "5".parse().unwrap());
    }
}
