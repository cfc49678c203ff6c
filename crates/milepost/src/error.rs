//! Failures, by family. A refusal of a command is not a failure: see
//! [`Refusal`].

use std::path::PathBuf;
use std::sync::Arc;

use milepost_core::programme::Faults;
use milepost_core::refusal::Refusal;
use milepost_core::state::Broken;
use milepost_core::wire::WireError;
use milepost_log::LogError;

/// Why a ledger could not be created or opened, or cannot go on.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The log could not be read or written. What was receipted stands. If the message says that
    /// the log is poisoned or corrupt, stop and look at the disk; else repair what it names and
    /// open the ledger again.
    #[error(transparent)]
    Log(Arc<LogError>),
    /// The programme has faults. Nothing was created or changed. Mend the file.
    #[error("the programme has faults:\n{0}")]
    Programme(Faults),
    /// An entry of the log cannot be read. Nothing was changed. The log is of another version, or
    /// was not written by milepost: run `milepost verify`.
    #[error("entry {seq} cannot be read")]
    Entry {
        /// Its sequence number.
        seq: u64,
        /// What is wrong with it.
        source: WireError,
    },
    /// An entry's events do not apply. The ledger stops: this is a defect or a log that was not
    /// written by milepost. Nothing after the entry is believed.
    #[error("entry {seq} does not apply")]
    Broken {
        /// Its sequence number.
        seq: u64,
        /// What does not fit.
        source: Broken,
    },
    /// An entry would be larger than the log takes. The ledger stops, because it has decided what it
    /// cannot record. What was receipted stands.
    #[error("entry {seq} is too large: {reason}")]
    TooLarge {
        /// Its sequence number.
        seq: u64,
        /// Its size and the limit.
        reason: String,
    },
    /// The ledger has stopped after a failure, which is the source. What was receipted stands;
    /// nothing more is accepted until the ledger is opened again.
    #[error("the ledger has stopped after a failure")]
    Stopped {
        /// The failure.
        source: Arc<Error>,
    },
    /// A thread of the ledger panicked, or that of a caller while it decided its own command: a
    /// defect, of milepost or of a view, clock or disk of the host's. What was receipted stands. Report
    /// it, and open the ledger again.
    #[error("a thread of the ledger panicked: this is a defect")]
    Panicked,
    /// The ledger's creation was interrupted before its first entry. Delete the folder and create
    /// it again.
    #[error("the ledger's creation was interrupted: delete the folder and create it again")]
    Unfinished,
    /// The ledger is closed. Nothing was changed.
    #[error("the ledger is closed")]
    Closed,
    /// The queue of commands is full ([`Ledger::try_submit`](crate::Ledger::try_submit)). Nothing
    /// was changed. Try again.
    #[error("the queue of commands is full")]
    QueueFull,
    /// A blocking form was called inside an async runtime. Nothing was changed. Use the async form,
    /// or a thread of its own.
    #[error("a blocking call inside an async runtime: use the async form")]
    BlockingInAsync,
    /// A thread could not be started. Nothing was changed.
    #[error("a thread could not be started")]
    Thread(#[source] Arc<std::io::Error>),
    /// No view of that name and type is registered. Register it in the options when opening.
    #[error("there is no view {0} of this type")]
    NoSuchView(String),
    /// Two views have the same name. Nothing was opened.
    #[error("there are two views named {0}")]
    ViewNamedTwice(String),
    /// The snapshot could not be written. The ledger goes on; the log has everything.
    #[error("the snapshot in {} could not be written: {reason}", path.display())]
    Snapshot {
        /// Its folder.
        path: PathBuf,
        /// What went wrong.
        reason: String,
    },
    /// There is no member of that id.
    #[error("there is no member {0}")]
    UnknownMember(String),
    /// The programme in force at that time has no `[rfm]`, so nobody has scores.
    #[error("the programme in force at {0} has no scores: it has no table rfm")]
    NoScores(milepost_core::time::Instant),
    /// The programme has no unit of that name.
    #[error("the programme has no unit {0}")]
    UnknownUnit(String),
}

impl From<LogError> for Error {
    fn from(error: LogError) -> Error {
        Error::Log(Arc::new(error))
    }
}

impl From<Faults> for Error {
    fn from(faults: Faults) -> Error {
        Error::Programme(faults)
    }
}

/// Why a command has no receipt.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SubmitError {
    /// The command is refused; nothing was changed. Do what the code says.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The ledger failed. Whether the command was recorded is not known: send it again with its
    /// key.
    #[error(transparent)]
    Failed(#[from] Error),
}
