//! Many small segments, groups that are larger than a segment, segments made ahead.

use milepost_log::{Disk, Ending, Log, LogOptions, MemDisk, Prewrite, Survival, verify};

use super::support::{
    LEDGER, append, assert_holds, assert_lives_on, create, group, home, open, segment_path,
};

#[test]
fn a_log_rolls_over_many_segments() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1024);
    for round in 0..200 {
        append(&mut log, round % 5 + 1).unwrap();
    }
    let ranges = log.reader().sealed_segments();
    assert!(ranges.len() > 40, "{} segments", ranges.len());
    assert_eq!(ranges[0].first, 0);
    assert!(ranges.windows(2).all(|pair| pair[0].next == pair[1].first));
    assert_holds(&log.reader(), 600);
    log.close().unwrap();
    let summary = verify(&disk, home()).unwrap();
    assert_eq!((summary.entries, summary.groups), (600, 200));
    assert_lives_on(&disk, 600);
}

#[test]
fn appends_say_which_segment_they_sealed() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1024);
    let mut told = Vec::new();
    for first in 0..50 {
        told.extend(log.append(&mut group(first, 1)).unwrap().sealed);
    }
    assert!(told.len() > 3);
    assert_eq!(told, log.reader().sealed_segments());
}

#[test]
fn a_group_larger_than_a_segment_gets_its_own() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1024);
    append(&mut log, 500).unwrap();
    append(&mut log, 1).unwrap();
    append(&mut log, 700).unwrap();
    append(&mut log, 1).unwrap();
    assert_holds(&log.reader(), 1_202);
    log.close().unwrap();
    assert_lives_on(&disk, 1_202);
}

#[test]
fn segments_made_ahead_are_used_and_leave_nothing_behind() {
    for prewrite in [Prewrite::Zeros, Prewrite::Nothing] {
        let disk = MemDisk::new();
        let options = LogOptions::default().with_segment_size(2048).with_prewrite(prewrite);
        let mut log = Log::create(&disk, home(), LEDGER, options).unwrap();
        for _ in 0..100 {
            append(&mut log, 2).unwrap();
        }
        append(&mut log, 400).unwrap();
        assert_holds(&log.reader(), 600);
        log.close().unwrap();
        let names = disk.open_dir(&home().join("log")).unwrap().list().unwrap();
        assert!(!names.is_empty());
        assert!(names.iter().all(|name| !name.contains("tmp")), "{names:?}");
        assert_lives_on(&disk, 600);
    }
}

#[test]
fn a_half_made_segment_is_removed_when_the_log_is_opened() {
    let disk = MemDisk::new();
    drop(create(&disk, 1024));
    let folder = disk.open_dir(&home().join("log")).unwrap();
    folder.create("spare.tmp").unwrap().write_at(&[1; 300], 0).unwrap();
    drop(open(&disk).unwrap());
    assert_eq!(folder.list().unwrap(), ["00000000000000000000.seg"]);
}

/// Fills the first segment. Returns where the second begins.
fn append_until_sealed(log: &mut Log) -> u64 {
    loop {
        let appended = log.append(&mut group(log.next_seq(), 1)).unwrap();
        if let Some(range) = appended.sealed {
            return range.next;
        }
    }
}

#[test]
fn a_footer_whose_truncation_was_lost_still_seals() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1024);
    let second = append_until_sealed(&mut log);
    drop(log);
    disk.delete(&segment_path(second)).unwrap();
    let mut bytes = disk.read(&segment_path(0)).unwrap();
    bytes.resize(bytes.len() + 500, 0);
    disk.replace(&segment_path(0), &bytes).unwrap();
    let (mut log, recovery) = open(&disk).unwrap();
    assert_eq!((recovery.next_seq, recovery.ending), (second, Ending::Unsealed));
    append(&mut log, 1).unwrap();
    drop(log);
    assert_lives_on(&disk.crash(Survival::Synced), second + 1);
}

#[test]
fn a_last_segment_whose_footer_was_torn_goes_on() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1024);
    let second = append_until_sealed(&mut log);
    drop(log);
    disk.delete(&segment_path(second)).unwrap();
    let bytes = disk.read(&segment_path(0)).unwrap();
    for cut in 1..100 {
        let disk = disk.crash(Survival::Everything);
        disk.replace(&segment_path(0), &bytes[..bytes.len() - cut]).unwrap();
        assert_lives_on(&disk, second);
    }
}
