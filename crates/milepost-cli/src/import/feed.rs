//! Handing rows to the ledger: while a batch is being decided and made durable, the next is made.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::time::Instant as Stopwatch;

use milepost::views::{Clamped, Status};
use milepost::{Answer, Atomicity, Ledger, Mode, PendingBatch, Request};

use super::mapping::{Maker, Mapping};
use super::rejects::{Refused, Rejects};
use super::row::Fault;
use super::rows::{Found, Rows};
use super::shelf::{RawRow, Shelf};
use super::source::Source;
use super::summary::Summary;
use super::{Progress, past};
use crate::exit::Failure;

/// Commands in a batch: enough that a sync is shared by many, few enough that the first receipts
/// come soon.
pub(super) const BATCH: usize = 4096;
/// So many batches are handed in before the answers to the first of them are taken: enough that
/// neither side waits for the other while it has work.
const AHEAD: usize = 3;

/// The code of a row that could not be made into commands.
const MALFORMED: &str = "malformed";
/// The code of a command that an earlier run of the same import had decided and not accepted.
const REFUSED_BEFORE: &str = "refused_before";

/// What is imported, and by which mapping.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) mapping: &'a Mapping,
    pub(super) sources: &'a [Source],
    pub(super) earlier: Earlier,
}

/// What is done with commands that an earlier run had decided and not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Earlier {
    /// They stay refused.
    Stands,
    /// They are judged anew: the rows are those of a reject file.
    IsMended,
}

impl Job<'_> {
    /// Imports all rows.
    pub(super) fn run(self, rejects: Rejects, progress: &Progress) -> Result<Summary, Failure> {
        let begun = Stopwatch::now();
        let rows = Rows::of(self.sources, &self.mapping.order_by)?;
        let past = past::commands_decided_before(self, &rows)?;
        let (batch, summary) = (Batch::default(), Summary::default());
        let mut feed = Feed {
            job: self,
            past,
            batch,
            ahead: VecDeque::with_capacity(AHEAD + 1),
            spare: Vec::new(),
            rejects,
            summary,
            progress,
        };
        let mut maker = Maker::new(self.mapping, &self.ledger.rules().latest().programme);
        let fed = rows.each(&mut |found| {
            feed.row(&mut maker, found)?;
            Ok(ControlFlow::Continue(()))
        });
        // What was handed in before a failure is durable, and what was refused of it is told.
        let settled = feed.finish();
        fed?;
        let mut summary = settled?;
        summary.elapsed = begun.elapsed();
        Ok(summary)
    }
}

/// Commands that go to the ledger together, and the rows that they come from.
#[derive(Debug, Default)]
struct Batch {
    requests: Vec<Request>,
    asked: Asked,
}

/// What was asked: for each row how many commands, for each command which recipe made it.
#[derive(Debug, Default)]
struct Asked {
    /// The rows themselves, for the reject file.
    shelf: Shelf,
    rows: Vec<AskedRow>,
    recipes: Vec<usize>,
}

/// A row that makes commands, or that should. It has the same number on the shelf.
#[derive(Debug)]
struct AskedRow {
    commands: usize,
    fault: Option<Box<Fault>>,
}

impl Asked {
    fn clear(&mut self) {
        self.shelf.clear();
        self.rows.clear();
        self.recipes.clear();
    }
}

/// The side that reads rows.
#[derive(Debug)]
struct Feed<'a> {
    job: Job<'a>,
    /// So many commands were decided by an earlier import, see [`past`].
    past: u64,
    batch: Batch,
    /// The batches that the ledger is at work on, the oldest first.
    ahead: VecDeque<(PendingBatch, Asked)>,
    /// Room that is used again.
    spare: Vec<Asked>,
    rejects: Rejects,
    summary: Summary,
    progress: &'a Progress,
}

impl Feed<'_> {
    /// Makes the commands of a row. If one of them cannot be made, none of them is handed in.
    fn row(&mut self, maker: &mut Maker<'_>, found: Found<'_>) -> Result<(), Failure> {
        self.summary.rows += 1;
        let Batch { requests, asked } = &mut self.batch;
        let before = requests.len();
        let made = found.row.and_then(|row| {
            maker.commands(row, |(recipe, request)| {
                requests.push(request.briefly());
                asked.recipes.push(recipe);
            })
        });
        if made.is_err() {
            requests.truncate(before);
            asked.recipes.truncate(before);
        }
        let commands = requests.len() - before;
        let fault = made.err().map(Box::new);
        if commands > 0 || fault.is_some() {
            asked.rows.push(AskedRow { commands, fault });
            asked.shelf.put_again(&found.raw);
        }
        if asked.rows.len() >= BATCH || requests.len() >= BATCH {
            return self.hand_in();
        }
        Ok(())
    }

    /// Hands in what was made, and takes the answers to what was handed in before it.
    fn hand_in(&mut self) -> Result<(), Failure> {
        let next = Batch {
            requests: Vec::with_capacity(BATCH),
            asked: self.spare.pop().unwrap_or_default(),
        };
        let Batch { mut requests, asked } = std::mem::replace(&mut self.batch, next);
        for request in &mut requests {
            if self.summary.commands < self.past {
                request.mode = Mode::DryRun;
            }
            self.summary.commands += 1;
        }
        let pending = self.job.ledger.begin_batch(requests, Atomicity::Each)?;
        self.ahead.push_back((pending, asked));
        self.progress.rows(self.summary.rows);
        match self.ahead.len() {
            0..=AHEAD => Ok(()),
            _ => self.settle_first(),
        }
    }

    fn finish(mut self) -> Result<Summary, Failure> {
        self.hand_in()?;
        while !self.ahead.is_empty() {
            self.settle_first()?;
        }
        self.rejects.finish()?;
        Ok(self.summary)
    }

    /// Counts the answers to the oldest batch, and rejects the rows of which something was refused.
    fn settle_first(&mut self) -> Result<(), Failure> {
        let Some((pending, mut asked)) = self.ahead.pop_front() else { return Ok(()) };
        let mut answers = pending.wait()?.into_iter().zip(&asked.recipes);
        for (number, row) in asked.rows.iter().enumerate() {
            let mut reason = None;
            if let Some(fault) = &row.fault {
                self.summary.bad_rows += 1;
                reason = Some((MALFORMED.to_owned(), fault.to_string()));
            }
            for (answer, recipe) in answers.by_ref().take(row.commands) {
                let refusal = self.count(answer, *recipe);
                reason = reason.or(refusal);
            }
            if let Some((reason, row)) = reason.zip(asked.shelf.row(number)) {
                self.reject(row, &reason)?;
            }
        }
        asked.clear();
        self.spare.push(asked);
        Ok(())
    }

    /// Counts one answer; of a refusal, the code and the message.
    fn count(&mut self, answer: Answer, recipe: usize) -> Option<(String, String)> {
        let command = self.job.mapping.command_name(recipe);
        let (code, message) = match answer {
            Ok(receipt) if receipt.status == Status::Duplicate => {
                self.summary.duplicates += 1;
                return None;
            }
            Ok(receipt) if receipt.mode == Mode::DryRun => {
                let message = "an earlier run of this import decided it and did not accept it";
                (REFUSED_BEFORE.to_owned(), message.to_owned())
            }
            Ok(receipt) => {
                self.summary.accepted += 1;
                self.summary.clamped += u64::from(receipt.clamped == Clamped::Yes);
                return None;
            }
            Err(refusal) => (refusal.code.to_string(), refusal.message),
        };
        *self.summary.refused.entry(code.clone()).or_default() += 1;
        Some((code, format!("{command}: {message}")))
    }

    fn reject(
        &mut self,
        row: RawRow<'_>,
        (code, message): &(String, String),
    ) -> Result<(), Failure> {
        self.summary.rejected_rows += 1;
        let Some(source) = self.job.sources.get(row.file) else { return Ok(()) };
        self.rejects.take(&Refused { source, row, code, message })
    }
}
