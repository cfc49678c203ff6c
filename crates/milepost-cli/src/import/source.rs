//! The CSV files of an import: plain or zstd (`.zst`), UTF-8 with or without a byte-order mark.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use csv::{ByteRecord, StringRecord};

use crate::exit::Failure;

/// Columns that a reject file adds. A reject file that was mended can be imported: its rows are
/// known by the file and the row that they came from, so that what was accepted of them is not
/// done twice.
pub(super) const REJECT_COLUMNS: [&str; 4] =
    ["reject_code", "reject_message", "reject_file", "reject_row"];

/// Where rows come from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// A file.
    File(PathBuf),
    /// A part of the program itself.
    Embedded {
        /// What it is called, as if it were a file.
        name: &'static str,
        /// Its bytes.
        bytes: &'static [u8],
    },
}

/// A source that is being read, past its header.
pub(super) struct Opened {
    name: String,
    /// The name without folders and endings.
    pub(super) stem: String,
    pub(super) columns: Vec<String>,
    /// Where a reject file tells what its rows came from.
    pub(super) origin: Option<(usize, usize)>,
    reader: csv::Reader<Box<dyn Read>>,
}

/// Size of the buffer between the decompressor or the file and the CSV reader.
const BUFFER: usize = 256 << 10;

impl Source {
    /// What messages call it.
    pub(super) fn name(&self) -> String {
        self.path().display().to_string()
    }

    /// The name without folders and endings, as it stands in keys.
    pub(super) fn stem(&self) -> String {
        stem(self.path())
    }

    fn path(&self) -> &Path {
        match self {
            Source::File(path) => path,
            Source::Embedded { name, .. } => Path::new(name),
        }
    }

    /// Opens it and reads its header.
    pub(super) fn open(&self) -> Result<Opened, Failure> {
        let failed = |source| Failure::Read { file: self.name(), source };
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .buffer_capacity(BUFFER)
            .from_reader(self.bytes().map_err(failed)?);
        let header = reader.byte_headers().map_err(|error| failed(io_error(error)))?.clone();
        let header = StringRecord::from_byte_record(header).map_err(|error| {
            let reason = format!("column {} is not UTF-8", error.utf8_error().field() + 1);
            Failure::Line { file: self.name(), line: 1, reason }
        })?;
        let columns: Vec<String> = header.iter().map(str::to_owned).collect();
        let origin = origin(&columns);
        Ok(Opened { name: self.name(), stem: self.stem(), columns, origin, reader })
    }

    fn bytes(&self) -> io::Result<Box<dyn Read>> {
        let plain: Box<dyn Read> = match self {
            Source::File(path) => Box::new(File::open(path)?),
            Source::Embedded { bytes, .. } => Box::new(*bytes),
        };
        if self.path().extension().is_none_or(|ending| ending != "zst") {
            return Ok(plain);
        }
        let buffered = BufReader::with_capacity(BUFFER, plain);
        Ok(Box::new(zstd::stream::read::Decoder::with_buffer(buffered)?))
    }
}

/// `flights` of `data/flights.csv.zst`.
fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(".zst").unwrap_or(&name);
    name.strip_suffix(".csv").unwrap_or(name).to_owned()
}

impl Opened {
    /// The next row, and the line at which it begins; `None` at the end.
    pub(super) fn next(&mut self, record: &mut ByteRecord) -> Result<Option<u64>, Failure> {
        match self.reader.read_byte_record(record) {
            Ok(true) => Ok(Some(record.position().map_or(0, csv::Position::line))),
            Ok(false) => Ok(None),
            Err(error) => Err(Failure::Read { file: self.name.clone(), source: io_error(error) }),
        }
    }
}

/// The columns of a reject file that tell the file and the row that its rows came from.
pub(super) fn origin(columns: &[String]) -> Option<(usize, usize)> {
    let [_, _, file, row] = REJECT_COLUMNS;
    let column = |name| columns.iter().position(|column| column == name);
    column(file).zip(column(row))
}

fn io_error(error: csv::Error) -> io::Error {
    io::Error::from(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_in_keys_is_without_folders_and_endings() {
        let cases =
            [("a/b/flights.csv.zst", "flights"), ("x.csv", "x"), ("x.2024.txt", "x.2024.txt")];
        for (path, expected) in cases {
            assert_eq!(stem(Path::new(path)), expected);
        }
    }
}
