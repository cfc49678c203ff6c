//! The programmes of the scenario scripts: sound ones are taken, and those that must be refused are
//! refused.

use std::fs;
use std::path::PathBuf;

use milepost_core::programme::{Symbols, parse};

/// A path in the folder of the scenarios, if it is there: it does not lie in this repository.
fn scenarios(path: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/scenarios");
    if !folder.is_dir() {
        eprintln!("SKIPPED: there are no scenarios at {}", folder.display());
        return None;
    }
    Some(folder.join(path))
}

#[test]
fn sound_programmes_have_no_fault() {
    let Some(folder) = scenarios("programmes") else { return };
    let mut taken = 0;
    for file in fs::read_dir(folder).unwrap() {
        let file = file.unwrap().path();
        match parse(&fs::read_to_string(&file).unwrap(), &Symbols::default()) {
            Ok(_) => taken += 1,
            Err(faults) => panic!("{}:\n{faults}", file.display()),
        }
    }
    assert!(taken >= 25, "only {taken} programmes were taken");
}

#[test]
fn programme_invalid_is_what_every_faulty_programme_is() {
    let Some(file) = scenarios("programme/invalid.jsonl") else { return };
    let text = fs::read_to_string(file).unwrap();
    assert!(text.lines().count() >= 20);
    for line in text.lines() {
        let scenario: serde_json::Value = serde_json::from_str(line).unwrap();
        let toml = scenario["toml"].as_str().unwrap();
        assert!(parse(toml, &Symbols::default()).is_err(), "{}", scenario["scenario"]);
    }
}

#[test]
fn programmes_inside_sound_scripts_have_no_fault() {
    let Some(folder) = scenarios("") else { return };
    let mut seen = 0;
    for area in fs::read_dir(folder).unwrap().map(|area| area.unwrap().path()) {
        let files = area.is_dir().then(|| fs::read_dir(&area).unwrap());
        for file in files.into_iter().flatten().map(|file| file.unwrap().path()) {
            if file.extension().is_none_or(|end| end != "jsonl") || file.ends_with("invalid.jsonl")
            {
                continue;
            }
            for line in fs::read_to_string(&file).unwrap().lines() {
                seen += usize::from(check_line(line));
            }
        }
    }
    assert!(seen >= 10, "only {seen} programmes were seen");
}

/// Checks the programme of a line, if there is one in it.
fn check_line(line: &str) -> bool {
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    let Some(toml) = line["toml"].as_str() else { return false };
    if let Err(faults) = parse(toml, &Symbols::default()) {
        panic!("{faults}\n{toml}");
    }
    true
}
