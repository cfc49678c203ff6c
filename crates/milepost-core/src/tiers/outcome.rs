//! What a window gives: the highest tier whose lines it meets.

use std::ops::RangeInclusive;

use smallvec::{SmallVec, smallvec};

use super::count::Known;
use super::{Judge, Reference};
use crate::event::{Judgement, TierReason};
use crate::programme::{OnUpgrade, Threshold, Tier, Upgrade, Validity, Window, WindowKind, before};
use crate::state::{Broken, Tally};
use crate::time::Instant;

/// What was judged.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Outcome {
    /// The place of the tier in the programme.
    pub(crate) rank: usize,
    /// The window that it was judged on.
    pub(crate) of: Reference,
    /// To when it is valid.
    pub(crate) valid_until: Option<Instant>,
    /// Why.
    pub(crate) reason: TierReason,
    /// The line that was met; empty for a tier for life, and for what is not reached.
    pub(crate) line: Vec<Threshold>,
    /// Whether it was given as if it had been reached.
    pub(crate) given: bool,
}

/// Which lines are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lines {
    /// Those that reach a tier.
    Qualify,
    /// Those that keep it.
    Requalify,
    /// None: only what is kept for life.
    ForLife,
}

impl Outcome {
    /// A higher tier is better, of one tier the later validity.
    pub(super) fn better(one: Option<Outcome>, other: Option<Outcome>) -> Option<Outcome> {
        let key = |outcome: &Outcome| (outcome.rank, outcome.valid_until.unwrap_or(Instant::MAX));
        match (one, other) {
            (Some(one), Some(other)) => Some(if key(&one) >= key(&other) { one } else { other }),
            (one, other) => one.or(other),
        }
    }
}

impl Judge<'_> {
    /// The best of some tiers that a window gives, on the best single one of the last windows; with
    /// a validity that is not over already.
    pub(super) fn outcome(
        &self,
        of: Reference,
        lines: Lines,
        ranks: RangeInclusive<usize>,
    ) -> Result<Option<Outcome>, Broken> {
        let mut known = Known::default();
        for rank in ranks.rev().filter(|rank| *rank > 0) {
            let Some(tier) = self.programme.tiers.get(rank) else { continue };
            let Some((reason, line)) = self.met(of, tier, lines, &mut known)? else { continue };
            let valid_until = self.valid_until(of.window);
            let is_over = valid_until.is_some_and(|until| until <= self.at);
            let outcome = Outcome { rank, of, valid_until, reason, line, given: false };
            return Ok(Some(outcome).filter(|_| !is_over));
        }
        Ok(None)
    }

    /// To when a tier is valid that is judged now on a window.
    pub(super) fn valid_until(&self, window: Window) -> Option<Instant> {
        self.programme.tier_policy.valid_until(self.calendar(), window, self.at)
    }

    fn met(
        &self,
        of: Reference,
        tier: &Tier,
        lines: Lines,
        known: &mut Known,
    ) -> Result<Option<(TierReason, Vec<Threshold>)>, Broken> {
        let (reason, lines) = match lines {
            Lines::Qualify => (TierReason::Qualified, &tier.qualify[..]),
            Lines::Requalify => (TierReason::Requalified, &tier.requalify[..]),
            Lines::ForLife => (TierReason::Lifetime, &[][..]),
        };
        let mut window = of;
        for earlier in 0..self.programme.tier_policy.best_of.max(1) {
            if earlier > 0 {
                window = self.window_at(before(window.window.from));
            }
            for line in lines {
                if self.meets(window, line, known)? {
                    return Ok(Some((reason, line.clone())));
                }
            }
        }
        let for_life = self.is_for_life(tier)?;
        Ok(for_life.then(|| (TierReason::Lifetime, Vec::new())))
    }

    /// The tier above the present one that is reached by now, on the window of now and on those of
    /// other instants at which something was counted; in a grace also the present one.
    ///
    /// # Errors
    /// [`Broken`] if a sum does not fit.
    pub(crate) fn reached(&self, counted: &[Instant]) -> Result<Option<Outcome>, Broken> {
        let top = self.programme.tiers.len().saturating_sub(1);
        let own = self.own_rank()?;
        let in_grace = self.member.tier_standing().is_some_and(|own| own.grace_until.is_some());
        let mut best = None;
        if in_grace {
            // Whoever qualifies again in the grace keeps the tier as if it had not fallen.
            let now = self.window_at(self.at);
            best = self.outcome(now, Lines::Requalify, own..=own)?;
        }
        let lowest = if in_grace { own } else { own + 1 };
        if self.programme.tiers.iter().any(|tier| !tier.lifetime.is_empty()) {
            // An all-time count waits for no window.
            let for_life = self.outcome(self.window_at(self.at), Lines::ForLife, lowest..=top)?;
            best = Outcome::better(best, for_life);
        }
        let mut last = None;
        for at in self.touched(counted) {
            let of = self.window_at(at);
            // Most lie in one window, one after the other.
            if last != Some(of) && self.is_open_to(at, of) {
                last = Some(of);
                let reached = self.outcome(of, Lines::Qualify, lowest..=top)?;
                best = Outcome::better(best, reached);
            }
        }
        Ok(best)
    }

    /// Instants of all windows that amounts of some instants change: that of now, and for late
    /// arrivals those in which they count. Where windows overlap or one opens the next, these are
    /// more than one, and judging all of them makes the order of arrival mean nothing (R-TIME-6).
    pub(crate) fn touched(&self, counted: &[Instant]) -> SmallVec<[Instant; 4]> {
        let policy = &self.programme.tier_policy;
        let chained = policy.best_of > 1 || policy.carry.is_some();
        let mut touched = smallvec![self.at];
        for at in counted.iter().copied().filter(|at| *at != self.at) {
            touched.push(at);
            match policy.window {
                WindowKind::Rolling(_) => {
                    let until = policy.window_of(self.calendar(), at).until.min(self.at);
                    let amounts = self.tally().map_or(&[][..], Tally::amounts).iter();
                    let others = amounts.map(|amount| amount.window.from);
                    touched.extend(others.filter(|other| at < *other && *other < until));
                }
                WindowKind::CalendarYear | WindowKind::MembershipYear if chained => {
                    let mut next = self.window_at(at).window.until;
                    while next < self.at {
                        touched.push(next);
                        next = self.window_at(next).window.until;
                    }
                }
                WindowKind::CalendarYear
                | WindowKind::MembershipYear
                | WindowKind::SinceTier
                | WindowKind::Lifetime => {}
            }
        }
        touched
    }

    /// Whether a window may lift a tier now: a running one not before its end if upgrades wait for
    /// it, and one that is over not if a tier holds only while it is qualified for.
    fn is_open_to(&self, at: Instant, of: Reference) -> bool {
        let policy = &self.programme.tier_policy;
        match policy.valid {
            Validity::WhileQualified => at == self.at,
            Validity::EndOfNextYear
            | Validity::EndOfWindow
            | Validity::Until { .. }
            | Validity::After { .. } => {
                policy.upgrade == Upgrade::AtOnce || of.window.until <= self.at
            }
        }
    }

    /// What was reached in the window that ends now, where upgrades wait for that; or what is
    /// carried into the one that begins.
    pub(crate) fn reached_at_boundary(&self) -> Result<Option<Outcome>, Broken> {
        let policy = &self.programme.tier_policy;
        if !policy.window.is_yearly() {
            return Ok(None);
        }
        let of = match (policy.upgrade, policy.carry) {
            (Upgrade::NextWindow, _) => self.window_at(before(self.at)),
            (Upgrade::AtOnce, Some(_)) => self.window_at(self.at),
            (Upgrade::AtOnce, None) => return Ok(None),
        };
        let top = self.programme.tiers.len().saturating_sub(1);
        self.outcome(of, Lines::Qualify, self.own_rank()? + 1..=top)
    }

    /// A tier that is given as if it had been reached now. One that no counts reach is valid without
    /// end.
    pub(crate) fn given(&self, rank: usize) -> Outcome {
        let of = self.window_at(self.at);
        let tier = self.programme.tiers.get(rank);
        let by_counts = tier.is_some_and(|tier| !tier.requalify.is_empty());
        let valid_until = if by_counts { self.valid_as_if_reached(of) } else { None };
        let (reason, line) = (TierReason::Qualified, Vec::new());
        Outcome { rank, of, valid_until, reason, line, given: true }
    }

    /// To when a tier is valid that the counts do not give: one that holds only while it is
    /// qualified for holds as long as an amount of now would count.
    pub(super) fn valid_as_if_reached(&self, of: Reference) -> Option<Instant> {
        let policy = &self.programme.tier_policy;
        match (policy.valid, policy.window) {
            (Validity::WhileQualified, WindowKind::Rolling(span)) => {
                self.programme.zone.add(self.at, span)
            }
            _ => self.valid_until(of.window),
        }
    }

    /// What the log keeps of an outcome.
    ///
    /// # Errors
    /// [`Broken`] if a sum does not fit.
    pub(crate) fn judgement(&self, outcome: &Outcome) -> Result<Judgement, Broken> {
        const NO_TIER: Broken = Broken::Inconsistent("there is no such tier");
        let tier = self.programme.tiers.get(outcome.rank).ok_or(NO_TIER)?.ix;
        let policy = &self.programme.tier_policy;
        let own = self.own_rank()?;
        let rises = outcome.rank > own && !outcome.given;
        let since_tier = policy.window == WindowKind::SinceTier && outcome.rank != own;
        let pays = rises && policy.on_upgrade == OnUpgrade::Pay;
        let Reference { at, window, restarts } = outcome.of;
        Ok(Judgement {
            tier,
            valid_until: outcome.valid_until,
            at,
            window,
            restarts,
            counts: self.counts(outcome.of)?,
            paid: if pays { outcome.line.clone() } else { Vec::new() },
            paid_in: if pays { policy.window_of(self.calendar(), at) } else { window },
            starts_again: since_tier || rises && policy.on_upgrade == OnUpgrade::Restart,
            given: outcome.given,
        })
    }
}
