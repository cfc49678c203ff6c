//! What is looked at before any member: the time, and the idempotency key (R-CMD-2, R-TIME-1).

use milepost_core::command::{Body, Command};
use milepost_core::line::first_difference;
use milepost_core::refusal::{Code, Detail, Refusal};
use milepost_core::time::Instant;
use milepost_core::views::Clamped;
use milepost_core::wire::{self, Recorded};
use smallvec::SmallVec;

use super::Writer;
use crate::error::Error;
use crate::request::Request;
use crate::view::recorded_at;

/// Requests that may be decided.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) now: Instant,
    pub(super) clamped: Clamped,
    /// For each request, what its key says.
    pub(super) keys: SmallVec<[KeyState; 1]>,
}

/// What the key of a request says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyState {
    /// There is none.
    None,
    /// It is new.
    New([u8; 16]),
    /// The same command has this entry already.
    Entry(u64),
    /// The same command stands earlier in the batch.
    Earlier(usize),
}

/// A refusal, and which of the requests it is of.
pub(super) type RefusedAt = (usize, Refusal);

impl Writer {
    pub(super) async fn check(
        &mut self,
        requests: &[Request],
        at: Option<Instant>,
    ) -> Result<Result<Checked, RefusedAt>, Error> {
        let mut keys = SmallVec::with_capacity(requests.len());
        for (index, request) in requests.iter().enumerate() {
            if at.is_some() && self.clock.time_for(at).is_none() {
                return Ok(Err((index, clock_is_not_set())));
            }
            match self.key(requests, index, &request.command).await? {
                Ok(key) => keys.push(key),
                Err(refusal) => return Ok(Err((index, refusal))),
            }
        }
        let clock = self.clock.time_for(at).unwrap_or(self.last);
        match self.advances(requests, clock) {
            Ok(clock) => {
                let now = clock.max(self.last);
                let clamped = if clock < now { Clamped::Yes } else { Clamped::No };
                Ok(Ok(Checked { now, clamped, keys }))
            }
            Err(refused) => Ok(Err(refused)),
        }
    }

    /// An `advance` sets a clock that commands drive; with another it must not be later than now.
    fn advances(&self, requests: &[Request], mut clock: Instant) -> Result<Instant, RefusedAt> {
        for (index, request) in requests.iter().enumerate() {
            let Body::Advance(advance) = &request.command.body else { continue };
            if advance.to <= clock {
                continue;
            }
            clock = self.clock.time_for(Some(advance.to)).ok_or_else(|| {
                let message = format!("to must not be later than the ledger's clock, {clock}");
                (index, Refusal::new(Code::InvalidTime, message))
            })?;
        }
        Ok(clock)
    }

    async fn key(
        &mut self,
        requests: &[Request],
        index: usize,
        command: &Command,
    ) -> Result<Result<KeyState, Refusal>, Error> {
        let Some(key) = &command.key else { return Ok(Ok(KeyState::None)) };
        let earlier = requests.iter().take(index).position(|r| r.command.key.as_ref() == Some(key));
        if let Some((at, request)) = earlier.and_then(|at| requests.get(at).map(|r| (at, r))) {
            let same = same_content(command, &request.command);
            return Ok(same.map(|()| KeyState::Earlier(at)));
        }
        let digest = wire::key_digest(key);
        let Some(seq) = self.keys.get(&digest)? else { return Ok(Ok(KeyState::New(digest))) };
        let first = self.recorded_command(seq).await?;
        Ok(same_content(command, &first).map(|()| KeyState::Entry(seq)))
    }

    /// The command of an entry. One that is not durable yet is waited for.
    async fn recorded_command(&mut self, seq: u64) -> Result<Command, Error> {
        if seq >= self.watermark.end() {
            self.drain().await;
        }
        if let Some(failure) = self.watermark.failure() {
            return Err(failure);
        }
        let entry = self.reader.entry(seq)?.ok_or(Error::Closed)?;
        let entry = entry.view();
        let head = entry.head();
        let body = wire::decode(head.kind, head.schema, recorded_at(&entry), entry.body())
            .map_err(|source| Error::Entry { seq, source })?;
        match body.command {
            Recorded::Command(command) => Ok(command),
            // The genesis has no key.
            Recorded::Genesis { .. } => Err(Error::Closed),
        }
    }
}

fn same_content(new: &Command, first: &Command) -> Result<(), Refusal> {
    let Some(field) = first_difference(new, first) else { return Ok(()) };
    let message = format!("the key was used with another {field}");
    Err(Refusal::new(Code::KeyReused, message).with("field", Detail::Text(field)))
}

fn clock_is_not_set() -> Refusal {
    Refusal::new(Code::Malformed, "at: the ledger's clock is the system's, commands do not set it")
        .with("field", Detail::Text("at".into()))
}
