//! What opening does with a log that may have been interrupted at any point.
//!
//! Sealed segments are linked by header and footer. The last segment is walked group by group. At
//! the first invalid byte the question is: torn or rotten? A torn tail is a group that was being
//! written when the machine stopped, so nothing can stand behind it and nobody can vouch for it.
//! Anything else is damage to what was durable, and is refused.

use std::path::PathBuf;

use super::{
    home::{Home, missing_segment},
    options::{Ending, TornTail, Witness},
    writer::OpenSegment,
};
use crate::{
    disk::{Disk, Folder, NamedFile, make_folder},
    error::{Fault, LogError},
    format::segment,
    index::{ActiveSegment, Index, SealedSegment},
    search::{later_structure, written_end},
    tail::{EntryCheck, Position, Stop, TailWalk, check_header, load_sealed, sealed_segment},
};

/// Where torn tails are kept, beside `log/`.
const TORN: &str = "torn";

/// A log that was read back.
#[derive(Debug)]
pub(super) struct Recovered {
    pub(super) index: Index,
    pub(super) position: Position,
    /// The segment that grows; none if the last one was sealed.
    pub(super) open: Option<OpenSegment>,
    pub(super) ending: Ending,
}

pub(super) fn recover(
    disk: &dyn Disk,
    home: &Home,
    witness: Witness,
) -> Result<Recovered, LogError> {
    let firsts = home.segments()?;
    let Some((last, earlier)) = firsts.split_last() else {
        return Err(missing_segment(home.log.path(), 0));
    };
    let mut position = Position::START;
    let sealed = link_sealed(home, earlier, &mut position)?;
    expect_segment(home, *last, &position)?;
    let file = home.log.open_write(&segment::file_name(*last))?;
    check_header(&file, home.ledger, &position)?;
    let size = file.size()?;
    let mut walk = TailWalk::new(file, home.ledger, position, size, EntryCheck::Shape);
    let stop = walk.run()?;
    let tail = Tail { disk, home, witness, walk, size };
    tail.settle(stop, sealed)
}

/// Reads header and footer of all segments but the last.
fn link_sealed(
    home: &Home,
    firsts: &[u64],
    position: &mut Position,
) -> Result<Vec<SealedSegment>, LogError> {
    let mut sealed = Vec::with_capacity(firsts.len());
    for first in firsts {
        expect_segment(home, *first, position)?;
        sealed.push(load_sealed(&home.log, home.ledger, position)?);
    }
    Ok(sealed)
}

fn expect_segment(home: &Home, found: u64, position: &Position) -> Result<(), LogError> {
    if found == position.next_seq {
        return Ok(());
    }
    Err(missing_segment(home.log.path(), position.next_seq))
}

/// The last segment, walked as far as it is valid.
struct Tail<'a> {
    disk: &'a dyn Disk,
    home: &'a Home,
    witness: Witness,
    walk: TailWalk,
    size: u64,
}

impl Tail<'_> {
    fn settle(self, stop: Stop, mut sealed: Vec<SealedSegment>) -> Result<Recovered, LogError> {
        let end = self.walk.walker.offset();
        let whole = if self.walk.sealed { Ending::Sealed } else { Ending::Unsealed };
        let (ending, footer) = match stop {
            Stop::End => (whole, None),
            Stop::Footer(footer) => (Ending::Unsealed, Some(footer)),
            Stop::Damaged(fault) => (self.judge(fault)?.map_or(whole, Ending::Torn), None),
        };
        if self.witness.misses(self.walk.position.next_seq) {
            return Err(self.walk.walker.corrupt(Fault::WitnessedLoss));
        }
        self.make_durable(end)?;
        if let Some(footer) = footer {
            self.finish_sealing(end)?;
            let groups_end = end - crate::format::footer::len(footer.points.len() as u64);
            sealed.push(sealed_segment(&footer, groups_end));
            let index = Index { sealed, active: None };
            return Ok(Recovered { index, position: self.walk.position, open: None, ending });
        }
        Ok(self.go_on(sealed, end, ending))
    }

    /// Torn or rotten? `None` if nothing was written here at all.
    fn judge(&self, fault: Fault) -> Result<Option<TornTail>, LogError> {
        let walker = &self.walk.walker;
        let (file, offset) = (walker.file(), walker.offset());
        if fault.stands_in_valid_structure() {
            return Err(walker.corrupt(fault));
        }
        let Some(written_end) = written_end(file, offset, self.size)? else { return Ok(None) };
        let (ledger, segment) = (self.home.ledger, walker.segment());
        if later_structure(file, ledger, segment, offset + 1, self.size)?.is_some() {
            return Err(walker.corrupt(fault));
        }
        if self.witness.misses(self.walk.position.next_seq) {
            return Err(walker.corrupt(fault));
        }
        let saved_to = self.save_torn(file, offset, written_end)?;
        file.write_zeros(offset, written_end)?;
        file.sync_all()?;
        let len = written_end - offset;
        tracing::warn!(segment, offset, len, saved_to = %saved_to.display(), "cut a torn tail");
        Ok(Some(TornTail { segment, offset, len, saved_to }))
    }

    fn save_torn(&self, file: &NamedFile, from: u64, to: u64) -> Result<PathBuf, LogError> {
        let path = self.home.root.path().join(TORN);
        make_folder(self.disk, &path)?;
        let folder = Folder::open(self.disk, &path)?;
        let name = free_name(&folder, self.walk.walker.segment(), from)?;
        let copy = folder.create_afresh(&name)?;
        file.copy_range(from, to, &copy)?;
        copy.sync_all()?;
        folder.sync()?;
        Ok(path.join(name))
    }

    /// After a failed sync the system may show bytes that are not on the disk, and count them as
    /// clean. Only the last group can be such: the one before was synced before it was written.
    fn make_durable(&self, end: u64) -> Result<(), LogError> {
        let file = self.walk.walker.file();
        file.rewrite(self.walk.last_group_at.unwrap_or(0), end)?;
        self.home.log.sync()
    }

    /// Cuts what the footer was written in front of, if the machine stopped before that.
    fn finish_sealing(&self, end: u64) -> Result<(), LogError> {
        if self.size == end {
            return Ok(());
        }
        self.walk.walker.file().truncate(end)?;
        self.walk.walker.file().sync_all()
    }

    fn go_on(self, sealed: Vec<SealedSegment>, end: u64, ending: Ending) -> Recovered {
        let (file, first_seq) = (self.walk.walker.file().clone(), self.walk.walker.segment());
        let active = ActiveSegment { first_seq, file: file.clone(), end, points: self.walk.points };
        let (capacity, groups) = (self.size, self.walk.groups);
        Recovered {
            index: Index { sealed, active: Some(active) },
            position: self.walk.position,
            open: Some(OpenSegment { file, first_seq, end, capacity, groups }),
            ending,
        }
    }
}

/// A name that no earlier torn tail has.
fn free_name(folder: &Folder, segment: u64, offset: u64) -> Result<String, LogError> {
    let taken = folder.list()?;
    let names = (0_u32..).map(|n| format!("{segment:020}-{offset}-{n}.bin"));
    let free = names.into_iter().find(|name| !taken.contains(name));
    Ok(free.unwrap_or_default())
}
