//! What time makes happen to a tier (R-TIME-5).

use std::collections::BTreeMap;

use super::Judge;
use crate::due::Due;
use crate::programme::{CountIx, Downgrade, Programme, Upgrade, Validity};
use crate::ratio::Ratio;
use crate::rules::Rules;
use crate::state::{Broken, Member, Tally};
use crate::time::{Instant, Span};

/// The first thing due to the tier of a member.
pub(crate) fn next_due(rules: &Rules, member: &Member) -> Option<(Instant, Due)> {
    if member.tier().is_none() && rules.latest().programme.tiers.is_empty() {
        return None;
    }
    let due = [
        assignment_end(member).map(|at| (at, Due::AssignmentEnd)),
        boundary(rules, member).map(|at| (at, Due::WindowBoundary)),
        review(member),
        leaving(rules, member).map(|at| (at, Due::Leaving)),
        benefits(rules, member).map(|(at, _)| (at, Due::Benefits)),
    ];
    due.into_iter().flatten().min()
}

/// When the floor ends, if the tier stands on it: another waits below and ends without a change.
fn assignment_end(member: &Member) -> Option<Instant> {
    let (_, until) = member.tier_record()?.assigned?;
    until.filter(|_| member.tier() != member.base_tier())
}

fn review(member: &Member) -> Option<(Instant, Due)> {
    let standing = member.tier_standing()?;
    match standing.grace_until {
        Some(until) => Some((until, Due::GraceEnd)),
        None => standing.valid_until.map(|until| (until, Due::Review)),
    }
}

/// Up to when everything due has been carried out, as far as the tier says it.
fn settled(member: &Member) -> Instant {
    let judged = member.tier_standing().map(|standing| standing.since);
    let counted = member.tally().and_then(Tally::counted_at);
    judged.max(counted).unwrap_or(member.enrolled_at())
}

/// The first end of a window at which something is reached.
fn boundary(rules: &Rules, member: &Member) -> Option<Instant> {
    let waits = |at: Instant| {
        let policy = &rules.in_force(at).programme.tier_policy;
        policy.window.is_yearly()
            && (policy.upgrade == Upgrade::NextWindow || policy.carry.is_some())
    };
    let after = settled(member);
    // What is carried opens the next window also for whom the review of that instant has let fall.
    let opens = |at: Instant| {
        let policy = &rules.in_force(at).programme.tier_policy;
        after == at && policy.upgrade == Upgrade::AtOnce && policy.carry.is_some()
    };
    let mut ends: Vec<Instant> = Vec::new();
    for amount in member.tally()?.amounts() {
        let until = amount.window.until;
        if !waits(until) {
            continue;
        }
        // What is carried into the next window can only be worn at the end of that.
        let next = Judge::new(rules, member, until).window_at(until).window.until;
        ends.extend(
            [until, next]
                .into_iter()
                .filter(|at| (after < *at || opens(*at)) && *at < Instant::MAX),
        );
    }
    ends.retain(|at| waits(*at));
    ends.sort_unstable();
    ends.dedup();
    ends.into_iter().find(|at| {
        let reached = Judge::new(rules, member, *at).reached_at_boundary();
        reached.is_ok_and(|reached| reached.is_some())
    })
}

/// The first instant at which an amount leaves and what is left does not keep a tier that holds
/// only while it is qualified for.
pub(crate) fn leaving(rules: &Rules, member: &Member) -> Option<Instant> {
    let standing = member.tier_standing()?;
    if standing.grace_until.is_some() || standing.valid_until.is_some() {
        return None;
    }
    let after = settled(member);
    let now = Judge::new(rules, member, after);
    if !holds_while_qualified(&now) || now.own_rank().ok()? == 0 {
        return None;
    }
    let restarts = now.restarts_by(Instant::MAX);
    let amounts = member.tally()?.amounts().iter().filter(|amount| amount.restarts == restarts);
    let mut sums: BTreeMap<CountIx, Ratio> = BTreeMap::new();
    let mut changes: Vec<(Instant, CountIx, Ratio)> = Vec::new();
    for amount in amounts.filter(|amount| after < amount.window.until) {
        let (ratio, window) = (amount.sum.ratio(), amount.window);
        if window.from <= after {
            add(&mut sums, amount.count, ratio)?;
        } else {
            changes.push((window.from, amount.count, ratio));
        }
        if window.until < Instant::MAX {
            changes.push((window.until, amount.count, ratio.times(Ratio::whole(-1))?));
        }
    }
    changes.sort_unstable_by_key(|(at, ..)| *at);
    let mut changes = changes.into_iter().peekable();
    while let Some((at, count, change)) = changes.next() {
        add(&mut sums, count, change)?;
        let more_at_once = changes.peek().is_some_and(|(next, ..)| *next == at);
        if !more_at_once && !keeps(&Judge::new(rules, member, at), &sums).ok()? {
            return Some(at);
        }
    }
    None
}

fn add(sums: &mut BTreeMap<CountIx, Ratio>, count: CountIx, more: Ratio) -> Option<()> {
    let sum = sums.entry(count).or_insert(Ratio::ZERO);
    *sum = sum.plus(more)?;
    Some(())
}

/// Whether the tier falls as soon as the counts do not suffice.
pub(super) fn holds_while_qualified(judge: &Judge<'_>) -> bool {
    let policy = &judge.programme.tier_policy;
    policy.valid == Validity::WhileQualified && policy.downgrade != Downgrade::Never
}

fn keeps(judge: &Judge<'_>, sums: &BTreeMap<CountIx, Ratio>) -> Result<bool, Broken> {
    let tier = judge.programme.tiers.get(judge.own_rank()?);
    let Some(tier) = tier.filter(|_| holds_while_qualified(judge)) else { return Ok(true) };
    let there = |count: &CountIx| sums.get(count).copied().unwrap_or(Ratio::ZERO);
    let met = |line: &Vec<(CountIx, Ratio)>| line.iter().all(|(c, needed)| *needed <= there(c));
    let by_hand = tier.requalify.is_empty() && tier.lifetime.is_empty();
    Ok(by_hand || tier.requalify.iter().any(met) || judge.is_for_life(tier)?)
}

/// When the benefits of another year in the tier are due, and which year that is: every 12 months
/// from the entry into it, in versions that give any. None after the end of a membership (R-CLOSE-1).
pub(crate) fn benefits(rules: &Rules, member: &Member) -> Option<(Instant, u16)> {
    let tier = member.tier().filter(|_| member.closed().is_none())?;
    let gives_in = |programme: &Programme| {
        programme.tiers.iter().any(|known| known.ix == tier && !known.benefits.is_empty())
    };
    let gives = |at: Instant| gives_in(&rules.in_force(at).programme);
    let mut versions = (1..=rules.latest().number).filter_map(|number| rules.version(number));
    if !versions.any(|version| gives_in(&version.programme)) {
        return None;
    }
    let last = rules.latest().effective_at;
    let zone = rules.latest().programme.zone;
    let given = member.tier_record().map_or(0, |record| record.benefit_years);
    for year in given.checked_add(1)?.. {
        let at = zone.add(member.tier_since(), Span::Months(u32::from(year).checked_mul(12)?))?;
        if gives(at) {
            return Some((at, year));
        }
        if at > last {
            return None;
        }
    }
    None
}
