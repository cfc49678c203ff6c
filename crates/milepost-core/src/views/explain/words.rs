//! The sentence of a step.

use std::fmt::Write;

use crate::breakdown::Breakdown;
use crate::event::{ExtendCause, Fact, LotNo, Part, ReversedShare};
use crate::programme::{Amount, EarnRule, Per, Programme, RuleIx, Steps, Times, UnitIx};
use crate::ratio::{Ratio, Rounding};
use crate::rules::Rules;
use crate::views::{Statement, show};

/// The sentence about a fact, and the lots that it is about; `None` for what only prepares another.
#[expect(clippy::too_many_lines, reason = "what is said of each fact reads best as one table")]
pub(super) fn sentence(
    statement: &Statement,
    rules: &Rules,
    fact: &Fact,
) -> Option<(String, Vec<Part>)> {
    if let Some((text, parts)) = statement.describe(rules, fact) {
        return Some((with_breakdown(rules, fact, text), parts));
    }
    let amount = |unit: &UnitIx, parts: &[Part]| {
        let steps: i128 = parts.iter().map(|part| i128::from(part.amount)).sum();
        format!("{} {}", show::amount(rules, *unit, steps), rules.symbols().unit(*unit))
    };
    let told = match fact {
        Fact::Enrolled { id, .. } => (format!("member {id} was enrolled"), Vec::new()),
        Fact::Recorded { activity, occurrence, .. } => {
            let text = format!(
                "{} {activity} was recorded; it happened at {}",
                occurrence.kind, occurrence.at
            );
            (text, Vec::new())
        }
        Fact::Cut { rule, unit, programme_version, how, activity } => {
            let how = breakdown(rules, *programme_version, *rule, how);
            let unit = rules.symbols().unit(*unit);
            let activity = statement.activity(*activity);
            (format!("no {unit} for {activity}{how}"), Vec::new())
        }
        Fact::Matured { unit, part } => {
            let text = format!("{} became available", amount(unit, &[*part]));
            (text, vec![*part])
        }
        Fact::Confirmed { unit, part, .. } => {
            (format!("{} were confirmed", amount(unit, &[*part])), vec![*part])
        }
        Fact::DebtRepaid { unit, part } => {
            (format!("{} repaid a debt", amount(unit, &[*part])), vec![*part])
        }
        Fact::Held { reference, unit, until, parts, .. } => {
            let text = format!("{} set aside for {reference} until {until}", amount(unit, parts));
            (text, parts.clone())
        }
        Fact::Released { unit, parts, .. } => {
            (format!("{} were released", amount(unit, parts)), parts.clone())
        }
        Fact::Lapsed { unit, parts, .. } => {
            let text = format!("a hold of {} lapsed", amount(unit, parts));
            (text, parts.clone())
        }
        Fact::ActivityReversed { activity, reversed, .. } => {
            let how = match reversed {
                ReversedShare::Full => "as a whole",
                ReversedShare::Money { .. } => "in part",
            };
            (format!("{} was reversed {how}", statement.activity(*activity)), Vec::new())
        }
        Fact::Renewed { last, lots, .. } => {
            let parts = lots.iter().map(|(lot, _)| Part { lot: *lot, amount: 0 }).collect();
            (format!("an activity of {last} renewed the lots"), parts)
        }
        Fact::Extended { lot, expires_at, cause } => {
            let why = match cause {
                ExtendCause::Command => "by a command",
                ExtendCause::Grace => "by its grace",
            };
            let text = format!("lot {} lives until {expires_at} {why}", lot.0);
            (text, vec![Part { lot: *lot, amount: 0 }])
        }
        Fact::TierAssigned { tier, reason, .. } => {
            let tier = rules.symbols().tier(*tier);
            (format!("tier {tier} was set by hand ({reason})"), Vec::new())
        }
        Fact::TierChanged { from, to, .. } => {
            let (from, to) = (rules.symbols().tier(*from), rules.symbols().tier(*to));
            (format!("the tier changed from {from} to {to}"), Vec::new())
        }
        Fact::Closed { .. } => ("the membership ended".to_owned(), Vec::new()),
        Fact::MergedInto { .. } => ("the member became a part of another".to_owned(), Vec::new()),
        Fact::MergedFrom { first_lot, state, .. } => {
            let lots = "another member became a part of this one; its lots begin with";
            let numbers = (first_lot.0..).map(LotNo);
            let theirs = state.member().map_or(0, |member| member.lots().count());
            let parts = numbers.take(theirs).map(|lot| Part { lot, amount: 0 }).collect();
            (format!("{lots} {}", first_lot.0), parts)
        }
        Fact::CaseReversed { case, .. } => {
            (format!("what was paid for case {case} was taken back"), Vec::new())
        }
        Fact::Referred { .. } => ("the member was referred by another".to_owned(), Vec::new()),
        Fact::ReferralPaid { .. } => ("a referral qualified".to_owned(), Vec::new()),
        Fact::ReferralFell { .. } => ("a referral fell".to_owned(), Vec::new()),
        Fact::TierGrace { until } => {
            (format!("the tier is kept until {until} by its grace"), Vec::new())
        }
        Fact::Qualified { count, amount, .. } => {
            let count = rules.symbols().count(*count);
            (format!("{amount} counted for {count}"), Vec::new())
        }
        Fact::Given { .. }
        | Fact::Benefit { .. }
        | Fact::MilestoneReached { .. }
        | Fact::MilestoneTaken { .. }
        | Fact::TakenBack { .. }
        | Fact::AttributesChanged { .. }
        | Fact::ConsentChanged { .. }
        | Fact::ProgrammeRevised { .. }
        | Fact::Reversed { .. }
        | Fact::Earned { .. }
        | Fact::Granted { .. }
        | Fact::Expired { .. }
        | Fact::Captured { .. }
        | Fact::Redeemed { .. }
        | Fact::Refunded { .. }
        | Fact::Debited { .. }
        | Fact::TransferredOut { .. }
        | Fact::TransferredIn { .. }
        | Fact::ContextRecorded { .. }
        | Fact::LinesLeft { .. }
        | Fact::Drawn { .. } => return None,
    };
    Some(told)
}

fn with_breakdown(rules: &Rules, fact: &Fact, text: String) -> String {
    if let Fact::Earned { lot, rule, how, .. } = fact {
        return text + &breakdown(rules, lot.programme_version, *rule, how);
    }
    text
}

/// `: 152.00 CAD at 1 points per 1, times 1.25 (spring), exactly 190, rounded down, less 10 …`
fn breakdown(rules: &Rules, version: u16, rule: RuleIx, how: &Breakdown) -> String {
    let programme = rules.version(version).map(|version| &version.programme);
    let Some((programme, rule)) = programme.and_then(|p| p.rule(rule).map(|rule| (p, rule))) else {
        return String::new();
    };
    let unit = rules.symbols().unit(rule.unit);
    let mut text = format!(" by rule {} of version {version}: ", rule.name);
    text.push_str(&counted(rules, programme, rule, unit, how));
    for factor in how.factors() {
        let found = programme.multipliers.get(usize::from(factor.multiplier));
        let name = found.map_or("?", |multiplier| &multiplier.name);
        // Writing to a String cannot fail.
        let _ = write!(text, ", times {} ({name})", factor.factor);
    }
    let exact = how.exact(rule).and_then(|steps| show::whole(rules, rule.unit, steps));
    if let Some(exact) = exact.filter(|exact| exact.denominator() != 1) {
        let _ = write!(text, ", exactly {exact}, rounded {}", rounding(rule.rounding));
    }
    let cuts = how.cuts();
    for (cut, why) in [
        (cuts.limit, "over the limit"),
        (cuts.budget, "over the budget"),
        (cuts.max_balance, "over the greatest balance"),
    ] {
        if cut != 0 {
            let _ = write!(text, ", less {} {why}", show::amount(rules, rule.unit, cut));
        }
    }
    text
}

fn counted(
    rules: &Rules,
    programme: &Programme,
    rule: &EarnRule,
    unit: &str,
    how: &Breakdown,
) -> String {
    match &rule.amount {
        Amount::Fixed { steps, times } => {
            let fixed = show::amount(rules, rule.unit, *steps);
            match times {
                Times::Once => format!("{fixed} {unit}"),
                Times::PerLine => format!("{} times {fixed} {unit}", how.base),
            }
        }
        Amount::Rate(rate) => {
            let counted = match &rate.per {
                Per::Money => {
                    format!("{} {}", show::exact_money(programme, how.base), programme.currency)
                }
                Per::Quantity(name) => format!("{} {name}", how.base),
                Per::LineQuantity => format!("{} pieces", how.base),
            };
            let earn = show::whole(rules, rule.unit, rate.earn).unwrap_or(Ratio::ZERO);
            let whole = if rate.steps == Steps::Whole { " whole" } else { "" };
            format!("{counted} at {earn} {unit} per{whole} {}", rate.size)
        }
    }
}

const fn rounding(rounding: Rounding) -> &'static str {
    match rounding {
        Rounding::Down => "down",
        Rounding::Up => "up",
        Rounding::HalfUp => "half up",
        Rounding::HalfEven => "half to even",
    }
}
