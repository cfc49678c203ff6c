//! `milepost programme`: a programme file looked at without a ledger.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use milepost::programme::{Fault, Symbols, explain, parse, warnings};
use serde_json::{Value, json};

use crate::exit::{Failure, Outcome};
use crate::init::read_programme;
use crate::print;

const EXAMPLE: &str = "Examples:
  milepost programme check rules.toml
  milepost programme explain rules.toml";

/// Look at a programme file: is it sound, and what does it say.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct ProgrammeArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Tell all faults of a file, and what in it can hardly be meant.
    ///
    /// Each with file, line, column and key. Warned is of rules that no activity gets to, units that
    /// are never used, tiers that nothing reaches, segments that nobody gets into and approvals that
    /// nobody may give. Exit status 1 if there are faults; warnings are none.
    Check(FileArgs),
    /// Say in plain sentences what the rules of a file come to, as a member could read them.
    Explain(FileArgs),
}

#[derive(Debug, Args)]
struct FileArgs {
    /// The programme file.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Answer with JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &ProgrammeArgs) -> Result<Outcome, Failure> {
    match &args.what {
        What::Check(args) => check(args),
        What::Explain(args) => explained(args),
    }
}

fn check(args: &FileArgs) -> Result<Outcome, Failure> {
    let text = read_programme(&args.file)?;
    let (faults, outcome) = match parse(&text, &Symbols::default()) {
        Ok(_) => (Vec::new(), Outcome::Done),
        Err(faults) => (faults.into_iter().collect(), Outcome::Refused),
    };
    let warned = warnings(&text);
    let mut out = print::out();
    if args.json {
        let all = |faults: &[Fault]| faults.iter().map(told).collect::<Vec<Value>>();
        print::line(&mut out, &json!({ "faults": all(&faults), "warnings": all(&warned) }))?;
    } else {
        let file = args.file.display();
        for fault in &faults {
            writeln!(out, "{file}:{fault}")?;
        }
        for Fault { line, column, key, reason } in &warned {
            writeln!(out, "{file}:{line}:{column}: warning: {key}: {reason}")?;
        }
        match (faults.len(), warned.len()) {
            (0, 0) => writeln!(out, "{file}: sound")?,
            (0, 1) => writeln!(out, "{file}: sound, 1 warning")?,
            (0, warned) => writeln!(out, "{file}: sound, {warned} warnings")?,
            (1, _) => writeln!(out, "{file}: 1 fault")?,
            (faults, _) => writeln!(out, "{file}: {faults} faults")?,
        }
    }
    out.flush()?;
    Ok(outcome)
}

fn told(fault: &Fault) -> Value {
    let Fault { line, column, key, reason } = fault;
    json!({ "line": line, "column": column, "key": key, "reason": reason })
}

fn explained(args: &FileArgs) -> Result<Outcome, Failure> {
    let text = read_programme(&args.file)?;
    let file = || args.file.display().to_string();
    let programme = parse(&text, &Symbols::default())
        .map_err(|faults| Failure::Programme { file: file(), faults })?;
    let chapters = explain(&programme);
    let mut out = print::out();
    if args.json {
        let chapter = |chapter: &milepost::programme::Chapter| json!({ "title": chapter.title, "sentences": chapter.sentences });
        let chapters: Vec<Value> = chapters.iter().map(chapter).collect();
        print::line(&mut out, &json!({ "chapters": chapters }))?;
    } else {
        for (at, chapter) in chapters.iter().enumerate() {
            let gap = if at == 0 { "" } else { "\n" };
            writeln!(out, "{gap}{}\n", chapter.title)?;
            for sentence in &chapter.sentences {
                writeln!(out, "- {sentence}")?;
            }
        }
    }
    out.flush()?;
    Ok(Outcome::Done)
}
