//! The programme parser: what a sound file means, and what is said about every other.

mod arbitrary;
mod defaults;
mod earn;
mod faulty;
mod gifts;
mod header;
mod limits;
mod meaning;
mod rules;
mod scenarios;
mod scores;
mod units;

use milepost_core::programme::{Programme, Symbols, parse};

/// The keys that every file has to have: lines 1 to 3.
const HEADER: &str = "name = \"Test\"\ntimezone = \"UTC\"\ncurrency = \"EUR\"\n";

/// A unit and two tiers for rules to refer to: lines 4 to 6.
const DECLARED: &str = "units.points = {}\nunits.n = { qualifying_only = true }\n\
                        tiers = [{ id = \"blue\" }, { id = \"silver\" }]\n";

/// A file that uses every key that is carried out.
const FULL: &str = include_str!("../programmes/full.toml");

/// What a text without faults means.
fn good(text: &str) -> Programme {
    parse(text, &Symbols::default()).unwrap_or_else(|faults| panic!("{text}\n{faults}"))
}

/// Checks the faults of a text, each written as line, column, key and reason; `…` stands for any end.
fn check(text: &str, expected: &[&str]) {
    let found = parse(text, &Symbols::default()).expect_err(text).to_string();
    let fits = |(found, expected): (&str, &&str)| match expected.strip_suffix('…') {
        Some(start) => found.starts_with(start),
        None => found == *expected,
    };
    let same = found.lines().count() == expected.len() && found.lines().zip(expected).all(fits);
    assert!(same, "{text}\nfound:\n{found}\nexpected:\n{}", expected.join("\n"));
}

/// Checks the faults of what stands in line 4 and after of a file.
fn check_top(lines: &str, expected: &[&str]) {
    check(&format!("{HEADER}{lines}"), expected);
}

/// Checks the faults of a unit of one line, the fourth.
fn check_unit(body: &str, expected: &[&str]) {
    check_top(&format!("units.x = {{ {body} }}"), expected);
}

/// Checks the faults of one item of a list, such as an earn rule, in line 7.
fn check_in(list: &str, body: &str, expected: &[&str]) {
    check_top(&format!("{DECLARED}{list} = [{{ {body} }}]"), expected);
}

/// The keys that earn rules and multipliers have to have.
const RULE: &str = "id = \"r\", unit = \"points\", on = [\"stay\"]";

/// Checks the faults of an earn rule, in line 7 after the keys it has to have.
fn check_earn(body: &str, expected: &[&str]) {
    check_in("earn", &format!("{RULE}, {body}"), expected);
}

/// Checks the faults of a multiplier, in line 7 after the keys it has to have.
fn check_multiplier(body: &str, expected: &[&str]) {
    check_in("multiplier", &format!("{RULE}, {body}"), expected);
}

/// Checks the faults of a list of tiers, in line 4.
fn check_tiers(list: &str, expected: &[&str]) {
    check_top(&format!("tiers = [{list}]"), expected);
}
