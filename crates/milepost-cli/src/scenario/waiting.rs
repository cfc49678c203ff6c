//! The list of scenarios that wait for later work.
//!
//! A listed scenario has to fail: so the list shrinks as soon as the work is done.

use std::fs;
use std::path::{Path, PathBuf};

use crate::exit::Failure;

/// Scenarios that wait, as far as they have not been run.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    entries: Vec<Entry>,
}

/// One scenario that waits.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its script: the end of the path, such as `lots/order.jsonl`.
    file: PathBuf,
    /// Its title.
    pub(super) title: String,
    /// What it waits for.
    pub(super) reason: String,
}

impl Waiting {
    /// Reads a list. Empty lines and lines that begin with `#` are skipped.
    pub(super) fn read(path: &Path) -> Result<Waiting, Failure> {
        let text = fs::read_to_string(path).map_err(|error| Failure::read(path, error))?;
        let lines = (1..).zip(text.lines().map(str::trim));
        let entries = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let read = |(number, line): (u64, &str)| {
            Entry::read(line).ok_or_else(|| Failure::Line {
                file: path.display().to_string(),
                line: number,
                reason: "expected FILE: TITLE — REASON".into(),
            })
        };
        Ok(Waiting { entries: entries.map(read).collect::<Result<_, _>>()? })
    }

    /// Takes a scenario off the list, if it is on it.
    pub(super) fn take(&mut self, file: &Path, title: &str) -> Option<Entry> {
        let at = self.entries.iter().position(|e| e.title == title && file.ends_with(&e.file))?;
        Some(self.entries.remove(at))
    }

    /// What the list still has of a script that was run: scenarios that are not in it.
    pub(super) fn left_of(&self, file: &Path) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| file.ends_with(&entry.file))
    }
}

impl Entry {
    fn read(line: &str) -> Option<Entry> {
        let (file, rest) = line.split_once(": ")?;
        // A title may have a dash in it; a reason has none.
        let (title, reason) = rest.rsplit_once(" — ")?;
        let (title, reason) = (title.trim(), reason.trim());
        let complete = !title.is_empty() && !reason.is_empty();
        complete.then(|| Entry { file: file.into(), title: title.into(), reason: reason.into() })
    }
}
