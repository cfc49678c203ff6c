//! What the rules give for an activity: exact until each rule rounds once (R-NUM-3).

use smallvec::{SmallVec, smallvec};

use super::amounts::Paid;
use super::turns::Turns;
use crate::breakdown::{self, Breakdown, Cuts, Factor};
use crate::command::{Activity, Line};
use crate::context::{LineLeft, Turned};
use crate::names::{Name, Text};
use crate::programme::{
    Amount, Claims, EarnRule, LineFilter, Multiplier, Occasion, OnKind, Per, RuleIx, RuleStack,
    Stack, Then, TierIx, Times, UnitIx,
};
use crate::ratio::Ratio;
use crate::time::Instant;

/// An activity as the rules see it.
pub(super) struct Seen<'p, 'a> {
    on: OnKind<'p>,
    activity: &'a Activity,
    paid: Option<Paid>,
    occasion: Occasion<'a>,
    /// An activity without lines is one line.
    lines: SmallVec<[SeenLine; 1]>,
    turns: Turns<'a>,
}

/// A line as the rules see it.
#[derive(Clone, Copy, Debug)]
struct SeenLine {
    /// In whole programme currency.
    money: Ratio,
    quantity: Ratio,
    is: Is,
}

/// Whether a line is there, or was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Is {
    There,
    Gone,
}

/// Who did it, as the rules see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Person<'a> {
    pub(super) tier: Option<TierIx>,
    pub(super) attributes: &'a [(Name, Text)],
    pub(super) birth_month: Option<u8>,
}

/// Which lines earlier rules have claimed.
type Claimed = SmallVec<[bool; 8]>;

/// What each rule gives that has fired, in the order of evaluation.
pub(super) type Awards<'p> = SmallVec<[Given<'p>; 4]>;

/// What a rule gives that has fired: exactly, before it is cut to fit and rounded.
#[derive(Clone, Debug)]
pub(super) struct Given<'p> {
    pub(super) rule: &'p EarnRule,
    /// Steps; above 0.
    pub(super) exact: Ratio,
    /// What the rule counted.
    pub(super) base: Ratio,
    factors: Factors,
}

/// The factors on a rate amount: all together, and each.
#[derive(Clone, Debug)]
struct Factors {
    all: Ratio,
    each: breakdown::Factors,
}

impl Given<'_> {
    /// How it came about, with what was cut off; the factors go with it.
    pub(super) fn breakdown(&mut self, cuts: Cuts) -> Breakdown {
        let each = std::mem::take(&mut self.factors.each);
        Breakdown::new(self.base, self.factors.all, each, cuts)
    }
}

impl Factors {
    fn none() -> Factors {
        Factors { all: Ratio::ONE, each: SmallVec::new() }
    }

    fn add(&mut self, factor: Factor) {
        if !self.each.iter().any(|known| known.multiplier == factor.multiplier) {
            self.each.push(factor);
        }
    }
}

/// Which lines a rule sees.
type Lines = SmallVec<[usize; 4]>;

/// What one rule sees: which lines, and their money.
struct View {
    lines: Lines,
    money: Ratio,
}

impl<'p, 'a> Seen<'p, 'a> {
    /// The activity of a member, by what looks at its kind; `None` if its money does not fit.
    pub(super) fn new(
        on: OnKind<'p>,
        activity: &'a Activity,
        paid: Option<Paid>,
        occurred_at: Instant,
        person: Person<'a>,
        turns: Turns<'a>,
    ) -> Option<Seen<'p, 'a>> {
        let spend = paid.map_or(Some(Ratio::ZERO), |paid| paid.in_programme_currency())?;
        let occasion = Occasion {
            zone: on.programme().zone,
            at: occurred_at,
            tier: person.tier,
            spend,
            activity: Some(activity),
            attributes: person.attributes,
            birth_month: person.birth_month,
        };
        let lines = match activity.lines.as_slice() {
            [] => smallvec![SeenLine { money: spend, quantity: Ratio::ONE, is: Is::There }],
            lines => lines.iter().map(|line| SeenLine::of(line, paid)).collect::<Option<_>>()?,
        };
        Some(Seen { on, activity, paid, occasion, lines, turns })
    }

    /// What is left of it: so much of its money, in minor units of its currency, and of its lines;
    /// no lines: all that there are. `None` if it does not fit.
    pub(super) fn left(mut self, spend: Ratio, lines: &[LineLeft]) -> Option<Seen<'p, 'a>> {
        let Some(paid) = self.paid else { return Some(self) };
        let whole = |minor: Ratio| {
            let scale = Ratio::whole(10_i64.checked_pow(u32::from(paid.currency.decimals()))?);
            minor.over(scale)?.times(paid.rate)
        };
        self.occasion.spend = whole(spend)?;
        if self.activity.lines.is_empty() {
            self.lines.iter_mut().for_each(|line| line.money = self.occasion.spend);
        }
        for (line, left) in self.lines.iter_mut().zip(lines) {
            line.money = whole(left.amount)?;
            line.quantity = left.quantity;
            line.is = if left.is_gone() { Is::Gone } else { Is::There };
        }
        Some(self)
    }

    /// What was paid for it, in whole programme currency.
    pub(super) fn spend(&self) -> Ratio {
        self.occasion.spend
    }

    /// Adds what each rule gives to an empty list; `None` if a number does not fit.
    pub(super) fn awards(&self, awards: &mut Awards<'p>) -> Option<()> {
        let mut claimed: Claimed = self.lines.iter().map(|line| line.is == Is::Gone).collect();
        for rule in self.on.earn().filter(|rule| self.holds(rule)) {
            let Some(lines) = self.lines_of(rule, &claimed) else { continue };
            let view = self.view(rule, lines, &claimed)?;
            let given = self.given(rule, &view)?;
            if given.exact <= Ratio::ZERO {
                continue;
            }
            if rule.claims == Claims::Yes {
                view.lines.iter().for_each(|at| mark(&mut claimed, *at));
            }
            awards.push(given);
            if rule.then == Then::Stop {
                break;
            }
        }
        keep_exclusive(awards);
        Some(())
    }

    fn holds(&self, rule: &EarnRule) -> bool {
        rule.when.holds(&self.occasion)
            && self.in_time(rule)
            && self.turns.allow(Turned::Rule(rule.ix), rule.when.turn, &rule.on)
    }

    fn has_turn(&self, place: u16, multiplier: &Multiplier) -> bool {
        let (turn, kinds) = (multiplier.when.turn, &multiplier.on);
        self.turns.allow(Turned::Multiplier(place), turn, kinds)
    }

    /// Whether it happened before the rule's deadline; an activity without that time did not.
    fn in_time(&self, rule: &EarnRule) -> bool {
        let Some(deadline) = &rule.deadline else { return true };
        let after = self.activity.times.iter().find(|(name, _)| *name.as_str() == *deadline.after);
        let end = after.and_then(|(_, at)| self.occasion.zone.add(*at, deadline.within));
        end.is_some_and(|end| self.occasion.at < end)
    }

    /// The lines that a rule matches and no earlier one has claimed; `None` if none is left.
    fn lines_of(&self, rule: &EarnRule, claimed: &[bool]) -> Option<Lines> {
        let mut lines = Lines::new();
        for at in 0..self.lines.len() {
            if !is_claimed(claimed, at) && self.matches(&rule.lines, at) {
                lines.push(at);
            }
        }
        // What of the money was on no line can be left when all lines are taken back.
        let on_no_line = rule.lines.is_empty() && self.lines.iter().all(|line| line.is == Is::Gone);
        (!lines.is_empty() || on_no_line).then_some(lines)
    }

    /// The money that a rule sees on its lines: without a filter the activity's spend, less what was
    /// claimed; with one that of the lines. `None` if it does not fit.
    fn view(&self, rule: &EarnRule, lines: Lines, claimed: &[bool]) -> Option<View> {
        let money = if !rule.lines.is_empty() {
            self.sum(lines.iter().copied())?
        } else if claimed.contains(&true) {
            let gone = self.sum((0..self.lines.len()).filter(|at| is_claimed(claimed, *at)))?;
            self.occasion.spend.plus(gone.times(Ratio::whole(-1))?)?
        } else {
            self.occasion.spend
        };
        Some(View { lines, money })
    }

    fn matches(&self, filter: &LineFilter, at: usize) -> bool {
        // An activity without lines is one line, of which nothing is known but its money.
        match self.activity.lines.get(at) {
            Some(line) => filter.leaves(line),
            None => filter.only.is_empty(),
        }
    }

    fn sum(&self, mut lines: impl Iterator<Item = usize>) -> Option<Ratio> {
        lines.try_fold(Ratio::ZERO, |sum, at| sum.plus(self.lines.get(at)?.money))
    }

    fn quantity_of(&self, at: usize) -> Ratio {
        self.lines.get(at).map_or(Ratio::ONE, |line| line.quantity)
    }

    fn quantities(&self, view: &View) -> Option<Ratio> {
        view.lines.iter().try_fold(Ratio::ZERO, |sum, at| sum.plus(self.quantity_of(*at)))
    }

    /// R-NUM-3: rate times multipliers, or the fixed amount, exactly.
    fn given(&self, rule: &'p EarnRule, view: &View) -> Option<Given<'p>> {
        let (base, factors) = match &rule.amount {
            Amount::Fixed { times: Times::Once, .. } => (Ratio::ONE, Factors::none()),
            Amount::Fixed { times: Times::PerLine, .. } => {
                (self.quantities(view)?, Factors::none())
            }
            Amount::Rate(rate) => (self.counted(&rate.per, view)?, self.factors(rule.unit, view)?),
        };
        let exact = match &rule.amount {
            Amount::Fixed { steps, .. } => base.times(Ratio::whole(*steps))?,
            Amount::Rate(rate) => rate.of(base)?.times(factors.all)?,
        };
        Some(Given { rule, exact, base, factors })
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

    /// The factors on a rate amount; `None` if they do not fit. A multiplier of some lines works on
    /// the share that they have in the money of the rule's lines.
    fn factors(&self, unit: UnitIx, view: &View) -> Option<Factors> {
        // A line that is alone has all the money.
        let alone = if let [at] = view.lines.as_slice() { Some(*at) } else { None };
        let mut firing: SmallVec<[(u16, &Multiplier); 4]> = SmallVec::new();
        for (place, multiplier) in self.on.multipliers() {
            if multiplier.unit == unit
                && alone.is_none_or(|at| self.matches(&multiplier.lines, at))
                && multiplier.when.holds(&self.occasion)
                && self.has_turn(place, multiplier)
            {
                firing.push((place, multiplier));
            }
        }
        let mut factors = Factors::none();
        if alone.is_some() || firing.iter().all(|(_, multiplier)| multiplier.lines.is_empty()) {
            factors.all = self.together(firing.iter().copied(), &mut factors)?;
            return Some(factors);
        }
        let total = self.sum(view.lines.iter().copied())?;
        let mut factor = Ratio::ZERO;
        for at in &view.lines {
            let on_line = firing.iter().copied().filter(|(_, m)| self.matches(&m.lines, *at));
            let share = self.share(*at, total, view)?;
            factor = factor.plus(share.times(self.together(on_line, &mut factors)?)?)?;
        }
        factors.all = factor;
        Some(factors)
    }

    /// The share of a line in the money of a rule's lines; without money each has the same.
    fn share(&self, at: usize, total: Ratio, view: &View) -> Option<Ratio> {
        if total == Ratio::ZERO {
            return Ratio::new(1, i128::try_from(view.lines.len()).ok()?);
        }
        self.lines.get(at)?.money.over(total)
    }

    /// The product of multipliers that fire together; those that count are added to `counted`.
    fn together<'m>(
        &self,
        firing: impl Iterator<Item = (u16, &'m Multiplier)> + Clone,
        counted: &mut Factors,
    ) -> Option<Ratio> {
        let (mut exclusive, mut best) = (None, None);
        for (place, multiplier) in firing.clone() {
            let greatest = match multiplier.stack {
                Stack::Exclusive => &mut exclusive,
                Stack::Best => &mut best,
                Stack::Multiply => continue,
            };
            let factor = self.factor(place, multiplier);
            // Of equal ones the first in the file.
            if greatest.is_none_or(|known: Factor| factor.factor > known.factor) {
                *greatest = Some(factor);
            }
        }
        if let Some(exclusive) = exclusive {
            counted.add(exclusive);
            return Some(exclusive.factor);
        }
        let mut product = Ratio::ONE;
        let multiply = firing.filter(|(_, multiplier)| multiplier.stack == Stack::Multiply);
        let multiply = multiply.map(|(place, multiplier)| self.factor(place, multiplier));
        for factor in multiply.chain(best) {
            product = product.times(factor.factor)?;
            counted.add(factor);
        }
        Some(product)
    }

    fn factor(&self, place: u16, multiplier: &Multiplier) -> Factor {
        let factor = multiplier.factor.of(self.occasion.tier).copied().unwrap_or(Ratio::ONE);
        Factor { multiplier: place, factor }
    }
}

fn is_claimed(claimed: &[bool], at: usize) -> bool {
    claimed.get(at).copied().unwrap_or(false)
}

fn mark(claimed: &mut Claimed, at: usize) {
    if let Some(slot) = claimed.get_mut(at) {
        *slot = true;
    }
}

impl SeenLine {
    fn of(line: &Line, paid: Option<Paid>) -> Option<SeenLine> {
        let money = Ratio::from(line.amount).times(paid?.rate)?;
        let quantity = line.quantity.map_or(Ratio::ONE, Ratio::from);
        Some(SeenLine { money, quantity, is: Is::There })
    }
}

/// Per unit, if an exclusive rule fired, only the first of them counts.
fn keep_exclusive(awards: &mut Awards<'_>) {
    if awards.iter().all(|given| given.rule.stack != RuleStack::Exclusive) {
        return;
    }
    let exclusive: SmallVec<[(UnitIx, RuleIx); 4]> = awards
        .iter()
        .filter(|given| given.rule.stack == RuleStack::Exclusive)
        .map(|given| (given.rule.unit, given.rule.ix))
        .collect();
    awards.retain(|given| {
        let first = exclusive.iter().find(|(unit, _)| *unit == given.rule.unit);
        first.is_none_or(|(_, rule)| *rule == given.rule.ix)
    });
}
