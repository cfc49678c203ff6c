//! Keys of a later version: each is one fault of its own kind, unless it says its default.

use super::*;

const LATER: &str = "this key is not supported by this version of milepost yet";

#[test]
fn sections_of_a_later_version_are_one_fault_each() {
    let expected = format!("4:2: rfm: {LATER}");
    check_top("[rfm]\nwhatever = 1\n[rfm.more]", &[&expected]);
    for list in ["milestone", "segments"] {
        let expected = format!("4:3: {list}: {LATER}");
        check_top(&format!("[[{list}]]\nid = 1\n[[{list}]]"), &[&expected]);
    }
}

#[test]
fn keys_of_a_later_version_are_one_fault_each() {
    let rule = "id = \"r\", unit = \"points\", on = [\"stay\"]";
    let cases = [("earn", format!("qualifies = {{}}, {rule}, fixed = 1"), "qualifies")];
    for (list, body, key) in cases {
        let column = list.len() + " = [{ ".len() + 1;
        check_in(list, &body, &[&format!("7:{column}: {list}[0].{key}: {LATER}")]);
    }
    check_top("tier_policy.carry = {}", &[&format!("4:13: tier_policy.carry: {LATER}")]);
    check_top(
        "tier_policy.window = \"lifetime\"",
        &[&format!("4:13: tier_policy.window: {LATER}")],
    );
    check_top(
        "tiers = [{ id = \"a\", qualify = [] }]",
        &[&format!("4:22: tiers[0].qualify: {LATER}")],
    );
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
