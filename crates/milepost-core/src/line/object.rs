//! A line between its text and its command.

use serde_json::Value;

use super::fields::Fields;
use super::json::{Fault, message};
use super::{Line, LineError, Mode, read};
use crate::command::{Body, Command};
use crate::names::Key;

/// The fields of a line, before it is read as a command. A scenario script takes its own fields out
/// first; whatever is then left has to belong to the command.
#[derive(Debug)]
pub struct Object<'a> {
    fields: Fields<'a>,
    key: Option<Key>,
}

impl<'a> Object<'a> {
    /// The fields of a text that is one JSON object.
    ///
    /// # Errors
    /// If it is not one ([`LineError::NotJson`]), or repeats a key.
    pub fn parse(text: &'a str) -> Result<Object<'a>, LineError> {
        let fields = Fields::parse(text).map_err(|error| LineError::NotJson {
            column: error.column().max(1),
            message: message(&error),
        })?;
        let key = fields.peek("key");
        match fields.check() {
            Ok(()) => Ok(Object { fields, key }),
            Err(fault) => Err(malformed(key, fault)),
        }
    }

    /// Whether there is a field of this name.
    pub fn has(&self, name: &str) -> bool {
        self.fields.has(name)
    }

    /// Takes a field out that is none of the command's, such as a script's `expect`.
    ///
    /// # Errors
    /// If its value nests deeper than 128 levels, or has a text that is not Unicode.
    pub fn take(&mut self, name: &str) -> Result<Option<Value>, LineError> {
        let Some(raw) = self.fields.take(name) else { return Ok(None) };
        match serde_json::from_str(raw.as_written()) {
            Ok(value) => Ok(Some(value)),
            Err(error) => Err(malformed(self.key.clone(), Fault::from(error).under(name))),
        }
    }

    /// The line.
    ///
    /// # Errors
    /// [`LineError::Malformed`], naming the first field at fault.
    pub fn read(self) -> Result<Line, LineError> {
        let Object { mut fields, key } = self;
        let line = line(&mut fields).and_then(|line| fields.finish().map(|()| line));
        line.map_err(|fault| malformed(key, fault))
    }
}

fn malformed(key: Option<Key>, fault: Fault) -> LineError {
    LineError::Malformed { key, field: fault.path, reason: fault.reason }
}

fn line(fields: &mut Fields<'_>) -> Result<Line, Fault> {
    let body = read::body(fields)?;
    Ok(Line {
        at: fields.optional("at")?,
        atomic: fields.optional("atomic")?,
        mode: if fields.or_default("dry_run")? { Mode::DryRun } else { Mode::Real },
        command: Command {
            key: fields.optional("key")?,
            by: fields.optional("by")?,
            approved_by: fields.optional("approved_by")?,
            expected_version: expected_version(fields, &body)?,
            note: fields.optional("note")?,
            body,
        },
    })
}

/// R-CMD-4: a version can only be expected of a single member.
fn expected_version(fields: &mut Fields<'_>, body: &Body) -> Result<Option<u32>, Fault> {
    let version = fields.optional("expected_version")?;
    if version.is_some() && matches!(body, Body::Advance(_) | Body::Extend(_) | Body::Revise(_)) {
        let reason = format!("{} concerns no single member", body.name());
        return Err(Fault::new(reason).under("expected_version"));
    }
    Ok(version)
}
