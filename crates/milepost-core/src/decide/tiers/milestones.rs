//! Milestones: given in the entry that reaches a step, once per window and step, and taken back by
//! a reversal that falls below it.

use super::counted_by;
use crate::decide::take_back::TakenBack;
use crate::decide::tx::overflow;
use crate::decide::{Scene, Undecided};
use crate::event::{CountedIn, Fact, Part};
use crate::programme::{Milestone, WindowKind};
use crate::ratio::Ratio;
use crate::state::{Broken, Reached, Tally};
use crate::tiers::{Judge, Reference};
use crate::time::Instant;

/// More steps than this are not given in one entry: a rule that gives so many is a mistake.
const MOST_STEPS: usize = 4096;

impl Scene<'_> {
    pub(super) fn reach_milestones(
        &mut self,
        who: u32,
        at: Instant,
        counted: &[Instant],
    ) -> Result<(), Undecided> {
        let rules = self.rules;
        let milestones = &rules.in_force(at).programme.milestones;
        let mut given = 0;
        // What a milestone gives can count for the next.
        let mut counts = !milestones.is_empty();
        while counts {
            counts = false;
            for milestone in milestones {
                for instant in self.judge(who, at)?.touched(counted) {
                    for (step, place) in self.steps_reached(who, at, milestone, instant)? {
                        given += 1;
                        if given > MOST_STEPS {
                            return Err(overflow().into());
                        }
                        counts |= self.give_milestone(who, at, milestone, step, place)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// The steps that the window of an instant has reached and that do not stand yet.
    fn steps_reached(
        &self,
        who: u32,
        at: Instant,
        milestone: &Milestone,
        instant: Instant,
    ) -> Result<Vec<(Ratio, CountedIn)>, Undecided> {
        let judge = self.judge(who, at)?;
        let of = judge.window_at(instant);
        let place = place_of(&judge, of);
        let there = there(&judge, of, milestone.count)?;
        let stand = judge.tally().map_or(&[][..], Tally::reached);
        let yearly = judge.programme.tier_policy.window.is_yearly();
        let of_it = stand.iter().filter(|reached| {
            reached.milestone == milestone.ix && (!yearly || reached.place == place)
        });
        let mut reached = Vec::new();
        for number in 0.. {
            let step = milestone.steps.step(number).filter(|step| *step <= there);
            let Some(step) = step.filter(|_| reached.len() <= MOST_STEPS) else { break };
            if !of_it.clone().any(|reached| reached.step.1 == step) {
                reached.push((step, place));
            }
        }
        Ok(reached)
    }

    fn give_milestone(
        &mut self,
        who: u32,
        at: Instant,
        milestone: &Milestone,
        step: Ratio,
        place: CountedIn,
    ) -> Result<bool, Undecided> {
        let (ix, step) = (milestone.ix, (milestone.count, step));
        let mut counts = false;
        for item in &milestone.grants {
            counts |= self.give(who, at, item, |lot| Fact::MilestoneReached {
                lot,
                milestone: ix,
                step,
                place,
            })?;
        }
        Ok(counts)
    }

    /// After a reversal: takes back the milestones whose step the count no longer reaches.
    pub(super) fn take_milestones(&mut self, who: u32) -> Result<(), Undecided> {
        loop {
            let judge = self.judge(who, self.now)?;
            let stand = judge.tally().map_or(&[][..], Tally::reached);
            let mut fallen = None;
            for reached in stand {
                if !still_reached(&judge, reached)? {
                    fallen = Some(reached.clone());
                }
            }
            match fallen {
                Some(fallen) => self.take_milestone(who, &fallen)?,
                None => return Ok(()),
            }
        }
    }

    /// Takes back one lot that a milestone gave (R-REV-2).
    fn take_milestone(&mut self, who: u32, reached: &Reached) -> Result<(), Undecided> {
        let lot = *self.lot(who, reached.lot)?;
        let unit = self.unit_at(lot.unit(), self.now)?;
        let own = [(reached.lot, self.present(who)?.expired_of(reached.lot))];
        let due = [Part { lot: reached.lot, amount: reached.amount }];
        // It was available at once, so nothing of it is pending.
        let TakenBack { parts, set_off, pending: _, debt, forgiven } =
            self.find_back(who, unit, &own, &due)?;
        let set_off = set_off.iter().map(|part| part.amount).sum();
        let (lot_no, milestone, unit) = (reached.lot, reached.milestone, unit.ix);
        self.emit(
            who,
            Fact::MilestoneTaken { lot: lot_no, milestone, unit, parts, set_off, debt, forgiven },
        )?;
        self.uncount_milestone(who, reached, &lot)
    }

    /// What it gave no longer counts.
    fn uncount_milestone(
        &mut self,
        who: u32,
        reached: &Reached,
        lot: &crate::state::Lot,
    ) -> Result<(), Undecided> {
        const NO_VERSION: Broken = Broken::Inconsistent("a lot of no version");
        let rules = self.rules;
        let version = rules.version(lot.programme_version()).ok_or(NO_VERSION)?;
        let programme = &version.programme;
        let milestone = programme.milestones.iter().find(|m| m.ix == reached.milestone);
        let item = milestone.and_then(|m| m.grants.iter().find(|item| item.unit == lot.unit()));
        let qualifies = item.and_then(|item| item.qualifies);
        let counted = counted_by(programme, lot.unit(), qualifies, reached.amount);
        self.uncount_lot(who, reached.lot, counted).map(drop)
    }
}

/// A year has its own steps, however often the counts start again in it; every other window has
/// each step once.
fn place_of(judge: &Judge<'_>, of: Reference) -> CountedIn {
    let yearly = judge.programme.tier_policy.window.is_yearly();
    CountedIn { window: of.window, restarts: if yearly { 0 } else { of.restarts } }
}

/// What a milestone sees of its count: in a year and in all time all that came, whatever was paid
/// for tiers or carried in.
fn there(
    judge: &Judge<'_>,
    of: Reference,
    count: crate::programme::CountIx,
) -> Result<Ratio, Broken> {
    match judge.programme.tier_policy.window {
        WindowKind::CalendarYear | WindowKind::MembershipYear | WindowKind::Lifetime => {
            judge.came(of, count)
        }
        WindowKind::Rolling(_) | WindowKind::SinceTier => judge.count(of, count),
    }
}

fn still_reached(judge: &Judge<'_>, reached: &Reached) -> Result<bool, Broken> {
    let (count, step) = reached.step;
    let CountedIn { window, restarts } = reached.place;
    let of = |at| Reference { at, window, restarts };
    match judge.programme.tier_policy.window {
        // In a window that moves on, the count may have gone down without any reversal.
        WindowKind::Rolling(_) => {
            let now = judge.window_at(judge.at);
            Ok(judge.count(of(window.until), count)? >= step || judge.count(now, count)? >= step)
        }
        WindowKind::SinceTier => Ok(judge.count(of(reached.at), count)? >= step),
        WindowKind::CalendarYear | WindowKind::MembershipYear | WindowKind::Lifetime => {
            Ok(judge.came(of(window.from), count)? >= step)
        }
    }
}
