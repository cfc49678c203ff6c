//! One member becomes a part of another (R-MERGE-1).

use super::{POINTS, check, earning, run};

#[test]
fn r_merge_1_lots_holds_and_counters_move_with_their_dates() {
    check(
        &earning(""),
        "@2026-01-01
         enrol a
         enrol b
         grant a unit=points amount=10 reason=x expires_at=2026-09-01
         grant b unit=points amount=20 reason=x expires_at=2026-06-01
         record b kind=stay ref=S-1 spend=30
         redeem b unit=points amount=25 ref=R-1
         hold b unit=points amount=15 ref=H-1 until=2026-02-01
         grant b unit=points amount=7 reason=x available_at=2026-03-01
         merge b a -> merged(member=b,into=a) merged(member=a,from=b,first_lot=2)
         balance a points available=20 held=15 pending=7 granted=37 earned=30 spent=25
         lots a points 1:10@2026-09-01 3:25 4:7
         holds a H-1:15
         balance b points available=0 granted=0 spent=0
         refund a redemption=R-1 amount=21 -> refunded(lots=3:5+2:16)
         reverse a activity=S-1 -> reversed(lots=3:15+2:15)
         lots a points 2:1 1:10 3:15 4:7
         @2026-02-01
         holds a
         @2026-03-01
         balance a points held=0 pending=0 debt=0",
    );
}

#[test]
fn r_merge_1_debts_are_netted_at_once() {
    check(
        POINTS,
        "@2026-01-01
         enrol a
         enrol b
         enrol c
         debit a unit=points amount=30 reason=x
         grant b unit=points amount=10 reason=x
         grant b unit=points amount=100 reason=x expires_at=2026-09-01
         merge b a -> merged merged debt_repaid(member=a,lot=1,amount=10) debt_repaid(lot=2,amount=20)
         balance a points available=80 debt=0 granted=110 debited=30
         debit c unit=points amount=50 reason=x
         merge c a -> merged merged debt_repaid(lot=2,amount=50)
         balance a points available=30 debt=0 debited=80",
    );
}

#[test]
fn r_merge_1_references_that_clash_get_the_prefix() {
    check(
        &earning(""),
        "@2026-01-01
         enrol a
         enrol b
         grant a unit=points amount=50 reason=x
         grant b unit=points amount=50 reason=x
         redeem a unit=points amount=1 ref=R-1
         redeem b unit=points amount=2 ref=R-1
         redeem b unit=points amount=3 ref=b/R-1
         redeem b unit=points amount=4 ref=R-2
         record a kind=stay ref=R-1 spend=5
         record b kind=stay ref=R-1 spend=6
         hold a unit=points amount=1 ref=R-1
         hold b unit=points amount=2 ref=R-1
         merge b a
         refund a redemption=R-1 -> refunded(amount=1)
         refund a redemption=b/b/R-1 -> refunded(amount=2)
         refund a redemption=b/R-1 -> refunded(amount=3)
         refund a redemption=R-2 -> refunded(amount=4)
         holds a R-1:1 b/R-1:2
         reverse a activity=b/R-1 -> reversed(activity=b/R-1,taken=6)
         record a kind=stay ref=b/R-1 spend=1 -> !duplicate_reference
         redeem a unit=points amount=1 ref=b/b/R-1 -> !duplicate_reference",
    );
}

#[test]
fn r_merge_1_no_two_references_get_one_name() {
    check(
        POINTS,
        "@2026-01-01
         enrol a
         enrol b
         grant a unit=points amount=50 reason=x
         grant b unit=points amount=50 reason=x
         redeem a unit=points amount=1 ref=x
         redeem a unit=points amount=1 ref=b/x
         redeem b unit=points amount=3 ref=x
         redeem b unit=points amount=4 ref=b/x
         merge b a
         refund a redemption=b/b/x -> refunded(amount=3)
         refund a redemption=b/b/b/x -> refunded(amount=4)",
    );
}

#[test]
fn r_merge_1_a_reference_that_has_no_room_for_the_prefix_refuses_the_merge() {
    let long = "r".repeat(127);
    check(
        POINTS,
        &format!(
            "@2026-01-01
             enrol a
             enrol b
             grant a unit=points amount=5 reason=x
             grant b unit=points amount=5 reason=x
             redeem a unit=points amount=1 ref={long}
             redeem b unit=points amount=1 ref={long}
             merge b a -> !duplicate_reference(ref={long})
             balance b points available=4"
        ),
    );
}

#[test]
fn r_merge_1_many_activities_stay_findable() {
    let mut script = vec!["@2026-01-01".to_owned(), "enrol a".to_owned(), "enrol b".to_owned()];
    for number in 1..=20 {
        script.push(format!("record a kind=stay ref=S-{number} spend=1"));
        script.push(format!("record b kind=stay ref=S-{} spend={number}", number + 10));
    }
    script.push("reverse b activity=S-30 amount=10 -> reversed(taken=10)".to_owned());
    script.push("merge b a".to_owned());
    for number in 1..=20 {
        let (name, left) = (number + 10, if number == 20 { 10 } else { number });
        let prefix = if name <= 20 { "b/" } else { "" };
        script.push(format!("reverse a activity={prefix}S-{name} -> reversed(taken={left})"));
    }
    script.push("balance a points available=20 debt=0".to_owned());
    check(&earning(""), &script.join("\n"));
}

#[test]
fn r_merge_1_later_commands_for_the_first_reach_the_other() {
    check(
        &earning("transfer = {}"),
        "@2026-01-01
         enrol a
         enrol b
         enrol c
         grant b unit=points amount=20 reason=x
         merge b a
         record b kind=stay ref=S-1 spend=5 -> earned(member=a,amount=5)
         redeem b unit=points amount=25 ref=R-1
         refund a redemption=R-1
         merge a c
         grant b unit=points amount=1 reason=x -> granted(member=c)
         balance c points available=26
         transfer b a unit=points amount=1 ref=T-1 -> !invalid_target
         merge b c -> !invalid_target
         merge b a -> !invalid_target
         enrol b -> !member_exists
         merge c c -> !invalid_target
         merge c d -> !unknown_member(member=d)
         merge d c -> !unknown_member(member=d)
         merge d d -> !invalid_target
         merge b e expected_version=99 -> !unknown_member(member=e)
         extend unit=points expiring_until=2027-01-01 to=2028-01-01 members=b -> nothing
         member c version=3",
    );
}

#[test]
fn r_merge_1_attributes_and_consents_of_the_target_stay() {
    check(
        POINTS,
        "@2026-01-01
         enrol a attributes.group=x
         enrol b attributes.group=y attributes.market=pt
         consent a purpose=mail given=false
         consent b purpose=mail given=true
         consent b purpose=ads given=true
         merge b a
         member a attributes={\"group\":\"x\",\"market\":\"pt\"} consents={\"mail\":false} closed=false",
    );
}

#[test]
fn r_merge_1_limits_of_transfers_count_what_both_sent() {
    check(
        "units.points = { transfer = { per_day = 2, amount_per_year = \"20\" } }",
        "@2026-01-01
         enrol a
         enrol b
         enrol c
         grant a unit=points amount=50 reason=x
         grant b unit=points amount=50 reason=x
         transfer a c unit=points amount=5 ref=T-1
         transfer b c unit=points amount=6 ref=T-2
         merge b a
         transfer a c unit=points amount=1 ref=T-3 -> !limit_exceeded(limit=per_day)
         @2026-01-02
         transfer a c unit=points amount=10 ref=T-4 -> !limit_exceeded(limit=amount_per_year)
         transfer a c unit=points amount=9 ref=T-5",
    );
}

#[test]
fn r_merge_1_the_higher_tier_with_the_later_end() {
    check(
        "units.points = {}
         [[tiers]]
         id = \"blue\"
         [[tiers]]
         id = \"gold\"",
        "@2026-01-01
         enrol a
         enrol b
         enrol c
         assign_tier b tier=gold until=2026-06-01 reason=x
         assign_tier c tier=gold until=2026-09-01 reason=x
         merge b a -> merged merged tier_assigned(member=a,until=2026-06-01) tier_changed(from=blue,to=gold)
         tier a gold valid_until=2026-06-01
         merge c a -> merged merged tier_assigned(until=2026-09-01)
         @2026-08-01
         tier a gold
         @2026-09-01
         tier a blue",
    );
}

#[test]
fn r_merge_1_the_sum_of_both_must_fit() {
    check(
        POINTS,
        "@2026-01-01
         enrol a
         enrol b
         grant a unit=points amount=9000000000000000000 reason=x
         grant b unit=points amount=9000000000000000000 reason=x
         merge b a -> !amount_overflow
         balance b points available=9000000000000000000",
    );
}

#[test]
fn r_merge_1_the_statement_says_what_came_and_knows_its_names() {
    let ledger = run(
        &earning(""),
        "@2026-01-01
         enrol a
         enrol b
         record a kind=stay ref=S-1 spend=5
         record b kind=stay ref=S-1 spend=40
         redeem b unit=points amount=25 ref=R-1
         merge b a
         refund a redemption=R-1 amount=5
         reverse a activity=b/S-1",
    );
    let statement = &ledger.statements[&ledger.member("a").key()];
    let texts: Vec<&str> = statement.lines().iter().map(|line| line.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "5 points earned for S-1 (rule base)",
            "15 points taken over from b",
            "5 points given back (R-1)",
            "40 points taken back (b/S-1), 15 of them owed",
        ]
    );
}
