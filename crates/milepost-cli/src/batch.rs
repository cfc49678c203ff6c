//! From lines to batches of commands.
//!
//! Neighbouring lines with the same `atomic` are one atomic batch (R-CMD-5); the others are handed
//! in together, but each stands alone.

use milepost::command::Body;
use milepost::line::{self, Line, LineError, Mode};
use milepost::{Code, Detail, Instant, Key, Name, Refusal, Request};
use serde_json::Value;

use crate::args::ClockChoice;
use crate::programme_file::Opener;

/// So many commands that stand alone are handed in together at most. Enough to make the cost of a
/// hand-over small, few enough that the first answers come soon.
const TOGETHER: usize = 512;

/// A line that was read: a request, or the refusal of a malformed one.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) key: Option<Key>,
    atomic: Option<Name>,
    pub(crate) asked: Result<Request, Refusal>,
}

/// Lines that are handed in together, in order.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) items: Vec<Item>,
    /// Its name, if it is atomic.
    pub(crate) atomic: Option<Name>,
}

/// Reads command lines and gives each the time it has to have.
#[derive(Debug)]
pub(crate) struct Reader {
    choice: ClockChoice,
    opener: Opener,
    /// The time of the last line, where commands drive the clock.
    last: Option<Instant>,
}

impl Reader {
    /// A reader that has read nothing yet, of lines that name files as the opener finds them.
    pub(crate) fn new(choice: ClockChoice, opener: Opener) -> Reader {
        Reader { choice, opener, last: None }
    }

    /// Sets the time for the lines that follow without one.
    pub(crate) fn set_time(&mut self, at: Instant) {
        self.last = Some(at);
    }

    /// The time of the last line.
    pub(crate) fn time(&self) -> Option<Instant> {
        self.last
    }

    /// Reads a line. A malformed one is refused later, at its place.
    ///
    /// # Errors
    /// If it is not JSON in UTF-8: then nobody knows what else may be wrong.
    pub(crate) fn read(&mut self, bytes: &[u8]) -> Result<Item, LineError> {
        let read = match str::from_utf8(bytes) {
            Ok(text) => self.opener.open(text).and_then(|text| line::read_command(&text)),
            Err(_) => line::read_command_bytes(bytes),
        };
        match read {
            Err(error @ LineError::Malformed { .. }) => Ok(Item::malformed(bytes, error)),
            Err(error) => Err(error),
            Ok(line) => Ok(self.item(line)),
        }
    }

    /// What a well-formed line asks.
    pub(crate) fn item(&mut self, mut line: Line) -> Item {
        let (key, atomic) = (line.command.key.clone(), line.atomic.clone());
        let asked = match self.choice {
            ClockChoice::System => Ok(Request::of_line(line)),
            ClockChoice::Commands => match line.at.or(self.last) {
                None => Err(no_time()),
                Some(at) => {
                    line.at = Some(at);
                    self.last = Some(time_after(&line, at));
                    Ok(Request::of_line(line))
                }
            },
        };
        Item { key, atomic, asked }
    }
}

/// The time of lines that follow without one: after `advance`, its `to`.
fn time_after(line: &Line, at: Instant) -> Instant {
    if let Body::Advance(advance) = &line.command.body
        && line.mode == Mode::Real
    {
        return at.max(advance.to);
    }
    at
}

fn no_time() -> Refusal {
    let message = "at: the first line has to name the time, because commands drive the clock";
    Refusal::new(Code::Malformed, message).with("field", Detail::Text("at".into()))
}

impl Item {
    /// A line that is no well-formed command.
    pub(crate) fn malformed(bytes: &[u8], error: LineError) -> Item {
        let refusal = malformed(&error);
        let key = if let LineError::Malformed { key, .. } = error { key } else { None };
        Item { key, atomic: atomic_of(bytes), asked: Err(refusal) }
    }
}

/// The refusal of a line that is not well formed.
pub(crate) fn malformed(error: &LineError) -> Refusal {
    let refusal = Refusal::new(Code::Malformed, error.to_string());
    if let LineError::Malformed { field, .. } = error {
        return refusal.with("field", Detail::Text(field.clone()));
    }
    refusal
}

/// Which atomic batch a malformed line belongs to: it makes the others of it fail.
fn atomic_of(bytes: &[u8]) -> Option<Name> {
    let object: Value = serde_json::from_slice(bytes).ok()?;
    object.get("atomic")?.as_str()?.parse().ok()
}

/// Collects lines into batches.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    items: Vec<Item>,
}

impl Collector {
    /// Adds a line. Gives the batch before it, if the line does not belong to it.
    pub(crate) fn add(&mut self, item: Item) -> Option<Batch> {
        let full = item.atomic.is_none() && self.items.len() >= TOGETHER;
        let goes_on = self.items.first().is_none_or(|first| first.atomic == item.atomic);
        let done = if full || !goes_on { self.take() } else { None };
        self.items.push(item);
        done
    }

    /// What was collected, at a pause: an atomic batch may still go on and stays.
    pub(crate) fn pause(&mut self) -> Option<Batch> {
        match self.atomic() {
            Some(_) => None,
            None => self.take(),
        }
    }

    /// What was collected, at the end.
    pub(crate) fn take(&mut self) -> Option<Batch> {
        let atomic = self.atomic().cloned();
        let items = std::mem::take(&mut self.items);
        (!items.is_empty()).then_some(Batch { items, atomic })
    }

    /// The name of the atomic batch that is being collected.
    pub(crate) fn atomic(&self) -> Option<&Name> {
        self.items.first()?.atomic.as_ref()
    }
}
