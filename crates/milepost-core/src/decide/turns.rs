//! Which of the member's activities one is: `first`, `nth`, `every`.

use crate::context::Turned;
use crate::programme::{OnKind, Turn, Window};
use crate::state::Member;
use crate::time::{Instant, Period, Zone};

/// How turns are judged.
#[derive(Clone, Copy, Debug)]
pub(super) enum Turns<'a> {
    /// By what the member has recorded before this activity.
    Now { zone: Zone, member: &'a Member, occurred_at: Instant },
    /// As they were judged when the activity was recorded (R-REV-1).
    AsRecorded(&'a [Turned]),
}

impl Turns<'_> {
    /// Whether it is the turn of a rule or multiplier that looks at these kinds.
    pub(super) fn allow(self, who: Turned, turn: Turn, kinds: &[Box<str>]) -> bool {
        if turn.is_any() {
            return true;
        }
        match self {
            Turns::AsRecorded(turns) => turns.contains(&who),
            Turns::Now { zone, member, occurred_at } => {
                if turn.first && member.has_recorded(kinds) {
                    return false;
                }
                turn.asks_for_year().is_none_or(|turn| {
                    let year = Window::local(zone, Period::Year, occurred_at);
                    turn.is_at(member.recorded(kinds, year, turn.enough()))
                })
            }
        }
    }

    /// The rules and multipliers of a kind that ask for their turn and have it.
    pub(super) fn had(self, on: OnKind<'_>) -> Vec<Turned> {
        let rules = on.earn().map(|r| (Turned::Rule(r.ix), r.when.turn, &r.on));
        let multipliers =
            on.multipliers().map(|(at, m)| (Turned::Multiplier(at), m.when.turn, &m.on));
        rules
            .chain(multipliers)
            .filter(|(who, turn, on)| !turn.is_any() && self.allow(*who, *turn, on))
            .map(|(who, _, _)| who)
            .collect()
    }
}
