//! Reading a table of the mapping file, key by key: what is taken is known, what is left over is
//! not.

use milepost::Name;
use milepost::programme::Programme;
use toml::{Table, Value as Toml};

use super::row::{Field, Value};
use super::template::{Names, Template};

/// What is wrong with a mapping, and where. Nothing was imported. Mend the file.
#[derive(Debug, thiserror::Error)]
#[error("{key}: {reason}")]
pub(super) struct MappingFault {
    /// The dotted key.
    pub(super) key: String,
    /// What was found and what was expected.
    pub(super) reason: String,
}

/// What the values of a mapping may refer to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope<'a> {
    pub(super) names: &'a Names,
    pub(super) programme: &'a Programme,
}

/// A table that is being read.
#[derive(Debug)]
pub(super) struct Sheet<'a> {
    /// Where it stands in the file.
    key: String,
    /// What messages about rows call it.
    label: String,
    table: Table,
    scope: Scope<'a>,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(key: String, label: String, table: Table, scope: Scope<'a>) -> Sheet<'a> {
        Sheet { key, label, table, scope }
    }

    /// A fault of one of its keys.
    pub(super) fn fault(&self, name: &str, reason: impl Into<String>) -> MappingFault {
        MappingFault { key: join(&self.key, name), reason: reason.into() }
    }

    /// A field that has to be there.
    pub(super) fn required<T: Value>(&mut self, name: &str) -> Result<Field<T>, MappingFault> {
        self.optional(name)?.ok_or_else(|| self.fault(name, "missing key"))
    }

    /// A field that may be left out.
    pub(super) fn optional<T: Value>(
        &mut self,
        name: &str,
    ) -> Result<Option<Field<T>>, MappingFault> {
        let found = self.table.remove(name);
        found.map(|value| self.field(name, &value)).transpose()
    }

    /// A table of fields whose names are free, sorted by name.
    pub(super) fn named<T: Value>(
        &mut self,
        name: &str,
    ) -> Result<Vec<(Name, Field<T>)>, MappingFault> {
        let Some(sheet) = self.group(name)? else { return Ok(Vec::new()) };
        let mut fields = Vec::new();
        for (key, value) in &sheet.table {
            let name = Name::new(key).map_err(|error| sheet.fault(key, error.to_string()))?;
            fields.push((name, sheet.field(key, value)?));
        }
        fields.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(fields)
    }

    /// A table inside the table.
    pub(super) fn group(&mut self, name: &str) -> Result<Option<Sheet<'a>>, MappingFault> {
        match self.table.remove(name) {
            None => Ok(None),
            Some(Toml::Table(table)) => Ok(Some(self.inner(name, table))),
            Some(other) => Err(self.fault(name, expected("a table", &other))),
        }
    }

    /// A table that was found under a key.
    pub(super) fn inner(&self, name: &str, table: Table) -> Sheet<'a> {
        Sheet::new(join(&self.key, name), join(&self.label, name), table, self.scope)
    }

    /// Whether a key holds a table.
    pub(super) fn is_group(&self, name: &str) -> bool {
        self.table.get(name).is_some_and(Toml::is_table)
    }

    /// Any value.
    pub(super) fn take(&mut self, name: &str) -> Option<Toml> {
        self.table.remove(name)
    }

    /// What templates may name.
    pub(super) fn names(&self) -> &'a Names {
        self.scope.names
    }

    /// Nothing may be left over.
    pub(super) fn finish(self) -> Result<(), MappingFault> {
        match self.table.keys().next() {
            None => Ok(()),
            Some(name) => Err(self.fault(name, "unknown key")),
        }
    }

    fn field<T: Value>(&self, name: &str, value: &Toml) -> Result<Field<T>, MappingFault> {
        let text = text(value).ok_or_else(|| self.fault(name, expected("a text", value)))?;
        let template = Template::compile(&text, self.scope.names);
        let template = template.map_err(|reason| self.fault(name, reason))?;
        match template.fixed() {
            None => Ok(Field::Made { path: join(&self.label, name), template }),
            Some(text) => T::read(text, self.scope.programme)
                .map(Field::Fixed)
                .map_err(|expected| self.fault(name, format!("{text:?}: {expected}"))),
        }
    }
}

/// A text; a whole number may be written as such.
pub(super) fn text(value: &Toml) -> Option<String> {
    let number = || value.as_integer().map(|number| number.to_string());
    value.as_str().map(str::to_owned).or_else(number)
}

/// A dotted key.
pub(super) fn join(outer: &str, inner: &str) -> String {
    if outer.is_empty() { inner.to_owned() } else { format!("{outer}.{inner}") }
}

/// What to say about a value of another type.
pub(super) fn expected(what: &str, found: &Toml) -> String {
    format!("expected {what}, found {}", found.type_str())
}
