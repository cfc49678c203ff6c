//! Keys of a later version: each is one fault of its own kind, unless it says its default.

use super::*;

const LATER: &str = "this key is not supported by this version of milepost yet";

#[test]
fn sections_of_a_later_version_are_one_fault_each() {
    let expected = format!("4:2: rfm: {LATER}");
    check_top("[rfm]\nwhatever = 1\n[rfm.more]", &[&expected]);
    let expected = format!("4:3: segments: {LATER}");
    check_top("[[segments]]\nid = 1\n[[segments]]", &[&expected]);
}

#[test]
fn a_documented_default_may_be_written() {
    good(&format!(
        "{HEADER}units.points = {{}}
        [tier_policy]
        window = \"calendar-year\"
        valid = \"end-of-next-year\"
        best_of = 1
        upgrade = \"at-once\"
        downgrade = \"to-qualified\"
        grace = \"0 days\"
        on_upgrade = \"keep\"
        on_reversal = \"review\"
        [[earn]]
        id = \"r\"
        unit = \"points\"
        on = [\"stay\"]
        fixed = 1
        when = {{ first = false, birthday_month = false }}
        priority = 0
        stop = false
        claims = false
        per_line = false
        on_reversal = \"proportional\""
    ));
}
