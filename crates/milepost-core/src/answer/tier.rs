//! The answer of `tier`, and counts as answers write them.

use serde_json::Value;

use super::fields::{Fields, decimal};
use crate::decimal::MAX_DIGITS;
use crate::event::TierReason;
use crate::programme::{CountIx, Threshold};
use crate::ratio::Ratio;
use crate::rules::Rules;
use crate::views::{Keep, Progress, TierView};

/// The answer of `tier`.
pub fn tier(rules: &Rules, tier: &TierView) -> Value {
    let progress = tier.progress.iter().map(|progress| progress_of(rules, progress));
    Fields::new()
        .put("tier", tier.tier.as_deref())
        .at("since", tier.since)
        .at_or_null("valid_until", tier.valid_until)
        .at_or_null("secured_until", tier.secured_until)
        .put("reason", tier.reason.map(tier_reason))
        .put("counts", counts(rules, &tier.counts))
        .put("progress", progress.collect::<Vec<Value>>())
        .put("keep", tier.keep.as_ref().map(|keep| keep_of(rules, keep)))
        .into()
}

fn progress_of(rules: &Rules, progress: &Progress) -> Value {
    Fields::new()
        .put("tier", &*progress.tier)
        .put("missing", missing(rules, &progress.missing))
        .at_or_null("until", progress.until)
        .into()
}

fn keep_of(rules: &Rules, keep: &Keep) -> Value {
    Fields::new()
        .put("tier", &*keep.tier)
        .put("missing", missing(rules, &keep.missing))
        .at_or_null("until", keep.until)
        .into()
}

/// One object a line, of which any one suffices.
fn missing(rules: &Rules, lines: &[Vec<Threshold>]) -> Value {
    lines.iter().map(|line| counts(rules, line)).collect()
}

/// Amounts by the names of their counts.
pub(super) fn counts(rules: &Rules, counts: &[Threshold]) -> Value {
    let put = |fields: Fields, (count, amount): &Threshold| {
        fields.put(rules.symbols().count(*count), count_amount(rules, *count, *amount))
    };
    counts.iter().fold(Fields::new(), put).into()
}

/// An amount of a count: with the decimals of the count or, if it is finer, as many as it has; a
/// fraction where no number of decimals is exact.
pub(super) fn count_amount(rules: &Rules, count: CountIx, amount: Ratio) -> Value {
    let known = rules.latest().programme.count(count);
    let least = known.map_or(0, |count| count.decimals);
    let most = u8::try_from(MAX_DIGITS).unwrap_or(u8::MAX);
    amount.decimal(least, most).map_or_else(|| amount.to_string().into(), decimal)
}

/// The reason of a change of tier, as answers write it.
pub(super) const fn tier_reason(reason: TierReason) -> &'static str {
    match reason {
        TierReason::Assigned => "assigned",
        TierReason::AssignmentEnded => "assignment-ended",
        TierReason::Qualified => "qualified",
        TierReason::Requalified => "requalified",
        TierReason::Downgraded => "downgraded",
        TierReason::Lifetime => "lifetime",
        TierReason::Reversal => "reversal",
    }
}
