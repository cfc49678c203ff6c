//! Commands about many members: `extend` and `advance`. Each member is decided on its own.

use std::ops::Range;

use milepost_core::command::{Body, Command};
use milepost_core::decide::{Scene, check_approval, check_many, decide};
use milepost_core::event::{ExtendCause, Fact};
use milepost_core::names::{MemberId, MemberKey};
use milepost_core::refusal::{Code, Detail, Refusal};
use milepost_core::state::{Counted, Member};
use milepost_core::time::Instant;

use super::transaction::{Failed, Transaction};
use crate::pipeline::RawReceipt;

/// An `advance` writes an entry for so many members at the most, so that no entry grows without
/// bound. What it writes is true already, so it need not be written at once.
const MEMBERS_PER_SWEEP: usize = 1024;

impl Transaction<'_> {
    /// Decides a command about many members, and adds its entries.
    pub(super) fn many(
        &mut self,
        index: usize,
        command: &Command,
        named: Option<&[MemberId]>,
        key: Option<[u8; 16]>,
    ) -> Result<RawReceipt, Failed> {
        check_many(&self.rules, self.now, command).map_err(Failed::Refused)?;
        let members = self.members(command, named).map_err(Failed::Refused)?;
        check_approval(&self.rules, self.now, command).map_err(Failed::Refused)?;
        let is_sweep = matches!(command.body, Body::Advance(_));
        let chunk = if is_sweep { MEMBERS_PER_SWEEP } else { usize::MAX };
        let mut chunks = members.chunks(chunk.min(members.len().max(1))).peekable();
        let mut receipt = self.receipt(self.next_seq(), 0..0);
        let begin = self.work.batch.events.len();
        let mut previous = 0;
        loop {
            let chunk = chunks.next().unwrap_or_default();
            let (seq, touched) = (self.next_seq(), self.work.touches.len());
            let first = self.work.batch.events.len();
            let before = receipt.members.len();
            for member in chunk {
                self.one_of_many(command, *member, seq, touched)?;
            }
            // Several members, one entry: the events stand in the order in which they took effect.
            if let Some(events) = self.work.batch.events.get_mut(first..) {
                events.sort_by_key(|event| event.effective_at);
            }
            let is_last = chunks.peek().is_none();
            let (events, touches) =
                (first..self.work.batch.events.len(), touched..self.work.touches.len());
            self.push_step(index, key.filter(|_| is_last), events, touches.clone());
            if before > 0 {
                receipt.bases.push((first - begin, previous));
            }
            self.name_members(&mut receipt, touches);
            previous = u32::try_from(receipt.members.len() - before).unwrap_or(u32::MAX);
            receipt.seq = Some(seq);
            if is_last {
                break;
            }
        }
        for shard in self.locked.iter_mut() {
            shard.refresh_due();
        }
        Ok(receipt)
    }

    fn name_members(&mut self, receipt: &mut RawReceipt, touches: Range<usize>) {
        for touch in self.work.touches.get(touches).unwrap_or_default() {
            let member = self.locked.member(&touch.member);
            receipt.members.extend(member.map(|member| member.id().clone()));
        }
    }

    /// The members that a command may change, in the order of their keys.
    fn members(
        &mut self,
        command: &Command,
        named: Option<&[MemberId]>,
    ) -> Result<Vec<MemberKey>, Refusal> {
        let mut keys = Vec::new();
        match (named, &command.body) {
            (Some(named), _) => {
                for id in named {
                    let key = self.rules.member_key(id);
                    if self.locked.member(&key).is_none() {
                        return Err(unknown(id));
                    }
                    keys.push(key);
                }
            }
            (None, Body::Advance(advance)) => keys = self.due_members(advance.to),
            (None, _) => {
                for shard in self.locked.iter_mut() {
                    keys.extend(shard.members().map(Member::key));
                }
            }
        }
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }

    fn due_members(&mut self, to: Instant) -> Vec<MemberKey> {
        let due = self.locked.iter_mut().filter(|shard| shard.may_be_due(to));
        let members = due.flat_map(|shard| shard.members());
        members.filter(|member| !member.is_settled(to)).map(Member::key).collect()
    }

    fn one_of_many(
        &mut self,
        command: &Command,
        key: MemberKey,
        seq: u64,
        touched: usize,
    ) -> Result<(), Failed> {
        let first = self.work.batch.events.len();
        let mut journals = [self.journal(), self.journal()];
        let mut scene = Scene {
            rules: &self.rules,
            now: self.now,
            member: self.locked.member(&key),
            other: None,
            pools: &mut self.pools.pools,
            journals: &mut journals,
            events: &mut self.work.batch.events,
        };
        let decided = decide(&mut scene, command);
        // R-CMD-4: `extend` touches those of whom a lot moved, and nobody else.
        let counts = scene.events.iter().skip(first).any(|event| is_moved(&event.fact));
        let touches =
            counts || (matches!(command.body, Body::Advance(_)) && scene.events.len() > first);
        if decided.is_err() || !touches {
            scene.take_back(first);
        }
        let [journal, unused] = journals;
        self.work.journals.push(unused);
        if let Err(undecided) = decided {
            self.work.journals.push(journal);
            return Err(undecided.into());
        }
        if !touches {
            self.work.journals.push(journal);
            return Ok(());
        }
        self.note_drawn(first);
        let who = u32::try_from(self.work.touches.len() - touched).unwrap_or(u32::MAX);
        for event in self.work.batch.events.iter_mut().skip(first) {
            event.who = who;
        }
        let counted = if counts { Counted::Yes } else { Counted::No };
        self.touch(key, journal, seq, counted)
    }
}

fn is_moved(fact: &Fact) -> bool {
    matches!(fact, Fact::Extended { cause: ExtendCause::Command, .. })
}

fn unknown(id: &MemberId) -> Refusal {
    Refusal::new(Code::UnknownMember, format!("there is no member {id}"))
        .with("member", Detail::Text(id.to_string()))
}
