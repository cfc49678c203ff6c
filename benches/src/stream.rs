//! What `load` and `grow` can both be told: which commands, where, and whether to draw.

use std::path::{Path, PathBuf};

use clap::Args;
use milepost::command::Command;
use milepost_bench::Outcome;
use milepost_bench::mix::{Mix, SKEW};

#[derive(Clone, Debug, Args)]
pub(crate) struct StreamArgs {
    /// How unevenly members are about: the exponent of Zipf's law. 0: all alike.
    #[arg(long, default_value_t = SKEW)]
    skew: f64,
    /// Gives each command an idempotency key.
    #[arg(long)]
    keys: bool,
    /// The same seed gives the same commands at the same times.
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// An empty folder for the ledger, which stays there. Default: a temporary folder.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Draws what the table says into a file.
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
}

impl StreamArgs {
    /// The commands, about so many members.
    pub(crate) fn mix(&self, members: u32) -> Outcome<Mix> {
        Mix::skewed(self.seed, members, self.skew)
    }

    /// A command with the key of its number, if commands are to have keys.
    pub(crate) fn keyed(&self, number: u64, command: Command) -> Outcome<Command> {
        if self.keys {
            Ok(command.with_key(format!("booking-{number:09}").parse()?))
        } else {
            Ok(command)
        }
    }

    /// Where the ledger is to be.
    pub(crate) fn path(&self, temporary: &Path) -> PathBuf {
        self.dir.as_deref().unwrap_or(temporary).join("ledger")
    }

    /// Those of a test: with keys.
    #[cfg(test)]
    pub(crate) fn with_keys() -> StreamArgs {
        StreamArgs { skew: SKEW, keys: true, seed: 1, dir: None, svg: None }
    }
}
