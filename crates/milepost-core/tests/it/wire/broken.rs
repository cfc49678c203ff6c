//! Damaged bodies: whatever happens to the bytes, they are read or refused, never believed halfway.

use milepost_core::event::EventRef;
use milepost_core::wire::{self, SCHEMA, WireError};

use super::samples::{self, Sample};
use super::{encoded, golden, recorded_at, shown};

fn kind(sample: &Sample) -> u8 {
    wire::kind(&sample.recorded).number()
}

fn earn() -> Sample {
    let [(command, events), _] = samples::earn();
    Sample { name: "earn".into(), recorded: wire::Recorded::Command(command), events }
}

#[test]
fn a_body_that_ends_early_is_refused_at_every_byte() {
    for (schema, sample, bytes) in golden::all() {
        for end in 0..bytes.len() {
            let body = wire::decode(kind(&sample), schema, recorded_at(), &bytes[..end]);
            assert_eq!(body, Err(WireError::Short), "{} to {end}", sample.name);
            let shown = shown(kind(&sample), schema, &bytes[..end]);
            assert_eq!(shown, Err(WireError::Short), "{} to {end}", sample.name);
        }
    }
}

#[test]
fn a_body_that_goes_on_is_refused() {
    for (schema, sample, mut bytes) in golden::all() {
        bytes.push(0);
        let body = wire::decode(kind(&sample), schema, recorded_at(), &bytes);
        assert_eq!(body, Err(WireError::Trailing), "{}", sample.name);
        let shown = shown(kind(&sample), schema, &bytes);
        assert_eq!(shown, Err(WireError::Trailing), "{}", sample.name);
    }
}

#[test]
fn every_flipped_bit_is_refused_or_read_as_something_that_can_be_written() {
    for (schema, sample, bytes) in golden::all() {
        for place in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[place / 8] ^= 1 << (place % 8);
            survives((schema, &sample), &bytes);
        }
    }
}

#[test]
fn every_other_byte_is_refused_or_read_as_something_that_can_be_written() {
    for (schema, sample, bytes) in golden::all() {
        for place in 0..bytes.len() {
            for byte in [0, 1, 0x7f, 0x80, 0xfe, 0xff] {
                let mut bytes = bytes.clone();
                bytes[place] = byte;
                survives((schema, &sample), &bytes);
            }
        }
    }
}

/// What is read of damaged bytes is a body: it can be written and read again.
fn survives((schema, sample): (u8, &Sample), bytes: &[u8]) {
    let mut events = Vec::new();
    let short = wire::decode_events_into(kind(sample), schema, recorded_at(), bytes, &mut events);
    let shown = shown(kind(sample), schema, bytes);
    if let Ok(body) = wire::decode(kind(sample), schema, recorded_at(), bytes) {
        let whole: Vec<EventRef<'_>> = body.events.iter().map(EventRef::from).collect();
        assert_eq!(shown, Ok(whole), "{}", sample.name);
        assert_eq!((short, &events), (Ok(()), &body.events), "{}", sample.name);
        let again = encoded(&body.command, &body.events);
        assert_eq!(wire::decode(kind(sample), SCHEMA, recorded_at(), &again), Ok(body));
    }
    if short.is_err() {
        assert!(events.is_empty(), "{}", sample.name);
    }
}

#[test]
fn another_kind_or_schema_is_refused() {
    let sample = earn();
    let bytes = encoded(&sample.recorded, &sample.events);
    let decode = |kind, schema| wire::decode(kind, schema, recorded_at(), &bytes);
    for kind in [0, 17, 255] {
        assert_eq!(decode(kind, SCHEMA), Err(WireError::Kind(kind)));
    }
    for schema in [0, SCHEMA + 1, 255] {
        assert_eq!(decode(3, schema), Err(WireError::Schema(schema)));
    }
    assert!(decode(3, 1).is_err(), "read in the schema before");
    for kind in (1..=16).filter(|kind| *kind != 3) {
        assert!(decode(kind, SCHEMA).is_err(), "read as {kind}");
    }
}

#[test]
fn unknown_events_and_flags_are_refused() {
    let debited = |sample: &Sample| sample.name == "event-debited";
    let sample = samples::all().into_iter().find(debited).unwrap();
    let bytes = encoded(&sample.recorded, &sample.events);
    let events_at = usize::from(bytes[0]) + 1;
    let with = |at: usize, byte: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = byte;
        wire::decode(kind(&sample), SCHEMA, recorded_at(), &bytes)
    };
    assert_eq!(with(events_at + 1, 0), Err(WireError::Event(0)));
    assert_eq!(with(events_at + 1, 24), Err(WireError::Event(24)));
    let flags = bytes[events_at + 2];
    let unknown = with(events_at + 2, flags | 0x80);
    assert_eq!(unknown, Err(WireError::Choice { what: "flags", found: 1 }));
    assert_eq!(with(1, 0x10), Err(WireError::Choice { what: "flags", found: 0x10 }));
}

#[test]
fn events_that_are_refused_leave_the_list_as_it_was() {
    let sample = earn();
    let bytes = encoded(&sample.recorded, &sample.events);
    let mut events = sample.events.clone();
    let short = &bytes[..bytes.len() - 1];
    let result = wire::decode_events_into(3, SCHEMA, recorded_at(), short, &mut events);
    assert_eq!(result, Err(WireError::Short));
    assert_eq!(events, sample.events);
}
