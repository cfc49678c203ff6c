//! Rows side by side in memory: a few large buffers instead of allocations for each row.

use csv::ByteRecord;

use super::row::Fault;

/// Rows that were read.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    rows: Vec<Place>,
}

/// Where the parts of a row begin.
#[derive(Clone, Copy, Debug)]
struct Place {
    file: usize,
    line: u64,
    bytes: usize,
    ends: usize,
}

/// One of the rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawRow<'a> {
    /// The number of its file.
    pub(super) file: usize,
    /// The line at which it begins.
    pub(super) line: u64,
    /// Its fields, one after another.
    bytes: &'a [u8],
    /// Where each of them ends.
    pub(super) ends: &'a [u32],
}

impl Shelf {
    /// Takes all rows away and keeps the room.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.rows.clear();
    }

    /// Puts a row at the end, and tells its number.
    pub(super) fn put(&mut self, file: usize, line: u64, record: &ByteRecord) -> usize {
        self.rows.push(Place { file, line, bytes: self.bytes.len(), ends: self.ends.len() });
        let mut end = 0;
        for field in record {
            end += u32::try_from(field.len()).unwrap_or(u32::MAX);
            self.ends.push(end);
        }
        self.bytes.extend_from_slice(record.as_slice());
        self.rows.len() - 1
    }

    /// Puts a row of another shelf at the end.
    pub(super) fn put_again(&mut self, row: &RawRow<'_>) {
        let (bytes, ends) = (self.bytes.len(), self.ends.len());
        self.rows.push(Place { file: row.file, line: row.line, bytes, ends });
        self.ends.extend_from_slice(row.ends);
        self.bytes.extend_from_slice(row.bytes);
    }

    /// The row with a number.
    pub(super) fn row(&self, number: usize) -> Option<RawRow<'_>> {
        let place = self.rows.get(number)?;
        let next = self.rows.get(number + 1);
        let (bytes, ends) =
            next.map_or((self.bytes.len(), self.ends.len()), |next| (next.bytes, next.ends));
        Some(RawRow {
            file: place.file,
            line: place.line,
            bytes: self.bytes.get(place.bytes..bytes)?,
            ends: self.ends.get(place.ends..ends)?,
        })
    }
}

impl<'a> RawRow<'a> {
    /// Its fields as one text.
    pub(super) fn text(&self) -> Result<&'a str, Fault> {
        let text = str::from_utf8(self.bytes).ok();
        let whole = text.filter(|text| {
            text.is_ascii() || self.ends.iter().all(|end| text.is_char_boundary(*end as usize))
        });
        whole.ok_or_else(|| {
            let field = self.fields().position(|field| str::from_utf8(field).is_err());
            let column = field.map_or(0, |field| field + 1);
            Fault { field: String::new(), reason: format!("column {column} is not UTF-8") }
        })
    }

    /// One of its fields; empty if it has fewer.
    pub(super) fn field(&self, index: usize) -> &'a [u8] {
        self.fields().nth(index).unwrap_or_default()
    }

    /// Its fields.
    pub(super) fn fields(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let (bytes, ends) = (self.bytes, self.ends);
        let start = |index: usize| index.checked_sub(1).and_then(|before| ends.get(before));
        (0..ends.len()).map(move |index| {
            let (start, end) = (start(index).copied().unwrap_or(0), ends.get(index).copied());
            end.and_then(|end| bytes.get(start as usize..end as usize)).unwrap_or_default()
        })
    }
}

/// Any number of rows, on as many shelves as it takes: none of them ever moves.
#[derive(Debug, Default)]
pub(super) struct Shelves {
    full: Vec<Shelf>,
    last: Shelf,
}

/// So many rows lie on one shelf.
const ROWS: usize = 4096;

impl Shelves {
    /// Puts a row at the end, and tells its number.
    pub(super) fn put(&mut self, file: usize, line: u64, record: &ByteRecord) -> usize {
        if self.last.rows.len() == ROWS {
            self.full.push(std::mem::take(&mut self.last));
        }
        self.full.len() * ROWS + self.last.put(file, line, record)
    }

    /// The row with a number.
    pub(super) fn row(&self, number: usize) -> Option<RawRow<'_>> {
        self.full.get(number / ROWS).unwrap_or(&self.last).row(number % ROWS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(fields: &[&[u8]]) -> Result<String, String> {
        let mut shelf = Shelf::default();
        let row = shelf.put(0, 2, &ByteRecord::from(fields.to_vec()));
        let text = shelf.row(row).unwrap().text();
        text.map(str::to_owned).map_err(|fault| fault.reason)
    }

    #[test]
    fn rows_stand_side_by_side() {
        let mut shelf = Shelf::default();
        for fields in [["a", "bc"], ["", "d"], ["ef", ""]] {
            shelf.put(7, 1, &ByteRecord::from(fields.to_vec()));
        }
        let row = shelf.row(1).unwrap();
        assert_eq!((row.file, row.text().ok()), (7, Some("d")));
        assert_eq!(shelf.row(2).unwrap().fields().collect::<Vec<_>>(), [&b"ef"[..], b""]);
        assert!(shelf.row(3).is_none());
    }

    #[test]
    fn rows_are_found_on_every_shelf() {
        let mut shelves = Shelves::default();
        for number in 0..2 * ROWS + 3 {
            let record = ByteRecord::from(vec![number.to_string()]);
            assert_eq!(shelves.put(0, number as u64, &record), number);
        }
        for number in [0, ROWS - 1, ROWS, 2 * ROWS, 2 * ROWS + 2] {
            let row = shelves.row(number).unwrap();
            assert_eq!((row.line, row.text().ok()), (number as u64, Some(&*number.to_string())));
        }
        assert!(shelves.row(2 * ROWS + 3).is_none());
    }

    #[test]
    fn a_field_that_is_not_utf_8_is_named() {
        assert_eq!(text(&[b"a", b"\xff"]), Err("column 2 is not UTF-8".to_owned()));
        // The halves of one character in two fields are not a character.
        assert_eq!(text(&[b"\xc3", b"\xa4"]), Err("column 1 is not UTF-8".to_owned()));
        assert_eq!(text(&["ä".as_bytes(), b"b"]), Ok("äb".to_owned()));
    }
}
