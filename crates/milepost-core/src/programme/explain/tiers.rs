//! How tiers are reached, kept and lost, what they bring, and what is given for steps on the way.

use super::{units, words};
use crate::programme::{
    Downgrade, Milestone, OnUpgrade, Programme, StepsAt, Threshold, Tier, TierPolicy, TierReversal,
    Upgrade, Validity, WindowKind,
};

pub(super) fn all(programme: &Programme) -> Vec<String> {
    let titles: Vec<&str> = programme.tiers.iter().map(|tier| &*tier.title.text).collect();
    let Some(first) = titles.first() else { return Vec::new() };
    let mut all = vec![format!("The tiers are, from the lowest, {}.", words::and(&titles))];
    if let [only] = titles.as_slice() {
        all = vec![format!("Everybody is {only}.")];
    } else {
        all.push(format!("Everybody begins as {first}."));
    }
    all.extend(programme.tiers.iter().flat_map(|tier| of_tier(programme, tier)));
    if programme.tiers.iter().any(|tier| !tier.qualify.is_empty()) {
        all.extend(policy(programme, &programme.tier_policy));
    }
    all
}

fn of_tier(programme: &Programme, tier: &Tier) -> Vec<String> {
    let name = &tier.title.text;
    let mut all = Vec::new();
    if !tier.qualify.is_empty() {
        all.push(format!("{name} is reached with {}.", lines(programme, &tier.qualify)));
    } else if programme.tiers.first() != Some(tier) {
        all.push(format!("{name} is given by hand only."));
    }
    if !tier.requalify.is_empty() && tier.requalify != tier.qualify {
        all.push(format!("It is kept with {}.", lines(programme, &tier.requalify)));
    }
    if !tier.lifetime.is_empty() {
        let line = line(programme, &tier.lifetime);
        all.push(format!("With {line} in all your time here you never fall below {name}."));
    }
    if !tier.benefits.is_empty() {
        let benefits = words::grants(programme, &tier.benefits);
        all.push(format!("Who becomes {name} gets {benefits}, and again every 12 months."));
    }
    let expiry = tier.expiry.iter();
    all.extend(expiry.map(|(unit, expiry)| {
        format!("{} of a {name} {}.", words::unit(programme, *unit), units::expiry(expiry))
    }));
    all
}

/// Any of the lines.
fn lines(programme: &Programme, lines: &[Vec<Threshold>]) -> String {
    let each: Vec<String> = lines.iter().map(|thresholds| line(programme, thresholds)).collect();
    words::or(&each)
}

/// All thresholds of a line.
fn line(programme: &Programme, thresholds: &[Threshold]) -> String {
    let each: Vec<String> = thresholds
        .iter()
        .map(|(count, number)| {
            let name = programme.count(*count).map_or("?", |count| &count.name);
            match name {
                "spend" => format!("{} spent", words::money(programme, *number)),
                _ => format!("{} {name}", words::number(*number)),
            }
        })
        .collect();
    words::and(&each)
}

fn policy(programme: &Programme, policy: &TierPolicy) -> Vec<String> {
    let window = match policy.window {
        WindowKind::CalendarYear => "in a calendar year".to_owned(),
        WindowKind::MembershipYear => "in a year from the day you joined".to_owned(),
        WindowKind::Rolling(span) => format!("for {span} each"),
        WindowKind::SinceTier => "from the day you reached your tier".to_owned(),
        WindowKind::Lifetime => "for ever".to_owned(),
    };
    let mut all = vec![format!("What counts for tiers counts {window}.")];
    all.push(match policy.valid {
        Validity::EndOfNextYear => "A tier is valid to the end of the year after.".to_owned(),
        Validity::EndOfWindow => "A tier is valid to the end of its year.".to_owned(),
        Validity::Until { day, after_years } => {
            format!("A tier is valid to the end of {day} (month-day), {after_years} years after.")
        }
        Validity::After { span, round } => {
            let round = round.map(|period| format!(", to {}", words::end_of(period)));
            format!("A tier is valid for {span}{}.", round.unwrap_or_default())
        }
        Validity::WhileQualified => "A tier is valid as long as the counts suffice.".to_owned(),
    });
    if policy.best_of > 1 {
        all.push(format!("The best of the last {} years is judged.", policy.best_of));
    }
    if policy.upgrade == Upgrade::NextWindow {
        all.push("A tier that is reached is worn from the next year on.".to_owned());
    }
    all.push(match policy.downgrade {
        Downgrade::ToQualified => "Who does not keep a tier falls to the one reached.".to_owned(),
        Downgrade::OneStep => "Who does not keep a tier falls by one.".to_owned(),
        Downgrade::Never => "Nobody falls.".to_owned(),
    });
    if let Some(grace) = policy.grace.filter(|grace| !grace.is_zero()) {
        all.push(format!("Before a tier falls it is kept for {grace} more."));
    }
    match policy.on_upgrade {
        OnUpgrade::Keep => {}
        OnUpgrade::Restart => all.push("With each new tier the counts start again.".to_owned()),
        OnUpgrade::Pay => all.push("What a new tier needs is taken off the counts.".to_owned()),
    }
    if policy.on_reversal == TierReversal::AtOnce {
        all.push("A tier falls at once when what it was reached with is cancelled.".to_owned());
    }
    if let Some(carry) = policy.carry {
        let name = programme.count(carry.count).map_or("?", |count| &count.name);
        let cap = words::number(carry.cap);
        all.push(format!("Up to {cap} {name} above what a tier needs open the next year."));
    }
    all
}

/// What steps of a count give.
pub(super) fn milestones(programme: &Programme) -> Vec<String> {
    programme.milestones.iter().map(|milestone| of_milestone(programme, milestone)).collect()
}

fn of_milestone(programme: &Programme, milestone: &Milestone) -> String {
    let count = programme.count(milestone.count).map_or("?", |count| &count.name);
    let steps = match &milestone.steps {
        StepsAt::List(steps) => {
            let steps: Vec<String> = steps.iter().map(|step| words::number(*step)).collect();
            format!("at {} {count}", words::and(&steps))
        }
        StepsAt::Every { from, every, max } => {
            let (from, every) = (words::number(*from), words::number(*every));
            let max = max.map(|max| format!(", {max} times at most")).unwrap_or_default();
            format!("at {from} {count} and after every {every} more{max}")
        }
    };
    let grants = words::grants(programme, &milestone.grants);
    format!("{}: {grants} {steps}.", milestone.name)
}

/// What of an award counts for tiers as well.
pub(super) fn qualifies(programme: &Programme, thresholds: &[Threshold]) -> Vec<String> {
    let one = |(count, share): &Threshold| {
        let name = programme.count(*count).map_or("?", |count| &count.name);
        match words::number(*share) {
            number if number == "1" => format!("They count as {name}."),
            number => format!("Each counts as {number} {name}."),
        }
    };
    thresholds.iter().map(one).collect()
}
