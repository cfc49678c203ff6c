//! Earn rules that no activity gets to, multipliers that multiply nothing, rewards without a price.

use super::Warning;
use crate::programme::{
    Amount, Claims, EarnRule, Multiplier, Price, Programme, Reward, RuleStack, Then, When,
};

pub(super) fn unreachable(programme: &Programme) -> Vec<Warning> {
    let rules = programme.earn.iter().enumerate();
    let mut all: Vec<Warning> = rules
        .filter_map(|(at, rule)| {
            let before = programme.earn.get(..at).unwrap_or_default();
            let first = before.iter().find(|first| hides(first, rule))?;
            let reason =
                format!("no activity gets to it: wherever it holds, {:?} comes first", first.name);
            Some(Warning::item("earn", &rule.name, reason))
        })
        .collect();
    let idle = programme.multipliers.iter().filter(|multiplier| is_idle(programme, multiplier));
    all.extend(idle.map(|multiplier| {
        let unit = programme.symbols.unit(multiplier.unit);
        let reason = format!("it multiplies nothing: no rule with a rate gives {unit:?} for these");
        Warning::item("multiplier", &multiplier.name, reason)
    }));
    let never = programme.rewards.iter().filter(|reward| has_no_price(reward));
    all.extend(never.map(|reward| {
        Warning::item("rewards", &reward.name, "nobody gets it: it has no price for its tiers")
    }));
    all
}

/// Whether a rule gives something wherever another one would, and then leaves nothing for it. A
/// fixed amount is given whenever the conditions hold.
fn hides(first: &EarnRule, other: &EarnRule) -> bool {
    let same_lines = first.lines.is_empty() || first.lines == other.lines;
    // Turns are counted over the kinds of the rule itself.
    let same_turn = first.when.turn.is_any() || first.on == other.on;
    let always = matches!(first.amount, Amount::Fixed { .. })
        && same_turn
        && implied(&first.when, &other.when)
        && same_lines
        && (first.deadline.is_none() || first.deadline == other.deadline);
    let ends = first.then == Then::Stop
        || first.claims == Claims::Yes
        || (first.stack == RuleStack::Exclusive && first.unit == other.unit);
    always && ends && other.on.iter().all(|kind| first.on.contains(kind))
}

/// Whether conditions hold wherever others do: each is not given, or given just so.
fn implied(first: &When, other: &When) -> bool {
    let free = When::default();
    let timed = first.from.is_some()
        || first.until.is_some()
        || !first.months.is_empty()
        || !first.weekdays.is_empty()
        || first.birthday != free.birthday;
    (first.window_on == other.window_on || !timed && first.window_on.is_none())
        && is(&first.from, &other.from, &free.from)
        && is(&first.until, &other.until, &free.until)
        && (first.tiers.is_empty()
            || !other.tiers.is_empty() && other.tiers.iter().all(|t| first.tiers.contains(t)))
        && is(&first.min_spend, &other.min_spend, &free.min_spend)
        && is(&first.max_spend, &other.max_spend, &free.max_spend)
        && is(&first.min_quantity, &other.min_quantity, &free.min_quantity)
        && is(&first.attributes, &other.attributes, &free.attributes)
        && is(&first.absent, &other.absent, &free.absent)
        && is(&first.months, &other.months, &free.months)
        && is(&first.weekdays, &other.weekdays, &free.weekdays)
        && is(&first.birthday, &other.birthday, &free.birthday)
        && (first.turn.is_any() || first.turn == other.turn)
}

/// Whether one condition is not given, or just as the other.
fn is<T: PartialEq>(one: &T, other: &T, free: &T) -> bool {
    one == free || one == other
}

fn is_idle(programme: &Programme, multiplier: &Multiplier) -> bool {
    let rated = |rule: &&EarnRule| {
        matches!(rule.amount, Amount::Rate(_))
            && rule.unit == multiplier.unit
            && rule.on.iter().any(|kind| multiplier.on.contains(kind))
    };
    !programme.earn.iter().any(|rule| rated(&rule))
}

fn has_no_price(reward: &Reward) -> bool {
    let tiers = &reward.when.tiers;
    let without = |has: &dyn Fn(crate::programme::TierIx) -> bool, default: bool| {
        !tiers.is_empty() && !default && !tiers.iter().any(|tier| has(*tier))
    };
    match &reward.price {
        Price::Money(money) => {
            without(&|tier| money.value.of(Some(tier)).is_some(), money.value.default.is_some())
        }
        Price::Cost(cost) => without(&|tier| cost.of(Some(tier)).is_some(), cost.default.is_some()),
        Price::Partner(_) => false,
    }
}
