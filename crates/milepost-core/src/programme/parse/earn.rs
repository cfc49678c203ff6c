//! `[[earn]]`: what an activity gives.

use super::counts::qualifies;
use super::expiry::expiry;
use super::header::{named, title};
use super::item::Item;
use super::limits::{limits, most, period_or_activity};
use super::lines::lines;
use super::report::{Read, all};
use super::scope::{Ids, Scope};
use super::table::Table;
use super::units::pending;
use super::when::when;
use crate::money::Currency;
use crate::programme::{
    Amount, Claims, Deadline, EarnRule, Limit, LimitPeriod, LineFilter, OnReversal, Per, Rate,
    RuleStack, Steps, Symbols, Then, Times, Unit, When,
};
use crate::ratio::{Ratio, Rounding};

/// The quantity that every line has of its own.
const LINE_QUANTITY: &str = "quantity";

/// One earn rule, and its priority.
pub(super) fn earn_rule(
    item: &Item<'_>,
    scope: &Scope,
    ids: &mut Ids,
    symbols: &mut Symbols,
) -> Read<(i64, EarnRule)> {
    let mut table = item.table()?;
    let id = table.required("id", |item| {
        let id = ids.new_id(item)?;
        let ix = symbols.add_rule(&id);
        Ok((id, ix.ok_or_else(|| item.fault("the ledger has too many earn rules"))?))
    });
    let title = table.optional("title", title);
    let unit = table.required("unit", |item| scope.unit(item));
    let on = table.required("on", |item| item.some(Item::name));
    let amount = amount(&mut table, unit, scope.currency);
    let rounding = table.or_default("rounding", rounding);
    let when = when_and_window(&mut table, scope);
    let lines = table.or_default("lines", |item| of_lines(item, amount.as_ref().ok()));
    let claims = table.or_default("claims", |item| flag(item, Claims::Yes));
    let then = table.or_default("stop", |item| flag(item, Then::Stop));
    let stack =
        table.or_default("stack", |item| item.choice(&[("exclusive", RuleStack::Exclusive)]));
    let priority = table.or_default("priority", |item| item.whole(&(-1_000_000..=1_000_000)));
    let deadline = table.optional("deadline", deadline);
    let decimals = unit.map(|unit| unit.decimals);
    let limits = table.or_default("limit", |item| limits_of(item, decimals));
    let budget = table.optional("budget", |item| item.amount(decimals));
    let on_reversal = table.or_default("on_reversal", on_reversal);
    let expiry = table.optional("expiry", expiry);
    let availability = table.optional("pending", pending);
    let qualifies = table.or_default("qualifies", |item| qualifies(item, scope));
    table.finish()?;
    let (name, ix) = id?;
    let rule = EarnRule {
        ix,
        title: title?.unwrap_or_else(|| named(&name)),
        name,
        unit: unit?.ix,
        on: on?,
        amount: amount?,
        rounding: rounding?,
        when: when?,
        expiry: expiry?,
        availability: availability?,
        lines: lines?,
        claims: claims?,
        then: then?,
        stack: stack?,
        deadline: deadline?,
        limits: limits?,
        budget: budget?,
        on_reversal: on_reversal?,
        qualifies: qualifies?,
    };
    Ok((priority?, rule))
}

/// Limits of a rule whose unit has so many decimals; all of them hold.
fn limits_of(item: &Item<'_>, decimals: Read<u8>) -> Read<Vec<Limit<Option<LimitPeriod>>>> {
    let items = item.list_of("a list of tables")?;
    if items.is_empty() {
        return Err(item.fault("an empty list, expected at least one item"));
    }
    limits(&items, |table| most(table, decimals), period_or_activity)
}

/// `when`, and the key of the rule itself that says which time it is about.
pub(super) fn when_and_window(table: &mut Table<'_>, scope: &Scope) -> Read<When> {
    let window_on = table.optional("window_on", Item::name);
    let when = table.or_default("when", |item| when(item, scope));
    let (window_on, mut when) = (window_on?, when?);
    when.window_on = window_on.or(when.window_on);
    Ok(when)
}

fn flag<T: Default>(item: &Item<'_>, on: T) -> Read<T> {
    item.flag().map(|set| if set { on } else { T::default() })
}

fn on_reversal(item: &Item<'_>) -> Read<OnReversal> {
    item.choice(&[
        ("proportional", OnReversal::Proportional),
        ("re-evaluate", OnReversal::ReEvaluate),
    ])
}

/// A filter leaves no sense to a quantity of the whole activity.
fn of_lines(item: &Item<'_>, amount: Option<&Amount>) -> Read<LineFilter> {
    let filter = lines(item)?;
    match amount {
        Some(Amount::Rate(Rate { per: Per::Quantity(name), .. })) => Err(item.fault(format!(
            "a quantity of the whole activity ({name:?}) does not go with `lines`, \
             only the lines' own (\"1 quantity\")"
        ))),
        Some(Amount::Rate(_) | Amount::Fixed { .. }) | None => Ok(filter),
    }
}

fn deadline(item: &Item<'_>) -> Read<Deadline> {
    let mut table = item.table()?;
    let after = table.required("after", Item::name);
    let within = table.required("within", Item::lasting);
    table.finish()?;
    Ok(Deadline { after: after?, within: within? })
}

/// Puts the rules in their order of evaluation (higher priority first, then file order), and
/// reports those that can never be reached.
pub(super) fn in_order(list: &Item<'_>, mut rules: Vec<(i64, EarnRule)>) -> Read<Vec<EarnRule>> {
    let place: Vec<Box<str>> = rules.iter().map(|(_, rule)| rule.name.clone()).collect();
    rules.sort_by_key(|(priority, _)| std::cmp::Reverse(*priority));
    let rules: Vec<EarnRule> = rules.into_iter().map(|(_, rule)| rule).collect();
    let items = list.list_of("a list of tables")?;
    let judged = rules.iter().enumerate().map(|(at, rule)| {
        let before = rules.get(..at).unwrap_or_default();
        let Some(first) = before.iter().find(|first| hides(first, rule)) else { return Ok(()) };
        let item = place.iter().position(|name| *name == rule.name).and_then(|at| items.get(at));
        let reason = format!("it can never fire: {:?} always comes before it", first.name);
        Err(item.unwrap_or(list).fault(reason))
    });
    all::<()>(judged.collect())?;
    Ok(rules)
}

/// Whether a rule always fires first and then leaves nothing for another.
fn hides(first: &EarnRule, other: &EarnRule) -> bool {
    let always = matches!(first.amount, Amount::Fixed { .. })
        && first.when.is_always()
        && first.lines.is_empty()
        && first.deadline.is_none();
    let ends = first.then == Then::Stop
        || (first.stack == RuleStack::Exclusive && first.unit == other.unit);
    always && ends && other.on.iter().all(|kind| first.on.contains(kind))
}

/// `rate` or `fixed`, exactly one.
fn amount(table: &mut Table<'_>, unit: Read<&Unit>, currency: Read<Currency>) -> Read<Amount> {
    let form = table.one_of(&["rate", "fixed"]);
    let decimals = unit.map(|unit| unit.decimals);
    let rate = table.optional("rate", |item| rate(item, decimals, currency));
    let fixed = table.optional("fixed", |item| item.amount(decimals));
    let times = if table.has("fixed") {
        table.or_default("per_line", |item| flag(item, Times::PerLine))
    } else {
        table.refuse(&["per_line"], "goes with `fixed` only").map(|()| Times::Once)
    };
    form?;
    match (rate?, fixed?) {
        (Some(rate), _) => times.map(|_| Amount::Rate(rate)),
        (None, Some(steps)) => Ok(Amount::Fixed { steps, times: times? }),
        (None, None) => Err(table.missing("rate")),
    }
}

fn rate(item: &Item<'_>, decimals: Read<u8>, currency: Read<Currency>) -> Read<Rate> {
    let mut table = item.table()?;
    let per = table.required("per", |item| per(item, currency));
    let earn = table.required("earn", |item| steps_of(item, decimals));
    let steps = table.or_default("steps", |item| {
        item.choice(&[("exact", Steps::Exact), ("whole", Steps::Whole)])
    });
    table.finish()?;
    let (per, size) = per?;
    Ok(Rate { per, size, earn: earn?, steps: steps? })
}

/// Money, with or without the programme's currency, or so much of a quantity. A word that is the
/// code of another currency is a fault and not the name of a quantity.
fn per(item: &Item<'_>, currency: Read<Currency>) -> Read<(Per, Ratio)> {
    let text = item.number()?;
    let (number, what) = text.split_once(' ').map_or((&*text, None), |(n, what)| (n, Some(what)));
    match what {
        Some(what) if what.parse::<Currency>().is_err() => {
            let (number, name) = (item.positive(number), item.name_of(what));
            let per = match name? {
                name if *name == *LINE_QUANTITY => Per::LineQuantity,
                name => Per::Quantity(name),
            };
            Ok((per, Ratio::from(number?)))
        }
        Some(code) => {
            item.own_currency(code, currency?)?;
            Ok((Per::Money, item.money(number, currency?)?))
        }
        None => Ok((Per::Money, item.money(number, currency?)?)),
    }
}

/// A rate in whole units, exactly, as steps of the unit.
fn steps_of(item: &Item<'_>, decimals: Read<u8>) -> Read<Ratio> {
    let whole = item.ratio()?;
    let steps = 10_i64.checked_pow(u32::from(decimals?)).map(Ratio::whole);
    let earn = steps.and_then(|steps| whole.times(steps));
    earn.ok_or_else(|| item.fault(format!("{} is too great to count in steps", item.found())))
}

/// `rounding` of an earn rule or a reward.
pub(super) fn rounding(item: &Item<'_>) -> Read<Rounding> {
    item.choice(&[
        ("down", Rounding::Down),
        ("up", Rounding::Up),
        ("half-up", Rounding::HalfUp),
        ("half-even", Rounding::HalfEven),
    ])
}
