//! Judging tiers: what the counts of a member give at an instant, by the version in force then.
//!
//! Nothing here changes anything: the decision makes the events, and the answer of `tier` looks
//! ahead with the same judgement.

mod count;
mod due;
mod outcome;
mod review;
mod uncounted;

use crate::programme::{Calendar, Programme, TierIx, Window, WindowKind};
use crate::rules::Rules;
use crate::state::{Broken, Member, Tally};
use crate::time::Instant;

pub(crate) use due::{benefits, leaving as next_leaving, next_due};
pub(crate) use outcome::Outcome;
pub(crate) use review::{Cause, Patience, Verdict};
pub(crate) use uncounted::version_of;

/// A member that is judged at an instant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judge<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) programme: &'a Programme,
    pub(crate) member: &'a Member,
    pub(crate) at: Instant,
}

/// A window to be judged on, named by an instant of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    pub(crate) at: Instant,
    pub(crate) window: Window,
    pub(crate) restarts: u16,
}

impl<'a> Judge<'a> {
    /// A member at an instant, by the version in force then (R-TIME-7).
    pub(crate) fn new(rules: &'a Rules, member: &'a Member, at: Instant) -> Judge<'a> {
        Judge { rules, programme: &rules.in_force(at).programme, member, at }
    }

    pub(crate) fn calendar(&self) -> Calendar {
        self.programme.calendar(self.member.enrolled_at())
    }

    pub(crate) fn tally(&self) -> Option<&'a Tally> {
        let member = self.member;
        member.tally()
    }

    pub(crate) fn restarts_by(&self, at: Instant) -> u16 {
        self.tally().map_or(0, |tally| tally.restarts_by(at))
    }

    /// The window that contains an instant.
    pub(crate) fn window_at(&self, at: Instant) -> Reference {
        let policy = &self.programme.tier_policy;
        let window = policy.window_of(self.calendar(), at);
        match policy.window {
            // However often the counts started again in a year, it is judged as it ends.
            WindowKind::CalendarYear | WindowKind::MembershipYear => {
                let restarts = self.restarts_by(window.last());
                Reference { at: window.from.max(Instant::MIN), window, restarts }
            }
            WindowKind::Rolling(span) => {
                let from = self.programme.zone.subtract(at, span).unwrap_or(Instant::MIN);
                let window = Window { from, until: at };
                Reference { at, window, restarts: self.restarts_by(at) }
            }
            WindowKind::SinceTier => Reference { at, window, restarts: self.restarts_by(at) },
            WindowKind::Lifetime => Reference { at, window, restarts: self.restarts_by(self.at) },
        }
    }

    /// The place of a tier in the programme, the lowest first. One that this version has dropped, and
    /// that was reached after that was decided and before it was in force (R-TIME-8), stands where the
    /// next lower one stands that is left.
    ///
    /// # Errors
    /// [`Broken`] if no version of the programme has got it.
    pub(crate) fn rank(&self, ix: TierIx) -> Result<usize, Broken> {
        const NO_TIER: Broken = Broken::Inconsistent("a member has a tier that no programme has");
        let place = |ix: TierIx| self.programme.tiers.iter().position(|tier| tier.ix == ix);
        if let Some(rank) = place(ix) {
            return Ok(rank);
        }
        let has_it = |programme: &&Programme| programme.tiers.iter().any(|tier| tier.ix == ix);
        let versions = self.rules.versions().map(|version| &version.programme);
        let last = versions.filter(has_it).last().ok_or(NO_TIER)?;
        let below = last.tiers.iter().take_while(|tier| tier.ix != ix);
        Ok(below.filter_map(|tier| place(tier.ix)).max().unwrap_or(0))
    }

    /// The tier that the member wears: the first, if it was enrolled before there were any.
    pub(crate) fn worn(&self) -> Option<TierIx> {
        self.programme.tier_or_first(self.member.tier())
    }

    /// The place of the tier that the counts gave.
    pub(crate) fn own_rank(&self) -> Result<usize, Broken> {
        self.member.base_tier().map_or(Ok(0), |own| self.rank(own))
    }

    /// The floor set by hand, while it stands.
    pub(crate) fn floor(&self) -> Option<(TierIx, Option<Instant>)> {
        let assigned = self.member.tier_record()?.assigned;
        assigned.filter(|(_, until)| until.is_none_or(|until| self.at < until))
    }
}
