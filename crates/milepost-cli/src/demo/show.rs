//! Showing the figures: a column for each programme, or JSON.

use std::io::{self, Write};
use std::time::Duration;

use serde_json::{Value, json};

use super::airline::Scheme;
use super::figures::Figures;
use crate::import::rate;

/// Decimals of the points and of the dollars of the demo.
const DECIMALS: u32 = 2;
const WIDTH: usize = 18;

/// One column.
pub(super) type Column = (Scheme, Figures);

/// A line: its label, and its text for a programme.
type Line = (&'static str, fn(&Figures) -> String);

const POINTS: &[Line] = &[
    ("members", |f| grouped(f.members.into(), 0)),
    ("points issued", |f| grouped(f.issued, DECIMALS)),
    ("points redeemed", |f| grouped(f.redeemed, DECIMALS)),
    ("points expired", |f| grouped(f.expired, DECIMALS)),
    ("redemptions refused", |f| grouped(f.refused.into(), 0)),
    ("points outstanding", |f| grouped(f.outstanding, DECIMALS)),
    ("worth, CAD", |f| grouped(f.value, DECIMALS)),
    ("debt, points", |f| grouped(f.debt, DECIMALS)),
];

const ENGINE: &[Line] = &[
    ("rows read", |f| grouped(f.rows.into(), 0)),
    ("commands", |f| grouped(f.commands.into(), 0)),
    ("entries", |f| grouped(f.entries.into(), 0)),
    ("import", |f| seconds(f.import)),
    ("commands per second", |f| grouped(per_second(f.commands, f.import), 0)),
    ("size on disk", |f| format!("{} KiB", grouped((f.disk / 1024).into(), 0))),
    ("reopen, snapshot", |f| seconds(f.open.from_snapshot)),
    ("reopen, replay", |f| seconds(f.open.by_replay)),
    ("of which folding", |f| seconds(f.open.folding)),
    ("entries folded/s", |f| grouped(per_second(f.open.entries, f.open.folding), 0)),
];

/// Shows the figures for people.
pub(super) fn table(out: &mut dyn Write, columns: &[Column]) -> io::Result<()> {
    write!(out, "{:<20}", "")?;
    for (scheme, _) in columns {
        write!(out, "{:>WIDTH$}", heading(*scheme))?;
    }
    writeln!(out)?;
    lines(out, columns, POINTS)?;
    writeln!(out)?;
    lines(out, columns, ENGINE)
}

fn lines(out: &mut dyn Write, columns: &[Column], lines: &[Line]) -> io::Result<()> {
    for (label, text) in lines {
        write!(out, "{label:<20}")?;
        for (_, figures) in columns {
            write!(out, "{:>WIDTH$}", text(figures))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn heading(scheme: Scheme) -> &'static str {
    match scheme {
        Scheme::Never => "never expire",
        Scheme::Year => "12 months",
        Scheme::Debit => "overdraft is debt",
    }
}

/// The figures of one programme for programs.
pub(super) fn object((scheme, figures): &Column) -> Value {
    let points = |steps: i128| plain(steps, DECIMALS);
    let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    json!({
        "programme": scheme.name(),
        "members": figures.members,
        "issued": points(figures.issued),
        "redeemed": points(figures.redeemed),
        "expired": points(figures.expired),
        "refused": figures.refused,
        "outstanding": points(figures.outstanding),
        "value": { "amount": points(figures.value), "currency": "CAD" },
        "debt": points(figures.debt),
        "rows": figures.rows,
        "commands": figures.commands,
        "entries": figures.entries,
        "import_us": micros(figures.import),
        "disk_bytes": figures.disk,
        "reopen_snapshot_us": micros(figures.open.from_snapshot),
        "reopen_replay_us": micros(figures.open.by_replay),
        "folding_us": micros(figures.open.folding),
        "entries_folded": figures.open.entries,
    })
}

fn per_second(count: u64, time: Duration) -> i128 {
    i128::try_from(rate(count, time)).unwrap_or(i128::MAX)
}

fn seconds(time: Duration) -> String {
    format!("{:.3} s", time.as_secs_f64())
}

/// A number with so many decimals, such as `50172736.25`.
pub(super) fn plain(steps: i128, decimals: u32) -> String {
    let sign = if steps < 0 { "-" } else { "" };
    let (steps, unit) = (steps.unsigned_abs(), 10_u128.pow(decimals));
    let (whole, rest) = (steps / unit, steps % unit);
    match decimals {
        0 => format!("{sign}{whole}"),
        _ => format!("{sign}{whole}.{rest:0width$}", width = decimals as usize),
    }
}

/// The same with commas between thousands.
fn grouped(steps: i128, decimals: u32) -> String {
    let text = plain(steps, decimals);
    let end = text.find('.').unwrap_or(text.len());
    let mut grouped = String::with_capacity(text.len() + text.len() / 3);
    for (at, digit) in text.char_indices() {
        let before = grouped.chars().next_back().is_some_and(|last| last.is_ascii_digit());
        if at < end && before && (end - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_have_commas() {
        let cases = [
            (5_017_273_625, 2, "50,172,736.25"),
            (-100, 2, "-1.00"),
            (-100_000, 0, "-100,000"),
            (999, 0, "999"),
            (5, 2, "0.05"),
            (0, 0, "0"),
        ];
        for (steps, decimals, expected) in cases {
            assert_eq!(grouped(steps, decimals), expected);
        }
    }
}
