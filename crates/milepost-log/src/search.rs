//! Looks through the bytes behind a damaged place: is there anything, and is any of it a valid
//! group? The answer tells a torn tail from a rotten log.

use crate::{
    disk::NamedFile,
    error::LogError,
    format::{
        LedgerId,
        bytes::index,
        footer::{self, Footer},
        frame::{self, FrameHeader},
    },
};

/// How much is read at once.
const BLOCK: usize = 1 << 20;
/// In steps of this size blocks are compared with zeros, which is much faster than byte by byte.
const CHUNK: usize = 4096;
const ZEROS: [u8; CHUNK] = [0; CHUNK];
const MAGIC_LEN: usize = 8;

/// The offset after the last byte between `from` and `to` that is not zero; `None` if all are.
pub(crate) fn written_end(file: &NamedFile, from: u64, to: u64) -> Result<Option<u64>, LogError> {
    let mut end = None;
    each_written_chunk(file, from, to, |at, chunk, _| {
        let last = chunk.iter().rposition(|byte| *byte != 0);
        end = last.map(|last| at + last as u64 + 1).or(end);
        Ok(())
    })?;
    Ok(end)
}

/// The offset of the first valid group header, seal or footer that begins between `from` and `to`,
/// at whatever byte: the damaged field may have been a length.
pub(crate) fn later_structure(
    file: &NamedFile,
    ledger: LedgerId,
    segment: u64,
    from: u64,
    to: u64,
) -> Result<Option<u64>, LogError> {
    let mut found = None;
    each_written_chunk(file, from, to, |at, chunk, after| {
        for (start, magic) in magics(at, chunk, after) {
            if found.is_none() && is_valid(file, ledger, segment, start, to, magic)? {
                found = Some(start);
            }
        }
        Ok(())
    })?;
    Ok(found)
}

#[derive(Clone, Copy)]
enum Magic {
    Frame,
    Footer,
}

/// Where a magic begins in `chunk`; its last bytes may lie in `after`.
fn magics(at: u64, chunk: &[u8], after: &[u8]) -> Vec<(u64, Magic)> {
    let mut bytes = chunk.to_vec();
    bytes.extend(after.iter().take(MAGIC_LEN - 1));
    let windows = bytes.windows(MAGIC_LEN).enumerate();
    let found = windows.filter_map(|(start, window)| {
        let is = |magic: [u8; MAGIC_LEN]| window == magic;
        let place = at + start as u64;
        if is(frame::GROUP_MAGIC) || is(frame::SEAL_MAGIC) {
            Some((place, Magic::Frame))
        } else {
            is(footer::MAGIC).then_some((place, Magic::Footer))
        }
    });
    found.collect()
}

fn is_valid(
    file: &NamedFile,
    ledger: LedgerId,
    segment: u64,
    at: u64,
    limit: u64,
    magic: Magic,
) -> Result<bool, LogError> {
    let len = match magic {
        Magic::Frame => frame::LEN as u64,
        Magic::Footer => footer_len(file, at)?.min(limit - at),
    };
    let mut bytes = vec![0; index(len)];
    let got = file.read_up_to(&mut bytes, at)?;
    bytes.truncate(got);
    Ok(match magic {
        Magic::Frame => FrameHeader::decode(&bytes, ledger, segment, at).is_ok(),
        Magic::Footer => Footer::decode(&bytes, ledger, segment, at).is_ok(),
    })
}

fn footer_len(file: &NamedFile, at: u64) -> Result<u64, LogError> {
    let mut fixed = vec![0; index(footer::FIXED)];
    file.read_up_to(&mut fixed, at)?;
    Ok(footer::stored_len(&fixed).unwrap_or(0))
}

/// Calls `visit` with each chunk that is not all zeros, its offset, and the bytes known after it.
fn each_written_chunk(
    file: &NamedFile,
    from: u64,
    to: u64,
    mut visit: impl FnMut(u64, &[u8], &[u8]) -> Result<(), LogError>,
) -> Result<(), LogError> {
    let mut block = vec![0; BLOCK + MAGIC_LEN];
    let mut at = from;
    while at < to {
        let want = index(to - at).min(block.len());
        let got = file.read_up_to(block.get_mut(..want).unwrap_or_default(), at)?;
        if got == 0 {
            break;
        }
        let held = block.get(..got).unwrap_or_default();
        let (body, overlap) = held.split_at_checked(BLOCK).unwrap_or((held, &[]));
        visit_chunks(at, body, overlap, &mut visit)?;
        at += body.len() as u64;
    }
    Ok(())
}

fn visit_chunks(
    at: u64,
    body: &[u8],
    overlap: &[u8],
    visit: &mut impl FnMut(u64, &[u8], &[u8]) -> Result<(), LogError>,
) -> Result<(), LogError> {
    let mut at = at;
    let mut rest = body;
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(CHUNK.min(rest.len()));
        if ZEROS.get(..chunk.len()) != Some(chunk) {
            visit(at, chunk, if after.is_empty() { overlap } else { after })?;
        }
        at += chunk.len() as u64;
        rest = after;
    }
    Ok(())
}
