//! Arbitrary commands: every one that the line format can write.

use milepost_core::command::{
    Activity, Actor, Advance, AssignTier, Attributes, BirthDate, Body, Capture, Close, Command,
    Compensate, Confirm, Consent, Debit, Enrol, Extend, Extent, Grant, Hold, Line, LinePart, Merge,
    Qualifies, Record, Redeem, RedeemPrice, Refund, Release, Rest, ReturnedLine, Reverse,
    ReverseCase, Revise, Transfer, WhichLine,
};
use milepost_core::decimal::Decimal;
use milepost_core::money::Money;
use milepost_core::names::{Key, MemberId, Name, Reference, Text};
use milepost_core::ratio::Ratio;
use milepost_core::time::Instant;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;

fn names() -> impl Strategy<Value = Name> {
    "\\PC{1,12}".prop_map(|text| Name::new(text).unwrap())
}

fn texts() -> impl Strategy<Value = Text> {
    any::<String>().prop_map(|text| Text::new(format!("{text}.")).unwrap())
}

fn references() -> impl Strategy<Value = Reference> {
    "[ -~]{1,20}".prop_map(|text| Reference::new(text).unwrap())
}

fn members() -> impl Strategy<Value = MemberId> {
    "[A-Za-z0-9._:-]{1,64}".prop_map(|text| MemberId::new(&text).unwrap())
}

fn instants() -> impl Strategy<Value = Instant> {
    let micros = Instant::MIN.micros()..=Instant::MAX.micros();
    micros.prop_map(|micros| Instant::from_micros(micros).unwrap())
}

fn amounts() -> impl Strategy<Value = Decimal> {
    let texts = prop_oneof!["-?[0-9]{1,5}", "-?[0-9]{1,9}\\.[0-9]{1,6}", "-?[0-9]{20,29}"];
    texts.prop_map(|text| text.parse().unwrap())
}

fn rates() -> impl Strategy<Value = Ratio> {
    let parts = (1..1_000_000_i128, 1..1_000_000_i128, 0..15_u32, 0..15_u32);
    parts.prop_map(|(num, den, up, down)| {
        Ratio::new(num * 10_i128.pow(up), den * 10_i128.pow(down)).unwrap()
    })
}

fn money() -> impl Strategy<Value = Money> {
    let foreign = (amounts(), "[A-Z]{3}", of(rates())).prop_map(|(amount, currency, rate)| Money {
        amount,
        currency: Some(currency.into()),
        rate,
    });
    prop_oneof![amounts().prop_map(Money::from), foreign]
}

fn tags<T: std::fmt::Debug + 'static>(
    values: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Vec<(Name, T)>> {
    btree_map(names(), values, 0..4).prop_map(|tags| tags.into_iter().collect())
}

fn lines() -> impl Strategy<Value = Line> {
    (of(names()), amounts(), of(amounts()), tags(texts()))
        .prop_map(|(sku, amount, quantity, attributes)| Line { sku, amount, quantity, attributes })
}

fn activities() -> impl Strategy<Value = Activity> {
    let head = (names(), references(), of(instants()), of(money()));
    let rest = (tags(amounts()), vec(lines(), 0..4), tags(texts()), tags(instants()));
    (head, rest).prop_map(
        |((kind, reference, occurred_at, spend), (quantities, lines, attributes, times))| {
            Activity { kind, reference, occurred_at, spend, quantities, lines, attributes, times }
        },
    )
}

fn birth_dates() -> impl Strategy<Value = BirthDate> {
    let dates = (1..=9999_u16, 1..=12_u8, 1..=28_u8);
    dates.prop_map(|(year, month, day)| BirthDate { year, month, day })
}

fn prices() -> impl Strategy<Value = RedeemPrice> {
    let unit = (names(), amounts()).prop_map(|(unit, amount)| RedeemPrice::Unit { unit, amount });
    let item = (names(), of(any::<u32>()), of(money())).prop_map(|(reward, quantity, order)| {
        RedeemPrice::Reward { reward, quantity, amount: None, order }
    });
    let worth = (names(), of(amounts()), of(money())).prop_map(|(reward, amount, order)| {
        RedeemPrice::Reward { reward, quantity: None, amount, order }
    });
    prop_oneof![unit, item, worth]
}

fn openings() -> impl Strategy<Value = Body> {
    let enrol = (members(), of(members()), tags(texts()), of(birth_dates()), of(names())).prop_map(
        |(member, referrer, attributes, birth_date, tier)| {
            Body::from(Enrol { member, referrer, attributes, birth_date, tier })
        },
    );
    let assign =
        (members(), names(), of(instants()), texts()).prop_map(|(member, tier, until, reason)| {
            Body::from(AssignTier { member, tier, until, reason })
        });
    let extend = (names(), of(instants()), instants(), instants(), of(vec(members(), 0..4)))
        .prop_map(|(unit, expiring_from, expiring_until, to, members)| {
            Body::from(Extend { unit, expiring_from, expiring_until, to, members })
        });
    let advance = instants().prop_map(|to| Body::from(Advance { to }));
    prop_oneof![enrol, assign, extend, advance]
}

fn earnings() -> impl Strategy<Value = Body> {
    let record = (members(), activities())
        .prop_map(|(member, activity)| Body::from(Record { member, activity }));
    let confirm = (members(), references())
        .prop_map(|(member, activity)| Body::from(Confirm { member, activity }));
    let times = (of(instants()), of(instants()), of(instants()));
    let grant = (members(), names(), amounts(), texts(), times, of(of(names()))).prop_map(
        |(member, unit, amount, reason, (occurred_at, expires_at, available_at), qualifies)| {
            let qualifies = qualifies.map(|name| name.map_or(Qualifies::UnitName, Qualifies::Name));
            let plain = Grant::new(member, unit, amount, reason);
            Body::from(Grant { occurred_at, expires_at, available_at, qualifies, ..plain })
        },
    );
    let extents = prop_oneof![
        Just(Extent::Full),
        money().prop_map(Extent::Money),
        vec(returned(), 1..4).prop_map(Extent::Lines),
    ];
    let reverse = (members(), references(), of(references()), extents).prop_map(
        |(member, activity, reference, extent)| {
            Body::from(Reverse { member, activity, reference, extent })
        },
    );
    let case = (members(), references(), of(references()))
        .prop_map(|(member, case, reference)| Body::from(ReverseCase { member, case, reference }));
    let paid = (of(instants()), of(money()), of(amounts()));
    let compensate = (members(), names(), references(), paid).prop_map(
        |(member, cause, case, (incident_at, spend, extra))| {
            Body::from(Compensate { member, cause, case, incident_at, spend, extra })
        },
    );
    prop_oneof![record, confirm, grant, reverse, case, compensate]
}

fn returned() -> impl Strategy<Value = ReturnedLine> {
    let line =
        prop_oneof![any::<u32>().prop_map(WhichLine::Position), names().prop_map(WhichLine::Sku)];
    let part = prop_oneof![
        Just(LinePart::Whole),
        amounts().prop_map(LinePart::Amount),
        amounts().prop_map(LinePart::Quantity),
    ];
    (line, part).prop_map(|(line, part)| ReturnedLine { line, part })
}

fn uses() -> impl Strategy<Value = Body> {
    let debit =
        (members(), names(), amounts(), texts()).prop_map(|(member, unit, amount, reason)| {
            Body::from(Debit { member, unit, amount, reason })
        });
    let redeem = (members(), references(), prices())
        .prop_map(|(member, reference, price)| Body::from(Redeem { member, reference, price }));
    let refund = (members(), references(), of(references()), of(amounts())).prop_map(
        |(member, redemption, reference, amount)| {
            Body::from(Refund { member, redemption, reference, amount })
        },
    );
    let transfer = (members(), members(), names(), amounts(), references()).prop_map(
        |(from, to, unit, amount, reference)| {
            Body::from(Transfer { from, to, unit, amount, reference })
        },
    );
    prop_oneof![debit, redeem, refund, transfer]
}

fn holds() -> impl Strategy<Value = Body> {
    let hold = (members(), names(), amounts(), references(), of(instants())).prop_map(
        |(member, unit, amount, reference, until)| {
            Body::from(Hold { member, unit, amount, reference, until })
        },
    );
    let rests = prop_oneof![Just(Rest::Release), Just(Rest::Keep)];
    let names = (references(), references(), of(names()));
    let capture = (members(), names, of(amounts()), rests, of(money())).prop_map(
        |(member, (hold, reference, reward), amount, rest, order)| {
            Body::from(Capture { member, hold, reference, amount, rest, reward, order })
        },
    );
    let release = (members(), references(), of(amounts()))
        .prop_map(|(member, hold, amount)| Body::from(Release { member, hold, amount }));
    prop_oneof![hold, capture, release]
}

fn standing() -> impl Strategy<Value = Body> {
    let attributes = (members(), btree_map(names(), texts(), 1..4), btree_set(names(), 0..4))
        .prop_map(|(member, set, unset)| {
            let unset = unset.into_iter().filter(|name| !set.contains_key(name)).collect();
            Body::from(Attributes { member, set: set.into_iter().collect(), unset })
        });
    let consent = (members(), names(), any::<bool>())
        .prop_map(|(member, purpose, given)| Body::from(Consent { member, purpose, given }));
    let close = members().prop_map(|member| Body::from(Close { member }));
    let merge = (members(), members()).prop_map(|(from, into)| Body::from(Merge { from, into }));
    let revise = ("\\PC{0,300}", of(instants())).prop_map(|(programme, effective_at)| {
        Body::from(Revise { programme: programme.into(), effective_at })
    });
    prop_oneof![attributes, consent, close, merge, revise]
}

fn actors() -> impl Strategy<Value = Actor> {
    (names(), names()).prop_map(|(id, role)| Actor { id, role })
}

fn keys() -> impl Strategy<Value = Key> {
    "[ -~]{1,64}".prop_map(|text| Key::new(text).unwrap())
}

/// Any command that the line format can write.
pub(crate) fn commands() -> impl Strategy<Value = Command> {
    // Boxed, because all of them together are more than the stack of a test has room for where
    // nothing is optimized.
    let bodies = prop_oneof![
        openings().boxed(),
        earnings().boxed(),
        uses().boxed(),
        holds().boxed(),
        standing().boxed(),
    ];
    let envelope = (of(keys()), of(actors()), of(actors()), of(any::<u32>()), of(texts()));
    (envelope, bodies).prop_map(|((key, by, approved_by, version, note), body)| {
        let single = !matches!(body, Body::Advance(_) | Body::Extend(_) | Body::Revise(_));
        let expected_version = version.filter(|_| single);
        Command { key, by, approved_by, expected_version, note, body }
    })
}
