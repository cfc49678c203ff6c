//! Arguments that several subcommands share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use milepost::{AsOf, Clock, Instant, KnownAt, SystemClock};

/// What stands at the end of the program's help.
pub(crate) const EXIT_STATUS: &str = "Exit status: 0 if all went well, 1 if a command was refused \
or a check failed, 2 if the program could not go on.";

/// Where the ledger's time comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClockChoice {
    /// From the commands: their `at` drives the ledger's clock.
    #[default]
    Commands,
    /// From the system's clock; a command with `at` is refused.
    System,
}

/// Which ledger.
#[derive(Clone, Debug, Args)]
pub(crate) struct LedgerArgs {
    /// The ledger's folder.
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

/// Which state of the world, as known when, and in which form the answer comes.
#[derive(Clone, Debug, Args)]
pub(crate) struct WhenArgs {
    /// What was or will be in force at this time: an RFC 3339 instant, or `now`. Default: the time
    /// of the last entry.
    #[arg(long, value_name = "INSTANT", value_parser = instant_or_now)]
    as_of: Option<Instant>,
    /// What the ledger knew then: a sequence number or an RFC 3339 instant. Default: everything.
    #[arg(long, value_name = "SEQ|INSTANT", value_parser = known_at)]
    known_at: Option<KnownAt>,
    /// Answer with JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

impl WhenArgs {
    /// The two axes of time.
    pub(crate) fn when(&self) -> AsOf {
        AsOf { as_of: self.as_of, known_at: self.known_at }
    }
}

fn instant_or_now(text: &str) -> Result<Instant, String> {
    match text {
        "now" => Ok(SystemClock.now()),
        _ => text.parse().map_err(|_| {
            "neither now nor an RFC 3339 date and time such as 2026-01-05T10:00:00Z".to_owned()
        }),
    }
}

fn known_at(text: &str) -> Result<KnownAt, String> {
    match text.parse() {
        Ok(seq) => Ok(KnownAt::Seq(seq)),
        Err(_) => text
            .parse()
            .map(KnownAt::Instant)
            .map_err(|_| "neither a sequence number nor an RFC 3339 date and time".to_owned()),
    }
}
