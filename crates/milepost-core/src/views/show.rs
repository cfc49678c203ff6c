//! Amounts and money as people read them, with the decimals of their unit or currency.

use crate::decimal::Decimal;
use crate::programme::{Programme, UnitIx};
use crate::ratio::Ratio;
use crate::rules::Rules;

/// The decimals of a unit: a revision never changes them, so any version that has the unit tells
/// (R-TIME-8).
pub(crate) fn decimals(rules: &Rules, unit: UnitIx) -> u8 {
    let found = rules.versions().find_map(|version| version.programme.unit(unit));
    found.map_or(0, |unit| unit.decimals)
}

/// An amount of a unit, such as `12.50`.
pub(crate) fn amount(rules: &Rules, unit: UnitIx, steps: impl Into<i128>) -> String {
    Decimal::from_steps(steps, decimals(rules, unit)).to_string()
}

/// Minor units of the programme currency, such as `1.20`.
pub(crate) fn money(rules: &Rules, minor: i64) -> String {
    Decimal::from_steps(minor, rules.latest().programme.currency.decimals()).to_string()
}

/// Exact steps of a unit as exact whole units; `None` if that does not fit.
pub(crate) fn whole(rules: &Rules, unit: UnitIx, steps: Ratio) -> Option<Ratio> {
    let scale = 10_i64.checked_pow(u32::from(decimals(rules, unit)))?;
    steps.over(Ratio::whole(scale))
}

/// Money in whole programme currency: with the currency's decimals, or as a fraction if it has more.
pub(crate) fn exact_money(programme: &Programme, money: Ratio) -> String {
    let decimals = programme.currency.decimals();
    let minor = 10_i64.checked_pow(u32::from(decimals)).map(Ratio::whole);
    let minor = minor.and_then(|scale| money.times(scale)).filter(|m| m.denominator() == 1);
    match minor {
        Some(minor) => Decimal::from_steps(minor.numerator(), decimals).to_string(),
        None => money.to_string(),
    }
}
