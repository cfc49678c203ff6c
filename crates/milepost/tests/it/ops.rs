//! Random streams of commands over a few members, under programmes that let points die in every
//! way. References are few, so that commands find what others left.

use milepost::command::{
    Activity, Advance, AssignTier, Body, Capture, Command, Confirm, Debit, Extend, Extent, Grant,
    Hold, Line, LinePart, Record, Redeem, Refund, Release, Rest, ReturnedLine, Reverse, Transfer,
    WhichLine,
};
use milepost::{Instant, Reference, Request};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::Union;

use crate::support::{enrol, hour, who};

pub(crate) const MEMBERS: [&str; 4] = ["ann", "bob", "cyd", "dee"];

/// Ways in which the points of a programme live and die.
const UNITS: [&str; 6] = [
    "",
    r#"expiry = { after = "1 months", round = "end-of-month" }"#,
    "pending = \"5 days\"\nexpiry = { after = \"20 days\", from = \"available\" }",
    "pending = \"until-confirmed\"\nexpiry = { after = \"30 days\" }\nshortfall = \"forgive\"",
    r#"expiry = { inactivity = "15 days", round = "end-of-day", renewed_by = ["stay", "redeem"] }"#,
    "expiry = { after = \"10 days\" }\nrefund_expired = { grace = \"4 days\" }\nhold_for = \"6 days\"",
];

fn programme(unit: &str) -> String {
    format!(
        r#"
name = "Random"
timezone = "America/Toronto"
currency = "CAD"
[units.points]
transfer = {{}}
{unit}
[[tiers]]
id = "blue"
[[tiers]]
id = "gold"
[[earn]]
id = "stays"
unit = "points"
on = ["stay"]
rate = {{ per = "1.00", earn = "1.5" }}
limit = [{{ amount = "60", per = "week" }}]
budget = "900"
[[earn]]
id = "again"
unit = "points"
on = ["stay"]
fixed = "3"
when = {{ min_spend = "20.00" }}
limit = [{{ count = 3, per = "day" }}]
on_reversal = "re-evaluate"
"#
    )
}

pub(crate) fn programmes() -> impl Strategy<Value = String> {
    Union::new(UNITS.map(Just)).prop_map(programme)
}

/// A command, and how many hours after the one before.
#[derive(Clone, Debug)]
pub(crate) struct Op {
    pub(crate) after: i64,
    pub(crate) command: Command,
}

impl Op {
    /// Whether it sets the clock by itself.
    pub(crate) fn is_sweep(&self) -> bool {
        matches!(self.command.body, Body::Advance(_))
    }

    pub(crate) fn request(&self, at: Instant) -> Request {
        Request::new(self.command.clone()).at(at)
    }
}

/// When each command is given: the ledger begins at the beginning of the year.
pub(crate) fn with_times(ops: &[Op]) -> Vec<(Instant, &Op)> {
    let mut hours = 0;
    let timed = ops.iter().map(|op| {
        hours += op.after;
        (hour(hours), op)
    });
    timed.collect()
}

pub(crate) fn streams() -> impl Strategy<Value = Vec<Op>> {
    vec((prop_oneof![0..3_i64, 0..60_i64], commands()), 5..60).prop_map(|steps| {
        let all_join = MEMBERS.iter().map(|id| Op { after: 0, command: enrol(id) });
        all_join.chain(steps.into_iter().map(|(after, command)| Op { after, command })).collect()
    })
}

pub(crate) fn commands() -> impl Strategy<Value = Command> {
    prop_oneof![
        5 => (member(), reference(), 1..200_i64, option::of(0..900_i64)).prop_map(record),
        3 => (member(), reference()).prop_map(confirm),
        4 => (member(), amount(), option::of(1..900_i64), option::of(0..500_i64)).prop_map(grant),
        2 => (member(), amount()).prop_map(debit),
        3 => (member(), reference(), amount(), option::of(0..1500_i64)).prop_map(hold),
        3 => (member(), reference(), reference(), option::of(amount()), any::<bool>())
            .prop_map(capture),
        2 => (member(), reference(), option::of(amount())).prop_map(release),
        4 => (member(), reference(), amount()).prop_map(redeem),
        3 => (member(), reference(), option::of(amount())).prop_map(refund),
        3 => (member(), reference(), option::of(1..100_i64)).prop_map(reverse),
        3 => (member(), member(), amount()).prop_map(transfer),
        1 => (member(), any::<bool>(), option::of(0..600_i64)).prop_map(assign),
        1 => (0..900_i64, 0..1500_i64, any::<bool>()).prop_map(extend),
        1 => (0..1200_i64).prop_map(|to| Advance { to: hour(to) }.into()),
    ]
}

pub(crate) fn member() -> impl Strategy<Value = &'static str> {
    Union::new(MEMBERS.map(Just))
}

fn amount() -> impl Strategy<Value = i64> {
    1..120_i64
}

pub(crate) fn reference() -> impl Strategy<Value = Reference> {
    (0..4_u8).prop_map(|n| format!("R-{n}").parse().unwrap())
}

fn points() -> milepost::Name {
    "points".parse().unwrap()
}

/// Of an even spend there are two lines.
fn record((id, reference, spend, occurred): (&str, Reference, i64, Option<i64>)) -> Command {
    let mut activity = Activity::new("stay".parse().unwrap(), reference);
    activity = activity.with_spend(milepost::Decimal::from(spend));
    if spend % 2 == 0 {
        let line = |amount: i64| Line {
            sku: None,
            amount: amount.into(),
            quantity: None,
            attributes: Vec::new(),
        };
        activity.lines = vec![line(spend / 2), line(spend / 2)];
    }
    Record::new(who(id), Activity { occurred_at: occurred.map(hour), ..activity }).into()
}

fn confirm((id, activity): (&str, Reference)) -> Command {
    Confirm { member: who(id), activity }.into()
}

fn grant((id, n, expires, available): (&str, i64, Option<i64>, Option<i64>)) -> Command {
    let grant = Grant::new(who(id), points(), n.into(), "test".parse().unwrap());
    Grant { expires_at: expires.map(hour), available_at: available.map(hour), ..grant }.into()
}

fn debit((id, n): (&str, i64)) -> Command {
    let (unit, reason) = (points(), "test".parse().unwrap());
    Debit { member: who(id), unit, amount: n.into(), reason }.into()
}

fn hold((id, reference, n, until): (&str, Reference, i64, Option<i64>)) -> Command {
    let hold = Hold::new(who(id), points(), n.into(), reference);
    Hold { until: until.map(hour), ..hold }.into()
}

fn capture(
    (id, hold, reference, n, keep): (&str, Reference, Reference, Option<i64>, bool),
) -> Command {
    let capture = Capture::new(who(id), hold, reference);
    let rest = if keep { Rest::Keep } else { Rest::Release };
    Capture { amount: n.map(Into::into), rest, ..capture }.into()
}

fn release((id, hold, n): (&str, Reference, Option<i64>)) -> Command {
    Release { member: who(id), hold, amount: n.map(Into::into) }.into()
}

fn redeem((id, reference, n): (&str, Reference, i64)) -> Command {
    Redeem::new(who(id), reference, points(), n.into()).into()
}

fn refund((id, redemption, n): (&str, Reference, Option<i64>)) -> Command {
    Refund { amount: n.map(Into::into), ..Refund::new(who(id), redemption) }.into()
}

fn reverse((id, activity, money): (&str, Reference, Option<i64>)) -> Command {
    let extent = match money {
        None => Extent::Full,
        Some(n) if n % 3 == 0 => {
            let line = WhichLine::Position(u32::from(n % 2 == 0));
            let part = LinePart::Amount(n.into());
            Extent::Lines(vec![ReturnedLine { line, part }])
        }
        Some(n) => Extent::Money(milepost::Decimal::from(n).into()),
    };
    Reverse { extent, ..Reverse::new(who(id), activity) }.into()
}

fn transfer((from, to, n): (&str, &str, i64)) -> Command {
    let (unit, reference) = (points(), "T".parse().unwrap());
    Transfer { from: who(from), to: who(to), unit, amount: n.into(), reference }.into()
}

fn assign((id, gold, until): (&str, bool, Option<i64>)) -> Command {
    let tier = if gold { "gold" } else { "blue" }.parse().unwrap();
    let (until, reason) = (until.map(hour), "test".parse().unwrap());
    AssignTier { member: who(id), tier, until, reason }.into()
}

fn extend((until, to, all): (i64, i64, bool)) -> Command {
    let members = (!all).then(|| vec![who(MEMBERS[0]), who(MEMBERS[1])]);
    let (expiring_until, to) = (hour(until), hour(to));
    Extend { unit: points(), expiring_from: None, expiring_until, to, members }.into()
}
