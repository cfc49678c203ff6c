//! The index of many activities.

use std::hash::BuildHasher;

use foldhash::quality::FixedState;
use hashbrown::HashTable;

use super::{Activities, HEAD};
use crate::event::ActivityNo;

/// Up to so many activities are found by looking through them; more get an index.
const INDEXED_FROM: u32 = 32;

/// Where each of many activities stands, and which reference is whose. It is made of them, and says
/// nothing that they do not say.
#[derive(Clone, Debug, Default)]
pub(in crate::state) struct Index {
    pub(super) offsets: Vec<u32>,
    table: HashTable<u32>,
}

// The table is only ever asked for one reference, so its order decides nothing. References come
// from outside: foldhash with a fixed seed can be attacked only by who may record for the member,
// and then costs that member's time alone.
fn hash(reference: &[u8]) -> u64 {
    FixedState::default().hash_one(reference)
}

impl Index {
    /// Whether there are so many that an index pays.
    pub(in crate::state) fn is_wanted(activities: &Activities) -> bool {
        activities.len() >= INDEXED_FROM
    }

    /// The index that these activities should have.
    pub(in crate::state) fn of(activities: &Activities) -> Option<Box<Index>> {
        if !Index::is_wanted(activities) {
            return None;
        }
        let mut index = Box::<Index>::default();
        index.follow(activities);
        Some(index)
    }

    /// Takes in what was added.
    pub(in crate::state) fn follow(&mut self, activities: &Activities) {
        let known = self.offsets.len();
        let last = self.offsets.last().map_or(HEAD, |last| *last as usize);
        let added = activities.walk(last).skip(usize::from(known > 0));
        let added: Vec<(u32, u64)> = added
            .filter_map(|(at, record, _)| {
                Some((u32::try_from(at).ok()?, hash(record.reference_bytes())))
            })
            .collect();
        for (at, hash_of_it) in added {
            let number = u32::try_from(self.offsets.len() + 1).unwrap_or(u32::MAX);
            self.offsets.push(at);
            let offsets = &self.offsets;
            let rehash = |number: &u32| {
                let at = offsets.get((*number as usize).wrapping_sub(1)).copied().unwrap_or(0);
                let record = activities.walk(at as usize).next();
                record.map_or(0, |(_, record, _)| hash(record.reference_bytes()))
            };
            self.table.insert_unique(hash_of_it, number, rehash);
        }
    }

    pub(super) fn find(&self, activities: &Activities, reference: &str) -> Option<ActivityNo> {
        let same = |number: &u32| {
            let found = activities.get(ActivityNo(*number), Some(self));
            found.is_some_and(|record| record.reference_bytes() == reference.as_bytes())
        };
        self.table.find(hash(reference.as_bytes()), same).map(|number| ActivityNo(*number))
    }
}
