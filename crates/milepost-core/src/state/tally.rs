//! The tally: what counts for tiers, by count and window, and the milestones that were reached.
//!
//! Amounts of one count in one window are one entry: a year is one entry however much happens in it,
//! and in a rolling window, where amounts leave one by one, an instant is.

use super::change::{Broken, Change};
use crate::event::{ActivityNo, CountedIn, LotNo};
use crate::programme::{CountIx, MilestoneIx, Threshold, Window};
use crate::ratio::Ratio;
use crate::state::Member;
use crate::time::Instant;

/// What counts for tiers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Sorted by window, count, restarts and kind; none is zero.
    pub(super) amounts: Vec<Amount>,
    /// Where the counts started again, oldest first.
    pub(super) restarts: Vec<Restart>,
    /// The milestones that stand, in the order in which they were reached.
    pub(super) milestones: Vec<Reached>,
    /// When the last amount was counted: what is due before it has been carried out.
    pub(super) counted_at: Option<Instant>,
}

/// An amount of one count in one window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    pub(crate) window: Window,
    pub(crate) count: CountIx,
    pub(crate) restarts: u16,
    pub(crate) kind: AmountKind,
    pub(crate) sum: Compact,
}

/// Whether an amount came and went, or was paid for a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum AmountKind {
    /// It came, or was taken back.
    Counted,
    /// It was paid for a tier: below zero.
    Paid,
}

/// A ratio in 16 bytes, where it fits: nearly always.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Compact {
    /// It fits.
    Small {
        /// Numerator.
        num: i64,
        /// Denominator, above 0.
        den: u32,
    },
    /// It does not.
    Wide(Box<Ratio>),
}

/// Where the counts started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Restart {
    /// When.
    pub(crate) at: Instant,
    /// The first activity that was recorded after it.
    pub(crate) first: ActivityNo,
    /// The first lot that was given after it.
    pub(crate) first_lot: LotNo,
}

/// A step of a milestone that was reached, and one of the lots that it gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reached {
    /// The milestone.
    pub(crate) milestone: MilestoneIx,
    /// Its count and the step.
    pub(crate) step: Threshold,
    /// Where.
    pub(crate) place: CountedIn,
    /// When.
    pub(crate) at: Instant,
    /// The lot.
    pub(crate) lot: LotNo,
    /// Steps of its unit.
    pub(crate) amount: i64,
}

impl From<Ratio> for Compact {
    fn from(ratio: Ratio) -> Compact {
        match (i64::try_from(ratio.numerator()), u32::try_from(ratio.denominator())) {
            (Ok(num), Ok(den)) => Compact::Small { num, den },
            _ => Compact::Wide(Box::new(ratio)),
        }
    }
}

impl Compact {
    /// The ratio.
    pub(crate) fn ratio(&self) -> Ratio {
        match self {
            Compact::Small { num, den } => Ratio::from_lowest(*num, *den),
            Compact::Wide(ratio) => **ratio,
        }
    }
}

impl Tally {
    /// The sum of a count over the amounts that a filter keeps.
    fn sum(&self, count: CountIx, keeps: impl Fn(&Amount) -> bool) -> Result<Ratio, Broken> {
        let of_count = self.amounts.iter().filter(|amount| amount.count == count);
        of_count.filter(|amount| keeps(amount)).try_fold(Ratio::ZERO, |sum, amount| {
            sum.plus(amount.sum.ratio()).ok_or(Broken::Overflow)
        })
    }

    /// What counts at an instant: of the amounts whose window contains it (R-TIME-4), those since
    /// the counts had started again so often, less what was paid.
    pub(crate) fn at(&self, count: CountIx, at: Instant, restarts: u16) -> Result<Ratio, Broken> {
        self.sum(count, |amount| amount.restarts == restarts && amount.window.contains(at))
    }

    /// What came in the windows that contain an instant, however often the counts started again and
    /// whatever was paid.
    pub(crate) fn came_at(&self, count: CountIx, at: Instant) -> Result<Ratio, Broken> {
        let came = |amount: &Amount| amount.kind == AmountKind::Counted;
        self.sum(count, |amount| came(amount) && amount.window.contains(at))
    }

    /// What came in all time.
    pub(crate) fn all_time(&self, count: CountIx) -> Result<Ratio, Broken> {
        self.sum(count, |amount| amount.kind == AmountKind::Counted)
    }

    /// How often the counts had started again by an instant.
    pub(crate) fn restarts_by(&self, at: Instant) -> u16 {
        let by_then = self.restarts.iter().filter(|restart| restart.at <= at).count();
        u16::try_from(by_then).unwrap_or(u16::MAX)
    }

    /// How often the counts had started again for an activity of an instant: what was recorded
    /// before a restart counts before it.
    pub(crate) fn restarts_of(&self, activity: ActivityNo, at: Instant) -> u16 {
        let before = |restart: &&Restart| restart.at <= at && restart.first <= activity;
        u16::try_from(self.restarts.iter().filter(before).count()).unwrap_or(u16::MAX)
    }

    /// The same for a lot that was given at an instant, and counted then.
    pub(crate) fn restarts_of_lot(&self, lot: LotNo, at: Instant) -> u16 {
        let before = |restart: &&Restart| restart.at <= at && restart.first_lot <= lot;
        u16::try_from(self.restarts.iter().filter(before).count()).unwrap_or(u16::MAX)
    }

    /// The amounts, sorted by window.
    pub(crate) fn amounts(&self) -> &[Amount] {
        &self.amounts
    }

    /// The milestones that stand.
    pub(crate) fn reached(&self) -> &[Reached] {
        &self.milestones
    }

    /// When the last amount was counted.
    pub(crate) const fn counted_at(&self) -> Option<Instant> {
        self.counted_at
    }

    fn place(&self, amount: &Amount) -> Result<usize, usize> {
        let key = |amount: &Amount| (amount.window, amount.count, amount.restarts, amount.kind);
        self.amounts.binary_search_by(|known| key(known).cmp(&key(amount)))
    }

    pub(super) fn undo(&mut self, undo: TallyUndo) {
        match undo {
            TallyUndo::Changed(at, before) => {
                if let Some(slot) = self.amounts.get_mut(at) {
                    *slot = before;
                }
            }
            TallyUndo::Added(at) => drop(self.amounts.remove(at)),
            TallyUndo::Removed(at, before) => self.amounts.insert(at, before),
            TallyUndo::CountedAt(at) => self.counted_at = at,
            TallyUndo::Restart => drop(self.restarts.pop()),
            TallyUndo::Reached => drop(self.milestones.pop()),
            TallyUndo::Taken(at, before) => self.milestones.insert(at, *before),
        }
    }
}

/// Stands for amounts that counted before the last restart of a member that became a part of another:
/// they count for life, and in no tier window any more.
const BEFORE_ALL: u16 = u16::MAX;

impl Tally {
    /// Takes over what another counted, in the windows in which it had counted (R-MERGE-1).
    ///
    /// # Errors
    /// [`Broken::Overflow`] if a sum does not fit.
    pub(super) fn absorb(
        &mut self,
        theirs: Tally,
        lot: impl Fn(LotNo) -> LotNo,
    ) -> Result<(), Broken> {
        let Tally { amounts, restarts, milestones, counted_at } = theirs;
        let (now, own) = (restarts.len(), u16::try_from(self.restarts.len()).unwrap_or(u16::MAX));
        let place = |theirs: u16| if usize::from(theirs) == now { own } else { BEFORE_ALL };
        for amount in amounts {
            let mut amount = Amount { restarts: place(amount.restarts), ..amount };
            match self.place(&amount) {
                Err(at) => self.amounts.insert(at, amount),
                Ok(at) => {
                    let known = self.amounts.get(at).map_or(Ratio::ZERO, |known| known.sum.ratio());
                    let sum = known.plus(amount.sum.ratio()).ok_or(Broken::Overflow)?;
                    amount.sum = sum.into();
                    match self.amounts.get_mut(at).filter(|_| sum != Ratio::ZERO) {
                        Some(slot) => *slot = amount,
                        None => drop(self.amounts.remove(at)),
                    }
                }
            }
        }
        self.milestones.extend(milestones.into_iter().map(|reached| {
            let place = CountedIn { restarts: place(reached.place.restarts), ..reached.place };
            Reached { lot: lot(reached.lot), place, ..reached }
        }));
        self.counted_at = self.counted_at.max(counted_at);
        Ok(())
    }
}

impl Member {
    /// Whether a milestone that stands gave a lot.
    pub(super) fn is_of_milestone(&self, lot: LotNo) -> bool {
        let reached = self.tally().map_or(&[][..], Tally::reached);
        reached.iter().any(|reached| reached.lot == lot)
    }
}

/// How to take back one change of the tally.
#[derive(Debug)]
pub(super) enum TallyUndo {
    Changed(usize, Amount),
    Added(usize),
    Removed(usize, Amount),
    CountedAt(Option<Instant>),
    Restart,
    Reached,
    Taken(usize, Box<Reached>),
}

impl Change<'_> {
    /// Counts an amount, at the time of its entry.
    pub(super) fn count(
        &mut self,
        (count, more): Threshold,
        place: CountedIn,
        at: Instant,
    ) -> Result<(), Broken> {
        self.add_amount((count, more), place, AmountKind::Counted)?;
        let tally = &mut self.member.more_mut().tally;
        let before = tally.counted_at.replace(at);
        self.note_tally(|| TallyUndo::CountedAt(before));
        let mut leaves = place.window.until;
        if more < Ratio::ZERO {
            // What is left can cease to be enough when any other amount leaves.
            let amounts = self.member.tally().map_or(&[][..], Tally::amounts).iter();
            let others = amounts.map(|amount| amount.window.until).filter(|until| at < *until);
            leaves = others.min().unwrap_or(leaves).min(leaves);
        }
        if leaves < Instant::MAX {
            self.member.lower_due(leaves.micros());
        }
        Ok(())
    }

    /// Takes what was paid for a tier off the counts.
    pub(super) fn pay(&mut self, paid: &[Threshold], place: CountedIn) -> Result<(), Broken> {
        for (count, amount) in paid {
            let less = amount.times(Ratio::whole(-1)).ok_or(Broken::Overflow)?;
            self.add_amount((*count, less), place, AmountKind::Paid)?;
        }
        Ok(())
    }

    fn add_amount(
        &mut self,
        (count, more): Threshold,
        place: CountedIn,
        kind: AmountKind,
    ) -> Result<(), Broken> {
        let CountedIn { window, restarts } = place;
        let tally = &mut self.member.more_mut().tally;
        let mut new = Amount { window, count, restarts, kind, sum: more.into() };
        let undo = match tally.place(&new) {
            Err(at) => {
                tally.amounts.insert(at, new);
                TallyUndo::Added(at)
            }
            Ok(at) => {
                const NO_AMOUNT: Broken = Broken::Inconsistent("there is no such amount");
                let slot = tally.amounts.get_mut(at).ok_or(NO_AMOUNT)?;
                let sum = slot.sum.ratio().plus(more).ok_or(Broken::Overflow)?;
                if sum == Ratio::ZERO {
                    TallyUndo::Removed(at, tally.amounts.remove(at))
                } else {
                    new.sum = sum.into();
                    TallyUndo::Changed(at, std::mem::replace(slot, new))
                }
            }
        };
        self.note_tally(|| undo);
        Ok(())
    }

    /// The counts start again.
    pub(super) fn restart_counts(&mut self, at: Instant) {
        let (first, first_lot) = (self.member.next_activity(), self.member.next_lot());
        self.member.more_mut().tally.restarts.push(Restart { at, first, first_lot });
        self.note_tally(|| TallyUndo::Restart);
    }

    /// A step of a milestone was reached.
    pub(super) fn reach(&mut self, reached: Reached) {
        self.member.more_mut().tally.milestones.push(reached);
        self.note_tally(|| TallyUndo::Reached);
    }

    /// A milestone is taken back; says what it had given.
    pub(super) fn unreach(&mut self, lot: LotNo) -> Result<Reached, Broken> {
        let milestones = &mut self.member.more_mut().tally.milestones;
        let at = milestones.iter().position(|reached| reached.lot == lot);
        let at = at.ok_or(Broken::Inconsistent("there is no such milestone"))?;
        let taken = milestones.remove(at);
        let before = Box::new(taken.clone());
        self.note_tally(|| TallyUndo::Taken(at, before));
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_takes_40_bytes() {
        assert_eq!(size_of::<Amount>(), 40);
    }
}
