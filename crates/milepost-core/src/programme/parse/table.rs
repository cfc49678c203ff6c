//! Reading a table: it hands out the values of its keys, remembers which keys were asked for, and
//! at its end reports the others.

use std::fmt::Write;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::item::Item;
use super::later::Later;
use super::nearest::nearest;
use super::report::{Read, Report, Reported, all};

/// A table of the file. A key that is never asked for is a fault when the table is finished.
pub(super) struct Table<'a> {
    report: &'a Report<'a>,
    key: String,
    at: usize,
    entries: &'a DeTable<'a>,
    asked: Vec<&'static str>,
    refused: Vec<&'static str>,
}

impl<'a> Table<'a> {
    pub(super) fn new(
        report: &'a Report<'a>,
        key: &str,
        at: usize,
        entries: &'a DeTable<'a>,
    ) -> Table<'a> {
        Table { report, key: key.to_owned(), at, entries, asked: Vec::new(), refused: Vec::new() }
    }

    /// Whether the key is written.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// The value of a key that may be left out.
    pub(super) fn optional<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&Item<'a>) -> Read<T>,
    ) -> Read<Option<T>> {
        self.asked.push(key);
        self.entries.get(key).map(|value| read(&self.item(key, value))).transpose()
    }

    /// The value of a key that may be left out and then is its type's default.
    pub(super) fn or_default<T: Default>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&Item<'a>) -> Read<T>,
    ) -> Read<T> {
        Ok(self.optional(key, read)?.unwrap_or_default())
    }

    /// The value of a key that must be there.
    pub(super) fn required<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&Item<'a>) -> Read<T>,
    ) -> Read<T> {
        match self.optional(key, read)? {
            Some(value) => Ok(value),
            None => Err(self.missing(key)),
        }
    }

    /// Every item of a list of tables that may be left out, such as `[[earn]]`.
    pub(super) fn each<T>(
        &mut self,
        key: &'static str,
        mut read: impl FnMut(&Item<'a>) -> Read<T>,
    ) -> Read<Vec<T>> {
        self.or_default(key, |list| {
            all(list.list_of("a list of tables")?.iter().map(&mut read).collect())
        })
    }

    /// The only one of some keys that exclude each other and of which one must be there.
    pub(super) fn one_of(&self, keys: &[&'static str]) -> Read<&'static str> {
        let mut present = keys.iter().copied().filter(|key| self.has(key));
        match (present.next(), present.next()) {
            (Some(only), None) => Ok(only),
            (Some(first), Some(second)) => {
                let reason = format!(
                    "`{first}` and `{second}` exclude each other, expected only one of them"
                );
                Err(self.fault_at_key(second, &reason))
            }
            (None, _) => Err(self.fault(format!("missing key, expected one of {}", ticked(keys)))),
        }
    }

    /// Reports these keys, where they are written, as contradicting something else.
    pub(super) fn refuse(&mut self, keys: &[&'static str], reason: &str) -> Read<()> {
        let present: Vec<_> = keys.iter().copied().filter(|key| self.has(key)).collect();
        let reads = present.iter().map(|key| Err(self.fault_at_key(key, reason))).collect();
        self.refused.extend(present);
        all::<()>(reads).map(|_| ())
    }

    /// Every entry in file order, for a table whose keys are names. (The entries themselves are kept
    /// in alphabetical order.)
    pub(super) fn entries(&self) -> Vec<(&'a str, Item<'a>)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let name =
            |key: &'a Spanned<_>| -> &'a str { AsRef::<std::borrow::Cow<'a, str>>::as_ref(key) };
        entries.into_iter().map(|(key, value)| (name(key), self.item(name(key), value))).collect()
    }

    /// Reports every key that was not asked for: as one of a later version, or as unknown.
    pub(super) fn finish(self, later: &[Later]) -> Read<()> {
        let known = |key: &str| self.asked.contains(&key) || self.refused.contains(&key);
        let rest = self.entries.iter().filter(|(key, _)| !known(key.get_ref()));
        let reads = rest.map(|(key, _)| self.judge(key.get_ref(), later));
        all(reads.collect()).map(|_: Vec<()>| ())
    }

    fn judge(&self, key: &str, later: &[Later]) -> Read<()> {
        match later.iter().find(|later| later.key == key) {
            Some(_) => {
                Err(self
                    .fault_at_key(key, "this key is not supported by this version of milepost yet"))
            }
            None => Err(self.fault_at_key(key, &self.unknown(key, later))),
        }
    }

    /// What to say about a key that the language does not have.
    fn unknown(&self, key: &str, later: &[Later]) -> String {
        let later: Vec<_> = later.iter().map(|later| later.key).collect();
        let mut reason = "unknown key".to_owned();
        if let Some(near) = nearest(key, self.asked.iter().chain(&later).copied()) {
            // Writing to a String cannot fail.
            let _ = write!(reason, " (did you mean `{near}`?)");
        }
        let expected = if self.asked.is_empty() { &later } else { &self.asked };
        let _ = write!(reason, ", expected one of {}", ticked(expected));
        reason
    }

    /// Reports that a key is missing.
    pub(super) fn missing(&self, key: &str) -> Reported {
        self.report.fault(self.at, &join(&self.key, key), "missing key")
    }

    /// Reports a fault of the table as a whole.
    pub(super) fn fault(&self, reason: impl Into<String>) -> Reported {
        self.report.fault(self.at, &self.key, reason)
    }

    fn fault_at_key(&self, key: &str, reason: &str) -> Reported {
        let at = self.entries.get_key_value(key).map_or(self.at, |(key, _)| key.span().start);
        self.report.fault(at, &join(&self.key, key), reason)
    }

    fn item(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Item<'a> {
        Item::new(self.report, join(&self.key, key), value)
    }
}

/// A dotted key; a name that TOML would have to quote is quoted.
fn join(table: &str, key: &str) -> String {
    let bare = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
    let plain = !key.is_empty() && key.bytes().all(bare);
    let key = if plain { key.to_owned() } else { format!("{key:?}") };
    if table.is_empty() { key } else { format!("{table}.{key}") }
}

fn ticked(keys: &[&str]) -> String {
    keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}
