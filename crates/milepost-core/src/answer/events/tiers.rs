//! The fields of what happens to tiers.

use serde_json::Value;

use super::Teller;
use crate::answer::fields::Fields;
use crate::answer::tier::{count_amount, counts, tier_reason};
use crate::event::{CountedIn, Judgement, NewLot, TierReason};
use crate::programme::{CountIx, MilestoneIx, Threshold, TierIx, Window};
use crate::ratio::Ratio;
use crate::time::Instant;

impl Teller<'_> {
    pub(super) fn qualified(
        self,
        f: Fields,
        count: CountIx,
        amount: Ratio,
        place: CountedIn,
    ) -> Fields {
        let rules = self.names.rules;
        f.put("count", rules.symbols().count(count))
            .put("amount", count_amount(rules, count, amount))
            .put("window", window(place.window))
    }

    pub(super) fn milestone_reached(
        self,
        f: Fields,
        lot: &NewLot,
        milestone: MilestoneIx,
        (count, step): Threshold,
        place: CountedIn,
    ) -> Fields {
        let rules = self.names.rules;
        self.lot(f, lot)
            .put("milestone", rules.symbols().milestone(milestone))
            .put("count", rules.symbols().count(count))
            .put("step", count_amount(rules, count, step))
            .put("window", window(place.window))
    }

    /// What a change of tier was judged on; what the counts give, where a floor is above it.
    pub(super) fn tier_changed(
        self,
        f: Fields,
        (from, to): (TierIx, TierIx),
        reason: TierReason,
        judged: Option<&Judgement>,
    ) -> Fields {
        let f = f.put("from", self.tier(from)).put("to", self.tier(to));
        let f = f.put("reason", tier_reason(reason));
        let Some(judged) = judged else { return f };
        let below = Some(judged.tier).filter(|tier| *tier != to);
        f.put_some("qualified_for", below.map(|tier| self.tier(tier).to_owned()))
            .put("counts", counts(self.names.rules, &judged.counts))
            .put("window", window(judged.window))
    }
}

/// A window; what is open is null.
fn window(window: Window) -> Value {
    let from = Some(window.from).filter(|from| *from > Instant::MIN);
    let until = Some(window.until).filter(|until| *until < Instant::MAX);
    Fields::new().at_or_null("from", from).at_or_null("until", until).into()
}
