//! Reading the amounts and the money of a command against the programme.

use crate::command::Activity;
use crate::decimal::{Decimal, ten_to};
use crate::money::{Currency, Money};
use crate::programme::{Programme, Unit};
use crate::ratio::Ratio;
use crate::refusal::{Code, Detail, Refusal};

/// Money in minor units of a known currency, and what one whole unit of it is worth in programme
/// currency.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paid {
    pub(super) minor: i128,
    pub(super) currency: Currency,
    pub(super) rate: Ratio,
}

impl Paid {
    /// The money in whole programme currency, exactly.
    pub(super) fn in_programme_currency(&self) -> Option<Ratio> {
        self.currency.ratio(i64::try_from(self.minor).ok()?).times(self.rate)
    }
}

/// A positive amount of a unit, in steps. Whether it fits 64 bits is judged when it is used.
pub(super) fn positive(unit: &Unit, amount: Decimal) -> Result<i128, Refusal> {
    let steps = scaled(amount, unit.decimals).ok_or_else(|| too_fine(&unit.name, unit.decimals))?;
    if steps > 0 {
        return Ok(steps);
    }
    let message = format!("an amount of {} must be above 0, found {amount}", unit.name);
    Err(Refusal::new(Code::InvalidAmount, message)
        .with("unit", Detail::Text(unit.name.to_string())))
}

/// An amount that is left out or positive, judged as far as it can be without its unit.
pub(super) fn above_zero(amount: Option<Decimal>) -> Result<(), Refusal> {
    match amount {
        Some(amount) if amount.digits() <= 0 => {
            let message = format!("an amount must be above 0, found {amount}");
            Err(Refusal::new(Code::InvalidAmount, message))
        }
        _ => Ok(()),
    }
}

/// The currency and rate of money, and its minor units; not below zero.
pub(super) fn paid(programme: &Programme, money: &Money) -> Result<Paid, Refusal> {
    let (currency, rate) = currency(programme, money)?;
    let minor = minor(currency, money.amount)?;
    match minor {
        0.. => Ok(Paid { minor, currency, rate }),
        _ => Err(below_zero("money", money.amount)),
    }
}

/// The currency of money and what one whole unit of it is worth in programme currency.
pub(super) fn currency(programme: &Programme, money: &Money) -> Result<(Currency, Ratio), Refusal> {
    let Some(code) = &money.currency else {
        return Ok((programme.currency, money.rate.unwrap_or(Ratio::ONE)));
    };
    let unknown = |message: String| {
        Refusal::new(Code::UnknownCurrency, message)
            .with("currency", Detail::Text(code.to_string()))
    };
    let currency: Currency =
        code.parse().map_err(|_| unknown(format!("there is no currency {code}")))?;
    let rate = money.rate.or_else(|| programme.exchange_rate(currency));
    rate.map(|rate| (currency, rate)).ok_or_else(|| {
        unknown(format!("there is no rate for {code}: give one, or add it to [exchange]"))
    })
}

/// Money in minor units of its currency.
pub(super) fn minor(currency: Currency, amount: Decimal) -> Result<i128, Refusal> {
    let decimals = currency.decimals();
    scaled(amount, decimals).ok_or_else(|| too_fine(currency.as_str(), decimals))
}

/// What was paid for an activity: its spend, or the sum of its lines; `None` if it says nothing of
/// money.
pub(super) fn spend(programme: &Programme, activity: &Activity) -> Result<Option<Paid>, Refusal> {
    let (currency, rate) = match &activity.spend {
        Some(money) => currency(programme, money)?,
        None => (programme.currency, Ratio::ONE),
    };
    let mut sum: i128 = 0;
    for line in &activity.lines {
        let minor = minor(currency, line.amount)?;
        sum = sum.checked_add(minor).ok_or_else(super::tx::overflow)?;
        if line.quantity.is_some_and(|quantity| quantity.digits() < 0) {
            return Err(below_zero("a quantity", line.amount));
        }
    }
    if sum < 0 {
        return Err(below_zero(
            "the sum of the lines",
            Decimal::from_steps(sum, currency.decimals()),
        ));
    }
    if let Some((_, quantity)) = activity.quantities.iter().find(|(_, q)| q.digits() < 0) {
        return Err(below_zero("a quantity", *quantity));
    }
    match &activity.spend {
        Some(money) => paid(programme, money).map(Some),
        None if activity.lines.is_empty() => Ok(None),
        None => Ok(Some(Paid { minor: sum, currency, rate })),
    }
}

/// Less is available than requested.
pub(super) fn insufficient(unit: &Unit, available: i64, requested: i128) -> Refusal {
    let show = |steps: i128| Decimal::from_steps(steps, unit.decimals);
    let (available, requested) = (show(i128::from(available)), show(requested));
    let message = format!("{available} {} are available, {requested} were requested", unit.name);
    Refusal::new(Code::InsufficientBalance, message)
        .with("unit", Detail::Text(unit.name.to_string()))
        .with("available", Detail::Amount(available))
        .with("requested", Detail::Amount(requested))
}

/// Steps of `10^-decimals`; `None` if it was written with more digits after the point. A number of
/// 30 digits and 6 decimals fits 128 bits.
fn scaled(amount: Decimal, decimals: u8) -> Option<i128> {
    let missing = decimals.checked_sub(amount.scale())?;
    amount.digits().checked_mul(ten_to(missing)?)
}

fn too_fine(name: &str, decimals: u8) -> Refusal {
    let message = format!("an amount of {name} has at most {decimals} digits after the point");
    Refusal::new(Code::InvalidAmount, message)
}

fn below_zero(what: &str, found: Decimal) -> Refusal {
    Refusal::new(Code::InvalidAmount, format!("{what} cannot be below 0, found {found}"))
}
