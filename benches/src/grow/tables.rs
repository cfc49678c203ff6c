//! What came of it, as tables and as a plot.

use std::path::Path;
use std::time::Duration;

use super::{After, GrowArgs, Sample};
use crate::plot::{self, Axis, Chart, plain};
use crate::show::{count, float, mebibytes, rate, table, time, whole};
use crate::{Outcome, show};

/// So many lines has the table.
const LINES: usize = 10;

/// Prints how it grew, and what came after.
pub(super) fn print(samples: &[Sample], after: &After) -> Outcome<()> {
    let each = samples.len().div_ceil(LINES).max(1);
    let from = samples.iter().step_by(each);
    let until = samples.iter().skip(each).step_by(each).chain(samples.last());
    let stretches: Vec<(&Sample, &Sample)> =
        from.zip(until).filter(|(from, until)| from.entries < until.entries).collect();
    let first = stretches.first().map(|(from, until)| speed(from, until)).unwrap_or_default();
    let rows = stretches.iter().map(|(from, until)| {
        let speed = speed(from, until);
        [
            count(until.entries),
            count(until.members.into()),
            time(until.at),
            format!("{}/s", count(whole(speed))),
            format!("{:.2}", first / speed.max(1e-9)),
            mebibytes(until.resident),
            mebibytes(until.disk),
        ]
    });
    let cost = "cost to the first";
    table(["entries", "members", "after", "entries", cost, "memory", "disk"], rows)?;
    show::line("")?;
    let (members, entries) =
        samples.last().map_or((0, 0), |last| (u64::from(last.members), last.entries));
    let of_all = |bytes: u64, of: u64| format!("{:.0} B", float(bytes) / float(of.max(1)));
    let resident = samples.last().map(|last| last.resident).unwrap_or_default();
    let disk = samples.last().map(|last| last.disk).unwrap_or_default();
    let replayed = after.replayed.map(|taken| ("opened by replay", time(taken)));
    let rows = [
        ("refused", count(after.refused)),
        ("memory for each member, all included", of_all(resident, members)),
        ("disk for each entry, before the snapshot", of_all(disk, entries)),
        ("snapshot taken in", time(after.snapshot)),
        ("closed in", time(after.close)),
        ("disk, with the snapshot", mebibytes(after.disk)),
        ("opened from the snapshot", time(after.reopened)),
    ];
    let rows = rows.into_iter().chain(replayed);
    table(["", "in the end"], rows.map(|(name, value)| [name.to_string(), value]))
}

/// Entries a second from one sample to another.
fn speed(from: &Sample, until: &Sample) -> f64 {
    rate(until.entries - from.entries, until.at.saturating_sub(from.at))
}

/// Draws throughput, memory and disk over time.
pub(super) fn plot(file: &Path, args: &GrowArgs, samples: &[Sample]) -> Outcome<()> {
    let steps = samples.iter().zip(samples.iter().skip(1));
    let steps = steps.filter(|(from, until)| until.at > from.at + Duration::from_millis(1));
    let speeds = steps.map(|(from, until)| (until.at.as_secs_f64(), speed(from, until)));
    let over_time = |of: &dyn Fn(&Sample) -> f64| {
        samples.iter().map(|sample| (sample.at.as_secs_f64(), of(sample))).collect::<Vec<_>>()
    };
    let title = format!(
        "Growing to {} members and {} entries",
        count(args.members.into()),
        count(args.entries)
    );
    let seconds = || Axis { name: "seconds", from: 0.0, label: &plain };
    let upwards = |name| Axis { name, from: 0.0, label: &plain };
    let mebi = |bytes: u64| float(bytes) / f64::from(1 << 20);
    let charts = [
        Chart {
            title: &title,
            axes: [seconds(), upwards("entries a second")],
            lines: vec![("durable", speeds.collect())],
        },
        Chart {
            title: "Memory and disk",
            axes: [seconds(), upwards("MiB")],
            lines: vec![
                ("memory", over_time(&|sample| mebi(sample.resident))),
                ("disk", over_time(&|sample| mebi(sample.disk))),
            ],
        },
        Chart {
            title: "Entries",
            axes: [seconds(), upwards("entries")],
            lines: vec![("entries", over_time(&|sample| float(sample.entries)))],
        },
    ];
    plot::draw(file, &charts)
}
