//! Importing CSV files: good rows and bad ones, repeated and interrupted imports, and mappings that
//! are none.

mod commands;
mod mappings;

use std::fs;

use crate::support::{Home, Ran, run};

/// Guests who join, stay and use points.
const MAPPING: &str = r#"
at = "{Date}"

[[commands]]
cmd    = "enrol"
when   = { column = "Kind", is = "join" }
key    = "{file}-{row}"
member = "{Guest}"

[[commands]]
cmd    = "record"
when   = { column = "Kind", is = "stay" }
key    = "{file}-{row}"
member = "{Guest}"
activity = { kind = "stay", ref = "{Ref}", spend = "{Amount}" }

[[commands]]
cmd    = "redeem"
when   = { column = "Kind", is = "use" }
key    = "{file}-{row}"
member = "{Guest}"
ref    = "{Ref}"
unit   = "points"
amount = "{Amount}"
"#;

const HEADER: &str = "Date,Kind,Guest,Ref,Amount\n";

/// Good rows and, from line 4 on, one of each kind of bad row between them.
const ROWS: &[u8] = b"\xef\xbb\xbfDate,Kind,Guest,Ref,Amount\n\
2026-01-05,join,a,,\n\
2026-01-06,stay,a,BK-1,120.50\n\
2026-01-07,use,a,R-1,500\n\
2026-01-08,stay,a,BK-2,12x\n\
2026-01-09,use,a,\"R-2, the second\",20\n\
2026-01-10,stay,ghost,BK-3,10\n\
2026-01-11,stay,\xff,BK-3,10\n\
2026-01-12,stay,a\n\
12 January,stay,a,BK-3,10\n\
2026-01-12,note,a,,\n\
2026-01-12,stay,a,BK-4,1000.00\n";

fn import(home: &Home, mapping: &str, csv: &str) -> Ran {
    let rejects = home.path("rejects.csv").display().to_string();
    run(&["import", &home.ledger(), "--mapping", mapping, "--rejects", &rejects, csv])
}

fn rejects(home: &Home) -> String {
    String::from_utf8_lossy(&fs::read(home.path("rejects.csv")).unwrap()).into_owned()
}

/// Checks some of the figures of the summary; all others of these names are 0.
fn check(ran: &Ran, figures: &[(&str, u64)]) {
    let names =
        ["rows", "commands", "accepted", "duplicates", "refused", "bad rows", "rejected rows"];
    for name in names {
        let expected = figures.iter().find(|(figure, _)| *figure == name).map_or(0, |(_, n)| *n);
        let line = ran.out.lines().find(|line| line.starts_with(name));
        let line = line.unwrap_or_else(|| panic!("{name}: {}{}", ran.out, ran.err));
        let found = line[name.len()..].trim();
        assert_eq!(found, expected.to_string(), "{name}\n{}{}", ran.out, ran.err);
    }
    let rejected = figures.iter().any(|(name, _)| *name == "rejected rows");
    assert_eq!((ran.status, ran.err.as_str()), (i32::from(rejected), ""));
}

fn available(home: &Home, member: &str) -> String {
    let ran = run(&["balance", &home.ledger(), member, "--json"]);
    ran.lines()[0]["points"]["available"].to_string()
}

fn imported() -> (Home, String, String) {
    let home = Home::new();
    let (mapping, csv) =
        (home.write("map.toml", MAPPING.as_bytes()), home.write("guests.csv", ROWS));
    (home, mapping, csv)
}

#[test]
fn a_refused_row_goes_to_the_reject_file_and_the_import_goes_on() {
    let (home, mapping, csv) = imported();
    let ran = import(&home, &mapping, &csv);
    let figures = [
        ("rows", 11),
        ("commands", 6),
        ("accepted", 4),
        ("refused", 2),
        ("bad rows", 4),
        ("rejected rows", 6),
    ];
    check(&ran, &figures);
    assert_eq!(available(&home, "a"), "1100");
    assert_eq!(
        rejects(&home),
        "Date,Kind,Guest,Ref,Amount,reject_code,reject_message,reject_file,reject_row\n\
         2026-01-07,use,a,R-1,500,insufficient_balance,\
         \"redeem: 120 points are available, 500 were requested\",guests,4\n\
         2026-01-08,stay,a,BK-2,12x,malformed,\"record.activity.spend: \"\"12x\"\": not a decimal \
         number such as 144.90 (digits, one point, no sign but -)\",guests,5\n\
         2026-01-10,stay,ghost,BK-3,10,unknown_member,record: there is no member ghost,guests,7\n\
         2026-01-11,stay,\u{fffd},BK-3,10,malformed,column 3 is not UTF-8,guests,8\n\
         2026-01-12,stay,a,,,malformed,\"3 fields, expected 5 as in the header\",guests,9\n\
         12 January,stay,a,BK-3,10,malformed,\"at: \"\"12 January\"\": not a date such as \
         2026-01-05, a local time such as 2026-01-05T10:00:00, or an RFC 3339 instant\",guests,10\n"
    );
}

#[test]
fn without_a_reject_file_the_first_refusals_are_told() {
    let home = Home::new();
    let mapping = home.write("map.toml", MAPPING.as_bytes());
    let rows = "2026-01-05,stay,ghost,BK,1\n".repeat(12);
    let csv = home.write("ghosts.csv", format!("{HEADER}{rows}").as_bytes());
    let ran = run(&["import", &home.ledger(), "--mapping", &mapping, &csv]);
    let told: Vec<&str> = ran.err.lines().collect();
    assert_eq!((ran.status, told.len()), (1, 11));
    assert_eq!(told[0], format!("{csv}:2: unknown_member: record: there is no member ghost"));
    assert_eq!(told[10], "milepost: and 2 rows more: --rejects FILE writes them down");
}

#[test]
fn a_repeated_import_does_nothing_twice_and_judges_nothing_anew() {
    let (home, mapping, csv) = imported();
    import(&home, &mapping, &csv);
    let first = rejects(&home);
    let again = import(&home, &mapping, &csv);
    let figures = [
        ("rows", 11),
        ("commands", 6),
        ("duplicates", 4),
        ("refused", 2),
        ("bad rows", 4),
        ("rejected rows", 6),
    ];
    check(&again, &figures);
    // The guest has 1,100 points now, and yet the redemption of 500 stays refused.
    assert_eq!(available(&home, "a"), "1100");
    let message = "insufficient_balance,\"redeem: 120 points are available, 500 were requested\"";
    let before = "refused_before,redeem: an earlier run of this import decided it and did not \
                  accept it";
    assert_eq!(rejects(&home), first.replace(message, before));
}

#[test]
fn an_interrupted_import_can_be_repeated() {
    let (home, mapping, csv) = imported();
    // The first run came as far as line 6.
    let end = ROWS.windows(5).position(|bytes| bytes == b"01-10").unwrap() - 5;
    fs::write(&csv, &ROWS[..end]).unwrap();
    import(&home, &mapping, &csv);
    fs::write(&csv, ROWS).unwrap();
    let figures = [
        ("rows", 11),
        ("commands", 6),
        ("accepted", 1),
        ("duplicates", 3),
        ("refused", 2),
        ("bad rows", 4),
        ("rejected rows", 6),
    ];
    check(&import(&home, &mapping, &csv), &figures);
    assert_eq!(available(&home, "a"), "1100");
}

#[test]
fn a_reject_file_that_was_mended_is_imported_under_the_keys_of_its_rows() {
    let (home, mapping, csv) = imported();
    import(&home, &mapping, &csv);
    let mended = rejects(&home).replace("12x", "12").replace("R-1,500", "R-1,50");
    let mended = home.write("mended.csv", mended.as_bytes());
    let figures = [("rows", 6), ("commands", 3), ("accepted", 2), ("refused", 1), ("bad rows", 3)];
    let figures: Vec<_> = figures.into_iter().chain([("rejected rows", 4)]).collect();
    check(&import(&home, &mapping, &mended), &figures);
    assert_eq!(available(&home, "a"), "1062");
    let header = "Date,Kind,Guest,Ref,Amount,reject_code,reject_message,reject_file,reject_row\n";
    assert!(rejects(&home).starts_with(header));
    assert!(rejects(&home).contains(",unknown_member,record: there is no member ghost,guests,7\n"));
    // The first file again: what was mended is not done a second time.
    let again = import(&home, &mapping, &csv);
    assert!(again.out.contains("key_reused"), "{}", again.out);
    assert_eq!(available(&home, "a"), "1062");
}
