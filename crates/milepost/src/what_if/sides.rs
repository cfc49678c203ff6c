//! The two histories: the one that was recorded, and the one that would have been.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use milepost_core::command::{Body, Command};
use milepost_core::decide::{Cast, settle};
use milepost_core::line::write_command;
use milepost_core::names::MemberId;
use milepost_core::refusal::{Code, Refusal};
use milepost_core::rules::Rules;
use milepost_core::time::{Instant, Zone};
use milepost_core::wire::{self, Recorded};
use milepost_log::{Check, Entry, Reader};

use super::Revisions;
use super::difference::{Refused, RefusedCode};
use super::tally::Tally;
use crate::error::Error;
use crate::fold::Fold;
use crate::store::{SHARDS, Store};
use crate::view::recorded_at;
use crate::writer::Writer;

/// So many refused commands are told of each code.
const TOLD: usize = 5;
/// How often progress is told, in entries.
const EVERY: u64 = 16_384;

/// What a history came to at the time of the last entry.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) rules: Arc<Rules>,
    pub(super) store: Arc<Store>,
    pub(super) tally: Tally,
    pub(super) at: Instant,
    pub(super) decided: u64,
    pub(super) passed_over: u64,
    pub(super) refused: Vec<RefusedCode>,
}

/// The history as it was recorded.
pub(super) fn recorded(reader: &Reader, rules: Arc<Rules>, zone: Zone) -> Result<Side, Error> {
    let mut fold = Fold::new(rules, Vec::new());
    let mut tally = Tally::new(zone);
    let mut at = Instant::MIN;
    let mut scan = reader.scan_with(0, Check::Checksums);
    while let Some(entry) = scan.next_entry()? {
        fold.entry(&entry)?;
        tally.apply(&fold.reading.events);
        at = recorded_at(&entry);
    }
    let store = Arc::new(fold.store);
    settle_all(&store, &fold.reading.rules, &mut tally, at)?;
    Ok(Side {
        rules: fold.reading.rules,
        store,
        tally,
        at,
        decided: 0,
        passed_over: 0,
        refused: Vec::new(),
    })
}

/// The history as it would have been.
pub(super) fn again(
    reader: &Reader,
    rules: Arc<Rules>,
    zone: Zone,
    revisions: Revisions,
    mut progress: impl FnMut(u64, u64),
) -> Result<Side, Error> {
    let mut writer = Writer::alone(rules, reader.ledger_id())?;
    let mut tally = Tally::new(zone);
    let mut refusals = Refusals::default();
    let (mut at, mut decided, mut passed_over) = (Instant::MIN, 0, 0);
    let end = reader.durable_end();
    let mut scan = reader.scan_with(1, Check::Checksums);
    while let Some(entry) = scan.next_entry()? {
        at = recorded_at(&entry);
        if entry.seq() % EVERY == 0 {
            progress(entry.seq(), end.saturating_sub(1));
        }
        let Some(mut command) = command_of(&entry)? else { continue };
        if revisions == Revisions::PassOver && matches!(command.body, Body::Revise(_)) {
            passed_over += 1;
            continue;
        }
        command.expected_version = None;
        decided += 1;
        match writer.again(entry.seq(), at, command)? {
            Ok(events) => tally.apply(events),
            Err((command, refusal)) => refusals.note(entry.seq(), &command, refusal),
        }
    }
    let (rules, store) = (Arc::clone(&writer.rules), Arc::clone(&writer.store));
    drop(writer);
    settle_all(&store, &rules, &mut tally, at)?;
    let refused = refusals.by_code.into_values().collect();
    Ok(Side { rules, store, tally, at, decided, passed_over, refused })
}

/// The command of an entry; `None` for the genesis.
fn command_of(entry: &Entry<'_>) -> Result<Option<Command>, Error> {
    let (head, at) = (entry.head(), recorded_at(entry));
    let body = wire::decode(head.kind, head.schema, at, entry.body())
        .map_err(|source| Error::Entry { seq: head.seq, source })?;
    match body.command {
        Recorded::Command(command) => Ok(Some(command)),
        Recorded::Genesis(_) => Ok(None),
    }
}

/// R-TIME-5: writes down what is due by then, for everybody.
fn settle_all(store: &Store, rules: &Rules, tally: &mut Tally, at: Instant) -> Result<(), Error> {
    for shard in 0..SHARDS {
        let mut shard = store.write(shard);
        if !shard.may_be_due(at) {
            continue;
        }
        for member in shard.members_mut().filter(|member| !member.is_settled(at)) {
            let seq = member.head();
            let due = settle(rules, member, at);
            tally.apply(&due.map_err(|source| Error::Broken { seq, source })?);
        }
    }
    Ok(())
}

/// Accepted commands that are refused now.
#[derive(Debug, Default)]
struct Refusals {
    by_code: BTreeMap<Code, RefusedCode>,
    /// Whose history has a hole.
    members: BTreeSet<MemberId>,
}

impl Refusals {
    fn note(&mut self, seq: u64, command: &Command, refusal: Refusal) {
        let (one, other) = match command.cast() {
            Cast::One(member) | Cast::With(member, _) => (Some(member), None),
            Cast::Two(from, to) => (Some(from), Some(to)),
            Cast::Many(_) | Cast::Ledger => (None, None),
        };
        let mut named = one.into_iter().chain(other);
        let follows = asks_for_earlier(refusal.code) && named.any(|id| self.members.contains(id));
        let code = refusal.code;
        let of_code = self.by_code.entry(code).or_insert_with(|| RefusedCode {
            code,
            count: 0,
            followed: 0,
            first: Vec::new(),
        });
        of_code.count += 1;
        of_code.followed += u64::from(follows);
        if of_code.first.len() < TOLD {
            let (member, message) = (one.cloned(), refusal.message);
            of_code.first.push(Refused { seq, command: name_of(command), member, message });
        }
        self.members.extend(one.into_iter().chain(other).cloned());
    }
}

/// The command's name in the line format.
fn name_of(command: &Command) -> Box<str> {
    let written = write_command(command);
    written.get("cmd").and_then(|name| name.as_str()).unwrap_or_default().into()
}

/// Whether a refusal says that something is missing which an earlier command would have left.
const fn asks_for_earlier(code: Code) -> bool {
    matches!(
        code,
        Code::UnknownMember
            | Code::UnknownActivity
            | Code::UnknownHold
            | Code::UnknownRedemption
            | Code::DuplicateReference
            | Code::HoldLapsed
            | Code::HoldClosed
            | Code::ExceedsHold
            | Code::ExceedsRedemption
            | Code::ExceedsActivity
            | Code::InsufficientBalance
    )
}
