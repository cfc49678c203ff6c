//! The members in memory, spread over shards, each behind its own lock.
//!
//! Only the writer changes members. Readers take one shard's lock at a time, shortly.

mod members;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use milepost_core::event::{EventRef, Fact, FactRef};
use milepost_core::names::MemberKey;
use milepost_core::pools::Pools;
use milepost_core::rules::Rules;
use milepost_core::state::{Member, NO_ENTRY};
use milepost_core::time::Instant;
use std::hash::BuildHasher;

use crate::error::Error;
use crate::fold::Failed;

use members::Members;

/// A power of two. Many enough that a shard of a million members is encoded in a few milliseconds
/// under its read lock; few enough to look through.
pub(crate) const SHARDS: usize = 256;

/// The shards.
#[derive(Debug)]
pub(crate) struct Store {
    shards: Box<[RwLock<Shard>; SHARDS]>,
    pools: Mutex<PoolState>,
    /// Everything before this sequence number has been applied.
    applied: AtomicU64,
}

/// What all members use together. Whoever holds shards too locks them first.
#[derive(Debug, Default)]
pub(crate) struct PoolState {
    pub(crate) pools: Pools,
    /// Everything before this sequence number has been applied to them.
    pub(crate) position: u64,
}

/// One part of the members.
#[derive(Debug)]
pub(crate) struct Shard {
    index: HashTable<u32>,
    hasher: RandomState,
    members: Members,
    /// The member that was changed last, and its place: a decision asks for it again and again.
    recent: Option<(MemberKey, usize)>,
    /// Everything of this shard before this sequence number has been applied to it.
    pub(crate) position: u64,
    /// Nothing is due in it before this instant.
    due: Option<Instant>,
}

impl Store {
    pub(crate) fn new() -> Store {
        let shards = Box::new(std::array::from_fn(|_| RwLock::new(Shard::new())));
        Store { shards, pools: Mutex::default(), applied: AtomicU64::new(0) }
    }

    /// The number of the shard of a member: a fixed function, because snapshots are by shard.
    pub(crate) fn shard_of(key: &MemberKey) -> usize {
        // An odd constant spreads the bits of both halves into the upper ones.
        let number = u128::from_le_bytes(key.0);
        let halves = (number ^ number >> 64) & u128::from(u64::MAX);
        let spread = halves * 0x9E37_79B9_7F4A_7C15;
        (spread >> 56) as usize % SHARDS
    }

    pub(crate) fn read(&self, shard: usize) -> RwLockReadGuard<'_, Shard> {
        self.lock(shard).read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self, shard: usize) -> RwLockWriteGuard<'_, Shard> {
        self.lock(shard).write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn pools(&self) -> MutexGuard<'_, PoolState> {
        self.pools.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The pools of a store that nobody else sees: no lock is needed.
    pub(crate) fn pools_mut(&mut self) -> &mut PoolState {
        self.pools.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a thread has panicked while it changed a shard.
    pub(crate) fn is_poisoned(&self, shard: usize) -> bool {
        self.lock(shard).is_poisoned()
    }

    /// The shards of a store that nobody else sees, in their order.
    pub(crate) fn shards_mut(&mut self) -> impl Iterator<Item = &mut Shard> + Send {
        self.shards.iter_mut().map(unlocked)
    }

    /// The same in parts of so many.
    pub(crate) fn parts_mut(&mut self, size: usize) -> impl Iterator<Item = Part<'_>> + Send {
        let shards = self.shards.chunks_mut(size);
        shards.zip((0..).step_by(size)).map(|(shards, first)| Part { first, shards })
    }

    #[expect(clippy::indexing_slicing, reason = "the remainder is below the length of the array")]
    fn lock(&self, shard: usize) -> &RwLock<Shard> {
        &self.shards[shard % SHARDS]
    }

    pub(crate) fn applied(&self) -> u64 {
        self.applied.load(Ordering::Acquire)
    }

    pub(crate) fn set_applied(&self, next_seq: u64) {
        self.applied.store(next_seq, Ordering::Release);
    }

    /// How many members there are.
    pub(crate) fn len(&self) -> usize {
        (0..SHARDS).map(|shard| self.read(shard).members.len()).sum()
    }
}

/// A shard that nobody else sees: no lock is needed.
fn unlocked(shard: &mut RwLock<Shard>) -> &mut Shard {
    shard.get_mut().unwrap_or_else(PoisonError::into_inner)
}

/// Some shards of a store, one after the other.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    first: usize,
    shards: &'a mut [RwLock<Shard>],
}

impl Part<'_> {
    /// A shard, if it is of this part.
    pub(crate) fn shard(&mut self, number: usize) -> Option<&mut Shard> {
        self.shards.get_mut(number.checked_sub(self.first)?).map(unlocked)
    }
}

/// What an event draws from a pool, or gives back to it.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    seq: u64,
    fact: Fact,
}

impl Draw {
    /// What an event draws, if it draws anything.
    pub(crate) fn of(seq: u64, event: &EventRef<'_>) -> Option<Draw> {
        let FactRef::Whole(fact) = &event.fact else { return None };
        let draws = matches!(**fact, Fact::Drawn { .. });
        draws.then(|| Draw { seq, fact: Fact::clone(fact) })
    }
}

impl PoolState {
    /// Takes in what entries have drawn, that it has not had yet, in the order of the log.
    pub(crate) fn take_in(&mut self, mut drawn: Vec<Draw>) -> Result<(), Failed> {
        drawn.sort_by_key(|draw| draw.seq);
        for Draw { seq, fact } in drawn {
            let failed = |source| Failed { seq, error: Error::Broken { seq, source } };
            self.pools.apply(&fact).map_err(failed)?;
            self.note_entry(seq);
        }
        Ok(())
    }

    /// Notes that an entry has changed the pools.
    pub(crate) fn note_entry(&mut self, seq: u64) {
        self.position = self.position.max(seq + 1);
    }
}

impl Shard {
    fn new() -> Shard {
        Shard {
            index: HashTable::new(),
            hasher: RandomState::default(),
            members: Members::default(),
            recent: None,
            position: 0,
            due: None,
        }
    }

    fn position_of(&self, key: &MemberKey) -> Option<usize> {
        let hash = self.hasher.hash_one(key);
        let same = |at: &u32| self.members.get(*at as usize).is_some_and(|m| m.key() == *key);
        self.index.find(hash, same).map(|at| *at as usize)
    }

    pub(crate) fn get(&self, key: &MemberKey) -> Option<&Member> {
        self.members.get(self.position_of(key)?)
    }

    pub(crate) fn get_mut(&mut self, key: &MemberKey) -> Option<&mut Member> {
        let at = match self.recent {
            Some((recent, at)) if recent == *key => at,
            _ => self.position_of(key)?,
        };
        self.recent = Some((*key, at));
        self.members.get_mut(at)
    }

    /// Two members of one shard.
    pub(crate) fn two(
        &mut self,
        one: &MemberKey,
        other: &MemberKey,
    ) -> (Option<&mut Member>, Option<&mut Member>) {
        match (self.position_of(one), self.position_of(other)) {
            (Some(one), Some(other)) if one != other => self.members.two(one, other),
            (Some(one), _) => (self.members.get_mut(one), None),
            (None, Some(other)) => (None, self.members.get_mut(other)),
            (None, None) => (None, None),
        }
    }

    pub(crate) fn insert(&mut self, member: Member) {
        let hasher = &self.hasher;
        let members = &self.members;
        let rehash = |at: &u32| members.get(*at as usize).map_or(0, |m| hasher.hash_one(m.key()));
        let at = u32::try_from(members.len()).unwrap_or(u32::MAX);
        self.index.insert_unique(hasher.hash_one(member.key()), at, rehash);
        self.note_due(member.due());
        self.members.push(member);
    }

    /// Takes the member inserted last away again.
    pub(crate) fn remove_last(&mut self) {
        let Some(member) = self.members.pop() else { return };
        self.recent = None;
        let at = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
        let hash = self.hasher.hash_one(member.key());
        if let Ok(found) = self.index.find_entry(hash, |known| *known == at) {
            found.remove();
        }
    }

    pub(crate) fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.iter()
    }

    /// All members, to be settled. Who enrols members does so with [`Shard::insert`].
    pub(crate) fn members_mut(&mut self) -> impl Iterator<Item = &mut Member> {
        self.members.iter_mut()
    }

    /// The members in the order of their keys: the canonical order.
    pub(crate) fn sorted(&self) -> Vec<&Member> {
        let mut members: Vec<&Member> = self.members.iter().collect();
        members.sort_unstable_by_key(|member| member.key());
        members
    }

    /// Notes that a member may have something due at an instant.
    pub(crate) fn note_due(&mut self, due: Option<Instant>) {
        self.due = match (self.due, due) {
            (Some(known), Some(due)) => Some(known.min(due)),
            (known, due) => known.or(due),
        };
    }

    /// Whether a member may have something due at or before an instant.
    pub(crate) fn may_be_due(&self, at: Instant) -> bool {
        self.due.is_some_and(|due| due <= at)
    }

    /// Looks again what is due to each member, because the rules have changed.
    pub(crate) fn judge_again(&mut self, rules: &Rules) {
        self.members.iter_mut().for_each(|member| member.refresh_due(rules));
        self.refresh_due();
    }

    /// Looks again for the first thing due.
    pub(crate) fn refresh_due(&mut self) {
        self.due = self.members.iter().filter_map(Member::due).min();
    }

    /// Notes that an entry has changed members of the shard, now or already in its snapshot.
    pub(crate) fn note_entry(&mut self, seq: u64) {
        self.position = self.position.max(seq + 1);
    }
}

/// Whether everything of a member before `durable_end` is all there is of it.
pub(crate) fn is_durable(member: &Member, durable_end: u64) -> bool {
    member.head() == NO_ENTRY || member.head() < durable_end
}
