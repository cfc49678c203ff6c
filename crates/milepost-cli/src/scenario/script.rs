//! Reading a script: its scenarios and their steps.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use milepost::Instant;
use milepost::line::{Line, LineError, Object};
use serde_json::{Map, Value};

use super::expect::Expect;
use crate::exit::Failure;
use crate::programme_file::Opener;
use crate::question::{self, Question};

/// One scenario of a script.
#[derive(Debug)]
pub(super) struct Scenario {
    /// What it proves.
    pub(super) title: String,
    /// Where it begins, from 1.
    pub(super) line: u64,
    /// The text of its programme.
    pub(super) programme: String,
    /// Whether the programme is to be taken.
    pub(super) verdict: Verdict,
    /// What is done and looked at, in order.
    pub(super) steps: Vec<Step>,
}

/// What is expected of a programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Valid,
    Invalid,
}

/// One line of a scenario.
#[derive(Debug)]
pub(super) struct Step {
    /// The line, from 1.
    pub(super) line: u64,
    /// What it asks for.
    pub(super) action: Action,
}

/// What a line of a scenario asks for.
#[derive(Debug)]
pub(super) enum Action {
    /// A command, and its line again for what can be said of a malformed one.
    Command { read: Box<Result<Line, LineError>>, text: String, expect: Expect },
    /// A question.
    Check { read: Box<Result<Question, LineError>>, expect: Value },
    /// The time for the lines that follow.
    At(Instant),
    /// Something that must not change any answer.
    Upheaval(Upheaval),
}

/// What must not change any answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Upheaval {
    /// Close and open again.
    Restart,
    /// Drop without closing, and open again.
    Crash,
    /// Take a snapshot.
    Snapshot,
    /// Throw away everything but the log, and open again.
    Rebuild,
}

const UPHEAVALS: [(&str, Upheaval); 4] = [
    ("restart", Upheaval::Restart),
    ("crash", Upheaval::Crash),
    ("snapshot", Upheaval::Snapshot),
    ("rebuild", Upheaval::Rebuild),
];

/// The fields of a line.
type Fields = Map<String, Value>;

/// Why a line of a script cannot be run.
type Fault = String;

/// Reads a script.
pub(super) fn read(path: &Path) -> Result<Vec<Scenario>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::read(path, error))?;
    let mut scenarios: Vec<Scenario> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        take_in(&mut scenarios, path, number, line).map_err(|reason| Failure::Line {
            file: path.display().to_string(),
            line: number,
            reason,
        })?;
    }
    Ok(scenarios)
}

fn take_in(
    scenarios: &mut Vec<Scenario>,
    path: &Path,
    number: u64,
    line: &str,
) -> Result<(), Fault> {
    // The line format's own reader also sees a repeated key.
    let object = Object::parse(line).map_err(|error| error.to_string())?;
    let action = if object.has("cmd") { Some(command(path, line, object)?) } else { None };
    let mut fields: Fields = serde_json::from_str(line).map_err(|error| error.to_string())?;
    if let Some(title) = take_text(&mut fields, "scenario")? {
        scenarios.push(scenario(path, number, title, fields)?);
        return Ok(());
    }
    let scenario = scenarios.last_mut().ok_or("a script begins with a scenario line")?;
    if let Some(action) = action.map_or_else(|| other_action(fields), |action| Ok(Some(action)))? {
        scenario.steps.push(Step { line: number, action });
    }
    Ok(())
}

fn scenario(path: &Path, line: u64, title: String, mut fields: Fields) -> Result<Scenario, Fault> {
    let file = take_text(&mut fields, "programme")?;
    let programme = match (file, take_text(&mut fields, "toml")?) {
        (None, Some(text)) => text,
        (Some(file), None) => {
            let file = path.parent().unwrap_or(Path::new("")).join(file);
            fs::read_to_string(&file)
                .map_err(|error| format!("could not read {}: {error}", file.display()))?
        }
        _ => return Err("a scenario names its programme, or has it in toml".into()),
    };
    let verdict = match take_text(&mut fields, "expect")?.as_deref() {
        None => Verdict::Valid,
        Some("programme_invalid") => Verdict::Invalid,
        Some(_) => return Err("expect: of a programme only programme_invalid".into()),
    };
    nothing_left(&fields)?;
    Ok(Scenario { title, line, programme, verdict, steps: Vec::new() })
}

fn command(path: &Path, text: &str, mut object: Object<'_>) -> Result<Action, Fault> {
    let told = |error: LineError| error.to_string();
    let expect = Expect::read(object.take("expect").map_err(told)?)?;
    let read = match Opener::beside(Some(path)).open(text) {
        Err(unopened) => Err(unopened),
        Ok(Cow::Borrowed(_)) => object.read(),
        Ok(Cow::Owned(opened)) => {
            let mut object = Object::parse(&opened).map_err(told)?;
            object.take("expect").map_err(told)?;
            object.read()
        }
    };
    let read = Box::new(read);
    Ok(Action::Command { read, text: text.to_owned(), expect })
}

/// `None` for a comment.
fn other_action(mut fields: Fields) -> Result<Option<Action>, Fault> {
    if let Some(name) = take_text(&mut fields, "check")? {
        return check(&name, fields).map(Some);
    }
    let action = if take_text(&mut fields, "comment")?.is_some() {
        None
    } else if let Some(at) = take_text(&mut fields, "at")? {
        Some(Action::At(at.parse().map_err(|error| format!("at: {error}"))?))
    } else {
        Some(Action::Upheaval(upheaval(&mut fields)?))
    };
    nothing_left(&fields).map(|()| action)
}

fn check(name: &str, mut fields: Fields) -> Result<Action, Fault> {
    let expect = fields.remove("expect").ok_or("expect: a check has to expect something")?;
    let read = Box::new(question::of_fields(name, fields));
    Ok(Action::Check { read, expect })
}

fn upheaval(fields: &mut Fields) -> Result<Upheaval, Fault> {
    for (name, upheaval) in UPHEAVALS {
        match fields.remove(name) {
            None => {}
            Some(Value::Bool(true)) => return Ok(upheaval),
            Some(_) => return Err(format!("{name}: expected true")),
        }
    }
    Err("expected scenario, cmd, check, at, restart, crash, snapshot, rebuild or comment".into())
}

fn take_text(fields: &mut Fields, name: &str) -> Result<Option<String>, Fault> {
    match fields.remove(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("{name}: expected a text")),
    }
}

fn nothing_left(fields: &Fields) -> Result<(), Fault> {
    match fields.keys().next() {
        None => Ok(()),
        Some(name) => Err(format!("{name}: unknown field")),
    }
}
