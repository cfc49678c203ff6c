//! A small ledger to try things on: entries whose content follows from their number.

use std::path::{Path, PathBuf};

use milepost_log::{
    Background, Disk, EntryHead, Group, LedgerId, Log, LogError, LogOptions, Prewrite, Reader,
    Recovery, Touch, Witness, verify,
};

pub(crate) const LEDGER: LedgerId = LedgerId::new(*b"a-small-ledger-1");

pub(crate) fn home() -> &'static Path {
    Path::new("/ledger")
}

pub(crate) fn segment_path(first_seq: u64) -> PathBuf {
    home().join(format!("log/{first_seq:020}.seg"))
}

/// Small segments and the same disk operations in every run.
pub(crate) fn options(segment_size: u64) -> LogOptions {
    LogOptions::default()
        .with_segment_size(segment_size)
        .with_background(Background::Inline)
        .with_prewrite(Prewrite::Nothing)
}

pub(crate) fn create(disk: &dyn Disk, segment_size: u64) -> Log {
    Log::create(disk, home(), LEDGER, options(segment_size)).unwrap()
}

pub(crate) fn open(disk: &dyn Disk) -> Result<(Log, Recovery), LogError> {
    Log::open(disk, home(), options(4096), Witness::none())
}

fn small(n: u64) -> u8 {
    u8::try_from(n % 251).unwrap()
}

/// The body of an entry: a length and a content that differ from entry to entry.
pub(crate) fn body(seq: u64) -> Vec<u8> {
    let len = seq * 7 % 40;
    (0..len).map(|i| small(seq * 31 + i)).collect()
}

pub(crate) fn key(seq: u64) -> [u8; 16] {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&(seq + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15).to_le_bytes());
    key[8..].copy_from_slice(&seq.to_le_bytes());
    key
}

pub(crate) fn touches(seq: u64) -> Vec<Touch> {
    let touch = |n: u64| Touch {
        member: [small(n % 5 + 1); 16],
        version: u32::try_from(seq).unwrap() + 1,
        previous: seq.checked_sub(5),
    };
    (0..seq % 4).map(|n| touch(seq + n)).collect()
}

pub(crate) fn head(seq: u64) -> EntryHead {
    let key = (!seq.is_multiple_of(3)).then(|| key(seq));
    EntryHead {
        seq,
        recorded_at: 1_000 + i64::try_from(seq).unwrap(),
        kind: small(seq % 7),
        schema: 1,
        key,
    }
}

pub(crate) fn push(group: &mut Group, seq: u64) {
    group.push(&head(seq), &touches(seq), |out| out.extend(body(seq))).unwrap();
}

pub(crate) fn group(first_seq: u64, count: u64) -> Group {
    let mut group = Group::new();
    for seq in first_seq..first_seq + count {
        push(&mut group, seq);
    }
    group
}

/// Appends a group of this many entries.
pub(crate) fn append(log: &mut Log, count: u64) -> Result<u64, LogError> {
    let mut group = group(log.next_seq(), count);
    log.append(&mut group).map(|durable| durable.last_seq)
}

/// Asserts that the log holds exactly the entries before `next_seq`, by every way of reading.
#[track_caller]
pub(crate) fn assert_holds(reader: &Reader, next_seq: u64) {
    assert_eq!(reader.durable_end(), next_seq);
    let mut scan = reader.scan(0);
    for seq in 0..next_seq {
        let entry = scan.next_entry().unwrap().expect("an entry");
        assert_entry(&entry, seq);
        let alone = reader.entry(seq).unwrap().expect("an entry");
        assert_eq!(alone.view().stored_bytes(), entry.stored_bytes());
    }
    assert!(scan.next_entry().unwrap().is_none());
    assert!(reader.entry(next_seq).unwrap().is_none());
}

#[track_caller]
pub(crate) fn assert_entry(entry: &milepost_log::Entry<'_>, seq: u64) {
    assert_eq!(entry.head(), head(seq));
    assert_eq!(entry.touches().collect::<Vec<_>>(), touches(seq));
    assert_eq!(entry.body(), body(seq));
}

/// Opens, asserts the content, appends one more entry, closes, and checks everything.
#[track_caller]
pub(crate) fn assert_lives_on(disk: &dyn Disk, next_seq: u64) {
    let (mut log, recovery) = open(disk).unwrap();
    assert_eq!(recovery.next_seq, next_seq);
    assert_holds(&log.reader(), next_seq);
    append(&mut log, 1).unwrap();
    assert_holds(&log.reader(), next_seq + 1);
    log.close().unwrap();
    assert_eq!(verify(disk, home()).unwrap().entries, next_seq + 1);
}
