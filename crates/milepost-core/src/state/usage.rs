//! What an earn rule has given a member in a period, for its limits.
//!
//! It is not counted anywhere: it follows from the awards and what was taken back of them. So it is
//! exact after every reversal, in parts too (R-REV-4), and costs no memory.

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

impl Member {
    /// What a rule has given for the activities that happened in a range.
    pub fn usage(&self, rule: RuleIx, range: Range) -> Usage {
        let awards = self.earnings.as_ref().map_or(&[][..], |earnings| &earnings.awards);
        let mut usage = Usage::default();
        for award in awards {
            let Some(lot) = self.lot(award.lot) else { continue };
            let net = award.amount.saturating_sub(award.taken);
            if lot.rule != rule.0 || net <= 0 || !range.contains(lot.earned_at()) {
                continue;
            }
            usage.amount = usage.amount.saturating_add(i128::from(net));
            usage.count = usage.count.saturating_add(1);
        }
        usage
    }
}
