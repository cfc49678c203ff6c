//! The header of a group, and of the seal that a clean close leaves: the same bytes under two
//! magics. A seal is a group without entries.

use sha2::{Digest, Sha256};

use super::{
    ChainValue, LedgerId, MAX_GROUP, TreeRoot,
    bytes::{Cursor, patch, placed_crc},
};
use crate::error::Fault;

/// Both magics, read as the length of an entry, pass [`MAX_ENTRY`](super::MAX_ENTRY): so a reader
/// that walks entries knows a header when it meets one.
pub(crate) const GROUP_MAGIC: [u8; 8] = *b"MPGROUP1";
pub(crate) const SEAL_MAGIC: [u8; 8] = *b"MPSEALR1";

/// Magic 8, ledger id 16, first sequence 8, time 8, count 4, payload length 4, previous chain value
/// 32, root 32, payload checksum 4, header checksum 4.
pub(crate) const LEN: usize = 120;
/// What the chain value covers.
const CHAINED: usize = 112;
const CRC_AT: usize = 116;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FrameKind {
    Group,
    Seal,
}

/// A group's header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    pub(crate) kind: FrameKind,
    pub(crate) ledger: LedgerId,
    /// The first entry's sequence number; of a seal the next one to be given.
    pub(crate) first_seq: u64,
    /// The largest `recorded_at` in the log up to here, in microseconds.
    pub(crate) time: i64,
    pub(crate) count: u32,
    pub(crate) payload_len: u32,
    pub(crate) previous: ChainValue,
    pub(crate) root: TreeRoot,
    pub(crate) payload_crc: u32,
}

impl FrameHeader {
    /// The sequence number after the last entry.
    pub(crate) fn next_seq(&self) -> u64 {
        self.first_seq.saturating_add(u64::from(self.count))
    }

    /// Header and payload.
    pub(crate) fn total_len(&self) -> u64 {
        LEN as u64 + u64::from(self.payload_len)
    }

    /// The header's bytes for this place.
    pub(crate) fn encode(&self, segment: u64, offset: u64) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LEN);
        bytes.extend_from_slice(match self.kind {
            FrameKind::Group => &GROUP_MAGIC,
            FrameKind::Seal => &SEAL_MAGIC,
        });
        bytes.extend_from_slice(&self.ledger.to_bytes());
        bytes.extend_from_slice(&self.first_seq.to_le_bytes());
        bytes.extend_from_slice(&self.time.to_le_bytes());
        bytes.extend_from_slice(&self.count.to_le_bytes());
        bytes.extend_from_slice(&self.payload_len.to_le_bytes());
        bytes.extend_from_slice(&self.previous.to_bytes());
        bytes.extend_from_slice(&self.root.to_bytes());
        bytes.extend_from_slice(&self.payload_crc.to_le_bytes());
        bytes.resize(LEN, 0);
        let crc = placed_crc(bytes.get(..CRC_AT).unwrap_or_default(), segment, offset);
        patch(&mut bytes, CRC_AT, &crc.to_le_bytes());
        bytes
    }

    /// Reads the header that stands at this place. The payload is not looked at.
    pub(crate) fn decode(
        bytes: &[u8],
        ledger: LedgerId,
        segment: u64,
        offset: u64,
    ) -> Result<Self, Fault> {
        let covered = bytes.get(..CRC_AT).ok_or(Fault::TooShort)?;
        let mut cursor = Cursor::new(bytes);
        let kind = match cursor.array().ok_or(Fault::TooShort)? {
            GROUP_MAGIC => FrameKind::Group,
            SEAL_MAGIC => FrameKind::Seal,
            other => return Err(Fault::of_magic(other)),
        };
        let (header, crc) = Self::fields(kind, cursor).ok_or(Fault::TooShort)?;
        if crc != placed_crc(covered, segment, offset) {
            return Err(Fault::HeaderChecksum);
        }
        if header.ledger != ledger {
            return Err(Fault::OtherLedger);
        }
        header.check_lengths()?;
        Ok(header)
    }

    fn fields(kind: FrameKind, mut cursor: Cursor<'_>) -> Option<(Self, u32)> {
        let header = Self {
            kind,
            ledger: LedgerId::new(cursor.array()?),
            first_seq: cursor.u64()?,
            time: cursor.i64()?,
            count: cursor.u32()?,
            payload_len: cursor.u32()?,
            previous: ChainValue::new(cursor.array()?),
            root: TreeRoot::new(cursor.array()?),
            payload_crc: cursor.u32()?,
        };
        Some((header, cursor.u32()?))
    }

    fn check_lengths(&self) -> Result<(), Fault> {
        let empty = self.count == 0 && self.payload_len == 0;
        let fits = match self.kind {
            FrameKind::Group => self.count > 0 && u64::from(self.payload_len) <= MAX_GROUP,
            FrameKind::Seal => empty,
        };
        if fits { Ok(()) } else { Err(Fault::Length) }
    }

    /// The chain's value after the group whose stored header and payload these are.
    pub(crate) fn chain_after(&self, header: &[u8], payload: &[u8]) -> ChainValue {
        let mut hash = Sha256::new();
        hash.update(self.previous.to_bytes());
        hash.update(header.get(..CHAINED).unwrap_or_default());
        hash.update(payload);
        ChainValue::new(hash.finalize().into())
    }
}
