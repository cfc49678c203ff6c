//! The walls of the house: dependencies point one way, and heavy ones stay in their rooms.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A crate, and which of the watched crates it may depend on.
const MAY: [(&str, &[&str]); 7] = [
    ("crates/milepost-core", &["bincode"]),
    ("crates/milepost-log", &[]),
    ("crates/milepost", &["milepost-core", "milepost-log", "sled", "tokio"]),
    ("crates/milepost-cli", &["milepost"]),
    ("benches", &["milepost", "tokio"]),
    ("examples", &["milepost", "tokio"]),
    ("fuzz", &["milepost-core", "milepost-log"]),
];

const WATCHED: [&str; 7] =
    ["milepost-core", "milepost-log", "milepost", "milepost-cli", "bincode", "sled", "tokio"];

fn dependencies(folder: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let table = manifest.get("dependencies").and_then(toml::Value::as_table);
    table.into_iter().flat_map(|table| table.keys().cloned()).collect()
}

#[test]
fn dependencies_point_one_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (folder, may) in MAY {
        let found = dependencies(&root.join(folder));
        assert!(!found.is_empty(), "{folder} has no dependencies at all");
        for watched in WATCHED.iter().filter(|watched| found.contains(**watched)) {
            assert!(may.contains(watched), "{folder} must not depend on {watched}");
        }
    }
}

#[test]
fn every_crate_is_watched() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates");
    for entry in fs::read_dir(root).unwrap() {
        let name = format!("crates/{}", entry.unwrap().file_name().to_string_lossy());
        assert!(MAY.iter().any(|(folder, _)| *folder == name), "{name} has no wall");
    }
}
