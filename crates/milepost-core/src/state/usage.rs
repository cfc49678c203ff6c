//! What an earn rule has given a member in a period, and how often its activities came: what limits
//! and turns ask.
//!
//! It is not counted anywhere: it follows from the activities, the awards and what was taken back of
//! them. So it is exact after every reversal, in parts too (R-REV-4), and costs no memory.

use crate::event::ReversedShare;
use crate::programme::{Range, RuleIx};

use super::member::Member;

/// What a rule has given in a period, net of what was taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Steps of the rule's unit.
    pub amount: i128,
    /// Activities in which it gave more than 0 and that are not wholly taken back.
    pub count: u32,
}

/// How many activities of some kinds there are, without those that are wholly reversed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// At all.
    pub ever: u32,
    /// Of those that happened in a range.
    pub in_range: u32,
}

impl Member {
    /// What a rule has given for the activities that happened in a range.
    pub fn usage(&self, rule: RuleIx, range: Range) -> Usage {
        let mut usage = Usage::default();
        for (number, lot) in self.lots() {
            if lot.rule() != Some(rule) || !range.contains(lot.earned_at()) {
                continue;
            }
            // A lot that came by a transfer has no activity of this member.
            let award = lot
                .activity()
                .and_then(|activity| self.awards(activity).find(|award| award.lot == number));
            let net = award.map_or(0, |award| award.amount.saturating_sub(award.taken));
            if net > 0 {
                usage.amount = usage.amount.saturating_add(i128::from(net));
                usage.count = usage.count.saturating_add(1);
            }
        }
        usage
    }

    /// How many activities of these kinds it has recorded.
    pub fn recorded(&self, kinds: &[Box<str>], range: Range) -> Recorded {
        let mut recorded = Recorded::default();
        for (_, activity) in self.activities() {
            let of_kind = kinds.iter().any(|kind| **kind == *activity.kind);
            if !of_kind || activity.reversed == Some(ReversedShare::Full) {
                continue;
            }
            recorded.ever = recorded.ever.saturating_add(1);
            if range.contains(activity.occurred_at) {
                recorded.in_range = recorded.in_range.saturating_add(1);
            }
        }
        recorded
    }
}
