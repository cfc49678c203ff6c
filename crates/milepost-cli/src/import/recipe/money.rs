//! Money in a mapping: `"{Amount}"` in the programme's currency, or
//! `{ amount = "{Amount}", currency = "{Currency}" }`.

use milepost::{Decimal, Money, Name};

use crate::import::row::{Cursor, Fault, Field};
use crate::import::sheet::{MappingFault, Sheet};

#[derive(Debug)]
pub(super) struct MoneyShape {
    amount: Field<Decimal>,
    currency: Option<Field<Name>>,
}

/// Money that may be left out.
pub(super) fn money(sheet: &mut Sheet<'_>, name: &str) -> Result<Option<MoneyShape>, MappingFault> {
    if !sheet.is_group(name) {
        let amount = sheet.optional(name)?;
        return Ok(amount.map(|amount| MoneyShape { amount, currency: None }));
    }
    let Some(mut inner) = sheet.group(name)? else { return Ok(None) };
    let (amount, currency) = (inner.required("amount")?, Some(inner.required("currency")?));
    inner.finish()?;
    Ok(Some(MoneyShape { amount, currency }))
}

impl MoneyShape {
    /// The money of a row.
    pub(super) fn read(&self, cursor: &mut Cursor<'_>) -> Result<Money, Fault> {
        let amount = cursor.read(&self.amount)?;
        let currency = self.currency.as_ref().map(|currency| cursor.read(currency)).transpose()?;
        let currency = currency.map(|currency| currency.as_str().into());
        Ok(Money { currency, ..Money::from(amount) })
    }

    /// The money of a row, if its amount does not come out empty.
    pub(super) fn maybe(&self, cursor: &mut Cursor<'_>) -> Result<Option<Money>, Fault> {
        let amount = cursor.maybe(Some(&self.amount))?;
        amount.map(|_| self.read(cursor)).transpose()
    }
}
