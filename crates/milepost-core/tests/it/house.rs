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

/// Every file of Rust under a folder, with its text.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

/// What would let the same log come to other bytes on another machine or day.
const IMPURE: [&str; 8] = [
    "SystemTime::now",
    "Instant::now",
    "Utc::now",
    "std::env",
    "std::thread",
    "std::fs",
    "std::collections::HashMap",
    "rand::",
];

#[test]
fn r_time_2_nothing_that_decides_or_folds_reads_what_is_no_input() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 100);
    for (file, text) in &found {
        for impure in IMPURE {
            assert!(!text.contains(impure), "{file}: {impure}");
        }
    }
}

/// The numbers of the rules, where the specification is not at hand.
const RULES: &str = "
    R-NUM-1 R-NUM-2 R-NUM-3 R-NUM-4
    R-TIME-1 R-TIME-2 R-TIME-3 R-TIME-4 R-TIME-5 R-TIME-6 R-TIME-7 R-TIME-8
    R-LOT-1 R-LOT-2 R-LOT-3 R-LOT-4 R-LOT-5 R-LOT-6
    R-HOLD-1 R-HOLD-2 R-HOLD-3 R-HOLD-4
    R-RED-1 R-RED-2 R-RED-3 R-DEAD
    R-REV-1 R-REV-2 R-REV-3 R-REV-4 R-DEBT-1
    R-XFER-1 R-MERGE-1 R-CLOSE-1
    R-CMD-1 R-CMD-2 R-CMD-3 R-CMD-4 R-CMD-5 R-CMD-6 R-CMD-7
    R-ASOF-1 R-ASOF-2 R-PRIV-1 R-PRIV-2";

/// What waits for later work: no line decides all of it, or no test proves it, yet.
const WAITING: [&str; 1] = ["R-PRIV-1"];

/// The rules as the specification numbers them, each at the beginning of its item.
fn specified(text: &str) -> BTreeSet<String> {
    let items = text.lines().filter_map(|line| line.strip_prefix("- R-"));
    items.filter_map(|item| item.split_whitespace().next()).map(|n| format!("R-{n}")).collect()
}

/// Whether a text has a rule's number, and not only that of another that begins like it.
fn cites(text: &str, number: &str) -> bool {
    let mut places = text.match_indices(number);
    places.any(|(at, _)| !text[at + number.len()..].starts_with(|c: char| c.is_ascii_digit()))
}

#[test]
fn every_rule_stands_at_a_line_that_decides_it_and_in_a_test() {
    let mut rules: BTreeSet<String> = RULES.split_whitespace().map(str::to_owned).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    match fs::read_to_string(root.join("../shared/spec/ledger.md")) {
        Ok(text) => assert_eq!(specified(&text), rules, "the list here is not the specification's"),
        Err(_) => eprintln!("there is no specification beside the repository: the list is taken"),
    }
    rules.retain(|rule| !WAITING.contains(&rule.as_str()));
    let (mut decides, mut proves) = (String::new(), String::new());
    for entry in fs::read_dir(root.join("crates")).unwrap() {
        let (mut src, mut tests) = (Vec::new(), Vec::new());
        let folder = entry.unwrap().path();
        sources(&folder.join("src"), &mut src);
        sources(&folder.join("tests"), &mut tests);
        for (_, text) in &src {
            let (code, test) = text.split_once("#[cfg(test)]").unwrap_or((text, ""));
            decides.push_str(code);
            proves.push_str(test);
        }
        // This list proves nothing.
        let tests = tests.iter().filter(|(file, _)| !file.ends_with("it/house.rs"));
        tests.for_each(|(_, text)| proves.push_str(text));
    }
    // The only rule that is proved in this file.
    proves.push_str("R-TIME-2");
    for rule in &rules {
        assert!(cites(&decides, rule), "{rule} stands at no line that decides it");
        let name = rule.to_lowercase().replace('-', "_");
        let proved = cites(&proves, rule) || cites(&proves, &name);
        assert!(proved, "{rule} stands in no test");
    }
}
