//! One body for every kind of command and for every kind of event.

mod commands;
mod events;
mod gifts;
mod members;

use milepost_core::breakdown::Breakdown;
use milepost_core::command::{Activity, Command, Record};
use milepost_core::decimal::Decimal;
use milepost_core::event::{ActivityNo, Event, Fact, Spend};
use milepost_core::programme::{RuleIx, UnitIx};
use milepost_core::ratio::{Ratio, Rounding};
use milepost_core::wire::{Genesis, Recorded};

use super::{at, member, name, recorded_at, reference};
use commands::{
    activity, advance, assign_tier, capture, compensate, confirm, debit, enrol, enrol_referred,
    extend, full_record, grant, hold, occurred_at, record, redeem, refund, release, reverse,
    reverse_case, reverse_lines, reward, transfer,
};
use events::{lot, part, recorded};

/// What goes into a body, and under which name its bytes are kept.
pub(super) struct Sample {
    pub(super) name: String,
    pub(super) recorded: Recorded,
    pub(super) events: Vec<Event>,
}

/// All samples: first the commands, then the events.
pub(super) fn all() -> Vec<Sample> {
    let events = events::all().into_iter().chain(members::events());
    commands().into_iter().chain(members::commands()).chain(events).chain(gifts::all()).collect()
}

fn sample(name: &str, recorded: Recorded, events: Vec<Event>) -> Sample {
    Sample { name: name.into(), recorded, events }
}

fn commands() -> Vec<Sample> {
    let programme = "name = \"Sample\"\n".into();
    let genesis = Genesis { programme, effective_at: at("2026-01-01T00:00:00Z") };
    let genesis = sample("command-genesis", Recorded::Genesis(genesis), vec![]);
    let commands = [
        ("enrol", enrol()),
        ("enrol-referred", enrol_referred()),
        ("compensate", compensate()),
        ("reverse-case", reverse_case()),
        ("record", record()),
        ("record-full", full_record()),
        ("confirm", confirm()),
        ("grant", grant()),
        ("debit", debit()),
        ("hold", hold()),
        ("capture", capture()),
        ("release", release()),
        ("redeem", redeem()),
        ("redeem-reward", reward()),
        ("refund", refund()),
        ("reverse", reverse()),
        ("reverse-lines", reverse_lines()),
        ("transfer", transfer()),
        ("assign_tier", assign_tier()),
        ("extend", extend()),
        ("advance", advance()),
    ];
    let commands = commands.map(|(name, command)| {
        sample(&format!("command-{name}"), Recorded::Command(command), vec![])
    });
    [genesis].into_iter().chain(commands).collect()
}

/// The commonest entry: a stay that earned one lot, with what was paid or with what was counted.
pub(super) fn earn() -> [(Command, Vec<Event>); 2] {
    let nights = vec![(name("nights"), Decimal::from(3))];
    let counted = Activity { spend: None, quantities: nights, ..activity() };
    let counted = Record { member: member("m-100042"), activity: counted }.into();
    let earned = |spend, counted: Ratio| {
        let stay = recorded("F-100042", spend);
        let award = Fact::Earned {
            lot: lot(),
            activity: ActivityNo(1),
            rule: RuleIx(0),
            rounding: Rounding::Down,
            how: Breakdown::plain(counted),
        };
        [stay, award].map(|fact| Event { who: 0, effective_at: occurred_at(), fact }).into()
    };
    let spend = Spend { minor: 14490, currency: "EUR".parse().unwrap(), rate: None };
    let money = Ratio::new(14490, 100).unwrap();
    [(record(), earned(Some(spend), money)), (counted, earned(None, Ratio::whole(3)))]
}

/// A redemption from two lots.
pub(super) fn redemption() -> (Command, Vec<Event>) {
    let fact = Fact::Redeemed {
        reference: reference("R-100042"),
        unit: UnitIx(0),
        parts: vec![part(1, 1000), part(2, 200)],
        worth: None,
    };
    (redeem(), vec![Event { who: 0, effective_at: recorded_at(), fact }])
}
