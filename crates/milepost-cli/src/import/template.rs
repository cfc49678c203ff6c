//! Templates: texts with a row's columns in them, such as `"{Year}-{Month:02}-01"`.
//!
//! A template is compiled once, against the header of the file. Filling one that is nothing but a
//! column copies nothing.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::row::Row;

/// A compiled template.
#[derive(Debug)]
pub(super) struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Column { index: usize, form: Form },
    Row,
    File,
}

/// How a column's text is put in.
#[derive(Debug)]
enum Form {
    AsIs,
    /// With zeros before it, up to so many characters.
    Padded(usize),
    /// By a table of the mapping, whose name is kept for messages.
    Mapped(String, Values),
}

/// A table of the mapping: what a column says, and what is meant by it.
pub(super) type Values = BTreeMap<String, String>;

/// What templates may name.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) columns: Vec<String>,
    pub(super) values: BTreeMap<String, Values>,
}

/// A column says what its table of values does not have.
#[derive(Debug)]
pub(super) struct Unlisted {
    pub(super) found: String,
    pub(super) table: String,
}

impl Template {
    /// Compiles a template; what is wrong with it is said in a sentence.
    pub(super) fn compile(text: &str, names: &Names) -> Result<Template, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (before, found) = rest.split_at(at);
            push_text(&mut pieces, before);
            if let Some(after) = found.strip_prefix("{{").or_else(|| found.strip_prefix("}}")) {
                push_text(&mut pieces, found.get(..1).unwrap_or_default());
                rest = after;
                continue;
            }
            let inner = found.strip_prefix('{').and_then(|inner| inner.split_once('}'));
            let (inner, after) = inner.ok_or_else(|| {
                format!("{text:?} has a brace without its partner; a brace itself is written twice")
            })?;
            pieces.push(names.piece(inner)?);
            rest = after;
        }
        push_text(&mut pieces, rest);
        Ok(Template { pieces })
    }

    /// The text, if it is the same for every row.
    pub(super) fn fixed(&self) -> Option<&str> {
        match self.pieces.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The text for a row; `room` is where it is put together, if it has to be.
    pub(super) fn fill<'a>(
        &'a self,
        row: &Row<'a>,
        room: &'a mut String,
    ) -> Result<&'a str, Unlisted> {
        if let [Piece::Column { index, form: Form::AsIs }] = self.pieces.as_slice() {
            return Ok(row.field(*index));
        }
        room.clear();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => room.push_str(text),
                Piece::Row => room.push_str(row.number),
                Piece::File => room.push_str(row.file),
                Piece::Column { index, form } => form.push(row.field(*index), room)?,
            }
        }
        Ok(room)
    }
}

/// Texts next to each other are one piece.
fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        Some(Piece::Text(last)) => last.push_str(text),
        _ if text.is_empty() => {}
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

impl Form {
    fn push(&self, found: &str, room: &mut String) -> Result<(), Unlisted> {
        match self {
            Form::AsIs => room.push_str(found),
            // Writing into a text does not fail.
            Form::Padded(width) => drop(write!(room, "{found:0>width$}")),
            Form::Mapped(table, values) => {
                let unlisted = || Unlisted { found: found.to_owned(), table: table.clone() };
                room.push_str(values.get(found).ok_or_else(unlisted)?);
            }
        }
        Ok(())
    }
}

impl Names {
    /// The position of a column.
    pub(super) fn column(&self, name: &str) -> Result<usize, String> {
        let found = self.columns.iter().position(|column| column == name);
        found.ok_or_else(|| {
            format!("there is no column {name:?}; there are: {}", self.columns.join(", "))
        })
    }

    /// What stands between braces: `row`, `file`, `Column`, `Column:02` or `Column|table`.
    fn piece(&self, inner: &str) -> Result<Piece, String> {
        match inner {
            "row" => return Ok(Piece::Row),
            "file" => return Ok(Piece::File),
            _ => {}
        }
        if let Ok(index) = self.column(inner) {
            return Ok(Piece::Column { index, form: Form::AsIs });
        }
        if let Some((column, table)) = inner.rsplit_once('|') {
            let values = self.values.get(table);
            let values = values.ok_or_else(|| format!("there is no [values.{table}]"))?;
            let form = Form::Mapped(table.to_owned(), values.clone());
            return Ok(Piece::Column { index: self.column(column)?, form });
        }
        if let Some((column, width)) = inner.rsplit_once(":0") {
            let width = width.parse().ok().filter(|width| (1..=MAX_WIDTH).contains(width));
            let width = width
                .ok_or_else(|| format!("{inner:?}: expected a width from :01 to :0{MAX_WIDTH}"))?;
            return Ok(Piece::Column { index: self.column(column)?, form: Form::Padded(width) });
        }
        self.column(inner).map(|index| Piece::Column { index, form: Form::AsIs })
    }
}

/// No number of a programme has more digits.
const MAX_WIDTH: usize = 30;

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let card = Values::from([("Gold Card".into(), "gold".into())]);
        Names {
            columns: ["Year", "Month", "Card"].map(String::from).to_vec(),
            values: BTreeMap::from([("card".into(), card)]),
        }
    }

    fn filled(template: &str) -> Result<String, String> {
        let template = Template::compile(template, &names())?;
        let row = Row { text: "20174Gold Card", ends: &[4, 5, 14], file: "f", number: "12" };
        let mut room = String::new();
        template.fill(&row, &mut room).map(str::to_owned).map_err(|unlisted| unlisted.found)
    }

    #[test]
    fn what_a_template_comes_to() {
        let cases = [
            ("plain", "plain"),
            ("", ""),
            ("{Year}", "2017"),
            ("{Year}-{Month:02}-01", "2017-04-01"),
            ("{Card|card}", "gold"),
            ("{file}-{row}-earn", "f-12-earn"),
            ("{{{Month}}}", "{4}"),
        ];
        for (template, expected) in cases {
            assert_eq!(filled(template).as_deref(), Ok(expected), "{template}");
        }
    }

    #[test]
    fn what_is_no_template() {
        let cases = [
            ("{Yeer}", "there is no column \"Yeer\"; there are: Year, Month, Card"),
            ("{Year", "\"{Year\" has a brace without its partner; a brace itself is written twice"),
            ("a}", "\"a}\" has a brace without its partner; a brace itself is written twice"),
            ("{Card|colour}", "there is no [values.colour]"),
            ("{Month:0x}", "\"Month:0x\": expected a width from :01 to :030"),
        ];
        for (template, expected) in cases {
            assert_eq!(filled(template), Err(expected.to_owned()), "{template}");
        }
    }

    #[test]
    fn a_value_that_the_table_does_not_list() {
        assert_eq!(filled("{Month|card}"), Err("4".to_owned()));
    }
}
