//! `MANIFEST`: which ledger a folder holds, in which format. Written once, at creation.

use super::{
    FORMAT_VERSION, HASH_SHA256, LedgerId,
    bytes::{Cursor, patch},
};
use crate::error::Fault;

const MAGIC: [u8; 8] = *b"MPMANIF1";

/// Magic 8, format version 4, hash algorithm 4, ledger id 16, checksum 4. Every later format keeps
/// these bytes, and may add others behind them.
pub(crate) const LEN: usize = 36;
const CRC_AT: usize = 32;

/// What is wrong with a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ManifestError {
    Damaged(Fault),
    Newer(u32),
}

pub(crate) fn encode(ledger: LedgerId) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(LEN);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
    bytes.extend_from_slice(&HASH_SHA256.to_le_bytes());
    bytes.extend_from_slice(&ledger.to_bytes());
    bytes.extend_from_slice(&[0; 4]);
    let crc = crc32c::crc32c(bytes.get(..CRC_AT).unwrap_or_default());
    patch(&mut bytes, CRC_AT, &crc.to_le_bytes());
    bytes
}

pub(crate) fn decode(bytes: &[u8]) -> Result<LedgerId, ManifestError> {
    let short = ManifestError::Damaged(Fault::TooShort);
    let covered = bytes.get(..CRC_AT).ok_or(short)?;
    let mut cursor = Cursor::new(bytes);
    let magic: [u8; 8] = cursor.array().ok_or(short)?;
    let version = cursor.u32().ok_or(short)?;
    let hash = cursor.u32().ok_or(short)?;
    let ledger = LedgerId::new(cursor.array().ok_or(short)?);
    let crc = cursor.u32().ok_or(short)?;
    if magic != MAGIC {
        return Err(ManifestError::Damaged(Fault::UnknownMagic));
    }
    if crc != crc32c::crc32c(covered) {
        return Err(ManifestError::Damaged(Fault::HeaderChecksum));
    }
    // A hash algorithm we do not know can only come from a newer program.
    if version > FORMAT_VERSION || hash != HASH_SHA256 {
        return Err(ManifestError::Newer(version));
    }
    Ok(ledger)
}
