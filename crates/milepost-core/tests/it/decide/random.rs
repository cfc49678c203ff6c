//! Random streams of commands. The ledger audits itself after each: conservation, figures that are
//! the sums over lots and holds, dry runs and refusals that leave no trace, encodings that read back.

use milepost_core::event::{LotNo, RedemptionNo};
use milepost_core::programme::UnitIx;
use milepost_core::state::Member;
use milepost_core::time::{Instant, Span, Zone};
use proptest::prelude::*;

use super::{Ledger, step};

/// Every policy that decides where points go.
const PROGRAMME: &str = "tiers = [{ id = \"blue\" }, { id = \"gold\" }]
units.a = { transfer = {}, expiry = { after = \"20 days\" }, hold_for = \"5 days\" }
units.b = { transfer = {}, decimals = 2, shortfall = \"forgive\", pending = \"3 days\", refund_expired = { grace = \"6 days\" } }
units.c = { shortfall = \"refuse\", pending = \"until-confirmed\", expiry = { inactivity = \"15 days\", renewed_by = [\"stay\", \"redeem\"] } }
[[earn]]
id = \"a\"
unit = \"a\"
on = [\"stay\"]
rate = { per = \"3.00\", earn = \"7\" }
[[earn]]
id = \"b\"
unit = \"b\"
on = [\"stay\"]
rate = { per = \"1.00\", earn = \"0.333\" }
rounding = \"half-up\"
[[earn]]
id = \"c\"
unit = \"c\"
on = [\"stay\"]
fixed = 5
";

fn unit() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("a"), Just("b"), Just("c")]
}

fn member() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("x"), Just("y")]
}

/// So many days after the first of January, or before it if below 0.
fn day(days: i32) -> String {
    const DAY: i64 = 24 * 3_600 * 1_000_000;
    let start: Instant = "2026-01-01T00:00:00Z".parse().unwrap();
    Instant::from_micros(start.micros() + DAY * i64::from(days)).unwrap().to_string()
}

/// A command line at a day; references are few, so that they meet.
fn line(now: i32) -> impl Strategy<Value = String> {
    let (gift, amount) = (|| 10..100_i32, || prop_oneof![6 => 1..15_i32, 1 => 1..200_i32]);
    let no = || 1..9_u8;
    prop_oneof![
        3 => (member(), unit(), gift(), -3..20_i32, -3..8_i32).prop_map(move |(m, u, n, dies, opens)| {
            format!(
                "grant {m} unit={u} amount={n} reason=x expires_at={} available_at={}",
                day(now + dies), day(now + opens)
            )
        }),
        1 => (member(), unit(), gift()).prop_map(|(m, u, n)| {
            format!("grant {m} unit={u} amount={n} reason=x")
        }),
        3 => (member(), no(), 0..60_u8, -25..2_i32).prop_map(move |(m, r, n, then)| {
            format!("record {m} kind=stay ref=S-{r} spend={n} occurred_at={}", day(now + then))
        }),
        1 => (member(), no()).prop_map(|(m, r)| format!("confirm {m} activity=S-{r}")),
        1 => (member(), unit(), amount()).prop_map(|(m, u, n)| {
            format!("debit {m} unit={u} amount={n} reason=x")
        }),
        3 => (member(), unit(), amount(), no(), 1..9_i32).prop_map(move |(m, u, n, r, until)| {
            format!("hold {m} unit={u} amount={n} ref=H-{r} until={}", day(now + until))
        }),
        4 => (member(), no(), 1..30_u8, 1..8_i32, any::<bool>()).prop_map(|(m, h, r, n, keep)| {
            let rest = if keep { " keep_rest=true" } else { "" };
            format!("capture {m} hold=H-{h} ref=R-{r} amount={n}{rest}")
        }),
        3 => (member(), no(), 1..8_i32).prop_map(|(m, h, n)| {
            format!("release {m} hold=H-{h} amount={n}")
        }),
        3 => (member(), unit(), amount(), no()).prop_map(|(m, u, n, r)| {
            format!("redeem {m} unit={u} amount={n} ref=R-{r}")
        }),
        4 => (member(), no(), amount()).prop_map(|(m, r, n)| {
            format!("refund {m} redemption=R-{r} amount={n}")
        }),
        2 => (member(), no(), 1..40_u8).prop_map(|(m, r, n)| {
            format!("reverse {m} activity=S-{r} amount={n}")
        }),
        1 => (member(), no()).prop_map(|(m, r)| format!("reverse {m} activity=S-{r}")),
        1 => (unit(), amount(), any::<bool>()).prop_map(|(u, n, there)| {
            let (from, to) = if there { ("x", "y") } else { ("y", "x") };
            format!("transfer {from} {to} unit={u} amount={n} ref=T")
        }),
        1 => (unit(), 0..20_i32, 1..30_i32).prop_map(move |(u, until, to)| {
            format!("extend unit={u} expiring_until={} to={}", day(now + until), day(now + to))
        }),
        1 => (member(), 1..9_i32).prop_map(move |(m, until)| {
            format!("assign_tier {m} tier=gold until={} reason=x", day(now + until))
        }),
    ]
}

/// Days and what is asked on each, in order.
fn stream() -> impl Strategy<Value = Vec<(i32, String)>> {
    let days = prop::collection::vec(0..4_i32, 1..160);
    days.prop_flat_map(|steps| {
        let mut now = 0;
        let mut lines = Vec::with_capacity(steps.len());
        for step in steps {
            now += step / 3;
            lines.push((Just(now), line(now)));
        }
        lines
    })
}

/// Carries out a stream, accepted or refused; `swept` are days on which everything due is written
/// down first.
fn carried_out(stream: &[(i32, String)], swept: &[i32]) -> Ledger {
    let mut ledger = Ledger::new(PROGRAMME);
    step(&mut ledger, "@2026-01-01");
    step(&mut ledger, "enrol x");
    step(&mut ledger, "enrol y");
    for (now, line) in stream {
        step(&mut ledger, &format!("@{}", day(*now)));
        if swept.contains(now) {
            step(&mut ledger, &format!("advance to={}", day(*now)));
        }
        step(&mut ledger, &format!("{line} -> ?"));
    }
    ledger
}

/// A use of member x, or a return.
fn uses() -> impl Strategy<Value = String> {
    let (amount, no) = (|| 1..10_i32, || 1..8_u8);
    prop_oneof![
        (amount(), no(), 1..40_i32).prop_map(|(n, r, until)| {
            format!("hold x unit=a amount={n} ref=H-{r} until={}", day(until))
        }),
        (no(), no(), amount())
            .prop_map(|(h, r, n)| { format!("capture x hold=H-{h} ref=R-{r} amount={n}") }),
        (no(), amount()).prop_map(|(h, n)| format!("release x hold=H-{h} amount={n}")),
        (amount(), no()).prop_map(|(n, r)| format!("redeem x unit=a amount={n} ref=R-{r}")),
        (no(), amount()).prop_map(|(r, n)| format!("refund x redemption=R-{r} amount={n}")),
    ]
}

/// What redemptions took of a lot and have not given back.
fn used(member: &Member, lot: LotNo) -> i64 {
    let redemptions = (1..).map(RedemptionNo);
    let there = redemptions.take_while(|number| member.redemption(*number).is_some());
    let uses = there.flat_map(|number| member.uses(number));
    uses.filter(|used| used.lot == lot).map(|used| used.left).sum()
}

/// What members come to at a time, without the positions of their entries.
fn states(ledger: &Ledger, at: Instant) -> Vec<Vec<u8>> {
    ["x", "y"].map(|id| encoded(ledger.settled(id, at))).into()
}

fn encoded(mut member: Member) -> Vec<u8> {
    member.follow(0, member.version());
    let mut bytes = Vec::new();
    member.encode(&mut bytes);
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn r_lot_1_points_are_conserved_and_nothing_is_used_that_is_dead(stream in stream()) {
        let ledger = carried_out(&stream, &[]);
        for member in ["x", "y"].map(|id| ledger.settled(id, ledger.now)) {
            for (_, lot) in member.lots().filter(|(_, lot)| lot.is_dead(ledger.now)) {
                prop_assert_eq!(lot.free, 0);
            }
            prop_assert!(member.next_due(&ledger.rules).is_none_or(|(at, _)| at > ledger.now));
        }
    }

    #[test]
    fn r_time_5_any_schedule_of_sweeps_gives_the_same(
        stream in stream(),
        swept in prop::collection::vec(0..40_i32, 0..12),
    ) {
        let (plain, swept) = (carried_out(&stream, &[]), carried_out(&stream, &swept));
        for days in [0, 3, 400] {
            let at = Zone::UTC.add(plain.now, Span::Days(days)).unwrap();
            prop_assert_eq!(states(&plain, at), states(&swept, at));
        }
    }

    #[test]
    fn r_red_3_no_sequence_of_uses_lengthens_a_life(
        lots in prop::collection::vec((1..20_i32, 1..30_i32), 1..6),
        uses in prop::collection::vec(uses(), 1..80),
    ) {
        let mut ledger = Ledger::new("units.a = {}");
        step(&mut ledger, "@2026-01-01");
        step(&mut ledger, "enrol x");
        for (amount, dies) in &lots {
            step(&mut ledger, &format!("grant x unit=a amount={amount} reason=x expires_at={}", day(*dies)));
        }
        for (now, line) in (0..).zip(&uses) {
            step(&mut ledger, &format!("@{}", day(now / 2)));
            step(&mut ledger, &format!("{line} -> ?"));
        }
        let member = ledger.settled("x", ledger.now);
        for (number, (amount, dies)) in (1..).map(LotNo).zip(&lots) {
            let lot = member.lot(number).unwrap();
            prop_assert_eq!(lot.expires_at(), Some(day(*dies).parse().unwrap()));
            let there = lot.free + member.held_of(number) + used(&member, number);
            prop_assert!(there <= i64::from(*amount), "points moved to another lot");
            prop_assert!(lot.free == 0 || !lot.is_dead(ledger.now));
        }
    }

    #[test]
    fn r_num_4_the_parts_of_a_reversal_are_the_whole(
        rounding in prop_oneof![Just("down"), Just("up"), Just("half-up"), Just("half-even")],
        (per, earn, spend) in (1..50_u32, 1..50_u32, 1..5_000_u32),
        parts in prop::collection::vec(1..2_000_u32, 0..8),
        used in 0..50_i64,
    ) {
        let rate = format!("rate = {{ per = \"{per}.00\", earn = \"{earn}\" }}\nrounding = \"{rounding}\"");
        let mut ledger = Ledger::new(&format!(
            "units.a = {{}}\n[[earn]]\nid = \"r\"\nunit = \"a\"\non = [\"stay\"]\n{rate}"
        ));
        let cents = |minor: u32| format!("{}.{:02}", minor / 100, minor % 100);
        step(&mut ledger, "@2026-01-01");
        step(&mut ledger, "enrol x");
        step(&mut ledger, &format!("record x kind=stay ref=S spend={}", cents(spend)));
        step(&mut ledger, &format!("redeem x unit=a amount={used} ref=R -> ?"));
        for part in parts {
            step(&mut ledger, &format!("reverse x activity=S amount={} -> ?", cents(part)));
        }
        step(&mut ledger, "reverse x activity=S -> ?");
        let member = ledger.member("x");
        let number = member.find_activity(&"S".parse().unwrap()).unwrap();
        for award in member.awards(number) {
            prop_assert_eq!(award.taken, award.amount);
        }
        let figures = member.figures(UnitIx(0));
        let reversed = figures.map_or(0, |f| f.counter(milepost_core::state::Counter::Reversed));
        let earned = figures.map_or(0, |f| f.counter(milepost_core::state::Counter::Earned));
        prop_assert_eq!(reversed, earned);
    }
}
