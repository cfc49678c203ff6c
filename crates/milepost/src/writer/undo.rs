//! How what a transaction has done is taken back, or stands.

use milepost_core::event::{Event, Fact};
use milepost_core::names::MemberKey;
use milepost_core::pools::Pools;
use milepost_core::state::{Broken, Counted, Journal, Member};

use super::transaction::{Failed, Transaction};

/// How to take back what was done to one member, or to the pools for its sake.
pub(super) enum Undo {
    Changed { key: MemberKey, journal: Journal, head: u64, version: u32 },
    Enrolled(MemberKey),
    Drawn(Vec<Event>),
}

impl Transaction<'_> {
    /// Puts a member that has been opened into its shard.
    pub(super) fn enrol(&mut self, key: MemberKey, member: Member) {
        if let Some(shard) = self.locked.shard(&key) {
            shard.insert(member);
            self.undo.push(Undo::Enrolled(key));
        }
    }

    /// Notes how to take back what the events from `first` on have drawn from the pools.
    pub(super) fn note_drawn(&mut self, first: usize) {
        let events = self.work.batch.events.get(first..).unwrap_or_default();
        let drawn = |event: &&Event| matches!(event.fact, Fact::Drawn { .. });
        if Pools::concern(events) {
            self.undo.push(Undo::Drawn(events.iter().filter(drawn).cloned().collect()));
        }
    }

    /// Notes that an entry touches a member, and how to take back what was done to it.
    pub(super) fn touch(
        &mut self,
        key: MemberKey,
        journal: Journal,
        seq: u64,
        counted: Counted,
    ) -> Result<(), Failed> {
        let missing = Broken::Inconsistent("a member is not at hand");
        let member = self.locked.member(&key).ok_or(Failed::Broken(missing))?;
        let (head, version) = (member.head(), member.version());
        self.work.touches.push(member.touch(seq, counted));
        self.undo.push(Undo::Changed { key, journal, head, version });
        Ok(())
    }

    /// An empty journal.
    pub(super) fn journal(&mut self) -> Journal {
        self.work.journals.pop().unwrap_or_default()
    }

    /// Takes back everything.
    pub(super) fn take_back(&mut self, first_event: usize) {
        self.undo_from(0);
        self.work.batch.events.truncate(first_event);
    }

    /// Takes back what was done to members from a point on, the last first.
    pub(super) fn undo_from(&mut self, first: usize) {
        while self.undo.len() > first {
            match self.undo.pop() {
                Some(Undo::Changed { key, mut journal, head, version }) => {
                    if let Some(member) = self.locked.member(&key) {
                        journal.take_back(member);
                        member.follow(head, version);
                        let due = member.due();
                        // What was carried out is due again.
                        self.locked.shard(&key).into_iter().for_each(|shard| shard.note_due(due));
                    }
                    self.work.journals.push(journal);
                }
                Some(Undo::Enrolled(key)) => {
                    if let Some(shard) = self.locked.shard(&key) {
                        shard.remove_last();
                    }
                }
                Some(Undo::Drawn(events)) => self.pools.pools.take_back(&events),
                None => return,
            }
        }
    }

    /// Lets everything stand that was done to members.
    pub(super) fn keep_changes(&mut self) {
        for undo in self.undo.drain(..) {
            match undo {
                Undo::Changed { key, mut journal, .. } => {
                    journal.keep_changes();
                    self.work.journals.push(journal);
                    if let Some(shard) = self.locked.shard(&key) {
                        let due = shard.get_mut(&key).and_then(|member| member.due());
                        shard.note_due(due);
                    }
                }
                Undo::Enrolled(_) | Undo::Drawn(_) => {}
            }
        }
    }
}
