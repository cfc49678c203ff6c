//! Keys that say what holds anyway.

use super::*;

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
