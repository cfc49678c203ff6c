//! Writes groups into the segment that grows, seals it when it is full, and begins the next.

use super::{home::SPARE, spare::Spare};
use crate::{
    disk::NamedFile,
    error::LogError,
    format::{
        footer::{self, Footer, Point},
        frame::{self, FrameHeader, FrameKind},
        segment::{self, SegmentHeader},
    },
    group::Group,
    index::{ActiveSegment, INDEX_STRIDE, Points, SealedSegment, Shared},
    tail::Position,
};

/// The segment that grows, as its writer sees it.
#[derive(Debug)]
pub(super) struct OpenSegment {
    pub(super) file: NamedFile,
    pub(super) first_seq: u64,
    pub(super) end: u64,
    pub(super) capacity: u64,
    pub(super) groups: u64,
}

impl OpenSegment {
    fn has_room(&self, len: u64) -> bool {
        self.end + len + reserve(self.capacity) <= self.capacity
    }

    pub(super) fn is_half_full(&self) -> bool {
        self.end > self.capacity / 2
    }
}

/// What is kept free for a seal and the footer, so that neither needs new space.
fn reserve(capacity: u64) -> u64 {
    frame::LEN as u64 + footer::len(capacity / INDEX_STRIDE + 2)
}

/// The size of a segment that holds a group of this length. A 256th is more than the index takes
/// (24 bytes in 8 KiB), and 1 KiB more than all that is fixed.
fn size_for(len: u64) -> u64 {
    let content = segment::LEN as u64 + len;
    content + content / 256 + 1024
}

/// Makes a taken spare the segment that grows. Its header is durable before its name is.
pub(super) fn begin_segment(
    shared: &Shared,
    file: &NamedFile,
    position: &Position,
) -> Result<OpenSegment, LogError> {
    let header = SegmentHeader {
        ledger: shared.ledger,
        first_seq: position.next_seq,
        last_time: position.time,
        chain: position.chain,
        root: position.root,
    };
    let name = segment::file_name(position.next_seq);
    file.write_all_at(&header.encode(), 0)?;
    file.sync_data()?;
    shared.folder.rename(SPARE, &name)?;
    shared.folder.sync()?;
    let (first_seq, end) = (position.next_seq, segment::LEN as u64);
    // Opened anew, so that errors name the file as it is called from now on.
    let file = shared.folder.open_write(&name)?;
    let capacity = file.size()?;
    let (reading, points) = (file.clone(), Points::default());
    shared.publish_active(ActiveSegment { first_seq, file: reading, end, points });
    Ok(OpenSegment { file, first_seq, end, capacity, groups: 0 })
}

/// How making room for a group ended.
pub(super) enum Room {
    There,
    /// A segment was sealed to make it.
    MadeBySealing(SealedSegment),
}

/// Why there is no room: whether the log is still as it was.
pub(super) enum NoRoom {
    NothingChanged(LogError),
    Unknown(LogError),
}

/// Finds room for `len` bytes in the segment that grows, or in a new one.
pub(super) fn make_room(
    shared: &Shared,
    open: &mut Option<OpenSegment>,
    spare: &mut Spare,
    position: &Position,
    segment_size: u64,
    len: u64,
) -> Result<Room, NoRoom> {
    let needed = segment_size.max(size_for(len));
    if let Some(segment) = open {
        if segment.has_room(len) {
            return Ok(Room::There);
        }
        if segment.first_seq == position.next_seq {
            return grow(segment, needed);
        }
    }
    let file = spare.take(needed).map_err(NoRoom::NothingChanged)?;
    let mut room = Room::There;
    if let Some(full) = open.take() {
        room = Room::MadeBySealing(seal(shared, &full, position).map_err(NoRoom::Unknown)?);
    }
    *open = Some(begin_segment(shared, &file, position).map_err(NoRoom::Unknown)?);
    Ok(room)
}

/// A segment that holds no entry cannot be sealed, since the next would have the same name.
fn grow(segment: &mut OpenSegment, needed: u64) -> Result<Room, NoRoom> {
    let capacity = needed + segment.end;
    segment.file.allocate(capacity).map_err(NoRoom::NothingChanged)?;
    segment.file.sync_all().map_err(NoRoom::Unknown)?;
    segment.capacity = capacity;
    Ok(Room::There)
}

/// Writes the footer, cuts the rest of the file and makes both durable.
fn seal(
    shared: &Shared,
    full: &OpenSegment,
    position: &Position,
) -> Result<SealedSegment, LogError> {
    let points = shared.index().active.as_ref().map(|active| active.points.to_vec());
    let footer = Footer {
        ledger: shared.ledger,
        first_seq: full.first_seq,
        next_seq: position.next_seq,
        time: position.time,
        groups: full.groups,
        chain: position.chain,
        root: position.root,
        points: points.unwrap_or_default(),
    };
    let bytes = footer.encode(full.end);
    full.file.write_all_at(&bytes, full.end)?;
    full.file.truncate(full.end + bytes.len() as u64)?;
    full.file.sync_all()?;
    let (first_seq, next_seq) = (full.first_seq, position.next_seq);
    let sealed = SealedSegment { first_seq, next_seq, end: full.end, chain: position.chain };
    shared.publish_seal(sealed);
    Ok(sealed)
}

/// Writes one group with one write, and makes it durable.
pub(super) fn write_group(
    shared: &Shared,
    segment: &mut OpenSegment,
    position: &mut Position,
    group: &mut Group,
) -> Result<(), LogError> {
    let header = FrameHeader {
        kind: FrameKind::Group,
        ledger: shared.ledger,
        first_seq: position.next_seq,
        time: position.time.max(group.time()),
        count: group.count(),
        payload_len: group.payload_len(),
        previous: position.chain,
        root: group.root(),
        payload_crc: group.payload_crc(),
    };
    let group_at = segment.end;
    let (bytes, chain) = group.complete(&header, segment.first_seq, group_at);
    segment.file.write_all_at(bytes, group_at)?;
    segment.file.sync_data()?;
    let (next_seq, time, root) = (header.next_seq(), header.time, header.root);
    *position = Position { next_seq, time, chain, root };
    segment.end += header.total_len();
    segment.groups += 1;
    let starts = group.starts().map(|(seq, at)| Point { seq, entry_at: group_at + at, group_at });
    shared.publish(next_seq, segment.end, starts);
    Ok(())
}

/// Writes the seal of a clean close, and makes it durable.
pub(super) fn write_seal(
    shared: &Shared,
    segment: &mut OpenSegment,
    position: &mut Position,
) -> Result<(), LogError> {
    let header = FrameHeader {
        kind: FrameKind::Seal,
        ledger: shared.ledger,
        first_seq: position.next_seq,
        time: position.time,
        count: 0,
        payload_len: 0,
        previous: position.chain,
        root: position.root,
        payload_crc: 0,
    };
    let bytes = header.encode(segment.first_seq, segment.end);
    segment.file.write_all_at(&bytes, segment.end)?;
    segment.file.sync_data()?;
    position.chain = header.chain_after(&bytes, &[]);
    segment.end += bytes.len() as u64;
    shared.publish(position.next_seq, segment.end, std::iter::empty());
    Ok(())
}
