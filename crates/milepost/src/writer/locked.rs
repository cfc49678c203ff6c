//! The shards that a decision changes, locked until it stands or is taken back.

use std::sync::RwLockWriteGuard;

use milepost_core::command::Body;
use milepost_core::decide::Cast;
use milepost_core::names::MemberKey;
use milepost_core::state::Member;
use smallvec::SmallVec;

use crate::request::Request;
use crate::store::{SHARDS, Shard, Store};

/// Locked shards, in ascending order of their numbers.
#[derive(Debug)]
pub(super) struct Locked<'a> {
    shards: SmallVec<[(usize, RwLockWriteGuard<'a, Shard>); 2]>,
}

impl<'a> Locked<'a> {
    /// Locks what some requests are about. `keys` are those of the one or two members that have to be
    /// at hand for each of them.
    pub(super) fn for_requests(
        store: &'a Store,
        requests: &[Request],
        keys: &[[MemberKey; 2]],
    ) -> Locked<'a> {
        let mut all: SmallVec<[MemberKey; 2]> = SmallVec::new();
        for (request, [one, other]) in requests.iter().zip(keys) {
            match request.command.cast() {
                // What comes after a merge in a batch may reach whom it names in another shard.
                Cast::Two(..) if is_merge(request) && requests.len() > 1 => {
                    return Locked::all(store);
                }
                Cast::Many(_) | Cast::Ledger => return Locked::all(store),
                Cast::One(_) | Cast::Two(..) | Cast::With(..) => {}
            }
            all.push(*one);
            all.extend(Some(*other).filter(|other| *other != MemberKey::default()));
        }
        let mut locked = Locked::of(store, all.iter().copied());
        // Rarely, somebody named has become a part of a member in any shard (R-MERGE-1).
        if all.iter().any(|key| locked.reached(key).is_some()) {
            drop(locked);
            return Locked::all(store);
        }
        locked
    }

    /// The member that a key reaches, if that is another: the one of whom its own has become a part.
    pub(super) fn reached(&mut self, key: &MemberKey) -> Option<MemberKey> {
        let mut reached = None;
        let mut next = self.member(key)?.merged_into();
        while let Some(into) = next {
            reached = Some(into);
            next = self.member(&into).and_then(|member| member.merged_into());
        }
        reached
    }

    /// Locks the shards of some members.
    fn of(store: &'a Store, keys: impl Iterator<Item = MemberKey>) -> Locked<'a> {
        let mut numbers: SmallVec<[usize; 2]> = keys.map(|key| Store::shard_of(&key)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        Locked { shards: numbers.into_iter().map(|shard| (shard, store.write(shard))).collect() }
    }

    /// Locks every shard.
    fn all(store: &'a Store) -> Locked<'a> {
        Locked { shards: (0..SHARDS).map(|shard| (shard, store.write(shard))).collect() }
    }

    fn place(&self, key: &MemberKey) -> Option<usize> {
        let shard = Store::shard_of(key);
        self.shards.binary_search_by_key(&shard, |(number, _)| *number).ok()
    }

    /// The shard of a member.
    pub(super) fn shard(&mut self, key: &MemberKey) -> Option<&mut Shard> {
        let place = self.place(key)?;
        self.shards.get_mut(place).map(|(_, shard)| &mut **shard)
    }

    /// A member.
    pub(super) fn member(&mut self, key: &MemberKey) -> Option<&mut Member> {
        self.shard(key)?.get_mut(key)
    }

    /// Whether the shard of a member is locked.
    pub(super) fn has(&self, key: &MemberKey) -> bool {
        self.place(key).is_some()
    }

    /// Two members at once.
    pub(super) fn two(
        &mut self,
        one: &MemberKey,
        other: &MemberKey,
    ) -> (Option<&mut Member>, Option<&mut Member>) {
        let (Some(first), Some(second)) = (self.place(one), self.place(other)) else {
            return (None, None);
        };
        if first == second {
            return self.shard(one).map_or((None, None), |shard| shard.two(one, other));
        }
        match self.shards.get_disjoint_mut([first, second]) {
            Ok([(_, first), (_, second)]) => (first.get_mut(one), second.get_mut(other)),
            Err(_) => (None, None),
        }
    }

    /// All locked shards, to look at.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Shard> {
        self.shards.iter().map(|(_, shard)| &**shard)
    }

    /// All locked shards.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Shard> {
        self.shards.iter_mut().map(|(_, shard)| &mut **shard)
    }
}

fn is_merge(request: &Request) -> bool {
    matches!(request.command.body, Body::Merge(_))
}
