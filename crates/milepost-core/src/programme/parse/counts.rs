//! Counts: what the file declares by `qualifying_only` and by `qualifies`, and thresholds of them.
//!
//! Tiers stand before the rules that count for them, so the names are looked up in the whole file
//! before anything that refers to them is read.

use toml::de::{DeTable, DeValue};

use super::item::Item;
use super::report::{Read, all};
use super::scope::Scope;
use crate::money::Currency;
use crate::programme::{
    Carry, Count, CountKind, Milestone, Symbols, Threshold, Tier, TierPolicy, Unit,
};
use crate::ratio::Ratio;

/// The money of all recorded activities.
const SPEND: &str = "spend";
/// The number of recorded activities.
const ACTIVITIES: &str = "activities";
/// The tables in which names are chosen, so that a key of any name means nothing.
const WITHOUT_RULES: [&str; 2] = ["units", "exchange"];

/// Every count of the file: what is built in, then units, then names.
pub(super) fn counts(
    top: &DeTable<'_>,
    currency: Read<Currency>,
    units: &[(Box<str>, Read<Unit>)],
    symbols: &mut Symbols,
) -> Vec<Count> {
    let mut counts = Vec::new();
    let mut add = |name: &str, kind: CountKind, decimals: u8| {
        if counts.iter().any(|known: &Count| *known.name == *name) {
            return;
        }
        // A ledger with more counts than numbers has no place for this one: it is not declared.
        let Some(ix) = symbols.add_count(name) else { return };
        counts.push(Count { ix, name: name.into(), kind, decimals, used: false });
    };
    add(SPEND, CountKind::Spend, currency.map_or(0, Currency::decimals));
    add(ACTIVITIES, CountKind::Activities, 0);
    for (name, unit) in units {
        match unit {
            Ok(unit) if unit.qualifying_only => add(name, CountKind::Unit(unit.ix), unit.decimals),
            Ok(_) => {}
            // Whoever counts a faulty unit is not told of a second fault.
            Err(_) => add(name, CountKind::Named, 0),
        }
    }
    let mut names = Vec::new();
    for (key, value) in top {
        if !WITHOUT_RULES.contains(&key.get_ref().as_ref()) {
            qualified(value.get_ref(), &mut names);
        }
    }
    for name in names {
        let unit = units.iter().find(|(unit, _)| **unit == *name);
        let decimals = unit.and_then(|(_, unit)| unit.as_ref().ok()).map_or(0, |u| u.decimals);
        add(&name, CountKind::Named, decimals);
    }
    counts
}

/// The names in every `qualifies` below a value.
fn qualified(value: &DeValue<'_>, names: &mut Vec<Box<str>>) {
    if let Some(list) = value.as_array() {
        list.iter().for_each(|item| qualified(item.get_ref(), names));
    }
    let Some(table) = value.as_table() else { return };
    for (key, value) in table {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("qualifies", DeValue::Table(counts)) => {
                names.extend(counts.iter().map(|(name, _)| name.get_ref().as_ref().into()));
            }
            ("qualifies", DeValue::String(name)) => names.push(name.as_ref().into()),
            ("qualifies", DeValue::Boolean(true)) => {
                let unit = table.get("unit").and_then(|unit| unit.get_ref().as_str());
                names.extend(unit.map(Box::from));
            }
            (_, value) => qualified(value, names),
        }
    }
}

/// A unit that has the name of a built-in count would be counted twice.
pub(super) fn qualifying_only(item: &Item<'_>, name: &str) -> Read<bool> {
    match item.flag()? {
        true if name == SPEND || name == ACTIVITIES => {
            Err(item.fault(format!("{name:?} is a count of its own already")))
        }
        set => Ok(set),
    }
}

/// Notes which counts tiers, milestones and the carry look at.
pub(super) fn note_used(
    counts: &mut [Count],
    tiers: &[Tier],
    policy: &TierPolicy,
    milestones: &[Milestone],
) {
    let of_tiers = tiers.iter().flat_map(Tier::thresholds).map(|(count, _)| *count);
    let of_milestones = milestones.iter().map(|milestone| milestone.count);
    let carried = policy.carry.iter().map(|Carry { count, .. }| *count);
    let used: Vec<_> = of_tiers.chain(of_milestones).chain(carried).collect();
    for count in counts {
        count.used = used.contains(&count.ix);
    }
}

/// Lines of which any one reaches or keeps a tier.
pub(super) fn lines(list: &Item<'_>, scope: &Scope) -> Read<Vec<Vec<Threshold>>> {
    let items =
        list.list_of("a list of lines such as [{ nights = 10 }, { spend = \"5000.00\" }]")?;
    if items.is_empty() {
        return Err(list.fault("an empty list, expected at least one line"));
    }
    all(items.iter().map(|item| thresholds(item, scope)).collect())
}

/// A table of counts and how much of each is needed, at least one.
pub(super) fn thresholds(item: &Item<'_>, scope: &Scope) -> Read<Vec<Threshold>> {
    let entries = item.table()?.entries();
    if entries.is_empty() {
        return Err(item.fault("an empty table, expected at least one count"));
    }
    let threshold = |(name, item): &(&str, Item<'_>)| {
        let count = scope.count_named(item, name)?;
        Ok((count.ix, amount(item, scope, count)?))
    };
    all(entries.iter().map(threshold).collect())
}

/// How much of a count, above zero, in whole units of it.
pub(super) fn amount(item: &Item<'_>, scope: &Scope, count: &Count) -> Read<Ratio> {
    match count.kind {
        CountKind::Spend => spend(item, scope.currency?),
        CountKind::Activities => item.amount(Ok(0)).map(Ratio::whole),
        CountKind::Unit(_) => {
            let steps = Ratio::whole(item.amount(Ok(count.decimals))?);
            steps.over(scale(count.decimals)).ok_or_else(|| item.is_not("so small a number"))
        }
        CountKind::Named => item.ratio(),
    }
}

fn scale(decimals: u8) -> Ratio {
    Ratio::whole(10_i64.saturating_pow(u32::from(decimals)))
}

fn spend(item: &Item<'_>, currency: Currency) -> Read<Ratio> {
    let text = item.number()?;
    match text.split_once(' ') {
        Some((number, code)) => {
            item.own_currency(code, currency)?;
            item.money(number, currency)
        }
        None => item.money(&text, currency),
    }
}

/// `qualifies` of an earn rule: how much of its amount counts under which names too.
pub(super) fn qualifies(item: &Item<'_>, scope: &Scope) -> Read<Vec<Threshold>> {
    let entries = item.table()?.entries();
    if entries.is_empty() {
        return Err(item.fault("an empty table, expected at least one count"));
    }
    let part = |(name, item): &(&str, Item<'_>)| {
        let (name, part) = (item.name_of(name), item.ratio());
        Ok((scope.count_named(item, &name?)?.ix, part?))
    };
    all(entries.iter().map(part).collect())
}
