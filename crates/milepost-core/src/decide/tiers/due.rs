//! Carrying out what is due to a tier (R-TIME-5).

use crate::decide::settle::NOT_THERE;
use crate::decide::{Scene, Undecided};
use crate::event::{Fact, TierReason};
use crate::tiers::{Patience, Verdict, benefits};
use crate::time::Instant;

impl Scene<'_> {
    pub(in crate::decide) fn end_assignment(
        &mut self,
        who: u32,
        at: Instant,
    ) -> Result<(), Undecided> {
        let member = self.present(who)?;
        let own = member.base_tier().ok_or(NOT_THERE)?;
        let valid_until = member.tier_standing().and_then(|standing| standing.valid_until);
        self.change_worn(who, at, own, TierReason::AssignmentEnded, valid_until)
    }

    pub(in crate::decide) fn end_window(&mut self, who: u32, at: Instant) -> Result<(), Undecided> {
        let reached = self.judge(who, at)?.reached_at_boundary()?.ok_or(NOT_THERE)?;
        self.change_own(who, at, &reached)
    }

    /// The review at the end of a validity or of a grace, by the version in force then (R-TIME-7).
    pub(in crate::decide) fn review(
        &mut self,
        who: u32,
        at: Instant,
        patience: Patience,
    ) -> Result<(), Undecided> {
        let verdict = self.judge(who, at)?.review(patience)?;
        self.follow_verdict(who, at, &verdict)
    }

    pub(in crate::decide) fn leave(&mut self, who: u32, at: Instant) -> Result<(), Undecided> {
        let verdict = self.judge(who, at)?.review_of_now()?;
        self.follow_verdict(who, at, &verdict)
    }

    fn follow_verdict(
        &mut self,
        who: u32,
        at: Instant,
        verdict: &Verdict,
    ) -> Result<(), Undecided> {
        match verdict {
            Verdict::Kept(outcome) | Verdict::Falls(outcome) => self.change_own(who, at, outcome),
            Verdict::Grace(until) => self.emit_at(who, at, Fact::TierGrace { until: *until }),
        }
    }

    pub(in crate::decide) fn another_year(
        &mut self,
        who: u32,
        at: Instant,
    ) -> Result<(), Undecided> {
        let (_, year) = benefits(self.rules, self.present(who)?).ok_or(NOT_THERE)?;
        self.give_benefits(who, at, year)
    }
}
