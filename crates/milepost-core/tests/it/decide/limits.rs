//! Limits, budgets and `max_balance`: awards are cut to fit, and a reversal gives the room back
//! (R-REV-4).

use super::check;

/// A programme with points and one rule for check-ins.
fn checking_in(more: &str) -> String {
    format!(
        "units.points = {{}}
         [[earn]]
         id = \"check-in\"
         unit = \"points\"
         on = [\"check-in\"]
         rate = {{ per = \"1.00\", earn = \"1\" }}
         {more}"
    )
}

#[test]
fn all_limits_hold_and_the_excess_is_cut() {
    check(
        &checking_in(
            "limit = [{ amount = 300, per = \"activity\" }, { amount = 500, per = \"month\" }, { count = 3, per = \"ever\" }]",
        ),
        "@2026-01-05
         enrol a
         enrol b
         record a kind=check-in ref=C-1 spend=250.00 -> earned(amount=250,breakdown.base=250.00,breakdown.exact=250)
         record a kind=check-in ref=C-2 spend=900.00 -> earned(amount=250,breakdown.cuts.limit=650)
         record a kind=check-in ref=C-3 spend=900.00 -> cut(rule=check-in,amount=0,breakdown.cuts.limit=900)
         record b kind=check-in ref=C-4 spend=900.00 -> earned(amount=300)
         @2026-02-01
         record a kind=check-in ref=C-5 spend=20.00 -> earned(amount=20)
         record a kind=check-in ref=C-6 spend=20.00 -> cut
         record a kind=check-in ref=C-7 spend=0.40 -> nothing
         record a kind=check-in ref=C-8 spend=20.00 occurred_at=2026-01-07T00:00:00Z -> cut",
    );
}

#[test]
fn r_rev_4_limits_count_net_amounts_and_firings_that_are_not_wholly_taken_back() {
    check(
        &checking_in("limit = [{ amount = 100, per = \"year\" }, { count = 2, per = \"day\" }]"),
        "@2026-01-05
         enrol a
         record a kind=check-in ref=C-1 spend=60.00 -> earned(amount=60)
         record a kind=check-in ref=C-2 spend=60.00 -> earned(amount=40,breakdown.cuts.limit=20)
         record a kind=check-in ref=C-3 spend=60.00 -> cut
         reverse a activity=C-1 amount=30.00 -> reversed(taken=30)
         record a kind=check-in ref=C-4 spend=60.00 -> cut
         reverse a activity=C-2 -> reversed(taken=40)
         record a kind=check-in ref=C-5 spend=60.00 -> earned(amount=60)
         @2026-01-06
         record a kind=check-in ref=C-6 spend=60.00 -> earned(amount=10)
         reverse a activity=C-1 -> reversed(taken=30)
         record a kind=check-in ref=C-7 spend=60.00 -> earned(amount=30)
         balance a points available=100 earned=200 reversed=100",
    );
}

#[test]
fn r_time_6_a_late_activity_uses_the_limit_of_its_own_day() {
    check(
        &checking_in("limit = [{ count = 1, per = \"day\" }]"),
        "@2026-01-05
         enrol a
         @2026-01-10
         record a kind=check-in ref=C-1 spend=5.00 -> earned
         record a kind=check-in ref=C-2 spend=5.00 occurred_at=2026-01-08T23:59:59Z -> earned
         record a kind=check-in ref=C-3 spend=5.00 occurred_at=2026-01-08T00:00:00Z -> cut
         record a kind=check-in ref=C-4 spend=5.00 occurred_at=2026-01-09T00:00:00Z -> earned",
    );
}

#[test]
fn r_rev_4_a_budget_is_of_all_members_together_and_net() {
    check(
        &checking_in("budget = 100"),
        "@2026-01-05
         enrol a
         enrol b
         record a kind=check-in ref=C-1 spend=60.00 -> earned(amount=60) drawn(budget=check-in,amount=60)
         record b kind=check-in ref=C-1 spend=60.00 -> earned(amount=40,breakdown.cuts.budget=20) drawn(amount=40)
         record a kind=check-in ref=C-2 spend=60.00 -> cut(breakdown.cuts.budget=60)
         reverse a activity=C-1 amount=30.00 -> reversed(taken=30) drawn(amount=-30)
         reverse a activity=C-1 amount=31.00 -> !exceeds_activity
         record b kind=check-in ref=C-2 spend=60.00 -> earned(amount=30) drawn
         reverse b activity=C-1 -> reversed(taken=40) drawn(amount=-40)
         record a kind=check-in ref=C-3 spend=60.00 -> earned(amount=40) drawn",
    );
}

#[test]
fn max_balance_is_of_all_that_a_member_has_less_what_it_owes() {
    check(
        "units.points = { max_balance = 100 }
         [[earn]]
         id = \"base\"
         unit = \"points\"
         on = [\"stay\"]
         rate = { per = \"1.00\", earn = \"1\" }
         [[earn]]
         id = \"bonus\"
         unit = \"points\"
         on = [\"stay\"]
         fixed = 30
         pending = \"7 days\"",
        "@2026-01-05
         enrol a
         record a kind=stay ref=S-1 spend=50.00 -> earned(rule=base,amount=50) earned(rule=bonus,amount=30)
         hold a unit=points amount=50 ref=H-1
         record a kind=stay ref=S-2 spend=15.00 -> earned(rule=base,amount=15) earned(rule=bonus,amount=5,breakdown.cuts.max_balance=25)
         record a kind=stay ref=S-3 spend=15.00 -> cut(rule=base) cut(rule=bonus)
         capture a hold=H-1 ref=R-1
         reverse a activity=S-1 -> reversed(taken=45,debt=35)
         balance a points available=0 pending=5 held=0 debt=35
         record a kind=stay ref=S-4 spend=200.00 -> earned(amount=130,breakdown.cuts.max_balance=70) cut(rule=bonus) debt_repaid(amount=35)
         balance a points available=95 pending=5 debt=0",
    );
}

#[test]
fn a_rule_that_gives_less_than_a_step_has_fired() {
    check(
        "units.points = {}
         [[earn]]
         id = \"small\"
         unit = \"points\"
         on = [\"stay\"]
         rate = { per = \"10.00\", earn = \"1\" }
         stop = true
         [[earn]]
         id = \"other\"
         unit = \"points\"
         on = [\"stay\"]
         fixed = 5",
        "@2026-01-05
         enrol a
         record a kind=stay ref=S-1 spend=9.99 -> nothing
         record a kind=stay ref=S-2 spend=0.00 -> earned(rule=other)",
    );
}

#[test]
fn an_award_says_how_it_came_about() {
    check(
        "units.points = { decimals = 2 }
         tiers = [{ id = \"blue\" }, { id = \"gold\" }]
         [[earn]]
         id = \"base\"
         unit = \"points\"
         on = [\"stay\"]
         rate = { per = \"2.00\", earn = \"1\", steps = \"whole\" }
         limit = [{ amount = 300, per = \"activity\" }]
         [[multiplier]]
         id = \"spring\"
         unit = \"points\"
         on = [\"stay\"]
         factor = \"3/2\"
         [[multiplier]]
         id = \"tier\"
         unit = \"points\"
         on = [\"stay\"]
         factor = { gold = \"1.25\" }",
        "@2026-01-05
         enrol a tier=gold
         record a kind=stay ref=S-1 spend=9.99 -> earned(amount=7.50,breakdown.base=9.99,breakdown.of=money,breakdown.per=2,breakdown.earn=1,breakdown.steps=whole,breakdown.factor=15/8,breakdown.exact=15/2,breakdown.rounding=down)
         record a kind=stay ref=S-2 spend=2000.00 -> earned(amount=300.00,breakdown.cuts.limit=1575.00)",
    );
    check(
        &in_turn("months = [1]"),
        "@2026-01-05
         enrol a
         record a kind=stay ref=S-1 spend=9.99 -> earned(amount=10,breakdown.fixed=10,breakdown.exact=10)",
    );
}

/// A programme with points and one rule for stays and walks.
fn in_turn(when: &str) -> String {
    format!(
        "units.points = {{}}
         [[earn]]
         id = \"turn\"
         unit = \"points\"
         on = [\"stay\", \"walk\"]
         fixed = 10
         when = {{ {when} }}"
    )
}

#[test]
fn the_first_is_so_in_recorded_order_and_wholly_reversed_ones_do_not_count() {
    check(
        &in_turn("first = true"),
        "@2026-01-05
         enrol a
         record a kind=run ref=S-0 -> nothing
         record a kind=stay ref=S-1 spend=10.00 -> earned
         record a kind=walk ref=S-2 -> nothing
         record a kind=stay ref=S-3 occurred_at=2026-01-01 -> nothing
         reverse a activity=S-2
         reverse a activity=S-3
         reverse a activity=S-1 amount=5.00 -> reversed
         record a kind=walk ref=S-4 -> nothing
         reverse a activity=S-4
         reverse a activity=S-1 -> reversed
         record a kind=walk ref=S-5 -> earned
         record a kind=walk ref=S-6 -> nothing",
    );
}

#[test]
fn nth_and_every_count_in_the_local_year_of_the_activity() {
    check(
        &in_turn("nth = 2"),
        "@2025-12-31
         enrol a
         record a kind=stay ref=S-1 -> nothing
         record a kind=walk ref=S-2 -> earned
         record a kind=walk ref=S-3 -> nothing
         @2026-01-01
         record a kind=stay ref=S-4 -> nothing
         record a kind=stay ref=S-5 occurred_at=2025-12-31T23:59:59Z -> nothing
         record a kind=stay ref=S-6 -> earned
         reverse a activity=S-4
         record a kind=stay ref=S-7 -> earned",
    );
    check(
        &in_turn("every = 2"),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 -> nothing
         record a kind=stay ref=S-2 -> earned
         record a kind=stay ref=S-3 -> nothing
         record a kind=stay ref=S-4 -> earned
         reverse a activity=S-1
         record a kind=stay ref=S-5 -> earned
         record a kind=stay ref=S-6 -> nothing",
    );
}

#[test]
fn a_multiplier_takes_turns_too() {
    check(
        &format!(
            "units.points = {{}}
             {}
             [[multiplier]]
             id = \"welcome\"
             unit = \"points\"
             on = [\"stay\"]
             factor = 2
             when = {{ first = true }}",
            super::BASE
        ),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 spend=10.00 -> earned(amount=20)
         record a kind=stay ref=S-2 spend=10.00 -> earned(amount=10)",
    );
}
