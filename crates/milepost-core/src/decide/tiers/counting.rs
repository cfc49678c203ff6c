//! What counts: of an activity, of a grant, and what a reversal or a debit takes away again.

use smallvec::SmallVec;

use crate::decide::tiers::whole_units;
use crate::decide::tx::{FIRST, overflow};
use crate::decide::{Scene, Undecided};
use crate::event::{ActivityNo, CountedIn, Fact, LotNo, Part, ReversedShare};
use crate::programme::{CountKind, EarnRule, Programme, Threshold, Unit, UnitIx};
use crate::ratio::Ratio;
use crate::state::{Activity, Broken};
use crate::tiers::{Cause, version_of};
use crate::time::Instant;

/// Amounts by count, in the order in which counts were named first.
#[derive(Debug, Default)]
struct Sums(SmallVec<[Threshold; 4]>);

impl Sums {
    fn add(&mut self, (count, more): Threshold) -> Option<()> {
        match self.0.iter_mut().find(|(known, _)| *known == count) {
            Some((_, sum)) => *sum = sum.plus(more)?,
            None => self.0.push((count, more)),
        }
        Some(())
    }

    /// What so much of a rule's award counts for.
    fn add_award(
        &mut self,
        programme: &Programme,
        unit: UnitIx,
        rule: Option<&EarnRule>,
        steps: i64,
    ) -> Option<()> {
        let whole = whole_units(programme, unit, steps)?;
        let own = programme.count_of_unit(unit).map(|count| count.ix);
        if let Some(own) = own {
            self.add((own, whole))?;
        }
        for (count, part) in rule.map_or(&[][..], |rule| &rule.qualifies) {
            if Some(*count) != own {
                self.add((*count, whole.times(*part)?))?;
            }
        }
        Some(())
    }

    /// What is built in, where something looks at it.
    fn add_built_in(&mut self, programme: &Programme, kind: CountKind, more: Ratio) -> Option<()> {
        let kept = programme.counts.iter().find(|count| count.kind == kind && count.is_kept());
        match kept {
            Some(count) if more != Ratio::ZERO => self.add((count.ix, more)),
            Some(_) | None => Some(()),
        }
    }
}

impl Scene<'_> {
    /// Counts amounts of an instant, by the windows of `at`, where they are written down.
    pub(in crate::decide) fn qualify(
        &mut self,
        who: u32,
        at: Instant,
        of: Instant,
        amounts: &[Threshold],
    ) -> Result<(), Undecided> {
        if amounts.is_empty() {
            return Ok(());
        }
        let judge = self.judge(who, at)?;
        let window = judge.programme.tier_policy.window_of(judge.calendar(), of);
        let place = CountedIn { window, restarts: judge.restarts_by(of) };
        self.write_down(who, at, place, amounts)
    }

    fn write_down(
        &mut self,
        who: u32,
        at: Instant,
        place: CountedIn,
        amounts: &[Threshold],
    ) -> Result<(), Undecided> {
        for (count, amount) in amounts.iter().copied().filter(|(_, a)| *a != Ratio::ZERO) {
            self.emit_at(who, at, Fact::Qualified { count, amount, place })?;
        }
        Ok(())
    }

    /// Counts an activity that was recorded in this entry: its money in whole programme currency,
    /// itself, and what the rules gave (R-TIME-6: in the window of `occurred_at`).
    pub(in crate::decide) fn count_activity(
        &mut self,
        spend: Ratio,
        awards: &[(&EarnRule, i64)],
        occurred_at: Instant,
    ) -> Result<(), Undecided> {
        let rules = self.rules;
        let programme = &rules.in_force(occurred_at).programme;
        let mut sums = Sums::default();
        sums.add_built_in(programme, CountKind::Spend, spend).ok_or_else(overflow)?;
        sums.add_built_in(programme, CountKind::Activities, Ratio::ONE).ok_or_else(overflow)?;
        for (rule, steps) in awards {
            sums.add_award(programme, rule.unit, Some(rule), *steps).ok_or_else(overflow)?;
        }
        if sums.0.is_empty() && !self.may_count_unwritten() {
            return Ok(());
        }
        self.qualify(FIRST, self.now, occurred_at, &sums.0)?;
        self.after_counting(FIRST, self.now, &[occurred_at])
    }

    /// Whether an activity can change a count of now though its own version counts nothing: a later
    /// one may look at what is built in.
    fn may_count_unwritten(&self) -> bool {
        self.rules.versions().nth(1).is_some()
    }

    /// R-REV-3: what a lot that is taken back had counted for no longer counts, where it had counted.
    pub(in crate::decide) fn uncount_lot(
        &mut self,
        who: u32,
        number: LotNo,
        counted: Option<Vec<Threshold>>,
    ) -> Result<bool, Undecided> {
        let less = counted.and_then(|c| c.into_iter().map(negative).collect::<Option<Vec<_>>>());
        let less = less.ok_or_else(overflow)?;
        let at = self.lot(who, number)?.earned_at();
        let judge = self.judge(who, self.now)?;
        let window = judge.programme.tier_policy.window_of(judge.calendar(), at);
        let restarts = judge.tally().map_or(0, |tally| tally.restarts_of_lot(number, at));
        self.write_down(who, self.now, CountedIn { window, restarts }, &less)?;
        Ok(!less.is_empty())
    }

    /// R-REV-3: takes what a reversal takes out of the window it had counted in. `taken` is what is
    /// taken of which award's lot; `before` and `after`, how much of the activity is reversed.
    pub(in crate::decide) fn uncount_activity(
        &mut self,
        number: ActivityNo,
        taken: &[Part],
        before: Option<ReversedShare>,
        after: ReversedShare,
    ) -> Result<(), Undecided> {
        const NO_ACTIVITY: Broken = Broken::Inconsistent("there is no such activity");
        let rules = self.rules;
        let member = self.present(FIRST)?;
        let activity = member.activity(number).ok_or(NO_ACTIVITY)?;
        let occurred_at = activity.occurred_at;
        let programme = version_of(rules, member, number, occurred_at);
        let mut sums = Sums::default();
        let money = money_taken(programme, &activity, before, after).ok_or_else(overflow)?;
        sums.add_built_in(programme, CountKind::Spend, money).ok_or_else(overflow)?;
        if after == ReversedShare::Full && before != Some(ReversedShare::Full) {
            sums.add_built_in(programme, CountKind::Activities, Ratio::ONE).ok_or_else(overflow)?;
        }
        for part in taken {
            let lot = self.lot(FIRST, part.lot)?;
            let version = rules.version(lot.programme_version()).ok_or(NO_ACTIVITY)?;
            let programme = &version.programme;
            let rule = programme.earn.iter().find(|rule| Some(rule.ix) == lot.rule());
            sums.add_award(programme, lot.unit(), rule, part.amount).ok_or_else(overflow)?;
        }
        let less: Option<Vec<Threshold>> = sums.0.into_iter().map(negative).collect();
        let less = less.ok_or_else(overflow)?;
        if less.is_empty() && !self.may_count_unwritten() {
            return Ok(());
        }
        let judge = self.judge(FIRST, self.now)?;
        let window = judge.programme.tier_policy.window_of(judge.calendar(), occurred_at);
        let restarts = judge.tally().map_or(0, |tally| tally.restarts_of(number, occurred_at));
        self.write_down(FIRST, self.now, CountedIn { window, restarts }, &less)?;
        self.after_less(FIRST, Cause::Reversal)
    }

    /// A debit of a qualifying unit lowers its count now.
    pub(in crate::decide) fn uncount_debit(
        &mut self,
        unit: &Unit,
        steps: i64,
    ) -> Result<(), Undecided> {
        let programme = self.programme();
        let Some(count) = programme.count_of_unit(unit.ix) else { return Ok(()) };
        let whole = whole_units(programme, unit.ix, steps).ok_or_else(overflow)?;
        let less = negative((count.ix, whole)).ok_or_else(overflow)?;
        self.qualify(FIRST, self.now, self.now, &[less])?;
        self.after_less(FIRST, Cause::Debit)
    }
}

fn negative((count, amount): Threshold) -> Option<Threshold> {
    Some((count, amount.times(Ratio::whole(-1))?))
}

/// The money that a reversal takes off an activity, in whole programme currency.
fn money_taken(
    programme: &Programme,
    activity: &Activity<'_>,
    before: Option<ReversedShare>,
    after: ReversedShare,
) -> Option<Ratio> {
    let Some((minor, currency)) = activity.spend else { return Some(Ratio::ZERO) };
    let reversed = |share: ReversedShare| match share {
        ReversedShare::Full => Some(Ratio::whole(minor)),
        ReversedShare::Money { num, den } => Ratio::new(num, den),
    };
    let before = before.map_or(Some(Ratio::ZERO), reversed)?;
    let taken = reversed(after)?.plus(before.times(Ratio::whole(-1))?)?;
    let rate = activity.rate.or_else(|| programme.exchange_rate(currency))?;
    let scale = Ratio::whole(10_i64.checked_pow(u32::from(currency.decimals()))?);
    taken.over(scale)?.times(rate)
}
