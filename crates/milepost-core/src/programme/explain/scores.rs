//! How members are told apart for reports and campaigns.

use super::words;
use crate::programme::{Method, Programme, Rfm, Segment};

pub(super) fn all(programme: &Programme) -> Vec<String> {
    let Some(rfm) = &programme.rfm else { return Vec::new() };
    let segments = programme.segments.iter().map(of_segment);
    std::iter::once(of_scores(programme, rfm)).chain(segments).collect()
}

fn of_scores(programme: &Programme, rfm: &Rfm) -> String {
    let (kinds, window, bins) = (words::or(&rfm.on), rfm.window, rfm.bins);
    let how = match &rfm.method {
        Method::Quantile => "by equal parts of the members".to_owned(),
        Method::QuantilePlusOne => {
            "by equal parts of the members, as R's package rfm does it".to_owned()
        }
        Method::Thresholds(cuts) => {
            let whole =
                |list: &[u32]| words::and(&list.iter().map(u32::to_string).collect::<Vec<_>>());
            let money = cuts.monetary.iter().map(|cut| words::money(programme, *cut));
            format!(
                "by what is above {} days, {} times, {}",
                whole(&cuts.recency_days),
                whole(&cuts.frequency),
                words::and(&money.collect::<Vec<_>>())
            )
        }
    };
    format!(
        "Members who had a {kinds} in the last {window} are scored from 1 to {bins} by how long \
         ago, how often and how much: {how}."
    )
}

fn of_segment(segment: &Segment) -> String {
    let scores = |what: &str, scores: &[u8]| {
        let scores: Vec<String> = scores.iter().map(u8::to_string).collect();
        (!scores.is_empty()).then(|| format!("a score of {} for {what}", words::or(&scores)))
    };
    let inactive = segment.inactive_for.map(|span| format!("nothing done for {span}"));
    let all = [
        scores("how long ago", &segment.r),
        scores("how often", &segment.f),
        scores("how much", &segment.m),
        inactive,
    ];
    let all: Vec<String> = all.into_iter().flatten().collect();
    match all.as_slice() {
        [] => format!("{}: everybody else who is scored.", segment.name),
        all => format!("{}: {}.", segment.name, words::and(all)),
    }
}
