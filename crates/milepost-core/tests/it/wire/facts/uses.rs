//! What is held, redeemed, debited and drawn.

use proptest::option::of;
use proptest::prelude::*;

use milepost_core::event::{Fact, Gain, HoldNo, RedemptionNo, Worth};
use milepost_core::pools::PoolKey;
use milepost_core::programme::{RewardIx, RuleIx, UnitIx};

use super::{amount, index, number, parts};
use crate::wire::commands::{instant, name, reference, text};

pub(super) fn holds() -> impl Strategy<Value = Fact> {
    let held = (number(), reference(), index(), instant(), parts()).prop_map(
        |(hold, reference, unit, until, parts)| Fact::Held {
            hold: HoldNo(hold),
            reference,
            unit: UnitIx(unit),
            until,
            parts,
        },
    );
    let captured = (index(), number(), reference(), parts(), worth()).prop_map(
        |(unit, hold, reference, parts, worth)| Fact::Captured {
            unit: UnitIx(unit),
            hold: HoldNo(hold),
            reference,
            parts,
            worth,
        },
    );
    let released = (index(), number(), parts()).prop_map(|(unit, hold, parts)| Fact::Released {
        unit: UnitIx(unit),
        hold: HoldNo(hold),
        parts,
    });
    prop_oneof![held.boxed(), captured.boxed(), released.boxed()]
}

pub(super) fn uses() -> impl Strategy<Value = Fact> {
    let redeemed =
        (reference(), index(), parts(), worth()).prop_map(|(reference, unit, parts, worth)| {
            Fact::Redeemed { reference, unit: UnitIx(unit), parts, worth }
        });
    let refunded = (index(), number(), of(reference()), parts()).prop_map(
        |(unit, redemption, reference, parts)| Fact::Refunded {
            unit: UnitIx(unit),
            redemption: RedemptionNo(redemption),
            reference,
            parts,
        },
    );
    let debited = (index(), parts(), amount(), amount(), text()).prop_map(
        |(unit, parts, debt, forgiven, reason)| Fact::Debited {
            unit: UnitIx(unit),
            parts,
            debt,
            forgiven,
            reason,
        },
    );
    prop_oneof![redeemed.boxed(), refunded.boxed(), debited.boxed()]
}

fn worth() -> impl Strategy<Value = Option<Worth>> {
    let partner =
        (any::<i64>(), name()).prop_map(|(quantity, what)| Gain::Partner { quantity, what });
    let gain = prop_oneof![
        Just(Gain::Thing).boxed(),
        any::<i64>().prop_map(Gain::Money).boxed(),
        partner.boxed()
    ];
    of((index(), number(), gain, any::<bool>()).prop_map(|(reward, quantity, gain, from_stock)| {
        Worth { reward: RewardIx(reward), quantity, gain, from_stock }
    }))
}

pub(super) fn pools() -> impl Strategy<Value = Fact> {
    let rule = index().prop_map(|rule| PoolKey::Budget(RuleIx(rule)));
    let reward = index().prop_map(|reward| PoolKey::Stock(RewardIx(reward)));
    let pool = prop_oneof![rule.boxed(), reward.boxed()];
    (pool, amount()).prop_map(|(pool, amount)| Fact::Drawn { pool, amount })
}
