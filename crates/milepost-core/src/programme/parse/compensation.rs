//! `[[compensation]]`: promises, and what is paid when one is broken.

use super::grants::grants;
use super::item::Item;
use super::limits::{limits, most, shared_period};
use super::report::Read;
use super::roles::role_of;
use super::scope::{Ids, Scope};
use crate::programme::{Basis, Compensation, Discretion, GrantItem, PeriodBudget, Role, Symbols};
use crate::ratio::Ratio;

/// The most decimals of any unit (R-NUM-1).
const MAX_DECIMALS: u8 = 6;

/// One promise.
pub(super) fn compensation(
    item: &Item<'_>,
    scope: &Scope,
    roles: &Read<Vec<Role>>,
    ids: &mut Ids,
    symbols: &mut Symbols,
) -> Read<Compensation> {
    let mut table = item.table()?;
    let cause = table.required("cause", |item| {
        let cause = ids.new_id(item)?;
        let ix = symbols.add_cause(&cause);
        Ok((cause, ix.ok_or_else(|| item.fault("the ledger has too many causes"))?))
    });
    let form = if table.has("grants") || table.has("basis") {
        Ok(())
    } else {
        table.one_of(&["grants", "basis"]).map(|_| ())
    };
    let grants = table.or_default("grants", |item| grants(item, scope));
    let basis = table.optional("basis", |item| basis(item, scope));
    // Where neither is there, that was reported, and amounts may have any decimals a unit can have.
    let decimals = main_decimals(&grants, &basis, scope);
    let respond_within = table.optional("respond_within", Item::lasting);
    let settle_within = table.optional("settle_within", Item::lasting);
    let limits = table.or_default("limit", |item| {
        let items = item.list_of("a list of limits such as { count = 2, per = \"90 days\" }")?;
        limits(&items, |table| most(table, decimals), Item::lasting)
    });
    let discretion = table.optional("discretion", |item| discretion(item, decimals, roles));
    let approval_above = table.optional("approval_above", |item| item.amount(decimals));
    let budget = table.optional("budget", |item| budget(item, decimals));
    table.finish()?;
    form?;
    let (cause, ix) = cause?;
    Ok(Compensation {
        ix,
        cause,
        grants: grants?,
        basis: basis?,
        respond_within: respond_within?,
        settle_within: settle_within?,
        limits: limits?,
        discretion: discretion?,
        approval_above: approval_above?,
        budget: budget?,
    })
}

/// The decimals of the basis's unit, else of the first grant's.
fn main_decimals(
    grants: &Read<Vec<GrantItem>>,
    basis: &Read<Option<Basis>>,
    scope: &Scope,
) -> Read<u8> {
    let of_basis = basis.as_ref().map_err(|reported| *reported)?.as_ref().map(|basis| basis.unit);
    let grants = grants.as_ref().map_err(|reported| *reported)?;
    let ix = of_basis.or(grants.first().map(|grant| grant.unit));
    let mut units = scope.units.iter().filter_map(|(_, unit)| unit.as_ref().ok());
    Ok(units.find(|unit| Some(unit.ix) == ix).map_or(MAX_DECIMALS, |unit| unit.decimals))
}

fn basis(item: &Item<'_>, scope: &Scope) -> Read<Basis> {
    let mut table = item.table()?;
    let share = table.required("share_of_spend", Item::percent);
    let unit = table.required("unit", |item| scope.unit(item));
    let decimals = unit.map(|unit| unit.decimals);
    let steps_per_money = table.required("per", |item| {
        let money = item.worth(scope.currency)?;
        let steps = 10_i64.checked_pow(u32::from(decimals?)).map(Ratio::whole);
        let rate = steps.and_then(|steps| steps.over(money));
        rate.ok_or_else(|| item.fault(format!("{} is too small to divide by", item.found())))
    });
    let min = table.optional("min", |item| item.amount(decimals));
    let max = table.optional("max", |item| {
        let max = item.amount(decimals)?;
        match min? {
            Some(min) if max < min => Err(item.fault(format!("{} is below `min`", item.found()))),
            Some(_) | None => Ok(max),
        }
    });
    table.finish()?;
    Ok(Basis {
        share: share?,
        unit: unit?.ix,
        steps_per_money: steps_per_money?,
        min: min?,
        max: max?,
    })
}

fn discretion(item: &Item<'_>, decimals: Read<u8>, roles: &Read<Vec<Role>>) -> Read<Discretion> {
    let mut table = item.table()?;
    let amount = table.required("amount", |item| item.amount(decimals));
    let roles = table.optional("roles", |item| item.some(|item| role_of(item, roles)));
    table.finish()?;
    Ok(Discretion { amount: amount?, roles: roles? })
}

fn budget(item: &Item<'_>, decimals: Read<u8>) -> Read<PeriodBudget> {
    let mut table = item.table()?;
    let amount = table.required("amount", |item| item.amount(decimals));
    let per = table.required("per", shared_period);
    table.finish()?;
    Ok(PeriodBudget { amount: amount?, per: per? })
}
