//! How much of a count there is in a window, what was carried into it included.

use smallvec::SmallVec;

use super::{Judge, Reference};
use crate::programme::{CountIx, Threshold, Tier, before};
use crate::ratio::Ratio;
use crate::state::{Activity, Broken, Tally};

/// What counts in some windows, each count reckoned once: the lines of many tiers ask for the same.
#[derive(Debug, Default)]
pub(super) struct Known(SmallVec<[(Reference, CountIx, Ratio); 4]>);

impl Judge<'_> {
    /// What counts in a window: its own amounts, and what the window before carried into it.
    ///
    /// # Errors
    /// [`Broken`] if a sum does not fit.
    pub(crate) fn count(&self, of: Reference, count: CountIx) -> Result<Ratio, Broken> {
        let own = self.own(of, count)?;
        own.plus(self.carried_into(of, count)?).ok_or(Broken::Overflow)
    }

    fn own(&self, of: Reference, count: CountIx) -> Result<Ratio, Broken> {
        let counted =
            self.tally().map_or(Ok(Ratio::ZERO), |tally| tally.at(count, of.at, of.restarts))?;
        let before = self.uncounted(count, |number, activity| {
            let restarts = self.tally().map_or(0, |t| t.restarts_of(number, activity.occurred_at));
            restarts == of.restarts && self.is_in(of, activity)
        })?;
        counted.plus(before).ok_or(Broken::Overflow)
    }

    fn is_in(&self, of: Reference, activity: &Activity<'_>) -> bool {
        let policy = &self.programme.tier_policy;
        policy.window_of(self.calendar(), activity.occurred_at).contains(of.at)
    }

    /// The surplus of the window before over the highest threshold reached in it, capped, and never
    /// more than that window's own amounts: what was carried in does not carry again.
    fn carried_into(&self, of: Reference, count: CountIx) -> Result<Ratio, Broken> {
        let programme = &self.rules.in_force(of.window.from).programme;
        let carry = programme.tier_policy.carry.filter(|carry| carry.count == count);
        let Some(carry) = carry.filter(|_| self.programme.tier_policy.window.is_yearly()) else {
            return Ok(Ratio::ZERO);
        };
        let ended = self.window_at(before(of.window.from));
        let own = self.own(ended, count)?;
        if own <= Ratio::ZERO || ended.window.from >= of.window.from {
            return Ok(Ratio::ZERO);
        }
        let total = own.plus(self.carried_into(ended, count)?).ok_or(Broken::Overflow)?;
        let lines = programme.tiers.iter().flat_map(|tier: &Tier| tier.qualify.iter().flatten());
        let reached = lines.filter(|(known, needed)| *known == count && *needed <= total);
        let Some(highest) = reached.map(|(_, needed)| *needed).max() else {
            return Ok(Ratio::ZERO);
        };
        let surplus = highest.times(Ratio::whole(-1)).and_then(|less| total.plus(less));
        Ok(surplus.ok_or(Broken::Overflow)?.min(carry.cap).min(own))
    }

    /// The all-time net count.
    pub(crate) fn all_time(&self, count: CountIx) -> Result<Ratio, Broken> {
        let counted =
            self.tally().map_or(Ok(Ratio::ZERO), |tally: &Tally| tally.all_time(count))?;
        counted.plus(self.uncounted(count, |_, _| true)?).ok_or(Broken::Overflow)
    }

    /// What came in the window that contains an instant, whatever was paid or started again.
    pub(crate) fn came(&self, of: Reference, count: CountIx) -> Result<Ratio, Broken> {
        let counted = self.tally().map_or(Ok(Ratio::ZERO), |tally| tally.came_at(count, of.at))?;
        let before = self.uncounted(count, |_, activity| self.is_in(of, activity))?;
        counted.plus(before).ok_or(Broken::Overflow)
    }

    /// The counts of a window that this version keeps, in its order.
    pub(crate) fn counts(&self, of: Reference) -> Result<Vec<Threshold>, Broken> {
        let kept = self.programme.counts.iter().filter(|count| count.is_kept());
        kept.map(|count| Ok((count.ix, self.count(of, count.ix)?))).collect()
    }

    /// Whether a window meets a line: all of its thresholds.
    pub(super) fn meets(
        &self,
        of: Reference,
        line: &[Threshold],
        known: &mut Known,
    ) -> Result<bool, Broken> {
        for (count, needed) in line {
            let found = known.0.iter().find(|(window, known, _)| known == count && *window == of);
            let counted = if let Some((.., counted)) = found {
                *counted
            } else {
                let counted = self.count(of, *count)?;
                known.0.push((of, *count, counted));
                counted
            };
            if counted < *needed {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the all-time counts keep a tier.
    pub(super) fn is_for_life(&self, tier: &Tier) -> Result<bool, Broken> {
        for (count, needed) in &tier.lifetime {
            if self.all_time(*count)? < *needed {
                return Ok(false);
            }
        }
        Ok(!tier.lifetime.is_empty())
    }
}
