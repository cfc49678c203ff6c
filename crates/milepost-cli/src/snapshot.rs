//! `milepost snapshot`: takes a snapshot, so that the next opening is quick.

use std::io::{self, Write};

use clap::Args;

use crate::args::LedgerArgs;
use crate::exit::{Failure, Outcome};
use crate::open;

const EXAMPLE: &str = "Example:
  milepost snapshot ./ledger";

/// Take a snapshot: opening the ledger then folds only what comes after it.
///
/// A snapshot holds nothing that the log does not; it may be deleted at any time.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct SnapshotArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
}

pub(crate) fn run(args: &SnapshotArgs) -> Result<Outcome, Failure> {
    let ledger = open::to_ask(&args.ledger.dir)?;
    let taken = ledger.snapshot()?;
    ledger.close()?;
    writeln!(
        io::stdout(),
        "{} members written in {} changed shards, {} bytes",
        taken.members_written,
        taken.shards_written,
        taken.bytes_written
    )?;
    Ok(Outcome::Done)
}
