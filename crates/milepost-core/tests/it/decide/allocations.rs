//! A rule that does not fire allocates nothing, however many there are of its kind.

use allocation_counter::measure;
use milepost_core::command::{Activity, Command, Enrol, Record};
use milepost_core::decide::{Scene, decide};
use milepost_core::decimal::Decimal;
use milepost_core::event::Event;
use milepost_core::names::MemberId;
use milepost_core::pools::Pools;
use milepost_core::programme::{Symbols, parse};
use milepost_core::rules::Rules;
use milepost_core::state::{Counted, Journal, Member};
use milepost_core::time::Instant;

use super::BASE;

/// What a rule can ask that does not hold for a stay of 80.00 by a member without attributes.
const UNMET: [&str; 7] = [
    "when = { attributes = { channel = [\"app\"] } }",
    "when = { from = \"2030-01-01\" }",
    "when = { min_spend = \"500.00\" }",
    "when = { min_quantity = { nights = 3 } }",
    "when = { months = [7] }",
    "when = { birthday_month = true }",
    "when = { nth = 1000 }",
];

fn programme(others: usize) -> String {
    let of_points = |n: usize, unmet| {
        let limit = "limit = [{ amount = 50, per = \"month\" }]";
        format!(
            "[[earn]]\nid = \"o{n}\"\nunit = \"points\"\non = [\"stay\"]\nfixed = 1\n{limit}\n{unmet}\n"
        )
    };
    let unmet = UNMET.iter().cycle().take(others).enumerate();
    let others: String = unmet.map(|(n, unmet)| of_points(n, unmet)).collect();
    format!("name = \"A\"\ntimezone = \"UTC\"\ncurrency = \"EUR\"\n[units.points]\n{BASE}{others}")
}

/// How often memory is allocated for a stay beside so many rules that do not fire.
fn allocations(others: usize) -> u64 {
    let now: Instant = "2026-01-05T10:00:00Z".parse().unwrap();
    let text = programme(others);
    let rules = Rules::new([7; 16], &text, parse(&text, &Symbols::default()).unwrap(), now);
    let (mut pools, mut events) = (Pools::default(), Vec::<Event>::with_capacity(64));
    let mut journals = [Journal::default(), Journal::default()];
    let mut touches = Vec::with_capacity(64);
    let mut decided = |member: Option<&mut Member>, command: &Command| {
        let (pools, journals, events) = (&mut pools, &mut journals, &mut events);
        let mut scene = Scene { rules: &rules, now, member, other: None, pools, journals, events };
        let opened = decide(&mut scene, command).unwrap();
        if opened.is_none() {
            scene.keep(1, Counted::Yes, &mut touches);
        }
        let made = events.len();
        events.clear();
        touches.clear();
        (opened, made)
    };
    let id: MemberId = MemberId::new("m").unwrap();
    let (member, _) = decided(None, &Enrol::new(id.clone()).into());
    let mut member = member.unwrap();
    let stay = |serial: u32| -> Command {
        let activity =
            Activity::new("stay".parse().unwrap(), format!("S{serial}").parse().unwrap());
        Record::new(id.clone(), activity.with_spend(Decimal::from_steps(8_000, 2))).into()
    };
    // By then what is used again and again has its size.
    for serial in 0..10 {
        assert_eq!(decided(Some(&mut member), &stay(serial)).1, 2, "recorded, earned");
    }
    let last = stay(10);
    measure(|| drop(decided(Some(&mut member), &last))).count_total
}

#[test]
fn a_rule_that_does_not_fire_allocates_nothing() {
    let bare = allocations(0);
    assert!(bare < 10, "{bare} allocations");
    assert_eq!([7, 70, 700].map(allocations), [bare; 3]);
}
