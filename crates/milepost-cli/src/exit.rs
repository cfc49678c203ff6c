//! How the program ends: its exit status, and the failures after which it cannot go on.

use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use milepost::log::LogError;
use milepost::programme::Faults;

/// How a subcommand that could do its work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All went well: exit status 0.
    Done,
    /// A command was refused or a check failed; the output says which. Exit status 1.
    Refused,
}

/// Why the program could not go on: exit status 2. What was receipted stands.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A file could not be read. Nothing was changed by what would have followed in it.
    #[error("could not read {file}")]
    Read {
        /// The file, or what stands for the standard input.
        file: String,
        /// The system's reason.
        source: io::Error,
    },
    /// A file or folder could not be written. Find the cause and try again.
    #[error("could not write {}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The output could not be written. What was receipted stands.
    #[error("could not write the output")]
    Output(#[source] io::Error),
    /// Whoever read the output has stopped reading. That is how a pipe ends, and no error.
    #[error("nobody reads the output any more")]
    NobodyReads,
    /// Nobody reads the answers of `apply` any more, so it has stopped early.
    #[error("stopped after line {line} of {file}: nobody reads the answers any more")]
    StoppedAfter {
        /// The file of commands.
        file: String,
        /// The last line that was handed in.
        line: u64,
    },
    /// A line is not what has to stand there. What was receipted before it stands; nothing after
    /// it was looked at.
    #[error("{file}:{line}: {reason}")]
    Line {
        /// The file.
        file: String,
        /// The line, from 1.
        line: u64,
        /// What was found and what was expected.
        reason: String,
    },
    /// A programme file has faults. Nothing was made. Mend the file.
    #[error("{}", each_with_file(file, faults))]
    Programme {
        /// The file.
        file: String,
        /// All of its faults.
        faults: Faults,
    },
    /// The ledger could not be opened, read or written.
    #[error(transparent)]
    Ledger(#[from] milepost::Error),
}

impl Failure {
    /// A file that could not be read.
    pub(crate) fn read(path: &Path, source: io::Error) -> Failure {
        Failure::Read { file: path.display().to_string(), source }
    }
}

impl From<io::Error> for Failure {
    /// A failure of writing the output.
    fn from(error: io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::NobodyReads;
        }
        Failure::Output(error)
    }
}

/// The exit status; a failure is told on the standard error.
pub(crate) fn code(ended: Result<Outcome, Failure>) -> ExitCode {
    match ended {
        Ok(Outcome::Done) | Err(Failure::NobodyReads) => ExitCode::SUCCESS,
        Ok(Outcome::Refused) => ExitCode::from(1),
        Err(failure) => {
            say(&told(&failure));
            ExitCode::from(2)
        }
    }
}

/// Says something on the standard error. If nobody can hear it, there is nothing more to be done.
pub(crate) fn say(message: &str) {
    let _ = writeln!(io::stderr(), "{message}");
}

/// A failure with all its causes, and with what helps, if that is known.
fn told(failure: &Failure) -> String {
    // What names a place in a file begins with it, so that an editor can go there.
    let located = matches!(failure, Failure::Programme { .. } | Failure::Line { .. });
    let mut text = String::from(if located { "" } else { "milepost: " });
    text.push_str(&with_causes(failure));
    if let Failure::Ledger(milepost::Error::Log(error)) = failure
        && let Some(hint) = hint(error)
    {
        text.push_str(
            "
milepost: ",
        );
        text.push_str(hint);
    }
    text
}

/// An error with all its causes, on one line.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

fn hint(error: &LogError) -> Option<&'static str> {
    if let LogError::NotALedger { .. } = error {
        return Some("`milepost init` makes a ledger");
    }
    if let LogError::OpenElsewhere { .. } = error {
        return Some("one process at a time: stop the other one first");
    }
    if let LogError::NewerFormat { .. } = error {
        return Some("update this program to open it");
    }
    None
}

fn each_with_file(file: &str, faults: &Faults) -> String {
    let told = faults.as_slice().iter().map(|fault| format!("{file}:{fault}"));
    told.collect::<Vec<_>>().join("\n")
}
