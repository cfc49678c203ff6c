//! Rows of figures, and the table that they make.
//!
//! Each bench is a process of its own. It prints its rows and leaves them in a folder, where the
//! last bench finds them all and prints one table.

use std::io::Write;
use std::path::Path;
use std::time::Duration;

use crate::Outcome;
use crate::run::{Run, Scale};

const HEADER: [&str; COLUMNS] = ["job", "ours", "floor", "ratio", "the floor is", "made by"];
const COLUMNS: usize = 6;
type Cells = [String; COLUMNS];

/// A figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Figure {
    /// So many nanoseconds for each of a kind of thing.
    Each(f64, &'static str),
    /// So many nanoseconds for the whole job.
    Whole(f64),
    /// So many bytes for each of a kind of thing.
    Bytes(f64, &'static str),
}

/// One job, beside its floor.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// What was done.
    pub job: &'a str,
    /// What it took us.
    pub ours: Figure,
    /// The least it could take.
    pub floor: Figure,
    /// What the floor is.
    pub floor_is: &'a str,
}

impl Figure {
    /// A time for a whole job.
    pub fn of(whole: Duration) -> Figure {
        Figure::Whole(whole.as_secs_f64() * 1e9)
    }

    fn number(self) -> f64 {
        match self {
            Figure::Each(number, _) | Figure::Whole(number) | Figure::Bytes(number, _) => number,
        }
    }

    fn text(self) -> String {
        match self {
            Figure::Each(nanos, of) => format!("{}/{of}, {}", time(nanos), rate(nanos)),
            Figure::Whole(nanos) => time(nanos),
            Figure::Bytes(bytes, of) => format!("{bytes:.0} B/{of}"),
        }
    }
}

impl Row<'_> {
    fn cells(&self, run: &Run) -> Cells {
        [
            format!("{}: {}", run.bench(), self.job),
            self.ours.text(),
            self.floor.text(),
            format!("{:.2}", self.ours.number() / self.floor.number()),
            self.floor_is.to_string(),
            run.command(),
        ]
    }
}

impl Run {
    /// Prints a row, and keeps it for the table. A run that does not measure has no figures.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn row(&self, row: &Row<'_>) -> Outcome<()> {
        if self.scale() == Scale::Smoke {
            return Ok(());
        }
        let cells = row.cells(self);
        let [job, ours, floor, ratio, floor_is, _] = &cells;
        self.say(&format!("{job}: {ours}; floor {floor} ({floor_is}); ratio {ratio}"))?;
        let folder = self.rows_folder();
        std::fs::create_dir_all(&folder)?;
        let name: String = job.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        Ok(std::fs::write(folder.join(name), cells.join("\t"))?)
    }

    /// Prints a line, if the run measures.
    ///
    /// # Errors
    /// If it cannot be printed.
    pub fn say(&self, line: &str) -> Outcome<()> {
        if self.scale() != Scale::Smoke {
            writeln!(std::io::stdout().lock(), "{line}")?;
        }
        Ok(())
    }

    /// Prints the table of all rows since it was printed last.
    ///
    /// # Errors
    /// If the rows cannot be read or the table not be printed.
    pub fn table(&self) -> Outcome<()> {
        if self.scale() == Scale::Smoke {
            return Ok(());
        }
        let folder = self.rows_folder();
        if !folder.is_dir() {
            return self.say("no bench has measured anything since the last table");
        }
        let mut rows = vec![HEADER.map(String::from)];
        rows.extend(kept(&folder)?);
        let mut out = std::io::stdout().lock();
        writeln!(out)?;
        for row in &rows {
            writeln!(out, "{}", line(row, &widths(&rows)))?;
        }
        Ok(std::fs::remove_dir_all(folder)?)
    }
}

fn kept(folder: &Path) -> Outcome<Vec<Cells>> {
    let mut rows = Vec::new();
    for file in std::fs::read_dir(folder)? {
        let text = std::fs::read_to_string(file?.path())?;
        let mut cells = text.split('\t').map(String::from);
        rows.push(std::array::from_fn(|_| cells.next().unwrap_or_default()));
    }
    rows.sort_unstable();
    Ok(rows)
}

fn widths(rows: &[Cells]) -> [usize; COLUMNS] {
    let mut widths = [0; COLUMNS];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    widths
}

fn line(cells: &Cells, widths: &[usize; COLUMNS]) -> String {
    let padded = cells.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}"));
    padded.collect::<Vec<_>>().join(" | ").trim_end().to_string()
}

fn time(nanos: f64) -> String {
    match nanos {
        nanos if nanos < 1e3 => format!("{nanos:.1} ns"),
        nanos if nanos < 1e6 => format!("{:.2} µs", nanos / 1e3),
        nanos if nanos < 1e9 => format!("{:.2} ms", nanos / 1e6),
        nanos => format!("{:.2} s", nanos / 1e9),
    }
}

fn rate(nanos: f64) -> String {
    match 1e9 / nanos {
        each_second if each_second < 1e4 => format!("{each_second:.0}/s"),
        each_second if each_second < 1e6 => format!("{:.0} k/s", each_second / 1e3),
        each_second => format!("{:.2} M/s", each_second / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_shown_in_units_that_can_be_read() {
        let shown = |nanos| Figure::Each(nanos, "entry").text();
        assert_eq!(shown(250.0), "250.0 ns/entry, 4.00 M/s");
        assert_eq!(shown(12_500.0), "12.50 µs/entry, 80 k/s");
        assert_eq!(shown(2e6), "2.00 ms/entry, 500/s");
        assert_eq!(Figure::Whole(1.5e9).text(), "1.50 s");
        assert_eq!(Figure::Bytes(399.6, "member").text(), "400 B/member");
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let row = |cell: &str| [cell, "", "", "", "", "end"].map(String::from);
        let widths = widths(&[row("job"), row("längst")]);
        assert_eq!(line(&row("job"), &widths), "job    |  |  |  |  | end");
    }
}
