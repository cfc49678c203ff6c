//! `milepost what-if`: the recorded history under other rules, and what would be different.

mod json;
mod show;

use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use milepost::what_if::Revisions;

use crate::args::LedgerArgs;
use crate::exit::{Failure, Outcome};
use crate::{init, print};

const EXAMPLE: &str = "Example:
  milepost what-if ./ledger --programme new-rules.toml

Exit status: 0, also if much is different; 2 if the programme has faults or the ledger could not be \
read.";

/// Decide the whole history again under another programme, in memory, and print the difference.
///
/// Every recorded command is decided again, in order and at its own time; nothing is written. The
/// difference is told for all members together, by tier, by month, and for the twenty members that
/// are affected most; commands that would now be refused are counted by their code.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct WhatIfArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// The programme to stand in place of the one with which the ledger began.
    #[arg(long, value_name = "FILE")]
    programme: PathBuf,
    /// Decide the later revisions of the history again too. Without it they are passed over, and
    /// the new programme is in force to the end.
    #[arg(long)]
    keep_revisions: bool,
    /// Answer with one JSON object instead of tables.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &WhatIfArgs) -> Result<Outcome, Failure> {
    let text = init::read_programme(&args.programme)?;
    let revisions = if args.keep_revisions { Revisions::Keep } else { Revisions::PassOver };
    // It draws on the standard error, and only if that is a terminal.
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {human_pos} entries, {per_sec}") {
        bar.set_style(style);
    }
    let progress = |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    };
    let different = milepost::what_if(&args.ledger.dir, &text, revisions, progress);
    bar.finish_and_clear();
    let different = different.map_err(|error| init::failed(&args.programme, error))?;
    let answer = json::of(&different);
    let mut out = print::out();
    if args.json {
        print::line(&mut out, &answer)?;
    } else {
        show::all(&mut out, &different, &answer)?;
    }
    Ok(Outcome::Done)
}
