//! How a member came to what it has: from the activity to the rule, the factors, the lot and its uses,
//! one step for each event, as a fold of the member's entries, oldest first.

mod words;

use crate::event::{ActivityNo, Event, Fact, LotNo, Part, RedemptionNo};
use crate::names::Reference;
use crate::rules::Rules;
use crate::time::Instant;

use super::Statement;

/// What is to be explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explained {
    /// Everything that the member has and had.
    Balance,
    /// One lot: where it came from and what became of it.
    Lot(LotNo),
    /// One redemption: where its lots came from, and what was given back.
    Redemption(Reference),
}

/// One event, in words and as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The entry; `None`: it is due, but not written down yet.
    pub seq: Option<u64>,
    /// When the ledger took it.
    pub recorded_at: Instant,
    /// A sentence.
    pub text: String,
    /// The event; its `who` is 0.
    pub event: Event,
}

/// Collects the steps. It has to see the member's entries from the first on.
#[derive(Clone, Debug, Default)]
pub struct Explainer {
    statement: Statement,
    told: Vec<Told>,
}

/// A step, and what it is about.
#[derive(Clone, Debug)]
struct Told {
    step: Step,
    lots: Vec<LotNo>,
    about: About,
}

/// What a step is about besides its lots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// An activity: it was recorded or reversed.
    Activity(ActivityNo),
    /// The beginning of lots, for an activity or without one.
    Origin(Option<ActivityNo>),
    Redemption(RedemptionNo),
    Other,
}

impl Explainer {
    /// Applies those events of an entry that are about the member, who is its `who`. What is due
    /// but not written yet has no `seq`.
    pub fn apply(
        &mut self,
        rules: &Rules,
        seq: Option<u64>,
        recorded_at: Instant,
        who: u32,
        events: &[Event],
    ) {
        for event in events.iter().filter(|event| event.who == who) {
            self.statement.remember(&event.fact);
            let about = self.about(&event.fact);
            let Some((text, parts)) = words::sentence(&self.statement, rules, &event.fact) else {
                continue;
            };
            let lots = parts.iter().map(|part: &Part| part.lot).collect();
            let step = Step { seq, recorded_at, text, event: Event { who: 0, ..event.clone() } };
            self.told.push(Told { step, lots, about });
        }
    }

    /// Passes over events of the member that have not taken effect at the time asked about: only
    /// their names and numbers are remembered, since others refer to them (R-ASOF-1).
    pub fn pass_over(&mut self, who: u32, events: &[Event]) {
        self.statement.pass_over(who, events);
    }

    fn about(&self, fact: &Fact) -> About {
        if let Fact::Recorded { .. } = fact {
            return About::Activity(self.statement.last_activity());
        }
        if let Fact::Redeemed { .. } | Fact::Captured { .. } = fact {
            return About::Redemption(self.statement.last_redemption());
        }
        if let Fact::Earned { activity, .. } = fact {
            return About::Origin(Some(*activity));
        }
        if let Fact::Granted { .. }
        | Fact::Given { .. }
        | Fact::Benefit { .. }
        | Fact::MilestoneReached { .. }
        | Fact::TransferredIn { .. }
        | Fact::MergedFrom { .. } = fact
        {
            return About::Origin(None);
        }
        if let Fact::Refunded { redemption, .. } = fact {
            return About::Redemption(*redemption);
        }
        if let Fact::ActivityReversed { activity, .. } | Fact::Cut { activity, .. } = fact {
            return About::Activity(*activity);
        }
        About::Other
    }

    /// The steps that explain something, oldest first; none if there is no such thing.
    pub fn explain(self, what: &Explained) -> Vec<Step> {
        let wanted: Vec<bool> = match what {
            Explained::Balance => vec![true; self.told.len()],
            Explained::Lot(lot) => {
                let origin = self.activities_of(&[*lot]);
                let wants = |told: &Told| told.lots.contains(lot) || is_about(told, &origin);
                self.told.iter().map(wants).collect()
            }
            Explained::Redemption(reference) => self.of_redemption(reference),
        };
        let steps = self.told.into_iter().zip(wanted);
        steps.filter(|(_, wanted)| *wanted).map(|(told, _)| told.step).collect()
    }

    fn of_redemption(&self, reference: &Reference) -> Vec<bool> {
        let about = self.statement.find_redemption(reference).map(About::Redemption);
        let of_it = |told: &&Told| Some(told.about) == about;
        let lots: Vec<LotNo> =
            self.told.iter().filter(of_it).flat_map(|told| told.lots.clone()).collect();
        let origin = self.activities_of(&lots);
        let begins = |told: &Told| {
            matches!(told.about, About::Origin(_)) && told.lots.iter().any(|l| lots.contains(l))
        };
        let wants = |told: &Told| of_it(&told) || begins(told) || is_about(told, &origin);
        self.told.iter().map(wants).collect()
    }

    /// The activities that earned lots.
    fn activities_of(&self, lots: &[LotNo]) -> Vec<ActivityNo> {
        let origin = |told: &Told| match told.about {
            About::Origin(Some(activity)) if told.lots.iter().any(|lot| lots.contains(lot)) => {
                Some(activity)
            }
            About::Origin(_) | About::Activity(_) | About::Redemption(_) | About::Other => None,
        };
        self.told.iter().filter_map(origin).collect()
    }
}

fn is_about(told: &Told, activities: &[ActivityNo]) -> bool {
    matches!(told.about, About::Activity(activity) if activities.contains(&activity))
}
