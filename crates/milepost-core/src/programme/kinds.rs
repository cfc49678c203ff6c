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
    multipliers: Vec<u16>,
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
        for (at, multiplier) in (0..=u16::MAX).zip(multipliers) {
            for kind in &multiplier.on {
                kinds.entry(kind.clone()).or_default().multipliers.push(at);
            }
        }
        Kinds(kinds)
    }
}

/// What looks at one kind of activity: found once for each activity.
#[derive(Clone, Copy, Debug)]
pub struct OnKind<'p> {
    programme: &'p Programme,
    earn: &'p [usize],
    multipliers: &'p [u16],
}

impl<'p> OnKind<'p> {
    /// Whose rules they are.
    pub fn programme(self) -> &'p Programme {
        self.programme
    }

    /// The earn rules, in order of evaluation.
    pub fn earn(self) -> impl Iterator<Item = &'p EarnRule> {
        self.earn.iter().filter_map(move |at| self.programme.earn.get(*at))
    }

    /// The multipliers in file order, with their places.
    pub fn multipliers(self) -> impl Iterator<Item = (u16, &'p Multiplier)> + Clone {
        let all = &self.programme.multipliers;
        let found = |at: &u16| all.get(usize::from(*at)).map(|found| (*at, found));
        self.multipliers.iter().filter_map(found)
    }
}

impl Programme {
    /// What looks at a kind of activity.
    pub fn on(&self, kind: &str) -> OnKind<'_> {
        let places = self.kinds.0.get(kind);
        OnKind {
            programme: self,
            earn: places.map_or(&[], |kind| &kind.earn),
            multipliers: places.map_or(&[], |kind| &kind.multipliers),
        }
    }

    /// The earn rule with this number, if this version has it.
    pub fn rule(&self, ix: super::RuleIx) -> Option<&EarnRule> {
        self.earn.iter().find(|rule| rule.ix == ix)
    }
}
