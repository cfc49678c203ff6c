//! Every key finds its entry for ever, whatever happens to the key files, and takes little memory.

use std::path::PathBuf;

use milepost_log::{
    Background, Disk, Effect, EntryHead, FaultRule, Group, KeyIndex, Log, LogError, LogOptions,
    MemDisk, Survival,
};

use super::support::{LEDGER, append, create, home, key, open};

fn index(disk: &MemDisk, log: &Log) -> KeyIndex {
    KeyIndex::open(disk, home(), &log.reader(), Background::Inline).unwrap()
}

fn key_files(disk: &MemDisk) -> Vec<PathBuf> {
    let folder = home().join("keys");
    let names = disk.open_dir(&folder).unwrap().list().unwrap();
    names.into_iter().map(|name| folder.join(name)).collect()
}

/// A log of `count` entries in groups of five, with its key index kept as an engine keeps it.
fn filled(disk: &MemDisk, count: u64, background: Background) -> (Log, KeyIndex) {
    let options = LogOptions::default().with_segment_size(2048).with_background(background);
    let mut log = Log::create(disk, home(), LEDGER, options).unwrap();
    let mut keys = KeyIndex::open(disk, home(), &log.reader(), background).unwrap();
    while log.next_seq() < count {
        append_with_keys(&mut log, &mut keys);
    }
    keys.settle();
    (log, keys)
}

fn append_with_keys(log: &mut Log, keys: &mut KeyIndex) {
    let first = log.next_seq();
    for seq in (first..first + 5).filter(|seq| has_key(*seq)) {
        keys.insert(key(seq), seq);
    }
    let durable = log.append(&mut super::support::group(first, 5)).unwrap();
    if let Some(sealed) = durable.sealed {
        keys.segment_sealed(sealed);
    }
}

fn has_key(seq: u64) -> bool {
    !seq.is_multiple_of(3)
}

#[track_caller]
fn assert_finds_all(keys: &mut KeyIndex, count: u64) {
    for seq in 0..count {
        assert_eq!(keys.get(&key(seq)).unwrap(), has_key(seq).then_some(seq), "key {seq}");
    }
    for seq in count..count + 500 {
        assert_eq!(keys.get(&key(seq)).unwrap(), None);
    }
}

#[test]
fn keys_are_found_while_the_log_grows_and_after_opening() {
    for background in [Background::Inline, Background::Threads] {
        let disk = MemDisk::new();
        let (log, mut keys) = filled(&disk, 2_000, background);
        assert_finds_all(&mut keys, 2_000);
        drop((keys, log));
        let (log, _) = open(&disk).unwrap();
        let mut keys = index(&disk, &log);
        assert_finds_all(&mut keys, 2_000);
        assert!(keys.footprint().recent_keys < 30, "{:?}", keys.footprint());
    }
}

#[test]
fn keys_are_found_at_every_moment() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1024);
    let mut keys = KeyIndex::open(&disk, home(), &log.reader(), Background::Threads).unwrap();
    for _ in 0..60 {
        append_with_keys(&mut log, &mut keys);
        assert_finds_all(&mut keys, log.next_seq());
    }
}

#[test]
fn files_are_merged_in_tiers() {
    let disk = MemDisk::new();
    let (log, keys) = filled(&disk, 4_000, Background::Inline);
    let segments = log.reader().sealed_segments().len();
    assert!(segments > 200, "{segments} segments");
    let footprint = keys.footprint();
    assert!(footprint.files <= 3 * 5, "{footprint:?}");
    assert_eq!(key_files(&disk).len() as u64, footprint.files, "merged files are removed");
}

#[test]
fn an_old_key_takes_less_than_two_bytes_of_memory() {
    let disk = MemDisk::new();
    let options = LogOptions::default().with_segment_size(1 << 20);
    let mut log = Log::create(&disk, home(), LEDGER, options).unwrap();
    let mut group = Group::new();
    for first in (0..100_000).step_by(1_000) {
        for seq in first..first + 1_000 {
            let head = EntryHead { seq, recorded_at: 0, kind: 0, schema: 0, key: Some(key(seq)) };
            group.push(&head, &[], |_| {}).unwrap();
        }
        log.append(&mut group).unwrap();
    }
    let mut keys = index(&disk, &log);
    let footprint = keys.footprint();
    assert!(footprint.old_keys > 80_000, "{footprint:?}");
    assert!(footprint.filter_bytes < footprint.old_keys * 2, "{footprint:?}");
    for seq in (0..100_000).step_by(7) {
        assert_eq!(keys.get(&key(seq)).unwrap(), Some(seq));
    }
    for seq in 100_000..110_000 {
        assert_eq!(keys.get(&key(seq)).unwrap(), None);
    }
}

#[test]
fn deleted_key_files_are_made_again() {
    let disk = MemDisk::new();
    drop(filled(&disk, 1_000, Background::Inline));
    let files = key_files(&disk);
    for gone in [&files[..1], &files[1..], &files[..]] {
        let disk = disk.crash(Survival::Everything);
        for path in gone {
            disk.delete(path).unwrap();
        }
        let (log, _) = open(&disk).unwrap();
        assert_finds_all(&mut index(&disk, &log), 1_000);
    }
}

#[test]
fn damaged_key_files_are_noticed_and_made_again() {
    let disk = MemDisk::new();
    drop(filled(&disk, 600, Background::Inline));
    for path in key_files(&disk) {
        let len = disk.read(&path).unwrap().len();
        for byte in (0..len).step_by(61) {
            let disk = disk.crash(Survival::Everything);
            disk.flip_bit(&path, byte, 4).unwrap();
            let (log, _) = open(&disk).unwrap();
            assert_finds_all(&mut index(&disk, &log), 600);
        }
        for len in [0, 1, 100, len / 2, len - 1] {
            let disk = disk.crash(Survival::Everything);
            let short = disk.read(&path).unwrap()[..len].to_vec();
            disk.replace(&path, &short).unwrap();
            let (log, _) = open(&disk).unwrap();
            assert_finds_all(&mut index(&disk, &log), 600);
        }
    }
}

#[test]
fn a_damaged_file_is_noticed_when_it_is_merged() {
    let disk = MemDisk::new();
    let (mut log, mut keys) = filled(&disk, 600, Background::Inline);
    for path in key_files(&disk) {
        disk.flip_bit(&path, 30, 1).unwrap();
    }
    while log.next_seq() < 1_500 {
        append_with_keys(&mut log, &mut keys);
    }
    assert_finds_all(&mut keys, 1_500);
    assert!(keys.footprint().files < 30, "{:?}", keys.footprint());
}

#[test]
fn key_files_of_another_history_are_not_believed() {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1024);
    append(&mut log, 1).unwrap();
    drop(log);
    let old_copy = disk.crash(Survival::Everything);

    let history = |disk: &MemDisk, salt: u64| {
        let (mut log, _) = open(disk).unwrap();
        let mut keys = index(disk, &log);
        for seq in 1..200 {
            let digest = key(seq * 1_000 + salt);
            let head = EntryHead { seq, recorded_at: 0, kind: 0, schema: 0, key: Some(digest) };
            let mut group = Group::new();
            group.push(&head, &[], |_| {}).unwrap();
            keys.insert(digest, seq);
            if let Some(sealed) = log.append(&mut group).unwrap().sealed {
                keys.segment_sealed(sealed);
            }
        }
    };
    history(&disk, 1);
    history(&old_copy, 2);
    // The log of one history, with the key files of the other.
    for path in key_files(&disk) {
        let bytes = disk.read(&path).unwrap();
        old_copy.replace(&path, &bytes).unwrap();
    }
    let (log, _) = open(&old_copy).unwrap();
    let mut keys = index(&old_copy, &log);
    for seq in 1..200 {
        assert_eq!(keys.get(&key(seq * 1_000 + 2)).unwrap(), Some(seq));
        assert_eq!(keys.get(&key(seq * 1_000 + 1)).unwrap(), None);
    }
}

#[test]
fn a_full_disk_keeps_keys_in_memory() {
    let disk = MemDisk::new();
    drop(filled(&disk, 600, Background::Inline));
    for path in key_files(&disk) {
        disk.delete(&path).unwrap();
    }
    disk.set_capacity(Some(0));
    let (log, _) = open(&disk).unwrap();
    let mut keys = index(&disk, &log);
    assert_eq!(keys.footprint().files, 0);
    assert_finds_all(&mut keys, 600);
    drop((keys, log));

    disk.set_capacity(None);
    let (log, _) = open(&disk).unwrap();
    let mut keys = index(&disk, &log);
    assert!(keys.footprint().files > 0);
    assert_finds_all(&mut keys, 600);
}

#[test]
fn a_crash_while_key_files_are_made_loses_no_key() {
    for seed in 0..60 {
        let disk = MemDisk::new();
        let (log, keys) = filled(&disk, 200, Background::Inline);
        let crashed = disk.crash(Survival::Mixed(seed));
        drop((keys, log));
        let (log, _) = open(&crashed).unwrap();
        assert_finds_all(&mut index(&crashed, &log), 200);
    }
}

#[test]
fn power_loss_at_any_operation_loses_no_key() {
    for at in (0..1_000).step_by(9) {
        let disk = MemDisk::new();
        let mut log = create(&disk, 1024);
        let mut keys = index(&disk, &log);
        disk.plan(FaultRule::new(Effect::PowerOff).after(at));
        for _ in 0..30 {
            let first = log.next_seq();
            (first..first + 5).filter(|seq| has_key(*seq)).for_each(|s| keys.insert(key(s), s));
            match log.append(&mut super::support::group(first, 5)) {
                Ok(durable) => durable.sealed.into_iter().for_each(|s| keys.segment_sealed(s)),
                Err(_) => break,
            }
        }
        let durable = log.next_seq();
        let crashed = disk.crash(Survival::Mixed(at));
        let (log, recovery) = open(&crashed).unwrap();
        assert!(recovery.next_seq >= durable);
        assert_finds_all(&mut index(&crashed, &log), recovery.next_seq);
    }
}

#[test]
fn a_damaged_log_is_an_error_where_its_keys_are_needed() {
    let disk = MemDisk::new();
    drop(filled(&disk, 600, Background::Inline));
    for path in key_files(&disk) {
        disk.delete(&path).unwrap();
    }
    disk.flip_bit(&super::support::segment_path(0), 400, 2).unwrap();
    let (log, _) = open(&disk).unwrap();
    let refused = KeyIndex::open(&disk, home(), &log.reader(), Background::Inline);
    assert!(matches!(refused, Err(LogError::Corrupt { segment: 0, .. })), "{refused:?}");
}
