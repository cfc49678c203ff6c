//! The examples run, and print what the documentation shows.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Examples are built into the folder beside the tests' (`cargo test` does so by itself; with other
/// runners: `cargo build --examples` first).
fn built(example: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().and_then(Path::parent).unwrap().join("examples").join(example)
}

fn check(example: &str) {
    let program = built(example);
    assert!(program.exists(), "build the examples first: cargo build --release --examples");
    let output = Command::new(program).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("{example}.out"));
    let expected = std::fs::read_to_string(file).unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}

#[test]
fn embed() {
    check("embed");
}

#[test]
fn view() {
    check("view");
}
