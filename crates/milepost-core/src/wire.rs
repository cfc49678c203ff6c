//! The bytes of an entry's body: the accepted command and the events it caused. `docs/FORMAT.md`
//! has every byte.
//!
//! A body is the length of the command, the command, the number of events, the events. Who reads only
//! the events, as a replay does, skips the command but for what the events leave to it. What the frame
//! of the entry has already stands in no body: the time of recording, the digest of the key, which
//! kind and which schema it is.
//!
//! A schema is frozen: golden bytes in `tests/golden` fail when it changes. Another schema is another
//! number beside it, and the old one stays readable. Schema 2 has shorter amounts and times than 1,
//! and is the same else.

mod body;
mod breakdown;
mod codec;
mod command;
mod context;
mod error;
mod event;
mod field;
mod gift;
mod kind;
mod numbers;
mod optional;
mod returned;
mod said;
mod shared;
mod tiers;
mod values;

use crate::command::Command;
use crate::event::{Event, EventRef};
use crate::time::Instant;

pub(crate) use context::{context_bytes, context_of_bytes};
pub use error::WireError;
pub use kind::Kind;

/// The schema that [`encode`] writes.
pub const SCHEMA: u8 = 2;

/// How amounts and times are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Schema {
    /// In eight bytes each.
    One,
    /// In as few bytes as they need.
    Two,
}

impl Schema {
    /// That of [`SCHEMA`].
    const NEWEST: Schema = Schema::Two;
}

impl TryFrom<u8> for Schema {
    type Error = WireError;

    fn try_from(number: u8) -> Result<Schema, WireError> {
        match number {
            1 => Ok(Schema::One),
            SCHEMA => Ok(Schema::Two),
            unknown => Err(WireError::Schema(unknown)),
        }
    }
}

/// The longest body in bytes: half of what the log allows for an entry, so that its frame and the
/// members it touches have room.
pub const MAX_BODY: usize = 1 << 29;

/// What an entry records beside its events.
// A ledger has one genesis: a box would cost every command an allocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// How the ledger began: the entry with sequence number 0.
    Genesis(Genesis),
    /// A command. Its key is not kept: the frame has the key's digest.
    Command(Command),
}

/// How a ledger begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Genesis {
    /// The first programme, as TOML text.
    pub programme: Box<str>,
    /// From when on it is in force.
    pub effective_at: Instant,
}

/// What the body of an entry holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// What was asked.
    pub command: Recorded,
    /// What came of it.
    pub events: Vec<Event>,
}

/// What an entry records, borrowed: so that a command need not be moved to be written.
#[derive(Clone, Copy, Debug)]
pub enum RecordedRef<'a> {
    /// How the ledger began.
    Genesis(&'a Genesis),
    /// A command.
    Command(&'a Command),
}

impl<'a> From<&'a Recorded> for RecordedRef<'a> {
    fn from(recorded: &'a Recorded) -> RecordedRef<'a> {
        match recorded {
            Recorded::Genesis(genesis) => RecordedRef::Genesis(genesis),
            Recorded::Command(command) => RecordedRef::Command(command),
        }
    }
}

impl<'a> From<&'a Command> for RecordedRef<'a> {
    fn from(command: &'a Command) -> RecordedRef<'a> {
        RecordedRef::Command(command)
    }
}

/// The number under which the frame of the entry says what it is.
pub fn kind<'a>(recorded: impl Into<RecordedRef<'a>>) -> Kind {
    match recorded.into() {
        RecordedRef::Genesis(_) => Kind::Genesis,
        RecordedRef::Command(command) => command::kind_of(&command.body),
    }
}

/// Appends the body of an entry to `out`, in [`SCHEMA`]. Nothing is allocated but what `out` grows by.
///
/// # Errors
/// [`WireError::Value`] if a decimal has more than 30 digits or a date of birth is none, both of which
/// the line format cannot say; [`WireError::TooLong`] beyond [`MAX_BODY`]. `out` is then as it was.
pub fn encode<'a>(
    recorded: impl Into<RecordedRef<'a>>,
    events: &[Event],
    recorded_at: Instant,
    out: &mut Vec<u8>,
) -> Result<(), WireError> {
    let start = out.len();
    let result = body::put(recorded.into(), events, recorded_at, out);
    if result.is_err() {
        out.truncate(start);
    }
    result
}

/// Reads the body of an entry whose frame has this kind, schema and time.
///
/// # Errors
/// If the bytes are not exactly one body of a known kind and schema; see [`WireError`].
pub fn decode(kind: u8, schema: u8, recorded_at: Instant, bytes: &[u8]) -> Result<Body, WireError> {
    let kind = checked_kind(kind, bytes)?;
    body::take((kind, schema.try_into()?), recorded_at, bytes)
}

/// Reads only the events and appends them to `events`; of the command no more is read than what the
/// events leave to it. This is the way of a replay: what is allocated is what the events own.
///
/// # Errors
/// As [`decode`], but for what is wrong in the rest of the command. `events` is then as it was.
pub fn decode_events_into(
    kind: u8,
    schema: u8,
    recorded_at: Instant,
    bytes: &[u8],
    events: &mut Vec<Event>,
) -> Result<(), WireError> {
    let start = events.len();
    let kind = checked_kind(kind, bytes)?;
    let result = body::take_events_only((kind, schema.try_into()?), recorded_at, bytes, events);
    if result.is_err() {
        events.truncate(start);
    }
    result
}

/// Reads the events as folds need them, and shows each as it is read: of what comes most often nothing
/// is made that a fold does not ask for.
///
/// # Errors
/// As [`decode_events_into`], but for what is wrong in what is passed over; or what `see` fails with.
/// The events before the fault have been seen then.
pub fn decode_event_refs<'a, E: From<WireError>>(
    kind: u8,
    schema: u8,
    recorded_at: Instant,
    bytes: &'a [u8],
    see: impl FnMut(EventRef<'a>) -> Result<(), E>,
) -> Result<(), E> {
    let kind = checked_kind(kind, bytes)?;
    body::take_event_refs((kind, schema.try_into()?), recorded_at, bytes, see)
}

fn checked_kind(kind: u8, bytes: &[u8]) -> Result<Kind, WireError> {
    if bytes.len() > MAX_BODY { Err(WireError::TooLong) } else { Kind::try_from(kind) }
}
