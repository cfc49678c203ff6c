//! The ledger of one scenario, in a temporary folder.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use milepost::log::{Background, LogOptions, Prewrite};
use milepost::{CommandClock, Error, Ledger, Options};
use tempfile::TempDir;

use super::script::Upheaval;
use crate::exit::Failure;

/// The size of a segment in bytes: small enough that hundreds of ledgers cost nothing, and that a
/// long scenario fills several.
const SEGMENT: u64 = 64 << 10;

/// What is made from the log and can be thrown away.
const DERIVED: [&str; 2] = ["snap", "keys"];

/// A ledger that can be closed, dropped and opened again.
pub(super) struct Stage {
    folder: TempDir,
    ledger: Ledger,
}

impl Stage {
    /// A fresh ledger with the programme of a text.
    pub(super) fn new(
        programme: &str,
    ) -> Result<Result<Stage, milepost::programme::Faults>, Failure> {
        let folder = tempfile::Builder::new().prefix("milepost-scenario-").tempdir();
        let folder = folder.map_err(|source| written(&std::env::temp_dir(), source))?;
        match Ledger::create(folder.path(), programme, options()) {
            Ok(ledger) => Ok(Ok(Stage { folder, ledger })),
            Err(Error::Programme(faults)) => Ok(Err(faults)),
            Err(error) => Err(error.into()),
        }
    }

    /// The ledger as it is open now.
    pub(super) fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Does what must not change any answer.
    pub(super) fn go_through(self, upheaval: Upheaval) -> Result<Stage, Failure> {
        let Stage { folder, ledger } = self;
        match upheaval {
            Upheaval::Snapshot => {
                ledger.snapshot()?;
                return Ok(Stage { folder, ledger });
            }
            Upheaval::Restart => ledger.close()?,
            Upheaval::Crash => drop(ledger),
            Upheaval::Rebuild => {
                ledger.close()?;
                remove_derived(folder.path())?;
            }
        }
        let ledger = Ledger::open(folder.path(), options())?;
        Ok(Stage { folder, ledger })
    }
}

fn options() -> Options {
    let log = LogOptions::default()
        .with_segment_size(SEGMENT)
        .with_prewrite(Prewrite::Nothing)
        .with_background(Background::Inline);
    Options::default().with_clock(Arc::new(CommandClock::default())).with_log(log)
}

fn remove_derived(folder: &Path) -> Result<(), Failure> {
    for name in DERIVED {
        let path = folder.join(name);
        match fs::remove_dir_all(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(written(&path, source));
            }
            _ => {}
        }
    }
    Ok(())
}

fn written(path: &Path, source: io::Error) -> Failure {
    Failure::Write { path: path.to_owned(), source }
}
