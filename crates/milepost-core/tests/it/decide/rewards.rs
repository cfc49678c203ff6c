//! Rewards: prices, bounds, stock, limits, what they grant, and giving all of that back
//! (R-RED-3, R-HOLD-2, R-REV-4).

use super::{check, run, step};

const SHOP: &str = r#"
units.points = {}
units.coupon = {}
units.pass = { shortfall = "refuse", expiry = { after = "10 days" } }
tiers = [{ id = "blue" }, { id = "gold" }]

[[rewards]]
id = "cash"
unit = "points"
money = { per = "1", value = { default = "0.01", gold = "0.02" } }
min = 50
multiple_of = 10
max_share_of_order = "50%"
limit = [{ amount = 1000, per = "month" }]

[[rewards]]
id = "mug"
unit = "points"
cost = { default = "10", gold = "8" }
stock = 3
limit = [{ count = 2, per = "year" }]

[[rewards]]
id = "suite"
unit = "points"
cost = { gold = "100" }

[[rewards]]
id = "set"
unit = "points"
cost = "20"
grants = [{ unit = "coupon", amount = 2 }, { unit = "pass", amount = 1 }]

[[rewards]]
id = "miles"
unit = "points"
partner = { name = "sky", per = "3", gives = "2 mile", multiple_of = "10" }

[[rewards]]
id = "spring"
unit = "points"
cost = "1"
when = { from = "2026-03-01", until = "2026-04-01" }
"#;

#[test]
fn money_is_bounded_by_minimum_multiple_and_share() {
    check(
        SHOP,
        "@2026-01-01
         enrol a
         grant a unit=points amount=5000 reason=x
         redeem a reward=cash amount=40 order=10.00 ref=R-1 -> !invalid_amount(reward=cash)
         redeem a reward=cash amount=55 order=10.00 ref=R-1 -> !invalid_amount
         redeem a reward=cash amount=100 ref=R-1 -> !invalid_amount
         redeem a reward=cash quantity=2 order=10.00 ref=R-1 -> !invalid_amount
         redeem a reward=cash amount=210 order=4.18 ref=R-1 -> !limit_exceeded(reward=cash)
         redeem a reward=cash amount=210 order=4.20 ref=R-1 -> redeemed(reward=cash,worth=2.10)
         assign_tier a tier=gold reason=x
         redeem a reward=cash amount=210 order=4.20 ref=R-2 -> !limit_exceeded
         redeem a reward=cash amount=200 order=8.00 ref=R-2 -> redeemed(worth=4.00)
         redeem a reward=cash amount=100 order=0.00 ref=R-3 -> !limit_exceeded",
    );
}

#[test]
fn an_amount_that_does_not_fit_is_more_than_any_share() {
    check(
        SHOP,
        "@2026-01-01
         enrol a
         redeem a reward=cash amount=100000000000000000000000000000 order=1.00 ref=R-1 -> !limit_exceeded
         redeem a reward=mug quantity=4000000000 ref=R-1 -> !reward_unavailable
         redeem a reward=set quantity=4000000000 ref=R-1 -> !insufficient_balance(requested=80000000000)",
    );
}

#[test]
fn r_rev_4_amount_limits_count_what_was_not_given_back() {
    check(
        SHOP,
        "@2026-01-01
         enrol a
         grant a unit=points amount=5000 reason=x
         redeem a reward=cash amount=700 order=100.00 ref=R-1
         redeem a reward=cash amount=310 order=100.00 ref=R-2 -> !limit_exceeded
         refund a redemption=R-1 amount=10
         redeem a reward=cash amount=310 order=100.00 ref=R-2
         redeem a reward=cash amount=50 order=100.00 ref=R-3 -> !limit_exceeded
         @2026-02-01
         redeem a reward=cash amount=1000 order=100.00 ref=R-3",
    );
}

#[test]
fn r_rev_4_stock_and_count_limits() {
    let ledger = run(
        SHOP,
        "@2026-01-01
         enrol a
         enrol b
         grant a unit=points amount=500 reason=x
         grant b unit=points amount=500 reason=x
         redeem a reward=mug quantity=0 ref=R-1 -> !invalid_amount
         redeem a reward=mug amount=10 ref=R-1 -> !invalid_amount
         redeem a reward=mug quantity=4 ref=R-1 -> !reward_unavailable
         redeem a reward=mug quantity=3 ref=R-1 -> !limit_exceeded
         redeem a reward=mug quantity=2 ref=R-1 -> redeemed(amount=20,quantity=2) drawn(stock=mug,quantity=2)
         redeem a reward=mug ref=R-2 -> !limit_exceeded
         redeem b reward=mug quantity=2 ref=R-1 -> !reward_unavailable
         redeem b reward=mug ref=R-1
         refund a redemption=R-1 amount=5 -> refunded
         redeem b reward=mug ref=R-2 -> !reward_unavailable
         refund a redemption=R-1 -> refunded(amount=15) drawn(quantity=-2)
         refund a redemption=R-1 -> !exceeds_redemption
         redeem b reward=mug ref=R-2
         redeem a reward=mug ref=R-2
         balance a points available=490 spent=30 returned=20",
    );
    assert_eq!(ledger.pools.iter().map(|(_, drawn)| drawn).collect::<Vec<_>>(), [3]);
}

#[test]
fn prices_by_tier_and_time() {
    check(
        SHOP,
        "@2026-02-28T23:59:59Z
         enrol a
         grant a unit=points amount=500 reason=x
         redeem a reward=suite ref=R-1 -> !reward_unavailable(reward=suite)
         redeem a reward=spring ref=R-1 -> !reward_unavailable
         redeem a reward=nothing ref=R-1 -> !unknown_reward
         assign_tier a tier=gold reason=x
         redeem a reward=suite ref=R-1 -> redeemed(amount=100)
         redeem a reward=mug ref=R-2 -> redeemed(amount=8) drawn
         @2026-03-01
         redeem a reward=spring ref=R-3 -> redeemed(amount=1)",
    );
}

#[test]
fn what_a_partner_gives() {
    let ledger = run(
        SHOP,
        "@2026-01-01
         enrol a
         grant a unit=points amount=500 reason=x
         redeem a reward=miles amount=15 ref=R-1 -> !invalid_amount
         redeem a reward=miles ref=R-1 -> !invalid_amount
         redeem a reward=miles amount=50 ref=R-1 -> redeemed(amount=50,reward=miles)",
    );
    let line = ledger.statements.values().next().unwrap().lines().last().unwrap().text.clone();
    assert_eq!(line, "50 points used for miles, 33 × mile (R-1)");
}

#[test]
fn r_red_3_what_a_reward_granted_goes_back_with_it() {
    check(
        SHOP,
        "@2026-01-01
         enrol a
         grant a unit=points amount=500 reason=x
         redeem a reward=set quantity=2 ref=R-1 -> redeemed(amount=40) granted(unit=coupon,amount=4,reward=set,redemption=R-1) granted(unit=pass,amount=2,expires_at=2026-01-11)
         refund a redemption=R-1 amount=20 -> !exceeds_redemption(redemption=R-1)
         redeem a unit=coupon amount=3 ref=C-1
         refund a redemption=R-1 -> refunded(amount=40) reversed(unit=coupon,taken=1,debt=3,redemption=R-1) reversed(unit=pass,taken=2)
         balance a coupon available=0 debt=3 granted=4 spent=3 reversed=4
         balance a pass available=0 reversed=2
         redeem a reward=set ref=R-2 -> redeemed granted(unit=coupon,amount=2) debt_repaid(unit=coupon,amount=2) granted(unit=pass)
         redeem a unit=pass amount=1 ref=P-1
         refund a redemption=R-2 -> !already_spent(unit=pass)
         balance a points available=480",
    );
}

#[test]
fn r_rev_2_what_had_expired_counts_as_taken() {
    check(
        SHOP,
        "@2026-01-01
         enrol a
         grant a unit=points amount=20 reason=x
         redeem a reward=set ref=R-1
         @2026-02-01
         refund a redemption=R-1 -> expired(unit=pass,amount=1) refunded reversed(unit=coupon,taken=2,set_off=0) reversed(unit=pass,taken=0,set_off=1,debt=0)
         balance a pass available=0 granted=1 expired=1 reversed=0
         balance a points available=20",
    );
}

#[test]
fn r_hold_2_a_capture_for_a_reward() {
    check(
        SHOP,
        "@2026-01-01
         enrol a
         grant a unit=points amount=500 reason=x
         hold a unit=points amount=100 ref=H-1
         capture a hold=H-1 ref=R-1 reward=mug -> !invalid_amount
         capture a hold=H-1 ref=R-1 reward=mug amount=20 -> !invalid_amount
         capture a hold=H-1 ref=R-1 reward=suite amount=10 -> !reward_unavailable
         capture a hold=H-1 ref=R-1 reward=cash amount=60 -> !invalid_amount
         capture a hold=H-1 ref=R-1 reward=cash amount=60 order=1.00 -> !limit_exceeded
         capture a hold=H-9 ref=R-1 reward=mug amount=10 -> !unknown_hold
         capture a hold=H-1 ref=R-1 reward=mug amount=10 keep_rest=true -> captured(reward=mug) drawn(quantity=1)
         capture a hold=H-1 ref=R-2 reward=set amount=20 keep_rest=true -> captured(reward=set) granted(unit=coupon,amount=2) granted(unit=pass)
         capture a hold=H-1 ref=R-3 reward=cash amount=60 order=2.00 -> captured(worth=0.60) released(amount=10)
         refund a redemption=R-2 -> refunded reversed(unit=coupon) reversed(unit=pass)
         refund a redemption=R-1 -> refunded drawn(quantity=-1)",
    );
}

#[test]
fn r_cmd_1_the_order_of_refusals() {
    let mut ledger = run(SHOP, "@2026-01-01\nenrol a\ngrant a unit=points amount=5 reason=x");
    for line in [
        "redeem x reward=none quantity=0 ref=R-1 -> !unknown_reward",
        "redeem x reward=cash amount=1 order.amount=1 order.currency=USD ref=R-1 -> !unknown_currency",
        "redeem x reward=mug quantity=0 ref=R-1 -> !invalid_amount",
        "redeem x reward=mug quantity=9 ref=R-1 -> !unknown_member",
        "redeem a reward=mug quantity=9 ref=R-1 expected_version=9 -> !version_conflict",
        "redeem a reward=mug quantity=9 ref=R-1 -> !reward_unavailable",
        "redeem a reward=mug quantity=3 ref=R-1 -> !limit_exceeded",
        "redeem a reward=mug ref=R-1 -> !insufficient_balance(available=5,requested=10)",
    ] {
        step(&mut ledger, line);
    }
}
