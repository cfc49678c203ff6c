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
        activities.walk(HEAD).for_each(|(at, ..)| index.add(activities, at));
        Some(index)
    }

    /// Takes in the activity that was added at an offset.
    pub(in crate::state) fn add(&mut self, activities: &Activities, at: usize) {
        let Some((at, reference)) = u32::try_from(at).ok().zip(activities.reference_at(at)) else {
            return;
        };
        self.offsets.push(at);
        let number = u32::try_from(self.offsets.len()).unwrap_or(u32::MAX);
        let offsets = &self.offsets;
        let rehash = |number: &u32| reference_of(activities, offsets, *number).map_or(0, hash);
        self.table.insert_unique(hash(reference), number, rehash);
    }

    pub(super) fn find(&self, activities: &Activities, reference: &str) -> Option<ActivityNo> {
        let reference = reference.as_bytes();
        let same = |n: &u32| reference_of(activities, &self.offsets, *n) == Some(reference);
        self.table.find(hash(reference), same).map(|number| ActivityNo(*number))
    }
}

/// The reference of the activity with a number.
fn reference_of<'a>(activities: &'a Activities, offsets: &[u32], number: u32) -> Option<&'a [u8]> {
    let at = offsets.get(number.checked_sub(1)? as usize)?;
    activities.reference_at(*at as usize)
}
