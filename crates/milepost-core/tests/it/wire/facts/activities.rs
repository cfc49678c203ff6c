//! What is recorded, what it earns, and what is taken back of it.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use milepost_core::breakdown::{Breakdown, Cuts, Factor};
use milepost_core::context::{Context, LineLeft, Turned};
use milepost_core::event::{ActivityNo, Fact, Occurrence, ReversedShare, Spend};
use milepost_core::programme::{RuleIx, TierIx, UnitIx};
use milepost_core::ratio::Rounding;

use super::{amount, index, lot, number, parts};
use crate::wire::commands::{activity, instant, member, name, ratio, reference, tags, text, wide};

pub(super) fn arrivals() -> impl Strategy<Value = Fact> {
    let enrolled = (member(), of(index()), of(1..=12_u8), tags()).prop_map(
        |(id, tier, birth_month, attributes)| Fact::Enrolled {
            id,
            tier: tier.map(TierIx),
            birth_month,
            attributes,
        },
    );
    let occurrence = (name(), instant()).prop_map(|(kind, at)| Occurrence { kind, at });
    let recorded = (reference(), occurrence, spend())
        .prop_map(|(activity, occurrence, spend)| Fact::Recorded { activity, occurrence, spend });
    let earned = (lot(), number(), index(), rounding(), breakdown()).prop_map(
        |(lot, activity, rule, rounding, how)| {
            let (activity, rule) = (ActivityNo(activity), RuleIx(rule));
            Fact::Earned { lot, activity, rule, rounding, how }
        },
    );
    let cut = (number(), index(), index(), index(), breakdown()).prop_map(
        |(activity, rule, unit, programme_version, how)| {
            let (activity, rule, unit) = (ActivityNo(activity), RuleIx(rule), UnitIx(unit));
            Fact::Cut { activity, rule, unit, programme_version, how }
        },
    );
    let granted = (lot(), text()).prop_map(|(lot, reason)| Fact::Granted { lot, reason });
    prop_oneof![enrolled.boxed(), recorded.boxed(), earned.boxed(), cut.boxed(), granted.boxed()]
}

fn spend() -> impl Strategy<Value = Option<Spend>> {
    let currency = prop_oneof![Just("EUR"), Just("JPY"), Just("KWD")];
    (of((amount(), currency)), of(ratio())).prop_map(|(spend, rate)| {
        spend.map(|(minor, code)| Spend { minor, currency: code.parse().unwrap(), rate })
    })
}

fn rounding() -> impl Strategy<Value = Rounding> {
    use Rounding::{Down, HalfEven, HalfUp, Up};
    prop_oneof![Just(Down), Just(Up), Just(HalfUp), Just(HalfEven)]
}

fn breakdown() -> impl Strategy<Value = Breakdown> {
    let factor = (index(), ratio());
    let factor = factor.prop_map(|(multiplier, factor)| Factor { multiplier, factor });
    let cuts = (amount(), amount(), amount());
    let cuts = cuts.prop_map(|(limit, budget, max_balance)| Cuts { limit, budget, max_balance });
    (ratio(), ratio(), vec(factor, 0..3), cuts)
        .prop_map(|(base, factor, factors, cuts)| Breakdown::new(base, factor, factors, cuts))
}

pub(super) fn contexts() -> impl Strategy<Value = Fact> {
    let turned = prop_oneof![
        index().prop_map(|rule| Turned::Rule(RuleIx(rule))),
        index().prop_map(Turned::Multiplier),
    ];
    let rooms = vec((index().prop_map(RuleIx), amount()), 0..3);
    let balances = vec((index().prop_map(UnitIx), amount()), 0..3);
    let seen = (index(), of(index().prop_map(TierIx)), of(1..13_u8), tags());
    let context = (activity(), seen, vec(turned, 0..3), rooms, balances).prop_map(
        |(activity, (programme_version, tier, birth_month, attributes), turns, rooms, balances)| {
            let (activity, tier) = (activity, tier);
            Context {
                activity,
                programme_version,
                tier,
                birth_month,
                attributes,
                turns,
                rooms,
                balances,
            }
        },
    );
    let recorded = (number(), context).prop_map(|(activity, context)| {
        let (activity, context) = (ActivityNo(activity), Box::new(context));
        Fact::ContextRecorded { activity, context }
    });
    let line = (ratio(), ratio()).prop_map(|(amount, quantity)| LineLeft { amount, quantity });
    let left = (number(), vec(line, 0..4))
        .prop_map(|(activity, lines)| Fact::LinesLeft { activity: ActivityNo(activity), lines });
    prop_oneof![recorded.boxed(), left.boxed()]
}

pub(super) fn reversals() -> impl Strategy<Value = Fact> {
    let money = (wide(), wide().prop_filter("above zero", |den| *den > 0));
    let money = money.prop_map(|(num, den)| ReversedShare::Money { num, den });
    let share = prop_oneof![Just(ReversedShare::Full).boxed(), money.boxed()];
    let whole = (number(), of(reference()), share).prop_map(|(activity, reference, reversed)| {
        Fact::ActivityReversed { activity: ActivityNo(activity), reference, reversed }
    });
    let amounts = (amount(), amount(), amount());
    let unit = (number(), index(), (parts(), parts(), parts()), amounts).prop_map(
        |(activity, unit, (parts, awards, set_off), (pending, debt, forgiven))| Fact::Reversed {
            activity: ActivityNo(activity),
            unit: UnitIx(unit),
            parts,
            awards,
            set_off,
            pending,
            debt,
            forgiven,
        },
    );
    prop_oneof![whole.boxed(), unit.boxed()]
}
