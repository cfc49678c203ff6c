//! What came of it, as tables and as a plot.

use std::path::Path;
use std::time::Duration;

use milepost_bench::latency::{Latencies, SHOWN};

use super::LoadArgs;
use super::seen::Seen;
use crate::plot::{self, Axis, Chart, plain};
use crate::show::{count, float, rate, table, time, whole};
use crate::{Outcome, show};

/// Prints the waits, and how many commands there were.
pub(super) fn print(args: &LoadArgs, seen: &Seen, floor: &Latencies, left: u64) -> Outcome<()> {
    let shown = SHOWN.iter().map(|(share, name)| {
        let of = |latencies: &Latencies| latencies.at(*share);
        row(name, of(&seen.answered), of(&seen.handed_in), of(floor))
    });
    let of = Latencies::longest;
    let longest = row("max", of(&seen.answered), of(&seen.handed_in), of(floor));
    let header = ["wait", "until durable", "until handed in", "bare write + fdatasync", "ratio"];
    table(header, shown.chain([longest]))?;
    show::line("")?;
    let answered = seen.answered.count();
    let achieved = whole(rate(answered - seen.errors, seen.whole));
    let rows = [
        ("rate wanted", format!("{}/s", count(args.rate.into()))),
        ("rate achieved", format!("{}/s", count(achieved))),
        ("commands", count(answered)),
        ("refused", count(seen.refused)),
        ("errors", count(seen.errors)),
        ("left when patience ran out", count(left)),
    ];
    table(["", "all"], rows.map(|(name, value)| [name.to_string(), value]))
}

fn row(name: &str, answered: Duration, handed_in: Duration, floor: Duration) -> [String; 5] {
    let ratio = answered.as_secs_f64() / floor.as_secs_f64().max(1e-9);
    [name.to_string(), time(answered), time(handed_in), time(floor), format!("{ratio:.2}")]
}

/// Draws the waits by their share, and throughput and p99 over time.
pub(super) fn plot(file: &Path, args: &LoadArgs, seen: &Seen, floor: &Latencies) -> Outcome<()> {
    let millis = |wait: Duration| wait.as_secs_f64().max(1e-6) * 1e3;
    let as_power = |power: f64| format!("{:.3} ms", 10_f64.powf(power)).replace(".000", "");
    let curve = |latencies: &Latencies| {
        let point = |nines: f64| {
            let share = 1.0 - 10_f64.powf(-nines);
            (nines, millis(latencies.at(share)).log10())
        };
        // Beyond the last thing that was seen there is nothing to draw.
        let last = float(latencies.count().max(10)).log10();
        let steps = (0_u32..).map(|step| f64::from(step) / 20.0);
        steps.take_while(|nines| *nines <= last).map(point).collect::<Vec<_>>()
    };
    // Between powers of ten there are lines, but no numbers.
    let as_share = |nines: f64| match nines {
        nines if nines < 0.25 => "all".to_string(),
        nines if (nines - nines.round()).abs() < 0.01 => format!("1 of {:.0}", 10_f64.powf(nines)),
        _ => String::new(),
    };
    let over_time = |of: &dyn Fn(&super::seen::Second) -> f64| {
        let seconds = (1_u32..).zip(&seen.seconds);
        seconds.map(|(at, second)| (f64::from(at), of(second))).collect::<Vec<_>>()
    };
    let title = format!(
        "{} commands a second about {} members, {} callers",
        count(args.rate.into()),
        count(args.members.into()),
        count(args.callers.into())
    );
    let seconds = || Axis { name: "seconds", from: 0.0, label: &plain };
    let lowest = millis(floor.at(0.0)).log10();
    let charts = [
        Chart {
            title: &title,
            axes: [
                Axis { name: "waits longer", from: 0.0, label: &as_share },
                Axis { name: "wait until durable", from: lowest, label: &as_power },
            ],
            lines: vec![
                ("milepost", curve(&seen.answered)),
                ("bare write + fdatasync of the same groups", curve(floor)),
            ],
        },
        Chart {
            title: "Throughput",
            axes: [seconds(), Axis { name: "commands a second", from: 0.0, label: &plain }],
            lines: vec![("answered", over_time(&|second| float(second.answered)))],
        },
        Chart {
            title: "p99 of the wait",
            axes: [seconds(), Axis { name: "ms", from: 0.0, label: &|ms| format!("{ms:.1}") }],
            lines: vec![("p99", over_time(&|second| millis(second.p99)))],
        },
    ];
    plot::draw(file, &charts)
}
