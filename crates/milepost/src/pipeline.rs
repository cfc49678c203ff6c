//! What travels between the callers, the writer and the flusher.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use milepost_core::event::{Event, Fact};
use milepost_core::line::Mode;
use milepost_core::names::MemberId;
use milepost_core::refusal::Refusal;
use milepost_core::rules::Rules;
use milepost_core::time::Instant;
use milepost_core::views::{Balance, Receipt, Status, Totals};
use milepost_log::{Group, SeqRange};
use smallvec::SmallVec;
use tokio::sync::oneshot;

use crate::error::Error;
use crate::request::{Atomicity, Request};
use crate::view::View;

/// A job for the writer.
#[derive(Debug)]
pub(crate) enum Job {
    /// Decide these commands.
    Submit { requests: Requests, atomicity: Atomicity, reply: oneshot::Sender<Delivery> },
    /// The totals, with everything due by then in them.
    Totals(TotalsJob),
}

/// Somebody asks for the totals.
#[derive(Debug)]
pub(crate) struct TotalsJob {
    /// As of this time; left out: now.
    pub(crate) as_of: Option<Instant>,
    /// Is told `None` if the time asked about has passed meanwhile: then the log has to be folded.
    pub(crate) reply: oneshot::Sender<Result<Option<Totals>, Error>>,
}

/// One request, nearly always.
pub(crate) type Requests = SmallVec<[Request; 1]>;

/// The answers to one job, once everything that they tell of is durable.
pub(crate) type Delivery = Result<Delivered, Error>;

/// One answer, nearly always.
pub(crate) type Answers = SmallVec<[Raw; 1]>;

/// Answers, and the events that their receipts point into.
#[derive(Debug)]
pub(crate) struct Delivered {
    pub(crate) answers: Answers,
    pub(crate) events: Arc<Vec<Event>>,
}

/// One answer before it is made into what the caller gets.
#[derive(Debug)]
pub(crate) enum Raw {
    Accepted(Box<RawReceipt>),
    Brief(Brief),
    /// The first receipt is that of this entry.
    Duplicate(u64),
    Refused(Refusal),
}

/// What a brief receipt tells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Brief {
    /// `None` for a dry run.
    seq: Option<u64>,
    recorded_at: Instant,
    clamped: milepost_core::views::Clamped,
    version: Option<u32>,
}

/// A receipt whose events are still among those of its batch.
#[derive(Debug)]
pub(crate) struct RawReceipt {
    /// `None` for a dry run.
    pub(crate) seq: Option<u64>,
    pub(crate) recorded_at: Instant,
    pub(crate) clamped: milepost_core::views::Clamped,
    pub(crate) version: Option<u32>,
    pub(crate) members: Vec<MemberId>,
    /// Of a sweep of several entries: from which event on how many members more come before.
    pub(crate) bases: Vec<(usize, u32)>,
    pub(crate) events: EventsOf,
    pub(crate) touches: Range<usize>,
    pub(crate) balance: Option<Balance>,
    pub(crate) other_balance: Option<Balance>,
}

/// Where the events of a receipt are.
#[derive(Debug)]
pub(crate) enum EventsOf {
    /// Among those of the batch with which the receipt is delivered.
    Batch(Range<usize>),
    /// Here, because the receipt's own batch was handed over before the rest of its job was decided.
    Receipt(Vec<Event>),
}

/// What becomes durable together.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) group: Group,
    pub(crate) events: Vec<Event>,
    /// For each entry of the group, which of the events are its own.
    pub(crate) entries: Vec<Range<usize>>,
    /// The rules after those entries of the group that revise them, by their place in it.
    pub(crate) revised: Vec<(usize, Arc<Rules>)>,
    pub(crate) replies: Vec<Reply>,
    /// The segment that making the batch durable has sealed.
    pub(crate) sealed: Option<SeqRange>,
}

/// What is told to whom once the batch is durable.
#[derive(Debug)]
pub(crate) enum Reply {
    Answers { answers: Answers, to: oneshot::Sender<Delivery> },
    Totals { due: Vec<Event>, to: oneshot::Sender<Result<Option<Totals>, Error>> },
}

impl Reply {
    /// Whether an answer points into the events of its batch.
    pub(crate) fn wants_events(&self) -> bool {
        match self {
            Reply::Answers { answers, .. } => answers.iter().any(Raw::wants_events),
            Reply::Totals { .. } => false,
        }
    }
}

impl Raw {
    fn wants_events(&self) -> bool {
        let Raw::Accepted(receipt) = self else { return false };
        matches!(receipt.events, EventsOf::Batch(_))
    }

    /// Takes the events along, so that the batch can go without the answer.
    pub(crate) fn leave_batch(&mut self, events: &[Event]) {
        let Raw::Accepted(receipt) = self else { return };
        if let EventsOf::Batch(range) = &receipt.events {
            let own = events.get(range.clone()).unwrap_or_default().to_vec();
            receipt.events = EventsOf::Receipt(own);
        }
    }
}

impl Brief {
    pub(crate) fn finish(self) -> Receipt {
        Receipt {
            seq: self.seq.unwrap_or(0),
            recorded_at: self.recorded_at,
            clamped: self.clamped,
            version: self.version,
            status: Status::Accepted,
            mode: if self.seq.is_some() { Mode::Real } else { Mode::DryRun },
            events: Vec::new(),
            members: Vec::new(),
            balance: None,
            other_balance: None,
            worth: None,
        }
    }
}

impl RawReceipt {
    /// What a brief receipt tells of it.
    pub(crate) const fn brief(&self) -> Brief {
        let &RawReceipt { seq, recorded_at, clamped, version, .. } = self;
        Brief { seq, recorded_at, clamped, version }
    }

    /// The receipt with its own events.
    pub(crate) fn finish(self, events: &[Event]) -> Receipt {
        let brief = self.brief().finish();
        let mut events = match self.events {
            EventsOf::Batch(range) => events.get(range).unwrap_or_default().to_vec(),
            EventsOf::Receipt(own) => own,
        };
        // A sweep of several entries: each numbers its members from 0.
        for (at, base) in self.bases {
            for event in events.iter_mut().skip(at) {
                event.who += base;
            }
        }
        Receipt {
            worth: worth_of(&events),
            events,
            members: self.members,
            balance: self.balance,
            other_balance: self.other_balance,
            ..brief
        }
    }
}

impl Batch {
    /// Whether there is nothing to write and nobody to tell.
    pub(crate) fn is_empty(&self) -> bool {
        self.group.is_empty() && self.replies.is_empty()
    }
}

/// The views, folded by the flusher, read by anybody.
pub(crate) type Views = Mutex<Vec<Box<dyn View>>>;

/// What a redemption among the events was for, if it was for a reward.
pub(crate) fn worth_of(events: &[Event]) -> Option<milepost_core::event::Worth> {
    events.iter().find_map(|event| {
        if let Fact::Redeemed { worth, .. } | Fact::Captured { worth, .. } = &event.fact {
            worth.clone()
        } else {
            None
        }
    })
}
