//! Recipes: how one `[[commands]]` of the mapping makes a command of a row. Their keys are those of
//! the line format.

mod gives;
mod members;
mod money;
mod takes;

use milepost::{Instant, Key};
use toml::Value as Toml;

use super::row::{Cursor, Fault, Field, Shape};
use super::sheet::{MappingFault, Sheet, expected};
use super::when::{Condition, conditions};

use milepost::command::Command;

/// One command of the mapping.
#[derive(Debug)]
pub(super) struct Recipe {
    name: &'static str,
    when: Vec<Condition>,
    key: Option<Field<Key>>,
    shape: Box<dyn Shape>,
}

/// Reads the keys of one kind of command.
type Compile = fn(&mut Sheet<'_>) -> Result<Box<dyn Shape>, MappingFault>;

/// The commands that a row can become.
const COMMANDS: &[(&str, Compile)] = &[
    ("enrol", members::enrol),
    ("assign_tier", members::assign_tier),
    ("record", gives::record),
    ("grant", gives::grant),
    ("transfer", gives::transfer),
    ("debit", takes::debit),
    ("redeem", takes::redeem),
    ("refund", takes::refund),
    ("reverse", takes::reverse),
];

impl Recipe {
    /// Compiles one `[[commands]]`.
    pub(super) fn compile(
        mut sheet: Sheet<'_>,
        name: &'static str,
        compile: Compile,
    ) -> Result<Recipe, MappingFault> {
        let when = conditions(&mut sheet)?;
        let key = sheet.optional("key")?;
        let shape = compile(&mut sheet)?;
        sheet.finish()?;
        Ok(Recipe { name, when, key, shape })
    }

    /// Which command `cmd` names.
    pub(super) fn command(cmd: Option<&Toml>) -> Result<(&'static str, Compile), String> {
        let names = || COMMANDS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        let Some(cmd) = cmd else { return Err(format!("missing key: one of {}", names())) };
        let text = cmd.as_str().ok_or_else(|| expected("a text", cmd))?;
        let found = COMMANDS.iter().find(|(name, _)| *name == text).copied();
        found.ok_or_else(|| format!("{text:?} cannot be imported, expected one of {}", names()))
    }

    /// Its name in the line format.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// Whether its commands can be told from new ones when they come again.
    pub(super) fn is_keyed(&self) -> bool {
        self.key.is_some()
    }

    /// The command for a row; `None` if it is not for this row.
    pub(super) fn build(&self, cursor: &mut Cursor<'_>) -> Result<Option<Command>, Fault> {
        if !self.when.iter().all(|condition| condition.holds(&cursor.row)) {
            return Ok(None);
        }
        let key = cursor.maybe(self.key.as_ref())?;
        Ok(Some(Command { key, ..self.shape.build(cursor)? }))
    }
}

/// A time of a command.
type Time = Option<Field<Instant>>;
