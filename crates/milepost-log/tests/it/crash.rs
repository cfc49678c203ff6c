//! The power goes at every single disk operation of a workload; whatever part of the unsynced
//! changes survives, every acknowledged entry is there exactly once and in order.

use milepost_log::{
    Effect, Ending, FaultRule, Log, LogError, LogOptions, MemDisk, Survival, Witness, verify,
};

use super::support::{LEDGER, append, assert_holds, assert_lives_on, home, open, options};

/// What a host was told before the power went.
#[derive(Debug, Default)]
struct Told {
    created: bool,
    /// The entries whose append returned.
    durable: u64,
    /// The entries that were being appended.
    tried: u64,
}

/// Creates, appends over several segments, closes, opens, appends, drops, opens, appends.
fn workload(disk: &MemDisk, options: LogOptions, told: &mut Told) -> Result<(), LogError> {
    let mut log = Log::create(disk, home(), LEDGER, options)?;
    told.created = true;
    append_some(&mut log, &[1, 2, 3, 1, 4], told)?;
    log.close()?;
    let (mut log, _) = Log::open(disk, home(), options, witness(told))?;
    append_some(&mut log, &[2, 20, 1], told)?;
    drop(log);
    let (mut log, _) = Log::open(disk, home(), options, witness(told))?;
    append_some(&mut log, &[3, 1, 1, 2, 1, 5, 1], told)?;
    log.close()
}

fn append_some(log: &mut Log, counts: &[u64], told: &mut Told) -> Result<(), LogError> {
    for count in counts {
        told.tried = told.durable + count;
        append(log, *count)?;
        told.durable = told.tried;
    }
    Ok(())
}

fn witness(told: &Told) -> Witness {
    told.durable.checked_sub(1).map_or(Witness::none(), Witness::through)
}

fn survivals(seed: u64) -> Vec<Survival> {
    let mixed = (0..6).map(|n| Survival::Mixed(seed * 6 + n));
    [Survival::Synced, Survival::Everything].into_iter().chain(mixed).collect()
}

#[track_caller]
fn assert_survives(disk: &MemDisk, told: &Told) {
    let opened = Log::open(disk, home(), options(1024), witness(told));
    let (log, recovery) = match opened {
        Err(LogError::NotALedger { .. }) if !told.created => return assert_can_be_created(disk),
        opened => opened.unwrap(),
    };
    let next = recovery.next_seq;
    assert!(next == told.durable || next == told.tried, "{next} entries after {told:?}");
    assert_holds(&log.reader(), next);
    drop(log);
    assert_lives_on(disk, next);
}

fn assert_can_be_created(disk: &MemDisk) {
    let mut log = Log::create(disk, home(), LEDGER, options(1024)).unwrap();
    append(&mut log, 1).unwrap();
    assert_holds(&log.reader(), 1);
}

#[test]
fn power_loss_at_every_operation_loses_nothing() {
    for at in 0.. {
        let disk = MemDisk::new();
        disk.plan(FaultRule::new(Effect::PowerOff).after(at));
        let mut told = Told::default();
        let ended = workload(&disk, options(1024), &mut told);
        for survival in survivals(at) {
            assert_survives(&disk.crash(survival), &told);
        }
        if ended.is_ok() {
            assert!(at > 200, "the workload has only {at} operations");
            return;
        }
    }
}

#[test]
fn power_loss_with_segments_made_in_the_background_loses_nothing() {
    let threads = LogOptions::default().with_segment_size(1024);
    for at in 0.. {
        let disk = MemDisk::new();
        disk.plan(FaultRule::new(Effect::PowerOff).after(at));
        let mut told = Told::default();
        let ended = workload(&disk, threads, &mut told);
        for survival in survivals(at) {
            assert_survives(&disk.crash(survival), &told);
        }
        if ended.is_ok() {
            return;
        }
    }
}

#[test]
fn power_loss_during_recovery_loses_nothing() {
    let disk = MemDisk::new();
    let mut told = Told::default();
    disk.plan(FaultRule::new(Effect::PowerOff).after(150));
    workload(&disk, options(1024), &mut told).unwrap_err();
    for seed in 0..20 {
        let crashed = disk.crash(Survival::Mixed(seed));
        for at in 0.. {
            let again = crashed.crash(Survival::Everything);
            again.plan(FaultRule::new(Effect::PowerOff).after(at));
            let opened = Log::open(&again, home(), options(1024), witness(&told)).is_ok();
            assert_survives(&again.crash(Survival::Mixed(at)), &told);
            if opened {
                break;
            }
        }
    }
}

#[test]
fn after_a_clean_close_opening_says_so() {
    let disk = MemDisk::new();
    workload(&disk, options(1024), &mut Told::default()).unwrap();
    let after = disk.crash(Survival::Synced);
    let (log, recovery) = open(&after).unwrap();
    assert_eq!(recovery.ending, Ending::Sealed);
    let before = verify(&after, home()).unwrap();
    log.close().unwrap();
    assert_eq!(verify(&after, home()).unwrap(), before, "closing again writes nothing");
}
