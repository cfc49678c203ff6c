//! Deciding requests as one: every decision is applied as it is made, and all are taken back if one
//! is refused.

use std::ops::Range;
use std::sync::{Arc, MutexGuard};

use milepost_core::command::Command;
use milepost_core::decide::{Cast, Scene, Undecided, decide};
use milepost_core::event::Event;
use milepost_core::line::Mode;
use milepost_core::names::{MemberId, MemberKey};
use milepost_core::pools::Pools;
use milepost_core::refusal::Refusal;
use milepost_core::rules::Rules;
use milepost_core::state::Counted;
use milepost_core::time::Instant;
use milepost_core::views::{self, Clamped};
use milepost_core::wire;
use milepost_log::EntryHead;
use smallvec::SmallVec;

use super::cast::{Members, keys_of, named_by};
use super::check::{Checked, KeyState, RefusedAt};
use super::locked::Locked;
use super::undo::Undo;
use super::{Work, Writer};
use crate::error::Error;
use crate::pipeline::{EventsOf, Raw, RawReceipt};
use crate::request::{ReceiptDetail, Request};
use crate::store::PoolState;

/// Decisions that stand or fall together.
pub(super) struct Transaction<'a> {
    pub(super) rules: Arc<Rules>,
    pub(super) locked: Locked<'a>,
    pub(super) pools: MutexGuard<'a, PoolState>,
    pub(super) work: &'a mut Work,
    pub(super) now: Instant,
    clamped: Clamped,
    first_seq: u64,
    steps: SmallVec<[Step; 1]>,
    pub(super) undo: SmallVec<[Undo; 2]>,
}

/// One entry to be.
struct Step {
    request: usize,
    key: Option<[u8; 16]>,
    events: Range<usize>,
    touches: Range<usize>,
    /// The rules after it, if it revises them.
    revised: Option<Arc<Rules>>,
}

/// Why a transaction does not stand.
pub(super) enum Failed {
    Refused(Refusal),
    Broken(milepost_core::state::Broken),
}

impl From<Undecided> for Failed {
    fn from(undecided: Undecided) -> Failed {
        match undecided {
            Undecided::Refused(refusal) => Failed::Refused(refusal),
            Undecided::Broken(broken) => Failed::Broken(broken),
        }
    }
}

impl Writer {
    /// Decides checked requests. The answers are added if they stand.
    pub(super) fn decide(
        &mut self,
        requests: &[Request],
        checked: Checked,
    ) -> Result<Result<(), RefusedAt>, Error> {
        let (rules, store) = (Arc::clone(&self.rules), Arc::clone(&self.store));
        let first_answer = self.work.answers.len();
        let first_event = self.work.batch.events.len();
        self.work.touches.clear();
        let of = |request: &Request| keys_of(&rules, &store, &request.command);
        let keys: SmallVec<[Members; 1]> = requests.iter().map(of).collect();
        let mut transaction = Transaction {
            rules,
            locked: Locked::for_requests(&store, requests, &keys),
            pools: store.pools(),
            work: &mut self.work,
            now: checked.now,
            clamped: checked.clamped(),
            first_seq: self.next_seq,
            steps: SmallVec::new(),
            undo: SmallVec::new(),
        };
        let each = requests.iter().zip(&keys).zip(checked.keys);
        for (index, ((request, members), key)) in each.enumerate() {
            let decided = key.map_err(Failed::Refused);
            match decided.and_then(|key| transaction.step(index, request, *members, key)) {
                Ok(raw) => transaction.work.answers.push(raw),
                Err(failed) => {
                    transaction.take_back(first_event);
                    drop(transaction);
                    self.work.answers.truncate(first_answer);
                    return match failed {
                        Failed::Refused(refusal) => Ok(Err((index, refusal))),
                        Failed::Broken(broken) => Err(self.broken(self.next_seq, broken)),
                    };
                }
            }
        }
        if let Err(error) = transaction.write(requests) {
            // The ledger has failed before anybody can see what will never be recorded.
            self.watermark.fail(Arc::new(error.clone()));
            transaction.take_back(first_event);
            return Err(error);
        }
        let rules = Arc::clone(&transaction.rules);
        let (next_seq, keys) = transaction.keep();
        self.rules = rules;
        if next_seq > self.next_seq {
            self.next_seq = next_seq;
            self.last = checked.now;
            self.clock.accepted(checked.clock);
            self.store.set_applied(next_seq);
        }
        for (digest, seq) in keys {
            self.keys.insert(digest, seq);
        }
        Ok(Ok(()))
    }
}

/// Keys, and the entries that used them.
type UsedKeys = SmallVec<[([u8; 16], u64); 1]>;

impl Transaction<'_> {
    /// The sequence number of the next entry.
    pub(super) fn next_seq(&self) -> u64 {
        self.first_seq + self.steps.len() as u64
    }

    fn step(
        &mut self,
        index: usize,
        request: &Request,
        members: Members,
        key: KeyState,
    ) -> Result<Raw, Failed> {
        match key {
            KeyState::Entry(seq) => return Ok(Raw::Duplicate(seq)),
            KeyState::Earlier(earlier) => {
                let step = self.steps.iter().rposition(|step| step.request == earlier);
                let seq = self.first_seq + step.unwrap_or_default() as u64;
                return Ok(Raw::Duplicate(seq));
            }
            KeyState::None | KeyState::New(_) => {}
        }
        let digest = match key {
            KeyState::New(digest) => Some(digest),
            KeyState::None | KeyState::Entry(_) | KeyState::Earlier(_) => None,
        };
        let undo = self.undo.len();
        let first = self.work.batch.events.len();
        let rules = Arc::clone(&self.rules);
        let redirected = self.redirected(&request.command, &members);
        let command = redirected.as_ref().unwrap_or(&request.command);
        let members = if redirected.is_some() { named_by(&rules, command) } else { members };
        let detail = request.receipt;
        let mut receipt = match command.cast() {
            Cast::One(member) => {
                let companion = self.companion(&members[0], command);
                self.pair((command, detail), [members[0], companion], [Some(member), None])?
            }
            Cast::With(member, _) => self.pair((command, detail), members, [Some(member), None])?,
            Cast::Two(from, to) => self.pair((command, detail), members, [Some(from), Some(to)])?,
            Cast::Many(named) => self.many(index, command, named, digest)?,
            Cast::Ledger => self.revise(command)?,
        };
        let events = first..self.work.batch.events.len();
        receipt.events = EventsOf::Batch(events.clone());
        if request.mode == Mode::DryRun {
            receipt.seq = None;
            self.rules = rules;
            self.undo_from(undo);
            self.steps.retain(|step| step.request != index);
        } else if !matches!(request.command.cast(), Cast::Many(_)) {
            let touches = receipt.touches.clone();
            self.push_step(index, digest, events, touches);
            if let Some(step) = self.steps.last_mut() {
                step.revised =
                    Some(Arc::clone(&self.rules)).filter(|new| !Arc::ptr_eq(new, &rules));
            }
        }
        match request.receipt {
            ReceiptDetail::Brief if receipt.members.is_empty() => Ok(Raw::Brief(receipt.brief())),
            ReceiptDetail::Brief | ReceiptDetail::Full => Ok(Raw::Accepted(Box::new(receipt))),
        }
    }

    pub(super) fn push_step(
        &mut self,
        request: usize,
        key: Option<[u8; 16]>,
        events: Range<usize>,
        touches: Range<usize>,
    ) {
        self.steps.push(Step { request, key, events, touches, revised: None });
    }

    /// Decides a command about one or two members, and applies it. A second one that has no id here
    /// is only at hand: it is touched if something is written for it.
    fn pair(
        &mut self,
        (command, detail): (&Command, ReceiptDetail),
        keys: Members,
        ids: [Option<&MemberId>; 2],
    ) -> Result<RawReceipt, Failed> {
        let seq = self.next_seq();
        let touched = self.work.touches.len();
        let mut journals = [self.journal(), self.journal()];
        let first = self.work.batch.events.len();
        let (member, other) = if keys[1] == MemberKey::default() || keys[0] == keys[1] {
            (self.locked.member(&keys[0]), None)
        } else {
            self.locked.two(&keys[0], &keys[1])
        };
        let mut scene = Scene {
            rules: &self.rules,
            now: self.now,
            member,
            other,
            pools: &mut self.pools.pools,
            journals: &mut journals,
            events: &mut self.work.batch.events,
        };
        let decided = decide(&mut scene, command);
        let enrolled = match decided {
            Ok(enrolled) => enrolled,
            Err(undecided) => {
                scene.take_back(first);
                self.work.journals.extend(journals);
                return Err(undecided.into());
            }
        };
        self.note_drawn(first);
        if let Some(member) = enrolled {
            self.enrol(keys[0], member);
        }
        let written = self.work.batch.events.get(first..).unwrap_or_default();
        let is_written_for = |who| written.iter().any(|event| event.who == who);
        let touched_by = [true, ids[1].is_some() || is_written_for(1)];
        for ((key, journal), is_touched) in keys.iter().zip(journals).zip(touched_by) {
            if is_touched {
                self.touch(*key, journal, seq, Counted::Yes)?;
            } else {
                self.work.journals.push(journal);
            }
        }
        let mut receipt = self.receipt(seq, touched..self.work.touches.len());
        if detail == ReceiptDetail::Brief {
            receipt.version = self.locked.member(&keys[0]).map(|member| member.version());
            return Ok(receipt);
        }
        let balances = [&mut receipt.balance, &mut receipt.other_balance];
        for ((key, id), balance) in keys.iter().zip(ids).zip(balances) {
            if id.is_some() {
                let member = self.locked.member(key);
                // A member that has become a part of another has nothing of its own (R-MERGE-1).
                let member = member.filter(|member| member.merged_into().is_none());
                receipt.version = receipt.version.or(member.as_ref().map(|m| m.version()));
                *balance = member.map(|member| views::balance(&self.rules, self.now, member));
            }
        }
        for (key, _) in keys.iter().zip(touched_by).filter(|(_, is_touched)| *is_touched) {
            receipt.members.extend(self.locked.member(key).map(|member| member.id().clone()));
        }
        if receipt.balance.is_none() {
            receipt.balance = receipt.other_balance.take();
        }
        Ok(receipt)
    }

    pub(super) fn receipt(&self, seq: u64, touches: Range<usize>) -> RawReceipt {
        RawReceipt {
            seq: Some(seq),
            recorded_at: self.now,
            clamped: self.clamped,
            version: None,
            members: Vec::new(),
            bases: Vec::new(),
            events: EventsOf::Batch(0..0),
            touches,
            balance: None,
            other_balance: None,
        }
    }

    /// Puts the entries into the group.
    fn write(&mut self, requests: &[Request]) -> Result<(), Error> {
        for (step, seq) in self.steps.iter().zip(self.first_seq..) {
            let Some(request) = requests.get(step.request) else { continue };
            let events: &[Event] =
                self.work.batch.events.get(step.events.clone()).unwrap_or_default();
            let touches = self.work.touches.get(step.touches.clone()).unwrap_or_default();
            self.work.log_touches.clear();
            self.work.log_touches.extend(touches.iter().map(log_touch));
            let recorded = &request.command;
            let head = EntryHead {
                seq,
                recorded_at: self.now.micros(),
                kind: wire::kind(recorded).number(),
                schema: wire::SCHEMA,
                key: step.key,
            };
            let mut encoded = Ok(());
            let body = |out: &mut Vec<u8>| {
                encoded = wire::encode(recorded, events, self.now, out);
            };
            let pushed = self.work.batch.group.push(&head, &self.work.log_touches, body);
            encoded.map_err(|source| Error::Entry { seq, source })?;
            pushed.map_err(|error| too_large(seq, &error))?;
            let revised = step.revised.clone();
            let place = self.work.batch.entries.len();
            self.work.batch.revised.extend(revised.map(|rules| (place, rules)));
            self.work.batch.entries.push(step.events.clone());
        }
        Ok(())
    }

    /// Lets everything stand. Returns the next sequence number, and the keys that were used by
    /// which entry.
    fn keep(mut self) -> (u64, UsedKeys) {
        self.keep_changes();
        if self.steps.iter().any(|step| step.revised.is_some()) {
            // A revision has locked all shards.
            let rules = Arc::clone(&self.rules);
            self.locked.iter_mut().for_each(|shard| shard.judge_again(&rules));
        }
        for (step, seq) in self.steps.iter().zip(self.first_seq..) {
            for touch in self.work.touches.get(step.touches.clone()).unwrap_or_default() {
                if let Some(shard) = self.locked.shard(&touch.member) {
                    shard.note_entry(seq);
                }
            }
            let events = self.work.batch.events.get(step.events.clone());
            if Pools::concern(events.unwrap_or_default()) {
                self.pools.note_entry(seq);
            }
        }
        let with_key = self.steps.iter().zip(self.first_seq..);
        let keys = with_key.filter_map(|(step, seq)| step.key.map(|key| (key, seq))).collect();
        (self.next_seq(), keys)
    }
}

fn log_touch(touch: &milepost_core::state::Touch) -> milepost_log::Touch {
    let previous = (touch.previous != milepost_core::state::NO_ENTRY).then_some(touch.previous);
    milepost_log::Touch { member: touch.member.0, version: touch.version, previous }
}

fn too_large(seq: u64, error: &milepost_log::GroupError) -> Error {
    Error::TooLarge { seq, reason: error.to_string() }
}
