//! The ledger's folder: its lock, its manifest, its `log/` folder, and the order in which they
//! come into being.

use std::path::Path;

use crate::{
    disk::{Disk, DiskLock, Folder, LockOutcome, make_folder},
    error::{Fault, LogError},
    format::{
        FORMAT_VERSION, LedgerId,
        manifest::{self, ManifestError},
        segment,
    },
};

pub(crate) const MANIFEST: &str = "MANIFEST";
const MANIFEST_TMP: &str = "MANIFEST.tmp";
const LOCK: &str = "LOCK";
const LOG: &str = "log";
/// The name under which the next segment is made.
pub(crate) const SPARE: &str = "spare.tmp";

/// The open folders of a ledger.
#[derive(Debug)]
pub(crate) struct Home {
    pub(crate) root: Folder,
    pub(crate) log: Folder,
    pub(crate) ledger: LedgerId,
}

impl Home {
    /// Opens an existing ledger's folders for reading.
    pub(crate) fn open(disk: &dyn Disk, path: &Path) -> Result<Self, LogError> {
        let not_a_ledger = |error: LogError| {
            if error.is_not_found() {
                LogError::NotALedger { path: path.to_path_buf() }
            } else {
                error
            }
        };
        let root = Folder::open(disk, path).map_err(not_a_ledger)?;
        let ledger = read_manifest(&root).map_err(not_a_ledger)?;
        let log = Folder::open(disk, &path.join(LOG)).map_err(|error| {
            if error.is_not_found() { missing_segment(&path.join(LOG), 0) } else { error }
        })?;
        Ok(Self { root, log, ledger })
    }

    /// Makes the folders of a new ledger. The manifest comes last, with [`Home::finish`], so that
    /// a half-made ledger is none.
    pub(crate) fn begin(disk: &dyn Disk, path: &Path, ledger: LedgerId) -> Result<Self, LogError> {
        make_folder(disk, path)?;
        let root = Folder::open(disk, path)?;
        clear_unfinished(disk, &root)?;
        make_folder(disk, &path.join(LOG))?;
        let log = Folder::open(disk, &path.join(LOG))?;
        Ok(Self { root, log, ledger })
    }

    pub(crate) fn finish(&self) -> Result<(), LogError> {
        self.root.write_atomically(MANIFEST, &manifest::encode(self.ledger))
    }

    pub(crate) fn lock(&self) -> Result<Box<dyn DiskLock>, LogError> {
        let path = self.root.path().join(LOCK);
        match self.root.lock(LOCK)? {
            LockOutcome::Taken(lock) => Ok(lock),
            LockOutcome::HeldHere => Err(LogError::OpenHere { path }),
            LockOutcome::HeldElsewhere => Err(LogError::OpenElsewhere { path }),
        }
    }

    /// The first sequence numbers of all segments, in order.
    pub(crate) fn segments(&self) -> Result<Vec<u64>, LogError> {
        let names = self.log.list()?;
        Ok(names.iter().filter_map(|name| segment::parse_name(name)).collect())
    }

    /// Removes what an interrupted making of a segment has left.
    pub(crate) fn remove_unfinished(&self) -> Result<(), LogError> {
        self.log.remove_if_there(SPARE)
    }
}

/// The error for a segment that should be there.
pub(crate) fn missing_segment(folder: &Path, first_seq: u64) -> LogError {
    LogError::Corrupt {
        path: folder.join(segment::file_name(first_seq)),
        segment: first_seq,
        offset: 0,
        first_lost_seq: first_seq,
        fault: Fault::MissingSegment,
    }
}

fn read_manifest(root: &Folder) -> Result<LedgerId, LogError> {
    let bytes = root.read_small(MANIFEST, manifest::LEN)?;
    let path = root.path().join(MANIFEST);
    manifest::decode(&bytes).map_err(|error| match error {
        ManifestError::Damaged(fault) => LogError::DamagedManifest { path, fault },
        ManifestError::Newer(found) => LogError::NewerFormat { path, found, known: FORMAT_VERSION },
    })
}

/// Empties a folder in which an earlier creation was interrupted; refuses any other content.
fn clear_unfinished(disk: &dyn Disk, root: &Folder) -> Result<(), LogError> {
    let names = root.list()?;
    if names.iter().any(|name| name == MANIFEST) {
        return Err(LogError::AlreadyALedger { path: root.path().to_path_buf() });
    }
    let ours = |name: &str| matches!(name, LOCK | MANIFEST_TMP | LOG);
    if let Some(other) = names.iter().find(|name| !ours(name)) {
        return Err(not_empty(root.path(), other));
    }
    if names.iter().any(|name| name == LOG) {
        clear_unfinished_log(&Folder::open(disk, &root.path().join(LOG))?)?;
    }
    root.remove_if_there(MANIFEST_TMP)
}

/// A log without a manifest may be a ledger that lost it: only a first segment without any group
/// is sure to be an interrupted creation.
fn clear_unfinished_log(log: &Folder) -> Result<(), LogError> {
    let first = segment::file_name(0);
    for name in log.list()? {
        if name != SPARE && (name != first || holds_groups(log, &name)?) {
            return Err(not_empty(log.path(), &name));
        }
    }
    log.remove_if_there(SPARE)?;
    log.remove_if_there(&first)
}

fn holds_groups(log: &Folder, name: &str) -> Result<bool, LogError> {
    let file = log.open_read(name)?;
    let groups = segment::LEN as u64;
    Ok(crate::search::written_end(&file, groups, file.size()?.max(groups))?.is_some())
}

fn not_empty(path: &Path, found: &str) -> LogError {
    LogError::NotEmpty { path: path.to_path_buf(), found: found.to_owned() }
}
