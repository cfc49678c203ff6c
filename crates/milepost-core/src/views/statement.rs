//! The statement of a member: what changed its balance and what it came to, as a fold of the
//! member's entries, oldest first.

mod change;
mod merge;
mod words;

use std::collections::BTreeMap;

use crate::event::{Event, Fact, Part};
use crate::names::Reference;
use crate::programme::UnitIx;
use crate::rules::Rules;
use crate::time::Instant;

/// The statement of one member so far. It has to see the member's entries from the first on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    lines: Vec<StatementLine>,
    balances: BTreeMap<UnitIx, i128>,
    /// References in the order of their numbers: events name activities and redemptions by number.
    activities: Vec<Reference>,
    redemptions: Vec<Reference>,
}

/// One event that changed the balance of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementLine {
    /// The entry; `None`: it is due, but not written down yet.
    pub seq: Option<u64>,
    /// When the ledger took it: later than `at` for what arrived late.
    pub recorded_at: Instant,
    /// When it took effect (R-TIME-7).
    pub at: Instant,
    /// A sentence for the member.
    pub text: String,
    /// The unit.
    pub unit: UnitIx,
    /// Steps by which the balance changed: above 0 for what came, below 0 for what went.
    pub change: i64,
    /// `available + pending + held − debt` of the unit after it, in steps.
    pub balance: i128,
    /// What of which lot; in a take-back without what became debt.
    pub parts: Vec<Part>,
    /// The names that belong to it, such as `("activity", "O-1")`.
    pub refs: Vec<(&'static str, String)>,
}

/// Which lines of a statement are wanted; the default is all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatementFilter {
    /// Lines that took effect at or after this.
    pub from: Option<Instant>,
    /// And before this (R-TIME-4).
    pub until: Option<Instant>,
    /// Lines of this unit.
    pub unit: Option<UnitIx>,
}

impl StatementFilter {
    /// Whether a line is wanted.
    pub fn keeps(&self, line: &StatementLine) -> bool {
        self.from.is_none_or(|from| from <= line.at)
            && self.until.is_none_or(|until| line.at < until)
            && self.unit.is_none_or(|unit| line.unit == unit)
    }
}

impl Statement {
    /// Every line so far, in the order of the log.
    pub fn lines(&self) -> &[StatementLine] {
        &self.lines
    }

    /// The lines that a filter keeps, in the order of the log. Their balances are those of the
    /// whole statement.
    pub fn filtered(&self, filter: &StatementFilter) -> impl Iterator<Item = &StatementLine> {
        self.lines.iter().filter(|line| filter.keeps(line))
    }

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
            self.remember(&event.fact);
            if let Fact::MergedFrom { first_lot, state, .. } = &event.fact {
                let entry = (seq, recorded_at, event.effective_at);
                self.moved_in(rules, entry, *first_lot, state);
                continue;
            }
            let described = words::describe(self, rules, &event.fact);
            let Some((change, words)) = described.filter(|(change, _)| change.steps != 0) else {
                continue;
            };
            let balance = self.add(change.unit, change.steps);
            self.lines.push(StatementLine {
                seq,
                recorded_at,
                at: event.effective_at,
                text: words.text,
                unit: change.unit,
                change: change.steps,
                balance,
                parts: change.parts,
                refs: words.refs,
            });
        }
    }

    /// The sentence about a fact that changes the balance, and of which lots it is.
    pub(super) fn describe(&self, rules: &Rules, fact: &Fact) -> Option<(String, Vec<Part>)> {
        words::describe(self, rules, fact).map(|(change, words)| (words.text, change.parts))
    }

    /// Passes over events of the member that have not taken effect at the time asked about: only
    /// their names are remembered, since others refer to them by number (R-ASOF-1).
    pub fn pass_over(&mut self, who: u32, events: &[Event]) {
        let own = events.iter().filter(|event| event.who == who);
        own.for_each(|event| self.remember(&event.fact));
    }

    /// Takes in the references that a fact gives.
    pub(super) fn remember(&mut self, fact: &Fact) {
        if let Fact::MergedFrom { state, .. } = fact {
            self.adopt(state);
        }
        if let Fact::Recorded { activity, .. } = fact {
            self.activities.push(activity.clone());
        }
        if let Fact::Redeemed { reference, .. } | Fact::Captured { reference, .. } = fact {
            self.redemptions.push(reference.clone());
        }
    }

    fn add(&mut self, unit: UnitIx, change: i64) -> i128 {
        let balance = self.balances.entry(unit).or_insert(0);
        *balance += i128::from(change);
        *balance
    }
}
