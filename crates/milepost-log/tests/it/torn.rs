//! A group that was cut anywhere by a crash is cut off, copied aside and reported; everything
//! before it stays.

use milepost_log::{Ending, Log, LogError, MemDisk, Survival, Witness};

use super::support::{
    append, assert_holds, assert_lives_on, create, home, open, options, segment_path,
};

/// Three groups, and where the last one begins and ends.
fn three_groups() -> (MemDisk, Vec<u8>, usize, usize) {
    let disk = MemDisk::new();
    let mut log = create(&disk, 4096);
    append(&mut log, 1).unwrap();
    append(&mut log, 3).unwrap();
    let before = disk.read(&segment_path(0)).unwrap();
    append(&mut log, 2).unwrap();
    let after = disk.read(&segment_path(0)).unwrap();
    let begin = written(&before);
    let end = written(&after);
    drop(log);
    (disk, after, begin, end)
}

fn written(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1
}

#[test]
fn a_tail_torn_at_any_byte_is_cut() {
    let (disk, whole, begin, end) = three_groups();
    for cut in begin..end {
        let disk = disk.crash(Survival::Everything);
        let mut torn = whole.clone();
        torn[cut..].fill(0);
        disk.replace(&segment_path(0), &torn).unwrap();
        assert_cut(&disk, &torn, begin, cut);
    }
}

#[test]
fn a_tail_of_which_only_the_end_was_written_is_cut() {
    let (disk, whole, begin, end) = three_groups();
    for start in begin + 1..end {
        let disk = disk.crash(Survival::Everything);
        let mut torn = whole.clone();
        torn[begin..start].fill(0);
        disk.replace(&segment_path(0), &torn).unwrap();
        assert_cut(&disk, &torn, begin, end);
    }
}

#[test]
fn a_file_that_was_cut_short_is_a_torn_tail() {
    let (disk, whole, begin, end) = three_groups();
    for cut in begin..end {
        let disk = disk.crash(Survival::Everything);
        disk.replace(&segment_path(0), &whole[..cut]).unwrap();
        assert_cut(&disk, &whole[..cut], begin, cut);
    }
}

#[track_caller]
fn assert_cut(disk: &MemDisk, torn: &[u8], begin: usize, cut: usize) {
    let (log, recovery) = open(disk).unwrap();
    assert_holds(&log.reader(), 4);
    let left = written(torn);
    if let Ending::Torn(tail) = recovery.ending {
        assert_eq!((tail.offset, tail.len), (begin as u64, (left - begin) as u64));
        assert_eq!(disk.read(&tail.saved_to).unwrap(), torn[begin..left]);
    } else {
        assert_eq!(recovery.ending, Ending::Unsealed);
        assert!(left <= begin, "torn at {cut} and not reported");
    }
    drop(log);
    assert_lives_on(disk, 4);
}

#[test]
fn a_tail_that_a_witness_vouches_for_is_not_torn() {
    let (disk, whole, begin, end) = three_groups();
    for cut in [begin, begin + 60, end - 1] {
        let disk = disk.crash(Survival::Everything);
        let mut torn = whole.clone();
        torn[cut..].fill(0);
        disk.replace(&segment_path(0), &torn).unwrap();
        let error = Log::open(&disk, home(), options(4096), Witness::through(4)).unwrap_err();
        let LogError::Corrupt { segment: 0, offset, first_lost_seq: 4, .. } = error else {
            panic!("{error}")
        };
        assert_eq!(offset, begin as u64);
        assert_eq!(disk.read(&segment_path(0)).unwrap(), torn, "nothing was changed");
        Log::open(&disk, home(), options(4096), Witness::through(3)).unwrap();
    }
}

#[test]
fn tails_torn_one_after_another_are_all_kept() {
    let (disk, whole, begin, _) = three_groups();
    let mut torn = whole.clone();
    torn[begin + 70..].fill(0);
    let mut saved = Vec::new();
    for _ in 0..3 {
        disk.replace(&segment_path(0), &torn).unwrap();
        let Ending::Torn(tail) = open(&disk).unwrap().1.ending else { panic!("torn") };
        saved.push(tail.saved_to);
    }
    saved.dedup();
    assert_eq!(saved.len(), 3);
    for path in saved {
        assert_eq!(disk.read(&path).unwrap(), torn[begin..begin + 70]);
    }
}
