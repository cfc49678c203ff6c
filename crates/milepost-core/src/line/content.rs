//! Whether two commands under one key are the same command (R-CMD-2).

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::write::content;
use crate::command::Command;

/// The dotted name of the first field, in alphabetical order, in which the commands differ, or
/// `None` if they have the same content (R-CMD-2).
///
/// `key`, `at`, `atomic`, `approved_by`, `expected_version`, `dry_run` and `note` are no content. A
/// field with its default is as if left out, amounts compare as numbers and instants as instants.
/// Lines of a bill and other list elements go by position, from 0.
pub fn first_difference(a: &Command, b: &Command) -> Option<String> {
    difference(Some(&content(a)), Some(&content(b))).map(|path| path.join("."))
}

/// The names that lead to the first difference, from the outermost inwards.
fn difference(a: Option<&Value>, b: Option<&Value>) -> Option<Vec<String>> {
    match (a, b) {
        (Some(Value::Object(a)), Some(Value::Object(b))) => in_objects(a, b),
        (Some(Value::Array(a)), Some(Value::Array(b))) => in_lists(a, b),
        _ => (a != b).then(Vec::new),
    }
}

fn in_objects(a: &Map<String, Value>, b: &Map<String, Value>) -> Option<Vec<String>> {
    let names: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    names.into_iter().find_map(|name| Some(under(name, difference(a.get(name), b.get(name))?)))
}

fn in_lists(a: &[Value], b: &[Value]) -> Option<Vec<String>> {
    let longer = a.len().max(b.len());
    (0..longer)
        .find_map(|index| Some(under(&index.to_string(), difference(a.get(index), b.get(index))?)))
}

fn under(name: &str, mut path: Vec<String>) -> Vec<String> {
    path.insert(0, name.to_owned());
    path
}
