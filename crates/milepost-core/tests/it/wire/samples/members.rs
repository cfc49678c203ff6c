//! Commands about who a member is, and about the programme, and their events.

use milepost_core::command::{Attributes, Close, Command, Consent, Merge, Revise};
use milepost_core::event::{Event, Fact, LotNo, MergedState};
use milepost_core::names::MemberKey;
use milepost_core::programme::OnClose;
use milepost_core::wire::Recorded;

use super::{Sample, sample};
use crate::wire::{at, member, name, recorded_at, text};

fn attributes() -> Command {
    let set = vec![(name("market"), text("de")), (name("phone"), text("+351 1"))];
    Attributes { member: member("m-100042"), set, unset: vec![name("group")] }.into()
}

fn consent() -> Command {
    Consent { member: member("m-100042"), purpose: name("mail"), given: true }.into()
}

fn close() -> Command {
    Close { member: member("m-100042") }.into()
}

fn merge() -> Command {
    Merge { from: member("m-2"), into: member("m-100042") }.into()
}

fn revise() -> Command {
    let programme = "name = \"Sample\"\n".into();
    Revise { programme, effective_at: Some(at("2026-04-01T00:00:00Z")) }.into()
}

/// A command of every kind.
pub(super) fn commands() -> Vec<Sample> {
    let commands = [
        ("attributes", attributes()),
        ("consent", consent()),
        ("close", close()),
        ("merge", merge()),
        ("revise", revise()),
    ];
    let command = |(name, command): (&str, Command)| {
        sample(&format!("command-{name}"), Recorded::Command(command), vec![])
    };
    commands.map(command).into()
}

/// An event of every kind.
pub(super) fn events() -> Vec<Sample> {
    let set = vec![(name("market"), text("de"))];
    let changed = Fact::AttributesChanged { set, unset: vec![name("group"), name("phone")] };
    let state = MergedState([1, 0, 42].into());
    let from = Fact::MergedFrom { from: MemberKey([1; 16]), first_lot: LotNo(7), state };
    vec![
        event("attributes_changed", attributes(), changed),
        event(
            "consent_changed",
            consent(),
            Fact::ConsentChanged { purpose: name("mail"), given: true },
        ),
        event("closed", close(), Fact::Closed { on_close: OnClose::Keep }),
        event("merged_into", merge(), Fact::MergedInto { into: MemberKey([2; 16]) }),
        event("merged_from", merge(), from),
        event("programme_revised", revise(), Fact::ProgrammeRevised { version: 2 }),
    ]
}

fn event(name: &str, command: Command, fact: Fact) -> Sample {
    let who = u32::from(matches!(fact, Fact::MergedFrom { .. }));
    let revises = matches!(fact, Fact::ProgrammeRevised { .. });
    let effective_at = if revises { at("2026-04-01T00:00:00Z") } else { recorded_at() };
    let events = vec![Event { who, effective_at, fact }];
    sample(&format!("event-{name}"), Recorded::Command(command), events)
}
