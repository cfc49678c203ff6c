//! The table: for each peer its figures, and beside each how many times ours it is.

use crate::measure::Figures;

const HEADER: [&str; COLUMNS] = [
    "peer",
    "floor/s",
    "one caller/s",
    "ours ÷",
    "64 callers/s",
    "ours ÷",
    "bulk/s",
    "ours ÷",
    "rebuild, events/s",
    "ours ÷",
    "bytes/event",
    "ours ÷",
];
const COLUMNS: usize = 12;
/// How much faster the disk may be for one peer than for another.
const DRIFT: f64 = 1.5;
type Cells = [String; COLUMNS];

/// A peer and its figures.
pub(crate) type Row = (&'static str, Figures);

/// The medians of several rounds of the same peer; `None` of none.
pub(crate) fn medians(rounds: &[Figures]) -> Option<Figures> {
    let of = |figure: fn(&Figures) -> f64| median(rounds.iter().map(figure).collect());
    Some(Figures {
        floor: of(|figures| figures.floor)?,
        one: of(|figures| figures.one)?,
        many: of(|figures| figures.many)?,
        bulk: median(rounds.iter().filter_map(|figures| figures.bulk).collect()),
        rebuild: of(|figures| figures.rebuild)?,
        bytes: of(|figures| figures.bytes)?,
    })
}

fn median(mut figures: Vec<f64>) -> Option<f64> {
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied()
}

/// The slowest and the fastest floor, if they are so far apart that the disk was not the same for
/// all.
pub(crate) fn drift(rows: &[Row]) -> Option<(f64, f64)> {
    let floors = || rows.iter().map(|(_, figures)| figures.floor);
    let (least, most) = (floors().reduce(f64::min)?, floors().reduce(f64::max)?);
    (most > least * DRIFT).then_some((least, most))
}

/// The lines of the table. The first row is ours.
pub(crate) fn lines(rows: &[Row]) -> Vec<String> {
    let Some((_, ours)) = rows.first() else { return Vec::new() };
    let mut table = vec![HEADER.map(String::from)];
    table.extend(rows.iter().map(|(name, theirs)| cells(name, ours, theirs)));
    let mut widths = [0; COLUMNS];
    for row in &table {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    table.insert(1, widths.map(|width| "-".repeat(width)));
    table.iter().map(|row| line(row, &widths)).collect()
}

fn cells(name: &str, ours: &Figures, theirs: &Figures) -> Cells {
    let (ours_bulk, bulk) = (ours.bulk, theirs.bulk);
    let ratio = |ours: f64, theirs: f64| format!("{:.2}", ours / theirs);
    let none = || "—".to_string();
    [
        name.to_string(),
        whole(theirs.floor),
        whole(theirs.one),
        ratio(ours.one, theirs.one),
        whole(theirs.many),
        ratio(ours.many, theirs.many),
        bulk.map_or_else(none, whole),
        ours_bulk.zip(bulk).map_or_else(none, |(ours, theirs)| ratio(ours, theirs)),
        whole(theirs.rebuild),
        ratio(ours.rebuild, theirs.rebuild),
        whole(theirs.bytes),
        ratio(ours.bytes, theirs.bytes),
    ]
}

/// The name on the left, figures on the right.
fn line(cells: &Cells, widths: &[usize; COLUMNS]) -> String {
    let pad = |(number, (cell, width)): (usize, (&String, &usize))| {
        if number == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
    };
    let padded: Vec<String> = cells.iter().zip(widths).enumerate().map(pad).collect();
    format!("| {} |", padded.join(" | "))
}

/// Whole, with a comma before every three digits.
fn whole(figure: f64) -> String {
    let digits = format!("{figure:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(one: f64, bulk: Option<f64>) -> Figures {
        Figures { floor: 9000.0, one, many: 1.0, bulk, rebuild: 1.0, bytes: 1.0 }
    }

    #[test]
    fn figures_are_shown_whole() {
        assert_eq!(whole(0.4), "0");
        assert_eq!(whole(999.6), "1,000");
        assert_eq!(whole(1_234_567.0), "1,234,567");
    }

    #[test]
    fn ours_is_divided_by_theirs() {
        let rows = [("us", figures(100.0, Some(4.0))), ("them", figures(50.0, None))];
        let lines = lines(&rows);
        let cells: Vec<&str> = lines[3].split('|').map(str::trim).collect();
        assert_eq!(cells[1..9], ["them", "9,000", "50", "2.00", "1", "1.00", "—", "—"]);
    }

    #[test]
    fn a_disk_that_changes_is_noticed() {
        let floor = |floor| ("one", Figures { floor, ..figures(1.0, None) });
        assert!(drift(&[floor(7000.0), floor(8000.0)]).is_none());
        assert!(drift(&[floor(7000.0), floor(300.0)]).is_some());
    }

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        let rounds = [9.0, 1.0, 5.0].map(|one| figures(one, None));
        let medians = medians(&rounds).unwrap();
        assert!((medians.one - 5.0).abs() < 1e-9 && medians.bulk.is_none());
    }
}
