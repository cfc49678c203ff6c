//! From segment to segment: what a sealed one must say, and the walk through one group by group
//! that also makes its index.

use crate::{
    disk::{Folder, NamedFile},
    error::{Fault, LogError},
    format::{
        ChainValue, FORMAT_VERSION, LedgerId, TreeRoot,
        bytes::index,
        footer::{self, Footer, Point},
        frame::FrameHeader,
        segment::{self, SegmentError, SegmentHeader},
    },
    index::{Points, SealedSegment, read_footer},
    walker::{Step, Walker},
};

/// Where a log stands after some group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) next_seq: u64,
    /// The largest `recorded_at` so far; [`i64::MIN`] if there is none.
    pub(crate) time: i64,
    pub(crate) chain: ChainValue,
    pub(crate) root: TreeRoot,
}

impl Position {
    pub(crate) const START: Self =
        Self { next_seq: 0, time: i64::MIN, chain: ChainValue::START, root: TreeRoot::NONE };
}

/// Checks that a segment's header continues the log at this position.
pub(crate) fn check_header(
    file: &NamedFile,
    ledger: LedgerId,
    position: &Position,
) -> Result<(), LogError> {
    let corrupt = |fault| corrupt(file, position.next_seq, 0, position.next_seq, fault);
    let mut bytes = [0; segment::LEN];
    let len = file.read_up_to(&mut bytes, 0)?;
    let bytes = bytes.get(..len).unwrap_or_default();
    let header = SegmentHeader::decode(bytes, ledger, position.next_seq);
    let header = header.map_err(|error| match error {
        SegmentError::Damaged(fault) => corrupt(fault),
        SegmentError::Newer(found) => {
            LogError::NewerFormat { path: file.path(), found, known: FORMAT_VERSION }
        }
    })?;
    let expected = SegmentHeader {
        ledger,
        first_seq: position.next_seq,
        last_time: position.time,
        chain: position.chain,
        root: position.root,
    };
    if header == expected { Ok(()) } else { Err(corrupt(Fault::Chain)) }
}

/// Reads header and footer of the sealed segment at this position, and moves past it.
pub(crate) fn load_sealed(
    folder: &Folder,
    ledger: LedgerId,
    position: &mut Position,
) -> Result<SealedSegment, LogError> {
    let first_seq = position.next_seq;
    let file = folder.open_read(&segment::file_name(first_seq))?;
    check_header(&file, ledger, position)?;
    let size = file.size()?;
    let end = footer_offset(&file, size)?;
    let end = end.ok_or_else(|| corrupt(&file, first_seq, size, first_seq, Fault::Footer))?;
    let footer = read_footer(&file, ledger, first_seq, end)?;
    *position = position_after(&footer);
    Ok(sealed_segment(&footer, end))
}

/// Where the file's last bytes say that its footer begins.
fn footer_offset(file: &NamedFile, size: u64) -> Result<Option<u64>, LogError> {
    let mut trailer = vec![0; index(footer::TRAILER)];
    let len = file.read_up_to(&mut trailer, size.saturating_sub(footer::TRAILER))?;
    Ok(footer::offset_from_trailer(trailer.get(..len).unwrap_or_default()))
}

pub(crate) fn position_after(footer: &Footer) -> Position {
    Position {
        next_seq: footer.next_seq,
        time: footer.time,
        chain: footer.chain,
        root: footer.root,
    }
}

pub(crate) fn sealed_segment(footer: &Footer, end: u64) -> SealedSegment {
    let (first_seq, next_seq) = (footer.first_seq, footer.next_seq);
    SealedSegment { first_seq, next_seq, end, chain: footer.chain }
}

fn corrupt(
    file: &NamedFile,
    segment: u64,
    offset: u64,
    first_lost_seq: u64,
    fault: Fault,
) -> LogError {
    LogError::Corrupt { path: file.path(), segment, offset, first_lost_seq, fault }
}

/// Whether each entry's own checksum is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryCheck {
    /// The group's checksum, which covers the same bytes, is enough.
    Shape,
    Checksums,
}

/// Why a walk ended.
#[derive(Debug)]
pub(crate) enum Stop {
    End,
    Damaged(Fault),
    Footer(Footer),
}

/// A walk through one segment that remembers what it saw.
#[derive(Debug)]
pub(crate) struct TailWalk {
    pub(crate) walker: Walker,
    pub(crate) position: Position,
    pub(crate) points: Points,
    pub(crate) groups: u64,
    /// Where the last group begins.
    pub(crate) last_group_at: Option<u64>,
    /// Whether the last thing is the seal of a clean close.
    pub(crate) sealed: bool,
    entry_check: EntryCheck,
}

impl TailWalk {
    /// At the start of the segment that begins at this position.
    pub(crate) fn new(
        file: NamedFile,
        ledger: LedgerId,
        position: Position,
        limit: u64,
        entry_check: EntryCheck,
    ) -> Self {
        let chain = position.chain;
        let walker = Walker::at_start(file, ledger, position.next_seq, chain, limit);
        let points = Points::default();
        Self {
            walker,
            position,
            points,
            groups: 0,
            last_group_at: None,
            sealed: false,
            entry_check,
        }
    }

    /// Walks as far as everything is valid.
    pub(crate) fn run(&mut self) -> Result<Stop, LogError> {
        loop {
            match self.walker.step()? {
                Step::Group(header) => self.note_group(&header)?,
                Step::Seal => self.note_seal(),
                Step::Footer(footer) => return self.check_footer(footer),
                Step::End => return Ok(Stop::End),
                Step::Damaged(fault) => return Ok(Stop::Damaged(fault)),
            }
        }
    }

    fn note_group(&mut self, header: &FrameHeader) -> Result<(), LogError> {
        let group_at = self.walker.group_at();
        let mut entry_at = group_at + crate::format::frame::LEN as u64;
        let mut seq = header.first_seq;
        let mut entries = self.walker.entries(header);
        loop {
            let fault = |fault| self.walker.corrupt_at(entry_at, seq, fault);
            let Some(entry) = entries.next().map_err(fault)? else { break };
            if self.entry_check == EntryCheck::Checksums {
                entry.check().map_err(fault)?;
            }
            self.points.note(Point { seq, entry_at, group_at });
            entry_at += entry.stored_bytes().len() as u64;
            seq += 1;
        }
        self.groups += 1;
        self.last_group_at = Some(group_at);
        self.sealed = false;
        let (time, root) = (header.time, header.root);
        self.position = Position { next_seq: seq, time, root, chain: self.chain() };
        Ok(())
    }

    fn note_seal(&mut self) {
        self.sealed = true;
        self.position.chain = self.chain();
    }

    fn chain(&self) -> ChainValue {
        self.walker.chain().unwrap_or(self.position.chain)
    }

    fn check_footer(&mut self, footer: Footer) -> Result<Stop, LogError> {
        let same = position_after(&footer) == self.position
            && footer.groups == self.groups
            && footer.points == self.points.to_vec();
        if same { Ok(Stop::Footer(footer)) } else { Err(self.walker.corrupt(Fault::FooterContent)) }
    }
}
