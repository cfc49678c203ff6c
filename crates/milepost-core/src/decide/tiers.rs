//! Tiers: counting what counts for them, and what follows from it in the same entry.

mod counting;
mod due;
mod milestones;

use super::{Scene, Undecided};
use crate::decimal::ten_to;
use crate::event::{Fact, NewLot, TierReason};
use crate::programme::{Expiry, GrantItem, Programme, Threshold, TierIx, Unit, UnitIx};
use crate::ratio::Ratio;
use crate::state::{Broken, Member};
use crate::tiers::{Cause, Judge, Outcome, Verdict};
use crate::time::Instant;

impl Scene<'_> {
    /// The member as it is judged at an instant.
    fn judge(&self, who: u32, at: Instant) -> Result<Judge<'_>, Broken> {
        Ok(Judge::new(self.rules, self.present(who)?, at))
    }

    /// The tier that a member wears now: the first, if it was enrolled before there were any.
    pub(super) fn worn(&self, member: &Member) -> Option<TierIx> {
        self.programme().tier_or_first(member.tier())
    }

    /// After amounts were counted at some instants: the milestones and the tier that they reach.
    pub(super) fn after_counting(
        &mut self,
        who: u32,
        at: Instant,
        counted: &[Instant],
    ) -> Result<(), Undecided> {
        self.reach_milestones(who, at, counted)?;
        let judge = self.judge(who, at)?;
        if judge.worn().is_none() {
            return Ok(());
        }
        match judge.reached(counted)? {
            Some(reached) => self.change_own(who, at, &reached),
            None => Ok(()),
        }
    }

    /// After amounts were taken away now: the milestones that they take back, and the tier that
    /// falls at once.
    pub(super) fn after_less(&mut self, who: u32, why: Cause) -> Result<(), Undecided> {
        if why == Cause::Reversal {
            self.take_milestones(who)?;
        }
        let judge = self.judge(who, self.now)?;
        if judge.worn().is_none() {
            return Ok(());
        }
        match judge.after_less(why)? {
            Some(Verdict::Falls(fallen)) => self.change_own(who, self.now, &fallen),
            Some(Verdict::Grace(until)) => self.emit(who, Fact::TierGrace { until }),
            Some(Verdict::Kept(_)) | None => Ok(()),
        }
    }

    /// Gives the tier that the counts came to; the floor holds above it.
    // Seldom: kept out of the way of each activity that changes no tier.
    #[cold]
    pub(super) fn change_own(
        &mut self,
        who: u32,
        at: Instant,
        outcome: &Outcome,
    ) -> Result<(), Undecided> {
        let judge = self.judge(who, at)?;
        let judged = judge.judgement(outcome)?;
        let from = judge.worn().unwrap_or(judged.tier);
        let mut worn = (judged.tier, judged.valid_until);
        if let Some((floor, until)) = judge.floor()
            && judge.rank(floor)? > outcome.rank
        {
            worn = (floor, until);
        }
        let (to, valid_until) = worn;
        let (reason, judged) = (outcome.reason, Some(Box::new(judged)));
        self.emit_at(who, at, Fact::TierChanged { from, to, reason, valid_until, judged })?;
        self.entered(who, at, (from, to))
    }

    /// Changes the tier that is worn, by hand or at the end of that.
    pub(super) fn change_worn(
        &mut self,
        who: u32,
        at: Instant,
        to: TierIx,
        reason: TierReason,
        valid_until: Option<Instant>,
    ) -> Result<(), Undecided> {
        let from = self.judge(who, at)?.worn().unwrap_or(to);
        let judged = None;
        self.emit_at(who, at, Fact::TierChanged { from, to, reason, valid_until, judged })?;
        self.entered(who, at, (from, to))
    }

    fn entered(
        &mut self,
        who: u32,
        at: Instant,
        (from, to): (TierIx, TierIx),
    ) -> Result<(), Undecided> {
        if from == to { Ok(()) } else { self.give_benefits(who, at, 0) }
    }

    /// What the present tier gives at the entry into it, and every 12 months from then.
    pub(super) fn give_benefits(
        &mut self,
        who: u32,
        at: Instant,
        year: u16,
    ) -> Result<(), Undecided> {
        let member = self.present(who)?;
        // R-CLOSE-1: a tier can still change, but nothing is given any more.
        let tier = member.tier().filter(|_| member.closed().is_none());
        let Some(tier) = tier else { return Ok(()) };
        let rules = self.rules;
        let programme = &rules.in_force(at).programme;
        let Some(known) = programme.tiers.iter().find(|known| known.ix == tier) else {
            return Ok(());
        };
        let mut counts = false;
        for item in &known.benefits {
            counts |= self.give(who, at, item, |lot| Fact::Benefit { lot, tier, year })?;
        }
        // What was given can count itself, and reach the next tier.
        if counts { self.after_counting(who, at, &[at]) } else { Ok(()) }
    }

    /// Gives one item of a list of grants; says whether it counts for tiers.
    pub(super) fn give(
        &mut self,
        who: u32,
        at: Instant,
        item: &GrantItem,
        fact: impl FnOnce(NewLot) -> Fact,
    ) -> Result<bool, Undecided> {
        let rules = self.rules;
        let version = rules.in_force(at);
        let unit = self.unit_at(item.unit, at)?;
        let member = self.present(who)?;
        let expiry =
            expiry_in(&version.programme, version.programme.tier_or_first(member.tier()), unit);
        let life = self.life(member, expiry, at, Some(at));
        let lot = NewLot {
            lot: member.next_lot(),
            unit: unit.ix,
            amount: item.amount,
            earned_at: at,
            available_at: Some(at),
            expires_at: life.expires_at,
            form: life.form,
            programme_version: version.number,
        };
        self.emit_at(who, at, fact(lot))?;
        let alive = self.open_lot_of(who, &lot, at)?;
        self.repay(who, unit.ix, alive.as_slice(), at)?;
        let counted = counted_by(&version.programme, item.unit, item.qualifies, item.amount);
        let counted = counted.ok_or_else(super::tx::overflow)?;
        self.qualify(who, at, at, &counted)?;
        Ok(!counted.is_empty())
    }
}

/// How long lots of a unit live that are earned or granted in a tier.
pub(super) fn expiry_in<'p>(
    programme: &'p Programme,
    tier: Option<TierIx>,
    unit: &'p Unit,
) -> &'p Expiry {
    let tier = tier.and_then(|tier| programme.tiers.iter().find(|known| known.ix == tier));
    tier.and_then(|tier| tier.expiry_of(unit.ix)).unwrap_or(&unit.expiry)
}

/// What a lot that no rule earned counts for: a `qualifying_only` unit under its own name, and what
/// it was said to count for.
pub(super) fn counted_by(
    programme: &Programme,
    unit: UnitIx,
    qualifies: Option<crate::programme::CountIx>,
    amount: i64,
) -> Option<Vec<Threshold>> {
    let whole = whole_units(programme, unit, amount)?;
    let own = programme.count_of_unit(unit).map(|count| count.ix);
    let named = qualifies.filter(|named| Some(*named) != own);
    Some(own.into_iter().chain(named).map(|count| (count, whole)).collect())
}

/// Steps of a unit as whole units of it.
pub(super) fn whole_units(programme: &Programme, unit: UnitIx, steps: i64) -> Option<Ratio> {
    let decimals = programme.unit(unit)?.decimals;
    Ratio::new(steps.into(), ten_to(decimals)?)
}
