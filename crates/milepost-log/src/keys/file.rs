//! One open key file: its filter in memory, its records on disk.

use std::{path::PathBuf, sync::Arc};

use xorf::BinaryFuse8;

use super::format::{
    BLOCK, Damage, Record, Summary, TRAILER, decode_block, decode_trailer, file_name, may_hold,
    parse_name, prefix,
};
use crate::{
    disk::{Folder, NamedFile},
    error::LogError,
    format::bytes::index,
    log::SeqRange,
    read::Reader,
};

/// After this many guesses by interpolation the search halves instead. Digests are even, so two or
/// three guesses are the rule.
const GUESSES: u32 = 8;

#[derive(Debug)]
pub(super) struct KeyFile {
    file: NamedFile,
    name: String,
    summary: Summary,
    filter: Option<BinaryFuse8>,
}

impl KeyFile {
    pub(super) fn new(
        file: NamedFile,
        name: String,
        summary: Summary,
        filter: Option<BinaryFuse8>,
    ) -> Self {
        Self { file, name, summary, filter }
    }

    fn open(folder: &Folder, name: &str) -> Result<Self, Damage> {
        let file = folder.open_read(name)?;
        let size = file.size()?;
        let trailer_at = size.checked_sub(TRAILER as u64).ok_or(Damage::Trailer)?;
        let trailer = decode_trailer(&read(&file, trailer_at, TRAILER)?)?;
        let filter_at = trailer.summary.blocks.checked_mul(BLOCK as u64);
        let filter_at =
            filter_at.filter(|at| at.checked_add(trailer.filter_len) == Some(trailer_at));
        let filter_at = filter_at.ok_or(Damage::Trailer)?;
        let filter = trailer.filter(read(&file, filter_at, index(trailer.filter_len))?)?;
        Ok(Self::new(file, name.to_owned(), trailer.summary, filter))
    }

    pub(super) fn range(&self) -> SeqRange {
        self.summary.range
    }

    pub(super) fn tier(&self) -> u32 {
        self.summary.tier
    }

    pub(super) fn keys(&self) -> u64 {
        self.summary.keys
    }

    pub(super) fn summary(&self) -> &Summary {
        &self.summary
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn path(&self) -> PathBuf {
        self.file.path()
    }

    pub(super) fn filter_bytes(&self) -> u64 {
        self.filter.as_ref().map_or(0, |filter| filter.fingerprints.len() as u64)
    }

    /// The entry that used the key with this digest, if it is in this file.
    pub(super) fn get(&self, digest: &[u8; 16]) -> Result<Option<u64>, Damage> {
        if !may_hold(self.filter.as_ref(), digest) {
            return Ok(None);
        }
        let mut search = Search::new(self.summary.blocks);
        while let Some(guess) = search.guess(prefix(digest)) {
            let records = self.block(guess)?;
            let (Some((first, _)), Some((last, _))) = (records.first(), records.last()) else {
                return Err(Damage::Block);
            };
            if digest < first {
                search.is_before(guess, prefix(first));
            } else if digest > last {
                search.is_after(guess, prefix(last));
            } else {
                return Ok(find(&records, digest));
            }
        }
        Ok(None)
    }

    pub(super) fn block(&self, number: u64) -> Result<Vec<Record>, Damage> {
        decode_block(&read(&self.file, number * BLOCK as u64, BLOCK)?, number)
    }
}

fn read(file: &NamedFile, at: u64, len: usize) -> Result<Vec<u8>, Damage> {
    let mut bytes = vec![0; len];
    let got = file.read_up_to(&mut bytes, at)?;
    bytes.truncate(got);
    Ok(bytes)
}

fn find(records: &[Record], digest: &[u8; 16]) -> Option<u64> {
    let at = records.binary_search_by(|(found, _)| found.cmp(digest)).ok()?;
    records.get(at).map(|(_, seq)| *seq)
}

/// Where a digest may still be: blocks `low..high`, with digests between two bounds.
struct Search {
    low: u64,
    high: u64,
    low_prefix: u64,
    high_prefix: u64,
    guesses: u32,
}

impl Search {
    fn new(blocks: u64) -> Self {
        Self { low: 0, high: blocks, low_prefix: 0, high_prefix: u64::MAX, guesses: 0 }
    }

    fn guess(&mut self, prefix: u64) -> Option<u64> {
        let width = self.high.checked_sub(self.low).filter(|width| *width > 0)?;
        self.guesses += 1;
        if self.guesses > GUESSES {
            return Some(self.low + width / 2);
        }
        let span = u128::from(self.high_prefix.saturating_sub(self.low_prefix)).max(1);
        let into = u128::from(prefix.saturating_sub(self.low_prefix));
        let offset = u64::try_from(into * u128::from(width) / span).unwrap_or(u64::MAX);
        Some(self.low + offset.min(width - 1))
    }

    fn is_before(&mut self, block: u64, first: u64) {
        self.high = block;
        self.high_prefix = first;
    }

    fn is_after(&mut self, block: u64, last: u64) {
        self.low = block + 1;
        self.low_prefix = last;
    }
}

/// Opens the files that match the log, the longest where several hold the same keys, and removes
/// all others.
pub(super) fn load_all(folder: &Folder, reader: &Reader) -> Result<Vec<Arc<KeyFile>>, LogError> {
    let names = folder.list()?;
    let mut ranges: Vec<SeqRange> = names.iter().filter_map(|name| parse_name(name)).collect();
    ranges.sort_unstable_by_key(|range| (range.first, std::cmp::Reverse(range.next)));
    let mut files = Vec::new();
    let mut end = 0;
    for range in ranges {
        if range.first < end {
            continue;
        }
        match open_matching(folder, reader, range) {
            Ok(file) => {
                end = range.next;
                files.push(Arc::new(file));
            }
            Err(damage) => {
                let path = folder.path().join(file_name(range));
                tracing::warn!(file = %path.display(), %damage, "key file is made again");
            }
        }
    }
    for name in names.iter().filter(|name| files.iter().all(|file| file.name != **name)) {
        folder.remove_if_there(name)?;
    }
    Ok(files)
}

fn open_matching(folder: &Folder, reader: &Reader, range: SeqRange) -> Result<KeyFile, Damage> {
    let file = KeyFile::open(folder, &file_name(range))?;
    let summary = file.summary();
    let chain = reader.chain_of_sealed(range);
    let matches = summary.range == range
        && summary.ledger == reader.ledger_id()
        && chain == Some(summary.chain);
    if matches { Ok(file) } else { Err(Damage::Foreign) }
}
