//! References of one kind of one member: unique, numbered in the order they came, found fast.

use std::hash::BuildHasher;

use foldhash::quality::FixedState;
use hashbrown::HashTable;

use crate::names::Reference;

/// Up to so many references are found by looking through them; more get an index.
const INDEXED_FROM: usize = 16;

/// References in the order they came; the first has number 1.
#[derive(Clone, Debug, Default)]
pub(super) struct References {
    list: Vec<Reference>,
    index: Option<Box<HashTable<u32>>>,
}

// The index is only ever asked for one reference, so its order decides nothing. References come
// from outside: foldhash with a fixed seed can be attacked only by who may record for the member,
// and then costs that member's time alone.
fn hash(reference: &Reference) -> u64 {
    FixedState::default().hash_one(reference.as_str())
}

impl References {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The number of a reference.
    pub(super) fn find(&self, reference: &Reference) -> Option<u32> {
        let position = match &self.index {
            None => self.list.iter().position(|known| known == reference)?,
            Some(index) => {
                let same = |at: &u32| self.list.get(*at as usize) == Some(reference);
                *index.find(hash(reference), same)? as usize
            }
        };
        u32::try_from(position + 1).ok()
    }

    /// The reference with a number.
    pub(super) fn get(&self, number: u32) -> Option<&Reference> {
        self.list.get(number.checked_sub(1)? as usize)
    }

    /// All of them, the first first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Reference> {
        self.list.iter()
    }

    /// Adds one at the end.
    pub(super) fn push(&mut self, reference: Reference) {
        if let Some(index) = &mut self.index {
            let at = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
            let list = &self.list;
            let rehash = |at: &u32| list.get(*at as usize).map_or(0, hash);
            index.insert_unique(hash(&reference), at, rehash);
        }
        super::member::push_tight(&mut self.list, reference);
        if self.index.is_none() && self.list.len() >= INDEXED_FROM {
            self.build_index();
        }
    }

    fn build_index(&mut self) {
        let mut index = HashTable::with_capacity(2 * self.list.len());
        for (reference, at) in self.list.iter().zip(0_u32..) {
            let rehash = |at: &u32| self.list.get(*at as usize).map_or(0, hash);
            index.insert_unique(hash(reference), at, rehash);
        }
        self.index = Some(Box::new(index));
    }

    /// Takes the last one away again.
    pub(super) fn pop(&mut self) {
        let Some(last) = self.list.pop() else { return };
        let at = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        if let Some(index) = &mut self.index
            && let Ok(found) = index.find_entry(hash(&last), |known| *known == at)
        {
            found.remove();
        }
    }
}

impl PartialEq for References {
    fn eq(&self, other: &References) -> bool {
        self.list == other.list
    }
}

impl Eq for References {}

impl FromIterator<Reference> for References {
    fn from_iter<I: IntoIterator<Item = Reference>>(references: I) -> References {
        let mut all = References::default();
        for reference in references {
            all.push(reference);
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_pushed_and_not_what_was_popped() {
        let reference = |n: u32| Reference::new(format!("R-{n}")).unwrap();
        let mut all = References::default();
        for n in 1..=100 {
            all.push(reference(n));
        }
        for _ in 0..50 {
            all.pop();
        }
        for n in 1..=100 {
            assert_eq!(all.find(&reference(n)), (n <= 50).then_some(n));
        }
        assert_eq!(all.get(7), Some(&reference(7)));
        assert_eq!(all.get(0), None);
    }
}
