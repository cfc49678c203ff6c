//! Units, tiers, segments and approvals that nothing comes of.

use super::{Of, Warning};
use crate::programme::{Commands, CountKind, GrantItem, Programme, Segment, Tier, UnitIx};
use crate::time::Span;

/// Units that nothing gives or takes but commands by hand, and qualifying ones that count for
/// nothing.
pub(super) fn units(programme: &Programme) -> Vec<Warning> {
    let warn = |unit: &crate::programme::Unit| {
        let counts = programme.counts.iter();
        let counted = counts.filter(|count| count.kind == CountKind::Unit(unit.ix) && count.used);
        let reason = if !is_used(programme, unit.ix) {
            "it is never used: no rule gives it and no reward takes it"
        } else if unit.qualifying_only && counted.count() == 0 {
            "it counts for nothing: no tier and no milestone looks at it"
        } else {
            return None;
        };
        Some(Warning { of: Of::Named("units", unit.name.clone()), reason: reason.to_owned() })
    };
    programme.units.iter().filter_map(warn).collect()
}

fn is_used(programme: &Programme, unit: UnitIx) -> bool {
    let gives = |items: &[GrantItem]| items.iter().any(|item| item.unit == unit);
    let promises = |promise: &crate::programme::Compensation| {
        gives(&promise.grants) || promise.basis.as_ref().is_some_and(|basis| basis.unit == unit)
    };
    programme.earn.iter().any(|rule| rule.unit == unit)
        || programme.rewards.iter().any(|reward| reward.unit == unit || gives(&reward.grants))
        || programme.compensation.iter().any(promises)
        || programme.referral.as_ref().is_some_and(|it| gives(&it.referrer) || gives(&it.friend))
        || programme.tiers.iter().any(|tier| gives(&tier.benefits))
        || programme.milestones.iter().any(|milestone| gives(&milestone.grants))
}

/// Tiers that only a command by hand gives, though others of the scheme are reached; and those
/// whose counts nothing adds to.
pub(super) fn tiers(programme: &Programme) -> Vec<Warning> {
    let some_are_reached = programme.tiers.iter().any(|tier| !tier.qualify.is_empty());
    let warn = |tier: &Tier| {
        let reason = if tier.qualify.is_empty() && tier.lifetime.is_empty() {
            some_are_reached.then(|| {
                "nothing reaches it: it has no `qualify` and is given by hand only".to_owned()
            })
        } else {
            let lines = tier.qualify.iter().chain(std::iter::once(&tier.lifetime));
            let mut lines = lines.filter(|line| !line.is_empty());
            let grows = |line: &Vec<_>| line.iter().all(|(count, _)| grows(programme, *count));
            (!lines.any(grows))
                .then(|| "nothing reaches it: nothing adds to what it counts".to_owned())
        };
        reason.map(|reason| Warning::item("tiers", &tier.name, reason))
    };
    // The first one is everybody's.
    programme.tiers.iter().skip(1).filter_map(warn).collect()
}

/// Whether a rule or a list of grants adds to a count.
fn grows(programme: &Programme, ix: crate::programme::CountIx) -> bool {
    let Some(count) = programme.count(ix) else { return true };
    match count.kind {
        CountKind::Spend | CountKind::Activities => true,
        CountKind::Unit(unit) => is_used(programme, unit),
        CountKind::Named => {
            let gives = |items: &[GrantItem]| items.iter().any(|item| item.qualifies == Some(ix));
            let earns = |rule: &crate::programme::EarnRule| {
                rule.qualifies.iter().any(|(named, _)| *named == ix)
            };
            programme.earn.iter().any(earns)
                || programme.compensation.iter().any(|promise| gives(&promise.grants))
                || programme.rewards.iter().any(|reward| gives(&reward.grants))
                || programme.tiers.iter().any(|tier| gives(&tier.benefits))
                || programme.milestones.iter().any(|milestone| gives(&milestone.grants))
                || programme
                    .referral
                    .as_ref()
                    .is_some_and(|it| gives(&it.referrer) || gives(&it.friend))
        }
    }
}

/// Segments that nobody gets into.
pub(super) fn segments(programme: &Programme) -> Vec<Warning> {
    let window = programme.rfm.as_ref().map(|rfm| rfm.window);
    let warn = |(at, segment): (usize, &Segment)| {
        let before = programme.segments.get(..at).unwrap_or_default();
        let scored = segment.needs_scores() && segment.inactive_for.is_some();
        let gone =
            window.zip(segment.inactive_for).is_some_and(|(window, span)| longer(span, window));
        let reason = if let Some(first) = before.iter().find(|first| takes_all(first, segment)) {
            format!("nobody gets into it: {:?} takes them all before", first.name)
        } else if scored && gone {
            "nobody gets into it: who has done nothing for so long has no scores".to_owned()
        } else {
            return None;
        };
        Some(Warning::item("segments", &segment.name, reason))
    };
    programme.segments.iter().enumerate().filter_map(warn).collect()
}

fn takes_all(first: &Segment, other: &Segment) -> bool {
    let has = |first: &[u8], other: &[u8]| {
        first.is_empty() || !other.is_empty() && other.iter().all(|score| first.contains(score))
    };
    let inactive = match (first.inactive_for, other.inactive_for) {
        (None, _) => true,
        (Some(first), Some(other)) => longer(other, first),
        (Some(_), None) => false,
    };
    // One that is of scores takes nobody who has none.
    (!first.needs_scores() || other.needs_scores())
        && inactive
        && has(&first.r, &other.r)
        && has(&first.f, &other.f)
        && has(&first.m, &other.m)
}

/// Whether one span is at least as long as another, where that can be said at all.
fn longer(one: Span, other: Span) -> bool {
    match (one, other) {
        (Span::Months(one), Span::Months(other)) | (Span::Days(one), Span::Days(other)) => {
            one >= other
        }
        (Span::Micros(one), Span::Micros(other)) => one >= other,
        (Span::Months(_) | Span::Days(_) | Span::Micros(_), _) => false,
    }
}

/// What needs an approval that no role may give.
pub(super) fn approvals(programme: &Programme) -> Vec<Warning> {
    if programme.roles.is_empty() {
        return Vec::new();
    }
    let approved = |name: &str| programme.roles.iter().any(|role| role.approves.has(name));
    let promises = programme.compensation.iter().enumerate();
    let promises = promises.filter(|(_, promise)| {
        let extra = promise.approval_above.is_some() || promise.discretion.is_some();
        extra && !approved("compensate")
    });
    let mut all: Vec<Warning> = promises
        .map(|(at, _)| Warning {
            of: Of::Place("compensation", at),
            reason: "what needs approval is never paid: no role approves \"compensate\"".to_owned(),
        })
        .collect();
    for role in programme.roles.iter().filter(|role| role.needs_approval != Commands::NONE) {
        let names = Commands::names().iter();
        let mut lost = names.filter(|name| role.needs_approval.has(name) && !approved(name));
        if let Some(name) = lost.next() {
            let reason = format!("it can never do this: no role approves {name:?}");
            all.push(Warning { of: Of::Named("roles", role.name.clone()), reason });
        }
    }
    all
}
