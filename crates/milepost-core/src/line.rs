//! The line format of commands: one JSON object a line, as it is applied, collected by an offline
//! device, imported, and written in scenario scripts. It is also the serde form of [`Command`].
//!
//! Reading is strict: unknown fields, repeated keys, `null`, and numbers that are not whole are
//! malformed wherever they stand. Names and amounts are not judged here, that takes a programme.

mod content;
mod fields;
mod json;
mod object;
mod read;
mod returned;
mod sheet;
mod values;
mod write;

use std::fmt;

use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::command::Command;
use crate::names::{Key, Name};
use crate::time::Instant;

pub use content::first_difference;
pub use object::Object;
pub use write::{write_command, write_line};

/// A command and what its line says about how to take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The command.
    pub command: Command,
    /// The ledger's clock for it, where commands drive the clock.
    pub at: Option<Instant>,
    /// Neighbouring lines with the same name are one atomic batch (R-CMD-5).
    pub atomic: Option<Name>,
    /// Whether it is to be done or only judged.
    pub mode: Mode,
}

/// Whether a command is to be done or only judged (R-CMD-7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// It is done; the default.
    #[default]
    Real,
    /// It is judged, and nothing is written.
    DryRun,
}

/// A line that is no command. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LineError {
    /// The text is not one JSON object in UTF-8: whoever wrote it does not speak the format. Stop
    /// and look at the source of the lines.
    #[error("not a JSON object, at column {column}: {message}")]
    NotJson {
        /// The byte at which it was noticed, counted from 1 in its row of the text.
        column: usize,
        /// What was expected or found there.
        message: String,
    },
    /// The object is not a well-formed command. Answer it with a refusal of code `malformed` and
    /// go on with the next line; the sender has to fix this one.
    #[error("{}{reason}", Prefix(field))]
    Malformed {
        /// The command's key, if it could be read.
        key: Option<Key>,
        /// The dotted path of the field, such as `activity.lines.0.amount`; empty for the line as a
        /// whole. Foreign names in it are cut to 64 characters.
        field: String,
        /// What was expected and what was found. No text of the line is repeated in it, since it
        /// may be personal (R-PRIV-1).
        reason: String,
    },
}

/// A field's name before a message, if there is one.
struct Prefix<'a>(&'a str);

impl fmt::Display for Prefix<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, "{}: ", self.0) }
    }
}

/// Reads one line.
///
/// # Errors
/// If it is not a JSON object, or not a well-formed command.
pub fn read_command(text: &str) -> Result<Line, LineError> {
    Object::parse(text)?.read()
}

/// Reads one line that may not even be UTF-8.
///
/// # Errors
/// If it is not a JSON object in UTF-8, or not a well-formed command.
pub fn read_command_bytes(bytes: &[u8]) -> Result<Line, LineError> {
    let text = str::from_utf8(bytes).map_err(|error| LineError::NotJson {
        column: error.valid_up_to().saturating_add(1),
        message: "not UTF-8".to_owned(),
    })?;
    read_command(text)
}

impl From<Command> for Line {
    /// The line that does the command, without a time of its own.
    fn from(command: Command) -> Line {
        Line { command, at: None, atomic: None, mode: Mode::Real }
    }
}

impl Serialize for Command {
    /// The command as the line format writes it.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_command(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Command {
    /// Reads the line format, from `serde_json` only: repeated keys and long numbers are seen in
    /// the text. What belongs to the line (`at`, `atomic`, `dry_run`) has no place in a command.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Command, D::Error> {
        let text = Box::<RawValue>::deserialize(deserializer)?;
        let line = read_command(text.get()).map_err(D::Error::custom)?;
        match line {
            Line { command, at: None, atomic: None, mode: Mode::Real } => Ok(command),
            _ => Err(D::Error::custom("at, atomic and dry_run belong to a line")),
        }
    }
}
