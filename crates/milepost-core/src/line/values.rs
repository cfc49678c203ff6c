//! Single values of a line: names, amounts, money, instants, bills.

use chrono::NaiveDate;

use super::fields::{Fields, MAX_ITEMS};
use super::json::{Fault, Raw, Read};
use crate::command::{self, Activity, Actor, BirthDate, Qualifies};
use crate::decimal::{Decimal, MAX_DIGITS};
use crate::money::Money;
use crate::names::{Key, MemberId, Name, Reference, Text};
use crate::ratio::Ratio;
use crate::time::Instant;

macro_rules! texts {
    ($($name:ident)*) => {
        $(impl Read for $name {
            fn read(raw: Raw<'_>) -> Result<$name, Fault> {
                raw.text()?.parse().map_err(Fault::new)
            }
        })*
    };
}

texts! { Key MemberId Name Reference Text Instant }

impl Read for Box<str> {
    fn read(raw: Raw<'_>) -> Result<Box<str>, Fault> {
        Ok(raw.text()?.into())
    }
}

impl Read for Decimal {
    /// R-NUM-1: kept exactly as written; how many decimals are allowed is decided with the unit.
    fn read(raw: Raw<'_>) -> Result<Decimal, Fault> {
        let text =
            raw.number_or_text("a whole number, or a decimal in quotes such as \"144.90\"")?;
        text.parse().map_err(Fault::new)
    }
}

impl Read for u32 {
    fn read(raw: Raw<'_>) -> Result<u32, Fault> {
        let number = raw.whole_number().and_then(|digits| digits.parse().ok());
        number.ok_or_else(|| raw.wrong("a whole number from 0 to 4294967295"))
    }
}

impl Read for bool {
    fn read(raw: Raw<'_>) -> Result<bool, Fault> {
        raw.as_written().parse().map_err(|_| raw.wrong("true or false"))
    }
}

impl Read for Option<Qualifies> {
    /// `true`: under the unit's name; or the name.
    fn read(raw: Raw<'_>) -> Result<Option<Qualifies>, Fault> {
        match raw.as_written() {
            "true" => Ok(Some(Qualifies::UnitName)),
            "false" => Ok(None),
            _ => Name::read(raw).map(|name| Some(Qualifies::Name(name))),
        }
    }
}

impl Read for BirthDate {
    fn read(raw: Raw<'_>) -> Result<BirthDate, Fault> {
        let expected = || Fault::new("expected a date such as 1980-02-29");
        birth_date(&raw.text()?).ok_or_else(expected)
    }
}

fn birth_date(text: &str) -> Option<BirthDate> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let number = |part: &str, digits: usize| {
        let plain = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| part.parse::<u16>().ok())?
    };
    let year = number(year, 4).filter(|year| *year > 0)?;
    let month = u8::try_from(number(month, 2)?).ok()?;
    let day = u8::try_from(number(day, 2)?).ok()?;
    NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))?;
    Some(BirthDate { year, month, day })
}

impl Read for Ratio {
    fn read(raw: Raw<'_>) -> Result<Ratio, Fault> {
        let text = raw.number_or_text("a rate in quotes such as \"1.47\"")?;
        let rate: Ratio = text.parse().map_err(Fault::new)?;
        let short = |number: i128| number.to_string().len() <= MAX_DIGITS;
        if rate.numerator() <= 0 {
            return Err(Fault::new("expected a rate above zero"));
        }
        // What is longer could not be written so that it is read back.
        let fits = short(rate.numerator()) && short(rate.denominator());
        fits.then_some(rate).ok_or_else(|| Fault::new("the rate has too many digits"))
    }
}

impl Read for Money {
    fn read(raw: Raw<'_>) -> Result<Money, Fault> {
        if raw.is_object() { raw.object(foreign) } else { Decimal::read(raw).map(Money::from) }
    }
}

fn foreign(fields: &mut Fields<'_>) -> Result<Money, Fault> {
    Ok(Money {
        amount: fields.required("amount")?,
        currency: Some(fields.required::<Name>("currency")?.as_str().into()),
        rate: fields.optional("rate")?,
    })
}

impl Read for Actor {
    fn read(raw: Raw<'_>) -> Result<Actor, Fault> {
        raw.object(|fields| {
            Ok(Actor { id: fields.required("id")?, role: fields.required("role")? })
        })
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(raw: Raw<'_>) -> Result<Vec<T>, Fault> {
        let items = raw.items()?.into_iter().enumerate();
        items
            .map(|(index, item)| T::read(item).map_err(|fault| fault.under(index.to_string())))
            .collect()
    }
}

impl<T: Read> Read for Vec<(Name, T)> {
    /// Fields come sorted by name.
    fn read(raw: Raw<'_>) -> Result<Vec<(Name, T)>, Fault> {
        let fields = raw.fields()?.into_iter();
        fields
            .map(|(name, value)| {
                let value = T::read(value).map_err(|fault| fault.under(&name))?;
                Ok((Name::new(name).map_err(Fault::new)?, value))
            })
            .collect()
    }
}

impl Read for Activity {
    fn read(raw: Raw<'_>) -> Result<Activity, Fault> {
        raw.object(|fields| {
            Ok(Activity {
                kind: fields.required("kind")?,
                reference: fields.required("ref")?,
                occurred_at: fields.optional("occurred_at")?,
                spend: fields.optional("spend")?,
                quantities: fields.or_default("quantities")?,
                lines: bill(fields)?,
                attributes: fields.or_default("attributes")?,
                times: fields.or_default("times")?,
            })
        })
    }
}

fn bill(fields: &mut Fields<'_>) -> Result<Vec<command::Line>, Fault> {
    let lines: Vec<command::Line> = fields.or_default("lines")?;
    match lines.len() {
        0..=MAX_ITEMS => Ok(lines),
        _ => Err(Fault::new(format!("expected at most {MAX_ITEMS} lines")).under("lines")),
    }
}

impl Read for command::Line {
    fn read(raw: Raw<'_>) -> Result<command::Line, Fault> {
        raw.object(|fields| {
            Ok(command::Line {
                sku: fields.optional("sku")?,
                amount: fields.required("amount")?,
                quantity: fields.optional("quantity")?,
                attributes: fields.or_default("attributes")?,
            })
        })
    }
}
