//! What counts for tiers, and what changes them.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use milepost_core::event::{CountedIn, Fact, Judgement, LotNo, TierReason};
use milepost_core::programme::{CountIx, MilestoneIx, Threshold, TierIx, UnitIx, Window};
use milepost_core::time::Instant;

use super::{amount, index, lot, number, parts};
use crate::wire::commands::{instant, ratio, text};

pub(super) fn tiers() -> impl Strategy<Value = Fact> {
    use TierReason::{
        Assigned, AssignmentEnded, Downgraded, Lifetime, Qualified, Requalified, Reversal,
    };
    let assigned = (index(), of(instant()), text())
        .prop_map(|(tier, until, reason)| Fact::TierAssigned { tier: TierIx(tier), until, reason });
    let reason = prop_oneof![
        Just(Assigned),
        Just(AssignmentEnded),
        Just(Qualified),
        Just(Requalified),
        Just(Downgraded),
        Just(Lifetime),
        Just(Reversal),
    ];
    let changed = (index(), index(), reason, of(instant()), of(judgement())).prop_map(
        |(from, to, reason, valid_until, judged)| {
            let (from, to, judged) = (TierIx(from), TierIx(to), judged.map(Box::new));
            Fact::TierChanged { from, to, reason, valid_until, judged }
        },
    );
    let grace = instant().prop_map(|until| Fact::TierGrace { until });
    prop_oneof![assigned.boxed(), changed.boxed(), grace.boxed(), counted().boxed()]
}

/// What counts, and what is given for it.
fn counted() -> impl Strategy<Value = Fact> {
    let qualified = (threshold(), place()).prop_map(|((count, amount), place)| Fact::Qualified {
        count,
        amount,
        place,
    });
    let benefit = (lot(), index(), index()).prop_map(|(lot, tier, year)| Fact::Benefit {
        lot,
        tier: TierIx(tier),
        year,
    });
    let reached = (lot(), index(), threshold(), place()).prop_map(|(lot, ix, step, place)| {
        Fact::MilestoneReached { lot, milestone: MilestoneIx(ix), step, place }
    });
    let taken = (number(), index(), index(), parts(), (amount(), amount(), amount())).prop_map(
        |(lot, ix, unit, parts, (set_off, debt, forgiven))| Fact::MilestoneTaken {
            lot: LotNo(lot),
            milestone: MilestoneIx(ix),
            unit: UnitIx(unit),
            parts,
            set_off,
            debt,
            forgiven,
        },
    );
    prop_oneof![qualified.boxed(), benefit.boxed(), reached.boxed(), taken.boxed()]
}

fn threshold() -> impl Strategy<Value = Threshold> {
    (index(), ratio()).prop_map(|(count, amount)| (CountIx(count), amount))
}

fn place() -> impl Strategy<Value = CountedIn> {
    (window(), index()).prop_map(|(window, restarts)| CountedIn { window, restarts })
}

fn window() -> impl Strategy<Value = Window> {
    let from = prop_oneof![Just(Instant::MIN), instant()];
    let until = prop_oneof![Just(Instant::MAX), instant()];
    (from, until).prop_map(|(from, until)| Window { from, until })
}

fn judgement() -> impl Strategy<Value = Judgement> {
    let counts = (vec(threshold(), 0..3), vec(threshold(), 0..3));
    let windows = (instant(), window(), window());
    (index(), of(instant()), windows, index(), counts, any::<[bool; 2]>()).prop_map(
        |(tier, valid_until, (at, window, paid_in), restarts, (counts, paid), flags)| {
            let [starts_again, given] = flags;
            let tier = TierIx(tier);
            // Where nothing is paid, nothing says where.
            let paid_in = if paid.is_empty() { window } else { paid_in };
            Judgement {
                tier,
                valid_until,
                at,
                window,
                restarts,
                counts,
                paid,
                paid_in,
                starts_again,
                given,
            }
        },
    )
}
