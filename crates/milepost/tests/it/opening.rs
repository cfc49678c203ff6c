//! What opening refuses, with the message that a host shows.

use std::error::Error as _;
use std::path::Path;

use milepost::log::MemDisk;
use milepost::{Error, Ledger};

use crate::support::{
    HOME, PLAIN, available, create, create_at, enrol, grant, ok, on_disk, open, open_at, options,
};

fn error_of(disk: &MemDisk) -> Error {
    Ledger::open(HOME, on_disk(disk)).map(drop).unwrap_err()
}

fn file(name: &str) -> std::path::PathBuf {
    Path::new(HOME).join(name)
}

#[test]
fn a_folder_that_is_no_ledger() {
    assert_eq!(error_of(&MemDisk::new()).to_string(), "/ledger is not a ledger");
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("notes.txt"), "mine").unwrap();
    let error = Ledger::open(folder.path(), options()).unwrap_err();
    assert_eq!(error.to_string(), format!("{} is not a ledger", folder.path().display()));
    let error = Ledger::create(folder.path(), PLAIN, options()).unwrap_err();
    let expected = format!("{} is not empty: it holds notes.txt", folder.path().display());
    assert_eq!(error.to_string(), expected);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was changed");
}

#[test]
fn a_ledger_where_one_is() {
    let disk = MemDisk::new();
    drop(create(&disk, PLAIN));
    let error = Ledger::create(HOME, PLAIN, on_disk(&disk)).unwrap_err();
    assert_eq!(error.to_string(), "/ledger already is a ledger");
}

/// The second open disturbs neither the first one nor its snapshot.
#[test]
fn a_ledger_that_is_open_already() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    let ledger = create_at(&path, PLAIN);
    ok(&ledger, enrol("a"));
    ledger.snapshot().unwrap();
    let error = Ledger::open(&path, options()).unwrap_err();
    let lock = path.join("LOCK");
    assert_eq!(error.to_string(), format!("{} is already open in this process", lock.display()));
    ok(&ledger, grant("a", 1));
    ledger.snapshot().unwrap();
    ledger.close().unwrap();
    let ledger = open_at(&path);
    assert_eq!((available(&ledger, "a"), ledger.opening().members_from_snapshot), (1, 1));
}

#[test]
fn a_programme_with_three_faults_names_them_all() {
    let text =
        PLAIN.replace("Lisbon", "Nowhere").replace("EUR", "???").replace("fer = {}", "port = 1");
    let disk = MemDisk::new();
    let error = Ledger::create(HOME, &text, on_disk(&disk)).unwrap_err();
    let message = error.to_string();
    assert!(message.starts_with("the programme has faults:\n"), "{message}");
    for key in ["3:12: timezone", "4:12: currency", "transport"] {
        assert!(message.contains(key), "{key} in {message}");
    }
    assert_eq!(error_of(&disk).to_string(), "/ledger is not a ledger", "nothing was made");
}

#[test]
fn a_log_of_a_newer_version() {
    let disk = MemDisk::new();
    create(&disk, PLAIN).close().unwrap();
    let mut manifest = disk.read(&file("MANIFEST")).unwrap();
    // The version stands after the magic of eight bytes, the checksum over everything at the end.
    manifest[8] += 1;
    let end = manifest.len() - 4;
    let sum = crc32c::crc32c(&manifest[..end]);
    manifest[end..].copy_from_slice(&sum.to_le_bytes());
    disk.replace(&file("MANIFEST"), &manifest).unwrap();
    let expected = "/ledger/MANIFEST has format version 2, and this program knows versions up to 1";
    assert_eq!(error_of(&disk).to_string(), expected);
}

#[test]
fn a_damaged_log_is_refused_and_the_place_is_named() {
    let disk = MemDisk::new();
    let ledger = create(&disk, PLAIN);
    ok(&ledger, enrol("a"));
    for _ in 0..20 {
        ok(&ledger, grant("a", 1));
    }
    drop(ledger);
    let segment = file("log/00000000000000000000.seg");
    disk.flip_bit(&segment, 1500, 3).unwrap();
    let message = error_of(&disk).to_string();
    let begins = format!("{} is damaged at byte ", segment.display());
    assert!(message.starts_with(&begins), "{message}");
    assert!(message.ends_with("restore them from a copy with `milepost repair`"), "{message}");
    disk.flip_bit(&segment, 1500, 3).unwrap();
    assert_eq!(available(&open(&disk), "a"), 20);
}

#[test]
fn the_reason_of_a_failure_is_kept_as_its_source() {
    let error = error_of(&MemDisk::new());
    assert!(error.source().is_none(), "the message says it all");
    let stopped = Error::Stopped { source: std::sync::Arc::new(error) };
    assert_eq!(stopped.source().unwrap().to_string(), "/ledger is not a ledger");
}

#[test]
fn two_views_of_one_name() {
    let options = on_disk(&MemDisk::new());
    let options = options.with_view(crate::view::Issued::default());
    let options = options.with_view(crate::view::Issued::default());
    let error = Ledger::create(HOME, PLAIN, options).unwrap_err();
    assert_eq!(error.to_string(), "there are two views named issued");
}
