//! A command of every kind.

use milepost_core::command::{
    Activity, Actor, Advance, AssignTier, BirthDate, Capture, Command, Compensate, Confirm, Debit,
    Enrol, Extend, Extent, Grant, Hold, Line, LinePart, Record, Redeem, RedeemPrice, Refund,
    Release, Rest, ReturnedLine, Reverse, ReverseCase, Transfer, WhichLine,
};
use milepost_core::decimal::Decimal;
use milepost_core::money::Money;
use milepost_core::ratio::Ratio;
use milepost_core::time::Instant;

use crate::wire::{at, member, name, reference, text};

const UUID: &str = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub(super) fn occurred_at() -> Instant {
    at("2026-03-04T18:30:00Z")
}

pub(super) fn activity() -> Activity {
    Activity {
        kind: name("flight"),
        reference: reference("F-100042"),
        occurred_at: Some(occurred_at()),
        spend: Some(Money::from(decimal("144.90"))),
        quantities: vec![],
        lines: vec![],
        attributes: vec![],
        times: vec![],
    }
}

/// A command in which everything that may be left out is there.
pub(super) fn full_record() -> Command {
    let money = Money {
        amount: decimal("-9223372036854775809"),
        currency: Some("KWD".into()),
        rate: Ratio::new(9, 10),
    };
    let line = Line {
        sku: Some(name("room")),
        amount: decimal("100.00"),
        quantity: Some(decimal("2")),
        attributes: vec![(name("board"), text("half"))],
    };
    let activity = Activity {
        spend: Some(money),
        quantities: vec![(name("nights"), decimal("3"))],
        lines: vec![
            line,
            Line { sku: None, amount: decimal("-5"), quantity: None, attributes: vec![] },
        ],
        attributes: vec![(name("channel"), text("direct"))],
        times: vec![(name("booked_at"), at("2026-01-01T00:00:00Z"))],
        ..activity()
    };
    Command {
        by: Some(Actor { id: name("anna"), role: name("desk") }),
        approved_by: Some(Actor { id: name("bert"), role: name("lead") }),
        expected_version: Some(7),
        note: Some(text("late claim")),
        ..Command::from(Record { member: member(UUID), activity })
    }
}

pub(super) fn record() -> Command {
    Record { member: member("m-100042"), activity: activity() }.into()
}

pub(super) fn enrol() -> Command {
    let attributes = vec![(name("market"), text("de"))];
    let birth_date = Some(BirthDate { year: 1984, month: 2, day: 29 });
    let (member, tier) = (member("m-100042"), Some(name("gold")));
    Enrol { member, referrer: None, attributes, birth_date, tier }.into()
}

pub(super) fn enrol_referred() -> Command {
    Enrol { referrer: Some(member("m-2")), ..Enrol::new(member("m-100042")) }.into()
}

pub(super) fn compensate() -> Command {
    Compensate {
        member: member("m-100042"),
        cause: name("late"),
        case: reference("K-1"),
        incident_at: Some(at("2026-03-05T09:00:00Z")),
        spend: Some(Money::from(decimal("20.00"))),
        extra: Some(decimal("300")),
    }
    .into()
}

pub(super) fn reverse_case() -> Command {
    let (member, case) = (member("m-100042"), reference("K-1"));
    ReverseCase { member, case, reference: Some(reference("C-2")) }.into()
}

pub(super) fn grant() -> Command {
    Grant {
        member: member("m-100042"),
        unit: name("points"),
        amount: decimal("500"),
        reason: text("delay"),
        occurred_at: Some(occurred_at()),
        expires_at: None,
        available_at: Some(at("2026-04-01T00:00:00Z")),
        qualifies: None,
    }
    .into()
}

pub(super) fn debit() -> Command {
    let (unit, amount) = (name("points"), decimal("12"));
    Debit { member: member("m-100042"), unit, amount, reason: text("mistake") }.into()
}

pub(super) fn hold() -> Command {
    Hold {
        member: member("m-100042"),
        unit: name("points"),
        amount: decimal("300"),
        reference: reference("H-7"),
        until: Some(at("2026-03-06T00:00:00Z")),
    }
    .into()
}

pub(super) fn capture() -> Command {
    Capture {
        member: member("m-100042"),
        hold: reference("H-7"),
        reference: reference("R-8"),
        amount: Some(decimal("200")),
        rest: Rest::Keep,
        reward: Some(name("night")),
        order: Some(Money::from(decimal("99"))),
    }
    .into()
}

pub(super) fn redeem() -> Command {
    let price = RedeemPrice::Unit { unit: name("points"), amount: decimal("1200") };
    Redeem { member: member("m-100042"), reference: reference("R-100042"), price }.into()
}

pub(super) fn refund() -> Command {
    Refund {
        member: member("m-100042"),
        redemption: reference("R-100042"),
        reference: Some(reference("B-1")),
        amount: None,
    }
    .into()
}

pub(super) fn reverse() -> Command {
    Reverse {
        member: member("m-100042"),
        activity: reference("F-100042"),
        reference: Some(reference("C-1")),
        extent: Extent::Money(Money::from(decimal("44.90"))),
    }
    .into()
}

pub(super) fn reverse_lines() -> Command {
    let by_place =
        ReturnedLine { line: WhichLine::Position(0), part: LinePart::Quantity(decimal("1")) };
    let sold = WhichLine::Sku(name("breakfast"));
    let by_sku = ReturnedLine { line: sold.clone(), part: LinePart::Amount(decimal("5.00")) };
    let whole = ReturnedLine { line: sold, part: LinePart::Whole };
    Reverse {
        member: member("m-100042"),
        activity: reference("F-100042"),
        reference: None,
        extent: Extent::Lines(vec![by_place, by_sku, whole]),
    }
    .into()
}

pub(super) fn transfer() -> Command {
    Transfer {
        from: member("m-100042"),
        to: member("m-2"),
        unit: name("points"),
        amount: decimal("100"),
        reference: reference("T-1"),
    }
    .into()
}

pub(super) fn assign_tier() -> Command {
    AssignTier {
        member: member("m-100042"),
        tier: name("gold"),
        until: Some(at("2027-01-01T00:00:00Z")),
        reason: text("match"),
    }
    .into()
}

pub(super) fn extend() -> Command {
    Extend {
        unit: name("points"),
        expiring_from: Some(at("2026-01-01T00:00:00Z")),
        expiring_until: at("2026-06-01T00:00:00Z"),
        to: at("2027-01-01T00:00:00Z"),
        members: Some(vec![member("m-100042"), member(UUID)]),
    }
    .into()
}

pub(super) fn confirm() -> Command {
    Confirm { member: member("m-100042"), activity: reference("F-100042") }.into()
}

pub(super) fn release() -> Command {
    let amount = Some(decimal("50"));
    Release { member: member("m-100042"), hold: reference("H-7"), amount }.into()
}

pub(super) fn advance() -> Command {
    Advance { to: at("2026-03-05T00:00:00Z") }.into()
}

pub(super) fn reward() -> Command {
    let price = RedeemPrice::Reward {
        reward: name("night"),
        quantity: Some(2),
        amount: Some(decimal("40")),
        order: Some(Money::from(decimal("99"))),
    };
    Redeem { member: member("m-100042"), reference: reference("R-100042"), price }.into()
}
