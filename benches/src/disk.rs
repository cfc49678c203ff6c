//! The floor of the disk: the same bytes written and synced, or read, and nothing else.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

use milepost::log::{EntryHead, Follower, Group, Reader, RealDisk, Touch};

use crate::Outcome;
use crate::latency::Latencies;

/// As a segment of the log: the disk is treated alike.
const SIZE: u64 = 64 << 20;
const CHUNK: usize = 1 << 20;

/// A file that was written before, as the segments of a log are, and is now written again.
#[derive(Debug)]
pub struct BareFile {
    file: File,
    at: u64,
    zeros: Vec<u8>,
}

impl BareFile {
    /// Makes the file, and writes all of it.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn create(folder: &Path) -> Outcome<BareFile> {
        let file = File::create(folder.join("bare"))?;
        let zeros = vec![0; CHUNK];
        for at in (0..SIZE).step_by(CHUNK) {
            file.write_all_at(&zeros, at)?;
        }
        file.sync_all()?;
        Ok(BareFile { file, at: 0, zeros })
    }

    /// Writes blocks of these sizes one after the other, each with one write and one `fdatasync`,
    /// as the log writes its groups. Says how long that took; `latencies` are told of each.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn write_and_sync(
        &mut self,
        sizes: &[usize],
        latencies: &mut Latencies,
    ) -> Outcome<Duration> {
        let longest = sizes.iter().copied().max().unwrap_or_default();
        self.zeros.resize(longest.max(self.zeros.len()), 0);
        let start = Instant::now();
        for size in sizes {
            let block = self.zeros.get(..*size).unwrap_or_default();
            let length = u64::try_from(*size)?;
            let begun = Instant::now();
            self.at = if self.at + length > SIZE { 0 } else { self.at };
            self.file.write_all_at(block, self.at)?;
            self.file.sync_data()?;
            self.at += length;
            latencies.record(begun.elapsed())?;
        }
        Ok(start.elapsed())
    }
}

/// Reads the log of a ledger from outside, also while it is open.
///
/// # Errors
/// If there is no log, or it cannot be read.
pub fn reader(ledger: &Path) -> Outcome<Reader> {
    let mut follower = Follower::open(&RealDisk, ledger)?;
    follower.refresh()?;
    Ok(follower.reader())
}

/// How many bytes each group takes in the log, from the one on that begins at `from`.
///
/// # Errors
/// If the log cannot be read.
pub fn group_sizes(ledger: &Path, from: u64) -> Outcome<Vec<usize>> {
    let mut scan = reader(ledger)?.scan(from);
    let (mut sizes, mut copy) = (Vec::new(), Group::new());
    while let Some(group) = scan.next_group()? {
        copy.clear();
        for entry in group.entries() {
            let entry = entry?;
            let (head, touches): (EntryHead, Vec<Touch>) =
                (entry.head(), entry.touches().collect());
            copy.push(&head, &touches, |body| body.extend_from_slice(entry.body()))?;
        }
        sizes.push(usize::try_from(copy.stored_len())?);
    }
    Ok(sizes)
}

/// Reads every file of a folder and of the folders in it. Says how long that took, and how many
/// bytes it were.
///
/// # Errors
/// If the disk fails.
pub fn read_all(folder: &Path) -> Outcome<(Duration, u64)> {
    let start = Instant::now();
    let (mut bytes, mut buffer) = (0, vec![0; CHUNK]);
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for item in std::fs::read_dir(folder)? {
            let path = item?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                bytes += read_file(&path, &mut buffer)?;
            }
        }
    }
    Ok((start.elapsed(), bytes))
}

fn read_file(path: &Path, buffer: &mut [u8]) -> Outcome<u64> {
    let (mut file, mut bytes) = (File::open(path)?, 0);
    loop {
        let read = file.read(buffer)?;
        if read == 0 {
            return Ok(bytes);
        }
        bytes += u64::try_from(read)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_folders_are_read_too() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("in")).unwrap();
        std::fs::write(folder.path().join("a"), [0; 3]).unwrap();
        std::fs::write(folder.path().join("in/b"), [0; 4]).unwrap();
        assert_eq!(read_all(folder.path()).unwrap().1, 7);
    }

    #[test]
    fn the_bare_file_begins_again_at_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = BareFile::create(folder.path()).unwrap();
        let most = usize::try_from(SIZE).unwrap() - 1;
        file.write_and_sync(&[most, 2], &mut Latencies::new().unwrap()).unwrap();
        assert_eq!(file.at, 2);
    }
}
