//! The floor of a replay: records of a fixed layout, as many and as long as the entries of a log,
//! decoded and folded into a hash map.

use std::collections::HashMap;
use std::fs::File;
use std::hash::{BuildHasherDefault, Hasher};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use milepost::log::Reader;

use crate::Outcome;

/// The part of a record that means something: sequence number, time, member, amount.
const USED: usize = 40;
/// Records are read so many at a time.
const AT_ONCE: usize = 8192;

/// A file of records of a fixed layout.
#[derive(Debug)]
pub struct Records {
    path: PathBuf,
    length: usize,
}

/// What the records of a member come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// How many there are.
    pub entries: u64,
    /// The sum of their amounts.
    pub balance: i64,
    /// The number of the last.
    pub last: u64,
    /// The time of the last.
    pub at: i64,
}

/// Members and what their records come to.
pub type Members = HashMap<[u8; 16], Folded, BuildHasherDefault<Random>>;

/// Members' keys are random already: eight of their bytes are the hash.
#[derive(Clone, Copy, Debug, Default)]
pub struct Random(u64);

impl Hasher for Random {
    fn finish(&self) -> u64 {
        self.0
    }

    /// The length of a key comes before its bytes, and so leaves no trace.
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }
}

impl Records {
    /// Writes a record for each entry of a log. Together they are as long as `bytes`.
    ///
    /// # Errors
    /// If the log cannot be read or the file not be written.
    pub fn write(log: &Reader, bytes: usize, folder: &Path) -> Outcome<Records> {
        let length = (bytes / usize::try_from(log.durable_end())?).max(USED);
        let path = folder.join("records");
        let mut file = BufWriter::new(File::create(&path)?);
        let mut scan = log.scan(0);
        let mut record = Vec::with_capacity(length);
        while let Some(entry) = scan.next_entry()? {
            let member = entry.touches().next().map_or([0; 16], |touch| touch.member);
            let amount = i64::try_from(entry.body().len())?;
            record.clear();
            record.extend(entry.seq().to_le_bytes());
            record.extend(entry.recorded_at().to_le_bytes());
            record.extend(member);
            record.extend(amount.to_le_bytes());
            record.resize(length, 0xA5);
            file.write_all(&record)?;
        }
        file.flush()?;
        Ok(Records { path, length })
    }

    /// Reads the file and folds its records.
    ///
    /// # Errors
    /// If the disk fails, or the file ends within a record.
    pub fn fold(&self) -> Outcome<Members> {
        let mut members = Members::default();
        let mut file = File::open(&self.path)?;
        let mut buffer = vec![0; self.length * AT_ONCE];
        loop {
            let filled = fill(&mut file, &mut buffer)?;
            let read = buffer.get(..filled).unwrap_or_default();
            for record in read.chunks_exact(self.length) {
                fold(&mut members, record).ok_or("the file ends within a record")?;
            }
            if filled < buffer.len() {
                return Ok(members);
            }
        }
    }
}

/// Fills the buffer, or as much of it as there is.
fn fill(file: &mut File, buffer: &mut [u8]) -> Outcome<usize> {
    let mut filled = 0;
    loop {
        let read = file.read(buffer.get_mut(filled..).unwrap_or_default())?;
        if read == 0 {
            return Ok(filled);
        }
        filled += read;
    }
}

fn fold(members: &mut Members, record: &[u8]) -> Option<()> {
    let (seq, rest) = record.split_first_chunk::<8>()?;
    let (at, rest) = rest.split_first_chunk::<8>()?;
    let (member, rest) = rest.split_first_chunk::<16>()?;
    let amount = rest.first_chunk::<8>()?;
    let folded = members.entry(*member).or_default();
    folded.entries += 1;
    folded.balance = folded.balance.checked_add(i64::from_le_bytes(*amount))?;
    folded.last = u64::from_le_bytes(*seq);
    folded.at = i64::from_le_bytes(*at);
    Some(())
}
