//! No text makes the parser panic, and none gives half a programme.

use milepost_core::programme::{Symbols, parse};
use proptest::prelude::*;

use super::FULL;

/// What every answer must hold: a programme with its names, or faults in order.
fn check(text: &str) {
    match parse(text, &Symbols::default()) {
        Ok(programme) => {
            assert_eq!(programme.units.len(), programme.symbols.units.len());
            assert_eq!(programme.earn.len(), programme.symbols.rules.len());
            assert_eq!(programme.rewards.len(), programme.symbols.rewards.len());
        }
        Err(faults) => {
            let places: Vec<_> = faults.as_slice().iter().map(|f| (f.line, f.column)).collect();
            assert!(!places.is_empty() && places.is_sorted(), "{faults}");
            assert_eq!(faults.to_string().lines().count(), places.len(), "{faults}");
        }
    }
}

/// Cuts the good file at a character, drops some, and puts something else in.
fn changed(at: usize, dropped: usize, put: &str) -> String {
    let before = FULL.chars().take(at);
    before.chain(put.chars()).chain(FULL.chars().skip(at + dropped)).collect()
}

/// Puts another value behind the `=` of one line of the good file.
fn other_value(line: usize, value: &str) -> String {
    let mut lines: Vec<_> = FULL.lines().map(str::to_owned).collect();
    let count = lines.len();
    let line = &mut lines[line % count];
    if let Some((key, _)) = line.clone().split_once(" = ") {
        *line = format!("{key} = {value}");
    }
    lines.join("\n")
}

const VALUES: &[&str] = &[
    "0",
    "-1",
    "1e400",
    "0.08",
    "nan",
    "99999999999999999999",
    "0x7f",
    "true",
    "\"\"",
    "\" \"",
    "\"-0\"",
    "\"1/0\"",
    "\"1/3 EUR\"",
    "\"999999999999999999999999999999999999\"",
    "\"1/999999999999999999999999999999999999\"",
    "\"0000-01-01\"",
    "\"9999-12-31T23:59:60\"",
    "0001-01-01",
    "9999-12-31",
    "12:30:00",
    "[]",
    "[[]]",
    "[1, \"a\", \"a\"]",
    "{}",
    "{ default = \"1\" }",
    "{ after = \"9999 years\" }",
    "{ a.b.c = 1 }",
    "\"\"\"\na\"\"\"",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text(text in ".{0,200}") {
        check(&text);
    }

    #[test]
    fn any_text_of_the_letters_of_toml(text in "[\\[\\]{}=.,\"'a-e0-9 \\n-]{0,120}") {
        check(&text);
    }

    #[test]
    fn a_good_file_with_a_change(at in 0_usize..3000, dropped in 0_usize..40, put in "\\PC{0,8}") {
        check(&changed(at, dropped, &put));
    }

    #[test]
    fn a_good_file_with_another_value(
        line in 0_usize..200,
        value in prop::sample::select(VALUES),
    ) {
        check(&other_value(line, value));
    }

    #[test]
    fn a_good_file_with_a_line_twice(line in 0_usize..200) {
        let again = FULL.lines().nth(line % FULL.lines().count()).unwrap();
        check(&format!("{FULL}\n{again}\n"));
    }
}
