//! Reading numbers: exact ones only. A whole number may be written as such, every other as a text;
//! a TOML float is a fault, because it is not exact.

use std::fmt::Display;
use std::str::FromStr;

use toml::de::DeValue;

use super::item::{Item, shown};
use super::report::Read;
use crate::decimal::Decimal;
use crate::money::Currency;
use crate::ratio::Ratio;
use crate::time::Span;

impl Item<'_> {
    /// A number as text, maybe with something behind it, such as `"10 km"`.
    pub(super) fn number(&self) -> Read<String> {
        match self.value() {
            DeValue::String(text) => Ok(text.to_string()),
            DeValue::Integer(_) => Ok(self.whole(&(i64::MIN..=i64::MAX))?.to_string()),
            DeValue::Float(number) => Err(self.fault(format!(
                "{number} is a float and not exact: write it as a text, \"{number}\""
            ))),
            DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
                Err(self.is_not("a number"))
            }
        }
    }

    /// A rational number above zero: `"1.5"`, `"9/10"`.
    pub(super) fn ratio(&self) -> Read<Ratio> {
        let ratio = self.part::<Ratio>(&self.number()?)?;
        if ratio > Ratio::ZERO { Ok(ratio) } else { Err(self.is_not("above zero")) }
    }

    /// A rational number that may be zero.
    pub(super) fn ratio_or_zero(&self) -> Read<Ratio> {
        let ratio = self.part::<Ratio>(&self.number()?)?;
        if ratio >= Ratio::ZERO { Ok(ratio) } else { Err(self.is_not("zero or above")) }
    }

    /// A share above zero, such as `"50%"`.
    pub(super) fn percent(&self) -> Read<Ratio> {
        let text = self.text()?;
        let Some(number) = text.strip_suffix('%') else {
            return Err(self.is_not("a share such as \"50%\""));
        };
        let share = self.part::<Ratio>(number)?.over(Ratio::whole(100));
        share.filter(|share| *share > Ratio::ZERO).ok_or_else(|| self.is_not("above zero"))
    }

    /// An amount above zero of a unit with so many decimals, in steps.
    pub(super) fn amount(&self, decimals: Read<u8>) -> Read<i64> {
        let number = self.positive(&self.number()?)?;
        let decimals = decimals?;
        if number.scale() > decimals {
            return Err(self.fault(format!(
                "{number} has more decimals than the unit, expected at most {decimals}"
            )));
        }
        let steps = number.steps(decimals);
        steps.map_err(|_| self.fault(format!("{number} does not fit a 64-bit count of steps")))
    }

    /// Money above zero, from a part of this value. What its currency cannot pay is a fault; zeros
    /// behind that are not, since nobody pays this sum: `"1.00"` is what each yen earns for, too.
    pub(super) fn money(&self, number: &str, currency: Currency) -> Read<Ratio> {
        let number = self.positive(number)?;
        let (money, decimals) = (Ratio::from(number), currency.decimals());
        let minor = 10_i64.checked_pow(u32::from(decimals)).map(Ratio::whole);
        if minor.and_then(|minor| money.times(minor)).is_some_and(|minor| minor.denominator() == 1)
        {
            return Ok(money);
        }
        let reason =
            format!("{number} has more decimals than {currency}, expected at most {decimals}");
        Err(self.fault(reason))
    }

    /// What something is worth in programme money: above zero, exact, with any number of decimals.
    pub(super) fn worth(&self, currency: Read<Currency>) -> Read<Ratio> {
        let text = self.number()?;
        let (number, code) = text.split_once(' ').map_or((&*text, None), |(n, c)| (n, Some(c)));
        let ratio = self.part::<Ratio>(number)?;
        if ratio <= Ratio::ZERO {
            return Err(self.is_not("above zero"));
        }
        match code {
            Some(code) => self.own_currency(code, currency?).map(|()| ratio),
            None => Ok(ratio),
        }
    }

    /// Only the programme's own currency makes sense here.
    pub(super) fn own_currency(&self, code: &str, currency: Currency) -> Read<()> {
        if code == currency.as_str() {
            return Ok(());
        }
        let code = shown(code);
        Err(self.fault(format!("{code} is not the programme's currency, expected {currency}")))
    }

    /// A decimal number above zero, from a part of this value.
    pub(super) fn positive(&self, number: &str) -> Read<Decimal> {
        let number = self.part::<Decimal>(number)?;
        if number.digits() > 0 { Ok(number) } else { Err(self.is_not("above zero")) }
    }

    /// A span of time that is not nothing.
    pub(super) fn lasting(&self) -> Read<Span> {
        let span: Span = self.parsed()?;
        if span.is_zero() { Err(self.is_not("longer than no time at all")) } else { Ok(span) }
    }

    /// A part of this value, of a form whose error says "not a …".
    fn part<T: FromStr<Err: Display>>(&self, text: &str) -> Read<T> {
        text.parse().map_err(|error| self.fault(format!("{} is {error}", shown(text))))
    }
}
