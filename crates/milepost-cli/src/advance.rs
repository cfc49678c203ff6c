//! `milepost advance`: writes down what is due.

use std::io::{self, Write};

use clap::Args;
use milepost::{Instant, Request, SubmitError, command::Advance};

use crate::args::{ClockChoice, LedgerArgs};
use crate::exit::{Failure, Outcome};
use crate::open;

const EXAMPLE: &str = "Example:
  milepost advance ./ledger --to 2026-02-01T00:00:00Z";

/// Write down all that is due up to a time, for everybody.
///
/// Answers are the same with or without it. It prints the answer to the command; with a clock that
/// commands drive, it sets the clock, and no later command can be recorded at an earlier time.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct AdvanceArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// The time, included: an RFC 3339 instant.
    #[arg(long, value_name = "INSTANT")]
    to: Instant,
    /// Where the ledger's time comes from; with `system` the time must not be later than now.
    #[arg(long, value_enum, default_value_t)]
    clock: ClockChoice,
}

pub(crate) fn run(args: &AdvanceArgs) -> Result<Outcome, Failure> {
    let ledger = open::to_write(&args.ledger.dir, args.clock)?;
    let request = Request::new(Advance { to: args.to });
    let told = match ledger.submit_blocking(request) {
        Ok(receipt) => Ok((ledger.receipt_json(None, &receipt), Outcome::Done)),
        Err(SubmitError::Refused(refusal)) => {
            Ok((ledger.refusal_json(None, &refusal), Outcome::Refused))
        }
        Err(SubmitError::Failed(error)) => Err(error.into()),
    };
    let (answer, outcome) = open::close(ledger, told)?;
    writeln!(io::stdout(), "{answer}")?;
    Ok(outcome)
}
