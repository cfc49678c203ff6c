//! Damage to what was durable is refused, at the place where it is, and never cut away.

use milepost_log::{Fault, Log, LogError, MemDisk, Survival, Witness, verify};

use super::support::{append, assert_holds, create, home, open, options, segment_path};

fn written(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1
}

/// Where each of four groups begins, and where the last one ends.
fn four_groups() -> (MemDisk, Log, Vec<usize>) {
    let disk = MemDisk::new();
    let mut log = create(&disk, 4096);
    let mut places = vec![128];
    for count in [1, 2, 1, 2] {
        append(&mut log, count).unwrap();
        places.push(written(&disk.read(&segment_path(0)).unwrap()));
    }
    (disk, log, places)
}

#[test]
fn every_flipped_bit_in_an_earlier_group_is_refused() {
    let (disk, log, places) = four_groups();
    drop(log);
    let firsts = [0, 1, 3, 4];
    for byte in places[0]..places[3] {
        let group = places.iter().rposition(|place| *place <= byte).unwrap();
        for bit in 0..8 {
            let disk = disk.crash(Survival::Everything);
            disk.flip_bit(&segment_path(0), byte, bit).unwrap();
            assert_refused(&disk, places[group], firsts[group]);
        }
    }
}

#[track_caller]
fn assert_refused(disk: &MemDisk, place: usize, first_lost: u64) {
    let before = disk.read(&segment_path(0)).unwrap();
    for error in [open(disk).unwrap_err(), verify(disk, home()).unwrap_err()] {
        let LogError::Corrupt { segment, offset, first_lost_seq, .. } = error else {
            panic!("{error}")
        };
        assert_eq!((segment, offset, first_lost_seq), (0, place as u64, first_lost));
    }
    assert_eq!(disk.read(&segment_path(0)).unwrap(), before, "nothing was changed");
}

#[test]
fn a_flipped_bit_in_the_header_of_a_segment_is_refused() {
    let (disk, log, places) = four_groups();
    drop(log);
    for byte in 0..places[0] {
        let disk = disk.crash(Survival::Everything);
        disk.flip_bit(&segment_path(0), byte, 3).unwrap();
        let error = open(&disk).unwrap_err();
        assert!(matches!(error, LogError::Corrupt { offset: 0, first_lost_seq: 0, .. }), "{error}");
    }
}

#[test]
fn after_a_clean_close_the_last_group_cannot_be_torn() {
    let (disk, log, places) = four_groups();
    log.close().unwrap();
    for byte in places[3]..places[4] {
        let disk = disk.crash(Survival::Everything);
        disk.flip_bit(&segment_path(0), byte, 5).unwrap();
        assert_refused(&disk, places[3], 4);
    }
}

#[test]
fn without_a_seal_damage_to_the_last_group_counts_as_torn_unless_witnessed() {
    let (disk, log, places) = four_groups();
    drop(log);
    for byte in places[3]..places[4] {
        let disk = disk.crash(Survival::Everything);
        disk.flip_bit(&segment_path(0), byte, 1).unwrap();
        let refused = Log::open(&disk, home(), options(4096), Witness::through(4)).unwrap_err();
        assert!(matches!(refused, LogError::Corrupt { first_lost_seq: 4, .. }), "{refused}");
        assert_holds(&open(&disk).unwrap().0.reader(), 4);
    }
}

#[test]
fn a_group_from_elsewhere_does_not_pass() {
    let (disk, log, places) = four_groups();
    drop(log);
    let mut bytes = disk.read(&segment_path(0)).unwrap();
    let third = bytes[places[2]..places[3]].to_vec();
    bytes[places[0]..places[0] + third.len()].copy_from_slice(&third);
    disk.replace(&segment_path(0), &bytes).unwrap();
    assert_refused(&disk, places[0], 0);
}

#[test]
fn a_whole_group_that_is_gone_is_a_broken_log() {
    let (disk, log, places) = four_groups();
    drop(log);
    let mut bytes = disk.read(&segment_path(0)).unwrap();
    bytes[places[1]..places[2]].fill(0);
    disk.replace(&segment_path(0), &bytes).unwrap();
    assert_refused(&disk, places[1], 1);
}

#[test]
fn damage_to_a_sealed_segment_is_found() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1024);
    for _ in 0..8 {
        append(&mut log, 2).unwrap();
    }
    log.close().unwrap();
    let len = disk.read(&segment_path(0)).unwrap().len();
    for byte in 0..len {
        let disk = disk.crash(Survival::Everything);
        disk.flip_bit(&segment_path(0), byte, 6).unwrap();
        let error = verify(&disk, home()).unwrap_err();
        assert!(matches!(error, LogError::Corrupt { segment: 0, .. }), "byte {byte}: {error}");
        // Opening looks at headers and footers only, so the groups are refused when they are read.
        let read = open(&disk).and_then(|(log, _)| {
            let mut scan = log.reader().scan(0);
            while scan.next_entry()?.is_some() {}
            Ok(())
        });
        assert!(matches!(read, Err(LogError::Corrupt { segment: 0, .. })), "byte {byte}: {read:?}");
    }
}

#[test]
fn one_entry_alone_is_checked_too() {
    let (disk, log, places) = four_groups();
    let last_byte = places[2] - 1;
    disk.flip_bit(&segment_path(0), last_byte, 0).unwrap();
    log.reader().entry(1).unwrap().unwrap();
    let error = log.reader().entry(2).unwrap_err();
    assert!(matches!(error, LogError::Corrupt { fault: Fault::EntryChecksum, .. }), "{error}");
}

#[test]
fn a_missing_segment_is_refused() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1024);
    for _ in 0..20 {
        append(&mut log, 2).unwrap();
    }
    let ranges = log.reader().sealed_segments();
    assert!(ranges.len() > 2);
    log.close().unwrap();
    for range in &ranges {
        let disk = disk.crash(Survival::Everything);
        disk.delete(&segment_path(range.first)).unwrap();
        let error = open(&disk).unwrap_err();
        let LogError::Corrupt { first_lost_seq, fault: Fault::MissingSegment, .. } = error else {
            panic!("{error}")
        };
        assert_eq!(first_lost_seq, range.first);
    }
}

#[test]
fn messages_name_the_place() {
    let (disk, log, places) = four_groups();
    drop(log);
    disk.flip_bit(&segment_path(0), places[1] + 20, 0).unwrap();
    let message = open(&disk).unwrap_err().to_string();
    let expected = format!(
        "/ledger/log/00000000000000000000.seg is damaged at byte {} (segment 0): the header does \
         not match its checksum; entries from sequence 1 on cannot be trusted: restore them from \
         a copy with `milepost repair`",
        places[1]
    );
    assert_eq!(message, expected);
}
