//! Entries in order, group by group, borrowed from one buffer.

use std::sync::Arc;

use crate::{
    error::{Fault, LogError},
    format::{
        TreeRoot,
        bytes::index,
        entry::{Entries, Entry, stored_len},
        frame::FrameHeader,
        segment,
    },
    index::Shared,
    walker::{Check, Step, Walker},
};

/// A run of entries from some sequence number on.
///
/// It lends entries instead of giving them away, so that reading allocates nothing per entry. At
/// the end of what is durable it returns `None`, and goes on from there when asked again later.
///
/// ```
/// # use std::path::Path;
/// # use milepost_log::{EntryHead, Group, LedgerId, Log, LogError, LogOptions, MemDisk};
/// # let disk = MemDisk::new();
/// # let options = LogOptions::default().with_segment_size(4096);
/// let mut log = Log::create(&disk, Path::new("/ledger"), LedgerId::new([7; 16]), options)?;
/// let mut group = Group::new();
/// let head = EntryHead { seq: 0, recorded_at: 0, kind: 1, schema: 1, key: None };
/// group.push(&head, &[], |body| body.extend_from_slice(b"genesis")).unwrap();
/// log.append(&mut group)?;
///
/// let mut scan = log.reader().scan(0);
/// while let Some(entry) = scan.next_entry()? {
///     assert_eq!(entry.body(), b"genesis");
/// }
/// # Ok::<(), LogError>(())
/// ```
#[derive(Debug)]
pub struct Scan {
    shared: Arc<Shared>,
    check: Check,
    walker: Option<Walker>,
    /// The next entry to give.
    next_seq: u64,
    group: Option<FrameHeader>,
    /// Where in the current group's payload the next entry begins, and its number.
    cursor: (usize, u64),
}

/// One group, as a scan lends it.
#[derive(Debug)]
pub struct GroupView<'a> {
    header: &'a FrameHeader,
    from: usize,
    walker: &'a Walker,
    next_seq: u64,
}

impl<'a> GroupView<'a> {
    /// The first entry's sequence number.
    pub fn first_seq(&self) -> u64 {
        self.next_seq
    }

    /// The root that the group carries.
    pub fn root(&self) -> TreeRoot {
        self.header.root
    }

    /// The group's entries from the scan's place on.
    ///
    /// # Errors
    ///
    /// Each item: [`LogError::Corrupt`] if the entry's lengths contradict each other.
    pub fn entries(&self) -> impl Iterator<Item = Result<Entry<'a>, LogError>> + use<'a> {
        let payload = self.walker.payload().get(self.from..).unwrap_or_default();
        let left = self.header.next_seq().saturating_sub(self.next_seq);
        let count = u32::try_from(left).unwrap_or(u32::MAX);
        let mut entries = Entries::new(payload, self.next_seq, count);
        let (walker, at) = (self.walker, self.walker.group_at());
        let first_seq = self.next_seq;
        std::iter::from_fn(move || {
            let entry = entries.next().map_err(|fault| walker.corrupt_at(at, first_seq, fault));
            entry.transpose()
        })
    }
}

impl Scan {
    pub(super) fn new(shared: Arc<Shared>, from_seq: u64, check: Check) -> Self {
        Self { shared, check, walker: None, next_seq: from_seq, group: None, cursor: (0, 0) }
    }

    /// The next entry; `None` at the end of what is durable.
    ///
    /// # Errors
    ///
    /// [`LogError::Corrupt`] at the first damage; or what the disk says.
    pub fn next_entry(&mut self) -> Result<Option<Entry<'_>>, LogError> {
        if !self.reach_next_entry()? {
            return Ok(None);
        }
        let Some(walker) = &self.walker else { return Ok(None) };
        let at = self.cursor.0;
        let fault = |fault| walker.corrupt_at(walker.group_at(), self.next_seq, fault);
        let rest = walker.payload().get(at..).unwrap_or_default();
        let len = stored_len(rest).ok_or_else(|| fault(Fault::EntryShape))?;
        let bytes = rest.get(..index(len)).ok_or_else(|| fault(Fault::EntryShape))?;
        let entry = Entry::parse(bytes).map_err(fault)?;
        if entry.seq() != self.next_seq {
            return Err(fault(Fault::Sequence));
        }
        self.next_seq += 1;
        self.cursor = (at + bytes.len(), self.next_seq);
        Ok(Some(entry))
    }

    /// What is left of the current group, or the next group; `None` at the end of what is durable.
    ///
    /// # Errors
    ///
    /// As for [`Scan::next_entry`].
    pub fn next_group(&mut self) -> Result<Option<GroupView<'_>>, LogError> {
        if !self.reach_next_entry()? {
            return Ok(None);
        }
        let (Some(walker), Some(header)) = (&self.walker, &self.group) else { return Ok(None) };
        let (from, next_seq) = (self.cursor.0, self.next_seq);
        self.next_seq = header.next_seq();
        self.cursor = (walker.payload().len(), self.next_seq);
        Ok(Some(GroupView { header, from, walker, next_seq }))
    }

    /// Goes on from an entry of the group that was given last, of which not everything was taken.
    pub fn return_to(&mut self, seq: u64) {
        let first = self.group.map(|group| group.first_seq).filter(|first| *first <= seq);
        if let Some(first) = first.filter(|_| seq < self.next_seq) {
            self.next_seq = seq;
            self.cursor = (0, first);
        }
    }

    /// Makes sure that the next entry is in the current group. False at the durable end.
    fn reach_next_entry(&mut self) -> Result<bool, LogError> {
        while self.group.is_none_or(|group| self.next_seq >= group.next_seq()) {
            if !self.load_group()? {
                return Ok(false);
            }
        }
        self.skip_to_next_entry()?;
        Ok(true)
    }

    fn load_group(&mut self) -> Result<bool, LogError> {
        if self.next_seq >= self.shared.watermark() {
            return Ok(false);
        }
        self.position_walker()?;
        let Some(walker) = &mut self.walker else { return Ok(false) };
        match walker.step()? {
            Step::Group(header) => {
                self.cursor = (0, header.first_seq);
                self.group = Some(header);
            }
            Step::Seal => {}
            Step::End => return Err(walker.corrupt(Fault::TooShort)),
            Step::Footer(_) => return Err(walker.corrupt(Fault::FooterContent)),
            Step::Damaged(fault) => return Err(walker.corrupt(fault)),
        }
        Ok(true)
    }

    /// Puts the walker where it can step: on the way to the first entry, at a place in the index;
    /// later, where it is, or at the start of the next segment.
    fn position_walker(&mut self) -> Result<(), LogError> {
        let Some(walker) = &mut self.walker else {
            self.walker = self.walker_at_first_entry()?;
            return Ok(());
        };
        if walker.offset() < walker.limit() {
            return Ok(());
        }
        let (segment, end) = self.shared.segment_of(self.next_seq);
        if segment == walker.segment() {
            walker.set_limit(end);
        } else {
            let file = self.shared.folder.open_read(&segment::file_name(segment))?;
            walker.move_to(file, segment, end);
        }
        Ok(())
    }

    fn walker_at_first_entry(&self) -> Result<Option<Walker>, LogError> {
        let Some(place) = self.shared.locate(self.next_seq)? else { return Ok(None) };
        let (segment, at) = (place.segment, place.point.group_at);
        let walker = Walker::inside(place.file, self.shared.ledger, segment, at, place.end);
        Ok(Some(walker.checking(self.check)))
    }

    /// Moves within the group from the cursor to the next entry to give. They differ only in the
    /// group in which the scan begins.
    fn skip_to_next_entry(&mut self) -> Result<(), LogError> {
        let Some(walker) = &self.walker else { return Ok(()) };
        let payload = walker.payload();
        let (mut at, mut seq) = self.cursor;
        while seq < self.next_seq {
            let rest = payload.get(at..).unwrap_or_default();
            let len = stored_len(rest).ok_or_else(|| walker.corrupt(Fault::EntryShape))?;
            at = at.saturating_add(index(len));
            seq += 1;
        }
        self.cursor = (at, seq);
        Ok(())
    }
}
