//! Random streams under every policy of tiers: any schedule of sweeps gives the same (R-TIME-5), and
//! the order of late arrivals means nothing (R-TIME-6).

use milepost_core::programme::CountIx;
use milepost_core::ratio::Ratio;
use milepost_core::state::Member;
use milepost_core::time::{Instant, Span, Zone};
use milepost_core::views;
use proptest::prelude::*;

use super::{Ledger, step};

/// Policies under which the order of late arrivals may mean nothing.
const POLICIES: [&str; 9] = [
    "",
    "window = \"membership-year\"\ngrace = \"40 days\"\non_reversal = \"at-once\"",
    "best_of = 2\ndowngrade = \"one-step\"",
    "upgrade = \"next-window\"",
    "valid = \"end-of-window\"",
    "valid = { until = \"03-31\", after_years = 2 }\ngrace = \"20 days\"\ndowngrade = \"one-step\"",
    "window = \"rolling 200 days\"\nvalid = \"while-qualified\"\ngrace = \"30 days\"",
    "window = \"rolling 6 months\"\nvalid = { after = \"6 months\", round = \"end-of-month\" }",
    "window = \"lifetime\"\nvalid = \"while-qualified\"\ndowngrade = \"never\"",
];

/// Policies under which counts start again, are paid, or are carried on less when a higher threshold
/// is reached: there order means something.
const IN_ORDER: [&str; 6] = [
    "carry = { count = \"nights\", cap = 15 }",
    "carry = { count = \"nights\", cap = 15 }\nupgrade = \"next-window\"",
    "window = \"since-tier\"\nvalid = \"12 months\"",
    "on_upgrade = \"restart\"\non_reversal = \"at-once\"",
    "on_upgrade = \"pay\"\ndowngrade = \"one-step\"\non_reversal = \"at-once\"",
    "window = \"rolling 200 days\"\nvalid = \"while-qualified\"\non_upgrade = \"pay\"",
];

fn programme(policy: &str) -> String {
    format!(
        "units.points = {{ expiry = {{ after = \"300 days\" }} }}
         units.nights = {{ qualifying_only = true }}
         earn = [
           {{ id = \"base\", unit = \"points\", on = [\"stay\"], rate = {{ per = \"1.00\", earn = \"3\" }} }},
           {{ id = \"nights\", unit = \"nights\", on = [\"stay\"], rate = {{ per = \"1 nights\", earn = \"1\" }} }},
         ]
         multiplier = [{{ id = \"m\", unit = \"points\", on = [\"stay\"], factor = {{ gold = \"2\" }} }}]
         tiers = [
           {{ id = \"blue\" }},
           {{ id = \"silver\", qualify = [{{ nights = 10 }}, {{ spend = \"90.00\" }}], requalify = [{{ nights = 8 }}] }},
           {{ id = \"gold\", qualify = [{{ nights = 20, activities = 2 }}], benefits = [{{ unit = \"points\", amount = 5 }}] }},
           {{ id = \"black\", qualify = [{{ nights = 60 }}], lifetime = {{ nights = 90 }}, expiry = {{ points = \"never\" }} }},
         ]
         milestone = [{{ id = \"m\", count = \"nights\", every = 15, grants = [{{ unit = \"points\", amount = 7 }}] }}]
         [tier_policy]
         {policy}"
    )
}

/// So many days after the first of March 2023.
fn day(days: i32) -> String {
    const DAY: i64 = 24 * 3_600 * 1_000_000;
    let start: Instant = "2023-03-01T00:00:00Z".parse().unwrap();
    Instant::from_micros(start.micros() + DAY * i64::from(days)).unwrap().to_string()
}

fn line(now: i32) -> impl Strategy<Value = String> {
    let no = || 1..40_u8;
    let stay = (no(), 0..12_u8, 0..60_u8, prop_oneof![3 => Just(0), 2 => -500..2_i32]);
    prop_oneof![
        8 => stay.prop_map(move |(r, nights, spend, then)| format!(
            "record a kind=stay ref=S-{r} quantities.nights={nights} spend={spend} occurred_at={}",
            day(now + then)
        )),
        1 => (no(), 1..60_u8).prop_map(|(r, n)| format!("reverse a activity=S-{r} amount={n}")),
        1 => no().prop_map(|r| format!("reverse a activity=S-{r}")),
        1 => (1..9_u8).prop_map(|n| format!("debit a unit=nights amount={n} reason=x")),
        1 => (1..9_u8, 0..400_i32).prop_map(move |(n, then)| format!(
            "grant a unit=nights amount={n} reason=x occurred_at={}", day(now - then)
        )),
        1 => (prop_oneof![Just("silver"), Just("gold")], 1..300_i32).prop_map(move |(tier, until)| {
            format!("assign_tier a tier={tier} until={} reason=x", day(now + until))
        }),
    ]
}

/// Days and what is asked on each, in order.
fn stream() -> impl Strategy<Value = Vec<(i32, String)>> {
    let days = prop::collection::vec(prop_oneof![3 => 0..20_i32, 1 => 20..200_i32], 1..40);
    days.prop_flat_map(|steps| {
        let mut now = 0;
        let mut lines = Vec::with_capacity(steps.len());
        for step in steps {
            now += step;
            lines.push((Just(now), line(now)));
        }
        lines
    })
}

fn any_policy() -> impl Strategy<Value = &'static str> {
    prop::sample::select([&POLICIES[..], &IN_ORDER[..]].concat())
}

fn carried_out(policy: &str, stream: &[(i32, String)], swept: &[i32]) -> Ledger {
    let mut ledger = Ledger::new(&programme(policy));
    step(&mut ledger, &format!("@{}", day(0)));
    step(&mut ledger, "enrol a");
    let mut last = 0;
    for (now, line) in stream {
        for day_of_sweep in swept.iter().filter(|swept| last < **swept && **swept <= *now) {
            step(&mut ledger, &format!("@{}", day(*day_of_sweep)));
            step(&mut ledger, &format!("advance to={}", day(*day_of_sweep)));
        }
        last = *now;
        step(&mut ledger, &format!("@{}", day(*now)));
        step(&mut ledger, &format!("{line} -> ?"));
    }
    ledger
}

fn encoded(mut member: Member) -> Vec<u8> {
    member.follow(0, member.version());
    let mut bytes = Vec::new();
    member.encode(&mut bytes);
    bytes
}

/// The tier and the counts as of a time.
fn standing(ledger: &Ledger, at: Instant) -> (Option<Box<str>>, Vec<(CountIx, Ratio)>) {
    let view = views::tier(&ledger.rules, at, &ledger.settled("a", at)).unwrap();
    (view.tier, view.counts)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn r_time_5_any_schedule_of_sweeps_gives_the_same_tiers(
        policy in any_policy(),
        stream in stream(),
        mut swept in prop::collection::vec(0..1_500_i32, 0..12),
    ) {
        swept.sort_unstable();
        let plain = carried_out(policy, &stream, &[]);
        let swept = carried_out(policy, &stream, &swept);
        for days in [0, 40, 400, 1_200] {
            let at = Zone::UTC.add(plain.now, Span::Days(days)).unwrap();
            prop_assert_eq!(encoded(plain.settled("a", at)), encoded(swept.settled("a", at)));
        }
        let member = plain.settled("a", plain.now);
        prop_assert!(member.next_due(&plain.rules).is_none_or(|(at, _)| at > plain.now));
    }

    #[test]
    fn r_time_6_the_order_of_late_arrivals_means_nothing(
        policy in prop::sample::select(&POLICIES[..]),
        late in prop::collection::vec((-900..0_i32, 1..25_u8, 0..60_u8), 1..8)
            .prop_flat_map(|late| (Just(late.clone()), Just(late).prop_shuffle())),
    ) {
        let (late, shuffled) = late;
        // Which of two windows lifts a tier first says to when it is valid, and that moves at reviews
        // only. Where the lines that keep a tier are not those that reach it, a review can come to
        // another end; so what comes later is compared where they are the same.
        let same_lines = programme(policy).replace(", requalify = [{ nights = 8 }]", "");
        let arrived = |late: &[(i32, u8, u8)], programme: &str| {
            let mut ledger = Ledger::new(programme);
            step(&mut ledger, &format!("@{}", day(-900)));
            step(&mut ledger, "enrol a");
            step(&mut ledger, &format!("@{}", day(0)));
            for (r, (then, nights, spend)) in late.iter().enumerate() {
                step(&mut ledger, &format!(
                    "record a kind=stay ref=S-{r} quantities.nights={nights} spend={spend} occurred_at={}",
                    day(*then)
                ));
            }
            ledger
        };
        let [one, other] = [&late, &shuffled].map(|late| arrived(late, &programme(policy)));
        prop_assert_eq!(standing(&one, one.now), standing(&other, other.now), "{}", policy);
        let [one, other] = [&late, &shuffled].map(|late| arrived(late, &same_lines));
        for days in [0, 100, 400, 800, 1_200] {
            let at = Zone::UTC.add(one.now, Span::Days(days)).unwrap();
            prop_assert_eq!(standing(&one, at), standing(&other, at), "{} {}", policy, days);
        }
    }
}

/// R-TIME-5: when a floor set by hand ends matters again as soon as the counts give less than it.
#[test]
fn r_time_5_a_floor_ends_in_time_although_its_tier_was_reached_meanwhile() {
    let while_qualified = "window = \"rolling 200 days\"\nvalid = \"while-qualified\"";
    let mut ledger = Ledger::new(&programme(while_qualified));
    for (now, line) in [
        (0, "enrol a".to_owned()),
        (0, format!("assign_tier a tier=silver until={} reason=x", day(400))),
        (
            0,
            format!(
                "record a kind=stay ref=S-1 quantities.nights=0 spend=10 occurred_at={}",
                day(0)
            ),
        ),
        (
            295,
            format!(
                "record a kind=stay ref=S-2 quantities.nights=10 spend=0 occurred_at={}",
                day(295)
            ),
        ),
        // What the first stay earned has died, and what is due next has been looked for.
        (
            305,
            format!(
                "record a kind=stay ref=S-3 quantities.nights=0 spend=0 occurred_at={}",
                day(305)
            ),
        ),
        (310, "debit a unit=nights amount=9 reason=x".to_owned()),
    ] {
        step(&mut ledger, &format!("@{}", day(now)));
        step(&mut ledger, &line);
    }
    let tier = |days| standing(&ledger, day(days).parse().unwrap()).0.unwrap();
    assert_eq!((&*tier(399), &*tier(400)), ("silver", "blue"));
}
