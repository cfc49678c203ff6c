//! The footer that seals a full segment: what it holds, and a sparse index into it.

use super::{
    ChainValue, LedgerId, TreeRoot,
    bytes::{Cursor, index, len64, placed_crc},
};
use crate::error::Fault;

pub(crate) const MAGIC: [u8; 8] = *b"MPFOOTR1";
const END_MAGIC: [u8; 4] = *b"MPFE";

/// Magic 8, ledger id 16, first sequence 8, next sequence 8, time 8, groups 8, chain value 32,
/// root 32, points 8.
pub(crate) const FIXED: u64 = 128;
/// Sequence 8, offset of the entry 8, offset of its group 8.
const POINT: u64 = 24;
/// Offset of the footer 8, checksum 4, magic 4: the last bytes of the file.
pub(crate) const TRAILER: u64 = 16;

/// A point in a segment's sparse index. Between two points lie less than
/// [`INDEX_STRIDE`](crate::index::INDEX_STRIDE) bytes of entry starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) seq: u64,
    pub(crate) entry_at: u64,
    pub(crate) group_at: u64,
}

/// A sealed segment's summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Footer {
    pub(crate) ledger: LedgerId,
    pub(crate) first_seq: u64,
    pub(crate) next_seq: u64,
    pub(crate) time: i64,
    pub(crate) groups: u64,
    pub(crate) chain: ChainValue,
    pub(crate) root: TreeRoot,
    pub(crate) points: Vec<Point>,
}

/// The length of a footer with this many points.
pub(crate) const fn len(points: u64) -> u64 {
    FIXED + points * POINT + TRAILER
}

/// The length that the footer at the start of `bytes` claims to have.
pub(crate) fn stored_len(bytes: &[u8]) -> Option<u64> {
    let points = Cursor::new(bytes.get(index(FIXED - 8)..)?).u64()?;
    points.checked_mul(POINT)?.checked_add(FIXED + TRAILER)
}

impl Footer {
    pub(crate) fn encode(&self, offset: u64) -> Vec<u8> {
        let points = self.points.len() as u64;
        let mut bytes = Vec::with_capacity(index(len(points)));
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&self.ledger.to_bytes());
        bytes.extend_from_slice(&self.first_seq.to_le_bytes());
        bytes.extend_from_slice(&self.next_seq.to_le_bytes());
        bytes.extend_from_slice(&self.time.to_le_bytes());
        bytes.extend_from_slice(&self.groups.to_le_bytes());
        bytes.extend_from_slice(&self.chain.to_bytes());
        bytes.extend_from_slice(&self.root.to_bytes());
        bytes.extend_from_slice(&points.to_le_bytes());
        for point in &self.points {
            bytes.extend_from_slice(&point.seq.to_le_bytes());
            bytes.extend_from_slice(&point.entry_at.to_le_bytes());
            bytes.extend_from_slice(&point.group_at.to_le_bytes());
        }
        bytes.extend_from_slice(&offset.to_le_bytes());
        let crc = placed_crc(&bytes, self.first_seq, offset);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes.extend_from_slice(&END_MAGIC);
        bytes
    }

    /// Reads the footer that stands at `offset`; `bytes` begins there and may go on behind it.
    pub(crate) fn decode(
        bytes: &[u8],
        ledger: LedgerId,
        segment: u64,
        offset: u64,
    ) -> Result<Self, Fault> {
        let mut footer = Self::fields(Cursor::new(bytes))?;
        let len = stored_len(bytes).filter(|len| *len <= len64(bytes)).ok_or(Fault::Length)?;
        let whole = len - TRAILER;
        let covered = bytes.get(..index(whole + 8)).ok_or(Fault::TooShort)?;
        let mut trailer = Cursor::new(bytes.get(index(whole)..).unwrap_or_default());
        let stored = (trailer.u64(), trailer.u32(), trailer.array());
        if stored != (Some(offset), Some(placed_crc(covered, segment, offset)), Some(END_MAGIC)) {
            return Err(Fault::HeaderChecksum);
        }
        if footer.ledger != ledger {
            return Err(Fault::OtherLedger);
        }
        let listed = covered.get(index(FIXED)..index(whole)).unwrap_or_default();
        footer.points = points_of(listed);
        Ok(footer)
    }

    fn fields(mut cursor: Cursor<'_>) -> Result<Self, Fault> {
        match cursor.array().ok_or(Fault::TooShort)? {
            MAGIC => {}
            other => return Err(Fault::of_magic(other)),
        }
        let mut fields = || {
            Some(Self {
                ledger: LedgerId::new(cursor.array()?),
                first_seq: cursor.u64()?,
                next_seq: cursor.u64()?,
                time: cursor.i64()?,
                groups: cursor.u64()?,
                chain: ChainValue::new(cursor.array()?),
                root: TreeRoot::new(cursor.array()?),
                points: Vec::new(),
            })
        };
        fields().ok_or(Fault::TooShort)
    }
}

fn points_of(bytes: &[u8]) -> Vec<Point> {
    let mut cursor = Cursor::new(bytes);
    let mut next = || {
        let (seq, entry_at, group_at) = (cursor.u64()?, cursor.u64()?, cursor.u64()?);
        Some(Point { seq, entry_at, group_at })
    };
    std::iter::from_fn(&mut next).collect()
}

/// Where the footer begins, from the last [`TRAILER`] bytes of a file. Only the footer's own
/// checksum proves that there is one.
pub(crate) fn offset_from_trailer(trailer: &[u8]) -> Option<u64> {
    let mut cursor = Cursor::new(trailer);
    let offset = cursor.u64()?;
    cursor.u32()?;
    (cursor.array() == Some(END_MAGIC)).then_some(offset)
}
