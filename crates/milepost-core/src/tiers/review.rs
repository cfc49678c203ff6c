//! Reviews: whether the tier is kept, and to what it falls if it is not.

use super::due::holds_while_qualified;
use super::outcome::Lines;
use super::{Judge, Outcome, Reference};
use crate::event::TierReason;
use crate::programme::{Downgrade, Threshold, Tier, TierReversal, Validity, Window, before};
use crate::ratio::Ratio;
use crate::state::{Broken, TierStanding};
use crate::time::Instant;

/// What a review comes to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Verdict {
    /// The tier is kept.
    Kept(Outcome),
    /// It would fall, but is kept for so long.
    Grace(Instant),
    /// It falls.
    Falls(Outcome),
}

/// What took amounts away from the counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A reversal (R-REV-3).
    Reversal,
    /// A debit.
    Debit,
}

/// Whether a grace may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// It may.
    Grace,
    /// It is over.
    None,
}

impl Judge<'_> {
    /// The windows of a review now: each after the one last judged, up to that containing the last
    /// valid instant; if there is none, the window just ended.
    pub(crate) fn reviewed(&self) -> Vec<Reference> {
        let policy = &self.programme.tier_policy;
        if policy.valid == Validity::WhileQualified {
            // What leaves at this instant leaves behind the review, and makes it fall all the same.
            return vec![self.window_at(self.at)];
        }
        let last = self.window_at(before(self.at));
        let Some(own) = self.member.tier_standing().filter(|_| policy.window.is_yearly()) else {
            return vec![last];
        };
        let mut windows = Vec::new();
        let mut next = self.window_at(self.window_at(own.judged).window.until);
        while next.window.from <= last.window.from && !windows.contains(&next) {
            windows.push(next);
            next = self.window_at(next.window.until);
        }
        if windows.is_empty() {
            windows.push(self.just_ended());
        }
        windows
    }

    /// The window that ended last; where windows have no common ends, that of the last instant.
    fn just_ended(&self) -> Reference {
        let last = self.window_at(before(self.at));
        let runs = self.programme.tier_policy.window.is_yearly() && self.at < last.window.until;
        if runs { self.window_at(before(last.window.from)) } else { last }
    }

    /// The review at the end of a validity or of a grace.
    ///
    /// # Errors
    /// [`Broken`] if a sum does not fit.
    pub(crate) fn review(&self, patience: Patience) -> Result<Verdict, Broken> {
        self.verdict(&self.reviewed(), patience)
    }

    /// Whether what counts now keeps the tier.
    ///
    /// # Errors
    /// [`Broken`] if a sum does not fit.
    pub(crate) fn review_of_now(&self) -> Result<Verdict, Broken> {
        self.verdict(&[self.window_at(self.at)], Patience::Grace)
    }

    /// After amounts were taken away: what falls in the same entry, if anything does. A tier that
    /// holds only while it is qualified for is judged on what counts now.
    ///
    /// # Errors
    /// [`Broken`] if a sum does not fit.
    pub(crate) fn after_less(&self, reversal: Cause) -> Result<Option<Verdict>, Broken> {
        let policy = &self.programme.tier_policy;
        let own = self.own_rank()?;
        let standing = self.member.tier_standing().filter(|standing| own > 0 && !standing.given);
        let Some(standing) = standing else { return Ok(None) };
        let at_once = reversal == Cause::Reversal && policy.on_reversal == TierReversal::AtOnce;
        if !holds_while_qualified(self) {
            let fallen = if at_once { self.after_reversal(own, standing)? } else { None };
            return Ok(fallen.map(Verdict::Falls));
        }
        if standing.grace_until.is_some() && !at_once {
            return Ok(None);
        }
        let patience = if at_once { Patience::None } else { Patience::Grace };
        let verdict = self.verdict(&[self.window_at(self.at)], patience)?;
        Ok(Some(match verdict {
            Verdict::Falls(fallen) if reversal == Cause::Reversal => {
                Verdict::Falls(Outcome { reason: TierReason::Reversal, ..fallen })
            }
            Verdict::Kept(_) | Verdict::Grace(_) | Verdict::Falls(_) => verdict,
        }))
    }

    /// R-REV-3, at once: on the window last judged and the present one, by the requalify lines;
    /// neither grace nor a gentle downgrade delays it. `None`: the tier is kept.
    fn after_reversal(
        &self,
        own: usize,
        standing: &TierStanding,
    ) -> Result<Option<Outcome>, Broken> {
        let judged = Reference { restarts: standing.restarts, ..self.window_at(standing.judged) };
        if self.still_meets(judged, own, standing)? {
            return Ok(None);
        }
        let mut best = None;
        for of in [judged, self.window_at(self.at)] {
            best = Outcome::better(best, self.outcome(of, Lines::Requalify, 1..=own)?);
        }
        let best = best.unwrap_or_else(|| Outcome::bottom(self.window_at(self.at)));
        let fallen = Outcome { reason: TierReason::Reversal, ..best };
        Ok(Some(fallen).filter(|fallen| fallen.rank < own))
    }

    /// Whether the window last judged still meets a line of the tier, what was paid for it
    /// included.
    fn still_meets(
        &self,
        of: Reference,
        rank: usize,
        standing: &TierStanding,
    ) -> Result<bool, Broken> {
        let Some(tier) = self.programme.tiers.get(rank) else { return Ok(false) };
        for line in &tier.requalify {
            let mut meets = true;
            for (count, needed) in line {
                let there = self.count(of, *count)?.plus(paid(standing, *count));
                meets &= there.ok_or(Broken::Overflow)? >= *needed;
            }
            if meets {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn verdict(&self, windows: &[Reference], patience: Patience) -> Result<Verdict, Broken> {
        let own = self.own_rank()?;
        // Only a tier that the programme has no longer, and none below it but the first, is reviewed
        // there: it ends.
        if own == 0 {
            return Ok(Verdict::Falls(Outcome::bottom(self.just_ended())));
        }
        let mut best = None;
        for of in windows {
            best = Outcome::better(best, self.outcome(*of, Lines::Requalify, 1..=own)?);
        }
        let policy = &self.programme.tier_policy;
        match best.take_if(|best| best.rank == own) {
            Some(kept) => return Ok(Verdict::Kept(kept)),
            None if policy.downgrade == Downgrade::Never || !self.can_fall(own) => {
                return Ok(Verdict::Kept(self.kept_anyway(own)));
            }
            None => {}
        }
        let grace = policy.grace.filter(|_| patience == Patience::Grace);
        if let Some(until) = grace.and_then(|grace| self.programme.zone.add(self.at, grace)) {
            return Ok(Verdict::Grace(until));
        }
        let fallen = match policy.downgrade {
            Downgrade::OneStep => self.one_step_down(own),
            Downgrade::ToQualified | Downgrade::Never => {
                best.unwrap_or_else(|| Outcome::bottom(self.just_ended()))
            }
        };
        Ok(Verdict::Falls(Outcome { reason: TierReason::Downgraded, ..fallen }))
    }

    /// A tier that no counts reach was given by hand and stays; the first never falls.
    fn can_fall(&self, rank: usize) -> bool {
        let by_counts = |tier: &Tier| !tier.requalify.is_empty() || !tier.lifetime.is_empty();
        rank > 0 && self.programme.tiers.get(rank).is_some_and(by_counts)
    }

    /// A tier that never falls: its validity moves on as if it had been judged on the window just
    /// ended, and if that is over too, on the one that begins.
    fn kept_anyway(&self, rank: usize) -> Outcome {
        let ended = self.just_ended();
        let later =
            |of: &Reference| self.valid_until(of.window).is_none_or(|until| self.at < until);
        let of = Some(ended).filter(later).unwrap_or_else(|| self.window_at(self.at));
        let valid_until = self.valid_until(of.window).filter(|until| self.at < *until);
        let (reason, line) = (TierReason::Requalified, Vec::new());
        Outcome { rank, of, valid_until, reason, line, given: true }
    }

    fn one_step_down(&self, own: usize) -> Outcome {
        let ended = self.just_ended();
        match own.checked_sub(1) {
            None | Some(0) => Outcome::bottom(ended),
            Some(rank) => {
                let valid_until = self.valid_as_if_reached(ended);
                let (reason, line) = (TierReason::Downgraded, Vec::new());
                Outcome { rank, of: ended, valid_until, reason, line, given: true }
            }
        }
    }
}

impl Outcome {
    /// The first tier, which needs nothing.
    fn bottom(of: Reference) -> Outcome {
        let (reason, line) = (TierReason::Downgraded, Vec::new());
        Outcome { rank: 0, of, valid_until: None, reason, line, given: false }
    }
}

fn paid(standing: &TierStanding, count: crate::programme::CountIx) -> Ratio {
    let paid = standing.paid.iter().find(|(known, _): &&Threshold| *known == count);
    paid.map_or(Ratio::ZERO, |(_, amount)| *amount)
}

impl Reference {
    /// Whether something can still be counted in the window at or after an instant.
    pub(crate) fn is_open(&self, at: Instant) -> bool {
        let Window { until, .. } = self.window;
        at < until
    }
}
