//! What if: the recorded history decided again under another programme, in memory, and what would
//! be different.
//!
//! The log is only read. On one side it is folded as it stands; on the other every recorded command
//! is decided again, in order and at its own `recorded_at`, by the same code that decides in a
//! ledger. Both sides are then brought to the time of the last entry (R-TIME-5) and compared.

mod compare;
mod difference;
mod sides;
mod tally;

use std::path::Path;
use std::sync::Arc;
use std::thread;

use milepost_core::programme::{self, Programme};
use milepost_core::rules::Rules;
use milepost_log::{Follower, Reader, RealDisk};

pub use self::difference::{
    Change, Difference, Figure, MemberChange, MonthChange, Move, Refused, RefusedCode, TierChange,
    UnitChange,
};
use crate::error::Error;
use crate::open::rules_of;

/// What becomes of the revisions that the history has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Revisions {
    /// They are passed over: the new programme is in force from the first entry to the last.
    #[default]
    PassOver,
    /// They are decided again: the new programme stands in place of the first version only.
    Keep,
}

/// Decides the history of the ledger in a folder again with `programme` in place of the programme
/// with which it began, and compares. Nothing is written, and the ledger may be open elsewhere.
/// `progress` is told now and then how many entries were decided again, and how many there are.
///
/// - `expected_version` is not asked for again: it is what a caller had seen of the real history.
/// - A batch that was accepted as one is decided command by command.
/// - What a command that is now refused would have left is missing for those after it: they may be
///   refused too, and are counted.
///
/// # Errors
/// [`Error::Programme`] with all faults of the new programme; else what is wrong with the log.
pub fn what_if(
    path: &Path,
    programme: &str,
    revisions: Revisions,
    progress: impl FnMut(u64, u64),
) -> Result<Difference, Error> {
    let mut follower = Follower::open(&RealDisk, path)?;
    follower.refresh()?;
    what_if_read(&follower.reader(), programme, revisions, progress)
}

/// The same for a log that is at hand.
fn what_if_read(
    reader: &Reader,
    text: &str,
    revisions: Revisions,
    progress: impl FnMut(u64, u64),
) -> Result<Difference, Error> {
    let first = rules_of(reader, reader.ledger_id())?;
    let rules = in_place_of(&first, text, reader)?;
    let zone = rules.latest().programme.zone;
    thread::scope(|scope| {
        let recorded = scope.spawn(|| sides::recorded(reader, Arc::new(first), zone));
        let again = sides::again(reader, Arc::new(rules), zone, revisions, progress);
        let recorded = recorded.join().map_err(|_| Error::Panicked)?;
        Ok(compare::compare(&recorded?, again?))
    })
}

/// The rules with a programme in place of the first version. What both name has the same number in
/// both, so that the two sides can be laid beside each other.
fn in_place_of(first: &Rules, text: &str, reader: &Reader) -> Result<Rules, Error> {
    let version = first.latest();
    let programme: Programme = programme::parse(text, &version.programme.symbols)?;
    Ok(Rules::new(reader.ledger_id().to_bytes(), text, programme, version.effective_at))
}
