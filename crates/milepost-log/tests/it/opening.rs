//! Which folders are opened and which are refused, and that there is one writer.

use std::{path::Path, process::Command};

use milepost_log::{
    Disk, Ending, LedgerId, Log, LogError, LogOptions, MemDisk, RealDisk, Survival, Witness,
};

use super::support::{LEDGER, append, assert_holds, create, home, open, options, segment_path};

#[test]
fn a_folder_that_is_no_ledger_is_refused_and_left_alone() {
    let disk = MemDisk::new();
    assert!(matches!(open(&disk), Err(LogError::NotALedger { .. })));
    disk.create_dir(home()).unwrap();
    assert!(matches!(open(&disk), Err(LogError::NotALedger { .. })));
    assert!(disk.open_dir(home()).unwrap().list().unwrap().is_empty());
}

#[test]
fn a_ledger_is_not_created_over_something() {
    let disk = MemDisk::new();
    drop(create(&disk, 1024));
    let again = || Log::create(&disk, home(), LEDGER, options(1024));
    assert!(matches!(again(), Err(LogError::AlreadyALedger { .. })));
    disk.delete(&home().join("MANIFEST")).unwrap();
    drop(again().expect("an interrupted creation may be repeated"));

    let (mut log, _) = open(&disk).unwrap();
    append(&mut log, 1).unwrap();
    drop(log);
    disk.delete(&home().join("MANIFEST")).unwrap();
    assert!(matches!(again(), Err(LogError::NotEmpty { .. })), "it holds entries");

    disk.create_dir(Path::new("/other")).unwrap();
    disk.open_dir(Path::new("/other")).unwrap().create("letters").unwrap();
    let error = Log::create(&disk, Path::new("/other"), LEDGER, options(1024)).unwrap_err();
    assert_eq!(error.to_string(), "/other is not empty: it holds letters");
}

#[test]
fn a_damaged_manifest_is_refused() {
    let disk = MemDisk::new();
    drop(create(&disk, 1024));
    for byte in 0..36 {
        let disk = disk.crash(Survival::Everything);
        disk.flip_bit(&home().join("MANIFEST"), byte, 2).unwrap();
        let error = open(&disk).unwrap_err();
        assert!(matches!(error, LogError::DamagedManifest { .. }), "{error}");
    }
}

#[test]
fn a_newer_format_is_refused_by_its_version() {
    let disk = MemDisk::new();
    drop(create(&disk, 1024));
    let path = home().join("MANIFEST");
    let mut manifest = disk.read(&path).unwrap();
    manifest[8] = 2;
    let crc = crc32c::crc32c(&manifest[..32]);
    manifest[32..36].copy_from_slice(&crc.to_le_bytes());
    disk.replace(&path, &manifest).unwrap();
    let error = open(&disk).unwrap_err();
    let expected = "/ledger/MANIFEST has format version 2, and this program knows versions up to 1";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_segment_of_another_ledger_is_refused() {
    let disk = MemDisk::new();
    drop(create(&disk, 1024));
    let other = Path::new("/other");
    Log::create(&disk, other, LedgerId::new([3; 16]), options(1024)).unwrap().close().unwrap();
    let bytes = disk.read(&other.join("log/00000000000000000000.seg")).unwrap();
    disk.replace(&segment_path(0), &bytes).unwrap();
    assert!(matches!(open(&disk), Err(LogError::Corrupt { offset: 0, .. })));
}

#[test]
fn there_is_one_writer_in_a_process() {
    let disk = MemDisk::new();
    let log = create(&disk, 1024);
    assert!(matches!(open(&disk), Err(LogError::OpenHere { .. })));
    drop(log);
    open(&disk).unwrap();

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    let log = Log::create(&RealDisk, &path, LEDGER, options(1024)).unwrap();
    let again = || Log::open(&RealDisk, &path, options(1024), Witness::none());
    assert!(matches!(again(), Err(LogError::OpenHere { .. })));
    drop(log);
    again().unwrap();
}

/// The lock that another process holds is taken with the `flock` program.
#[test]
fn there_is_one_writer_on_a_machine() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    Log::create(&RealDisk, &path, LEDGER, options(1024)).unwrap().close().unwrap();
    let mut other = Command::new("flock")
        .arg("--exclusive")
        .arg(path.join("LOCK"))
        .args(["sh", "-c", "echo locked; read line"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = [0; 7];
    std::io::Read::read_exact(other.stdout.as_mut().unwrap(), &mut line).unwrap();
    let refused = Log::open(&RealDisk, &path, options(1024), Witness::none());
    assert!(matches!(refused, Err(LogError::OpenElsewhere { .. })), "{refused:?}");
    drop(other.stdin.take());
    other.wait().unwrap();
    Log::open(&RealDisk, &path, options(1024), Witness::none()).unwrap();
}

#[test]
fn the_whole_life_on_a_real_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/down/ledger");
    let options = LogOptions::default().with_segment_size(4096);
    let mut log = Log::create(&RealDisk, &path, LEDGER, options).unwrap();
    for _ in 0..60 {
        append(&mut log, 5).unwrap();
    }
    assert_holds(&log.reader(), 300);
    log.close().unwrap();
    let (mut log, recovery) = Log::open(&RealDisk, &path, options, Witness::none()).unwrap();
    assert_eq!(recovery.ending, Ending::Sealed);
    append(&mut log, 1).unwrap();
    drop(log);
    let (log, recovery) = Log::open(&RealDisk, &path, options, Witness::through(300)).unwrap();
    assert_eq!(recovery.ending, Ending::Unsealed);
    assert_holds(&log.reader(), 301);
    let entries = milepost_log::verify(&RealDisk, &path).unwrap().entries;
    assert_eq!(entries, 301);
}
