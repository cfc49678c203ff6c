//! Activities: what they earn, and when what they earned lives (R-NUM-3, R-TIME-6, R-LOT-6).

use super::{POINTS, check, earning};

#[test]
fn r_num_3_a_rule_rounds_once_at_its_end() {
    for (rounding, [a, b, c]) in
        [("down", [2, 3, 4]), ("up", [3, 4, 4]), ("half-up", [3, 4, 4]), ("half-even", [2, 4, 4])]
    {
        check(
            &format!(
                "units.points = {{}}
                 [[earn]]
                 id = \"base\"
                 unit = \"points\"
                 on = [\"stay\"]
                 rate = {{ per = \"2.00\", earn = \"1\" }}
                 rounding = \"{rounding}\""
            ),
            &format!(
                "@2026-01-01
                 enrol a
                 record a kind=stay ref=S-1 spend=5.00 -> earned(amount={a})
                 record a kind=stay ref=S-2 spend=7.00 -> earned(amount={b})
                 record a kind=stay ref=S-3 spend=8.00 -> earned(amount={c})
                 record a kind=stay ref=S-4 spend=0.00 -> nothing
                 record a kind=bus ref=S-5 spend=9.00 -> nothing"
            ),
        );
    }
}

#[test]
fn rates_fixed_amounts_and_quantities_in_order_of_the_rules() {
    check(
        "units.points = {}
         units.nights = { qualifying_only = true }
         [[earn]]
         id = \"first\"
         unit = \"points\"
         on = [\"stay\", \"flight\"]
         fixed = 5
         [[earn]]
         id = \"late\"
         unit = \"points\"
         on = [\"stay\"]
         rate = { per = \"10 km\", earn = \"3\", steps = \"whole\" }
         [[earn]]
         id = \"night\"
         unit = \"nights\"
         on = [\"stay\"]
         rate = { per = \"1 nights\", earn = 1 }",
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 quantities.km=29.9 quantities.nights=2 -> earned(rule=first,lot=1,amount=5,activity=S-1) earned(rule=late,amount=6) earned(rule=night,unit=nights,amount=2) qualified(count=nights,amount=2)
         record a kind=flight ref=S-2 quantities.km=100 -> earned(rule=first)
         record a kind=stay ref=S-3 -> earned(rule=first)",
    );
}

#[test]
fn money_comes_from_the_spend_or_the_lines_at_its_rate() {
    check(
        &format!("exchange = {{ CNY = \"0.5\" }}\n{}", earning("")),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 lines=10.50;-0.50;2 -> earned(amount=12)
         record a kind=stay ref=S-2 lines=10.50;-0.50 spend=7 -> earned(amount=7)
         record a kind=stay ref=S-3 spend.amount=15 spend.currency=CNY -> earned(amount=7)
         record a kind=stay ref=S-4 spend.amount=15 spend.currency=CNY spend.rate=2 -> earned(amount=30)
         record a kind=stay ref=S-5 spend.amount=15 spend.currency=USD -> !unknown_currency(currency=USD)
         record a kind=stay ref=S-5 spend.amount=15 spend.currency=USD spend.rate=1 -> earned(amount=15)
         record a kind=stay ref=S-6 lines=1;-2 -> !invalid_amount
         record a kind=stay ref=S-6 spend=-1 -> !invalid_amount
         record a kind=stay ref=S-6 spend=1.001 -> !invalid_amount
         record a kind=stay ref=S-6 quantities.nights=-1 -> !invalid_amount
         record a kind=stay ref=S-5 spend=1 -> !duplicate_reference(ref=S-5)",
    );
}

#[test]
fn multipliers_go_together_by_their_stack() {
    let multiplier = |id: &str, factor: &str, stack: &str, kinds: &str| {
        format!(
            "[[multiplier]]\nid = \"{id}\"\nunit = \"points\"\non = [{kinds}]\n\
             factor = \"{factor}\"\nstack = \"{stack}\"\n"
        )
    };
    let programme = [
        "units.points = {}\n[[earn]]\nid = \"base\"\nunit = \"points\"\non = [\"a\", \"b\", \"c\"]\n\
         rate = { per = \"1.00\", earn = \"1\" }\n"
            .to_owned(),
        multiplier("two", "2", "multiply", "\"a\", \"b\", \"c\""),
        multiplier("half", "1.5", "multiply", "\"b\", \"c\""),
        multiplier("best-3", "3", "best", "\"b\", \"c\""),
        multiplier("best-2", "2", "best", "\"b\", \"c\""),
        multiplier("alone", "1.1", "exclusive", "\"c\""),
        multiplier("alone-2", "1.3", "exclusive", "\"c\""),
    ];
    check(
        &programme.concat(),
        "@2026-01-01
         enrol a
         record a kind=a ref=A spend=10 -> earned(amount=20)
         record a kind=b ref=B spend=10 -> earned(amount=90)
         record a kind=c ref=C spend=10 -> earned(amount=13)",
    );
}

#[test]
fn r_time_6_neither_too_old_nor_too_far_ahead() {
    check(
        &format!("claim_window = \"30 days\"\nclaim_before_enrolment = \"10 days\"\n{POINTS}"),
        "@2026-03-01
         enrol a
         record a kind=stay ref=S-1 occurred_at=2026-02-18 -> !activity_too_old
         record a kind=stay ref=S-1 occurred_at=2026-02-19 -> nothing
         record a kind=stay ref=S-2 occurred_at=2026-03-02 -> nothing
         record a kind=stay ref=S-3 occurred_at=2026-03-02T00:00:00.000001Z -> !activity_in_future
         @2026-04-01
         record a kind=stay ref=S-3 occurred_at=2026-03-02 -> !activity_too_old
         record a kind=stay ref=S-3 occurred_at=2026-03-02T00:00:00.000001Z -> nothing",
    );
}

#[test]
fn r_time_6_dates_count_from_when_it_happened() {
    check(
        &earning("expiry = { after = \"1 month\" }"),
        "@2026-03-15
         enrol a
         debit a unit=points amount=3 reason=x
         record a kind=stay ref=S-1 spend=5 occurred_at=2026-02-15 -> earned(effective_at=2026-02-15,expires_at=2026-03-15) expired(effective_at=2026-03-15,amount=5)
         balance a points debt=3 available=0
         record a kind=stay ref=S-2 spend=5 occurred_at=2026-02-16 -> earned(effective_at=2026-02-16,earned_at=2026-02-16) debt_repaid(effective_at=2026-03-15,amount=3)
         record a kind=stay ref=S-3 spend=5 occurred_at=2026-03-16 -> earned(effective_at=2026-03-15,earned_at=2026-03-16)
         balance a points pending=5
         @2026-03-16
         balance a points pending=0",
    );
}

#[test]
fn r_lot_6_pending_and_until_confirmed() {
    check(
        &earning("pending = \"7 days\", expiry = { after = \"1 month\", from = \"available\" }"),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 spend=5 -> earned(available_at=2026-01-08,expires_at=2026-02-08)
         balance a points pending=5 available=0
         @2026-01-08
         balance a points pending=0 available=5
         record a kind=stay ref=S-2 spend=6 occurred_at=2026-01-01 -> matured(lot=1) earned(effective_at=2026-01-01) matured(lot=2,effective_at=2026-01-08)
         confirm a activity=S-1 -> !duplicate_reference",
    );
    check(
        &earning("pending = \"until-confirmed\", expiry = { after = \"1 month\", from = \"available\" }"),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 spend=5 -> earned(available_at=null,expires_at=null)
         debit a unit=points amount=2 reason=x -> debited(debt=2)
         @2026-06-01
         balance a points pending=5
         confirm a activity=S-2 -> !unknown_activity(activity=S-2)
         confirm a activity=S-1 -> confirmed(lot=1,amount=5,expires_at=2026-07-01) debt_repaid(lot=1,amount=2)
         confirm a activity=S-1 -> !duplicate_reference
         lots a points 1:3@2026-07-01",
    );
}
