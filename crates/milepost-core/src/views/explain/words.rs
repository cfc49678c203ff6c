//! The sentence of a step.

use std::fmt::Write;

use crate::breakdown::Breakdown;
use crate::event::{ExtendCause, Fact, LotNo, MergedState, Occurrence, Part, ReversedShare};
use crate::programme::{Amount, EarnRule, Per, Programme, RuleIx, Steps, Times, UnitIx};
use crate::ratio::{Ratio, Rounding};
use crate::rules::Rules;
use crate::time::Instant;
use crate::views::{Statement, show};

/// A sentence, and the lots that it is about.
type Sentence = (String, Vec<Part>);

/// The sentence about a fact; `None` for what only prepares another.
pub(super) fn sentence(statement: &Statement, rules: &Rules, fact: &Fact) -> Option<Sentence> {
    if let Some((text, parts)) = statement.describe(rules, fact) {
        return Some((with_breakdown(rules, fact, text), parts));
    }
    beside_the_balance(statement, rules, fact)
}

/// The sentence about what is no line of a statement.
fn beside_the_balance(statement: &Statement, rules: &Rules, fact: &Fact) -> Option<Sentence> {
    let symbols = rules.symbols();
    let sentence = match fact {
        Fact::Enrolled { id, .. } => alone(format!("member {id} was enrolled")),
        Fact::Recorded { activity, occurrence: Occurrence { kind, at }, .. } => {
            alone(format!("{kind} {activity} was recorded; it happened at {at}"))
        }
        Fact::Cut { rule, unit, programme_version, how, activity } => {
            let how = breakdown(rules, *programme_version, *rule, how);
            let activity = statement.activity(*activity);
            alone(format!("no {} for {activity}{how}", symbols.unit(*unit)))
        }
        Fact::Matured { unit, part } => of_parts(rules, *unit, &[*part], "became available"),
        Fact::Confirmed { unit, part, .. } => of_parts(rules, *unit, &[*part], "were confirmed"),
        Fact::DebtRepaid { unit, part } => of_parts(rules, *unit, &[*part], "repaid a debt"),
        Fact::Held { reference, unit, until, parts, .. } => {
            let what = format!("set aside for {reference} until {until}");
            of_parts(rules, *unit, parts, &what)
        }
        Fact::Released { unit, parts, .. } => of_parts(rules, *unit, parts, "were released"),
        Fact::Lapsed { unit, parts, .. } => {
            (format!("a hold of {} lapsed", amount(rules, *unit, parts)), parts.clone())
        }
        Fact::ActivityReversed { activity, reversed, .. } => {
            alone(format!("{} was reversed {}", statement.activity(*activity), share(*reversed)))
        }
        Fact::Renewed { last, lots, .. } => renewed(*last, lots),
        Fact::Extended { lot, expires_at, cause } => extended(*lot, *expires_at, *cause),
        Fact::TierAssigned { tier, reason, .. } => {
            alone(format!("tier {} was set by hand ({reason})", symbols.tier(*tier)))
        }
        Fact::TierChanged { from, to, .. } => {
            let (from, to) = (symbols.tier(*from), symbols.tier(*to));
            alone(format!("the tier changed from {from} to {to}"))
        }
        Fact::Closed { .. } => alone("the membership ended"),
        Fact::MergedInto { .. } => alone("the member became a part of another"),
        Fact::MergedFrom { first_lot, state, .. } => merged_from(*first_lot, state),
        Fact::CaseReversed { case, .. } => {
            alone(format!("what was paid for case {case} was taken back"))
        }
        Fact::Referred { .. } => alone("the member was referred by another"),
        Fact::ReferralPaid { .. } => alone("a referral qualified"),
        Fact::ReferralFell { .. } => alone("a referral fell"),
        Fact::TierGrace { until } => alone(format!("the tier is kept until {until} by its grace")),
        Fact::Qualified { count, amount, .. } => {
            alone(format!("{amount} counted for {}", symbols.count(*count)))
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
    Some(sentence)
}

/// A sentence that is about no lot.
fn alone(text: impl Into<String>) -> Sentence {
    (text.into(), Vec::new())
}

/// `120 points were released`
fn of_parts(rules: &Rules, unit: UnitIx, parts: &[Part], what: &str) -> Sentence {
    (format!("{} {what}", amount(rules, unit, parts)), parts.to_vec())
}

fn amount(rules: &Rules, unit: UnitIx, parts: &[Part]) -> String {
    let steps: i128 = parts.iter().map(|part| i128::from(part.amount)).sum();
    format!("{} {}", show::amount(rules, unit, steps), rules.symbols().unit(unit))
}

/// Lots of which nothing moves.
fn none_of(lots: impl IntoIterator<Item = LotNo>) -> Vec<Part> {
    lots.into_iter().map(|lot| Part { lot, amount: 0 }).collect()
}

fn renewed(last: Instant, lots: &[(LotNo, Instant)]) -> Sentence {
    let lots = lots.iter().map(|(lot, _)| *lot);
    (format!("an activity of {last} renewed the lots"), none_of(lots))
}

fn extended(lot: LotNo, expires_at: Instant, cause: ExtendCause) -> Sentence {
    let why = match cause {
        ExtendCause::Command => "by a command",
        ExtendCause::Grace => "by its grace",
    };
    (format!("lot {} lives until {expires_at} {why}", lot.0), none_of([lot]))
}

fn merged_from(first_lot: LotNo, state: &MergedState) -> Sentence {
    let lots = "another member became a part of this one; its lots begin with";
    let theirs = state.member().map_or(0, |member| member.lots().count());
    (format!("{lots} {}", first_lot.0), none_of((first_lot.0..).map(LotNo).take(theirs)))
}

const fn share(reversed: ReversedShare) -> &'static str {
    match reversed {
        ReversedShare::Full => "as a whole",
        ReversedShare::Money { .. } => "in part",
    }
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
