//! Charts as SVG, one under the other.

use std::path::Path;

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::Outcome;

const WIDTH: u32 = 960;
const HEIGHT: u32 = 340;
const COLOURS: [RGBColor; 3] =
    [RGBColor(0, 90, 156), RGBColor(214, 96, 0), RGBColor(110, 110, 110)];

/// One chart of lines over one axis.
pub(crate) struct Chart<'a> {
    /// What it shows.
    pub(crate) title: &'a str,
    /// What the axes are, and how their numbers are written.
    pub(crate) axes: [Axis<'a>; 2],
    /// The lines, each with its name.
    pub(crate) lines: Vec<(&'a str, Vec<(f64, f64)>)>,
}

/// An axis.
pub(crate) struct Axis<'a> {
    /// What it is.
    pub(crate) name: &'a str,
    /// Where it begins, at the latest.
    pub(crate) from: f64,
    /// How a number at it is written.
    pub(crate) label: &'a dyn Fn(f64) -> String,
}

/// Draws charts into a file.
///
/// # Errors
/// If the file cannot be written.
pub(crate) fn draw(path: &Path, charts: &[Chart<'_>]) -> Outcome<()> {
    let rows = u32::try_from(charts.len())?;
    let root = SVGBackend::new(path, (WIDTH, HEIGHT * rows)).into_drawing_area();
    root.fill(&WHITE)?;
    for (area, chart) in root.split_evenly((charts.len(), 1)).iter().zip(charts) {
        chart.draw(area)?;
    }
    Ok(root.present()?)
}

impl Chart<'_> {
    fn draw(&self, area: &DrawingArea<SVGBackend<'_>, Shift>) -> Outcome<()> {
        let [x, y] = &self.axes;
        let points = || self.lines.iter().flat_map(|(_, points)| points);
        let [across, up] = [x.range(points().map(|(x, _)| *x)), y.range(points().map(|(_, y)| *y))];
        let mut chart = ChartBuilder::on(area)
            .caption(self.title, ("sans-serif", 18))
            .margin(12)
            .x_label_area_size(44)
            .y_label_area_size(84)
            .build_cartesian_2d(across, up)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .x_desc(x.name)
            .y_desc(y.name)
            .x_label_formatter(&|at| (x.label)(*at))
            .y_label_formatter(&|at| (y.label)(*at))
            .draw()?;
        for ((name, points), colour) in self.lines.iter().zip(COLOURS) {
            let line = LineSeries::new(points.iter().copied(), colour.stroke_width(2));
            chart.draw_series(line)?.label(*name).legend(move |(x, y)| {
                PathElement::new(vec![(x, y), (x + 16, y)], colour.stroke_width(2))
            });
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .background_style(WHITE.mix(0.8))
            .draw()?;
        Ok(())
    }
}

impl Axis<'_> {
    /// From where the axis begins to a little beyond the last point.
    fn range(&self, points: impl Iterator<Item = f64>) -> std::ops::Range<f64> {
        let (from, to) = points
            .fold((self.from, self.from), |(from, to), point| (from.min(point), to.max(point)));
        from..to + (to - from).max(1e-9) * 0.05
    }
}

/// A number as it is.
pub(crate) fn plain(number: f64) -> String {
    format!("{number:.0}")
}

const TRANSPARENT: RGBAColor = RGBAColor(0, 0, 0, 0.0);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_has_its_names_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("chart.svg");
        let axis = |name| Axis { name, from: 0.0, label: &plain };
        let lines = vec![("a line", vec![(0.0, 1.0), (1.0, 3.0)])];
        let chart = Chart { title: "A title", axes: [axis("across"), axis("up")], lines };
        draw(&path, &[chart]).unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        for name in ["A title", "across", "up", "a line"] {
            assert!(text.contains(name), "{name}");
        }
    }
}
