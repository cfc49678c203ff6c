//! Which of the member's activities one is: `first`, `nth`, `every`.

use crate::programme::{LimitPeriod, Range, RuleIx, Turn};
use crate::state::Member;
use crate::time::{Instant, Period, Zone};

/// What asks for its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turned {
    /// An earn rule.
    Rule(RuleIx),
    /// A multiplier, by its place in the version.
    Multiplier(usize),
}

/// How turns are judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turns<'a> {
    zone: Zone,
    member: &'a Member,
    occurred_at: Instant,
}

impl<'a> Turns<'a> {
    /// By what the member has recorded so far.
    pub(super) const fn now(zone: Zone, member: &'a Member, occurred_at: Instant) -> Turns<'a> {
        Turns { zone, member, occurred_at }
    }

    /// Whether it is the turn of a rule or multiplier that looks at these kinds. The activity itself
    /// is not among the member's yet.
    pub(super) fn allow(self, _who: Turned, turn: Turn, kinds: &[Box<str>]) -> bool {
        if turn.is_any() {
            return true;
        }
        let Turns { zone, member, occurred_at } = self;
        let year = LimitPeriod::Local(Period::Year).range(zone, member.enrolled_at(), occurred_at);
        let all = Range { from: Instant::MIN, until: None };
        let before = member.recorded(kinds, year.unwrap_or(all));
        turn.is_at(before.ever, before.in_range)
    }
}
