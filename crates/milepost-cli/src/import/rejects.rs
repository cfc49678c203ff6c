//! The reject file: each row that was refused, as it was, with the reason, the file and the row
//! that it came from. Mended, it can be imported like any other file.

use std::fs::File;
use std::path::{Path, PathBuf};

use csv::Writer;

use super::shelf::RawRow;
use super::source::{REJECT_COLUMNS, Source, origin};
use crate::exit::{Failure, say};

/// Without a reject file, so many rows are told of on the standard error.
const TOLD: u64 = 10;

/// A row that was refused, and why.
#[derive(Debug)]
pub(super) struct Refused<'a> {
    /// Where it was read.
    pub(super) source: &'a Source,
    /// The row.
    pub(super) row: RawRow<'a>,
    /// Why.
    pub(super) code: &'a str,
    /// Why, for people.
    pub(super) message: &'a str,
}

/// What is to be done with refused rows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RefusedRows<'a> {
    /// They are written to a file.
    InFile(&'a Path),
    /// The first ones are told on the standard error.
    Told,
    /// They are only counted.
    Counted,
}

/// Where refused rows go.
#[derive(Debug)]
pub(super) enum Rejects {
    File(RejectFile),
    Told { count: u64 },
    Counted,
}

/// A reject file that is being written.
#[derive(Debug)]
pub(super) struct RejectFile {
    path: PathBuf,
    writer: Writer<File>,
    /// The columns of the input that are written: all but those of an earlier reject file.
    kept: Vec<usize>,
    /// Where an earlier reject file tells what its rows came from.
    origin: Option<(usize, usize)>,
}

impl Rejects {
    /// Gets ready for refused rows with these columns.
    pub(super) fn begin(wanted: RefusedRows<'_>, columns: &[String]) -> Result<Rejects, Failure> {
        match wanted {
            RefusedRows::InFile(path) => Rejects::to_file(path, columns),
            RefusedRows::Told => Ok(Rejects::Told { count: 0 }),
            RefusedRows::Counted => Ok(Rejects::Counted),
        }
    }

    fn to_file(path: &Path, columns: &[String]) -> Result<Rejects, Failure> {
        let failed = |source| Failure::Write { path: path.to_owned(), source };
        let writer = Writer::from_writer(File::create(path).map_err(failed)?);
        let is_kept = |name: &String| !REJECT_COLUMNS.contains(&name.as_str());
        let kept = columns.iter().enumerate().filter(|(_, name)| is_kept(name));
        let (kept, names): (Vec<usize>, Vec<&String>) = kept.unzip();
        let (path, origin) = (path.to_owned(), origin(columns));
        let mut file = RejectFile { path, writer, kept, origin };
        let names = names.into_iter().map(String::as_bytes);
        file.write(names.chain(REJECT_COLUMNS.map(str::as_bytes)))?;
        Ok(Rejects::File(file))
    }

    /// Takes a row that was refused.
    pub(super) fn take(&mut self, row: &Refused<'_>) -> Result<(), Failure> {
        match self {
            Rejects::File(file) => file.take(row),
            Rejects::Told { count } => {
                *count += 1;
                if *count <= TOLD {
                    let Refused { source, row, code, message } = row;
                    say(&format!("{}:{}: {code}: {message}", source.name(), row.line));
                }
                Ok(())
            }
            Rejects::Counted => Ok(()),
        }
    }

    /// Ends it.
    pub(super) fn finish(self) -> Result<(), Failure> {
        match self {
            Rejects::File(mut file) => {
                file.writer.flush().map_err(|source| Failure::Write { path: file.path, source })
            }
            Rejects::Told { count } if count > TOLD => {
                let more = count - TOLD;
                say(&format!("milepost: and {more} rows more: --rejects FILE writes them down"));
                Ok(())
            }
            Rejects::Told { .. } | Rejects::Counted => Ok(()),
        }
    }
}

impl RejectFile {
    fn take(&mut self, refused: &Refused<'_>) -> Result<(), Failure> {
        let Refused { source, row, code, message } = refused;
        let (stem, number) = match self.origin {
            Some((file, line)) => (row.field(file).to_vec(), row.field(line).to_vec()),
            None => (source.stem().into_bytes(), row.line.to_string().into_bytes()),
        };
        let kept = std::mem::take(&mut self.kept);
        let fields = kept.iter().map(|column| row.field(*column));
        let written =
            self.write(fields.chain([code.as_bytes(), message.as_bytes(), &stem, &number]));
        self.kept = kept;
        written
    }

    fn write<'f>(&mut self, fields: impl Iterator<Item = &'f [u8]>) -> Result<(), Failure> {
        self.writer
            .write_record(fields)
            .map_err(|error| Failure::Write { path: self.path.clone(), source: error.into() })
    }
}
