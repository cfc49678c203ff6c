//! Makes key files: one from a sealed segment, or one from several.

use std::sync::Arc;

use xorf::BinaryFuse8;

use super::{
    file::KeyFile,
    format::{
        Damage, RECORDS_PER_BLOCK, Record, Summary, encode_block, encode_trailer, file_name, prefix,
    },
};
use crate::{
    disk::{Folder, NamedFile},
    error::LogError,
    log::SeqRange,
    read::Reader,
    walker::Check,
};

/// How much is written at once: 256 blocks.
const WRITE_SIZE: usize = 1 << 20;

/// Calls `visit` with each key of the entries in a range of the log.
pub(super) fn each_key(
    reader: &Reader,
    range: SeqRange,
    mut visit: impl FnMut([u8; 16], u64),
) -> Result<(), LogError> {
    let mut scan = reader.scan_with(range.first, Check::Checksums);
    let mut next_seq = range.first;
    // What stands behind the range is not read: it may be damaged.
    while next_seq < range.next {
        let Some(group) = scan.next_group()? else { break };
        for entry in group.entries() {
            let entry = entry?;
            if let Some(digest) = entry.key().filter(|_| next_seq < range.next) {
                visit(digest, next_seq);
            }
            next_seq += 1;
        }
    }
    Ok(())
}

/// Makes the key file of one sealed segment.
pub(super) fn build_from_log(
    folder: &Folder,
    reader: &Reader,
    range: SeqRange,
) -> Result<KeyFile, LogError> {
    let mut records: Vec<Record> = Vec::new();
    each_key(reader, range, |digest, seq| records.push((digest, seq)))?;
    records.sort_unstable();
    let mut writer = Writer::begin(folder, range)?;
    for record in records {
        writer.push(record)?;
    }
    writer.finish(folder, reader, range, 0)
}

/// Why files could not be merged.
#[derive(Debug)]
pub(super) enum MergeError {
    Source(Arc<KeyFile>, Damage),
    Target(LogError),
}

impl From<LogError> for MergeError {
    fn from(error: LogError) -> Self {
        Self::Target(error)
    }
}

/// Merges neighbouring files of one tier into one of the next.
pub(super) fn merge(
    folder: &Folder,
    reader: &Reader,
    sources: &[Arc<KeyFile>],
) -> Result<KeyFile, MergeError> {
    let ranges = sources.iter().map(|source| source.range());
    let first = ranges.clone().map(|range| range.first).min().unwrap_or(0);
    let next = ranges.map(|range| range.next).max().unwrap_or(0);
    let tier = sources.iter().map(|source| source.tier()).max().unwrap_or(0) + 1;
    let range = SeqRange { first, next };
    let mut runs = sources.iter().map(Run::begin).collect::<Result<Vec<_>, _>>()?;
    let mut writer = Writer::begin(folder, range)?;
    while let Some(least) = runs.iter_mut().filter(|run| run.head.is_some()).min_by_key(|r| r.head)
    {
        if let Some(record) = least.head {
            writer.push(record)?;
        }
        least.advance()?;
    }
    Ok(writer.finish(folder, reader, range, tier)?)
}

/// A file that is read from its first record to its last.
struct Run<'a> {
    file: &'a Arc<KeyFile>,
    next_block: u64,
    records: std::vec::IntoIter<Record>,
    head: Option<Record>,
}

impl<'a> Run<'a> {
    fn begin(file: &'a Arc<KeyFile>) -> Result<Self, MergeError> {
        let mut run = Self { file, next_block: 0, records: Vec::new().into_iter(), head: None };
        run.advance()?;
        Ok(run)
    }

    fn advance(&mut self) -> Result<(), MergeError> {
        self.head = self.records.next();
        if self.head.is_none() && self.next_block < self.file.summary().blocks {
            let damaged = |damage| MergeError::Source(Arc::clone(self.file), damage);
            self.records = self.file.block(self.next_block).map_err(damaged)?.into_iter();
            self.next_block += 1;
            self.head = self.records.next();
        }
        Ok(())
    }
}

/// Writes records that come in order.
struct Writer {
    file: NamedFile,
    temporary: String,
    block: Vec<Record>,
    blocks: u64,
    keys: u64,
    buffer: Vec<u8>,
    written: u64,
    last: Option<[u8; 16]>,
    prefixes: Vec<u64>,
}

impl Writer {
    fn begin(folder: &Folder, range: SeqRange) -> Result<Self, LogError> {
        let temporary = format!("{}.tmp", file_name(range));
        let file = folder.create_afresh(&temporary)?;
        Ok(Self {
            file,
            temporary,
            block: Vec::with_capacity(RECORDS_PER_BLOCK),
            blocks: 0,
            keys: 0,
            buffer: Vec::new(),
            written: 0,
            last: None,
            prefixes: Vec::new(),
        })
    }

    /// Of several records with one digest the first is kept, which has the lowest sequence number.
    fn push(&mut self, record: Record) -> Result<(), LogError> {
        let (digest, _) = record;
        if self.last == Some(digest) {
            return Ok(());
        }
        self.last = Some(digest);
        if self.prefixes.last() != Some(&prefix(&digest)) {
            self.prefixes.push(prefix(&digest));
        }
        self.keys += 1;
        self.block.push(record);
        if self.block.len() == RECORDS_PER_BLOCK { self.end_block() } else { Ok(()) }
    }

    fn end_block(&mut self) -> Result<(), LogError> {
        self.buffer.extend(encode_block(self.blocks, &self.block));
        self.block.clear();
        self.blocks += 1;
        if self.buffer.len() >= WRITE_SIZE { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), LogError> {
        self.file.write_all_at(&self.buffer, self.written)?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    fn finish(
        mut self,
        folder: &Folder,
        reader: &Reader,
        range: SeqRange,
        tier: u32,
    ) -> Result<KeyFile, LogError> {
        if !self.block.is_empty() {
            self.end_block()?;
        }
        let filter = self.filter()?;
        let chain = reader.chain_of_sealed(range).unwrap_or(crate::ChainValue::START);
        let (ledger, keys, blocks) = (reader.ledger_id(), self.keys, self.blocks);
        let summary = Summary { ledger, range, chain, tier, keys, blocks };
        if let Some(filter) = &filter {
            self.buffer.extend_from_slice(&filter.fingerprints);
        }
        self.buffer.extend(encode_trailer(&summary, filter.as_ref()));
        self.flush()?;
        self.file.sync_all()?;
        let name = file_name(range);
        folder.rename(&self.temporary, &name)?;
        folder.sync()?;
        Ok(KeyFile::new(folder.open_read(&name)?, name, summary, filter))
    }

    /// Building fails only for keys that are not distinct, and these are.
    fn filter(&self) -> Result<Option<BinaryFuse8>, LogError> {
        if self.prefixes.is_empty() {
            return Ok(None);
        }
        let filter = BinaryFuse8::try_from(self.prefixes.as_slice());
        let failed = |why| LogError::io("filter", self.file.path(), std::io::Error::other(why));
        filter.map(Some).map_err(failed)
    }
}
