//! The mapping file: how the rows of a CSV file become commands.
//!
//! ```toml
//! at       = "{Year}-{Month:02}-01"      # the ledger's clock for the row
//! order_by = ["Year", "Month"]           # left out: the order of the file
//!
//! [values.card]                          # what `{Loyalty Card|card}` stands for
//! Star = "star"
//!
//! [[commands]]                           # several for one row, in this order
//! cmd    = "record"
//! when   = { column = "Distance", is_not = ["", "0"] }
//! key    = "{file}-{row}-earn"
//! member = "{Loyalty Number}"
//! activity.kind = "flight"
//! activity.ref  = "f-{row}"
//! activity.quantities.km = "{Distance}"
//! ```

use std::collections::BTreeMap;

use milepost::programme::Programme;
use milepost::{Instant, Request};
use toml::{Table, Value as Toml};

use super::recipe::Recipe;
use super::row::{Cursor, Fault, Field, Row, Value, fault, fill};
use super::sheet::{MappingFault, Scope, Sheet, expected, join};
use super::template::{Names, Values};
use super::unreadable;
use crate::args::ClockChoice;
use crate::exit::Failure;

/// A mapping that was read, before the columns and the programme are known.
#[derive(Debug)]
pub(crate) struct Draft(Table);

/// A compiled mapping.
#[derive(Debug)]
pub(crate) struct Mapping {
    at: Option<Field<Instant>>,
    /// The columns by which rows are sorted.
    pub(super) order_by: Vec<usize>,
    recipes: Vec<Recipe>,
}

impl Draft {
    /// Reads the text of a mapping file, which is named for messages.
    pub(crate) fn parse(text: &str, file: &str) -> Result<Draft, Failure> {
        text.parse().map(Draft).map_err(|error: toml::de::Error| unreadable(file, error))
    }

    /// Whether the rows drive the ledger's clock.
    pub(crate) fn clock(&self) -> ClockChoice {
        if self.0.contains_key("at") { ClockChoice::Commands } else { ClockChoice::System }
    }

    /// Compiles it for files with these columns.
    pub(super) fn compile(
        self,
        columns: &[String],
        programme: &Programme,
    ) -> Result<Mapping, MappingFault> {
        let mut table = self.0;
        let values = values(table.remove("values"))
            .map_err(|(key, reason)| MappingFault { key: join("values", &key), reason })?;
        let (commands, order) = (table.remove("commands"), table.remove("order_by"));
        let names = Names { columns: columns.to_vec(), values };
        let scope = Scope { names: &names, programme };
        let mut top = Sheet::new(String::new(), String::new(), table, scope);
        let order_by = order_by(order, &names).map_err(|reason| top.fault("order_by", reason))?;
        let at = top.optional("at")?;
        let recipes = recipes(commands, scope)?;
        top.finish()?;
        Ok(Mapping { at, order_by, recipes })
    }
}

/// `[values.…]`
fn values(found: Option<Toml>) -> Result<BTreeMap<String, Values>, (String, String)> {
    let tables = match found {
        None => return Ok(BTreeMap::new()),
        Some(Toml::Table(tables)) => tables,
        Some(other) => return Err((String::new(), expected("a table", &other))),
    };
    let values = tables.into_iter().map(|(name, table)| {
        let Toml::Table(table) = table else { return Err((name, expected("a table", &table))) };
        let pairs = table.into_iter().map(|(from, to)| match to.as_str() {
            Some(to) => Ok((from, to.to_owned())),
            None => Err((join(&name, &from), expected("a text", &to))),
        });
        let pairs = pairs.collect::<Result<Values, _>>()?;
        Ok((name, pairs))
    });
    values.collect()
}

fn order_by(found: Option<Toml>, names: &Names) -> Result<Vec<usize>, String> {
    let columns = match found {
        None => return Ok(Vec::new()),
        Some(Toml::Array(columns)) => columns,
        Some(other) => return Err(expected("a list of columns", &other)),
    };
    let column = |name: &Toml| {
        let name = name.as_str().ok_or_else(|| expected("the name of a column", name))?;
        names.column(name)
    };
    columns.iter().map(column).collect()
}

fn recipes(commands: Option<Toml>, scope: Scope<'_>) -> Result<Vec<Recipe>, MappingFault> {
    let wrong = |reason| MappingFault { key: "commands".to_owned(), reason };
    let tables = match commands {
        Some(Toml::Array(tables)) if !tables.is_empty() => tables,
        Some(other) => return Err(wrong(expected("a list of tables, [[commands]]", &other))),
        None => return Err(wrong("missing key".to_owned())),
    };
    let recipe = |(at, table)| {
        let key = format!("commands[{at}]");
        let Toml::Table(mut table) = table else {
            return Err(MappingFault { key, reason: expected("a table", &table) });
        };
        let cmd = table.remove("cmd");
        let (name, compile) = Recipe::command(cmd.as_ref())
            .map_err(|reason| MappingFault { key: join(&key, "cmd"), reason })?;
        Recipe::compile(Sheet::new(key, name.to_owned(), table, scope), name, compile)
    };
    tables.into_iter().enumerate().map(recipe).collect()
}

impl Mapping {
    /// The name of the command that a recipe makes.
    pub(super) fn command_name(&self, recipe: usize) -> &'static str {
        self.recipes.get(recipe).map_or("command", Recipe::name)
    }

    /// Whether any of its commands can be told from a new one when it comes again.
    pub(super) fn is_keyed(&self) -> bool {
        self.recipes.iter().any(Recipe::is_keyed)
    }
}

/// Makes the commands of rows, one row after another.
#[derive(Debug)]
pub(super) struct Maker<'a> {
    mapping: &'a Mapping,
    programme: &'a Programme,
    room: String,
    /// The last time of a row as it was written, and what it means: many rows share one.
    last: (String, Instant),
}

/// A command of a row, and which recipe made it.
pub(super) type Made = (usize, Request);

impl<'a> Maker<'a> {
    pub(super) fn new(mapping: &'a Mapping, programme: &'a Programme) -> Maker<'a> {
        let last = (String::new(), Instant::MIN);
        Maker { mapping, programme, room: String::new(), last }
    }

    /// The commands of a row, handed to `take` one after another.
    pub(super) fn commands(
        &mut self,
        row: Row<'_>,
        mut take: impl FnMut(Made),
    ) -> Result<(), Fault> {
        let at = self.at(&row)?;
        let mut cursor = Cursor { row, programme: self.programme, room: &mut self.room };
        for (index, recipe) in self.mapping.recipes.iter().enumerate() {
            if let Some(command) = recipe.build(&mut cursor)? {
                let request = Request::new(command);
                take((index, if let Some(at) = at { request.at(at) } else { request }));
            }
        }
        Ok(())
    }

    fn at(&mut self, row: &Row<'_>) -> Result<Option<Instant>, Fault> {
        let (path, template) = match &self.mapping.at {
            None => return Ok(None),
            Some(Field::Fixed(at)) => return Ok(Some(*at)),
            Some(Field::Made { path, template }) => (path, template),
        };
        let text = fill(template, path, row, &mut self.room)?;
        if text != self.last.0 {
            let at = Instant::read(text, self.programme);
            self.last.1 = at.map_err(|expected| fault(path, text, &expected))?;
            text.clone_into(&mut self.last.0);
        }
        Ok(Some(self.last.1))
    }
}
