//! A follower sees the log grow, and nothing that is not durable.

use milepost_log::{
    Effect, FaultRule, Follower, Log, LogError, MemDisk, Op, RealDisk, Survival, verify,
};

use super::support::{LEDGER, append, assert_holds, create, group, home, options, segment_path};

#[test]
fn a_follower_sees_growth_over_many_segments() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1024);
    let mut follower = Follower::open(&disk, home()).unwrap();
    let reader = follower.reader();
    assert_eq!(reader.durable_end(), 0);
    for round in 1..=60 {
        append(&mut log, 2).unwrap();
        if round % 7 != 0 {
            assert_eq!(follower.refresh().unwrap(), round * 2);
            assert_holds(&reader, round * 2);
        }
    }
    log.close().unwrap();
    assert_eq!(follower.refresh().unwrap(), 120);
    let late = Follower::open(&disk, home()).unwrap();
    assert_holds(&late.reader(), 120);
    assert!(late.reader().sealed_segments().len() > 5);
}

#[test]
fn what_a_follower_shows_survives_a_crash() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 4096);
    append(&mut log, 2).unwrap();
    // The group reaches the system's cache, but its sync does not happen.
    disk.plan(FaultRule::new(Effect::Fail(std::io::ErrorKind::Other)).on(Op::Sync).times(1));
    log.append(&mut group(2, 1)).unwrap_err();
    let shown = Follower::open(&disk, home()).unwrap().reader().durable_end();
    assert_eq!(shown, 3);
    let crashed = disk.crash(Survival::Synced);
    assert_holds(&Follower::open(&crashed, home()).unwrap().reader(), shown);
}

#[test]
fn half_a_group_is_not_seen() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 4096);
    append(&mut log, 2).unwrap();
    let mut follower = Follower::open(&disk, home()).unwrap();
    disk.plan(FaultRule::new(Effect::Torn(150)).on(Op::Write).times(1));
    log.append(&mut group(2, 3)).unwrap_err();
    assert_eq!(follower.refresh().unwrap(), 2);
    assert_holds(&follower.reader(), 2);
}

#[test]
fn a_follower_reports_damage() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1024);
    append(&mut log, 1).unwrap();
    let mut follower = Follower::open(&disk, home()).unwrap();
    append(&mut log, 2).unwrap();
    for _ in 0..6 {
        append(&mut log, 2).unwrap();
    }
    let place = disk.read(&segment_path(0)).unwrap().len() / 2;
    disk.flip_bit(&segment_path(0), place, 0).unwrap();
    let error = follower.refresh().unwrap_err();
    assert!(matches!(error, LogError::Corrupt { segment: 0, .. }), "{error}");
    assert!(follower.reader().durable_end() < 15);
}

#[test]
fn a_follower_runs_beside_a_busy_writer() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    let mut log = Log::create(&RealDisk, &path, LEDGER, options(4096)).unwrap();
    let mut follower = Follower::open(&RealDisk, &path).unwrap();
    let writer = std::thread::spawn(move || {
        for _ in 0..300 {
            append(&mut log, 3).unwrap();
        }
    });
    let reader = follower.reader();
    let mut scan = reader.scan(0);
    let mut seen = 0;
    while seen < 900 {
        let end = follower.refresh().unwrap();
        while let Some(entry) = scan.next_entry().unwrap() {
            super::support::assert_entry(&entry, seen);
            seen += 1;
        }
        assert_eq!(seen, end);
    }
    writer.join().unwrap();
    assert_holds(&reader, 900);
}

#[test]
fn a_log_is_checked_while_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    let mut log = Log::create(&RealDisk, &path, LEDGER, options(4096)).unwrap();
    append(&mut log, 1).unwrap();
    let writer = std::thread::spawn(move || {
        for _ in 0..300 {
            append(&mut log, 3).unwrap();
        }
        log.close().unwrap();
    });
    let mut entries = 0;
    while !writer.is_finished() {
        let now = verify(&RealDisk, &path).unwrap().entries;
        assert!(now >= entries);
        entries = now;
    }
    writer.join().unwrap();
    assert_eq!(verify(&RealDisk, &path).unwrap().entries, 901);
}
