//! The header at the start of every segment file, and the file's name.

use super::{
    ChainValue, FORMAT_VERSION, HASH_SHA256, LedgerId, TreeRoot,
    bytes::{Cursor, patch, placed_crc},
};
use crate::error::Fault;

const MAGIC: [u8; 8] = *b"MPSEGMT1";

/// Magic 8, format version 4, hash algorithm 4, ledger id 16, first sequence 8, last time 8, chain
/// value 32, root 32, reserved 12, checksum 4.
pub(crate) const LEN: usize = 128;
const CRC_AT: usize = 124;
const EXTENSION: &str = ".seg";

/// What a segment says about the log before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    pub(crate) ledger: LedgerId,
    pub(crate) first_seq: u64,
    /// The largest `recorded_at` before this segment, in microseconds; [`i64::MIN`] if none.
    pub(crate) last_time: i64,
    pub(crate) chain: ChainValue,
    pub(crate) root: TreeRoot,
}

/// What is wrong with a segment header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SegmentError {
    Damaged(Fault),
    Newer(u32),
}

impl SegmentHeader {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LEN);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes.extend_from_slice(&HASH_SHA256.to_le_bytes());
        bytes.extend_from_slice(&self.ledger.to_bytes());
        bytes.extend_from_slice(&self.first_seq.to_le_bytes());
        bytes.extend_from_slice(&self.last_time.to_le_bytes());
        bytes.extend_from_slice(&self.chain.to_bytes());
        bytes.extend_from_slice(&self.root.to_bytes());
        bytes.resize(LEN, 0);
        let crc = placed_crc(bytes.get(..CRC_AT).unwrap_or_default(), self.first_seq, 0);
        patch(&mut bytes, CRC_AT, &crc.to_le_bytes());
        bytes
    }

    /// Reads the header of the segment that is named after `first_seq`.
    pub(crate) fn decode(
        bytes: &[u8],
        ledger: LedgerId,
        first_seq: u64,
    ) -> Result<Self, SegmentError> {
        let (header, version, hash) =
            Self::parse(bytes, first_seq).map_err(SegmentError::Damaged)?;
        if version > FORMAT_VERSION || hash != HASH_SHA256 {
            return Err(SegmentError::Newer(version));
        }
        if header.ledger != ledger {
            return Err(SegmentError::Damaged(Fault::OtherLedger));
        }
        if header.first_seq != first_seq {
            return Err(SegmentError::Damaged(Fault::Sequence));
        }
        Ok(header)
    }

    fn parse(bytes: &[u8], first_seq: u64) -> Result<(Self, u32, u32), Fault> {
        let covered = bytes.get(..CRC_AT).ok_or(Fault::TooShort)?;
        let fields = |mut cursor: Cursor<'_>| {
            let magic: [u8; 8] = cursor.array()?;
            let version = cursor.u32()?;
            let hash = cursor.u32()?;
            let header = Self {
                ledger: LedgerId::new(cursor.array()?),
                first_seq: cursor.u64()?,
                last_time: cursor.i64()?,
                chain: ChainValue::new(cursor.array()?),
                root: TreeRoot::new(cursor.array()?),
            };
            cursor.slice(12)?;
            Some((magic, version, hash, header, cursor.u32()?))
        };
        let (magic, version, hash, header, crc) =
            fields(Cursor::new(bytes)).ok_or(Fault::TooShort)?;
        if magic != MAGIC {
            return Err(Fault::UnknownMagic);
        }
        if crc != placed_crc(covered, first_seq, 0) {
            return Err(Fault::HeaderChecksum);
        }
        Ok((header, version, hash))
    }
}

/// The file name of the segment whose first entry has this sequence number.
pub(crate) fn file_name(first_seq: u64) -> String {
    format!("{first_seq:020}{EXTENSION}")
}

/// The first sequence number in a segment's file name; `None` for any other name.
pub(crate) fn parse_name(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(EXTENSION)?;
    let whole = digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit());
    whole.then(|| digits.parse().ok()).flatten()
}
