//! `milepost import`: CSV files into a ledger, by a mapping file.

mod feed;
mod mapping;
mod past;
mod recipe;
mod rejects;
mod row;
mod rows;
mod sheet;
mod shelf;
mod source;
mod summary;
mod template;
mod when;

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use milepost::Ledger;

use self::feed::{Earlier, Job};
pub(crate) use self::mapping::Draft;
pub(crate) use self::rejects::RefusedRows;
use self::rejects::Rejects;
pub(crate) use self::source::Source;
pub(crate) use self::summary::{Summary, rate};
use crate::args::LedgerArgs;
use crate::exit::{Failure, Outcome};
use crate::open;

const EXAMPLE: &str = "\
Example, with the data in the repository:
  milepost init ./ledger --programme examples/airline/never.toml
  milepost import ./ledger --mapping examples/airline/members.toml examples/airline/history.csv.zst
  milepost import ./ledger --mapping examples/airline/activity.toml --rejects refused.csv \\
      examples/airline/activity.csv.zst

The mapping names the commands that each row becomes, with the keys of the line format and
templates in place of values: {Column}, {Column:02} (zeros before it), {Column|table} (by
[values.table]), {row} (the line in the file; the header is line 1) and {file} (the name of the
file without its endings). A field that comes out empty is left out. A row of which one command
cannot be made is rejected as a whole.

Give each command a key. Then an import that was interrupted can be repeated from its beginning:
what is recorded answers duplicate, and what was refused before is not judged again. A reject file
that was mended can be imported with the same mapping: its rows keep the keys of the rows that they
came from, and what was refused of them is judged anew.

Exit status: 0 if every command was accepted or a duplicate, 1 if some were refused (the others
stand), 2 if it could not go on: all that was accepted stands.";

/// Import CSV files: rows become commands, by a mapping file.
///
/// A row that is refused goes to the reject file with its reason, and the import goes on. Files
/// that end in .zst are decompressed.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLE)]
pub(crate) struct ImportArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// The mapping file (TOML).
    #[arg(long, value_name = "MAP.toml")]
    mapping: PathBuf,
    /// Where refused rows are written, as CSV; a file that is there is overwritten. Default: the
    /// first ten are told on the standard error.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// The CSV files, all with the same header.
    #[arg(value_name = "CSV", required = true)]
    files: Vec<PathBuf>,
}

/// Tells on a terminal how far it has come; anywhere else nothing.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// Progress of an import that begins now.
    pub(crate) fn new() -> Progress {
        let bar = ProgressBar::new_spinner();
        let style = ProgressStyle::with_template("{spinner} {human_pos} rows, {per_sec}");
        Progress(style.map(|style| bar.clone().with_style(style)).unwrap_or(bar))
    }

    fn rows(&self, count: u64) {
        self.0.set_position(count);
    }

    /// Takes it off the terminal.
    pub(crate) fn finish(self) {
        self.0.finish_and_clear();
    }
}

pub(crate) fn run(args: ImportArgs) -> Result<Outcome, Failure> {
    let file = args.mapping.display().to_string();
    let text = std::fs::read_to_string(&args.mapping)
        .map_err(|source| Failure::read(&args.mapping, source))?;
    let draft = Draft::parse(&text, &file)?;
    check_rejects(args.rejects.as_deref(), &args.files)?;
    let ledger = open::to_write(&args.ledger.dir, draft.clock())?;
    let progress = Progress::new();
    let sources: Vec<Source> = args.files.into_iter().map(Source::File).collect();
    let refused = args.rejects.as_deref().map_or(RefusedRows::Told, RefusedRows::InFile);
    let imported = import(&ledger, draft, &file, &sources, refused, &progress);
    progress.finish();
    let summary = open::close(ledger, imported)?;
    summary.show(&mut io::stdout().lock())?;
    Ok(if summary.rejected_rows == 0 { Outcome::Done } else { Outcome::Refused })
}

fn check_rejects(rejects: Option<&Path>, files: &[PathBuf]) -> Result<(), Failure> {
    let same = |file: &&PathBuf| {
        let real = |path: &Path| path.canonicalize().ok();
        rejects.is_some_and(|rejects| real(rejects).is_some() && real(rejects) == real(file))
    };
    match files.iter().find(same) {
        None => Ok(()),
        Some(file) => {
            let reason = "it is one of the files to import: choose another reject file";
            let source = io::Error::new(io::ErrorKind::InvalidInput, reason);
            Err(Failure::Write { path: file.clone(), source })
        }
    }
}

/// Imports all rows of the sources by a mapping, whose file is named for messages.
pub(crate) fn import(
    ledger: &Ledger,
    draft: Draft,
    mapping: &str,
    sources: &[Source],
    refused: RefusedRows<'_>,
    progress: &Progress,
) -> Result<Summary, Failure> {
    let columns = columns(sources)?;
    let rules = ledger.rules();
    let programme = &rules.latest().programme;
    let mapping = draft.compile(&columns, programme).map_err(|fault| unreadable(mapping, fault))?;
    let rejects = Rejects::begin(refused, &columns)?;
    let is_mended = source::origin(&columns).is_some();
    let earlier = if is_mended { Earlier::IsMended } else { Earlier::Stands };
    Job { ledger, mapping: &mapping, sources, earlier }.run(rejects, progress)
}

/// The columns of all sources, which have to be the same.
fn columns(sources: &[Source]) -> Result<Vec<String>, Failure> {
    let mut columns: Option<Vec<String>> = None;
    for source in sources {
        let found = source.open()?.columns;
        if columns.as_ref().is_some_and(|columns| *columns != found) {
            let first = sources.first().map(Source::name).unwrap_or_default();
            let reason = format!("its columns are not those of {first}: import it on its own");
            return Err(unreadable(&source.name(), reason));
        }
        columns = Some(found);
    }
    Ok(columns.unwrap_or_default())
}

/// A file that is not what has to be read.
fn unreadable(file: &str, reason: impl Into<Box<dyn Error + Send + Sync>>) -> Failure {
    let source = io::Error::new(io::ErrorKind::InvalidData, reason);
    Failure::Read { file: file.to_owned(), source }
}
