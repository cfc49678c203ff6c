//! A body: length of the command, command, number of events, events.

use super::codec::{Dec, Enc, Put, Short, Take, at_end, reader, take_bytes, writer};
use super::command::{body_of, put_command, take_command};
use super::event::{self, put_events, take_events};
use super::shared::Shared;
use super::{Body, Genesis, Kind, MAX_BODY, Recorded, RecordedRef, Schema, WireError};
use crate::event::{Event, EventRef};
use crate::time::Instant;

/// Appends a body in the newest schema.
pub(super) fn put(
    recorded: RecordedRef<'_>,
    events: &[Event],
    recorded_at: Instant,
    out: &mut Vec<u8>,
) -> Result<(), WireError> {
    let start = out.len();
    let limit = start.saturating_add(MAX_BODY);
    let schema = Schema::NEWEST;
    put_recorded(recorded, &mut writer(out, limit, schema))?;
    let end = out.len();
    Short::len(end.saturating_sub(start))?.put(&mut writer(out, limit, schema))?;
    // How long the length is, is known only behind the command; it belongs before it.
    let length = out.len().saturating_sub(end);
    out.get_mut(start..).unwrap_or_default().rotate_right(length);
    put_events(events, &Shared::of(recorded, recorded_at), &mut writer(out, limit, schema))
}

/// Reads a body.
pub(super) fn take(
    (kind, schema): (Kind, Schema),
    recorded_at: Instant,
    bytes: &[u8],
) -> Result<Body, WireError> {
    let mut from = reader(bytes, schema);
    let command = take_command_bytes(&mut from)?;
    let mut events = Vec::new();
    let mut shared = Shared::nothing(recorded_at);
    shared.read(kind, (schema, command))?;
    take_events(&shared, &mut from, &mut events)?;
    at_end(&mut from)?;
    Ok(Body { command: take_recorded(kind, (schema, command))?, events })
}

/// Reads the events of a body.
pub(super) fn take_events_only(
    (kind, schema): (Kind, Schema),
    recorded_at: Instant,
    bytes: &[u8],
    events: &mut Vec<Event>,
) -> Result<(), WireError> {
    let mut from = reader(bytes, schema);
    let command = take_command_bytes(&mut from)?;
    let mut shared = Shared::nothing(recorded_at);
    shared.read(kind, (schema, command))?;
    take_events(&shared, &mut from, events)?;
    at_end(&mut from)
}

/// Reads the events of a body as folds need them.
pub(super) fn take_event_refs<'a, E: From<WireError>>(
    (kind, schema): (Kind, Schema),
    recorded_at: Instant,
    bytes: &'a [u8],
    see: impl FnMut(EventRef<'a>) -> Result<(), E>,
) -> Result<(), E> {
    let mut from = reader(bytes, schema);
    let command = take_command_bytes(&mut from)?;
    let mut shared = Shared::nothing(recorded_at);
    shared.read(kind, (schema, command))?;
    event::take_event_refs(&shared, &mut from, see)?;
    Ok(at_end(&mut from)?)
}

fn take_command_bytes<'a>(from: &mut Dec<'a>) -> Result<&'a [u8], WireError> {
    let len = Short::take(from)?;
    take_bytes(from, len.index())
}

fn put_recorded(recorded: RecordedRef<'_>, out: &mut Enc<'_>) -> Result<(), WireError> {
    match recorded {
        RecordedRef::Genesis(Genesis { programme, effective_at }) => {
            effective_at.put(out)?;
            programme.put(out)
        }
        RecordedRef::Command(command) => put_command(command, out),
    }
}

fn take_recorded(kind: Kind, (schema, bytes): (Schema, &[u8])) -> Result<Recorded, WireError> {
    let from = &mut reader(bytes, schema);
    let recorded = if let Some(body) = body_of(kind) {
        Recorded::Command(take_command(body, from)?)
    } else {
        let (effective_at, programme) = Take::take(from)?;
        Recorded::Genesis(Genesis { programme, effective_at })
    };
    at_end(from)?;
    Ok(recorded)
}
