//! Any event.

mod activities;
mod gifts;
mod lots;
mod tiers;
mod uses;

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use milepost_core::event::{Event, Fact, FormIx, LotNo, MergedState, NewLot, Part};
use milepost_core::names::MemberKey;
use milepost_core::programme::{OnClose, UnitIx};

use super::commands::{instant, name, tags};

/// Any events of one entry.
pub(super) fn events() -> impl Strategy<Value = Vec<Event>> {
    let fact = prop_oneof![
        activities::arrivals().boxed(),
        lots::due().boxed(),
        uses::holds().boxed(),
        uses::uses().boxed(),
        activities::reversals().boxed(),
        lots::transfers().boxed(),
        lots::dates().boxed(),
        tiers::tiers().boxed(),
        gifts::gifts().boxed(),
        uses::pools().boxed(),
        activities::contexts().boxed(),
        standing().boxed(),
    ];
    let who = prop_oneof![4 => Just(0).boxed(), 1 => number().boxed()];
    let event = (who, instant(), fact).prop_map(|(who, effective_at, fact)| Event {
        who,
        effective_at,
        fact,
    });
    vec(event, 0..5)
}

fn standing() -> impl Strategy<Value = Fact> {
    let attributes =
        (tags(), vec(name(), 0..3)).prop_map(|(set, unset)| Fact::AttributesChanged { set, unset });
    let consent = (name(), any::<bool>())
        .prop_map(|(purpose, given)| Fact::ConsentChanged { purpose, given });
    let closed = prop_oneof![Just(OnClose::Forfeit), Just(OnClose::Keep)]
        .prop_map(|on_close| Fact::Closed { on_close });
    let into = any::<[u8; 16]>().prop_map(|into| Fact::MergedInto { into: MemberKey(into) });
    let from = (any::<[u8; 16]>(), number(), vec(any::<u8>(), 0..300)).prop_map(
        |(from, first_lot, state)| Fact::MergedFrom {
            from: MemberKey(from),
            first_lot: LotNo(first_lot),
            state: MergedState(state.into()),
        },
    );
    let revised = index().prop_map(|version| Fact::ProgrammeRevised { version });
    prop_oneof![
        attributes.boxed(),
        consent.boxed(),
        closed.boxed(),
        into.boxed(),
        from.boxed(),
        revised.boxed()
    ]
}

fn number() -> impl Strategy<Value = u32> {
    prop_oneof![0..10_u32, 250..260_u32, 65_530..65_540_u32, any::<u32>()]
}

fn index() -> impl Strategy<Value = u16> {
    prop_oneof![0..10_u16, 250..260_u16, any::<u16>()]
}

fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![Just(0), Just(14490), any::<i64>()]
}

fn part() -> impl Strategy<Value = Part> {
    (number(), any::<i64>()).prop_map(|(lot, amount)| Part { lot: LotNo(lot), amount })
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    prop_oneof![9 => vec(part(), 0..4).boxed(), 1 => vec(part(), 250..260).boxed()]
}

fn lot() -> impl Strategy<Value = NewLot> {
    let numbers = (number(), index(), amount(), of(index()), index());
    (numbers, instant(), of(instant()), of(instant())).prop_map(
        |((lot, unit, amount, form, programme_version), earned_at, available_at, expires_at)| {
            NewLot {
                lot: LotNo(lot),
                unit: UnitIx(unit),
                amount,
                earned_at,
                available_at,
                expires_at,
                form: form.map(FormIx),
                programme_version,
            }
        },
    )
}
