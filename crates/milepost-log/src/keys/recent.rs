//! The keys that are in no file yet, in generations, so that old ones are dropped all at once.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// The keys between two seals.
#[derive(Debug, Default)]
struct Generation {
    keys: HashMap<[u8; 16], u64, RandomState>,
    /// The highest sequence number in it. The writer decides ahead of the sync, so a generation
    /// may reach beyond the segment whose seal ended it.
    last_seq: u64,
}

/// Maps from digest to sequence number; the newest last.
#[derive(Debug, Default)]
pub(super) struct Recent {
    closed: Vec<Generation>,
    current: Generation,
}

impl Recent {
    pub(super) fn insert(&mut self, digest: [u8; 16], seq: u64) {
        self.current.keys.entry(digest).or_insert(seq);
        self.current.last_seq = self.current.last_seq.max(seq);
    }

    pub(super) fn get(&self, digest: &[u8; 16]) -> Option<u64> {
        let newest_first = std::iter::once(&self.current).chain(self.closed.iter().rev());
        newest_first.filter_map(|generation| generation.keys.get(digest)).min().copied()
    }

    /// Begins a new generation.
    pub(super) fn rotate(&mut self) {
        if !self.current.keys.is_empty() {
            self.closed.push(std::mem::take(&mut self.current));
        }
    }

    /// Forgets the generations of which every key is below this sequence number.
    pub(super) fn forget_before(&mut self, seq: u64) {
        self.closed.retain(|generation| generation.last_seq >= seq);
    }

    pub(super) fn len(&self) -> u64 {
        let sizes = self.closed.iter().map(|generation| generation.keys.len() as u64);
        sizes.sum::<u64>() + self.current.keys.len() as u64
    }
}
