//! The tier record: what the tier was when, how the member stands by its counts, and the floor set
//! by hand.

use super::change::Change;
use crate::event::{CountedIn, Judgement, TierReason};
use crate::programme::{Threshold, TierIx};
use crate::state::{Broken, Member, Tally};
use crate::time::Instant;

/// Benefits come every 12 months, and no year is as short as this many microseconds.
const ALMOST_A_YEAR: i64 = 364 * 24 * 3600 * 1_000_000;

/// The tier record: what the tier was when, and the floor set by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TierRecord {
    /// The tier from each instant on, oldest first; the first is that of the enrolment.
    pub history: Vec<(Instant, TierIx)>,
    /// The floor and its end.
    pub assigned: Option<(TierIx, Option<Instant>)>,
    /// Why the tier changed last.
    pub reason: Option<TierReason>,
    /// How it stands by its counts; `None`: as it was enrolled.
    pub standing: Option<TierStanding>,
    /// How many years' benefits of the present tier were given; 0: none yet, or those of the entry.
    pub benefit_years: u16,
}

/// A tier or none, in two bytes: the last number is never given to a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TierOrNone(u16);

impl TierOrNone {
    const NONE: u16 = u16::MAX;

    /// The tier.
    pub(super) const fn get(self) -> Option<TierIx> {
        if self.0 == TierOrNone::NONE { None } else { Some(TierIx(self.0)) }
    }
}

impl From<Option<TierIx>> for TierOrNone {
    fn from(tier: Option<TierIx>) -> TierOrNone {
        TierOrNone(tier.map_or(TierOrNone::NONE, |tier| tier.0))
    }
}

/// How a member stands by its counts, whatever floor there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierStanding {
    /// The tier that the counts give.
    pub tier: TierIx,
    /// To when it is valid; `None`: without end, or while the counts suffice.
    pub valid_until: Option<Instant>,
    /// The end of the grace, while one runs.
    pub grace_until: Option<Instant>,
    /// An instant of the window last judged.
    pub judged: Instant,
    /// How often the counts had started again before those judged.
    pub restarts: u16,
    /// What was paid for it off the counts.
    pub paid: Vec<Threshold>,
    /// Whether it was given as if it had been reached.
    pub given: bool,
    /// When it was judged last: what is due before it has been carried out.
    pub since: Instant,
}

impl Member {
    /// How it stands by its counts, if that was ever judged.
    pub fn tier_standing(&self) -> Option<&TierStanding> {
        self.tier_record().and_then(|record| record.standing.as_ref())
    }

    /// The tier without the floor: what the counts give, else that of the enrolment.
    pub fn base_tier(&self) -> Option<TierIx> {
        let first = || self.tier_record().and_then(|record| record.history.first());
        let standing = self.tier_standing().map(|standing| standing.tier);
        standing.or_else(|| first().map(|(_, tier)| *tier)).or(self.tier())
    }

    /// From when on it has the present tier: the enrolment, if it never changed.
    pub fn tier_since(&self) -> Instant {
        let last = self.tier_record().and_then(|record| record.history.last());
        last.map_or(self.enrolled_at(), |(since, _)| *since)
    }

    /// The tier at an instant, by the record as it stands; `None` before the enrolment (R-TIME-6).
    pub fn tier_at(&self, at: Instant) -> Option<TierIx> {
        if at < self.enrolled_at() {
            return None;
        }
        let history = self.tier_record().map_or(&[][..], |record| &record.history);
        let last = history.iter().rev().find(|(since, _)| *since <= at);
        last.map(|(_, tier)| *tier).or_else(|| match history.first() {
            Some((_, first)) => Some(*first),
            None => self.tier(),
        })
    }
}

impl Change<'_> {
    pub(super) fn assign_tier(&mut self, tier: TierIx, until: Option<Instant>) {
        self.tier_record().assigned = Some((tier, until));
        if let Some(until) = until {
            self.member.lower_due(until.micros());
        }
    }

    pub(super) fn change_tier(
        &mut self,
        (from, to): (TierIx, TierIx),
        reason: TierReason,
        judged: Option<&Judgement>,
        at: Instant,
    ) -> Result<(), Broken> {
        let enrolled_at = self.member.enrolled_at();
        let record = self.tier_record();
        record.reason = Some(reason);
        if from != to {
            if record.history.is_empty() {
                record.history.push((enrolled_at, from));
            }
            record.history.push((at, to));
            record.benefit_years = 0;
        }
        self.member.tier = Some(to).into();
        judged.map_or(Ok(()), |judged| self.judge(judged, at))
    }

    fn judge(&mut self, judged: &Judgement, at: Instant) -> Result<(), Broken> {
        let Judgement { tier, valid_until, restarts, .. } = *judged;
        self.tier_record().standing = Some(TierStanding {
            tier,
            valid_until,
            grace_until: None,
            judged: judged.at,
            restarts,
            paid: judged.paid.clone(),
            given: judged.given,
            since: at,
        });
        let amounts = self.member.tally().map_or(&[][..], Tally::amounts).iter();
        // What keeps this tier may leave earlier than what kept the tier before mattered.
        let leaves = amounts.map(|amount| amount.window.until).filter(|until| at < *until).min();
        // And the tier may stand on the floor again, which ends.
        let floor_ends = self.member.tier_record().and_then(|record| record.assigned?.1);
        let floor_ends = floor_ends.filter(|until| at < *until);
        for until in valid_until.into_iter().chain(leaves).chain(floor_ends) {
            self.member.lower_due(until.micros());
        }
        self.pay(&judged.paid, CountedIn { window: judged.paid_in, restarts })?;
        if judged.starts_again {
            self.restart_counts(at);
        }
        Ok(())
    }

    pub(super) fn begin_grace(&mut self, until: Instant, at: Instant) -> Result<(), Broken> {
        const NOTHING: Broken = Broken::Inconsistent("a grace for a tier that was never judged");
        let standing = self.tier_record().standing.as_mut().ok_or(NOTHING)?;
        standing.grace_until = Some(until);
        standing.since = at;
        self.member.lower_due(until.micros());
        Ok(())
    }

    pub(super) fn note_benefit(&mut self, year: u16, at: Instant) {
        self.tier_record().benefit_years = year;
        self.member.lower_due(at.micros().saturating_add(ALMOST_A_YEAR));
    }
}
