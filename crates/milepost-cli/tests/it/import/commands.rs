//! What the commands of a mapping come to: order, templates, values, times, every kind of command.

use super::{HEADER, MAPPING, available, check, import};
use crate::support::{Home, run};

/// Everything that can be imported, one kind of command a row.
const EVERY_COMMAND: &str = r#"
at = "{at}"

[[commands]]
cmd = "enrol"
when = { column = "cmd", is = "enrol" }
member = "{member}"
tier = "{ref}"
attributes = { city = "{unit}" }

[[commands]]
cmd = "grant"
when = { column = "cmd", is = "grant" }
member = "{member}"
unit = "{unit}"
amount = "{amount}"
reason = "{ref}"
occurred_at = "{at}"
expires_at = "2030-01-01"

[[commands]]
cmd = "record"
when = { column = "cmd", is = "record" }
member = "{member}"
activity.kind = "stay"
activity.ref = "{ref}"
activity.occurred_at = "{at}"
activity.quantities = { nights = "{amount}" }
activity.attributes.channel = "{unit}"
activity.spend = { amount = "{amount}", currency = "USD" }

[[commands]]
cmd = "debit"
when = { column = "cmd", is = "debit" }
member = "{member}"
unit = "points"
amount = "{amount}"
reason = "{ref}"

[[commands]]
cmd = "redeem"
when = { column = "cmd", is = "reward" }
member = "{member}"
ref = "{ref}"
reward = "cash"
amount = "{amount}"
order = "99.00"

[[commands]]
cmd = "refund"
when = { column = "cmd", is = "refund" }
member = "{member}"
redemption = "{ref}"
amount = "{amount}"

[[commands]]
cmd = "reverse"
when = { column = "cmd", is = "reverse" }
member = "{member}"
activity = "{ref}"
amount = { amount = "{amount}", currency = "USD" }

[[commands]]
cmd = "transfer"
when = [{ column = "cmd", is = "transfer" }, { column = "amount", is_not = 0 }]
from = "{member}"
to = "{unit}"
unit = "points"
amount = "{amount}"
ref = "{ref}"

[[commands]]
cmd = "assign_tier"
when = { column = "cmd", is = "assign_tier" }
member = "{member}"
tier = "{ref}"
reason = "{unit}"
"#;

const PROGRAMME: &str = r#"
name = "Every command"
timezone = "Asia/Shanghai"
currency = "EUR"
tiers = [{ id = "blue" }, { id = "gold" }]

[exchange]
USD = "1/2"

[units.points]
transfer = {}

[[earn]]
id = "base"
unit = "points"
on = ["stay"]
rate = { per = "1.00", earn = "2" }

[[rewards]]
id = "cash"
unit = "points"
money = { per = "100", value = "1.00" }
"#;

#[test]
fn every_command_and_what_it_does() {
    let home = Home::with(PROGRAMME);
    let mapping = home.write("map.toml", EVERY_COMMAND.as_bytes());
    let rows = "at,cmd,member,unit,ref,amount\n\
                2026-01-01,enrol,a,Lisbon,gold,\n\
                2026-01-01,enrol,b,,,\n\
                2026-01-02,grant,a,points,welcome,1000\n\
                2026-01-03,record,a,app,BK-1,50\n\
                2026-01-04,debit,a,,fee,100\n\
                2026-01-05,reward,a,,R-1,400\n\
                2026-01-06,refund,a,,R-1,100\n\
                2026-01-07,reverse,a,,BK-1,10\n\
                2026-01-08,transfer,a,b,T-1,40\n\
                2026-01-08,transfer,a,b,T-2,0.00\n\
                2026-01-09,assign_tier,b,birthday,gold,\n";
    let csv = home.write("rows.csv", rows.as_bytes());
    let ran = import(&home, &mapping, &csv);
    check(&ran, &[("rows", 11), ("commands", 10), ("accepted", 10)]);
    // 1000 granted, 50 earned, 100 debited, 300 redeemed, 10 reversed, 40 sent.
    assert_eq!((available(&home, "a"), available(&home, "b")), ("600".into(), "40".into()));
    let member = |id| run(&["member", &home.ledger(), id, "--json"]).lines()[0].clone();
    assert_eq!(member("a")["attributes"]["city"], "Lisbon");
    assert_eq!((&member("a")["tier"], &member("b")["tier"]), (&"gold".into(), &"gold".into()));
    // A local date is its midnight in the programme's zone.
    assert_eq!(member("a")["enrolled_at"], "2025-12-31T16:00:00Z");
    let lots = run(&["lots", &home.ledger(), "a", "--json"]).lines()[0].clone();
    assert_eq!(lots["lots"][0]["expires_at"], "2029-12-31T16:00:00Z");
}

#[test]
fn rows_are_sorted_by_columns_and_stay_in_the_order_of_the_file_otherwise() {
    let home = Home::new();
    let order = "order_by = [\"Amount\"]\n";
    let mapping = MAPPING.replace("at = \"{Date}\"", &format!("at = \"2026-01-05\"\n{order}"));
    let mapping = home.write("map.toml", mapping.as_bytes());
    // Numbers are sorted as numbers, texts after them: the two refused redemptions are the texts.
    let rows = "x,use,a,R-9,none\nx,use,a,R-2,10\nx,stay,a,BK-1,9\nx,join,a,,1\nx,use,a,R-1,9\n\
                x,stay,a,BK-2,10\nx,use,a,R-3,10\n";
    let csv = home.write("rows.csv", format!("{HEADER}{rows}").as_bytes());
    let ran = import(&home, &mapping, &csv);
    // 9 earned and 9 used; then 10 cannot be used before the next 10 are earned.
    let figures = [("rows", 7), ("commands", 6), ("accepted", 5), ("refused", 1)];
    let figures: Vec<_> =
        figures.into_iter().chain([("bad rows", 1), ("rejected rows", 2)]).collect();
    check(&ran, &figures);
    let rows: Vec<String> = super::rejects(&home).lines().map(str::to_owned).collect();
    assert!(rows[1].starts_with("x,use,a,R-2,10,insufficient_balance,"), "{}", rows[1]);
    assert!(rows[2].starts_with("x,use,a,R-9,none,malformed,"), "{}", rows[2]);
}

#[test]
fn a_value_that_the_mapping_does_not_list_rejects_the_row() {
    let home = Home::with(PROGRAMME);
    let mapping = "at = \"2026-01-01\"\n[values.card]\n\"Gold Card\" = \"gold\"\n\
                   [[commands]]\ncmd = \"enrol\"\nmember = \"{Id}\"\ntier = \"{Card|card}\"\n";
    let mapping = home.write("map.toml", mapping.as_bytes());
    let csv = home.write("cards.csv", b"Id,Card\na,Gold Card\nb,Iron Card\n");
    let ran = import(&home, &mapping, &csv);
    let figures =
        [("rows", 2), ("commands", 1), ("accepted", 1), ("bad rows", 1), ("rejected rows", 1)];
    check(&ran, &figures);
    let rejects = super::rejects(&home);
    let reason = "enrol.tier: \"\"Iron Card\"\" is not listed in [values.card]";
    assert!(
        rejects.contains(&format!("b,Iron Card,malformed,\"{reason}\",cards,3\n")),
        "{rejects}"
    );
}

/// Each row is a stay, and what was used on its last day.
const STAY_AND_USE: &str = r#"
at = "{Date}"

[[commands]]
cmd    = "record"
key    = "{file}-{row}-earn"
member = "{Guest}"
activity = { kind = "stay", ref = "s-{row}", spend = "{Spent}" }

[[commands]]
cmd    = "redeem"
when   = { column = "Used", is_not = ["", "0"] }
key    = "{file}-{row}-use"
member = "{Guest}"
ref    = "r-{row}"
unit   = "points"
amount = "{Used}"
"#;

#[test]
fn of_a_mended_row_only_what_was_refused_is_done() {
    let home = Home::with_members();
    let mapping = home.write("map.toml", STAY_AND_USE.as_bytes());
    let rows = "Date,Guest,Spent,Used\n\
                2026-02-01,b,10,900\n2026-02-02,b,20,0\n2026-02-03,b,30,800\n2026-02-04,b,40,\n";
    let csv = home.write("stays.csv", rows.as_bytes());
    let figures = [("rows", 4), ("commands", 6), ("accepted", 4), ("refused", 2)];
    let figures: Vec<_> = figures.into_iter().chain([("rejected rows", 2)]).collect();
    check(&import(&home, &mapping, &csv), &figures);
    assert_eq!(available(&home, "b"), "100");

    let mended = super::rejects(&home).replace(",900,", ",9,").replace(",800,", ",8,");
    let mended = home.write("mended.csv", mended.as_bytes());
    let ran = import(&home, &mapping, &mended);
    check(&ran, &[("rows", 2), ("commands", 4), ("accepted", 2), ("duplicates", 2)]);
    assert_eq!(available(&home, "b"), "83");
}
