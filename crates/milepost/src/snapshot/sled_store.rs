//! Snapshots in sled 0.34, which is believed as little as can be.
//!
//! Its `flush` does not sync, a flipped bit makes it drop records silently, a leftover
//! `snap.*.generating` file makes `open` fail for ever, and it can panic. So leftovers are deleted
//! first, every call is made where a panic is caught, and the values carry their own checksums.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Duration;

use super::{Pair, See, SnapshotStore};

/// Bytes of pages that sled may keep in memory: snapshots are written and read once, in order.
const CACHE: u64 = 16 << 20;
/// A folder that is in use is tried again for two seconds.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(20);

/// A folder of sled.
#[derive(Debug)]
pub(super) struct SledStore {
    db: sled::Db,
}

impl SledStore {
    pub(super) fn open(folder: &Path) -> Result<SledStore, String> {
        delete_leftovers(folder);
        let config = sled::Config::new()
            .path(folder)
            .cache_capacity(CACHE)
            .mode(sled::Mode::HighThroughput)
            .flush_every_ms(None);
        let mut opened = guarded(|| config.open());
        // What had the folder open gives it up a little after it was dropped.
        for _ in 0..TRIES {
            if !matches!(&opened, Err(reason) if reason.contains("could not acquire lock")) {
                break;
            }
            std::thread::sleep(PAUSE);
            opened = guarded(|| config.open());
        }
        opened.map(|db| SledStore { db })
    }
}

impl SnapshotStore for SledStore {
    fn each(&self, see: &mut See<'_>) -> Result<(), String> {
        guarded(|| {
            self.db.iter().try_for_each(|item| {
                let (key, value) = item.map_err(|error| error.to_string())?;
                see(&key, Box::new(value))
            })
        })
    }

    fn replace(&self, prefix: &[u8], values: Vec<Pair>) -> Result<(), String> {
        guarded(|| {
            let mut batch = sled::Batch::default();
            for key in self.db.scan_prefix(prefix).keys() {
                let key = key?;
                if !values.iter().any(|(kept, _)| *kept == *key) {
                    batch.remove(key);
                }
            }
            for (key, value) in values {
                batch.insert(key, value);
            }
            self.db.apply_batch(batch)
        })
    }

    fn flush(&self) -> Result<(), String> {
        guarded(|| self.db.flush().map(|_| ()))
    }
}

fn delete_leftovers(folder: &Path) {
    let Ok(files) = std::fs::read_dir(folder) else { return };
    for file in files.flatten() {
        let name = file.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            let _ = std::fs::remove_file(file.path());
        }
    }
}

fn guarded<T, E: ToString>(call: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(called) => called.map_err(|error| error.to_string()),
        Err(_) => Err("sled panicked".into()),
    }
}
