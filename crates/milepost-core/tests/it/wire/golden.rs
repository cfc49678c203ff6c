//! Bytes that were written once are read for ever, and written again the same.
//!
//! A sample without a file gets one, and the test fails once; a file that is there is never changed.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use milepost_core::wire::{self, Kind};

use super::samples::{self, Sample};
use super::{encoded, recorded_at};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

fn hex(bytes: &[u8]) -> String {
    let lines = bytes.chunks(32).map(|line| {
        let line: Vec<String> = line.iter().map(|byte| format!("{byte:02x}")).collect();
        line.join(" ") + "\n"
    });
    lines.collect()
}

fn unhex(text: &str) -> Vec<u8> {
    text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

fn file(sample: &Sample) -> PathBuf {
    folder().join(format!("{}.hex", sample.name))
}

/// The kept bytes of a sample.
pub(super) fn bytes(sample: &Sample) -> Vec<u8> {
    unhex(&fs::read_to_string(file(sample)).expect(&sample.name))
}

/// Writes the files that are missing, and says which.
fn write_missing() -> Vec<String> {
    let missing = samples::all().into_iter().filter(|sample| !file(sample).exists());
    let written = missing.map(|sample| {
        fs::write(file(&sample), hex(&encoded(&sample.recorded, &sample.events))).unwrap();
        sample.name
    });
    written.collect()
}

#[test]
fn samples_are_written_as_they_were() {
    assert_eq!(write_missing(), [""; 0], "written now: look at them and keep them");
    for sample in samples::all() {
        let kept = bytes(&sample);
        assert_eq!(hex(&encoded(&sample.recorded, &sample.events)), hex(&kept), "{}", sample.name);
    }
}

#[test]
fn kept_bytes_are_read_as_they_were() {
    for sample in samples::all() {
        let kind = wire::kind(&sample.recorded).number();
        let body = wire::decode(kind, 1, recorded_at(), &bytes(&sample)).unwrap();
        assert_eq!(body.command, sample.recorded, "{}", sample.name);
        assert_eq!(body.events, sample.events, "{}", sample.name);
    }
}

#[test]
fn every_kind_of_command_and_of_event_has_its_bytes() {
    let kinds: BTreeSet<u8> =
        samples::all().iter().map(|sample| wire::kind(&sample.recorded).number()).collect();
    assert!(kinds.into_iter().eq(Kind::ALL.iter().map(|kind| kind.number())));
    let samples = samples::all();
    let events = samples.iter().flat_map(|sample| &sample.events);
    let facts: HashSet<_> = events.map(|event| std::mem::discriminant(&event.fact)).collect();
    assert_eq!(facts.len(), 44);
}

#[test]
fn no_bytes_are_kept_that_nobody_reads() {
    let known: BTreeSet<String> =
        samples::all().into_iter().map(|sample| sample.name + ".hex").collect();
    for file in fs::read_dir(folder()).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(&name), "{name}");
    }
}
