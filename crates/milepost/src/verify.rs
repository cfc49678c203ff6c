//! Verifying a ledger from its first entry, without trusting its snapshot or a running engine.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use milepost_core::state::Member;
use milepost_log::{Follower, LogSummary, RealDisk};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::fold::Fold;
use crate::ledger::Ledger;
use crate::open::{built_in_views, rules_of};
use crate::snapshot::Found;
use crate::store::{SHARDS, Store};
use crate::view::TotalsView;

/// A ledger that verifies.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Verified {
    /// Groups, checksums, chain: what the log itself says.
    pub log: LogSummary,
    /// Entries, the genesis not counted.
    pub entries: u64,
    /// Members.
    pub members: usize,
    /// Members whose snapshot was compared with the fold.
    pub members_in_snapshot: usize,
    /// The digest of the state: SHA-256 of the canonical encodings of all members, in the order of
    /// their keys, and behind them that of what all members use together (R-ASOF-2).
    pub digest: [u8; 32],
}

/// Why a ledger does not verify.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The log, an entry, or what an entry does is wrong: the message names where.
    #[error(transparent)]
    Ledger(#[from] Error),
    /// The totals are not what the members come to.
    #[error("after entry {seq} points are not conserved over all members (R-LOT-1)")]
    NotConserved {
        /// The entry.
        seq: u64,
    },
    /// The snapshot of a shard is not what the log folds to. The log is right: delete the snapshot,
    /// and report this as a defect.
    #[error("the snapshot of shard {shard} at position {position} is not what the log folds to")]
    Snapshot {
        /// The shard.
        shard: usize,
        /// The position of the snapshot.
        position: u64,
    },
    /// The snapshot of what all members use together is not what the log folds to. The log is
    /// right: delete the snapshot, and report this as a defect.
    #[error("the snapshot of the pools at position {position} is not what the log folds to")]
    SnapshotOfPools {
        /// The position of the snapshot.
        position: u64,
    },
    /// The snapshot claims more than the log has.
    #[error("the snapshot of shard {shard} is at position {position}, the log ends at {end}")]
    SnapshotAhead {
        /// The shard.
        shard: usize,
        /// The position of the snapshot.
        position: u64,
        /// Where the log ends.
        end: u64,
    },
}

/// Reads a ledger from the first entry: groups, checksums and chain; each member's chain and
/// versions; conservation after each entry; the snapshot against the fold. `progress` is told the
/// number of entries read so far, from time to time. The ledger must not be open.
///
/// # Errors
/// [`VerifyError`] with the first thing that does not hold.
pub fn verify(path: &Path, mut progress: impl FnMut(u64)) -> Result<Verified, VerifyError> {
    let disk = RealDisk;
    let log = milepost_log::verify(&disk, path).map_err(Error::from)?;
    let mut follower = Follower::open(&disk, path).map_err(Error::from)?;
    follower.refresh().map_err(Error::from)?;
    let reader = follower.reader();
    let rules = rules_of(&reader, reader.ledger_id())?;
    let mut fold = Fold::new(Arc::new(rules), built_in_views());
    let (mut expected, mut pools) = match Found::look(&disk, path, None)? {
        Found::Sound(loaded) => (loaded.shards, Some(loaded.pools)),
        Found::Nothing => (Vec::new(), None),
        Found::Unsound(reason) => {
            tracing::warn!(reason, "the snapshot is not sound: opening the ledger sets it aside");
            (Vec::new(), None)
        }
    };
    let mut due: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (shard, (position, _)) in expected.iter().enumerate() {
        due.entry(*position).or_default().push(shard);
    }
    let mut compared = 0;
    let mut scan = reader.scan(0);
    let mut next = 0;
    while let Some(entry) = scan.next_entry().map_err(Error::from)? {
        fold.entry(&entry)?;
        next = entry.seq() + 1;
        if !conserved(&fold) {
            return Err(VerifyError::NotConserved { seq: entry.seq() });
        }
        for shard in due.remove(&next).unwrap_or_default() {
            if let Some((position, members)) = expected.get_mut(shard) {
                compared += compare(&fold.store, shard, *position, members)?;
            }
        }
        if let Some((position, saved)) = pools.take_if(|(position, _)| *position == next)
            && fold.store.pools().pools != saved
        {
            return Err(VerifyError::SnapshotOfPools { position });
        }
        if next % 65_536 == 0 {
            progress(next);
        }
    }
    if let Some((position, shards)) = due.pop_last() {
        let shard = shards.first().copied().unwrap_or_default();
        return Err(VerifyError::SnapshotAhead { shard, position, end: next });
    }
    if let Some((position, _)) = pools.filter(|(position, _)| *position > next) {
        return Err(VerifyError::SnapshotOfPools { position });
    }
    let (digest, members, _) = digest(&fold.store);
    let entries = next.saturating_sub(1);
    Ok(Verified { log, entries, members, members_in_snapshot: compared, digest })
}

fn conserved(fold: &Fold) -> bool {
    let totals = fold.reading.views.iter().find_map(|view| {
        let view: &dyn std::any::Any = &**view;
        view.downcast_ref::<TotalsView>()
    });
    totals.is_some_and(|view| view.totals.conserved())
}

fn compare(
    store: &Store,
    shard: usize,
    position: u64,
    members: &mut Vec<Member>,
) -> Result<usize, VerifyError> {
    let encode = |members: &mut dyn Iterator<Item = &Member>| {
        let mut bytes = Vec::new();
        members.for_each(|member| member.encode(&mut bytes));
        bytes
    };
    let folded = store.read(shard);
    let same = encode(&mut folded.sorted().into_iter()) == encode(&mut members.iter());
    let count = members.len();
    members.clear();
    if same { Ok(count) } else { Err(VerifyError::Snapshot { shard, position }) }
}

impl Ledger {
    /// The digest of the state, as [`verify`] computes it: of the canonical encodings of all
    /// members, in the order of their keys, and of the pools (R-ASOF-2). Commands wait while it is computed.
    ///
    /// # Errors
    /// [`Error::Stopped`] if the ledger has stopped.
    pub fn digest(&self) -> Result<[u8; 32], Error> {
        let (digest, _, position) = digest(&self.inner.store);
        if let Some(last) = position.checked_sub(1) {
            self.inner.watermark.wait(last)?;
        }
        Ok(digest)
    }
}

/// The digest of the state, how many members it is of, and before which entry it is theirs.
pub(crate) fn digest(store: &Store) -> ([u8; 32], usize, u64) {
    let shards: Vec<_> = (0..SHARDS).map(|shard| store.read(shard)).collect();
    let pools = store.pools();
    let position = shards.iter().map(|shard| shard.position).max().unwrap_or(0);
    let mut members: Vec<&Member> = shards.iter().flat_map(|shard| shard.members()).collect();
    members.sort_unstable_by_key(|member| member.key());
    let mut hash = Sha256::new();
    let mut bytes = Vec::new();
    for member in &members {
        bytes.clear();
        member.encode(&mut bytes);
        hash.update(&bytes);
    }
    bytes.clear();
    pools.pools.encode(&mut bytes);
    hash.update(&bytes);
    (hash.finalize().into(), members.len(), position)
}
