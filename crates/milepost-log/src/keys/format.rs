//! The bytes of a key file: blocks of sorted records, the filter, and a trailer.

use xorf::{BinaryFuse8, Descriptor, Filter};

use crate::{
    format::{
        ChainValue, LedgerId,
        bytes::{Cursor, len64, patch},
    },
    log::SeqRange,
};

const MAGIC: [u8; 8] = *b"MPKEYSR1";
const EXTENSION: &str = ".keys";

/// Digest 16, sequence 8.
pub(super) const RECORD: usize = 24;
/// 170 records of 24 bytes, block number 8, records 4, checksum 4, and that is 4096.
pub(super) const BLOCK: usize = 4096;
pub(super) const RECORDS_PER_BLOCK: usize = 170;
const NUMBER_AT: usize = RECORDS_PER_BLOCK * RECORD;
const BLOCK_CRC_AT: usize = 4092;

/// Magic 8, ledger id 16, first and next sequence 16, keys 8, blocks 8, filter length 8, filter
/// descriptor 20, filter checksum 4, tier 4, chain value 32, checksum 4.
pub(super) const TRAILER: usize = 128;
const TRAILER_CRC_AT: usize = 124;

/// A digest and the entry that used it.
pub(super) type Record = ([u8; 16], u64);

/// What is wrong with a key file.
#[derive(Debug, thiserror::Error)]
pub(super) enum Damage {
    #[error("a block does not match its checksum")]
    Block,
    #[error("the trailer or the filter does not match its checksum")]
    Trailer,
    #[error("it does not belong to this log")]
    Foreign,
    #[error(transparent)]
    Io(#[from] crate::error::LogError),
}

/// What a key file says about itself, apart from its filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) ledger: LedgerId,
    pub(super) range: SeqRange,
    /// The chain value after the range, so that a file does not outlive the history it was made
    /// from.
    pub(super) chain: ChainValue,
    pub(super) tier: u32,
    pub(super) keys: u64,
    pub(super) blocks: u64,
}

/// The part of a digest on which a filter, and a first guess at its place, is built.
pub(super) fn prefix(digest: &[u8; 16]) -> u64 {
    Cursor::new(digest).array().map_or(0, u64::from_be_bytes)
}

pub(super) fn encode_block(number: u64, records: &[Record]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(BLOCK);
    for (digest, seq) in records {
        bytes.extend_from_slice(digest);
        bytes.extend_from_slice(&seq.to_le_bytes());
    }
    bytes.resize(BLOCK, 0);
    let count = u32::try_from(records.len()).unwrap_or(0);
    patch(&mut bytes, NUMBER_AT, &number.to_le_bytes());
    patch(&mut bytes, NUMBER_AT + 8, &count.to_le_bytes());
    let crc = crc32c::crc32c(bytes.get(..BLOCK_CRC_AT).unwrap_or_default());
    patch(&mut bytes, BLOCK_CRC_AT, &crc.to_le_bytes());
    bytes
}

/// The records of a block, sorted as they stand.
pub(super) fn decode_block(bytes: &[u8], number: u64) -> Result<Vec<Record>, Damage> {
    let covered = bytes.get(..BLOCK_CRC_AT).ok_or(Damage::Block)?;
    let mut end = Cursor::new(bytes.get(NUMBER_AT..).unwrap_or_default());
    let stored = (end.u64(), end.u32(), end.u32());
    let (Some(stored_number), Some(count), Some(crc)) = stored else { return Err(Damage::Block) };
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    if crc != crc32c::crc32c(covered) || stored_number != number || count > RECORDS_PER_BLOCK {
        return Err(Damage::Block);
    }
    let mut cursor = Cursor::new(covered);
    let mut record = || Some((cursor.array()?, cursor.u64()?));
    Ok(std::iter::from_fn(&mut record).take(count).collect())
}

pub(super) fn encode_trailer(summary: &Summary, filter: Option<&BinaryFuse8>) -> Vec<u8> {
    let none =
        Descriptor { seed: 0, segment_length: 0, segment_length_mask: 0, segment_count_length: 0 };
    let descriptor = filter.map_or(&none, |filter| &filter.descriptor);
    let fingerprints = filter.map_or(&[][..], |filter| &filter.fingerprints);
    let mut bytes = Vec::with_capacity(TRAILER);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&summary.ledger.to_bytes());
    bytes.extend_from_slice(&summary.range.first.to_le_bytes());
    bytes.extend_from_slice(&summary.range.next.to_le_bytes());
    bytes.extend_from_slice(&summary.keys.to_le_bytes());
    bytes.extend_from_slice(&summary.blocks.to_le_bytes());
    bytes.extend_from_slice(&len64(fingerprints).to_le_bytes());
    bytes.extend_from_slice(&descriptor.seed.to_le_bytes());
    bytes.extend_from_slice(&descriptor.segment_length.to_le_bytes());
    bytes.extend_from_slice(&descriptor.segment_length_mask.to_le_bytes());
    bytes.extend_from_slice(&descriptor.segment_count_length.to_le_bytes());
    bytes.extend_from_slice(&crc32c::crc32c(fingerprints).to_le_bytes());
    bytes.extend_from_slice(&summary.tier.to_le_bytes());
    bytes.extend_from_slice(&summary.chain.to_bytes());
    let crc = crc32c::crc32c(&bytes);
    bytes.extend_from_slice(&crc.to_le_bytes());
    bytes
}

/// A trailer that matches its checksum, and the filter that should stand before it.
#[derive(Debug)]
pub(super) struct Trailer {
    pub(super) summary: Summary,
    pub(super) filter_len: u64,
    descriptor: Descriptor,
    filter_crc: u32,
}

pub(super) fn decode_trailer(bytes: &[u8]) -> Result<Trailer, Damage> {
    let covered = bytes.get(..TRAILER_CRC_AT).ok_or(Damage::Trailer)?;
    let stored = Cursor::new(bytes.get(TRAILER_CRC_AT..).unwrap_or_default()).u32();
    if !covered.starts_with(&MAGIC) || stored != Some(crc32c::crc32c(covered)) {
        return Err(Damage::Trailer);
    }
    trailer_fields(Cursor::new(covered)).ok_or(Damage::Trailer)
}

fn trailer_fields(mut cursor: Cursor<'_>) -> Option<Trailer> {
    cursor.slice(MAGIC.len())?;
    let ledger = LedgerId::new(cursor.array()?);
    let range = SeqRange { first: cursor.u64()?, next: cursor.u64()? };
    let (keys, blocks, filter_len) = (cursor.u64()?, cursor.u64()?, cursor.u64()?);
    let descriptor = Descriptor {
        seed: cursor.u64()?,
        segment_length: cursor.u32()?,
        segment_length_mask: cursor.u32()?,
        segment_count_length: cursor.u32()?,
    };
    let filter_crc = cursor.u32()?;
    let tier = cursor.u32()?;
    let chain = ChainValue::new(cursor.array()?);
    let summary = Summary { ledger, range, chain, tier, keys, blocks };
    Some(Trailer { summary, filter_len, descriptor, filter_crc })
}

impl Trailer {
    /// The filter with these fingerprints; none for a file without keys.
    pub(super) fn filter(&self, fingerprints: Vec<u8>) -> Result<Option<BinaryFuse8>, Damage> {
        if crc32c::crc32c(&fingerprints) != self.filter_crc {
            return Err(Damage::Trailer);
        }
        if fingerprints.is_empty() {
            return Ok(None);
        }
        // The filter indexes up to this length without asking.
        let reach = u64::from(self.descriptor.segment_count_length)
            + 2 * u64::from(self.descriptor.segment_length);
        if reach != len64(&fingerprints) {
            return Err(Damage::Trailer);
        }
        let descriptor = self.descriptor.clone();
        Ok(Some(BinaryFuse8 { descriptor, fingerprints: fingerprints.into_boxed_slice() }))
    }
}

pub(super) fn may_hold(filter: Option<&BinaryFuse8>, digest: &[u8; 16]) -> bool {
    filter.is_some_and(|filter| filter.contains(&prefix(digest)))
}

pub(super) fn file_name(range: SeqRange) -> String {
    format!("{:020}-{:020}{EXTENSION}", range.first, range.next)
}

/// The range in a key file's name; `None` for any other name.
pub(super) fn parse_name(name: &str) -> Option<SeqRange> {
    let (first, next) = name.strip_suffix(EXTENSION)?.split_once('-')?;
    let range = SeqRange { first: first.parse().ok()?, next: next.parse().ok()? };
    (file_name(range) == name).then_some(range)
}
