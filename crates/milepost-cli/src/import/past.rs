//! Where an earlier run of the same import had come to.
//!
//! A run that was interrupted is repeated from its first row: what it had recorded answers
//! `duplicate`, because its keys are known. What it had refused consumed no key (R-CMD-2), and
//! would be judged anew, in a ledger that has gone on since: a redemption that was refused in
//! January would be paid with the points of June. But batches are decided in order, so whatever
//! stands before a command that is recorded has been decided. Up to there commands are only tried.
//!
//! The rows of a reject file were refused, all of them, and are there to be judged anew: what was
//! accepted of such a row answers `duplicate`, and the rest is done.

use std::ops::ControlFlow;

use milepost::views::Status;
use milepost::{Atomicity, Request};

use super::feed::{BATCH, Earlier, Job};
use super::mapping::Maker;
use super::rows::Rows;
use crate::exit::Failure;

/// How many of the commands, from the first on, an earlier run had decided: all up to the last one
/// that is recorded. The search ends at the first batch of which nothing is.
pub(super) fn commands_decided_before(job: Job<'_>, rows: &Rows<'_>) -> Result<u64, Failure> {
    // A ledger of nothing but its genesis has recorded nothing.
    let nothing = job.ledger.durable_end() <= 1 || !job.mapping.is_keyed();
    if nothing || job.earlier == Earlier::IsMended {
        return Ok(0);
    }
    let mut maker = Maker::new(job.mapping, &job.ledger.rules().latest().programme);
    let mut search = Search { job, requests: Vec::with_capacity(BATCH), tried: 0, decided: 0 };
    rows.each(&mut |found| {
        let Ok(row) = found.row else { return Ok(ControlFlow::Continue(())) };
        let before = search.requests.len();
        let take =
            |(_, request): (usize, Request)| search.requests.push(request.dry_run().briefly());
        if maker.commands(row, take).is_err() {
            search.requests.truncate(before);
        }
        if search.requests.len() < BATCH { Ok(ControlFlow::Continue(())) } else { search.ask() }
    })?;
    search.ask().map(|_| search.decided)
}

struct Search<'a> {
    job: Job<'a>,
    requests: Vec<Request>,
    tried: u64,
    decided: u64,
}

impl Search<'_> {
    /// Tries what was made; breaks off if nothing of it is recorded.
    fn ask(&mut self) -> Result<ControlFlow<()>, Failure> {
        let requests = std::mem::take(&mut self.requests);
        let mut flow = ControlFlow::Break(());
        for answer in self.job.ledger.submit_batch_blocking(requests, Atomicity::Each)? {
            self.tried += 1;
            if answer.is_ok_and(|receipt| receipt.status == Status::Duplicate) {
                self.decided = self.tried;
                flow = ControlFlow::Continue(());
            }
        }
        Ok(flow)
    }
}
