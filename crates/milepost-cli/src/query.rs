//! `milepost query`: question lines in, answer lines out.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use milepost::line::LineError;
use milepost::{Ledger, Refusal, SubmitError};

use crate::args::LedgerArgs;
use crate::batch::malformed;
use crate::exit::{Failure, Outcome, say};
use crate::input::Input;
use crate::question::{self, Question, What, entries};
use crate::{open, print};

const EXAMPLE: &str = r#"Example:
  echo '{"query":"balance","member":"guest-1"}' | milepost query ./ledger

Queries: balance, lots, holds, tier, statement, explain, expiring, rfm, totals, member, log. Each
takes as_of and known_at. The same names are subcommands that answer with tables.

Exit status: 0 if every question was answered, 1 if some were refused (each on its line), 2 if it
could not go on, for example at a line that is not JSON."#;

/// Ask questions: one JSON object a line in, one answer a line out.
///
/// `log` answers with one line for each entry. A question that is malformed, or names what is not
/// there, is answered with a refusal, and told with file, line and field on the standard error.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct QueryArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// The file of questions; none, or `-`: the standard input.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

pub(crate) fn run(args: &QueryArgs) -> Result<Outcome, Failure> {
    let mut input = Input::open(args.file.as_deref())?;
    let ledger = open::to_ask(&args.ledger.dir)?;
    let name = input.name().to_owned();
    let mut desk = Desk { ledger, out: print::out(), name, outcome: Outcome::Done };
    while let Some(block) = input.block()? {
        let asked = block.lines().try_for_each(|(number, bytes)| desk.line(number, bytes));
        // Whoever waits for the answers before asking on shall have them.
        desk.out.flush()?;
        asked?;
    }
    Ok(desk.outcome)
}

/// Where questions are answered.
struct Desk<W> {
    ledger: Ledger,
    out: W,
    /// What messages call the input.
    name: String,
    outcome: Outcome,
}

impl<W: Write> Desk<W> {
    fn line(&mut self, line: u64, bytes: &[u8]) -> Result<(), Failure> {
        let refusal = match question::read(bytes) {
            Ok(question) => answer(&self.ledger, &question, &mut self.out)?,
            Err(error @ LineError::Malformed { .. }) => Some(malformed(&error)),
            Err(error) => {
                let (file, reason) = (self.name.clone(), error.to_string());
                return Err(Failure::Line { file, line, reason });
            }
        };
        let Some(refusal) = refusal else { return Ok(()) };
        self.outcome = Outcome::Refused;
        say(&format!("{}:{line}: {}", self.name, refusal.message));
        Ok(print::line(&mut self.out, &self.ledger.refusal_json(None, &refusal))?)
    }
}

/// Writes the answer, or gives the refusal.
pub(crate) fn answer(
    ledger: &Ledger,
    question: &Question,
    out: &mut impl Write,
) -> Result<Option<Refusal>, Failure> {
    if let What::Log { from } = question.what {
        for entry in entries(ledger, from, question.when) {
            print::line(out, &entry?)?;
        }
        return Ok(None);
    }
    match question.answer(ledger) {
        Ok(answer) => print::line(out, &answer)?,
        Err(SubmitError::Refused(refusal)) => return Ok(Some(refusal)),
        Err(SubmitError::Failed(error)) => return Err(error.into()),
    }
    Ok(None)
}
