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
    let Price::Money(cash) = &programme.rewards[0].price else { panic!("money") };
    assert_eq!((cash.per, cash.rounding, cash.round_to), (100, Rounding::Up, Ratio::ONE));
    let value = &cash.value;
    assert_eq!((value.of(nova), value.of(None)), (Some(&ratio("1.2")), Some(&ratio("0.08"))));
    let bounds = (cash.min, cash.multiple_of, cash.max_share);
    assert_eq!(bounds, (Some(50_000), Some(10_000), Some(ratio("1/2"))));
    let Price::Money(gift) = &programme.rewards[1].price else { panic!("money") };
    assert_eq!((gift.per, gift.rounding, gift.round_to), (1, Rounding::Down, ratio("0.01")));
    assert_eq!(gift.value, ByTier::same(ratio("25")));
    let lounge = &programme.rewards[2];
    let Price::Cost(cost) = &lounge.price else { panic!("a cost") };
    assert_eq!((cost.of(nova), cost.of(None)), (Some(&150_000), Some(&200_000)));
    assert_eq!((lounge.stock, lounge.grants.len()), (Some(5000), 1));
    let limits = [
        Limit { most: Most::Count(2), per: LimitPeriod::Local(Period::Year) },
        Limit { most: Most::Amount(500_000), per: LimitPeriod::MembershipYear },
    ];
    assert_eq!(lounge.limits, limits);
    let Price::Partner(miles) = &programme.rewards[3].price else { panic!("a partner") };
    assert_eq!((&*miles.name, miles.per, miles.gives), ("sky", 300, Ratio::ONE));
    assert_eq!((miles.what.as_str(), miles.multiple_of), ("mile", Some(30_000)));
}

#[test]
fn promises() {
    let programme = good(FULL);
    let late = programme.compensation_for("guide-late").unwrap();
    assert_eq!(late.unit(), Some(programme.units[0].ix));
    assert_eq!((late.approval_above, late.grants.len()), (Some(500_000), 1));
    let basis = late.basis.as_ref().unwrap();
    assert_eq!((basis.share, basis.steps_per_money), (ratio("1/10"), ratio("10000")));
    assert_eq!((basis.min, basis.max), (Some(10_000), Some(500_000)));
    assert_eq!(late.limits, [Limit { most: Most::Count(2), per: Span::Days(90) }]);
    let budget = late.budget.unwrap();
    assert_eq!((budget.amount, budget.per), (100_000_000, Some(Period::Year)));
    let discretion = late.discretion.as_ref().unwrap();
    assert_eq!((discretion.amount, discretion.roles.as_deref().unwrap().len()), (200_000, 1));
}

#[test]
fn roles() {
    let programme = good(FULL);
    let (agent, lead) = (programme.role_named("agent").unwrap(), programme.role_named("lead"));
    assert!(agent.may.has("redeem") && agent.may.has("compensate") && !agent.may.has("grant"));
    assert_eq!(agent.up_to, [(programme.units[0].ix, 200_000)]);
    assert!(agent.needs_approval.has("compensate") && !agent.needs_approval.has("redeem"));
    let lead = lead.unwrap();
    assert!(lead.may.has("erase") && lead.approves.has("compensate"));
    assert!(!lead.approves.has("grant") && !lead.may.has("nothing"));
}

#[test]
fn referral() {
    let referral = good(FULL).referral.unwrap();
    assert_eq!(referral.on, ["stay".into()]);
    assert_eq!((referral.min_spend, referral.within), (Some(ratio("25")), Some(Span::Days(180))));
    assert_eq!((referral.referrer.len(), referral.friend.len()), (2, 1));
    let month = LimitPeriod::Local(Period::Month);
    assert_eq!(referral.limits, [Limit { most: 10, per: month }]);
}

#[test]
fn names_get_numbers_in_order_of_declaration() {
    let symbols = good(FULL).symbols;
    assert_eq!(names(&symbols.units), ["points", "nights", "gifts", "coupons", "birthday"]);
    assert_eq!(names(&symbols.tiers), ["star", "nova", "black"]);
    assert_eq!(names(&symbols.rules), ["flown", "spent", "night"]);
    assert_eq!(names(&symbols.rewards), ["cash", "gift", "lounge", "miles"]);
    assert_eq!(names(&symbols.causes), ["guide-late"]);
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
