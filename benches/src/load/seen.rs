//! What is seen of the commands: how long they waited, in all and in each second.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use milepost::SubmitError;
use milepost_bench::latency::Latencies;

use crate::{Outcome, show};

/// What is seen of the commands so far.
#[derive(Debug)]
pub(crate) struct Seen {
    /// How long commands waited to be answered.
    pub(crate) answered: Latencies,
    /// How long of it they waited to be handed in.
    pub(crate) handed_in: Latencies,
    /// How many were refused.
    pub(crate) refused: u64,
    /// How many the ledger failed at.
    pub(crate) errors: u64,
    /// Why it failed first.
    pub(crate) first_error: Option<String>,
    /// Each second.
    pub(crate) seconds: Vec<Second>,
    /// From the beginning to the last answer.
    pub(crate) whole: Duration,
    begun: Instant,
    this_second: Latencies,
    live: ProgressBar,
}

/// What was seen in one second.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Second {
    /// Commands that were answered in it.
    pub(crate) answered: u64,
    /// Within what time 99 of 100 of them were.
    pub(crate) p99: Duration,
}

impl Seen {
    /// Nothing yet.
    pub(crate) fn new() -> Outcome<Seen> {
        let live = ProgressBar::new_spinner();
        live.set_style(ProgressStyle::with_template("{elapsed} {msg}")?);
        Ok(Seen {
            answered: Latencies::new()?,
            handed_in: Latencies::new()?,
            refused: 0,
            errors: 0,
            first_error: None,
            seconds: Vec::new(),
            whole: Duration::ZERO,
            begun: Instant::now(),
            this_second: Latencies::new()?,
            live,
        })
    }

    /// Counts time from here.
    pub(super) fn begin(&mut self, at: Instant) {
        self.begun = at;
    }

    /// A command that was to come at an instant has its answer.
    pub(super) fn answered(
        &mut self,
        at: Instant,
        handed_in: Duration,
        error: Option<SubmitError>,
    ) -> Outcome<()> {
        let now = Instant::now();
        self.whole = now - self.begun;
        while Duration::from_secs(u64::try_from(self.seconds.len())? + 1) <= self.whole {
            self.second_over();
        }
        let waited = now.saturating_duration_since(at);
        self.answered.record(waited)?;
        self.this_second.record(waited)?;
        self.handed_in.record(handed_in)?;
        match error {
            None => {}
            Some(SubmitError::Refused(_)) => self.refused += 1,
            Some(SubmitError::Failed(error)) => {
                self.errors += 1;
                self.first_error.get_or_insert_with(|| error.to_string());
            }
        }
        Ok(())
    }

    /// The rest of a second is a second only if nothing else was.
    pub(super) fn end(&mut self) {
        if self.seconds.is_empty() {
            self.second_over();
        }
        self.live.finish_and_clear();
    }

    fn second_over(&mut self) {
        let (answered, p99) = (self.this_second.count(), self.this_second.at(0.99));
        self.seconds.push(Second { answered, p99 });
        let longest = show::time(self.this_second.longest());
        self.this_second.clear();
        let (answered, p99) = (show::count(answered), show::time(p99));
        self.live.set_message(format!("{answered}/s, p99 {p99}, longest wait {longest}"));
        self.live.tick();
    }
}
