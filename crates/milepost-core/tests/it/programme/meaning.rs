//! What a sound file means.

use milepost_core::programme::*;
use milepost_core::ratio::{Ratio, Rounding};
use milepost_core::time::{Instant, Period, Span};

use super::*;

fn ratio(text: &str) -> Ratio {
    text.parse().unwrap()
}

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn names(names: &[Box<str>]) -> Vec<&str> {
    names.iter().map(|name| &**name).collect()
}

#[test]
fn the_header() {
    let programme = good(FULL);
    assert_eq!(&*programme.name.text, "Northern Lights");
    assert_eq!(programme.name.languages[1], ("zh".into(), "北极光".into()));
    assert_eq!(programme.zone.name(), "America/Toronto");
    assert_eq!(programme.currency.as_str(), "CAD");
    assert_eq!(programme.claim_window, Some(Span::Days(180)));
    assert_eq!(programme.claim_before_enrolment, Some(Span::Months(3)));
    assert_eq!((programme.order, programme.on_close), (UseOrder::OldestFirst, OnClose::Keep));
    assert_eq!(programme.personal.len(), 2);
    assert_eq!(programme.exchange_rate("JPY".parse().unwrap()), Some(ratio("1/110")));
}

#[test]
fn what_is_left_out_has_its_default() {
    let programme = good(&format!("{HEADER}[units.points]"));
    assert_eq!((programme.claim_window, programme.claim_before_enrolment), (None, None));
    assert_eq!((programme.order, programme.on_close), Default::default());
    let unit = &programme.units[0];
    assert_eq!(&*unit.title.text, "points");
    assert_eq!((unit.decimals, unit.value, unit.transfer), (0, None, None));
    assert_eq!((&unit.expiry, unit.availability), (&Expiry::Never, Availability::default()));
    assert_eq!((unit.shortfall, unit.refund_expired), Default::default());
    assert_eq!((unit.hold_for, unit.qualifying_only), (Span::hours(24), false));
}

#[test]
fn units() {
    let programme = good(FULL);
    let points = programme.unit_named("points").unwrap();
    assert_eq!((points.decimals, points.shortfall), (2, Shortfall::Forgive));
    assert_eq!(points.refund_expired, RefundExpired::Grace(Span::Days(30)));
    assert_eq!(points.value, Some(ratio("0.0085")));
    let transfer = points.transfer.unwrap();
    assert_eq!((transfer.per_day, transfer.amount_per_day), (Some(2), Some(5_000_000)));
    assert_eq!(transfer.amount_per_year, Some(10_000_000));
    assert_eq!(points.hold_for, "30 minutes".parse().unwrap());
    assert_eq!(points.availability, Availability::After(Span::Days(7)));
    assert!(programme.unit_named("nights").unwrap().qualifying_only);
    let gifts = programme.unit_named("gifts").unwrap();
    assert_eq!(gifts.availability, Availability::UntilConfirmed);
}

#[test]
fn expiry_forms() {
    let programme = good(FULL);
    let expiry = |name| programme.unit_named(name).unwrap().expiry.clone();
    let (span, round) = (Span::Months(24), ExpiryRound::EndOf(Period::Month));
    assert_eq!(expiry("points"), Expiry::After { span, round, from_available: false });
    let day = "02-29".parse().unwrap();
    assert_eq!(expiry("gifts"), Expiry::On { day, after_years: 2, from_available: true });
    let (span, round) = (Span::Months(12), ExpiryRound::EndOf(Period::Day));
    let renewed_by = Some(vec!["stay".into(), "redeem".into()]);
    assert_eq!(expiry("coupons"), Expiry::Inactivity { span, round, renewed_by });
    let round = ExpiryRound::EndOfBirthMonth;
    assert_eq!(expiry("birthday"), Expiry::After { span, round, from_available: false });
}

#[test]
fn earn_rules() {
    let programme = good(FULL);
    let [flown, spent, night] = &programme.earn[..] else { panic!() };
    assert_eq!((names(&flown.on), &*flown.title.text), (vec!["flight", "train"], "Flown"));
    let per = Per::Quantity("km".into());
    let (size, earn, steps) = (ratio("10"), ratio("150"), Steps::Whole);
    assert_eq!(flown.amount, Amount::Rate(Rate { per, size, earn, steps }));
    assert_eq!(flown.rounding, Rounding::HalfEven);
    assert_eq!(flown.availability, Some(Availability::After(Span::Days(0))));
    let (size, earn, steps) = (ratio("1"), ratio("90"), Steps::Exact);
    assert_eq!(spent.amount, Amount::Rate(Rate { per: Per::Money, size, earn, steps }));
    assert_eq!((spent.expiry.as_ref(), spent.availability), (None, None));
    assert_eq!(night.amount, Amount::Fixed { steps: 1, times: Times::Once });
    assert_eq!(programme.unit(night.unit).unwrap().name, "nights".into());
}

#[test]
fn conditions() {
    let programme = good(FULL);
    // Local midnight of the winter in Toronto is 5 o'clock in the morning of UTC.
    let when = &programme.earn[0].when;
    assert_eq!(
        (when.from, when.until),
        (Some(at("2018-02-01T05:00:00Z")), Some(at("2018-05-01T00:00:00Z")))
    );
    assert_eq!(when.tiers, [programme.tier_named("nova").unwrap().ix]);
    assert_eq!(programme.multipliers[0].when.from, Some(at("2018-02-01T05:00:00Z")));
    // At 2:30 the clocks have moved from 2 to 3.
    let when = &programme.rewards[1].when;
    assert_eq!(
        (when.from, when.until),
        (Some(at("2024-03-10T07:00:00Z")), Some(at("2029-12-31T22:00:00Z")))
    );
}

#[test]
fn multipliers() {
    let programme = good(FULL);
    let [spring, double] = &programme.multipliers[..] else { panic!() };
    let tier = |name| programme.tier_named(name).map(|tier| tier.ix);
    assert_eq!(spring.factor.of(tier("nova")), Some(&ratio("1.25")));
    assert_eq!(spring.factor.of(tier("star")), Some(&ratio("1.1")));
    assert_eq!(spring.factor.of(None), Some(&ratio("1.1")));
    assert_eq!((spring.stack, double.stack), (Stack::Best, Stack::Multiply));
    assert_eq!(double.factor, ByTier::same(ratio("2")));
}

#[test]
fn a_tier_that_a_factor_does_not_name_has_one() {
    let factor = "[{ id = \"m\", unit = \"points\", on = [\"a\"], factor = { silver = \"2\" } }]";
    let programme = good(&format!("{HEADER}{DECLARED}multiplier = {factor}"));
    let blue = programme.tier_named("blue").map(|tier| tier.ix);
    assert_eq!(programme.multipliers[0].factor.of(blue), Some(&Ratio::ONE));
}

#[test]
fn rewards() {
    let programme = good(FULL);
    let nova = programme.tier_named("nova").map(|tier| tier.ix);
    let Price::Money { per, value, rounding, round_to } = &programme.rewards[0].price;
    assert_eq!((*per, *rounding, *round_to), (100, Rounding::Up, Ratio::ONE));
    assert_eq!((value.of(nova), value.of(None)), (Some(&ratio("1.2")), Some(&ratio("0.08"))));
    let Price::Money { per, value, rounding, round_to } = &programme.rewards[1].price;
    assert_eq!((*per, *rounding, *round_to), (1, Rounding::Down, ratio("0.01")));
    assert_eq!(value, &ByTier::same(ratio("25")));
}

#[test]
fn names_get_numbers_in_order_of_declaration() {
    let symbols = good(FULL).symbols;
    assert_eq!(names(&symbols.units), ["points", "nights", "gifts", "coupons", "birthday"]);
    assert_eq!(names(&symbols.tiers), ["star", "nova", "black"]);
    assert_eq!(names(&symbols.rules), ["flown", "spent", "night"]);
    assert_eq!(names(&symbols.rewards), ["cash", "gift"]);
}

#[test]
fn known_names_keep_their_numbers() {
    let known = |names: &[&str]| names.iter().map(|name| (*name).into()).collect();
    let known = Symbols {
        units: known(&["old", "gifts", "points"]),
        tiers: known(&["nova"]),
        rules: known(&["gone"]),
        ..Symbols::default()
    };
    let programme = parse(FULL, &known).unwrap();
    let numbers: Vec<_> = programme.units.iter().map(|unit| unit.ix.0).collect();
    assert_eq!(numbers, [2, 3, 1, 4, 5]);
    let numbers: Vec<_> = programme.tiers.iter().map(|tier| tier.ix.0).collect();
    assert_eq!(numbers, [1, 0, 2]);
    let numbers: Vec<_> = programme.earn.iter().map(|rule| rule.ix.0).collect();
    assert_eq!(numbers, [1, 2, 3]);
    assert_eq!(programme.earn[0].unit, UnitIx(2));
    assert_eq!(names(&programme.symbols.units)[..3], ["old", "gifts", "points"]);
}

#[test]
fn a_dropped_name_keeps_its_number_too() {
    let first = good(FULL).symbols;
    let second = parse(&format!("{HEADER}[units.miles]"), &first).unwrap();
    assert_eq!(second.units[0].ix, UnitIx(5));
    assert_eq!(second.symbols.unit(UnitIx(0)), "points");
    assert_eq!(second.symbols.rules, first.rules);
}
