//! Folding the log into members and views, from wherever a snapshot left off.
//!
//! The log is read in windows. Each entry of a window is set aside for the parts of the store, of a
//! few shards each, whose members it touches; then each thread folds one part after the other, so that
//! the members of a part stay close at hand while they are changed. Meanwhile the next window is read.

mod part;
mod threads;
mod window;

use std::any::Any;
use std::num::NonZeroUsize;
use std::sync::Arc;

use milepost_core::event::Event;
use milepost_core::rules::Rules;
use milepost_core::state::Member;
use milepost_core::views::Totals;
use milepost_core::wire;
use milepost_log::{Check, Entry, Reader};

use crate::error::Error;
use crate::revisions::{self, RevisionsView, is_revision};
use crate::snapshot::{Loaded, Positions};
use crate::store::{SHARDS, Shard, Store};
use crate::view::{EntryView, View, as_totals, is_built_in, is_totals, recorded_at};

use part::{Folded, Since};
use threads::share_out;
pub(crate) use threads::threads_for;
use window::{SHARDS_OF_PART, Window};

/// Opening the log has verified the chain as far as it can have been torn; checksums say that what is
/// read now is what was written. `verify` walks the whole chain.
const CHECKED: Check = Check::Checksums;

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
    /// Whether somebody asks for the events of each entry in its turn. If not, the totals are added
    /// up part by part.
    wants_events: bool,
    /// The events of the entry that was taken in last, if somebody asks for them.
    pub(crate) events: Vec<Event>,
}

/// Why folding ended: at which entry.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) seq: u64,
    pub(crate) error: Error,
}

impl Fold {
    pub(crate) fn new(rules: Arc<Rules>, views: Vec<Box<dyn View>>) -> Fold {
        let (view_positions, events) = (vec![0; views.len()], Vec::new());
        let known = Arc::clone(&rules);
        let wants_events = !views.iter().all(|view| is_built_in(&**view));
        let reading = Reading { rules, known, views, view_positions, wants_events, events };
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
        let jobs = self.store.shards_mut().zip(snapshot.shards);
        let fill =
            |(): &mut (), (shard, (position, members))| fill(shard, position, members, rules);
        share_out(jobs, threads, || (), || (), fill)?;
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
        let shards = self.store.shards_mut().map(|shard| shard.position).min();
        let views = self.reading.view_positions.iter().copied().min();
        let pools = self.store.pools_mut().position;
        let from = shards.into_iter().chain(views).chain([pools]).min().unwrap_or(0);
        let end = reader.durable_end();
        self.reading.known = Arc::new(self.reading.rules.known_to_seq(from));
        let threads = threads_for(threads, end.saturating_sub(from));
        let since = Since { totals: self.reading.totals_since(), pools };
        let (mut scan, mut next) = (reader.scan_with(from, CHECKED), from);
        let new_window = || Window::with_room_for(end.saturating_sub(from));
        let (mut window, mut ahead) = (new_window(), new_window());
        let reading = &mut self.reading;
        let mut stopped = reading.fill(&mut window, &mut scan, &mut next).err();
        while !window.is_empty() || stopped.is_some() {
            let jobs = self.store.parts_mut(SHARDS_OF_PART).zip(window.lists());
            // What cannot be read any further is not read any further.
            let read_on = || match stopped {
                Some(_) => None,
                None => reading.fill(&mut ahead, &mut scan, &mut next).err(),
            };
            let fold = |folded: &mut Folded, (part, entries)| folded.take_in_all(part, entries);
            let (stopped_ahead, folded) =
                share_out(jobs, threads, read_on, || Folded::new(since), fold)?;
            let mut folded = folded.into_iter().reduce(Folded::and).unwrap_or(Folded::new(since));
            for everything in self.store.parts_mut(SHARDS) {
                folded.take_in_all(everything, window.wide());
            }
            let failed = self.store.pools_mut().take_in(folded.drawn).err();
            // The entry that fails first in the log, whoever met it first.
            let failed = folded.failed.into_iter().chain(failed).chain(stopped);
            if let Some(failed) = failed.min_by_key(|failed| failed.seq) {
                return Err(failed.error);
            }
            reading.add(&folded.totals);
            window.clear();
            std::mem::swap(&mut window, &mut ahead);
            stopped = stopped_ahead;
        }
        reading.end(next);
        self.store.set_applied(end);
        if self.reading.rules.latest().number > 1 {
            // What is due goes by the rules of now, however old the entry is that made it due.
            let rules = Arc::clone(&self.reading.rules);
            self.store.shards_mut().for_each(|shard| shard.judge_again(&rules));
        }
        Ok(next - from)
    }

    /// Takes in one entry, wherever it has not been taken in yet, so that everything is as it was
    /// after this entry.
    pub(crate) fn entry(&mut self, entry: &Entry<'_>) -> Result<(), Error> {
        self.reading.wants_events = true;
        self.reading.see(entry)?;
        let since = Since { totals: u64::MAX, pools: self.store.pools_mut().position };
        let mut folded = Folded::new(since);
        for mut part in self.store.parts_mut(SHARDS) {
            folded.take_in(&mut part, entry)?;
        }
        self.store.pools_mut().take_in(folded.drawn).map_err(|failed| failed.error)
    }
}

impl Reading {
    /// Reads on until a window is full, or nothing more is durable.
    fn fill(
        &mut self,
        window: &mut Window,
        scan: &mut milepost_log::Scan,
        next: &mut u64,
    ) -> Result<(), Failed> {
        let mut read = || {
            while !window.is_full()
                && let Some(group) = scan.next_group()?
            {
                for entry in group.entries() {
                    let entry = entry?;
                    self.see(&entry)?;
                    window.push(&entry);
                    *next += 1;
                    if window.is_full() {
                        break;
                    }
                }
                scan.return_to(*next);
            }
            Ok(())
        };
        let done: Result<(), Error> = read();
        done.map_err(|error| Failed { seq: *next, error })
    }

    /// Takes in what has to be seen in the order of the log: revisions, and the views if one of them
    /// asks for events.
    fn see(&mut self, entry: &Entry<'_>) -> Result<(), Error> {
        if is_revision(entry.kind()) {
            let seq = entry.seq();
            if self.rules.latest().seq < seq {
                self.rules = revisions::revised(&self.rules, entry)?;
            }
            self.known = Arc::new(self.rules.known_to_seq(seq));
        } else if !self.wants_events {
            return Ok(());
        }
        self.events.clear();
        if self.wants_events {
            decode(entry, &mut self.events)?;
        }
        let seen = EntryView::new(*entry, &self.events);
        for (view, position) in self.views.iter_mut().zip(&mut self.view_positions) {
            let in_turn = self.wants_events || !is_totals(&**view);
            if in_turn && entry.seq() >= *position {
                view.fold(&self.known, &seen);
                *position = entry.seq() + 1;
            }
        }
        Ok(())
    }

    /// From which entry on the totals are added up part by part.
    fn totals_since(&self) -> u64 {
        let views = self.views.iter().zip(&self.view_positions);
        let mut totals = views.filter(|(view, _)| is_totals(&***view));
        let since = totals.next().map(|(_, position)| *position);
        since.filter(|_| !self.wants_events).unwrap_or(u64::MAX)
    }

    /// Adds to the totals what was added up part by part.
    fn add(&mut self, totals: &Totals) {
        if let Some(known) = self.views.iter_mut().find_map(|view| as_totals(&mut **view)) {
            known.add(totals);
        }
    }

    /// Notes that all entries before this one have been taken in.
    fn end(&mut self, next: u64) {
        // The genesis is no command: it has number 0 and counts as no entry.
        let counted = next.saturating_sub(self.totals_since().max(1));
        if let Some(totals) = self.views.iter_mut().find_map(|view| as_totals(&mut **view)) {
            totals.count_entries(counted);
        }
        for position in &mut self.view_positions {
            *position = next.max(*position);
        }
    }
}

/// Fills a shard with the members of a snapshot, each of which has its position.
fn fill(shard: &mut Shard, position: u64, members: Vec<Member>, rules: &Rules) {
    for mut member in members {
        member.refresh_due(rules);
        shard.insert(member);
    }
    shard.position = position;
}

fn decode(entry: &Entry<'_>, events: &mut Vec<Event>) -> Result<(), Error> {
    let head = entry.head();
    wire::decode_events_into(head.kind, head.schema, recorded_at(entry), entry.body(), events)
        .map_err(|source| Error::Entry { seq: head.seq, source })
}

#[cfg(test)]
mod tests;
