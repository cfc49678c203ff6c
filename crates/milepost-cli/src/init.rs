//! `milepost init`: makes a ledger.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use milepost::log::{RealDisk, ledger_id};
use milepost::{Error, Ledger, Options, Snapshots};

use crate::args::{ClockChoice, LedgerArgs};
use crate::exit::{Failure, Outcome};
use crate::open;

const EXAMPLE: &str = "Example:
  milepost init ./ledger --programme programme.toml";

/// Make a ledger with a programme, in a folder that is empty or does not exist.
///
/// Prints the id of the new ledger. If the programme has faults, all of them are told with file,
/// line, column and key, and nothing is made.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct InitArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// The programme file.
    #[arg(long, value_name = "FILE")]
    programme: PathBuf,
    /// With `commands` the programme is in force from the earliest time on, so that old data can be
    /// applied; with `system` from now on.
    #[arg(long, value_enum, default_value_t)]
    clock: ClockChoice,
}

pub(crate) fn run(args: &InitArgs) -> Result<Outcome, Failure> {
    let programme = read_programme(&args.programme)?;
    let options = Options::default().with_clock(open::clock(args.clock));
    let options = options.with_snapshots(Snapshots::OnDemand);
    let dir = &args.ledger.dir;
    let made = Ledger::create(dir, &programme, options);
    made.map_err(|error| failed(&args.programme, error))?.close()?;
    let id = ledger_id(&RealDisk, dir).map_err(Error::from)?;
    writeln!(io::stdout(), "{}", uuid::Uuid::from_bytes(id.to_bytes()))?;
    Ok(Outcome::Done)
}

/// Faults of the programme are told with its file.
pub(crate) fn failed(programme: &Path, error: Error) -> Failure {
    if let Error::Programme(faults) = error {
        return Failure::Programme { file: programme.display().to_string(), faults };
    }
    error.into()
}

/// The text of a programme file.
pub(crate) fn read_programme(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::read(path, error))
}
