//! Folding the log into members and views, from wherever a snapshot left off.

use std::any::Any;
use std::sync::Arc;

use milepost_core::event::{Event, Fact};
use milepost_core::names::MemberKey;
use milepost_core::rules::Rules;
use milepost_core::state::{Broken, Change, Journal, Member};
use milepost_core::wire;
use milepost_log::{Check, Entry, Reader, Touch};
use smallvec::SmallVec;

use crate::error::Error;
use crate::revisions::{self, RevisionsView, is_revision};
use crate::snapshot::{Loaded, Positions};
use crate::store::{SHARDS, Store};
use crate::view::{EntryView, View, recorded_at};

/// Members and views on their way through the log.
#[derive(Debug)]
pub(crate) struct Fold {
    /// The rules as far as they are known: of all revisions of the snapshot and of the log so far.
    pub(crate) rules: Arc<Rules>,
    /// Those that were known at the entry at hand.
    known: Arc<Rules>,
    pub(crate) store: Store,
    pub(crate) views: Vec<Box<dyn View>>,
    /// For each view, the first sequence number that it has not taken in.
    view_positions: Vec<u64>,
    events: Vec<Event>,
}

impl Fold {
    pub(crate) fn new(rules: Arc<Rules>, views: Vec<Box<dyn View>>) -> Fold {
        let view_positions = vec![0; views.len()];
        let known = Arc::clone(&rules);
        Fold { rules, known, store: Store::new(), views, view_positions, events: Vec::new() }
    }

    /// Begins where a snapshot ends. A view that the snapshot does not have, or has with another
    /// fingerprint, begins with the first entry.
    pub(crate) fn load(&mut self, snapshot: Loaded, reader: &Reader) -> Result<Positions, Error> {
        for (shard, (position, members)) in snapshot.shards.into_iter().enumerate() {
            let mut shard = self.store.write(shard);
            for mut member in members {
                member.refresh_due(&self.rules);
                shard.insert(member);
            }
            shard.position = position;
        }
        let pools = self.store.pools_mut();
        (pools.position, pools.pools) = snapshot.pools;
        for (view, position) in self.views.iter_mut().zip(&mut self.view_positions) {
            let saved = snapshot.views.iter().find(|saved| saved.name == view.name());
            let Some(saved) = saved.filter(|saved| saved.fingerprint == view.fingerprint()) else {
                continue;
            };
            match view.decode(&saved.bytes) {
                Ok(()) => *position = saved.position,
                Err(_) => view.clear(),
            }
        }
        let revisions = self.views.iter().find_map(|view| {
            let view: &dyn Any = &**view;
            view.downcast_ref::<RevisionsView>()
        });
        let revisions = revisions.map_or(&[][..], |view| &view.entries);
        self.rules = revisions::read(Arc::clone(&self.rules), reader, revisions)?;
        Ok(snapshot.positions)
    }

    /// Folds what is left of the log; says how many entries that were.
    pub(crate) fn run(&mut self, reader: &Reader) -> Result<u64, Error> {
        let shards = (0..SHARDS).map(|shard| self.store.read(shard).position).min();
        let views = self.view_positions.iter().copied().min();
        let pools = self.store.pools_mut().position;
        let from = shards.into_iter().chain(views).chain([pools]).min().unwrap_or(0);
        // Opening the log has verified the chain as far as it can have been torn; checksums say that
        // what is read now is what was written. `verify` walks the whole chain.
        let mut scan = reader.scan_with(from, Check::Checksums);
        self.known = Arc::new(self.rules.known_to_seq(from));
        let mut count = 0;
        while let Some(group) = scan.next_group()? {
            for entry in group.entries() {
                self.entry(&entry?)?;
                count += 1;
            }
        }
        self.store.set_applied(reader.durable_end());
        if self.rules.latest().number > 1 {
            // What is due goes by the rules of now, however old the entry is that made it due.
            (0..SHARDS).for_each(|shard| self.store.shard_mut(shard).judge_again(&self.rules));
        }
        Ok(count)
    }

    /// The events of the entry that was taken in last.
    pub(crate) fn last_events(&self) -> &[Event] {
        &self.events
    }

    /// Takes in one entry, wherever it has not been taken in yet.
    pub(crate) fn entry(&mut self, entry: &Entry<'_>) -> Result<(), Error> {
        let head = entry.head();
        let mut events = std::mem::take(&mut self.events);
        events.clear();
        wire::decode_events_into(
            head.kind,
            head.schema,
            recorded_at(entry),
            entry.body(),
            &mut events,
        )
        .map_err(|source| Error::Entry { seq: head.seq, source })?;
        apply(&mut self.store, entry, &events)
            .and_then(|()| self.store.pools_mut().apply(head.seq, &events))
            .map_err(|source| Error::Broken { seq: head.seq, source })?;
        if is_revision(head.kind) {
            if self.rules.latest().seq < head.seq {
                self.rules = revisions::revised(&self.rules, entry)?;
            }
            self.known = Arc::new(self.rules.known_to_seq(head.seq));
        }
        let seen = EntryView::new(*entry, &events);
        for (view, position) in self.views.iter_mut().zip(&mut self.view_positions) {
            if head.seq >= *position {
                view.fold(&self.known, &seen);
                *position = head.seq + 1;
            }
        }
        self.events = events;
        Ok(())
    }
}

/// Applies an entry to the members that it touches, as far as their shards have not had it.
fn apply(store: &mut Store, entry: &Entry<'_>, events: &[Event]) -> Result<(), Broken> {
    let seq = entry.seq();
    let touches: SmallVec<[Touch; 2]> = entry.touches().collect();
    let one = touches.len() == 1;
    for (who, touch) in (0_u32..).zip(&touches) {
        let key = MemberKey(touch.member);
        let shard = store.shard_mut(Store::shard_of(&key));
        if shard.position > seq {
            continue;
        }
        let own = events.iter().filter(|event| one || event.who == who);
        for event in own {
            if let Fact::Enrolled { .. } = event.fact {
                let member = Member::enrolled(key, event.effective_at, &event.fact);
                shard.insert(member.ok_or(NOT_ENROLLED)?);
                continue;
            }
            let member = shard.get_mut(&key).ok_or(NOT_ENROLLED)?;
            Change::new(member, &mut Journal::forgetful()).apply(event)?;
        }
        let member = shard.get_mut(&key).ok_or(NOT_ENROLLED)?;
        if touch.previous != previous(member) {
            return Err(Broken::Inconsistent("the member's chain of entries is broken"));
        }
        if touch.version < member.version() || touch.version > member.version() + 1 {
            return Err(Broken::Inconsistent("the member's version does not follow"));
        }
        member.follow(seq, touch.version);
        let due = member.due();
        shard.note_due(due);
        if one {
            shard.note_entry(seq);
        }
    }
    // Only now, because an entry may touch a shard more than once.
    for touch in touches.iter().filter(|_| !one) {
        store.shard_mut(Store::shard_of(&MemberKey(touch.member))).note_entry(seq);
    }
    Ok(())
}

const NOT_ENROLLED: Broken = Broken::Inconsistent("an entry touches a member that is not enrolled");

fn previous(member: &Member) -> Option<u64> {
    (member.head() != milepost_core::state::NO_ENTRY).then_some(member.head())
}
