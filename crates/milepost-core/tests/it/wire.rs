//! The bytes of entry bodies: what they are for ever, what comes back, what is refused.

mod broken;
mod commands;
mod facts;
mod golden;
mod limits;
mod round_trip;
mod samples;
mod sizes;

use milepost_core::event::{Event, EventRef};
use milepost_core::names::{MemberId, Name, Reference, Text};
use milepost_core::time::Instant;
use milepost_core::wire::{self, Recorded, WireError};

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn reference(text: &str) -> Reference {
    text.parse().unwrap()
}

fn text(text: &str) -> Text {
    text.parse().unwrap()
}

fn member(text: &str) -> MemberId {
    text.parse().unwrap()
}

/// When the entries of these tests were recorded.
fn recorded_at() -> Instant {
    at("2026-03-05T12:00:00Z")
}

fn encoded(recorded: &Recorded, events: &[Event]) -> Vec<u8> {
    let mut out = Vec::new();
    wire::encode(recorded, events, recorded_at(), &mut out).unwrap();
    out
}

/// The events as folds are shown them.
fn shown(kind: u8, schema: u8, bytes: &[u8]) -> Result<Vec<EventRef<'_>>, WireError> {
    let mut events = Vec::new();
    wire::decode_event_refs(kind, schema, recorded_at(), bytes, |event| {
        events.push(event);
        Ok(())
    })
    .map(|()| events)
}
