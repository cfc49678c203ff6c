//! The tier of a member: since when, to when, what counts for it, and what is missing.

use super::member::name;
use crate::event::TierReason;
use crate::programme::{Downgrade, Threshold, Tier, TierIx};
use crate::ratio::Ratio;
use crate::rules::Rules;
use crate::state::{Broken, Member};
use crate::tiers::{Judge, Patience, Reference, Verdict, next_leaving};
use crate::time::Instant;

/// The tier of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierView {
    /// The tier; `None` in a programme without tiers.
    pub tier: Option<Box<str>>,
    /// From when on: the enrolment, if it never changed.
    pub since: Instant,
    /// To when it is valid: the review, the end of its grace, or the end of the floor that it stands
    /// on; `None`: without end, or while the counts suffice.
    pub valid_until: Option<Instant>,
    /// To when it will be valid after the next review if nothing more happens; `None`: without end.
    pub secured_until: Option<Instant>,
    /// Why it changed last; `None` if it never changed.
    pub reason: Option<TierReason>,
    /// What counts in the window of now, in whole units.
    pub counts: Vec<Threshold>,
    /// What the tiers above the present one still need, the nearest first.
    pub progress: Vec<Progress>,
    /// What the next review still needs to keep the tier; `None`: nothing.
    pub keep: Option<Keep>,
}

/// What a tier still needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The tier.
    pub tier: Box<str>,
    /// What is missing of each of its lines, any one of which suffices.
    pub missing: Vec<Vec<Threshold>>,
    /// The end of the window in which it counts; `None`: without end, or amounts leave one by one.
    pub until: Option<Instant>,
}

/// What the present tier still needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep {
    /// The tier that the counts gave.
    pub tier: Box<str>,
    /// What is missing of each of its lines, any one of which suffices.
    pub missing: Vec<Vec<Threshold>>,
    /// By when; `None`: at any time.
    pub until: Option<Instant>,
}

/// The tier of a member that is settled to `now`.
///
/// # Errors
/// [`Broken`] if a count does not fit, or if the member's state is not one of this ledger.
pub fn tier(rules: &Rules, now: Instant, member: &Member) -> Result<TierView, Broken> {
    let judge = Judge::new(rules, member, now);
    let ahead = Ahead::of(judge)?;
    let here = judge.window_at(now);
    let tiers = !judge.programme.tiers.is_empty();
    Ok(TierView {
        tier: name(rules, judge.worn()),
        since: member.tier_since(),
        valid_until: ahead.valid_until,
        secured_until: ahead.secured_until,
        reason: member.tier_record().and_then(|record| record.reason),
        counts: if tiers { judge.counts(here)? } else { Vec::new() },
        progress: progress(judge, here)?,
        keep: ahead.keep,
    })
}

/// What the tiers above the present one need in a window.
fn progress(judge: Judge<'_>, here: Reference) -> Result<Vec<Progress>, Broken> {
    let Some(worn) = judge.worn() else { return Ok(Vec::new()) };
    let above = judge.programme.tiers.iter().skip(judge.rank(worn)? + 1);
    let yearly = judge.programme.tier_policy.window.is_yearly();
    let until = Some(here.window.until).filter(|until| yearly && *until < Instant::MAX);
    let of = |tier: &Tier| {
        let missing = missing(judge, here, &tier.qualify)?;
        Ok(Progress { tier: tier.name.clone(), missing, until })
    };
    above.filter(|tier| !tier.qualify.is_empty()).map(of).collect()
}

fn missing(
    judge: Judge<'_>,
    of: Reference,
    lines: &[Vec<Threshold>],
) -> Result<Vec<Vec<Threshold>>, Broken> {
    let of_count = |(count, needed): &Threshold| {
        let there = judge.count(of, *count)?.times(Ratio::whole(-1));
        let missing = there.and_then(|there| needed.plus(there)).ok_or(Broken::Overflow)?;
        Ok((*count, missing.max(Ratio::ZERO)))
    };
    lines.iter().map(|line| line.iter().map(of_count).collect()).collect()
}

/// What lies ahead of the present tier if nothing more happens.
#[derive(Default)]
struct Ahead {
    valid_until: Option<Instant>,
    secured_until: Option<Instant>,
    keep: Option<Keep>,
}

impl Ahead {
    fn of(judge: Judge<'_>) -> Result<Ahead, Broken> {
        let member = judge.member;
        if let Some((floor, until)) = floor(judge)
            && member.tier() == Some(floor)
        {
            return Ok(Ahead { valid_until: until, secured_until: until, keep: None });
        }
        let Some(standing) = member.tier_standing() else { return Ok(Ahead::default()) };
        if let Some(until) = standing.grace_until {
            let now = judge.window_at(judge.at);
            let keep = Keep::needed(judge, now, Some(until))?;
            return Ok(Ahead { valid_until: Some(until), secured_until: Some(until), keep });
        }
        match standing.valid_until {
            Some(until) => Ahead::of_review(judge, until),
            None => Ahead::of_counts(judge),
        }
    }

    /// Until the review at the end of the validity.
    fn of_review(judge: Judge<'_>, until: Instant) -> Result<Ahead, Broken> {
        let then = Judge::new(judge.rules, judge.member, until);
        let valid_until = Some(until);
        if let Verdict::Kept(kept) = then.review(Patience::None)? {
            return Ok(Ahead { valid_until, secured_until: kept.valid_until, keep: None });
        }
        // What can still be done is done in the first window of the review that is not over.
        let reviewed = then.reviewed();
        let open = reviewed.iter().find(|of| of.is_open(judge.at)).or(reviewed.last());
        let yearly = then.programme.tier_policy.window.is_yearly();
        let end = |of: &Reference| if yearly { of.window.until.min(until) } else { until };
        let keep = match open {
            Some(of) => Keep::needed(then, *of, Some(end(of)))?,
            None => None,
        };
        Ok(Ahead { valid_until, secured_until: valid_until, keep })
    }

    /// Until so much has left that the rest does not keep the tier.
    fn of_counts(judge: Judge<'_>) -> Result<Ahead, Broken> {
        let Some(until) = next_leaving(judge.rules, judge.member) else {
            return Ok(Ahead::default());
        };
        let then = Judge::new(judge.rules, judge.member, until);
        let keep = Keep::needed(then, then.window_at(until), Some(until))?;
        Ok(Ahead { valid_until: None, secured_until: Some(until), keep })
    }
}

/// The floor that the tier stands on: where the counts give the same, the one that lasts longer.
fn floor(judge: Judge<'_>) -> Option<(TierIx, Option<Instant>)> {
    let (floor, until) = judge.floor()?;
    if judge.member.base_tier() != Some(floor) {
        return Some((floor, until));
    }
    let standing = judge.member.tier_standing()?;
    let own = standing.grace_until.or(standing.valid_until)?;
    (until.is_none_or(|until| own < until)).then_some((floor, until))
}

impl Keep {
    /// What the tier that the counts gave needs in a window; `None` if nothing keeps it or makes it
    /// fall.
    fn needed(
        judge: Judge<'_>,
        of: Reference,
        until: Option<Instant>,
    ) -> Result<Option<Keep>, Broken> {
        let tier = judge.programme.tiers.get(judge.own_rank()?);
        let falls = judge.programme.tier_policy.downgrade != Downgrade::Never;
        let Some(tier) = tier.filter(|tier| falls && !tier.requalify.is_empty()) else {
            return Ok(None);
        };
        let missing = missing(judge, of, &tier.requalify)?;
        Ok(Some(Keep { tier: tier.name.clone(), missing, until }))
    }
}
