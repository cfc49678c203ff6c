//! `milepost verify`: reads a ledger from its first entry and checks everything that can be.

use std::fmt::Write as _;
use std::io::{self, Write};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use milepost::log::LogError;
use milepost::{Error, Verified, VerifyError};

use crate::args::LedgerArgs;
use crate::exit::{Failure, Outcome, with_causes};

const EXAMPLE: &str = "Example:
  milepost verify ./ledger

Exit status: 0 if it verifies, 1 if it does not, 2 if it could not be read.";

/// Verify a ledger from its first entry, without trusting its snapshot.
///
/// Checks the groups, checksums and chain of the log, the chain and versions of each member, the
/// conservation of points after each entry, and that the snapshot is what the log folds to. Prints
/// the digest of the state: SHA-256 of the canonical encoding of all members.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
}

pub(crate) fn run(args: &VerifyArgs) -> Result<Outcome, Failure> {
    // It draws on the standard error, and only if that is a terminal.
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} entries, {per_sec}") {
        bar.set_style(style);
    }
    let verified = milepost::verify(&args.ledger.dir, |entries| bar.set_position(entries));
    bar.finish_and_clear();
    match verified {
        Ok(verified) => {
            write!(io::stdout(), "{}", summary(&verified))?;
            Ok(Outcome::Done)
        }
        Err(error) => match unreadable(error) {
            Ok(failure) => Err(failure),
            Err(reason) => {
                writeln!(io::stdout(), "does not verify: {reason}")?;
                Ok(Outcome::Refused)
            }
        },
    }
}

fn summary(verified: &Verified) -> String {
    let digest = verified.digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    });
    format!(
        "groups   {}\nentries  {}\nmembers  {}\nsnapshot {} members compared\ndigest   {digest}\n",
        verified.log.groups, verified.entries, verified.members, verified.members_in_snapshot
    )
}

/// The failure, if the ledger could not be read; else why it does not verify.
fn unreadable(error: VerifyError) -> Result<Failure, String> {
    let VerifyError::Ledger(error) = error else { return Err(error.to_string()) };
    let damaged = if let Error::Log(log) = &error {
        matches!(**log, LogError::Corrupt { .. } | LogError::DamagedManifest { .. })
    } else {
        !matches!(error, Error::Unfinished)
    };
    let failure = Failure::Ledger(error);
    if damaged { Err(with_causes(&failure)) } else { Ok(failure) }
}
