//! `[rfm]` and `[[segments]]`: what they mean, and what is said about faulty ones.

use milepost_core::programme::{Method, Segment};
use milepost_core::time::Span;

use super::*;

/// Checks the faults of `[rfm]` in line 4, after the keys it has to have.
fn check_rfm(body: &str, expected: &[&str]) {
    check_top(&format!("rfm = {{ window = \"1 year\", on = [\"stay\"], {body} }}"), expected);
}

#[test]
fn what_scores_mean() {
    let programme = good(FULL);
    let rfm = programme.rfm.unwrap();
    assert_eq!((rfm.window, rfm.bins), (Span::Months(24), 5));
    let Method::Thresholds(cuts) = rfm.method else { panic!("{:?}", rfm.method) };
    assert_eq!(cuts.recency_days, [30, 90, 180, 365]);
    let expected = ["0", "500", "1000", "5000"].map(|text| text.parse().unwrap());
    assert_eq!(cuts.monetary, expected);
    let [champions, dormant] = programme.segments.as_slice() else { panic!() };
    assert!(champions.takes([4, 5, 4]) && !champions.takes([3, 5, 4]));
    assert!(champions.needs_scores() && !dormant.needs_scores());
    assert_eq!(dormant.inactive_for, Some(Span::Months(12)));
}

#[test]
fn what_is_left_out_has_its_default() {
    let programme = good(&format!(
        "{HEADER}rfm = {{ window = \"1 year\", on = [\"stay\"] }}\nsegments = [{{ id = \"all\" }}]"
    ));
    let rfm = programme.rfm.unwrap();
    assert_eq!((rfm.bins, rfm.method), (5, Method::Quantile));
    let all: &Segment = &programme.segments[0];
    assert!(all.takes([1, 1, 1]) && all.needs_scores());
    let programme = good(&format!(
        "{HEADER}rfm = {{ window = \"1 year\", on = [\"stay\"], method = \"quantile-plus-one\" }}"
    ));
    assert_eq!(programme.rfm.unwrap().method, Method::QuantilePlusOne);
}

#[test]
fn faults_of_scores() {
    check_top("rfm = {}", &["4:7: rfm.window: missing key", "4:7: rfm.on: missing key"]);
    check_top(
        "rfm = { window = \"0 days\", on = [] }",
        &[
            "4:18: rfm.window: \"0 days\" is not longer than no time at all",
            "4:33: rfm.on: an empty list, expected at least one item",
        ],
    );
    check_rfm("bins = 1", &["4:50: rfm.bins: 1 is not a whole number from 2 to 100"]);
    check_rfm(
        "method = \"quartile\"",
        &[
            "4:52: rfm.method: \"quartile\" is not \"quantile\", \"quantile-plus-one\" or a table of \
           thresholds",
        ],
    );
    check_rfm(
        "bins = 3, method = { recency_days = [30, 30], frequency = [1], monetary = [\"1\", \"x\"] }",
        &[
            "4:84: rfm.method.recency_days[1]: 30 is not above the number before it",
            "4:101: rfm.method.frequency: 1 thresholds, expected 2 for 3 bins",
            "4:123: rfm.method.monetary[1]: \"x\" is not a rational number such as \"1.5\" or \"9/10\"",
        ],
    );
    check_rfm(
        "colour = 1",
        &["4:43: rfm.colour: unknown key, expected one of `window`, `on`, `bins`, `method`"],
    );
}

#[test]
fn faults_of_segments() {
    check_top(
        "segments = [{ id = \"a\" }]",
        &["4:1: segments: segments are of scores, expected a table `rfm` as well"],
    );
    let rfm = "rfm = { window = \"1 year\", on = [\"stay\"], bins = 3 }";
    check_top(
        &format!(
            "{rfm}\nsegments = [{{ id = \"a\", r = [4], f = [], m = [1, 1] }}, \
             {{ id = \"a\", inactive_for = \"0 days\" }}, {{ r = [1] }}]"
        ),
        &[
            "5:30: segments[0].r[0]: 4 is not a whole number from 1 to 3",
            "5:38: segments[0].f: an empty list, expected at least one item",
            "5:50: segments[0].m[1]: 1 stands in the list already",
            "5:63: segments[1].id: \"a\" is given twice, first in segments[0].id",
            "5:83: segments[1].inactive_for: \"0 days\" is not longer than no time at all",
            "5:95: segments[2].id: missing key",
        ],
    );
}
