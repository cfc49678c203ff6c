//! Folding what concerns one part of the store.

use milepost_core::event::{EventRef, FactRef};
use milepost_core::names::MemberKey;
use milepost_core::state::{Broken, Change, Journal, Member, NO_ENTRY};
use milepost_core::time::Instant;
use milepost_core::views::Totals;
use milepost_core::wire::{self, Kind, WireError};
use milepost_log::{Entry, EntryList, Touch};
use smallvec::SmallVec;

use super::Failed;
use crate::error::Error;
use crate::store::{Draw, Part, Shard, Store};
use crate::view::recorded_at;

/// From which entries on something is counted that is of no shard. What a shard has taken in already
/// it knows itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Since {
    pub(super) totals: u64,
    pub(super) pools: u64,
}

/// What came of folding some parts.
#[derive(Debug)]
pub(super) struct Folded {
    since: Since,
    /// What the events move in all.
    pub(super) totals: Totals,
    /// What they draw from what all members use together: in order of the log only within a part.
    pub(super) drawn: Vec<Draw>,
    /// The first entry that could not be folded.
    pub(super) failed: Option<Failed>,
}

impl Folded {
    pub(super) fn new(since: Since) -> Folded {
        Folded { since, totals: Totals::default(), drawn: Vec::new(), failed: None }
    }

    /// With what came of other parts.
    pub(super) fn and(mut self, mut other: Folded) -> Folded {
        self.totals.add(&other.totals);
        self.drawn.append(&mut other.drawn);
        self.note(other.failed);
        self
    }

    fn note(&mut self, failed: Option<Failed>) {
        let both = self.failed.take().into_iter().chain(failed);
        self.failed = both.min_by_key(|failed| failed.seq);
    }

    /// Folds entries into the members of a part; ends with the first that does not fit.
    pub(super) fn take_in_all(&mut self, mut part: Part<'_>, entries: &EntryList) {
        for entry in entries.iter() {
            if let Err(error) = self.take_in(&mut part, &entry) {
                self.note(Some(Failed { seq: entry.seq(), error }));
                break;
            }
        }
    }

    /// Folds an entry into those members of the part that it touches.
    pub(super) fn take_in(&mut self, part: &mut Part<'_>, entry: &Entry<'_>) -> Result<(), Error> {
        let seq = entry.seq();
        let taken = match entry.only_touch() {
            // Nearly always.
            Some(touch) if entry.kind() != Kind::Enrol.number() => {
                self.take_in_as_read(part, entry, &touch)
            }
            _ => self.take_in_any(part, entry),
        };
        taken.map_err(|unfit| match unfit {
            Unfit::Bytes(source) => Error::Entry { seq, source },
            Unfit::Events(source) => Error::Broken { seq, source },
        })
    }

    /// Folds the events of an entry that touches one member, which is there already, one by one as they
    /// are read.
    fn take_in_as_read(
        &mut self,
        part: &mut Part<'_>,
        entry: &Entry<'_>,
        touch: &Touch,
    ) -> Result<(), Unfit> {
        let Some(shard) = shard_of(part, touch) else { return Ok(()) };
        let is_new = shard.position <= entry.seq();
        if !(is_new || self.counts(entry.seq())) {
            return Ok(());
        }
        let member = shard.get_mut(&MemberKey(touch.member)).ok_or(NOT_ENROLLED)?;
        let mut journal = Journal::forgetful();
        let mut change = Change::new(member, &mut journal);
        read(entry, |event| {
            if event.who != 0 {
                return Err(NOT_TOUCHED.into());
            }
            if is_new {
                change.fold(&event)?;
            }
            self.count(entry.seq(), &event);
            Ok(())
        })?;
        if is_new {
            let due = follow(member, entry.seq(), touch)?;
            shard.note_due(due);
            shard.note_entry(entry.seq());
        }
        Ok(())
    }

    /// Folds an entry that touches any number of members, or enrols one.
    fn take_in_any(&mut self, part: &mut Part<'_>, entry: &Entry<'_>) -> Result<(), Unfit> {
        let seq = entry.seq();
        let mut is_new = |touch: Touch| shard_of(part, &touch).map(|shard| shard.position <= seq);
        let is_new = entry.touches().filter_map(&mut is_new).reduce(|one, other| one || other);
        let Some(true) = is_new.map(|is_new| is_new || self.counts(seq)) else { return Ok(()) };
        let mut events: SmallVec<[EventRef<'_>; 4]> = SmallVec::new();
        read(entry, |event| {
            events.push(event);
            Ok::<_, Unfit>(())
        })?;
        // What is of one member stays in its order.
        events.sort_by_key(|event| event.who);
        let mut rest = events.as_slice();
        for (who, touch) in (0..).zip(entry.touches()) {
            let own = rest.iter().take_while(|event| event.who == who).count();
            let (own, behind) = rest.split_at_checked(own).unwrap_or_default();
            rest = behind;
            let Some(shard) = shard_of(part, &touch) else { continue };
            if shard.position <= seq {
                apply(shard, seq, &touch, own)?;
            }
            for event in own {
                self.count(seq, event);
            }
        }
        if !rest.is_empty() {
            return Err(NOT_TOUCHED.into());
        }
        // Only now, because an entry may touch a shard more than once.
        for touch in entry.touches() {
            if let Some(shard) = shard_of(part, &touch) {
                shard.note_entry(seq);
            }
        }
        Ok(())
    }

    /// Whether an entry counts in anything that is of no shard.
    const fn counts(&self, seq: u64) -> bool {
        self.since.totals <= seq || self.since.pools <= seq
    }

    /// Counts an event in what is of no shard.
    fn count(&mut self, seq: u64, event: &EventRef<'_>) {
        if self.since.totals <= seq {
            self.totals.fold(event);
        }
        if self.since.pools <= seq {
            self.drawn.extend(Draw::of(seq, event));
        }
    }
}

/// Why an entry cannot be folded.
#[derive(Debug)]
enum Unfit {
    Bytes(WireError),
    Events(Broken),
}

impl From<WireError> for Unfit {
    fn from(source: WireError) -> Unfit {
        Unfit::Bytes(source)
    }
}

impl From<Broken> for Unfit {
    fn from(source: Broken) -> Unfit {
        Unfit::Events(source)
    }
}

/// The shard of a member that an entry touches, if it is of this part.
fn shard_of<'p>(part: &'p mut Part<'_>, touch: &Touch) -> Option<&'p mut Shard> {
    part.shard(Store::shard_of(&MemberKey(touch.member)))
}

/// Reads the events of an entry as folds need them.
fn read<'a>(
    entry: &Entry<'a>,
    see: impl FnMut(EventRef<'a>) -> Result<(), Unfit>,
) -> Result<(), Unfit> {
    let (kind, schema) = (entry.kind(), entry.schema());
    wire::decode_event_refs(kind, schema, recorded_at(entry), entry.body(), see)
}

/// Applies to a member the events of an entry that are its own.
fn apply(
    shard: &mut Shard,
    seq: u64,
    touch: &Touch,
    mut events: &[EventRef<'_>],
) -> Result<(), Broken> {
    let key = MemberKey(touch.member);
    if let Some((EventRef { fact: FactRef::Whole(fact), effective_at, .. }, behind)) =
        events.split_first()
        && let Some(member) = Member::enrolled(key, *effective_at, fact)
    {
        shard.insert(member);
        events = behind;
    }
    let member = shard.get_mut(&key).ok_or(NOT_ENROLLED)?;
    let mut journal = Journal::forgetful();
    let mut change = Change::new(member, &mut journal);
    events.iter().try_for_each(|event| change.fold(event))?;
    let due = follow(member, seq, touch)?;
    shard.note_due(due);
    Ok(())
}

/// Takes over what an entry says of a member that it touches; says when something is due next.
fn follow(member: &mut Member, seq: u64, touch: &Touch) -> Result<Option<Instant>, Broken> {
    if touch.previous.unwrap_or(NO_ENTRY) != member.head() {
        return Err(Broken::Inconsistent("the member's chain of entries is broken"));
    }
    if touch.version < member.version() || touch.version > member.version() + 1 {
        return Err(Broken::Inconsistent("the member's version does not follow"));
    }
    member.follow(seq, touch.version);
    Ok(member.due())
}

const NOT_ENROLLED: Broken = Broken::Inconsistent("an entry touches a member that is not enrolled");
const NOT_TOUCHED: Broken =
    Broken::Inconsistent("an event is of a member that its entry does not touch");
