//! Conditions: which rows a command of the mapping is for.

use milepost::Decimal;
use toml::Value as Toml;

use super::row::Row;
use super::sheet::{MappingFault, Sheet, expected, text};

/// A condition on one column.
#[derive(Debug)]
pub(super) struct Condition {
    column: usize,
    words: Vec<Word>,
    holds: Holds,
}

/// When a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    /// If the column says one of the words.
    IfListed,
    /// If it says none of them.
    UnlessListed,
}

/// One text to compare with. Numbers are compared as numbers: `0.00` is `0`.
#[derive(Debug)]
struct Word {
    text: String,
    number: Option<Decimal>,
}

/// The conditions of a command: one table, or a list of tables that must all hold.
pub(super) fn conditions(sheet: &mut Sheet<'_>) -> Result<Vec<Condition>, MappingFault> {
    if sheet.is_group("when") {
        let inner = sheet.group("when")?;
        return inner.into_iter().map(condition).collect();
    }
    let tables = match sheet.take("when") {
        None => return Ok(Vec::new()),
        Some(Toml::Array(tables)) => tables,
        Some(other) => return Err(sheet.fault("when", expected("a table or a list", &other))),
    };
    let inner = |table| {
        let Toml::Table(table) = table else {
            return Err(sheet.fault("when", expected("a table", &table)));
        };
        condition(sheet.inner("when", table))
    };
    tables.into_iter().map(inner).collect()
}

/// `{ column = "Distance", is_not = ["", "0"] }`
fn condition(mut sheet: Sheet<'_>) -> Result<Condition, MappingFault> {
    let column = match sheet.take("column") {
        Some(Toml::String(name)) => sheet.names().column(&name),
        Some(other) => Err(expected("the name of a column", &other)),
        None => Err("missing key".to_owned()),
    };
    let column = column.map_err(|reason| sheet.fault("column", reason))?;
    let (name, holds, words) = match (sheet.take("is"), sheet.take("is_not")) {
        (Some(words), None) => ("is", Holds::IfListed, words),
        (None, Some(words)) => ("is_not", Holds::UnlessListed, words),
        _ => return Err(sheet.fault("column", "expected one of `is` and `is_not` beside it")),
    };
    let words = words_of(&words).map_err(|reason| sheet.fault(name, reason))?;
    sheet.finish()?;
    Ok(Condition { column, words, holds })
}

fn words_of(words: &Toml) -> Result<Vec<Word>, String> {
    match words.as_array() {
        Some(words) => words.iter().map(Word::of).collect(),
        None => Word::of(words).map(|word| vec![word]),
    }
}

impl Word {
    fn of(word: &Toml) -> Result<Word, String> {
        let text = text(word).ok_or_else(|| expected("a text or a list of texts", word))?;
        let number = text.parse().ok();
        Ok(Word { text, number })
    }

    fn is(&self, found: &str) -> bool {
        let same_number = || self.number.is_some_and(|number| found.parse() == Ok(number));
        self.text == found || same_number()
    }
}

impl Condition {
    /// Whether it holds for a row.
    pub(super) fn holds(&self, row: &Row<'_>) -> bool {
        let found = row.field(self.column);
        let listed = self.words.iter().any(|word| word.is(found));
        listed == (self.holds == Holds::IfListed)
    }
}
