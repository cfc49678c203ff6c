//! Folding the log into members and views, from wherever a snapshot left off.

use std::any::Any;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;

use milepost_core::event::{Event, Fact};
use milepost_core::names::MemberKey;
use milepost_core::rules::Rules;
use milepost_core::state::{Broken, Change, Journal, Member};
use milepost_core::wire;
use milepost_log::{Check, Entry, Reader, Touch};
use smallvec::SmallVec;

use crate::error::Error;
use crate::open::thread_error;
use crate::revisions::{self, RevisionsView, is_revision};
use crate::snapshot::{Loaded, Positions};
use crate::store::{Part, PoolState, SHARDS, Store};
use crate::view::{EntryView, View, recorded_at};

/// Opening the log has verified the chain as far as it can have been torn; checksums say that what is
/// read now is what was written. `verify` walks the whole chain.
const CHECKED: Check = Check::Checksums;
/// Fewer entries, or members of a snapshot, than this are taken in on one thread, if nobody says
/// otherwise.
const WORTH_A_THREAD: u64 = 20_000;
/// With more threads each would mostly read what is for others.
const MOST_THREADS: usize = 8;

/// Members and views on their way through the log.
#[derive(Debug)]
pub(crate) struct Fold {
    pub(crate) store: Store,
    pub(crate) reading: Reading,
}

/// What is known of the log as far as it has been read.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The rules as far as they are known: of all revisions of the snapshot and of the log so far.
    pub(crate) rules: Arc<Rules>,
    /// Those that were known at the entry at hand.
    known: Arc<Rules>,
    pub(crate) views: Vec<Box<dyn View>>,
    /// For each view, the first sequence number that it has not taken in.
    view_positions: Vec<u64>,
    /// The events of the entry that was taken in last.
    pub(crate) events: Vec<Event>,
}

impl Fold {
    pub(crate) fn new(rules: Arc<Rules>, views: Vec<Box<dyn View>>) -> Fold {
        let (view_positions, events) = (vec![0; views.len()], Vec::new());
        let known = Arc::clone(&rules);
        let reading = Reading { rules, known, views, view_positions, events };
        Fold { store: Store::new(), reading }
    }

    /// Begins where a snapshot ends. A view that the snapshot does not have, or has with another
    /// fingerprint, begins with the first entry.
    pub(crate) fn load(
        &mut self,
        snapshot: Loaded,
        reader: &Reader,
        threads: Option<NonZeroUsize>,
    ) -> Result<Positions, Error> {
        let threads = threads_for(threads, snapshot.members() as u64);
        let rules = &*self.reading.rules;
        let (parts, _) = self.store.parts(&vec![SHARDS.div_ceil(threads); threads]);
        let mut shards = snapshot.shards.into_iter();
        thread::scope(|scope| {
            let fill = |part| {
                let own: Vec<_> = shards.by_ref().take(Part::len(&part)).collect();
                let thread = thread::Builder::new().name("milepost-fold".into());
                thread.spawn_scoped(scope, move || fill(part, own, rules)).map_err(thread_error)
            };
            let threads = parts.into_iter().map(fill).collect::<Result<Vec<_>, Error>>()?;
            let joined = threads.into_iter().map(thread::ScopedJoinHandle::join);
            let joined: Vec<thread::Result<()>> = joined.collect();
            joined.into_iter().collect::<thread::Result<()>>().map_err(|_| Error::Panicked)
        })?;
        let pools = self.store.pools_mut();
        (pools.position, pools.pools) = snapshot.pools;
        for (view, position) in self.reading.views.iter_mut().zip(&mut self.reading.view_positions)
        {
            let saved = snapshot.views.iter().find(|saved| saved.name == view.name());
            let Some(saved) = saved.filter(|saved| saved.fingerprint == view.fingerprint()) else {
                continue;
            };
            match view.decode(&saved.bytes) {
                Ok(()) => *position = saved.position,
                Err(_) => view.clear(),
            }
        }
        let revisions = self.reading.views.iter().find_map(|view| {
            let view: &dyn Any = &**view;
            view.downcast_ref::<RevisionsView>()
        });
        let revisions = revisions.map_or(&[][..], |view| &view.entries);
        let rules = Arc::clone(&self.reading.rules);
        self.reading.rules = revisions::read(rules, reader, revisions)?;
        Ok(snapshot.positions)
    }

    /// Folds what is left of the log; says how many entries that were. On so many threads, or, if that
    /// is not said, on those of the machine if there is enough to fold.
    pub(crate) fn run(
        &mut self,
        reader: &Reader,
        threads: Option<NonZeroUsize>,
    ) -> Result<u64, Error> {
        let shards = (0..SHARDS).map(|shard| self.store.read(shard).position).min();
        let views = self.reading.view_positions.iter().copied().min();
        let pools = self.store.pools_mut().position;
        let from = shards.into_iter().chain(views).chain([pools]).min().unwrap_or(0);
        let end = reader.durable_end();
        self.reading.known = Arc::new(self.reading.rules.known_to_seq(from));
        let (parts, pools) =
            self.store.parts(&shares(threads_for(threads, end.saturating_sub(from))));
        let reading = &mut self.reading;
        let count = thread::scope(|scope| {
            let mut parts = parts.into_iter();
            let first = parts.next();
            let spawn = |part| {
                let name = "milepost-fold".to_owned();
                let thread = thread::Builder::new().name(name);
                thread.spawn_scoped(scope, move || follow(part, reader, from)).map_err(thread_error)
            };
            let others = parts.map(spawn).collect::<Result<Vec<_>, Error>>()?;
            let count = first.map_or(Ok(0), |part| reading.lead(part, pools, reader, from));
            let panicked = |_| Err(Failed { seq: from, error: Error::Panicked });
            let others = others.into_iter().map(|other| other.join().unwrap_or_else(panicked));
            // The entry that fails first in the log, whoever met it first.
            let failed: Vec<Failed> = others.filter_map(Result::err).collect();
            let failed = count.as_ref().err().cloned().into_iter().chain(failed);
            match failed.min_by_key(|failed| failed.seq) {
                Some(failed) => Err(failed.error),
                None => Ok(count.unwrap_or(0)),
            }
        })?;
        self.store.set_applied(end);
        if self.reading.rules.latest().number > 1 {
            // What is due goes by the rules of now, however old the entry is that made it due.
            let rules = Arc::clone(&self.reading.rules);
            (0..SHARDS).for_each(|shard| self.store.shard_mut(shard).judge_again(&rules));
        }
        Ok(count)
    }

    /// Takes in one entry, wherever it has not been taken in yet.
    pub(crate) fn entry(&mut self, entry: &Entry<'_>) -> Result<(), Error> {
        let (parts, pools) = self.store.parts(&[SHARDS]);
        parts.into_iter().try_for_each(|mut part| self.reading.entry(&mut part, pools, entry))
    }
}

impl Reading {
    /// Reads the log from an entry on, for the views, the pools, and the members of a part.
    fn lead(
        &mut self,
        mut part: Part<'_>,
        pools: &mut PoolState,
        reader: &Reader,
        from: u64,
    ) -> Result<u64, Failed> {
        let next = each_entry(reader, from, |entry| self.entry(&mut part, pools, entry))?;
        Ok(next - from)
    }

    fn entry(
        &mut self,
        part: &mut Part<'_>,
        pools: &mut PoolState,
        entry: &Entry<'_>,
    ) -> Result<(), Error> {
        let head = entry.head();
        decode(entry, &mut self.events)?;
        apply(part, entry, &self.events)
            .and_then(|()| pools.apply(head.seq, &self.events))
            .map_err(|source| Error::Broken { seq: head.seq, source })?;
        if is_revision(head.kind) {
            if self.rules.latest().seq < head.seq {
                self.rules = revisions::revised(&self.rules, entry)?;
            }
            self.known = Arc::new(self.rules.known_to_seq(head.seq));
        }
        let seen = EntryView::new(*entry, &self.events);
        for (view, position) in self.views.iter_mut().zip(&mut self.view_positions) {
            if head.seq >= *position {
                view.fold(&self.known, &seen);
                *position = head.seq + 1;
            }
        }
        Ok(())
    }
}

/// Why folding ended: at which entry.
#[derive(Clone)]
struct Failed {
    seq: u64,
    error: Error,
}

/// Reads the log from an entry on for the members of a part alone. What no member of it is touched
/// by need not be decoded.
fn follow(mut part: Part<'_>, reader: &Reader, from: u64) -> Result<(), Failed> {
    let mut events = Vec::new();
    let own = |entry: &Entry<'_>| {
        let mut shards = entry.touches().map(|touch| Store::shard_of(&MemberKey(touch.member)));
        if !shards.any(|shard| part.has(shard)) {
            return Ok(());
        }
        decode(entry, &mut events)?;
        apply(&mut part, entry, &events)
            .map_err(|source| Error::Broken { seq: entry.seq(), source })
    };
    each_entry(reader, from, own).map(|_| ())
}

/// Reads the log from an entry on; says which would be the next.
fn each_entry(
    reader: &Reader,
    from: u64,
    mut see: impl FnMut(&Entry<'_>) -> Result<(), Error>,
) -> Result<u64, Failed> {
    let mut next = from;
    let mut scan = reader.scan_with(from, CHECKED);
    let mut read = || {
        while let Some(group) = scan.next_group()? {
            for entry in group.entries() {
                see(&entry?)?;
                next += 1;
            }
        }
        Ok(())
    };
    let done: Result<(), Error> = read();
    done.map_err(|error| Failed { seq: next, error })?;
    Ok(next)
}

/// On so many threads, or, if that is not said, on those of the machine if there is enough to do.
pub(crate) fn threads_for(told: Option<NonZeroUsize>, things: u64) -> usize {
    let is_much = things >= WORTH_A_THREAD;
    let of_machine = || thread::available_parallelism().ok().filter(|_| is_much);
    told.or_else(of_machine).map_or(1, NonZeroUsize::get).min(MOST_THREADS)
}

/// Fills shards with the members of a snapshot, each of which has its position.
fn fill(mut part: Part<'_>, shards: Vec<(u64, Vec<Member>)>, rules: &Rules) {
    for (shard, (position, members)) in part.shards().zip(shards) {
        for mut member in members {
            member.refresh_due(rules);
            shard.insert(member);
        }
        shard.position = position;
    }
}

/// Of how many shards each thread has the members. The first also decodes what is for others, keeps
/// the views, and so takes fewer.
fn shares(threads: usize) -> Vec<usize> {
    let first = match threads {
        0 | 1 => return vec![SHARDS],
        2 => SHARDS * 3 / 8,
        3 => SHARDS / 8,
        _ => 0,
    };
    let others = threads.min(MOST_THREADS) - 1;
    let each = (SHARDS - first).div_ceil(others);
    std::iter::once(first).chain(std::iter::repeat_n(each, others)).collect()
}

fn decode(entry: &Entry<'_>, events: &mut Vec<Event>) -> Result<(), Error> {
    let head = entry.head();
    events.clear();
    wire::decode_events_into(head.kind, head.schema, recorded_at(entry), entry.body(), events)
        .map_err(|source| Error::Entry { seq: head.seq, source })
}

/// Applies an entry to the members of a part that it touches, as far as their shards have not had it.
fn apply(part: &mut Part<'_>, entry: &Entry<'_>, events: &[Event]) -> Result<(), Broken> {
    let seq = entry.seq();
    let touches: SmallVec<[Touch; 2]> = entry.touches().collect();
    let one = touches.len() == 1;
    for (who, touch) in (0_u32..).zip(&touches) {
        let key = MemberKey(touch.member);
        let shard = part.shard(Store::shard_of(&key)).filter(|shard| shard.position <= seq);
        let Some(shard) = shard else { continue };
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
        if let Some(shard) = part.shard(Store::shard_of(&MemberKey(touch.member))) {
            shard.note_entry(seq);
        }
    }
    Ok(())
}

const NOT_ENROLLED: Broken = Broken::Inconsistent("an entry touches a member that is not enrolled");

fn previous(member: &Member) -> Option<u64> {
    (member.head() != milepost_core::state::NO_ENTRY).then_some(member.head())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shard_is_of_one_thread() {
        for threads in 0..20 {
            let mut store = Store::new();
            let sizes = shares(threads);
            assert!(sizes.len() <= threads.clamp(1, MOST_THREADS));
            let (parts, _) = store.parts(&sizes);
            for shard in 0..SHARDS {
                assert_eq!(parts.iter().filter(|part| part.has(shard)).count(), 1, "{threads}");
            }
        }
    }
}
