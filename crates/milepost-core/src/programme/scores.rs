//! Scores and segments: how members are told apart by what they did, for reports and campaigns. No
//! rule looks at them.

use crate::ratio::Ratio;
use crate::time::Span;

/// `[rfm]`: how recency, frequency and money of a member become scores from 1 to `bins`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rfm {
    /// How long an activity counts: in `[occurred_at, occurred_at + window)` (R-TIME-4).
    pub window: Span,
    /// The activity kinds that count; never empty.
    pub on: Vec<Box<str>>,
    /// The best score; the worst is 1.
    pub bins: u8,
    /// Where one score ends and the next begins.
    pub method: Method,
}

/// Where one score ends and the next begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    /// At the quantiles k/bins of all who have scores (R's type 7): what is above a cut.
    Quantile,
    /// As R's package `rfm` does it: what is at least a cut + 1.
    QuantilePlusOne,
    /// At fixed numbers: what is above one.
    Thresholds(Thresholds),
}

impl Method {
    /// What the file calls it; of fixed numbers, what answers call it.
    pub const fn name(&self) -> &'static str {
        match self {
            Method::Quantile => "quantile",
            Method::QuantilePlusOne => "quantile-plus-one",
            Method::Thresholds(_) => "thresholds",
        }
    }
}

/// Fixed cuts, ascending, one less than there are scores.
#[derive(Clone, Debug, PartialEq)]
pub struct Thresholds {
    /// Whole local calendar days.
    pub recency_days: Vec<u32>,
    /// Activities.
    pub frequency: Vec<u32>,
    /// Whole programme currency.
    pub monetary: Vec<Ratio>,
}

/// `[[segments]]`: members who are alike; of those that match, the first in the file is a member's.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Its id.
    pub name: Box<str>,
    /// The recency scores that belong to it; empty: all.
    pub r: Vec<u8>,
    /// The frequency scores.
    pub f: Vec<u8>,
    /// The monetary scores.
    pub m: Vec<u8>,
    /// The last such activity, or else the enrolment, is at least so long ago. Only with this, and
    /// no scores, a segment is open to members who have no scores.
    pub inactive_for: Option<Span>,
}

impl Segment {
    /// Whether it says anything of scores.
    pub const fn needs_scores(&self) -> bool {
        !self.r.is_empty()
            || !self.f.is_empty()
            || !self.m.is_empty()
            || self.inactive_for.is_none()
    }

    /// Whether scores, in the order r, f, m, belong to it.
    pub fn takes(&self, [r, f, m]: [u8; 3]) -> bool {
        let fits = |wanted: &[u8], score| wanted.is_empty() || wanted.contains(&score);
        fits(&self.r, r) && fits(&self.f, f) && fits(&self.m, m)
    }
}
