//! The full check: every group, every checksum, the chain, the footers, without gaps.

use std::path::Path;

use crate::{
    disk::Disk,
    error::{Fault, LogError},
    format::{ChainValue, TreeRoot, segment},
    log::home::{Home, missing_segment},
    search::{later_structure, written_end},
    tail::{EntryCheck, Position, Stop, TailWalk, check_header},
};

/// What a full check found in a log without fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogSummary {
    /// How many segments there are.
    pub segments: u64,
    /// How many groups there are, seals not counted.
    pub groups: u64,
    /// How many entries there are; also the next sequence number.
    pub entries: u64,
    /// The hash chain's value after the last group.
    pub chain: ChainValue,
    /// The root that the last group carries.
    pub root: TreeRoot,
    /// How the log ends.
    pub tail: LogTail,
}

/// How a log ends, seen from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogTail {
    /// With a seal or a footer, and nothing behind it.
    Sealed,
    /// After a whole group: the log is open, or was not closed.
    Open,
    /// In bytes that are no whole group: one is being written, or the next open will cut a torn
    /// tail here.
    Unfinished {
        /// Where they begin, from the start of the last segment's file.
        offset: u64,
    },
}

/// Checks a whole log from outside, without changing anything; also while it is written.
///
/// # Errors
///
/// [`LogError::Corrupt`] with the first fault found; [`LogError::NotALedger`],
/// [`LogError::NewerFormat`]; or what the disk says.
pub fn verify(disk: &dyn Disk, path: &Path) -> Result<LogSummary, LogError> {
    let home = Home::open(disk, path)?;
    let firsts = home.segments()?;
    let mut summary = LogSummary {
        segments: 0,
        groups: 0,
        entries: 0,
        chain: ChainValue::START,
        root: TreeRoot::NONE,
        tail: LogTail::Open,
    };
    let mut position = Position::START;
    let last = firsts.last().ok_or_else(|| missing_segment(home.log.path(), 0))?;
    for first in &firsts {
        let place = if first == last { SegmentPlace::Last } else { SegmentPlace::Earlier };
        let found = check_segment(&home, *first, place, &mut position)?;
        summary.segments += 1;
        summary.groups += found.groups;
        summary.tail = found.tail;
    }
    summary.entries = position.next_seq;
    summary.chain = position.chain;
    summary.root = position.root;
    Ok(summary)
}

/// Only the last segment may be without a footer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SegmentPlace {
    Earlier,
    Last,
}

struct Checked {
    groups: u64,
    tail: LogTail,
}

fn check_segment(
    home: &Home,
    first_seq: u64,
    place: SegmentPlace,
    position: &mut Position,
) -> Result<Checked, LogError> {
    if first_seq != position.next_seq {
        return Err(missing_segment(home.log.path(), position.next_seq));
    }
    let file = home.log.open_read(&segment::file_name(first_seq))?;
    check_header(&file, home.ledger, position)?;
    let size = file.size()?;
    let mut walk = TailWalk::new(file, home.ledger, *position, size, EntryCheck::Checksums);
    let tail = walk_to_tail(&mut walk, place)?;
    *position = walk.position;
    Ok(Checked { groups: walk.groups, tail })
}

/// Walks to the end. What looks like damage may be a log that has grown between the walk and the
/// judgement, so it is only damage if nothing valid stands there at a second look.
fn walk_to_tail(walk: &mut TailWalk, place: SegmentPlace) -> Result<LogTail, LogError> {
    let mut stop = walk.run()?;
    loop {
        let judged = judge(walk, &stop, place);
        if judged.is_ok() {
            return judged;
        }
        let before = walk.walker.offset();
        let size = walk.walker.file().size()?;
        walk.walker.reread(size);
        stop = walk.run()?;
        if walk.walker.offset() == before {
            return judged;
        }
    }
}

fn judge(walk: &TailWalk, stop: &Stop, place: SegmentPlace) -> Result<LogTail, LogError> {
    match stop {
        Stop::Footer(_) => Ok(LogTail::Sealed),
        Stop::End | Stop::Damaged(_) if place == SegmentPlace::Earlier => {
            Err(walk.walker.corrupt(Fault::Footer))
        }
        Stop::End => Ok(whole_tail(walk)),
        Stop::Damaged(fault) => judge_damage(walk, *fault),
    }
}

fn whole_tail(walk: &TailWalk) -> LogTail {
    if walk.sealed { LogTail::Sealed } else { LogTail::Open }
}

/// Tells an unfinished tail from damage, as opening does.
fn judge_damage(walk: &TailWalk, fault: Fault) -> Result<LogTail, LogError> {
    let (walker, offset) = (&walk.walker, walk.walker.offset());
    let (file, ledger, segment) = (walker.file(), walker.ledger(), walker.segment());
    let size = file.size()?;
    if fault.stands_in_valid_structure()
        || later_structure(file, ledger, segment, offset + 1, size)?.is_some()
    {
        return Err(walker.corrupt(fault));
    }
    let written = written_end(file, offset, size)?;
    Ok(written.map_or(whole_tail(walk), |_| LogTail::Unfinished { offset }))
}
