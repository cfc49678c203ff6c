//! Bytes that were written once are read for ever, and written again the same.
//!
//! A sample without a file gets one, and the test fails once; a file that is there is never changed.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use milepost_core::wire::{self, Kind};

use super::samples::{self, Sample};
use super::{encoded, recorded_at};

/// So many samples were kept in schema 1.
const OF_SCHEMA_1: usize = 81;

/// Where the bytes of a schema are. Of an old one no new samples can be made.
fn folder(schema: u8) -> PathBuf {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    golden.join(format!("schema-{schema}"))
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

fn file(sample: &Sample, schema: u8) -> PathBuf {
    folder(schema).join(format!("{}.hex", sample.name))
}

/// The kept bytes of all samples in every schema.
pub(super) fn all() -> Vec<(u8, Sample, Vec<u8>)> {
    let samples = (1..=wire::SCHEMA).flat_map(|schema| {
        let known = samples::all().into_iter();
        known.filter_map(move |sample| kept(&sample, schema).map(|bytes| (schema, sample, bytes)))
    });
    samples.collect()
}

fn kept(sample: &Sample, schema: u8) -> Option<Vec<u8>> {
    Some(unhex(&fs::read_to_string(file(sample, schema)).ok()?))
}

/// Writes the files that are missing, and says which.
fn write_missing() -> Vec<String> {
    let missing = samples::all().into_iter().filter(|sample| !file(sample, wire::SCHEMA).exists());
    let written = missing.map(|sample| {
        fs::write(file(&sample, wire::SCHEMA), hex(&encoded(&sample.recorded, &sample.events)))
            .unwrap();
        sample.name
    });
    written.collect()
}

#[test]
fn samples_are_written_as_they_were() {
    assert_eq!(write_missing(), [""; 0], "written now: look at them and keep them");
    for sample in samples::all() {
        let kept = kept(&sample, wire::SCHEMA).map(|kept| hex(&kept));
        let written = hex(&encoded(&sample.recorded, &sample.events));
        assert_eq!(Some(written), kept, "{}", sample.name);
    }
}

#[test]
fn kept_bytes_are_read_as_they_were() {
    for (schema, sample, bytes) in all() {
        let kind = wire::kind(&sample.recorded).number();
        let body = wire::decode(kind, schema, recorded_at(), &bytes).unwrap();
        assert_eq!(body.command, sample.recorded, "{}", sample.name);
        assert_eq!(body.events, sample.events, "{}", sample.name);
    }
}

/// The example in the description of the format, whose bytes stand before two spaces in each line.
#[test]
fn the_example_of_the_format_is_a_kept_sample() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/FORMAT.md");
    let page = fs::read_to_string(page).unwrap();
    let example = page.split_once("### An example").unwrap().1;
    let lines = example.split("```").nth(1).unwrap().lines().skip(1);
    let digits: String = lines.filter_map(|line| line.split("  ").next()).collect();
    let digits: String = digits.split_whitespace().collect();
    let sample = samples::all().into_iter().find(|sample| sample.name == "event-earned").unwrap();
    let kept: String = hex(&kept(&sample, wire::SCHEMA).unwrap()).split_whitespace().collect();
    assert_eq!(digits, kept);
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
    let files = |schema| fs::read_dir(folder(schema)).unwrap();
    for file in (1..=wire::SCHEMA).flat_map(files) {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(&name), "{name}");
    }
    assert_eq!(files(1).count(), OF_SCHEMA_1);
}
