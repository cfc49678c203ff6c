//! Answers as hosts and programs want them: the first receipt of a repeated command, and the line
//! format of receipts, refusals and entries.

use milepost_core::command::{Body, Command};
use milepost_core::names::{Key, MemberId, MemberKey};
use milepost_core::refusal::Refusal;
use milepost_core::state::Member;
use milepost_core::time::Instant;
use milepost_core::views::{self, Receipt, Status};
use milepost_core::wire::Recorded;
use milepost_core::{answer, line::Mode};
use serde_json::Value;

use crate::entries::Entry;
use crate::error::Error;
use crate::history::fold_member;
use crate::ledger::Ledger;
use crate::query::{AsOf, KnownAt};
use crate::store::Store;

impl Ledger {
    /// The answer to an accepted command in the line format.
    pub fn receipt_json(&self, key: Option<&Key>, receipt: &Receipt) -> Value {
        self.with_names(&receipt.members, |names| answer::receipt(names, key, receipt))
    }

    /// The answer to a refused command in the line format.
    pub fn refusal_json(&self, key: Option<&Key>, refusal: &Refusal) -> Value {
        answer::refusal(key, refusal)
    }

    /// An entry in the line format.
    pub fn entry_json(&self, entry: &Entry) -> Value {
        let command = match &entry.command {
            Recorded::Command(command) => Some(command),
            Recorded::Genesis(_) => None,
        };
        let written = command.map_or(Value::Null, milepost_core::line::write_command);
        let ids: Vec<MemberId> =
            entry.members.iter().filter_map(|(key, _)| self.id_of(key)).collect();
        self.with_names(&ids, |names| {
            let log = answer::LogEntry {
                seq: entry.seq,
                recorded_at: entry.recorded_at,
                keyed: entry.key.is_some(),
                by: command.and_then(|command| command.by.as_ref()),
                command: written,
                events: &entry.events,
            };
            answer::log_entry(names, log)
        })
    }

    fn id_of(&self, key: &MemberKey) -> Option<MemberId> {
        self.inner.store.read(Store::shard_of(key)).get(key).map(|member| member.id().clone())
    }

    fn with_names<R>(&self, ids: &[MemberId], tell: impl FnOnce(answer::Names<'_>) -> R) -> R {
        let member = |id: &MemberId| {
            let key = self.rules().member_key(id);
            self.inner.store.read(Store::shard_of(&key)).get(&key).cloned()
        };
        let members: Vec<Member> = ids.iter().filter_map(member).collect();
        let members: Vec<&Member> = members.iter().collect();
        tell(answer::Names { rules: &self.rules(), members: &members })
    }

    /// The receipt of an entry, made again for a command that was repeated (R-CMD-2).
    pub(crate) fn first_receipt(&self, seq: u64) -> Result<Receipt, Error> {
        let entry = self.entry(seq)?.ok_or(Error::Closed)?;
        let mut receipt = Receipt {
            seq,
            recorded_at: entry.recorded_at,
            clamped: views::Clamped::No,
            version: None,
            status: Status::Duplicate,
            mode: Mode::Real,
            events: Vec::new(),
            members: Vec::new(),
            balance: None,
            other_balance: None,
            worth: crate::pipeline::worth_of(&entry.events),
        };
        if entry.is_about_many() {
            self.add_sweep(&mut receipt, entry)?;
        } else {
            self.add_balances(&mut receipt, entry)?;
        }
        Ok(receipt)
    }

    /// The balances of then, and the events.
    fn add_balances(&self, receipt: &mut Receipt, entry: Entry) -> Result<(), Error> {
        let known = AsOf { as_of: None, known_at: Some(KnownAt::Seq(entry.seq)) };
        let rules = self.rules_known(known.known_at);
        let mut balances = Vec::with_capacity(entry.members.len());
        for (key, version) in &entry.members {
            let Some(id) = self.id_of(key) else { continue };
            let chain = self.chain(&id, key, known)?;
            receipt.members.push(id);
            let member = fold_member(*key, &chain, Instant::MAX)?;
            // A member that has become a part of another has nothing of its own (R-MERGE-1).
            if let Some(member) = member.filter(|member| member.merged_into().is_none()) {
                balances.push(views::balance(&rules, entry.recorded_at, &member));
                receipt.version = receipt.version.or(Some(*version));
            }
        }
        let mut balances = balances.into_iter();
        receipt.balance = balances.next();
        receipt.other_balance = balances.next().filter(|_| entry.is_about_two());
        receipt.events = entry.events;
        Ok(())
    }

    /// The members and events of a command about many. A sweep may have several entries, of which
    /// the last has the key: an entry before it that is of the same sweep is of no other, since
    /// after a whole sweep nothing is left to be due.
    fn add_sweep(&self, receipt: &mut Receipt, last: Entry) -> Result<(), Error> {
        let mut entries = vec![last];
        while let Some(later) = entries.last()
            && !later.members.is_empty()
            && let Some(before) = self.entry(later.seq.saturating_sub(1))?
            && is_same_sweep(&before, later)
        {
            entries.push(before);
        }
        for mut entry in entries.into_iter().rev() {
            let base = u32::try_from(receipt.members.len()).unwrap_or(u32::MAX);
            for event in &mut entry.events {
                event.who = event.who.saturating_add(base);
            }
            receipt.events.append(&mut entry.events);
            receipt.members.extend(entry.members.iter().filter_map(|(key, _)| self.id_of(key)));
        }
        Ok(())
    }
}

fn is_same_sweep(before: &Entry, later: &Entry) -> bool {
    let sweep = |entry: &Entry| match &entry.command {
        Recorded::Command(Command { body: Body::Advance(advance), .. }) => Some(advance.to),
        Recorded::Command(_) | Recorded::Genesis(_) => None,
    };
    before.key.is_none()
        && before.recorded_at == later.recorded_at
        && sweep(before).is_some()
        && sweep(before) == sweep(later)
}
