//! The difference as tables: what is the same on both sides is left out.

use std::io::{self, Write};

use milepost::what_if::Difference;
use serde_json::{Value, json};

use crate::tables::{self, Column, Side};

const NUMBERS: [Column; 3] = [
    ("before", "before", Side::Right),
    ("after", "after", Side::Right),
    ("change", "change", Side::Right),
];
const UNIT: Column = ("unit", "unit", Side::Left);
const FIGURE: Column = ("figure", "figure", Side::Left);
const REFUSED: [Column; 4] = [
    ("refused now", "code", Side::Left),
    ("commands", "count", Side::Right),
    ("of them for want of an earlier one", "followed", Side::Right),
    ("first", "told", Side::Left),
];
const MOVES: [Column; 3] =
    [("from", "from", Side::Left), ("to", "to", Side::Left), ("members", "members", Side::Right)];

/// Writes all tables.
pub(super) fn all(out: &mut impl Write, different: &Difference, answer: &Value) -> io::Result<()> {
    let (decided, at) = (different.decided, different.at);
    writeln!(out, "{decided} commands decided again, compared as of {at}")?;
    if different.passed_over > 0 {
        writeln!(out, "{} revisions passed over", different.passed_over)?;
    }
    if different.is_none() {
        return writeln!(out, "no difference");
    }
    let affected = different.members_affected;
    writeln!(out, "{} commands refused now, {affected} members affected", different.refusals())?;
    table(out, &REFUSED, &list(answer, "refused").map(with_first).collect::<Vec<_>>())?;
    let [before, after, change] = NUMBERS;
    let columns = |first: Option<Column>| {
        let named = first.into_iter().chain([UNIT, FIGURE, before, after, change]);
        named.collect::<Vec<_>>()
    };
    table(out, &columns(None), &figures(answer, &json!({})))?;
    let by_tier = ("tier", "tier", Side::Left);
    let tiers: Vec<Value> = list(answer, "tiers").flat_map(of_tier).collect();
    table(out, &columns(Some(by_tier)), &tiers)?;
    table(out, &MOVES, &list(answer, "moves").cloned().collect::<Vec<_>>())?;
    let by_month = ("month", "month", Side::Left);
    let months: Vec<Value> = list(answer, "months").flat_map(|of| figures(of, of)).collect();
    table(out, &columns(Some(by_month)), &months)?;
    let members: Vec<Value> = list(answer, "members").flat_map(of_member).collect();
    let columns =
        [("member", "member", Side::Left), ("what", "figure", Side::Left), before, after, change];
    table(out, &columns, &members)
}

fn table(out: &mut impl Write, columns: &[Column], rows: &[Value]) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", tables::of_list(columns, rows))
}

fn list<'a>(of: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    of.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// A line for each figure that changes, with the fields of `of` that say whose it is.
fn figures(with: &Value, of: &Value) -> Vec<Value> {
    let units = with.get("units").and_then(Value::as_object).into_iter().flatten();
    let all = units.flat_map(|(unit, figures)| {
        let figures = figures.as_object().into_iter().flatten();
        figures.map(move |(figure, steps)| (unit, figure, steps))
    });
    let changed = all.filter(|(_, _, steps)| steps.get("before") != steps.get("after"));
    let row = |(unit, figure, steps): (&String, &String, &Value)| {
        let mut row = steps.clone();
        let own = ["tier", "month", "member"].map(|name| (name, of.get(name)));
        if let Some(fields) = row.as_object_mut() {
            fields
                .extend(own.into_iter().filter_map(|(name, of)| Some((name.into(), of?.clone()))));
            fields.insert("unit".into(), unit.as_str().into());
            fields.insert("figure".into(), figure.replace('_', " ").into());
        }
        row
    };
    changed.map(row).collect()
}

fn of_tier(of: &Value) -> Vec<Value> {
    changed(of, "tier", "members").into_iter().chain(figures(of, of)).collect()
}

fn of_member(of: &Value) -> Vec<Value> {
    let mut rows = figures(of, &json!({"member": of.get("member")}));
    for row in &mut rows {
        let unit = row.get("unit").cloned().unwrap_or_default();
        if let Some(fields) = row.as_object_mut() {
            fields.insert("figure".into(), unit);
        }
    }
    rows.extend(changed(of, "member", "tier"));
    rows
}

/// A line for what is not the same before and after, with the field of `of` that says whose it is.
fn changed(of: &Value, own: &str, figure: &str) -> Option<Value> {
    let both = of.get(figure).filter(|both| both.get("before") != both.get("after"))?;
    let mut row = both.clone();
    if let Some(fields) = row.as_object_mut() {
        fields.insert(own.into(), of.get(own).cloned().unwrap_or_default());
        fields.insert("figure".into(), figure.into());
    }
    Some(row)
}

fn with_first(code: &Value) -> Value {
    let first = list(code, "first").next();
    let text = |name: &str| first.and_then(|of| of.get(name)).and_then(Value::as_str);
    let told = [text("cmd"), text("member"), text("message")];
    let told = told.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let seq = first.and_then(|of| of.get("seq")).and_then(Value::as_u64).unwrap_or_default();
    let mut row = code.clone();
    if let Some(fields) = row.as_object_mut() {
        fields.insert("told".into(), format!("entry {seq}: {told}").into());
    }
    row
}
