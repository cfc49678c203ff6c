//! What a running log and its readers share: how far the log is durable, and where entries stand.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    disk::{Folder, NamedFile},
    error::{Fault, LogError},
    format::{
        ChainValue, LedgerId,
        footer::{Footer, Point},
        segment,
    },
};

/// At least this many bytes lie between two points of a sparse index. 8 KiB cost one read of two
/// pages to look up an entry, and 0.3 % of a segment for the index.
pub(crate) const INDEX_STRIDE: u64 = 8 * 1024;

/// How many sealed segments stay open with their index: 64 of 64 MiB are 12 MB of points.
const OPEN_SEGMENTS: usize = 64;

/// The sparse index of one segment while it grows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Points(Vec<Point>);

impl Points {
    /// Takes note of an entry, if it is far enough from the last point.
    pub(crate) fn note(&mut self, point: Point) {
        let far = |last: &Point| point.entry_at >= last.entry_at + INDEX_STRIDE;
        if self.0.last().is_none_or(far) {
            self.0.push(point);
        }
    }

    pub(crate) fn to_vec(&self) -> Vec<Point> {
        self.0.clone()
    }

    fn before(&self, seq: u64) -> Option<Point> {
        last_before(&self.0, seq)
    }
}

fn last_before(points: &[Point], seq: u64) -> Option<Point> {
    let after = points.partition_point(|point| point.seq <= seq);
    points.get(after.checked_sub(1)?).copied()
}

/// A segment that will not change any more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SealedSegment {
    pub(crate) first_seq: u64,
    pub(crate) next_seq: u64,
    /// Where the groups end and the footer begins.
    pub(crate) end: u64,
    pub(crate) chain: ChainValue,
}

/// The segment that grows.
#[derive(Debug, Clone)]
pub(crate) struct ActiveSegment {
    pub(crate) first_seq: u64,
    pub(crate) file: NamedFile,
    /// Where the durable groups end.
    pub(crate) end: u64,
    pub(crate) points: Points,
}

#[derive(Debug, Default)]
pub(crate) struct Index {
    pub(crate) sealed: Vec<SealedSegment>,
    pub(crate) active: Option<ActiveSegment>,
}

/// A place from which a reader can walk.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) file: NamedFile,
    pub(crate) segment: u64,
    pub(crate) point: Point,
    /// Where the segment's durable groups end.
    pub(crate) end: u64,
}

#[derive(Debug)]
struct OpenSegment {
    first_seq: u64,
    file: NamedFile,
    points: Vec<Point>,
}

/// Shared by one writer, or one follower, and any number of readers.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) folder: Folder,
    pub(crate) ledger: LedgerId,
    /// The sequence number after the last durable entry.
    watermark: AtomicU64,
    index: RwLock<Index>,
    open: Mutex<VecDeque<Arc<OpenSegment>>>,
}

impl Shared {
    pub(crate) fn new(folder: Folder, ledger: LedgerId, index: Index, next_seq: u64) -> Self {
        Self {
            folder,
            ledger,
            watermark: AtomicU64::new(next_seq),
            index: RwLock::new(index),
            open: Mutex::default(),
        }
    }

    pub(crate) fn watermark(&self) -> u64 {
        self.watermark.load(Ordering::Acquire)
    }

    pub(crate) fn index(&self) -> RwLockReadGuard<'_, Index> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn index_mut(&self) -> RwLockWriteGuard<'_, Index> {
        self.index.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes entries visible that have become durable in the active segment.
    pub(crate) fn publish(&self, next_seq: u64, end: u64, starts: impl Iterator<Item = Point>) {
        if let Some(active) = &mut self.index_mut().active {
            starts.for_each(|point| active.points.note(point));
            active.end = end;
        }
        self.watermark.store(next_seq, Ordering::Release);
    }

    /// Puts the active segment among the sealed ones.
    pub(crate) fn publish_seal(&self, sealed: SealedSegment) {
        let mut index = self.index_mut();
        index.active = None;
        index.sealed.push(sealed);
    }

    pub(crate) fn publish_active(&self, active: ActiveSegment) {
        self.index_mut().active = Some(active);
    }

    /// The last indexed place at or before an entry; `None` if it is not durable yet.
    pub(crate) fn locate(&self, seq: u64) -> Result<Option<Place>, LogError> {
        if seq >= self.watermark() {
            return Ok(None);
        }
        let sealed = {
            let index = self.index();
            if let Some(place) = index.active.as_ref().and_then(|active| place_in(active, seq)) {
                return Ok(Some(place));
            }
            let after = index.sealed.partition_point(|sealed| sealed.first_seq <= seq);
            after.checked_sub(1).and_then(|at| index.sealed.get(at).copied())
        };
        sealed.map(|sealed| self.place_in_sealed(&sealed, seq)).transpose()
    }

    /// The segment in which an entry stands, or would stand, and where its groups end.
    pub(crate) fn segment_of(&self, seq: u64) -> (u64, u64) {
        let index = self.index();
        let active = index.active.as_ref().map(|active| (active.first_seq, active.end));
        if let Some(active) = active.filter(|(first_seq, _)| *first_seq <= seq) {
            return active;
        }
        let after = index.sealed.partition_point(|sealed| sealed.first_seq <= seq);
        let sealed = after.checked_sub(1).and_then(|at| index.sealed.get(at));
        sealed.map_or((0, 0), |sealed| (sealed.first_seq, sealed.end))
    }

    fn place_in_sealed(&self, sealed: &SealedSegment, seq: u64) -> Result<Place, LogError> {
        let open = self.open_sealed(sealed)?;
        let point = last_before(&open.points, seq).ok_or_else(|| LogError::Corrupt {
            path: open.file.path(),
            segment: sealed.first_seq,
            offset: sealed.end,
            first_lost_seq: sealed.first_seq,
            fault: Fault::FooterContent,
        })?;
        let file = open.file.clone();
        Ok(Place { file, segment: sealed.first_seq, point, end: sealed.end })
    }

    fn open_sealed(&self, sealed: &SealedSegment) -> Result<Arc<OpenSegment>, LogError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = open.iter().find(|open| open.first_seq == sealed.first_seq) {
            return Ok(Arc::clone(found));
        }
        let file = self.folder.open_read(&segment::file_name(sealed.first_seq))?;
        let footer = read_footer(&file, self.ledger, sealed.first_seq, sealed.end)?;
        let points = footer.points;
        let opened = Arc::new(OpenSegment { first_seq: sealed.first_seq, file, points });
        open.push_back(Arc::clone(&opened));
        if open.len() > OPEN_SEGMENTS {
            open.pop_front();
        }
        Ok(opened)
    }
}

fn place_in(active: &ActiveSegment, seq: u64) -> Option<Place> {
    let point = active.points.before(seq)?;
    Some(Place { file: active.file.clone(), segment: active.first_seq, point, end: active.end })
}

/// Reads the footer that begins at `at` and reaches to the end of the file.
pub(crate) fn read_footer(
    file: &NamedFile,
    ledger: LedgerId,
    first_seq: u64,
    at: u64,
) -> Result<Footer, LogError> {
    let corrupt = |fault| LogError::Corrupt {
        path: file.path(),
        segment: first_seq,
        offset: at,
        first_lost_seq: first_seq,
        fault,
    };
    let size = file.size()?.checked_sub(at).ok_or_else(|| corrupt(Fault::Footer))?;
    let mut bytes = vec![0; crate::format::bytes::index(size)];
    file.read_up_to(&mut bytes, at)?;
    let footer =
        Footer::decode(&bytes, ledger, first_seq, at).map_err(|_| corrupt(Fault::Footer))?;
    if footer.first_seq == first_seq { Ok(footer) } else { Err(corrupt(Fault::FooterContent)) }
}
