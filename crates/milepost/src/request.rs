//! What a host hands in, and what it gets back.

use milepost_core::command::Command;
use milepost_core::line::{Line, Mode};
use milepost_core::refusal::Refusal;
use milepost_core::time::Instant;
use milepost_core::views::Receipt;

/// A command, and how it is to be taken.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request {
    /// The command.
    pub command: Command,
    /// The ledger's clock for it; only where commands drive the clock.
    pub at: Option<Instant>,
    /// Whether it is real, or only tried (R-CMD-7).
    pub mode: Mode,
    /// How much the receipt tells.
    pub receipt: ReceiptDetail,
}

/// How much a receipt tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReceiptDetail {
    /// Everything; the default.
    #[default]
    Full,
    /// Without events, members and balances: for who hands in many commands and only counts them.
    /// A command that is repeated or that is about many members gets the full receipt nevertheless.
    Brief,
}

/// Whether a batch stands or falls as one (R-CMD-5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Atomicity {
    /// Each command stands alone; the default.
    #[default]
    Each,
    /// All or none, under one `recorded_at`.
    AllOrNone,
}

/// What became of one command of a batch.
pub type Answer = Result<Receipt, Refusal>;

impl Request {
    /// A real command, at the ledger's own time.
    pub fn new(command: impl Into<Command>) -> Request {
        Request {
            command: command.into(),
            at: None,
            mode: Mode::Real,
            receipt: ReceiptDetail::Full,
        }
    }

    /// A line of the line format; its `atomic` is for whoever collects batches.
    pub fn of_line(line: Line) -> Request {
        Request { at: line.at, mode: line.mode, ..Request::new(line.command) }
    }

    /// Sets the ledger's clock for the command; only where commands drive the clock.
    #[must_use]
    pub fn at(self, at: Instant) -> Request {
        Request { at: Some(at), ..self }
    }

    /// Asks for no more than a brief receipt.
    #[must_use]
    pub fn briefly(self) -> Request {
        Request { receipt: ReceiptDetail::Brief, ..self }
    }

    /// Only tries the command: the answer it would get, and nothing else (R-CMD-7).
    #[must_use]
    pub fn dry_run(self) -> Request {
        Request { mode: Mode::DryRun, ..self }
    }
}

impl<C: Into<Command>> From<C> for Request {
    fn from(command: C) -> Request {
        Request::new(command)
    }
}
