//! How an award came about, for programs; `explain` says it in a sentence.

use serde_json::Value;

use super::fields::{Fields, amount};
use crate::breakdown::{Breakdown, Cuts, Factor};
use crate::programme::{Amount, EarnRule, Per, Programme, RuleIx, Steps, Times};
use crate::ratio::{Ratio, Rounding};
use crate::rules::Rules;
use crate::views::show;

/// The breakdown of an award that a rule gave in a programme version.
pub(super) fn breakdown(rules: &Rules, version: u16, rule: RuleIx, how: &Breakdown) -> Value {
    let programme = rules.version(version).map(|version| &version.programme);
    let Some((programme, rule)) = programme.and_then(|p| p.rule(rule).map(|rule| (p, rule))) else {
        return Value::Null;
    };
    let f = of_base(rules, programme, rule, how).put_some("factors", factors(programme, how));
    let exact = how.exact(rule).and_then(|steps| show::whole(rules, rule.unit, steps));
    f.put_some("exact", exact.map(|exact| exact.to_string()))
        .put("rounding", rounding(rule.rounding))
        .put_some("cuts", cuts(rules, rule, how.cuts()))
        .into()
}

/// What was counted, and what for how much of it.
fn of_base(rules: &Rules, programme: &Programme, rule: &EarnRule, how: &Breakdown) -> Fields {
    let f = Fields::new();
    match &rule.amount {
        Amount::Fixed { steps, times } => {
            let f = f.put("fixed", amount(rules, rule.unit, *steps));
            match times {
                Times::Once => f,
                Times::PerLine => f.put("times", how.base.to_string()),
            }
        }
        Amount::Rate(rate) => {
            let earn = show::whole(rules, rule.unit, rate.earn);
            let (of, base) = match &rate.per {
                Per::Money => ("money", show::exact_money(programme, how.base)),
                Per::Quantity(name) => (&**name, how.base.to_string()),
                Per::LineQuantity => ("quantity", how.base.to_string()),
            };
            let f = f.put("base", base).put("of", of).put("per", rate.size.to_string());
            let f = f.put_some("earn", earn.map(|earn| earn.to_string()));
            let whole = (rate.steps == Steps::Whole).then_some("whole");
            f.put_some("steps", whole).put_some("factor", factor(how))
        }
    }
}

fn factor(how: &Breakdown) -> Option<String> {
    let there = !how.factors().is_empty() || how.factor() != Ratio::ONE;
    there.then(|| how.factor().to_string())
}

fn factors(programme: &Programme, how: &Breakdown) -> Option<Vec<Value>> {
    let one = |Factor { multiplier, factor }: &Factor| -> Value {
        let name = programme.multipliers.get(usize::from(*multiplier)).map(|found| &*found.name);
        Fields::new().put("multiplier", name).put("factor", factor.to_string()).into()
    };
    (!how.factors().is_empty()).then(|| how.factors().iter().map(one).collect())
}

fn cuts(rules: &Rules, rule: &EarnRule, cuts: Cuts) -> Option<Value> {
    let Cuts { limit, budget, max_balance } = cuts;
    let named = [("limit", limit), ("budget", budget), ("max_balance", max_balance)];
    let put =
        |f: Fields, (name, steps): &(&str, i64)| f.put(name, amount(rules, rule.unit, *steps));
    let there = named.iter().filter(|(_, steps)| *steps != 0);
    (cuts != Cuts::default()).then(|| there.fold(Fields::new(), put).into())
}

const fn rounding(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::Down => "down",
        Rounding::Up => "up",
        Rounding::HalfUp => "half-up",
        Rounding::HalfEven => "half-even",
    }
}
