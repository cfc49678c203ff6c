//! Faults: what is wrong with a programme file, and where.

use std::fmt;

/// One fault of a programme file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: u32,
    /// The character in the line, from 1.
    pub column: u32,
    /// The key with its tables and, counted from 0, its place in a list: `earn[2].rate.per`. Empty
    /// if the text is not TOML at all.
    pub key: String,
    /// What was found and what was expected.
    pub reason: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Fault { line, column, key, reason } = self;
        match key.as_str() {
            "" => write!(f, "{line}:{column}: {reason}"),
            _ => write!(f, "{line}:{column}: {key}: {reason}"),
        }
    }
}

/// All faults of a programme file, at least one, in order of line and column; shown one a line.
///
/// The programme was not taken and nothing was changed: correct the file and give it again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", one_a_line(.0))]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn new(mut faults: Vec<Fault>) -> Faults {
        faults.sort_by_key(|fault| (fault.line, fault.column));
        Faults(faults)
    }

    /// The faults in order of line and column.
    pub fn as_slice(&self) -> &[Fault] {
        &self.0
    }
}

impl IntoIterator for Faults {
    type Item = Fault;
    type IntoIter = std::vec::IntoIter<Fault>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

fn one_a_line(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}
