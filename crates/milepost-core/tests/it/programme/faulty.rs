//! A folder of faulty files, each with what is said about it beside it; and sound ones that say what
//! can hardly be meant.

use std::fs;
use std::path::Path;

use milepost_core::programme::{Symbols, explain, parse, warnings};

use super::{FULL, HEADER, good};

#[test]
fn every_faulty_file_is_told_all_of_its_faults() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faulty");
    let files = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<_> = files.filter(|f| f.extension().is_some_and(|e| e == "toml")).collect();
    files.sort();
    assert!(files.len() >= 40, "only {} files", files.len());
    for file in files {
        let faults = parse(&fs::read_to_string(&file).unwrap(), &Symbols::default());
        let found = faults.expect_err(&file.display().to_string()).to_string();
        let expected = fs::read_to_string(file.with_extension("txt")).unwrap();
        assert_eq!(found, expected.trim_end(), "{}", file.display());
    }
}

/// Checks the warnings of what stands in line 4 and after of a sound file.
fn check(lines: &str, expected: &[&str]) {
    let text = format!("{HEADER}{lines}");
    good(&text);
    let found: Vec<String> = warnings(&text).iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "{text}");
}

const POINTS: &str = "units.points = {}\n";

#[test]
fn rules_that_no_activity_gets_to() {
    let rule = |id: &str, more: &str| {
        format!("{{ id = \"{id}\", unit = \"points\", on = [\"stay\"], {more} }}")
    };
    let two =
        |one: &str, two: &str| format!("{POINTS}earn = [{},\n {}]", rule("a", one), rule("b", two));
    let hidden = "6:2: earn[1]: no activity gets to it: wherever it holds, \"a\" comes first";
    let may = "when = { months = [5] }";
    check(&two(&format!("fixed = 1, stop = true, {may}"), &format!("fixed = 2, {may}")), &[hidden]);
    let sku = "lines = { only = { sku = [\"A\"] } }";
    check(
        &two(&format!("fixed = 1, claims = true, {sku}"), &format!("fixed = 2, {sku}")),
        &[hidden],
    );
    // A rate may give nothing, another month is another month, and other lines are other lines.
    check(&two(&format!("rate = {{ per = 1, earn = 1 }}, stop = true, {may}"), "fixed = 2"), &[]);
    check(&two(&format!("fixed = 1, stop = true, {may}"), "fixed = 2"), &[]);
    check(&two(&format!("fixed = 1, claims = true, {sku}"), "fixed = 2"), &[]);
    check(&two(&format!("fixed = 1, {may}"), &format!("fixed = 2, {may}")), &[]);
}

#[test]
fn what_is_never_used() {
    check(
        POINTS,
        &["4:16: units.points: it is never used: no rule gives it and no reward takes it"],
    );
    check(
        "units.n = { qualifying_only = true }\n\
         earn = [{ id = \"a\", unit = \"n\", on = [\"stay\"], fixed = 1 }]",
        &["4:11: units.n: it counts for nothing: no tier and no milestone looks at it"],
    );
    let earn = "earn = [{ id = \"a\", unit = \"points\", on = [\"stay\"], fixed = 1 }]\n";
    check(
        &format!(
            "{POINTS}{earn}multiplier = [{{ id = \"m\", unit = \"points\", on = [\"stay\"], factor = 2 }}]"
        ),
        &[
            "6:15: multiplier[0]: it multiplies nothing: no rule with a rate gives \"points\" for these",
        ],
    );
    check(
        &format!(
            "{POINTS}{earn}tiers = [{{ id = \"a\" }}, {{ id = \"b\" }}]\n\
             rewards = [{{ id = \"r\", unit = \"points\", cost = {{ a = 5 }}, when = {{ tier = [\"b\"] }} }}]"
        ),
        &["7:12: rewards[0]: nobody gets it: it has no price for its tiers"],
    );
}

#[test]
fn tiers_that_nothing_reaches() {
    let earn = "earn = [{ id = \"a\", unit = \"points\", on = [\"stay\"], fixed = 1 }]\n";
    let by_hand = "tiers = [{ id = \"a\" }, { id = \"b\" }]";
    check(&format!("{POINTS}{earn}{by_hand}"), &[]);
    check(
        &format!(
            "{POINTS}{earn}tiers = [{{ id = \"a\" }}, {{ id = \"b\", qualify = [{{ spend = 5 }}] }},\n\
             {{ id = \"c\" }}]"
        ),
        &["7:1: tiers[2]: nothing reaches it: it has no `qualify` and is given by hand only"],
    );
    check(
        &format!(
            "{POINTS}units.n = {{ qualifying_only = true }}\n{earn}\
             tiers = [{{ id = \"a\" }}, {{ id = \"b\", qualify = [{{ n = 5 }}] }}]"
        ),
        &[
            "5:11: units.n: it is never used: no rule gives it and no reward takes it",
            "7:24: tiers[1]: nothing reaches it: nothing adds to what it counts",
        ],
    );
}

#[test]
fn segments_that_nobody_gets_into() {
    let rfm = "rfm = { window = \"1 year\", on = [\"stay\"] }\n";
    check(
        &format!(
            "{rfm}segments = [{{ id = \"a\", r = [4, 5] }}, {{ id = \"b\", r = [5], f = [1] }},\n\
             {{ id = \"c\", r = [1], inactive_for = \"12 months\" }},\n\
             {{ id = \"d\", inactive_for = \"2 years\" }}, {{ id = \"e\" }}, {{ id = \"f\", m = [1] }}]"
        ),
        &[
            "5:39: segments[1]: nobody gets into it: \"a\" takes them all before",
            "6:1: segments[2]: nobody gets into it: who has done nothing for so long has no scores",
            "7:55: segments[5]: nobody gets into it: \"e\" takes them all before",
        ],
    );
}

#[test]
fn approvals_that_nobody_may_give() {
    let earn = "earn = [{ id = \"a\", unit = \"points\", on = [\"stay\"], fixed = 1 }]\n";
    let roles = |approves: &str| {
        format!(
            "{POINTS}{earn}[[compensation]]\ncause = \"late\"\n\
             grants = [{{ unit = \"points\", amount = 5 }}]\napproval_above = 3\n\
             [roles.clerk]\nmay = [\"debit\"]\nneeds_approval = [\"debit\"]\n\
             [roles.boss]\nmay = [\"*\"]\napproves = [{approves}]"
        )
    };
    check(&roles("\"debit\", \"compensate\""), &[]);
    check(
        &roles("\"grant\""),
        &[
            "6:1: compensation[0]: what needs approval is never paid: no role approves \"compensate\"",
            "10:1: roles.clerk: it can never do this: no role approves \"debit\"",
        ],
    );
}

#[test]
fn a_programme_is_explained_sentence_by_sentence() {
    let mut found = String::new();
    for chapter in explain(&good(FULL)) {
        found.extend([chapter.title, "\n"]);
        for sentence in &chapter.sentences {
            found.extend(["- ", sentence, "\n"]);
        }
    }
    let expected = include_str!("../../programmes/full-explained.txt");
    assert!(found == expected, "found:\n{found}");
}
