//! The report: where the readers of one file put what is wrong with it, so that a file is read to
//! its end and all of its faults are told at once.

use std::cell::RefCell;

use super::faults::{Fault, Faults};

/// What was read, or the proof that a fault was reported instead. A list that a fault cut short can
/// therefore not become part of a programme.
pub(super) type Read<T> = Result<T, Reported>;

/// The proof that a fault was reported: only [`Report::fault`] makes one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reported(());

/// The faults found so far in one text.
pub(super) struct Report<'a> {
    text: &'a str,
    line_starts: Vec<usize>,
    faults: RefCell<Vec<Fault>>,
}

impl<'a> Report<'a> {
    pub(super) fn new(text: &'a str) -> Report<'a> {
        let after_breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let line_starts = std::iter::once(0).chain(after_breaks).collect();
        Report { text, line_starts, faults: RefCell::default() }
    }

    /// Reports a fault at a byte of the text.
    pub(super) fn fault(&self, at: usize, key: &str, reason: impl Into<String>) -> Reported {
        let (line, column) = self.position(at);
        let (key, reason) = (key.to_owned(), reason.into());
        self.faults.borrow_mut().push(Fault { line, column, key, reason });
        Reported(())
    }

    /// Reports that the text is not TOML.
    pub(super) fn syntax(&self, error: &toml::de::Error) -> Reported {
        let at = error.span().map_or(0, |span| span.start);
        self.fault(at, "", format!("not TOML: {}", error.message().replace('\n', ", ")))
    }

    /// What was read, if there were no faults.
    pub(super) fn conclude<T>(self, read: Read<T>) -> Result<T, Faults> {
        let faults = self.faults.into_inner();
        match read {
            Ok(value) if faults.is_empty() => Ok(value),
            Ok(_) | Err(Reported(())) => Err(Faults::new(faults)),
        }
    }

    /// Line and column of a byte, both from 1, the column in characters.
    pub(super) fn position(&self, at: usize) -> (u32, u32) {
        let line = self.line_starts.partition_point(|start| *start <= at);
        let start = self.line_starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = self.text.get(start..at).map_or(0, |text| text.chars().count());
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        (number(line), number(before + 1))
    }
}

/// All of them, if none was faulty. Every one was read before, so that none hides the faults of
/// another.
pub(super) fn all<T>(reads: Vec<Read<T>>) -> Read<Vec<T>> {
    reads.into_iter().collect()
}
