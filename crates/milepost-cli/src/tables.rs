//! Answers as tables for people.
//!
//! A table is made from the JSON of the answer, so that both say the same. Without a terminal it
//! has no frame and no colour.

use std::io::{self, IsTerminal};

use comfy_table::{Attribute, Cell, CellAlignment, Table, presets};
use serde_json::{Map, Value};

use crate::question::What;

/// A column of a table: its heading, the field it shows, and how.
pub(crate) type Column = (&'static str, &'static str, Side);

/// On which side of its column something stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Words stand on the left.
    Left,
    /// Numbers stand under each other.
    Right,
}

use Side::{Left, Right};

const LOTS: &[Column] = &[
    ("lot", "lot", Right),
    ("unit", "unit", Left),
    ("amount", "amount", Right),
    ("held", "held", Right),
    ("earned", "earned_at", Left),
    ("available", "available_at", Left),
    ("expires", "expires_at", Left),
    ("activity", "activity", Left),
    ("rule", "rule", Left),
];

const HOLDS: &[Column] = &[
    ("hold", "hold", Right),
    ("ref", "ref", Left),
    ("unit", "unit", Left),
    ("amount", "amount", Right),
    ("until", "until", Left),
    ("lots", "lots", Left),
];

const STATEMENT: &[Column] = &[
    ("seq", "seq", Right),
    ("at", "at", Left),
    ("what", "text", Left),
    ("unit", "unit", Left),
    ("change", "change", Right),
    ("balance", "balance", Right),
];

const STEPS: &[Column] = &[("seq", "seq", Right), ("at", "at", Left), ("what", "text", Left)];

const EXPIRING: &[Column] =
    &[("unit", "unit", Left), ("until", "until", Left), ("amount", "amount", Right)];

const EXPIRING_OF_ALL: &[Column] = &[
    ("member", "member", Left),
    ("unit", "unit", Left),
    ("until", "until", Left),
    ("amount", "amount", Right),
];

const SEGMENTS: &[Column] = &[("segment", "segment", Left), ("members", "members", Right)];

const LOG: &[Column] = &[
    ("seq", "seq", Right),
    ("recorded", "recorded_at", Left),
    ("by", "by", Left),
    ("command", "command", Left),
    ("events", "events", Left),
];

/// One line for each object of a list.
pub(crate) fn of_list(columns: &[Column], items: &[Value]) -> Table {
    rows(columns, items.iter().map(|item| Row(vec![item])))
}

/// The answer to a question as a table.
pub(crate) fn of(what: &What, answer: &Value) -> Table {
    match what {
        What::Balance { .. } | What::Totals => figures(answer),
        What::Lots { .. } => rows(LOTS, list(answer, "lots")),
        What::Holds { .. } => rows(HOLDS, list(answer, "holds")),
        What::Statement { .. } => rows(STATEMENT, list(answer, "lines")),
        What::Explain { .. } => rows(STEPS, list(answer, "steps")),
        What::Expiring { member: Some(_), .. } => rows(EXPIRING, list(answer, "buckets")),
        What::Expiring { member: None, .. } => rows(EXPIRING_OF_ALL, buckets_of_all(answer)),
        What::Rfm { member: None, .. } => rows(SEGMENTS, list(answer, "segments")),
        What::Rfm { member: Some(_), .. } | What::Tier { .. } | What::Member { .. } => {
            pairs(answer)
        }
        What::Log { .. } => rows(LOG, list(answer, "entries")),
    }
}

/// One line for each figure, one column for each unit; what is no unit stands below, alone.
fn figures(answer: &Value) -> Table {
    let fields = answer.as_object().into_iter().flatten();
    let (units, others): (Vec<_>, Vec<_>) = fields.partition(|(_, value)| value.is_object());
    let headings = units.iter().map(|(unit, _)| (unit.as_str(), Right));
    let mut table = empty(std::iter::once(("", Left)).chain(headings));
    let names = units.first().and_then(|(_, of)| of.as_object()).map(Map::keys);
    for name in names.into_iter().flatten() {
        let of = units.iter().map(|(_, of)| cell(of.get(name), Right));
        table.add_row(std::iter::once(Cell::new(words(name))).chain(of));
    }
    for (name, value) in others {
        table.add_row([Cell::new(words(name)), cell(Some(value), Right)]);
    }
    table
}

/// One line for each field.
fn pairs(answer: &Value) -> Table {
    let mut table = framed();
    for (name, value) in answer.as_object().into_iter().flatten() {
        table.add_row([Cell::new(words(name)), cell(Some(value), Left)]);
    }
    table
}

fn rows<'a>(columns: &[Column], rows: impl IntoIterator<Item = Row<'a>>) -> Table {
    let mut table = empty(columns.iter().map(|(heading, _, side)| (*heading, *side)));
    for row in rows {
        table.add_row(columns.iter().map(|(_, field, side)| cell(row.get(field), *side)));
    }
    table
}

/// The fields that make a line of a table.
struct Row<'a>(Vec<&'a Value>);

impl<'a> Row<'a> {
    fn get(&self, field: &str) -> Option<&'a Value> {
        self.0.iter().find_map(|part| part.get(field))
    }
}

fn list<'a>(answer: &'a Value, name: &str) -> impl Iterator<Item = Row<'a>> {
    items(answer, name).map(|item| Row(vec![item]))
}

fn buckets_of_all(answer: &Value) -> impl Iterator<Item = Row<'_>> {
    items(answer, "members")
        .flat_map(|member| items(member, "buckets").map(move |bucket| Row(vec![bucket, member])))
}

fn items<'a>(of: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    of.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn framed() -> Table {
    let mut table = Table::new();
    let terminal = io::stdout().is_terminal();
    table.load_style(if terminal { presets::UTF8_HORIZONTAL_ONLY } else { presets::NOTHING });
    table
}

fn empty<'a>(headings: impl IntoIterator<Item = (&'a str, Side)>) -> Table {
    let mut table = framed();
    let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let coloured = io::stdout().is_terminal() && !no_colour;
    let headings: Vec<Cell> = headings
        .into_iter()
        .map(|(text, side)| {
            let cell = aligned(Cell::new(text), side);
            if coloured { cell.add_attribute(Attribute::Bold) } else { cell }
        })
        .collect();
    table.set_header(headings);
    table
}

fn cell(value: Option<&Value>, side: Side) -> Cell {
    aligned(Cell::new(value.map(shown).unwrap_or_default()), side)
}

fn aligned(cell: Cell, side: Side) -> Cell {
    match side {
        Left => cell,
        Right => cell.set_alignment(CellAlignment::Right),
    }
}

/// A value as people read it.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => joined(items.iter().map(in_list), ", "),
        Value::Object(fields) => shown_object(fields),
    }
}

/// Objects that stand in a cell are an expiry, an actor, a command, or tags.
fn shown_object(fields: &Map<String, Value>) -> String {
    let of = |name: &str| fields.get(name).map(shown);
    match (of("amount").zip(of("at")), of("id").zip(of("role")), of("cmd")) {
        (Some((amount, at)), _, _) => format!("{amount} at {at}"),
        (_, Some((id, role)), _) => format!("{id} ({role})"),
        (_, _, Some(command)) => {
            joined([Some(command), of("member").or(of("from"))].into_iter().flatten(), " ")
        }
        _ => joined(fields.iter().map(|(name, value)| format!("{name}: {}", shown(value))), ", "),
    }
}

/// What stands in a list are parts of lots and events.
fn in_list(item: &Value) -> String {
    let of = |name: &str| item.get(name).map(shown);
    match (of("event"), of("lot").zip(of("amount"))) {
        (Some(event), _) => event,
        (None, Some((lot, amount))) => format!("{amount} of lot {lot}"),
        (None, None) => shown(item),
    }
}

fn joined(parts: impl Iterator<Item = String>, separator: &str) -> String {
    parts.collect::<Vec<_>>().join(separator)
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}
