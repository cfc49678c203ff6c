//! Reversals, in whole and in parts, and what is missing (R-REV-1, R-REV-2, R-NUM-4).

use super::{check, earning};

/// Seven points for three euros, rounded as named.
fn sevenths(rounding: &str) -> String {
    format!(
        "units.points = {{}}
         [[earn]]
         id = \"base\"
         unit = \"points\"
         on = [\"stay\"]
         rate = {{ per = \"3.00\", earn = \"7\" }}
         rounding = \"{rounding}\""
    )
}

#[test]
fn r_num_4_parts_add_up_to_the_whole() {
    for (rounding, [a, b, c]) in [("down", [2, 2, 3]), ("up", [3, 2, 2]), ("half-up", [2, 3, 2])] {
        check(
            &sevenths(rounding),
            &format!(
                "@2026-01-01
                 enrol a
                 record a kind=stay ref=S-1 spend=3 -> earned(amount=7)
                 reverse a activity=S-1 amount=1 -> reversed(taken={a})
                 reverse a activity=S-1 amount=1 -> reversed(taken={b})
                 reverse a activity=S-1 amount=1.01 -> !exceeds_activity(activity=S-1)
                 reverse a activity=S-1 amount=1 -> reversed(taken={c})
                 reverse a activity=S-1 -> !exceeds_activity
                 reverse a activity=S-1 amount=0.01 -> !exceeds_activity
                 balance a points available=0 reversed=7"
            ),
        );
    }
}

#[test]
fn r_rev_1_in_full_by_money_and_the_rest() {
    check(
        &format!(
            "{}\n[[earn]]\nid = \"gift\"\nunit = \"points\"\non = [\"stay\"]\nfixed = 10",
            earning("")
        ),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 spend=40 -> earned(amount=40) earned(amount=10)
         reverse a activity=S-1 amount=10 ref=V-1 -> reversed(activity=S-1,taken=12,lots=1:12)
         reverse a activity=S-1 amount=0 -> !invalid_amount
         reverse a activity=S-1 -> reversed(taken=38,lots=1:28+2:10)
         record a kind=stay ref=S-2 -> earned(amount=10)
         reverse a activity=S-2 amount=1 -> !exceeds_activity
         reverse a activity=S-2 -> reversed(taken=10)
         reverse a activity=S-3 -> !unknown_activity(activity=S-3)",
    );
}

#[test]
fn r_rev_1_money_of_another_currency_goes_through_the_rates() {
    check(
        &format!("exchange = {{ CNY = \"0.5\", USD = \"2\" }}\n{}", earning("")),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 spend.amount=40 spend.currency=CNY -> earned(amount=20)
         reverse a activity=S-1 amount.amount=4 amount.currency=CNY -> reversed(taken=2)
         reverse a activity=S-1 amount=4 -> reversed(taken=4)
         reverse a activity=S-1 amount.amount=8 amount.currency=USD -> !exceeds_activity
         reverse a activity=S-1 amount.amount=7 amount.currency=USD -> reversed(taken=14)
         reverse a activity=S-1 -> !exceeds_activity",
    );
}

#[test]
fn r_rev_2_own_lots_first_pending_ones_too() {
    check(
        &earning("pending = \"7 days\""),
        "@2026-01-01
         enrol a
         grant a unit=points amount=10 reason=x
         record a kind=stay ref=S-1 spend=40 -> earned
         reverse a activity=S-1 amount=30 -> reversed(taken=30,lots=2:30)
         balance a points pending=10 available=10
         @2026-01-08
         reverse a activity=S-1 -> matured(amount=10) reversed(taken=10,lots=2:10)
         balance a points pending=0 available=10",
    );
}

#[test]
fn r_rev_2_then_what_had_expired_counts_as_taken_once() {
    check(
        &earning("expiry = { after = \"1 month\" }"),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 spend=40
         redeem a unit=points amount=10 ref=R-1
         @2026-03-01
         reverse a activity=S-1 amount=20 -> expired(amount=30) reversed(taken=0,set_off=20,debt=0)
         reverse a activity=S-1 -> reversed(taken=0,set_off=10,debt=10)
         balance a points available=0 expired=30 reversed=10 debt=10",
    );
}

#[test]
fn r_rev_2_then_the_shortfall_by_the_units_policy() {
    let script = |expected: &str| {
        format!(
            "@2026-01-01
             enrol a
             record a kind=stay ref=S-1 spend=40
             @2026-01-02
             grant a unit=points amount=10 reason=x
             grant a unit=points amount=10 reason=x available_at=2026-02-01
             redeem a unit=points amount=25 ref=R-1
             hold a unit=points amount=5 ref=H-1
             reverse a activity=S-1 -> {expected}"
        )
    };
    let cases = [
        ("", "reversed(taken=20,lots=1:10+2:10,debt=20,forgiven=0)"),
        ("shortfall = \"forgive\"", "reversed(taken=10,lots=1:10,debt=0,forgiven=30)"),
        ("shortfall = \"refuse\"", "!already_spent(unit=points)"),
    ];
    for (unit, expected) in cases {
        check(&earning(unit), &script(expected));
    }
}

#[test]
fn r_rev_2_and_r_debt_1_what_was_held_comes_back_to_the_debt() {
    check(
        &earning(""),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 spend=40
         hold a unit=points amount=40 ref=H-1
         reverse a activity=S-1 -> reversed(taken=0,debt=40)
         release a hold=H-1 amount=15 -> released debt_repaid(amount=15)
         capture a hold=H-1 ref=R-1 -> captured(amount=25)
         balance a points debt=25 available=0 spent=25 reversed=40",
    );
}

#[test]
fn r_rev_2_each_unit_by_itself() {
    check(
        "units.points = {}
         units.miles = { shortfall = \"forgive\" }
         [[earn]]
         id = \"p\"
         unit = \"points\"
         on = [\"stay\"]
         rate = { per = \"1.00\", earn = \"1\" }
         [[earn]]
         id = \"m\"
         unit = \"miles\"
         on = [\"stay\"]
         fixed = 5
         [[earn]]
         id = \"q\"
         unit = \"points\"
         on = [\"stay\"]
         fixed = 3",
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 spend=10 -> earned earned earned
         redeem a unit=miles amount=4 ref=R-1
         reverse a activity=S-1 -> reversed(unit=points,taken=13,lots=1:10+3:3) reversed(unit=miles,taken=1,forgiven=4)",
    );
}
