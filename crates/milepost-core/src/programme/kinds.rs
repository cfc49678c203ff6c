//! Which rules look at which kind of activity: a programme of hundreds of rules costs an activity
//! no more than those of its kind.

use std::collections::BTreeMap;

use super::{EarnRule, Multiplier, Programme};

/// The places of the rules and multipliers of each kind, in their order, by the kind's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kinds(BTreeMap<Box<str>, OfKind>);

/// What looks at one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct OfKind {
    earn: Vec<usize>,
    multipliers: Vec<usize>,
}

impl Kinds {
    /// Looks through rules and multipliers in their order.
    pub(super) fn of(earn: &[EarnRule], multipliers: &[Multiplier]) -> Kinds {
        let mut kinds: BTreeMap<Box<str>, OfKind> = BTreeMap::new();
        for (at, rule) in earn.iter().enumerate() {
            for kind in &rule.on {
                kinds.entry(kind.clone()).or_default().earn.push(at);
            }
        }
        for (at, multiplier) in multipliers.iter().enumerate() {
            for kind in &multiplier.on {
                kinds.entry(kind.clone()).or_default().multipliers.push(at);
            }
        }
        Kinds(kinds)
    }
}

impl Programme {
    /// The earn rules that look at a kind of activity, in order of evaluation.
    pub fn earn_on(&self, kind: &str) -> impl Iterator<Item = &EarnRule> {
        let places = self.kinds.0.get(kind).map_or(&[][..], |kind| &kind.earn);
        places.iter().filter_map(|at| self.earn.get(*at))
    }

    /// The multipliers that look at a kind of activity, in file order, with their places.
    pub fn multipliers_on(&self, kind: &str) -> impl Iterator<Item = (usize, &Multiplier)> {
        let places = self.kinds.0.get(kind).map_or(&[][..], |kind| &kind.multipliers);
        places.iter().filter_map(|at| self.multipliers.get(*at).map(|found| (*at, found)))
    }

    /// The earn rule with this number, if this version has it.
    pub fn rule(&self, ix: super::RuleIx) -> Option<&EarnRule> {
        self.earn.iter().find(|rule| rule.ix == ix)
    }
}
