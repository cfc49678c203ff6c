//! A small log, byte for byte. If this fails, the format has changed: old ledgers would not open.

use std::path::Path;

use milepost_log::{Log, MemDisk, Witness, verify};

use super::support::{append, assert_holds, create, home, open, options};

/// One group of one entry, one of four, a clean close; then another session that fills the segment
/// and begins the next.
fn small_log() -> MemDisk {
    let disk = MemDisk::new();
    let mut log = create(&disk, 1536);
    append(&mut log, 1).unwrap();
    append(&mut log, 4).unwrap();
    log.close().unwrap();
    let (mut log, _) = Log::open(&disk, home(), options(1024), Witness::none()).unwrap();
    append(&mut log, 2).unwrap();
    append(&mut log, 4).unwrap();
    log.close().unwrap();
    disk
}

const FILES: [&str; 3] =
    ["MANIFEST", "log/00000000000000000000.seg", "log/00000000000000000005.seg"];

fn fixture(name: &str) -> std::path::PathBuf {
    let file = name.replace('/', "-");
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{file}.hex"))
}

/// Sixteen bytes to a line; lines of zeros at the end are left out.
fn hex(bytes: &[u8]) -> String {
    let written = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let lines = bytes[..written].chunks(16).map(|line| {
        let bytes: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        bytes.join(" ") + "\n"
    });
    lines.collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

/// Set `MILEPOST_BLESS=1` to write the fixtures anew, which only a new format version may do.
#[test]
fn the_bytes_are_what_they_always_were() {
    let disk = small_log();
    for name in FILES {
        let found = hex(&disk.read(&home().join(name)).unwrap());
        if std::env::var_os("MILEPOST_BLESS").is_some() {
            std::fs::write(fixture(name), &found).unwrap();
        }
        let expected = std::fs::read_to_string(fixture(name)).unwrap();
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn the_bytes_of_then_are_read_now() {
    let disk = MemDisk::new();
    drop(create(&disk, 1024));
    let folder = milepost_log::Disk::open_dir(&disk, &home().join("log")).unwrap();
    folder.create("00000000000000000005.seg").unwrap();
    for name in FILES {
        let hex = std::fs::read_to_string(fixture(name)).unwrap();
        disk.replace(&home().join(name), &bytes(&hex)).unwrap();
    }
    assert_eq!(verify(&disk, home()).unwrap().entries, 11);
    assert_holds(&open(&disk).unwrap().0.reader(), 11);
}
