//! Going through the rows of all files: as they come, or sorted by columns.

use std::collections::HashMap;
use std::fmt::Write;
use std::ops::ControlFlow;

use csv::ByteRecord;

use super::row::{Fault, Row};
use super::shelf::{RawRow, Shelf, Shelves};
use super::source::{Opened, Source};
use crate::exit::Failure;

/// A row that was found.
#[derive(Debug)]
pub(super) struct Found<'a> {
    /// The row, or why it is none.
    pub(super) row: Result<Row<'a>, Fault>,
    /// Its fields as bytes, and where it stands.
    pub(super) raw: RawRow<'a>,
}

/// What is done with each row.
type Visit<'v> = dyn FnMut(Found<'_>) -> Result<ControlFlow<()>, Failure> + 'v;

/// The rows of all sources: as they come, or sorted.
pub(super) enum Rows<'a> {
    /// They are read each time they are visited.
    AsTheyCome(&'a [Source]),
    /// They are in memory.
    Sorted(Sorted),
}

/// Rows in memory, and the order in which they are visited.
pub(super) struct Sorted {
    files: Vec<Opened>,
    shelves: Shelves,
    order: Vec<usize>,
}

impl<'a> Rows<'a> {
    /// The rows of some sources. With `order_by`, all are read now and sorted by these columns,
    /// numbers before texts; equal ones stay in the order of the files.
    pub(super) fn of(sources: &'a [Source], order_by: &[usize]) -> Result<Rows<'a>, Failure> {
        if order_by.is_empty() {
            return Ok(Rows::AsTheyCome(sources));
        }
        Sorted::read(sources, order_by).map(Rows::Sorted)
    }

    /// Visits every row, until the visitor has seen enough.
    pub(super) fn each(&self, visit: &mut Visit<'_>) -> Result<(), Failure> {
        match self {
            Rows::AsTheyCome(sources) => as_they_come(sources, visit),
            Rows::Sorted(sorted) => sorted.each(visit),
        }
    }
}

fn as_they_come(sources: &[Source], visit: &mut Visit<'_>) -> Result<(), Failure> {
    let (mut shelf, mut record, mut number) = (Shelf::default(), ByteRecord::new(), String::new());
    for (number_of_file, source) in sources.iter().enumerate() {
        let mut file = source.open()?;
        while let Some(line) = file.next(&mut record)? {
            shelf.clear();
            shelf.put(number_of_file, line, &record);
            let Some(row) = shelf.row(0) else { continue };
            if visit(found(row, &file, &mut number))?.is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}

impl Sorted {
    fn read(sources: &[Source], order_by: &[usize]) -> Result<Sorted, Failure> {
        let (mut shelves, mut groups) = (Shelves::default(), Groups::default());
        let (mut files, mut record) = (Vec::new(), ByteRecord::new());
        for source in sources {
            let mut file = source.open()?;
            while let Some(line) = file.next(&mut record)? {
                groups.add(shelves.put(files.len(), line, &record), &record, order_by);
            }
            files.push(file);
        }
        Ok(Sorted { files, shelves, order: groups.in_order() })
    }

    fn each(&self, visit: &mut Visit<'_>) -> Result<(), Failure> {
        let mut number = String::new();
        for row in self.order.iter().filter_map(|row| self.shelves.row(*row)) {
            let Some(file) = self.files.get(row.file) else { continue };
            if visit(found(row, file, &mut number))?.is_break() {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// What a visitor is told of a row. `number` is where its line is written down.
fn found<'a>(raw: RawRow<'a>, file: &'a Opened, number: &'a mut String) -> Found<'a> {
    number.clear();
    // Writing into a text does not fail.
    let _ = write!(number, "{}", raw.line);
    let (line, width) = (number.as_str(), file.columns.len());
    let row = raw.text().and_then(|text| {
        let row = Row { text, ends: raw.ends, file: &file.stem, number: line };
        if raw.ends.len() != width {
            let reason = format!("{} fields, expected {width} as in the header", raw.ends.len());
            return Err(Fault { field: String::new(), reason });
        }
        Ok(match file.origin {
            Some((file, line)) => Row { file: row.field(file), number: row.field(line), ..row },
            None => row,
        })
    });
    Found { row, raw }
}

/// Rows with the same key stand together.
#[derive(Debug, Default)]
struct Groups {
    by_key: HashMap<Vec<u8>, usize>,
    keyed: Vec<(Vec<Cell>, Vec<usize>)>,
    key: Vec<u8>,
}

/// What rows are sorted by: numbers before texts.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Number(i64),
    Text(Vec<u8>),
}

impl Cell {
    fn of(field: &[u8]) -> Cell {
        let number = str::from_utf8(field).ok().and_then(|text| text.parse().ok());
        number.map_or_else(|| Cell::Text(field.to_vec()), Cell::Number)
    }
}

impl Groups {
    /// Puts a row in its place. There are far fewer keys than rows, so that a key is taken apart
    /// only once.
    fn add(&mut self, row: usize, record: &ByteRecord, order_by: &[usize]) {
        let cells = || order_by.iter().map(|column| record.get(*column).unwrap_or_default());
        self.key.clear();
        for cell in cells() {
            self.key.extend_from_slice(&cell.len().to_le_bytes());
            self.key.extend_from_slice(cell);
        }
        let at = self.by_key.get(&self.key).copied().unwrap_or_else(|| {
            self.by_key.insert(self.key.clone(), self.keyed.len());
            self.keyed.push((cells().map(Cell::of).collect(), Vec::new()));
            self.keyed.len() - 1
        });
        if let Some((_, rows)) = self.keyed.get_mut(at) {
            rows.push(row);
        }
    }

    /// All rows, sorted; those of equal keys in the order in which they were added.
    fn in_order(mut self) -> Vec<usize> {
        // A stable sort: `1` and `01` are the same number and yet two groups.
        self.keyed.sort_by(|(a, _), (b, _)| a.cmp(b));
        self.keyed.into_iter().flat_map(|(_, rows)| rows).collect()
    }
}
