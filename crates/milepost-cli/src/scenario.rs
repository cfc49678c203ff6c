//! `milepost scenario`: runs scenario scripts, each scenario against a ledger of its own.
//!
//! It is how programme owners test their own rules; the language is described in `commands.md`
//! under "Scenario scripts".

mod contain;
mod crew;
mod expect;
mod report;
mod run;
mod script;
mod stage;
mod waiting;

use std::path::PathBuf;

use clap::Args;

use crate::exit::{Failure, Outcome};
use report::Report;
use script::Scenario;
use waiting::Waiting;

const EXAMPLE: &str = r#"Example:
  milepost scenario rules.jsonl

where rules.jsonl holds
  {"scenario":"a stay earns","programme":"programme.toml"}
  {"at":"2026-01-05T10:00:00Z"}
  {"cmd":"enrol","member":"a"}
  {"cmd":"record","member":"a","activity":{"kind":"stay","ref":"S-1","spend":"120.00"}}
  {"check":"balance","member":"a","expect":{"points":{"available":120}}}

Exit status: 0 if all hold, 1 if something does not, 2 if a script could not be read."#;

/// Run scenario scripts: commands and what is expected of them.
///
/// Each scenario runs against a fresh ledger in a temporary folder. What does not hold is told with
/// file, line, scenario, field, and what was expected and found.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct ScenarioArgs {
    /// The scripts.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// A list of scenarios that wait for later work, one a line: `FILE: TITLE — REASON`. They have
    /// to fail; one that holds has to be taken off the list.
    #[arg(long, value_name = "LIST")]
    waiting: Option<PathBuf>,
}

pub(crate) fn run(args: &ScenarioArgs) -> Result<Outcome, Failure> {
    let mut waiting = match &args.waiting {
        Some(list) => Waiting::read(list)?,
        None => Waiting::default(),
    };
    let scripts = args.files.iter().map(|file| Ok((file, script::read(file)?)));
    let scripts: Vec<(&PathBuf, Vec<Scenario>)> = scripts.collect::<Result<_, Failure>>()?;
    let all: Vec<(&PathBuf, &Scenario)> =
        scripts.iter().flat_map(|(file, all)| all.iter().map(|one| (*file, one))).collect();
    let mut report = Report::new();
    crew::each(
        &all,
        |(_, scenario)| run::run(scenario),
        |(file, scenario), faults| {
            let listed = waiting.take(file, &scenario.title);
            report.scenario(file, scenario, &faults?, listed)?;
            Ok::<(), Failure>(())
        },
    )?;
    for file in &args.files {
        report.not_there(file, waiting.left_of(file))?;
    }
    report.conclude()
}
