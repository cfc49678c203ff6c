//! What is looked at before any member: the time, and the idempotency key (R-CMD-2, R-TIME-1).

use milepost_core::command::{Body, Command};
use milepost_core::line::{Mode, first_difference};
use milepost_core::names::Key;
use milepost_core::refusal::{Code, Detail, Refusal};
use milepost_core::time::Instant;
use milepost_core::views::Clamped;
use milepost_core::wire::{self, Recorded};
use smallvec::SmallVec;

use super::Writer;
use crate::error::Error;
use crate::request::Request;
use crate::view::recorded_at;

/// What is known of requests before they are decided.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) now: Instant,
    /// What the clock says, which may be earlier than the last entry.
    pub(super) clock: Instant,
    /// For each request, what its key says. The first refusal is the last here: what comes after
    /// it does not matter any more.
    pub(super) keys: SmallVec<[Result<KeyState, Refusal>; 1]>,
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

type Keys = SmallVec<[Result<KeyState, Refusal>; 1]>;

impl Checked {
    pub(super) fn clamped(&self) -> Clamped {
        if self.clock < self.now { Clamped::Yes } else { Clamped::No }
    }
}

impl Writer {
    pub(super) async fn check(&mut self, requests: &[Request]) -> Result<Checked, Error> {
        let at = requests.iter().filter_map(|request| request.at).max();
        let mut clock = self.clock.time_for(at).unwrap_or(self.last);
        let mut keys = Keys::with_capacity(requests.len());
        for (index, request) in requests.iter().enumerate() {
            let key = if request.at.is_some() && self.clock.time_for(request.at).is_none() {
                Err(clock_is_not_set())
            } else {
                self.key(requests, index, request, &keys).await?
            };
            let key = key.and_then(|key| self.advances(request, key, &mut clock));
            let refused = key.is_err();
            keys.push(key);
            if refused {
                break;
            }
        }
        Ok(Checked { now: clock.max(self.last), clock, keys })
    }

    /// An `advance` sets a clock that commands drive; with another it must not be later than now.
    fn advances(
        &self,
        request: &Request,
        key: KeyState,
        clock: &mut Instant,
    ) -> Result<KeyState, Refusal> {
        let is_new = matches!(key, KeyState::None | KeyState::New(_));
        if let Body::Advance(advance) = &request.command.body
            && is_new
            && advance.to > *clock
        {
            *clock = self.clock.time_for(Some(advance.to)).ok_or_else(|| {
                let message = format!("to must not be later than the ledger's clock, {clock}");
                Refusal::new(Code::InvalidTime, message)
            })?;
        }
        Ok(key)
    }

    async fn key(
        &mut self,
        requests: &[Request],
        index: usize,
        request: &Request,
        keys: &Keys,
    ) -> Result<Result<KeyState, Refusal>, Error> {
        let command = &request.command;
        let Some(key) = &command.key else { return Ok(Ok(KeyState::None)) };
        if let Some((at, first)) = earlier(requests, index, key) {
            let state = match keys.get(at) {
                Some(Ok(known @ (KeyState::Entry(_) | KeyState::Earlier(_)))) => *known,
                _ => KeyState::Earlier(at),
            };
            return Ok(same_content(command, first).map(|()| state));
        }
        let digest = key.digest();
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

/// The command that uses the key earlier in the batch. A dry run uses no key (R-CMD-7).
fn earlier<'a>(requests: &'a [Request], index: usize, key: &Key) -> Option<(usize, &'a Command)> {
    let earlier = requests.iter().enumerate().take(index);
    let mut real = earlier.filter(|(_, request)| request.mode == Mode::Real);
    let found = real.find(|(_, request)| request.command.key.as_ref() == Some(key));
    found.map(|(at, request)| (at, &request.command))
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
