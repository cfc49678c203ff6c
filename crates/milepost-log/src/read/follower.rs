//! Follows a log that another process writes, without a lock and without being seen.

use std::{path::Path, sync::Arc};

use super::Reader;
use crate::{
    disk::Disk,
    error::{Fault, LogError},
    format::{
        footer::{self, Footer},
        segment,
    },
    index::{ActiveSegment, Index, Points, Shared},
    log::home::{Home, missing_segment},
    tail::{
        EntryCheck, Position, Stop, TailWalk, check_header, load_sealed, position_after,
        sealed_segment,
    },
};

/// A view on a log from outside: read-only, no lock, as far as it is known to be durable.
///
/// A group that is whole may still be on its way to the disk. So before a follower shows a group
/// behind which nothing else stands, it syncs the segment itself.
#[derive(Debug)]
pub struct Follower {
    home: Home,
    shared: Arc<Shared>,
    /// Where the segment that is followed begins.
    base: Position,
    /// The walk through it; none while the next segment does not exist yet.
    walk: Option<TailWalk>,
    /// Up to where readers see it.
    shown: u64,
}

impl Follower {
    /// Opens a log for following, at its current durable end.
    ///
    /// # Errors
    ///
    /// [`LogError::NotALedger`], [`LogError::NewerFormat`]; [`LogError::Corrupt`] if a sealed
    /// segment's header or footer is damaged; or what the disk says.
    pub fn open(disk: &dyn Disk, path: &Path) -> Result<Self, LogError> {
        let home = Home::open(disk, path)?;
        let firsts = home.segments()?;
        let (mut base, mut sealed) = (Position::START, Vec::new());
        if firsts.is_empty() {
            return Err(missing_segment(home.log.path(), 0));
        }
        for _ in firsts.iter().skip(1) {
            sealed.push(load_sealed(&home.log, home.ledger, &mut base)?);
        }
        let index = Index { sealed, active: None };
        let shared = Arc::new(Shared::new(home.log.clone(), home.ledger, index, base.next_seq));
        let mut follower = Self { home, shared, base, walk: None, shown: 0 };
        follower.refresh()?;
        Ok(follower)
    }

    /// A reader that sees what the follower has found so far.
    pub fn reader(&self) -> Reader {
        Reader::new(Arc::clone(&self.shared))
    }

    /// Looks for what has become durable since, and returns the sequence number after it.
    ///
    /// # Errors
    ///
    /// [`LogError::Corrupt`] if the log is damaged and not just unfinished; or what the disk says.
    pub fn refresh(&mut self) -> Result<u64, LogError> {
        while self.advance()? == Advance::NextSegment {}
        Ok(self.shared.watermark())
    }

    fn advance(&mut self) -> Result<Advance, LogError> {
        if self.walk.is_none() {
            return self.begin_segment();
        }
        let mut stop = self.walk_on()?;
        let left_behind = !matches!(stop, Stop::Footer(_)) && self.has_successor()?;
        if left_behind {
            // The footer may have been written between our look at the file and this one.
            stop = self.walk_on()?;
        }
        let Some(walk) = &self.walk else { return Ok(Advance::AtEnd) };
        match stop {
            Stop::Footer(footer) => self.finish_segment(&footer),
            Stop::Damaged(fault @ (Fault::Sequence | Fault::Chain)) => {
                Err(walk.walker.corrupt(fault))
            }
            // A segment is only followed by another once its footer is durable.
            Stop::End | Stop::Damaged(_) if left_behind => Err(walk.walker.corrupt(Fault::Footer)),
            Stop::End | Stop::Damaged(_) => self.show().map(|()| Advance::AtEnd),
        }
    }

    /// Walks over what has become whole since the last time.
    fn walk_on(&mut self) -> Result<Stop, LogError> {
        let Some(walk) = &mut self.walk else { return Ok(Stop::End) };
        let size = walk.walker.file().size()?;
        walk.walker.reread(size);
        walk.run()
    }

    fn has_successor(&self) -> Result<bool, LogError> {
        Ok(self.home.segments()?.iter().any(|first| *first > self.base.next_seq))
    }

    /// Opens the next segment, if it is there.
    fn begin_segment(&mut self) -> Result<Advance, LogError> {
        let name = segment::file_name(self.base.next_seq);
        let file = match self.home.log.open_read(&name) {
            Err(error) if error.is_not_found() => return Ok(Advance::AtEnd),
            file => file?,
        };
        check_header(&file, self.home.ledger, &self.base)?;
        let (ledger, first_seq, end) = (self.home.ledger, self.base.next_seq, segment::LEN as u64);
        self.walk = Some(TailWalk::new(file.clone(), ledger, self.base, end, EntryCheck::Shape));
        self.shown = end;
        let points = Points::default();
        self.shared.publish_active(ActiveSegment { first_seq, file, end, points });
        Ok(Advance::NextSegment)
    }

    /// Makes visible what was walked over, after making sure that it is durable.
    fn show(&mut self) -> Result<(), LogError> {
        let Some(walk) = &self.walk else { return Ok(()) };
        let (end, next_seq) = (walk.walker.offset(), walk.position.next_seq);
        if end > self.shown {
            walk.walker.file().sync_data()?;
            self.shared.publish(next_seq, end, walk.points.to_vec().into_iter());
            self.shown = end;
        }
        Ok(())
    }

    fn finish_segment(&mut self, footer: &Footer) -> Result<Advance, LogError> {
        let Some(walk) = self.walk.take() else { return Ok(Advance::AtEnd) };
        walk.walker.file().sync_data()?;
        let end = walk.walker.offset() - footer::len(footer.points.len() as u64);
        self.base = position_after(footer);
        self.shared.publish_seal(sealed_segment(footer, end));
        self.shared.publish(footer.next_seq, end, std::iter::empty());
        Ok(Advance::NextSegment)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Advance {
    AtEnd,
    NextSegment,
}
