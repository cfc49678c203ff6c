//! An entry: a fixed header that can be read without its body, further touches, key digest, body.

use super::{
    MAX_ENTRY,
    bytes::{Cursor, index, len64, patch},
};
use crate::error::Fault;

/// Length 4, checksum 4, sequence 8, time 8, member 16, version 4, kind 1, schema 1, flags 1,
/// reserved 1, previous 8.
pub(crate) const LEN: usize = 56;
/// The checksum covers everything behind itself, beginning with the sequence number.
const COVERED_AT: usize = 8;
const CRC_AT: usize = 4;
const TIME_AT: usize = 16;
const TOUCH_AT: usize = 24;
const VERSION_AT: usize = 40;
const KIND_AT: usize = 44;
const SCHEMA_AT: usize = 45;
/// The flags, and behind them the reserved byte.
const FLAGS_AT: usize = 46;
const PREVIOUS_AT: usize = 48;
/// Member 16, version 4, previous 8.
const TOUCH: usize = 28;
/// The digest of an idempotency key.
const KEY: usize = 16;
const HAS_KEY: u8 = 1;
const HAS_MORE: u8 = 2;
/// Stands for "no previous entry"; no log reaches this sequence number.
const NO_PREVIOUS: u64 = u64::MAX;
const NO_MEMBER: [u8; 16] = [0; 16];

/// What an entry says about itself, apart from whom it touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryHead {
    /// The position in the log; the first entry of a ledger has 0.
    pub seq: u64,
    /// When the ledger took it, in UTC microseconds.
    pub recorded_at: i64,
    /// What the body is; the log does not care.
    pub kind: u8,
    /// In which schema the body is encoded; the log does not care.
    pub schema: u8,
    /// The digest of the command's idempotency key.
    pub key: Option<[u8; 16]>,
}

/// A member that an entry changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// The member's id; never all zeros.
    pub member: [u8; 16],
    /// The member's version after the entry.
    pub version: u32,
    /// The sequence number of the entry that touched the member before.
    pub previous: Option<u64>,
}

/// An entry as it is stored, borrowed from a reader's buffer.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    bytes: &'a [u8],
    body_at: usize,
}

impl<'a> Entry<'a> {
    /// Reads the entry that `bytes` holds, no more and no less. The checksum is not looked at.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, Fault> {
        Self::body_at(bytes).map(|body_at| Self { bytes, body_at }).ok_or(Fault::EntryShape)
    }

    /// Stands for bytes that were checked before and cannot fail to parse.
    pub(crate) fn empty() -> Entry<'static> {
        Entry { bytes: &[], body_at: 0 }
    }

    /// Where the body of the entry begins that `bytes` holds.
    fn body_at(bytes: &[u8]) -> Option<usize> {
        let (header, rest) = bytes.split_first_chunk::<LEN>()?;
        let (len, [flags, reserved]) =
            (u32::from_le_bytes(field(header, 0)), field(header, FLAGS_AT));
        if u64::from(len) != len64(bytes) || flags & !(HAS_KEY | HAS_MORE) != 0 || reserved != 0 {
            return None;
        }
        let mut rest = Cursor::new(rest);
        further_touches(&mut rest, flags)?;
        if flags & HAS_KEY != 0 {
            rest.array::<KEY>()?;
        }
        Some(bytes.len() - rest.rest().len())
    }

    /// What the entry says about itself.
    pub fn head(&self) -> EntryHead {
        let (seq, recorded_at) = (self.seq(), self.recorded_at());
        EntryHead { seq, recorded_at, kind: self.kind(), schema: self.schema(), key: self.key() }
    }

    /// The position in the log.
    #[inline]
    pub fn seq(&self) -> u64 {
        u64::from_le_bytes(field(self.bytes, COVERED_AT))
    }

    /// When the ledger took it, in UTC microseconds.
    #[inline]
    pub fn recorded_at(&self) -> i64 {
        i64::from_le_bytes(field(self.bytes, TIME_AT))
    }

    /// What the body is; the log does not care.
    #[inline]
    pub fn kind(&self) -> u8 {
        let [kind] = field(self.bytes, KIND_AT);
        kind
    }

    /// In which schema the body is encoded; the log does not care.
    #[inline]
    pub fn schema(&self) -> u8 {
        let [schema] = field(self.bytes, SCHEMA_AT);
        schema
    }

    #[inline]
    fn flags(&self) -> u8 {
        let [flags] = field(self.bytes, FLAGS_AT);
        flags
    }

    /// The digest of the command's idempotency key.
    pub fn key(&self) -> Option<[u8; KEY]> {
        if self.flags() & HAS_KEY == 0 {
            return None;
        }
        self.bytes.get(..self.body_at)?.last_chunk().copied()
    }

    #[inline]
    fn first_touch(&self) -> Option<Touch> {
        let (member, version) = (field(self.bytes, TOUCH_AT), field(self.bytes, VERSION_AT));
        let previous = previous_of(u64::from_le_bytes(field(self.bytes, PREVIOUS_AT)));
        let touch = Touch { member, version: u32::from_le_bytes(version), previous };
        (member != NO_MEMBER).then_some(touch)
    }

    /// The members that the entry changes, in the order in which they were given.
    pub fn touches(&self) -> impl Iterator<Item = Touch> + use<'a> {
        let mut between = Cursor::new(self.bytes.get(LEN..self.body_at).unwrap_or_default());
        let more = further_touches(&mut between, self.flags()).unwrap_or_default();
        let mut more = Cursor::new(more);
        self.first_touch().into_iter().chain(std::iter::from_fn(move || touch(&mut more)))
    }

    /// The member that the entry changes, if it is one and no more: as nearly always.
    #[inline]
    pub fn only_touch(&self) -> Option<Touch> {
        self.first_touch().filter(|_| self.flags() & HAS_MORE == 0)
    }

    /// The opaque body.
    #[inline]
    pub fn body(&self) -> &'a [u8] {
        self.bytes.get(self.body_at..).unwrap_or_default()
    }

    /// The whole entry as stored, header included: what checksums and tree leaves are over.
    #[inline]
    pub fn stored_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Whether the entry matches its own checksum.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let covered = self.bytes.get(COVERED_AT..).unwrap_or_default();
        let stored = Cursor::new(self.bytes.get(CRC_AT..).unwrap_or_default()).u32();
        if stored == Some(crc32c::crc32c(covered)) { Ok(()) } else { Err(Fault::EntryChecksum) }
    }
}

/// A field of the fixed header; zeros if that is not there.
#[inline]
fn field<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; N])
}

fn further_touches<'a>(cursor: &mut Cursor<'a>, flags: u8) -> Option<&'a [u8]> {
    if flags & HAS_MORE == 0 {
        return Some(&[]);
    }
    let count = u64::from(cursor.u32()?);
    cursor.slice(index(count * TOUCH as u64))
}

fn touch(cursor: &mut Cursor<'_>) -> Option<Touch> {
    let (member, version) = (cursor.array()?, cursor.u32()?);
    Some(Touch { member, version, previous: previous_of(cursor.u64()?) })
}

fn previous_of(stored: u64) -> Option<u64> {
    (stored != NO_PREVIOUS).then_some(stored)
}

/// The length of the entry that begins `bytes`, if it can be one.
pub(crate) fn stored_len(bytes: &[u8]) -> Option<u64> {
    let len = u64::from(Cursor::new(bytes).u32()?);
    (LEN as u64..=MAX_ENTRY).contains(&len).then_some(len)
}

/// Appends an entry to `out`, up to its body. [`finish`] completes it.
pub(crate) fn begin(out: &mut Vec<u8>, head: &EntryHead, touches: &[Touch]) {
    let more = touches.get(1..).unwrap_or_default();
    let none = Touch { member: NO_MEMBER, version: 0, previous: None };
    let first = touches.first().unwrap_or(&none);
    let key_flag = if head.key.is_some() { HAS_KEY } else { 0 };
    let more_flag = if more.is_empty() { 0 } else { HAS_MORE };
    out.extend_from_slice(&[0; COVERED_AT]);
    out.extend_from_slice(&head.seq.to_le_bytes());
    out.extend_from_slice(&head.recorded_at.to_le_bytes());
    out.extend_from_slice(&first.member);
    out.extend_from_slice(&first.version.to_le_bytes());
    out.extend_from_slice(&[head.kind, head.schema, key_flag | more_flag, 0]);
    out.extend_from_slice(&first.previous.unwrap_or(NO_PREVIOUS).to_le_bytes());
    if !more.is_empty() {
        // More touches than fit 32 bits fill 120 GB; the entry is refused for its size.
        let count = u32::try_from(more.len()).unwrap_or(u32::MAX);
        out.extend_from_slice(&count.to_le_bytes());
    }
    for touch in more {
        out.extend_from_slice(&touch.member);
        out.extend_from_slice(&touch.version.to_le_bytes());
        out.extend_from_slice(&touch.previous.unwrap_or(NO_PREVIOUS).to_le_bytes());
    }
    out.extend_from_slice(head.key.as_ref().map(<[u8; 16]>::as_slice).unwrap_or_default());
}

/// Writes length and checksum into a complete entry.
pub(crate) fn finish(entry: &mut [u8]) {
    // The caller has checked the length against the limit, which fits 32 bits.
    let len = u32::try_from(entry.len()).unwrap_or(u32::MAX);
    patch(entry, 0, &len.to_le_bytes());
    let crc = crc32c::crc32c(entry.get(COVERED_AT..).unwrap_or_default());
    patch(entry, CRC_AT, &crc.to_le_bytes());
}

/// The entries of a group's payload, in order, each checked to be the next.
#[derive(Debug, Clone)]
pub(crate) struct Entries<'a> {
    rest: &'a [u8],
    next_seq: u64,
    left: u32,
}

impl<'a> Entries<'a> {
    pub(crate) fn new(payload: &'a [u8], first_seq: u64, count: u32) -> Self {
        Self { rest: payload, next_seq: first_seq, left: count }
    }

    /// The next entry; `None` after the last. Refuses a payload that is too short or too long.
    pub(crate) fn next(&mut self) -> Result<Option<Entry<'a>>, Fault> {
        if self.left == 0 {
            return if self.rest.is_empty() { Ok(None) } else { Err(Fault::EntryShape) };
        }
        let len = stored_len(self.rest).ok_or(Fault::EntryShape)?;
        let (bytes, rest) = self.rest.split_at_checked(index(len)).ok_or(Fault::EntryShape)?;
        let entry = Entry::parse(bytes)?;
        if entry.seq() != self.next_seq {
            return Err(Fault::Sequence);
        }
        self.rest = rest;
        self.left -= 1;
        self.next_seq += 1;
        Ok(Some(entry))
    }
}
