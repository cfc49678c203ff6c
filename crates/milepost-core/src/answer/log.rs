//! An entry of the log, as `log` answers it.

use serde_json::Value;

use super::events::{Names, event};
use super::fields::Fields;
use crate::command::Actor;
use crate::event::Event;
use crate::time::Instant;

/// What the log keeps of an entry.
#[derive(Clone, Debug)]
pub struct LogEntry<'a> {
    /// Its sequence number.
    pub seq: u64,
    /// When the ledger took it.
    pub recorded_at: Instant,
    /// Whether the command had a key. Keys are secrets of who sent them, and stay out of answers.
    pub keyed: bool,
    /// Who acted.
    pub by: Option<&'a Actor>,
    /// The command, as [`write_command`](crate::line::write_command) writes it.
    pub command: Value,
    /// What it caused.
    pub events: &'a [Event],
}

/// The answer for one entry. What is personal, and the key, are taken out of the command.
pub fn log_entry(names: Names<'_>, entry: LogEntry<'_>) -> Value {
    let events: Vec<Value> = entry.events.iter().map(|one| event(names, one)).collect();
    let by = |by: &Actor| -> Value {
        Fields::new().put("id", by.id.as_str()).put("role", by.role.as_str()).into()
    };
    Fields::new()
        .put("seq", entry.seq)
        .at("recorded_at", entry.recorded_at)
        .put("key", entry.keyed)
        .put("by", entry.by.map(by))
        .put("command", without_personal(names, entry.command))
        .put("events", events)
        .into()
}

/// Fields of a command that no answer repeats: the key, and what is sealed (R-PRIV-1).
const HIDDEN: [&str; 3] = ["key", "note", "birth_date"];

fn without_personal(names: Names<'_>, mut command: Value) -> Value {
    let Some(fields) = command.as_object_mut() else { return command };
    for hidden in HIDDEN {
        fields.shift_remove(hidden);
    }
    hide_personal(names, &mut command);
    command
}

/// Fields that hold attributes by name: of a member, an activity, a line.
const TAGS: [&str; 2] = ["attributes", "set"];

/// Takes the personal attributes out, wherever in the command they stand.
fn hide_personal(names: Names<'_>, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                match value.as_object_mut().filter(|_| TAGS.contains(&field.as_str())) {
                    Some(tags) => tags.retain(|name, _| !names.is_personal(name)),
                    None => hide_personal(names, value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| hide_personal(names, item)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

impl Names<'_> {
    /// Whether the programme names an attribute as personal.
    pub(super) fn is_personal(self, attribute: &str) -> bool {
        self.rules.is_personal(attribute)
    }
}
