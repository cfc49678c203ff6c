//! Any command.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use milepost_core::command::{
    Activity, Actor, Advance, AssignTier, Attributes, BirthDate, Body, Capture, Close, Command,
    Compensate, Confirm, Consent, Debit, Enrol, Extend, Extent, Grant, Hold, Line, LinePart, Merge,
    Qualifies, Record, Redeem, RedeemPrice, Refund, Release, Rest, ReturnedLine, Reverse,
    ReverseCase, Revise, Transfer, WhichLine,
};
use milepost_core::decimal::Decimal;
use milepost_core::money::Money;
use milepost_core::names::{MemberId, Name, Reference, Text};
use milepost_core::ratio::Ratio;
use milepost_core::time::Instant;

use super::{at, recorded_at};

/// A text of at most 120 bytes; often one of two, so that events and commands say the same.
fn short_text() -> impl Strategy<Value = String> {
    prop_oneof![Just("a".to_owned()), Just("b".to_owned()), "[a-z_]{1,12}", "\\PC{1,30}"]
}

pub(super) fn name() -> impl Strategy<Value = Name> {
    short_text().prop_map(|text| text.parse().unwrap())
}

pub(super) fn reference() -> impl Strategy<Value = Reference> {
    short_text().prop_map(|text| text.parse().unwrap())
}

pub(super) fn text() -> impl Strategy<Value = Text> {
    prop_oneof![9 => short_text().boxed(), 1 => "[a-z]{250,300}".boxed()]
        .prop_map(|text| text.parse().unwrap())
}

pub(super) fn member() -> impl Strategy<Value = MemberId> {
    let uuid = "[0-9A-F]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    prop_oneof!["[ab]", "[A-Za-z0-9._:-]{1,64}", "[0-9a-f]{32}", uuid]
        .prop_map(|text| text.parse().unwrap())
}

/// Any instant; often one of a few, so that times meet.
pub(super) fn instant() -> impl Strategy<Value = Instant> {
    prop_oneof![
        Just(recorded_at()),
        Just(at("2026-03-04T18:30:00Z")),
        Just(at("2026-03-01T00:00:00Z")),
        Just(Instant::MIN),
        Just(Instant::MAX),
        (Instant::MIN.micros()..=Instant::MAX.micros())
            .prop_map(|micros| Instant::from_micros(micros).unwrap()),
    ]
}

pub(super) fn wide() -> impl Strategy<Value = i128> {
    let near = |power: u32| (-3..=3_i128).prop_map(move |offset| (1 << power) + offset);
    let below = |power: u32| (-3..=3_i128).prop_map(move |offset| offset - (1 << power));
    let edges = prop_oneof![near(7), below(7), near(15), below(15), near(31), near(63), below(63)];
    prop_oneof![-200..200_i128, edges, any::<i64>().prop_map(i128::from)]
}

fn decimal() -> impl Strategy<Value = Decimal> {
    let digits = prop_oneof![4 => wide().boxed(), 1 => Just(10_i128.pow(30) - 1).boxed()];
    (digits, 0..=30_u8).prop_map(|(digits, scale)| Decimal::from_steps(digits, scale))
}

pub(super) fn ratio() -> impl Strategy<Value = Ratio> {
    let any = (any::<i128>(), any::<i128>());
    let any = any.prop_filter_map("fits", |(num, den)| Ratio::new(num, den));
    prop_oneof![Just(Ratio::ONE).boxed(), any.boxed()]
}

fn money() -> impl Strategy<Value = Money> {
    let currency = of(prop_oneof![Just("EUR".into()), Just("JPY".into()), Just("x".into())]);
    let amount = prop_oneof![decimal().boxed(), Just("144.90".parse::<Decimal>().unwrap()).boxed()];
    (amount, currency, of(ratio())).prop_map(|(amount, currency, rate)| Money {
        amount,
        currency,
        rate,
    })
}

pub(super) fn tags() -> impl Strategy<Value = Vec<(Name, Text)>> {
    prop_oneof![Just(vec![]).boxed(), vec((name(), text()), 0..3).boxed()]
}

fn line() -> impl Strategy<Value = Line> {
    (of(name()), decimal(), of(decimal()), tags())
        .prop_map(|(sku, amount, quantity, attributes)| Line { sku, amount, quantity, attributes })
}

pub(super) fn activity() -> impl Strategy<Value = Activity> {
    let lists =
        (vec((name(), decimal()), 0..3), vec(line(), 0..3), tags(), vec((name(), instant()), 0..3));
    (name(), reference(), of(instant()), of(money()), lists).prop_map(
        |(kind, reference, occurred_at, spend, (quantities, lines, attributes, times))| Activity {
            kind,
            reference,
            occurred_at,
            spend,
            quantities,
            lines,
            attributes,
            times,
        },
    )
}

fn enrol() -> impl Strategy<Value = Body> {
    let date = (1..=9999_u16, 1..=12_u8, 1..=31_u8);
    let date = date.prop_map(|(year, month, day)| BirthDate { year, month, day });
    (member(), of(member()), tags(), of(date), of(name())).prop_map(
        |(member, referrer, attributes, birth_date, tier)| {
            Enrol { member, referrer, attributes, birth_date, tier }.into()
        },
    )
}

fn grant() -> impl Strategy<Value = Body> {
    let times = (of(instant()), of(instant()), of(instant()));
    let qualifies = of(of(name()));
    (member(), name(), decimal(), text(), times, qualifies).prop_map(
        |(member, unit, amount, reason, (occurred_at, expires_at, available_at), qualifies)| {
            let qualifies = qualifies.map(|name| name.map_or(Qualifies::UnitName, Qualifies::Name));
            let plain = Grant::new(member, unit, amount, reason);
            Grant { occurred_at, expires_at, available_at, qualifies, ..plain }.into()
        },
    )
}

fn capture() -> impl Strategy<Value = Body> {
    let rest = prop_oneof![Just(Rest::Release), Just(Rest::Keep)];
    let refs = (reference(), reference());
    (member(), refs, of(decimal()), rest, of(name()), of(money())).prop_map(
        |(member, (hold, reference), amount, rest, reward, order)| {
            Capture { member, hold, reference, amount, rest, reward, order }.into()
        },
    )
}

fn redeem() -> impl Strategy<Value = Body> {
    let unit = (name(), decimal()).prop_map(|(unit, amount)| RedeemPrice::Unit { unit, amount });
    let reward = (name(), of(any::<u32>()), of(decimal()), of(money())).prop_map(
        |(reward, quantity, amount, order)| RedeemPrice::Reward { reward, quantity, amount, order },
    );
    (member(), reference(), prop_oneof![unit.boxed(), reward.boxed()])
        .prop_map(|(member, reference, price)| Redeem { member, reference, price }.into())
}

fn extend() -> impl Strategy<Value = Body> {
    let members = of(prop_oneof![
        9 => vec(member(), 0..4).boxed(),
        1 => vec(Just("a".parse::<MemberId>().unwrap()), 250..300).boxed(),
    ]);
    (name(), of(instant()), instant(), instant(), members).prop_map(
        |(unit, expiring_from, expiring_until, to, members)| {
            Extend { unit, expiring_from, expiring_until, to, members }.into()
        },
    )
}

fn about_holds() -> impl Strategy<Value = Body> {
    let hold = (member(), name(), decimal(), reference(), of(instant())).prop_map(
        |(member, unit, amount, reference, until)| {
            Hold { member, unit, amount, reference, until }.into()
        },
    );
    let release = (member(), reference(), of(decimal()))
        .prop_map(|(member, hold, amount)| Release { member, hold, amount }.into());
    prop_oneof![hold.boxed(), release.boxed(), capture().boxed()]
}

fn about_activities() -> impl Strategy<Value = Body> {
    let record =
        (member(), activity()).prop_map(|(member, activity)| Record { member, activity }.into());
    let confirm =
        (member(), reference()).prop_map(|(member, activity)| Confirm { member, activity }.into());
    let extent = prop_oneof![
        Just(Extent::Full).boxed(),
        money().prop_map(Extent::Money).boxed(),
        vec(returned(), 1..4).prop_map(Extent::Lines).boxed(),
    ];
    let reverse = (member(), reference(), of(reference()), extent).prop_map(
        |(member, activity, reference, extent)| {
            Reverse { member, activity, reference, extent }.into()
        },
    );
    let case = (member(), reference(), of(reference()))
        .prop_map(|(member, case, reference)| ReverseCase { member, case, reference }.into());
    prop_oneof![record.boxed(), confirm.boxed(), reverse.boxed(), case.boxed()]
}

fn returned() -> impl Strategy<Value = ReturnedLine> {
    let line = prop_oneof![
        any::<u32>().prop_map(WhichLine::Position).boxed(),
        name().prop_map(WhichLine::Sku).boxed(),
    ];
    let part = prop_oneof![
        Just(LinePart::Whole).boxed(),
        decimal().prop_map(LinePart::Amount).boxed(),
        decimal().prop_map(LinePart::Quantity).boxed(),
    ];
    (line, part).prop_map(|(line, part)| ReturnedLine { line, part })
}

fn by_hand() -> impl Strategy<Value = Body> {
    let debit = (member(), name(), decimal(), text())
        .prop_map(|(member, unit, amount, reason)| Debit { member, unit, amount, reason }.into());
    let assign =
        (member(), name(), of(instant()), text()).prop_map(|(member, tier, until, reason)| {
            AssignTier { member, tier, until, reason }.into()
        });
    let advance = instant().prop_map(|to| Advance { to }.into());
    let paid = (of(instant()), of(money()), of(decimal()));
    let compensate = (member(), name(), reference(), paid).prop_map(
        |(member, cause, case, (incident_at, spend, extra))| {
            Compensate { member, cause, case, incident_at, spend, extra }.into()
        },
    );
    prop_oneof![
        compensate.boxed(),
        debit.boxed(),
        assign.boxed(),
        advance.boxed(),
        grant().boxed(),
        enrol().boxed(),
        extend().boxed(),
    ]
}

fn about_members() -> impl Strategy<Value = Body> {
    let attributes = (member(), tags(), vec(name(), 0..3))
        .prop_map(|(member, set, unset)| Attributes { member, set, unset }.into());
    let consent = (member(), name(), any::<bool>())
        .prop_map(|(member, purpose, given)| Consent { member, purpose, given }.into());
    let close = member().prop_map(|member| Close { member }.into());
    let merge = (member(), member()).prop_map(|(from, into)| Merge { from, into }.into());
    let revise = ("\\PC{0,300}", of(instant())).prop_map(|(programme, effective_at)| {
        Revise { programme: programme.into(), effective_at }.into()
    });
    prop_oneof![attributes.boxed(), consent.boxed(), close.boxed(), merge.boxed(), revise.boxed()]
}

fn about_redemptions() -> impl Strategy<Value = Body> {
    let refund = (member(), reference(), of(reference()), of(decimal())).prop_map(
        |(member, redemption, reference, amount)| {
            Refund { member, redemption, reference, amount }.into()
        },
    );
    let transfer = (member(), member(), name(), decimal(), reference()).prop_map(
        |(from, to, unit, amount, reference)| Transfer { from, to, unit, amount, reference }.into(),
    );
    prop_oneof![redeem().boxed(), refund.boxed(), transfer.boxed()]
}

/// Any command, without its key, which no body keeps.
pub(super) fn command() -> impl Strategy<Value = Command> {
    let actor = || of((name(), name()).prop_map(|(id, role)| Actor { id, role }));
    let body = prop_oneof![
        about_members().boxed(),
        about_activities().boxed(),
        about_holds().boxed(),
        about_redemptions().boxed(),
        by_hand().boxed(),
    ];
    (actor(), actor(), of(any::<u32>()), of(text()), body).prop_map(
        |(by, approved_by, expected_version, note, body)| Command {
            key: None,
            by,
            approved_by,
            expected_version,
            note,
            body,
        },
    )
}
