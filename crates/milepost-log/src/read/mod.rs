//! Reading: single entries, runs of entries, a growing log from outside, and the full check.

mod follower;
mod scan;
mod verify;

use std::sync::Arc;

pub use follower::Follower;
pub use scan::{GroupView, Scan};
pub use verify::{LogSummary, LogTail, verify};

use crate::{
    error::{Fault, LogError},
    format::{
        ChainValue, LedgerId,
        bytes::{Cursor, index, len64},
        entry::{self, Entry},
        frame,
    },
    index::{INDEX_STRIDE, Place, Shared},
    log::SeqRange,
    walker::Check,
};

/// Reads what is durable in a log, and nothing else. Clones are cheap; all may be used on any
/// thread while the log is appended to, and after it is closed.
#[derive(Debug, Clone)]
pub struct Reader {
    shared: Arc<Shared>,
}

impl Reader {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The ledger's identity.
    pub fn ledger_id(&self) -> LedgerId {
        self.shared.ledger
    }

    /// The sequence number after the last durable entry. It only grows.
    pub fn durable_end(&self) -> u64 {
        self.shared.watermark()
    }

    /// The ranges of all sealed segments, in order.
    pub fn sealed_segments(&self) -> Vec<SeqRange> {
        let index = self.shared.index();
        let ranges = index.sealed.iter();
        ranges.map(|sealed| SeqRange { first: sealed.first_seq, next: sealed.next_seq }).collect()
    }

    /// One entry, checked against its checksum; `None` if it is not durable yet.
    ///
    /// # Errors
    ///
    /// [`LogError::Corrupt`] if the entry, or what leads to it, is damaged; or what the disk says.
    pub fn entry(&self, seq: u64) -> Result<Option<OwnedEntry>, LogError> {
        let Some(place) = self.shared.locate(seq)? else { return Ok(None) };
        EntryWalk::new(place).find(seq).map(Some)
    }

    /// All entries from this one on, in order, each group checked by its checksums and the hash
    /// chain.
    pub fn scan(&self, from_seq: u64) -> Scan {
        self.scan_with(from_seq, Check::Chain)
    }

    /// As [`Reader::scan`], with a choice of what is checked.
    pub fn scan_with(&self, from_seq: u64, check: Check) -> Scan {
        Scan::new(Arc::clone(&self.shared), from_seq, check)
    }

    /// The chain value after a range of whole sealed segments; `None` if the range is none.
    pub(crate) fn chain_of_sealed(&self, range: SeqRange) -> Option<ChainValue> {
        let index = self.shared.index();
        let first = index.sealed.binary_search_by_key(&range.first, |sealed| sealed.first_seq);
        let last = index.sealed.binary_search_by_key(&range.next, |sealed| sealed.next_seq);
        index
            .sealed
            .get(last.ok().filter(|last| first.is_ok_and(|first| first <= *last))?)
            .map(|sealed| sealed.chain)
    }
}

/// An entry that was read on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedEntry {
    bytes: Vec<u8>,
}

impl OwnedEntry {
    /// The entry.
    pub fn view(&self) -> Entry<'_> {
        // The bytes were parsed before they were put in here.
        Entry::parse(&self.bytes).unwrap_or_else(|_| Entry::empty())
    }
}

/// Walks from an indexed entry to the one that is wanted, past group headers in between.
struct EntryWalk {
    place: Place,
    at: u64,
    next_seq: u64,
    block: Vec<u8>,
    block_at: u64,
}

impl EntryWalk {
    fn new(place: Place) -> Self {
        let (at, next_seq) = (place.point.entry_at, place.point.seq);
        Self { place, at, next_seq, block: Vec::new(), block_at: at }
    }

    fn find(mut self, seq: u64) -> Result<OwnedEntry, LogError> {
        while self.next_seq <= seq {
            let head = self.bytes(16)?;
            if is_frame(head) {
                self.at += frame::LEN as u64;
                continue;
            }
            let (len, found) = len_and_seq(head).ok_or_else(|| self.corrupt(Fault::EntryShape))?;
            if found != self.next_seq {
                return Err(self.corrupt(Fault::Sequence));
            }
            if found == seq {
                return self.take(len);
            }
            self.at += len;
            self.next_seq += 1;
        }
        Err(self.corrupt(Fault::Sequence))
    }

    fn take(mut self, len: u64) -> Result<OwnedEntry, LogError> {
        let bytes = self.bytes(len)?.to_vec();
        let entry = Entry::parse(&bytes).and_then(|entry| entry.check());
        entry.map_err(|fault| self.corrupt(fault))?;
        Ok(OwnedEntry { bytes })
    }

    /// The bytes at the current place, read in blocks of a little more than the index's stride.
    fn bytes(&mut self, want: u64) -> Result<&[u8], LogError> {
        let room = self.place.end.saturating_sub(self.at);
        if room < want {
            return Err(self.corrupt(Fault::Length));
        }
        if self.at + want > self.block_at + len64(&self.block) {
            let len = want.max(INDEX_STRIDE + 1024).min(room);
            self.block.resize(index(len), 0);
            self.block_at = self.at;
            let got = self.place.file.read_up_to(&mut self.block, self.at)?;
            self.block.truncate(got);
        }
        let from = index(self.at - self.block_at);
        match self.block.get(from..).and_then(|rest| rest.get(..index(want))) {
            Some(held) => Ok(held),
            None => Err(self.corrupt(Fault::TooShort)),
        }
    }

    fn corrupt(&self, fault: Fault) -> LogError {
        LogError::Corrupt {
            path: self.place.file.path(),
            segment: self.place.segment,
            offset: self.at,
            first_lost_seq: self.next_seq,
            fault,
        }
    }
}

fn is_frame(head: &[u8]) -> bool {
    head.starts_with(&frame::GROUP_MAGIC) || head.starts_with(&frame::SEAL_MAGIC)
}

fn len_and_seq(head: &[u8]) -> Option<(u64, u64)> {
    let len = entry::stored_len(head)?;
    let mut cursor = Cursor::new(head);
    cursor.u64()?;
    Some((len, cursor.u64()?))
}
