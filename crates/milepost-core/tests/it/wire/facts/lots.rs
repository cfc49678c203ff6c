//! What becomes of lots with time, and between members.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use milepost_core::event::{ExtendCause, Fact, FormIx, HoldNo, LotNo, MovedLot, Pool};
use milepost_core::names::MemberKey;
use milepost_core::programme::{RuleIx, UnitIx};

use super::{index, lot, number, part, parts};
use crate::wire::commands::{instant, reference};

pub(super) fn due() -> impl Strategy<Value = Fact> {
    let matured =
        (index(), part()).prop_map(|(unit, part)| Fact::Matured { unit: UnitIx(unit), part });
    let confirmed = (index(), part(), of(instant())).prop_map(|(unit, part, expires_at)| {
        Fact::Confirmed { unit: UnitIx(unit), part, expires_at }
    });
    let pool = prop_oneof![Just(Pool::Available), Just(Pool::Pending)];
    let expired = (index(), pool, part()).prop_map(|(unit, pool, part)| Fact::Expired {
        unit: UnitIx(unit),
        pool,
        part,
    });
    let lapsed = (index(), number(), parts()).prop_map(|(unit, hold, parts)| Fact::Lapsed {
        unit: UnitIx(unit),
        hold: HoldNo(hold),
        parts,
    });
    let repaid =
        (index(), part()).prop_map(|(unit, part)| Fact::DebtRepaid { unit: UnitIx(unit), part });
    prop_oneof![matured.boxed(), confirmed.boxed(), expired.boxed(), lapsed.boxed(), repaid.boxed(),]
}

pub(super) fn transfers() -> impl Strategy<Value = Fact> {
    let out = (any::<[u8; 16]>(), reference(), index(), parts(), any::<i32>(), any::<i32>());
    let out = out.prop_map(|(to, reference, unit, parts, day, year)| Fact::TransferredOut {
        to: MemberKey(to),
        reference,
        unit: UnitIx(unit),
        parts,
        day,
        year,
    });
    let into = (any::<[u8; 16]>(), reference(), vec(moved_lot(), 0..4)).prop_map(
        |(from, reference, lots)| Fact::TransferredIn { from: MemberKey(from), reference, lots },
    );
    prop_oneof![out.boxed(), into.boxed()]
}

fn moved_lot() -> impl Strategy<Value = MovedLot> {
    (lot(), any::<bool>(), of(index()), of(reference())).prop_map(|(lot, graced, rule, origin)| {
        MovedLot { lot, graced, rule: rule.map(RuleIx), origin }
    })
}

pub(super) fn dates() -> impl Strategy<Value = Fact> {
    let renewed = (index(), instant(), vec((number().prop_map(LotNo), instant()), 0..4))
        .prop_map(|(form, last, lots)| Fact::Renewed { form: FormIx(form), last, lots });
    let cause = prop_oneof![Just(ExtendCause::Command), Just(ExtendCause::Grace)];
    let extended = (number(), instant(), cause)
        .prop_map(|(lot, expires_at, cause)| Fact::Extended { lot: LotNo(lot), expires_at, cause });
    prop_oneof![renewed.boxed(), extended.boxed()]
}
