//! What the rules give for an activity: exact until each rule rounds once (R-NUM-3).

use smallvec::{SmallVec, smallvec};

use super::amounts::Paid;
use crate::command::{Activity, Line};
use crate::programme::{
    Amount, Claims, EarnRule, LineFilter, Multiplier, Occasion, Per, Programme, Rate, RuleStack,
    Stack, Steps, Then, TierIx, Times, UnitIx,
};
use crate::ratio::{Ratio, Rounding};
use crate::state::Member;
use crate::time::Instant;

/// An activity as the rules see it.
pub(super) struct Seen<'p, 'a> {
    programme: &'p Programme,
    activity: &'a Activity,
    paid: Option<Paid>,
    occasion: Occasion<'a>,
    /// The money of each line in whole programme currency; an activity without lines is one line.
    money: SmallVec<[Ratio; 1]>,
}

/// Which lines earlier rules have claimed.
type Claimed = SmallVec<[bool; 8]>;

/// What each rule gives that gives anything, in the order of evaluation.
pub(super) type Awards<'a> = SmallVec<[(&'a EarnRule, i64); 4]>;

/// What one rule sees: which lines, and their money.
struct View {
    lines: SmallVec<[usize; 8]>,
    money: Ratio,
}

impl<'p, 'a> Seen<'p, 'a> {
    /// The activity of a member; `None` if its money does not fit.
    pub(super) fn new(
        programme: &'p Programme,
        activity: &'a Activity,
        paid: Option<Paid>,
        occurred_at: Instant,
        tier: Option<TierIx>,
        member: &'a Member,
    ) -> Option<Seen<'p, 'a>> {
        let spend = paid.map_or(Some(Ratio::ZERO), |paid| paid.in_programme_currency())?;
        let occasion = Occasion {
            zone: programme.zone,
            at: occurred_at,
            tier,
            spend,
            activity: Some(activity),
            attributes: member.attributes(),
            birth_month: member.birth_month(),
        };
        let money = match activity.lines.as_slice() {
            [] => smallvec![spend],
            lines => lines.iter().map(|line| line_money(line, paid)).collect::<Option<_>>()?,
        };
        Some(Seen { programme, activity, paid, occasion, money })
    }

    /// What each rule gives; `None` if a number does not fit.
    pub(super) fn awards(&self) -> Option<Awards<'p>> {
        let mut awards = Awards::new();
        let mut claimed: Claimed = smallvec![false; self.money.len()];
        for rule in self.programme.earn.iter().filter(|rule| self.holds(rule)) {
            let Some(view) = self.view(rule, &claimed)? else { continue };
            let amount = self.amount(rule, &view)?;
            if amount <= 0 {
                continue;
            }
            if rule.claims == Claims::Yes {
                view.lines.iter().for_each(|at| mark(&mut claimed, *at));
            }
            awards.push((rule, amount));
            if rule.then == Then::Stop {
                break;
            }
        }
        keep_exclusive(&mut awards);
        Some(awards)
    }

    fn holds(&self, rule: &EarnRule) -> bool {
        self.is_of(&rule.on) && rule.when.holds(&self.occasion) && self.in_time(rule)
    }

    fn is_of(&self, kinds: &[Box<str>]) -> bool {
        kinds.iter().any(|kind| **kind == *self.activity.kind.as_str())
    }

    /// Whether it happened before the rule's deadline; an activity without that time did not.
    fn in_time(&self, rule: &EarnRule) -> bool {
        let Some(deadline) = &rule.deadline else { return true };
        let after = self.activity.times.iter().find(|(name, _)| *name.as_str() == *deadline.after);
        let end = after.and_then(|(_, at)| self.programme.zone.add(*at, deadline.within));
        end.is_some_and(|end| self.occasion.at < end)
    }

    /// The lines that a rule matches, and the money it sees: without a filter the activity's spend,
    /// less what was claimed; with one that of the lines. `None` inside if no line is left.
    #[expect(clippy::option_option, reason = "no line and no room are two different things")]
    fn view(&self, rule: &EarnRule, claimed: &[bool]) -> Option<Option<View>> {
        let free = |at: &usize| !claimed.get(*at).copied().unwrap_or(false);
        let all = 0..self.money.len();
        let lines: SmallVec<[usize; 8]> =
            all.clone().filter(free).filter(|at| self.matches(&rule.lines, *at)).collect();
        if lines.is_empty() {
            return Some(None);
        }
        let money = if rule.lines.is_empty() {
            let gone = self.sum(all.filter(|at| !free(at)))?;
            self.occasion.spend.plus(gone.times(Ratio::whole(-1))?)?
        } else {
            self.sum(lines.iter().copied())?
        };
        Some(Some(View { lines, money }))
    }

    fn matches(&self, filter: &LineFilter, at: usize) -> bool {
        // An activity without lines is one line, of which nothing is known but its money.
        match self.activity.lines.get(at) {
            Some(line) => filter.leaves(line),
            None => filter.only.is_empty(),
        }
    }

    fn sum(&self, mut lines: impl Iterator<Item = usize>) -> Option<Ratio> {
        lines.try_fold(Ratio::ZERO, |sum, at| sum.plus(*self.money.get(at)?))
    }

    fn quantity_of(&self, at: usize) -> Ratio {
        let quantity = self.activity.lines.get(at).and_then(|line| line.quantity);
        quantity.map_or(Ratio::ONE, Ratio::from)
    }

    fn quantities(&self, view: &View) -> Option<Ratio> {
        view.lines.iter().try_fold(Ratio::ZERO, |sum, at| sum.plus(self.quantity_of(*at)))
    }

    fn amount(&self, rule: &EarnRule, view: &View) -> Option<i64> {
        match &rule.amount {
            Amount::Fixed { steps, times: Times::Once } => Some(*steps),
            Amount::Fixed { steps, times: Times::PerLine } => {
                self.quantities(view)?.times(Ratio::whole(*steps))?.round(rule.rounding)
            }
            Amount::Rate(rate) => self.rated(rule, rate, view),
        }
    }

    /// R-NUM-3: rate times multipliers exactly, rounded once.
    fn rated(&self, rule: &EarnRule, rate: &Rate, view: &View) -> Option<i64> {
        let exact = self.counted(&rate.per, view)?.over(rate.size)?;
        let steps = match rate.steps {
            Steps::Exact => exact,
            Steps::Whole => Ratio::whole(exact.round(Rounding::Down)?),
        };
        steps.times(rate.earn)?.times(self.factor(rule.unit, view)?)?.round(rule.rounding)
    }

    /// What a rate counts: nothing, if the activity says nothing of it.
    fn counted(&self, per: &Per, view: &View) -> Option<Ratio> {
        match per {
            Per::Money if self.paid.is_none() => Some(Ratio::ZERO),
            Per::Money => Some(view.money),
            Per::LineQuantity => self.quantities(view),
            Per::Quantity(name) => {
                let quantities = &self.activity.quantities;
                let found = quantities.iter().find(|(known, _)| *known.as_str() == **name);
                Some(found.map_or(Ratio::ZERO, |(_, quantity)| Ratio::from(*quantity)))
            }
        }
    }

    /// The factor on a rate amount; `None` if it does not fit. A multiplier of some lines works on
    /// the share that they have in the money of the rule's lines.
    fn factor(&self, unit: UnitIx, view: &View) -> Option<Ratio> {
        let fires = |multiplier: &&Multiplier| {
            multiplier.unit == unit
                && self.is_of(&multiplier.on)
                && multiplier.when.holds(&self.occasion)
        };
        let firing: SmallVec<[&Multiplier; 4]> =
            self.programme.multipliers.iter().filter(fires).collect();
        if firing.iter().all(|multiplier| multiplier.lines.is_empty()) {
            return self.together(firing.iter().copied());
        }
        let total = self.sum(view.lines.iter().copied())?;
        let mut factor = Ratio::ZERO;
        for at in &view.lines {
            let on_line = firing.iter().copied().filter(|m| self.matches(&m.lines, *at));
            let share = self.share(*at, total, view)?;
            factor = factor.plus(share.times(self.together(on_line)?)?)?;
        }
        Some(factor)
    }

    /// The share of a line in the money of a rule's lines; without money each has the same.
    fn share(&self, at: usize, total: Ratio, view: &View) -> Option<Ratio> {
        if total == Ratio::ZERO {
            return Ratio::new(1, i128::try_from(view.lines.len()).ok()?);
        }
        self.money.get(at)?.over(total)
    }

    /// The product of multipliers that fire together.
    fn together<'m>(&self, firing: impl Iterator<Item = &'m Multiplier>) -> Option<Ratio> {
        let mut product = Ratio::ONE;
        let (mut best, mut exclusive) = (None, None);
        for multiplier in firing {
            let factor = multiplier.factor.of(self.occasion.tier).copied().unwrap_or(Ratio::ONE);
            match multiplier.stack {
                Stack::Multiply => product = product.times(factor)?,
                Stack::Best => best = best.max(Some(factor)),
                Stack::Exclusive => exclusive = exclusive.max(Some(factor)),
            }
        }
        match exclusive {
            Some(exclusive) => Some(exclusive),
            None => product.times(best.unwrap_or(Ratio::ONE)),
        }
    }
}

fn mark(claimed: &mut Claimed, at: usize) {
    if let Some(slot) = claimed.get_mut(at) {
        *slot = true;
    }
}

fn line_money(line: &Line, paid: Option<Paid>) -> Option<Ratio> {
    let paid = paid?;
    Ratio::from(line.amount).times(paid.rate)
}

/// Per unit, if an exclusive rule fired, only the first of them counts.
fn keep_exclusive(awards: &mut Awards<'_>) {
    let exclusive: Awards<'_> =
        awards.iter().filter(|(rule, _)| rule.stack == RuleStack::Exclusive).copied().collect();
    awards.retain(|(rule, _)| {
        let first = exclusive.iter().find(|(other, _)| other.unit == rule.unit);
        first.is_none_or(|(first, _)| first.ix == rule.ix)
    });
}
