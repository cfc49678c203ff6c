//! Failing writes and syncs poison the log; full disks only refuse; short writes are completed.

use std::io::ErrorKind;

use milepost_log::{
    Background, Effect, FaultRule, Log, LogError, LogOptions, MemDisk, Op, Survival, Witness,
};

use super::support::{append, assert_holds, assert_lives_on, create, group, home, open, options};

/// Appends under one planned fault, and asserts that the log is poisoned and lives on.
#[track_caller]
fn assert_poisons(rule: FaultRule) {
    let disk = MemDisk::new();
    let mut log = create(&disk, 4096);
    append(&mut log, 3).unwrap();
    disk.plan(rule.at_path(".seg").times(1));
    let mut second = group(3, 2);
    let error = log.append(&mut second).unwrap_err();
    assert!(matches!(error, LogError::Io { .. }), "{error}");
    assert_eq!(second.count(), 2, "the group keeps its entries");
    for _ in 0..2 {
        let error = log.append(&mut second).unwrap_err();
        assert!(matches!(error, LogError::Poisoned { .. }), "{error}");
    }
    assert_holds(&log.reader(), 3);
    assert!(matches!(log.close(), Err(LogError::Poisoned { .. })));
    let (log, recovery) = open(&disk).unwrap();
    assert!(recovery.next_seq == 3 || recovery.next_seq == 5);
    assert_holds(&log.reader(), recovery.next_seq);
    drop(log);
    // What recovery has shown is durable, whatever the failed sync did.
    assert_lives_on(&disk.crash(Survival::Synced), recovery.next_seq);
}

#[test]
fn a_failed_write_poisons() {
    assert_poisons(FaultRule::new(Effect::Fail(ErrorKind::Other)).on(Op::Write));
    assert_poisons(FaultRule::new(Effect::Torn(0)).on(Op::Write));
    assert_poisons(FaultRule::new(Effect::Torn(50)).on(Op::Write));
    assert_poisons(FaultRule::new(Effect::Torn(300)).on(Op::Write));
}

#[test]
fn a_failed_sync_poisons_and_is_never_believed_again() {
    assert_poisons(FaultRule::new(Effect::Fail(ErrorKind::Other)).on(Op::Sync));
    assert_poisons(FaultRule::new(Effect::LostSync).on(Op::Sync));
}

#[test]
fn short_writes_are_completed() {
    let disk = MemDisk::new();
    disk.plan(FaultRule::new(Effect::Short(7)).on(Op::Write));
    let mut log = create(&disk, 1024);
    for _ in 0..10 {
        append(&mut log, 2).unwrap();
    }
    drop(log);
    disk.heal();
    assert_lives_on(&disk.crash(Survival::Synced), 20);
}

#[test]
fn a_disk_without_space_for_the_next_segment_refuses_and_recovers() {
    for background in [Background::Inline, Background::Threads] {
        let disk = MemDisk::new();
        let options = LogOptions::default().with_segment_size(1024).with_background(background);
        let mut log = Log::create(&disk, home(), super::support::LEDGER, options).unwrap();
        disk.set_capacity(Some(6 * 1024));
        let (mut held, error) = loop {
            let next = log.next_seq();
            if let Err(error) = append(&mut log, 1) {
                break (next, error);
            }
        };
        assert!(matches!(error, LogError::DiskFull { .. }), "{error}");
        assert!(matches!(append(&mut log, 1), Err(LogError::DiskFull { .. })));
        assert_holds(&log.reader(), held);
        disk.set_capacity(None);
        append(&mut log, 1).unwrap();
        held += 1;
        assert_holds(&log.reader(), held);
        log.close().unwrap();
        assert_lives_on(&disk.crash(Survival::Synced), held);
    }
}

#[test]
fn a_full_disk_does_not_stop_opening_and_reading() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1024);
    for _ in 0..10 {
        append(&mut log, 1).unwrap();
    }
    drop(log);
    disk.set_capacity(Some(0));
    let (log, _) = open(&disk).unwrap();
    assert_holds(&log.reader(), 10);
    log.close().unwrap();
}

#[test]
fn every_single_failure_is_survived() {
    for at in 0.. {
        let disk = MemDisk::new();
        let mut log = create(&disk, 1024);
        let created = disk.operations();
        disk.plan(FaultRule::new(Effect::Fail(ErrorKind::Other)).after(at).times(1));
        let mut durable = 0;
        while durable < 30 && append(&mut log, 3).is_ok() {
            durable += 3;
        }
        let struck = disk.operations() - created > at;
        drop(log);
        disk.heal();
        let (log, recovery) = Log::open(&disk, home(), options(1024), Witness::none()).unwrap();
        assert!((durable..=durable + 3).contains(&recovery.next_seq));
        drop(log);
        assert_lives_on(&disk, recovery.next_seq);
        if !struck {
            return;
        }
    }
}
