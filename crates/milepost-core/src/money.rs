//! Money: a count of minor units of an ISO 4217 currency (R-NUM-1).

use std::fmt;
use std::str::FromStr;

use crate::decimal::Decimal;
use crate::ratio::Ratio;

/// An ISO 4217 currency with a minor unit, such as `EUR` (2 decimals), `JPY` (0) or `KWD` (3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
    decimals: u8,
}

/// Not the code of a currency that has a minor unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an ISO 4217 currency code such as EUR")]
pub struct NotACurrency;

impl Currency {
    /// Decimals of the minor unit.
    pub const fn decimals(self) -> u8 {
        self.decimals
    }

    /// The code in capitals.
    pub fn as_str(&self) -> &str {
        // The code was made from ASCII letters.
        str::from_utf8(&self.code).unwrap_or("???")
    }

    /// So many minor units as an exact number of whole ones.
    pub fn ratio(self, minor: i64) -> Ratio {
        Ratio::from(Decimal::from_steps(minor, self.decimals))
    }
}

impl FromStr for Currency {
    type Err = NotACurrency;

    fn from_str(text: &str) -> Result<Currency, NotACurrency> {
        let code: [u8; 3] = text.as_bytes().try_into().map_err(|_| NotACurrency)?;
        let known = iso_currency::Currency::from_code(text).ok_or(NotACurrency)?;
        let decimals = known.exponent().and_then(|e| u8::try_from(e).ok()).ok_or(NotACurrency)?;
        Ok(Currency { code, decimals })
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Money as a command gives it: an amount, maybe with its currency and its rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Money {
    /// The amount as written.
    pub amount: Decimal,
    /// Its currency code as written; left out: the programme's.
    pub currency: Option<Box<str>>,
    /// Programme currency per 1 of it; left out: the programme's exchange table.
    pub rate: Option<Ratio>,
}

impl From<Decimal> for Money {
    /// Money in the programme's currency.
    fn from(amount: Decimal) -> Money {
        Money { amount, currency: None, rate: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_num_1_decimals_of_currencies() {
        let decimals = |code: &str| code.parse::<Currency>().map(Currency::decimals);
        assert_eq!(decimals("JPY"), Ok(0));
        assert_eq!(decimals("EUR"), Ok(2));
        assert_eq!(decimals("KWD"), Ok(3));
        for code in ["eur", "EURO", "", "XYZ", "XAU"] {
            assert_eq!(decimals(code), Err(NotACurrency), "{code}");
        }
    }
}
