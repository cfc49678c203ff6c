//! Tables and lines for people.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use comfy_table::{Cell, CellAlignment, Table, presets};
use num_traits::ToPrimitive;

use crate::Outcome;

/// Prints a table: words on the left of their column, everything else on the right.
pub(crate) fn table<const N: usize>(
    header: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> Outcome<()> {
    let mut table = Table::new();
    let terminal = io::stdout().is_terminal();
    table.load_style(if terminal { presets::UTF8_HORIZONTAL_ONLY } else { presets::NOTHING });
    table.set_header(aligned(header));
    for row in rows {
        table.add_row(aligned(row));
    }
    line(&table.to_string())
}

fn aligned(cells: impl IntoIterator<Item = impl ToString>) -> Vec<Cell> {
    let cell = |(place, text): (usize, String)| {
        let cell = Cell::new(text);
        if place == 0 { cell } else { cell.set_alignment(CellAlignment::Right) }
    };
    cells.into_iter().map(|text| text.to_string()).enumerate().map(cell).collect()
}

/// Prints a line.
pub(crate) fn line(text: &str) -> Outcome<()> {
    Ok(writeln!(io::stdout().lock(), "{text}")?)
}

/// Says what went wrong.
pub(crate) fn error(error: &impl Display) -> Outcome<ExitCode> {
    writeln!(io::stderr().lock(), "milepost-bench: {error}")?;
    Ok(ExitCode::FAILURE)
}

/// A time with three digits or so.
pub(crate) fn time(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    if seconds < 1e-3 {
        format!("{:.1} µs", seconds * 1e6)
    } else if seconds < 1.0 {
        format!("{:.2} ms", seconds * 1e3)
    } else {
        format!("{seconds:.2} s")
    }
}

/// Bytes in mebibytes.
pub(crate) fn mebibytes(bytes: u64) -> String {
    format!("{:.0} MiB", float(bytes) / f64::from(1 << 20))
}

/// A whole number with its thousands apart.
pub(crate) fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// So many in such a time, in a second.
pub(crate) fn rate(count: u64, time: Duration) -> f64 {
    float(count) / time.as_secs_f64().max(1e-9)
}

/// The same without the fraction.
pub(crate) fn whole(number: f64) -> u64 {
    number.round().to_u64().unwrap_or_default()
}

/// A number to draw or to divide by.
pub(crate) fn float(number: u64) -> f64 {
    number.to_f64().unwrap_or_default()
}

/// Bytes of all files in a folder and in those in it.
pub(crate) fn size(folder: &Path) -> Outcome<u64> {
    let mut bytes = 0;
    for item in std::fs::read_dir(folder)? {
        let item = item?;
        let metadata = item.metadata()?;
        bytes += if metadata.is_dir() { size(&item.path())? } else { metadata.len() };
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(count(7), "7");
        assert_eq!(count(123), "123");
        assert_eq!(count(100_000_000), "100,000,000");
    }

    #[test]
    fn times_are_shown_in_units_that_can_be_read() {
        assert_eq!(time(Duration::from_nanos(12_340)), "12.3 µs");
        assert_eq!(time(Duration::from_micros(12_340)), "12.34 ms");
        assert_eq!(time(Duration::from_millis(12_340)), "12.34 s");
    }
}
