//! What every disk promises, asked of both; and what the one in memory adds.

use std::{io::ErrorKind, path::Path};

use milepost_log::{Disk, Effect, FaultRule, LockOutcome, MemDisk, Op, RealDisk, Survival};

/// The conformance suite, in a folder that exists.
fn check(disk: &dyn Disk, root: &Path) {
    check_names(disk, &root.join("names"));
    check_content(disk, &root.join("content"));
    check_lock(disk, &root.join("lock"));
}

fn check_names(disk: &dyn Disk, path: &Path) {
    assert_eq!(disk.open_dir(path).unwrap_err().kind(), ErrorKind::NotFound);
    disk.create_dir(path).unwrap();
    assert_eq!(disk.create_dir(path).unwrap_err().kind(), ErrorKind::AlreadyExists);
    let dir = disk.open_dir(path).unwrap();
    for name in ["b", "a", "c"] {
        dir.create(name).unwrap();
    }
    assert_eq!(dir.create("a").unwrap_err().kind(), ErrorKind::AlreadyExists);
    dir.rename("b", "d").unwrap();
    dir.rename("c", "a").unwrap();
    assert_eq!(dir.list().unwrap(), ["a", "d"]);
    dir.remove("a").unwrap();
    assert_eq!(dir.remove("a").unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(dir.open_read("a").unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(dir.open_write("a").unwrap_err().kind(), ErrorKind::NotFound);
    dir.sync().unwrap();
}

fn check_content(disk: &dyn Disk, path: &Path) {
    disk.create_dir(path).unwrap();
    let dir = disk.open_dir(path).unwrap();
    let file = dir.create("file").unwrap();
    assert_eq!(file.write_at(b"hello", 3).unwrap(), 5);
    let mut buf = [9; 10];
    assert_eq!(file.read_at(&mut buf, 0).unwrap(), 8);
    assert_eq!(&buf, b"\0\0\0hello\x09\x09");
    assert_eq!(file.read_at(&mut buf, 8).unwrap(), 0);
    file.allocate(20).unwrap();
    file.allocate(10).unwrap();
    assert_eq!(file.size().unwrap(), 20);
    file.truncate(5).unwrap();
    assert_eq!(dir.open_read("file").unwrap().read_at(&mut buf, 0).unwrap(), 5);
    assert_eq!(&buf[..5], b"\0\0\0he");
    file.sync_data().unwrap();
    file.sync_all().unwrap();
}

fn check_lock(disk: &dyn Disk, path: &Path) {
    disk.create_dir(path).unwrap();
    let dir = disk.open_dir(path).unwrap();
    let held = dir.lock("LOCK").unwrap();
    assert!(matches!(held, LockOutcome::Taken(_)));
    let other = disk.open_dir(path).unwrap();
    assert!(matches!(other.lock("LOCK").unwrap(), LockOutcome::HeldHere));
    drop(held);
    assert!(matches!(other.lock("LOCK").unwrap(), LockOutcome::Taken(_)));
}

#[test]
fn the_real_disk_keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    check(&RealDisk, folder.path());
}

#[test]
fn the_disk_in_memory_keeps_the_contract() {
    check(&MemDisk::new(), Path::new("/"));
}

#[test]
fn a_crash_forgets_what_was_not_synced() {
    let disk = MemDisk::new();
    let dir = disk.open_dir(Path::new("/")).unwrap();
    let synced = dir.create("synced").unwrap();
    synced.write_at(b"old", 0).unwrap();
    synced.sync_data().unwrap();
    dir.sync().unwrap();
    synced.write_at(b"new", 0).unwrap();
    dir.create("unsynced").unwrap().sync_all().unwrap();

    let after = disk.crash(Survival::Synced);
    assert_eq!(after.read(Path::new("/synced")).unwrap(), b"old");
    assert!(after.read(Path::new("/unsynced")).is_err(), "its name was not synced");
    let lucky = disk.crash(Survival::Everything);
    assert_eq!(lucky.read(Path::new("/synced")).unwrap(), b"new");
    assert!(lucky.read(Path::new("/unsynced")).is_ok());
}

#[test]
fn a_mixed_crash_keeps_some_sectors_and_is_repeatable() {
    let disk = MemDisk::new();
    let dir = disk.open_dir(Path::new("/")).unwrap();
    let file = dir.create("file").unwrap();
    dir.sync().unwrap();
    file.write_at(&vec![1; 512 * 64], 0).unwrap();
    let content = |seed| disk.crash(Survival::Mixed(seed)).read(Path::new("/file")).unwrap();
    assert_eq!(content(4), content(4));
    assert_ne!(content(4), content(5));
    let mixed = content(4);
    let sectors: Vec<&[u8]> = mixed.chunks(512).collect();
    let kept = sectors.iter().filter(|sector| sector.contains(&1)).count();
    assert!((1..64).contains(&kept), "{kept} of 64 sectors");
    assert!(sectors.iter().all(|sector| sector.iter().all(|byte| *byte == sector[0])));
}

#[test]
fn a_lost_sync_is_not_made_good_by_the_next() {
    let disk = MemDisk::new();
    let dir = disk.open_dir(Path::new("/")).unwrap();
    let file = dir.create("file").unwrap();
    dir.sync().unwrap();
    file.write_at(b"lost", 0).unwrap();
    disk.plan(FaultRule::new(Effect::LostSync).on(Op::Sync).times(1));
    file.sync_data().unwrap_err();
    file.sync_data().unwrap();
    assert_eq!(disk.read(Path::new("/file")).unwrap(), b"lost");
    assert_eq!(disk.crash(Survival::Synced).read(Path::new("/file")).unwrap(), b"");
}

#[test]
fn faults_strike_where_and_when_they_are_planned() {
    let disk = MemDisk::new();
    disk.plan(
        FaultRule::new(Effect::Fail(ErrorKind::Other))
            .on(Op::Create)
            .at_path("b")
            .after(1)
            .times(1),
    );
    let dir = disk.open_dir(Path::new("/")).unwrap();
    dir.create("a1").unwrap();
    dir.create("b1").unwrap();
    dir.create("a2").unwrap();
    assert_eq!(dir.create("b2").unwrap_err().kind(), ErrorKind::Other);
    dir.create("b3").unwrap();

    disk.set_capacity(Some(10));
    let file = dir.open_write("a1").unwrap();
    file.write_at(&[1; 10], 0).unwrap();
    assert_eq!(file.write_at(&[1; 1], 10).unwrap_err().kind(), ErrorKind::StorageFull);
    assert_eq!(file.allocate(11).unwrap_err().kind(), ErrorKind::StorageFull);

    disk.plan(FaultRule::new(Effect::PowerOff).on(Op::List));
    dir.list().unwrap_err();
    dir.sync().unwrap_err();
    assert!(disk.crash(Survival::Everything).open_dir(Path::new("/")).unwrap().list().is_ok());
}
