//! `milepost rfm`: scores and segments, as a table for people and as a file for campaigns.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use milepost::answer;
use milepost::rules::Rules;
use milepost::views::rfm::Scores;
use milepost::{Error, MemberId, Name};

use crate::args::{LedgerArgs, WhenArgs};
use crate::exit::{Failure, Outcome, say};
use crate::question::What;
use crate::{open, people, print, tables};

const EXAMPLE: &str = "Examples:
  milepost rfm ./ledger
  milepost rfm ./ledger guest-1
  milepost rfm ./ledger --purpose marketing --csv segments.csv";

const COLUMNS: [&str; 8] =
    ["member", "recency_days", "frequency", "monetary", "r", "f", "m", "segment"];

/// Scores by recency, frequency and money, and the segments that members fall into.
///
/// Prints how many members are in each segment; of one member its figures and scores. The file has
/// a line for each member that has scores or is in a segment.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct RfmArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Whose; left out: everybody's.
    #[arg(value_name = "MEMBER", conflicts_with = "csv")]
    member: Option<MemberId>,
    /// Leave out members who have not consented to this.
    #[arg(long, value_name = "PURPOSE")]
    purpose: Option<Name>,
    /// Write the members to this file as CSV; `-`: to the standard output, without the table.
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    csv: Option<PathBuf>,
    #[command(flatten)]
    when: WhenArgs,
}

pub(crate) fn run(args: RfmArgs) -> Result<Outcome, Failure> {
    let Some(csv) = args.csv else {
        let what = What::Rfm { member: args.member, purpose: args.purpose };
        return people::ask(&args.ledger, &args.when, what);
    };
    let ledger = open::to_ask(&args.ledger.dir)?;
    let when = args.when.when();
    let scores = match ledger.rfm(args.purpose.as_ref(), when) {
        Ok(scores) => scores,
        Err(error @ Error::NoScores(_)) => {
            say(&format!("milepost: {error}"));
            return Ok(Outcome::Refused);
        }
        Err(error) => return Err(error.into()),
    };
    let rules = ledger.rules_known(when.known_at);
    if csv == Path::new("-") {
        write(&rules, &scores, print::out())
            .map_err(|error| Failure::from(io::Error::from(error)))?;
        return Ok(Outcome::Done);
    }
    let failed = |source| Failure::Write { path: csv.clone(), source };
    let file = File::create(&csv).map_err(failed)?;
    write(&rules, &scores, file).map_err(|error| failed(error.into()))?;
    let what = What::Rfm { member: None, purpose: args.purpose };
    let mut out = print::out();
    writeln!(out, "{}", tables::of(&what, &answer::rfm(&rules, &scores)))?;
    out.flush()?;
    Ok(Outcome::Done)
}

fn write(rules: &Rules, scores: &Scores, to: impl Write) -> Result<(), csv::Error> {
    let mut file = csv::Writer::from_writer(to);
    file.write_record(COLUMNS)?;
    for member in &scores.members {
        let figures = answer::rfm_figures(rules, scores, member);
        let fields = figures.iter().map(String::as_str);
        file.write_record(std::iter::once(member.member.as_str()).chain(fields))?;
    }
    file.flush()?;
    Ok(())
}
