//! What is earned, rule by rule in their order of evaluation.

use super::{tiers, units, words};
use crate::programme::{
    Amount, Claims, EarnRule, Multiplier, OnReversal, Per, Programme, Rate, RuleStack, Stack,
    Steps, Then, Times,
};
use crate::ratio::Rounding;

pub(super) fn all(programme: &Programme) -> Vec<String> {
    programme.earn.iter().map(|rule| of(programme, rule)).collect()
}

fn of(programme: &Programme, rule: &EarnRule) -> String {
    let kinds = words::or(&rule.on);
    let gives = match &rule.amount {
        Amount::Rate(rate) => format!("{} of a {kinds}", of_rate(programme, rule, rate)),
        Amount::Fixed { steps, times } => {
            let amount = words::amount(programme, rule.unit, *steps);
            match times {
                Times::Once => format!("{amount} for a {kinds}"),
                Times::PerLine => format!("{amount} for each item of a {kinds}"),
            }
        }
    };
    let only = words::lines(&rule.lines).map(|lines| format!(", only {lines}")).unwrap_or_default();
    let provided = words::provided(programme, &rule.when);
    let mut all = vec![format!("{}: {gives}{only}{provided}.", rule.title.text)];
    if let Some(deadline) = &rule.deadline {
        let (within, after) = (deadline.within, &deadline.after);
        all.push(format!("It has to happen before {within} after its {after} have passed."));
    }
    let limits = rule.limits.iter().map(|limit| {
        let most = words::most(programme, rule.unit, limit.most);
        format!("{most} {}", limit.per.map_or("an activity", words::per))
    });
    let limits: Vec<String> = limits.collect();
    if !limits.is_empty() {
        all.push(words::sentence(&words::at_most(&limits)));
    }
    if let Some(budget) = rule.budget {
        let budget = words::amount(programme, rule.unit, budget);
        all.push(format!("All members together get at most {budget}."));
    }
    all.extend(tiers::qualifies(programme, &rule.qualifies));
    all.extend(terms(rule));
    all.extend(order(programme, rule));
    all.join(" ")
}

fn of_rate(programme: &Programme, rule: &EarnRule, rate: &Rate) -> String {
    let earn = words::exact_amount(programme, rule.unit, rate.earn);
    let per = match &rate.per {
        Per::Money => words::money(programme, rate.size),
        Per::Quantity(name) => format!("{} {name}", words::number(rate.size)),
        Per::LineQuantity => format!("{} pieces", words::number(rate.size)),
    };
    let whole = match rate.steps {
        Steps::Exact => "",
        Steps::Whole => "whole ",
    };
    let rounding = match rule.rounding {
        Rounding::Down => "",
        Rounding::Up => ", rounded up,",
        Rounding::HalfUp | Rounding::HalfEven => ", rounded to the nearest,",
    };
    format!("{earn} for each {whole}{per}{rounding}")
}

fn terms(rule: &EarnRule) -> Vec<String> {
    let expiry = rule.expiry.as_ref().map(|expiry| format!("These {}.", units::expiry(expiry)));
    let pending = rule.availability.and_then(units::availability).map(|how| format!("They {how}."));
    let again = (rule.on_reversal == OnReversal::ReEvaluate)
        .then(|| "If a part is cancelled, what is left is reckoned anew.".to_owned());
    [expiry, pending, again].into_iter().flatten().collect()
}

fn order(programme: &Programme, rule: &EarnRule) -> Vec<String> {
    let claims = (rule.claims == Claims::Yes)
        .then(|| "What it counts is not counted again by what follows.".to_owned());
    let stops = (rule.then == Then::Stop)
        .then(|| "If it gives anything, nothing that follows does.".to_owned());
    let unit = words::unit(programme, rule.unit);
    let alone = (rule.stack == RuleStack::Exclusive)
        .then(|| format!("If it gives anything, it gives the only {unit}."));
    [claims, stops, alone].into_iter().flatten().collect()
}

/// What multiplies the rates.
pub(super) fn multipliers(programme: &Programme) -> Vec<String> {
    programme.multipliers.iter().map(|multiplier| multiplied(programme, multiplier)).collect()
}

fn multiplied(programme: &Programme, multiplier: &Multiplier) -> String {
    let times = |factor: &crate::ratio::Ratio| format!("{} times", words::number(*factor));
    let factor = words::by_tier(programme, &multiplier.factor, times);
    let (unit, kinds) = (words::unit(programme, multiplier.unit), words::or(&multiplier.on));
    let only = words::lines(&multiplier.lines).map(|lines| format!(", for {lines}"));
    let provided = words::provided(programme, &multiplier.when);
    let stack = match multiplier.stack {
        Stack::Multiply => "",
        Stack::Best => " Of several of these only the greatest counts.",
        Stack::Exclusive => {
            " If it applies, nothing else multiplies but a greater one of its kind."
        }
    };
    let (title, only) = (&multiplier.title.text, only.unwrap_or_default());
    format!("{title}: {unit} earned by a rate of a {kinds} count {factor}{only}{provided}.{stack}")
}
