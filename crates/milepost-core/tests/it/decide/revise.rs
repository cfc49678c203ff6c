//! Versions of the programme (R-TIME-7, R-TIME-8, R-LOT-5).

use milepost_core::command::{Command, Revise};
use milepost_core::event::{Event, Fact};
use milepost_core::refusal::{Code, Detail, Refusal};

use super::ledger::HEADER;
use super::{BASE, Ledger, POINTS, earning, run, step};

fn instant(text: &str) -> milepost_core::time::Instant {
    text.parse().unwrap()
}

fn revise(ledger: &mut Ledger, programme: &str, from: Option<&str>) -> Result<Vec<Event>, Refusal> {
    let programme = format!("{HEADER}{programme}").into();
    let effective_at = from.map(instant);
    ledger.submit(&Command::from(Revise { programme, effective_at }))
}

fn steps(ledger: &mut Ledger, script: &str) {
    script.lines().map(str::trim).filter(|line| !line.is_empty()).for_each(|l| step(ledger, l));
}

/// The reasons of a revision that is refused for its programme.
fn faults(refused: Result<Vec<Event>, Refusal>) -> Vec<String> {
    let refusal = refused.unwrap_err();
    assert_eq!(refusal.code, Code::ProgrammeInvalid);
    let [("faults", Detail::Faults(faults))] = refusal.details.as_slice() else {
        panic!("{refusal:?}")
    };
    faults.iter().map(|fault| format!("{}: {}", fault.line, fault.key)).collect()
}

#[test]
fn r_time_8_in_force_is_the_greatest_effective_at_and_of_equal_ones_the_later() {
    let rate = |earn: u32| earning("").replace("earn = \"1\"", &format!("earn = \"{earn}\""));
    let mut ledger = run(&rate(1), "@2026-01-05\nenrol a");
    let events = revise(&mut ledger, &rate(2), Some("2026-03-01T00:00:00Z")).unwrap();
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(event.fact, Fact::ProgrammeRevised { version: 2 });
    assert_eq!(event.effective_at, instant("2026-03-01T00:00:00Z"));
    revise(&mut ledger, &rate(3), Some("2026-03-01T00:00:00Z")).unwrap();
    revise(&mut ledger, &rate(5), Some("2026-02-01T00:00:00Z")).unwrap();
    steps(
        &mut ledger,
        "record a kind=stay ref=S-1 spend=1 -> earned(amount=1,programme_version=1)
         @2026-02-01
         record a kind=stay ref=S-2 spend=1 -> earned(amount=5,programme_version=4)
         @2026-03-01
         record a kind=stay ref=S-3 spend=1 -> earned(amount=3,programme_version=3)
         record a kind=stay ref=S-4 occurred_at=2026-02-28T23:59:59Z spend=1 -> earned(amount=5)
         record a kind=stay ref=S-5 occurred_at=2026-01-01 spend=1 -> earned(amount=1)",
    );
}

#[test]
fn r_time_8_what_a_revision_may_not_do() {
    let mut ledger = run(
        "[units.points]\n[units.stars]\ndecimals = 1\n[[tiers]]\nid = \"blue\"\n[[tiers]]\nid = \"gold\"",
        "@2026-01-05\nenrol a\ngrant a unit=points amount=1 reason=x",
    );
    let before = ledger.encoded();
    let mut refused = |text: &str| faults(revise(&mut ledger, text, None));
    let tiers = "tiers = [{ id = \"blue\" }]";
    assert_eq!(
        refused("units.stars = {}\ntiers = [{ id = \"blue\" }]"),
        ["4: units", "4: units.stars.decimals"]
    );
    assert_eq!(refused("units.points = {}\ntiers = [{ id = \"gold\" }]"), ["5: tiers"]);
    assert_eq!(refused("units.points = {}"), ["1: tiers"]);
    assert_eq!(refused(&format!("{tiers}\nunits.points = 1\nx = 2")).len(), 2);
    for (header, found) in
        [("currency = \"USD\"", "3: currency"), ("timezone = \"Asia/Tokyo\"", "2: timezone")]
    {
        let (key, _) = header.split_once(' ').unwrap();
        let text = format!("{HEADER}{tiers}\nunits.points = {{}}");
        let line = |line| if str::starts_with(line, key) { header } else { line };
        let text = text.lines().map(line).collect::<Vec<_>>().join("\n");
        let revise = Revise { programme: text.into(), effective_at: None };
        assert_eq!(faults(ledger.submit(&revise.into())), [found]);
    }
    let mut at = |text: &str, from: &str| revise(&mut ledger, text, Some(from));
    let early = at(&format!("{tiers}\nunits.points = {{}}"), "2026-01-04T23:59:59Z");
    assert_eq!(early.unwrap_err().code, Code::InvalidTime);
    let both = at("units.stars = {}", "2026-01-04T23:59:59Z");
    assert_eq!(both.unwrap_err().code, Code::ProgrammeInvalid, "R-CMD-1");
    assert_eq!(ledger.encoded(), before);
    // Nobody has stars, and nobody is gold.
    revise(&mut ledger, &format!("{tiers}\nunits.points = {{}}"), None).unwrap();
    steps(&mut ledger, "grant a unit=stars amount=1 reason=x -> !unknown_unit");
}

#[test]
fn r_time_8_a_tier_that_has_ended_by_now_can_be_dropped() {
    let both = "units.points = {}\n[[tiers]]\nid = \"blue\"\n[[tiers]]\nid = \"gold\"";
    let mut ledger =
        run(both, "@2026-01-05\nenrol a\nassign_tier a tier=gold until=2026-02-01 reason=x");
    let blue = "units.points = {}\n[[tiers]]\nid = \"blue\"";
    assert_eq!(faults(revise(&mut ledger, blue, None)), ["5: tiers"]);
    steps(&mut ledger, "@2026-02-01");
    revise(&mut ledger, blue, None).unwrap();
    steps(&mut ledger, "tier a blue");
}

#[test]
fn r_lot_5_old_lots_keep_their_terms_and_names_their_numbers() {
    let with = |unit: &str, more: &str| format!("{more}\n{}", earning(unit));
    let mut ledger = run(
        &with("expiry = { after = \"2 years\" }, transfer = {}", ""),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 spend=10
         hold a unit=points amount=2 ref=H-1 until=2026-03-01",
    );
    let second =
        with("expiry = { after = \"1 year\" }, shortfall = \"forgive\"", "units.first = {}");
    revise(&mut ledger, &second, Some("2026-02-01T00:00:00Z")).unwrap();
    steps(
        &mut ledger,
        "@2026-02-01
         record a kind=stay ref=S-2 spend=20
         record a kind=stay ref=S-3 spend=30 occurred_at=2026-01-15
         lots a points 2:20@2027-02-01 1:10@2028-01-01 3:30@2028-01-15
         transfer a b unit=points amount=1 ref=T-1 -> !unknown_member
         debit a unit=points amount=100 reason=x -> debited(taken=58,debt=0,forgiven=42)
         @2026-03-01
         lots a points 1:2@2028-01-01",
    );
    assert_eq!(
        ledger.rules.symbols().units.iter().map(|name| &**name).collect::<Vec<_>>(),
        ["points", "first"]
    );
}

#[test]
fn r_time_7_a_renewal_moves_the_lots_of_its_own_form_in_whatever_version() {
    let form = |months: u32, kinds: &str| {
        let expiry = format!("expiry = {{ inactivity = \"{months} months\"{kinds} }}");
        earning(&expiry)
    };
    let mut ledger = run(
        &form(12, ", renewed_by = [\"redeem\"]"),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 spend=10",
    );
    revise(&mut ledger, &form(6, ""), None).unwrap();
    steps(
        &mut ledger,
        "@2026-02-01
         record a kind=stay ref=S-2 spend=20
         @2026-03-01
         record a kind=stay ref=S-3 spend=30
         lots a points 2:20@2026-09-01 3:30@2026-09-01 1:10@2027-01-01
         redeem a unit=points amount=1 ref=R-1
         lots a points 2:19@2026-09-01 3:30@2026-09-01 1:10@2027-03-01",
    );
}

#[test]
fn r_time_7_terms_in_force_at_recorded_at() {
    let mut ledger = run(
        &format!(
            "claim_window = \"30 days\"\n{}",
            earning(
                "refund_expired = { grace = \"5 days\" }, hold_for = \"1 day\", expiry = { after = \"1 month\" }"
            )
        ),
        "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 spend=10
         redeem a unit=points amount=10 ref=R-1",
    );
    let next = earning("hold_for = \"2 days\", expiry = { after = \"1 month\" }");
    let next = format!("claim_window = \"90 days\"\norder = \"oldest-first\"\n{next}");
    revise(&mut ledger, &next, Some("2026-03-01T00:00:00Z")).unwrap();
    steps(
        &mut ledger,
        "@2026-02-28
         record a kind=stay ref=S-2 spend=10 occurred_at=2026-01-15 -> !activity_too_old
         @2026-03-01
         record a kind=stay ref=S-2 spend=10 occurred_at=2026-02-15
         refund a redemption=R-1 -> refunded expired
         hold a unit=points amount=1 ref=H-1 -> held(until=2026-03-03)",
    );
}

#[test]
fn r_rev_1_other_money_goes_by_the_rates_of_the_version_of_the_activity() {
    let with = |rate: &str| format!("{}\nexchange = {{ USD = \"{rate}\" }}\n{}", "", earning(""));
    let mut ledger =
        run(&with("0.5"), "@2026-01-01\nenrol a\nrecord a kind=stay ref=S-1 spend=100");
    revise(&mut ledger, &with("0.8"), Some("2026-02-01T00:00:00Z")).unwrap();
    revise(&mut ledger, &earning(""), Some("2026-03-01T00:00:00Z")).unwrap();
    steps(
        &mut ledger,
        "@2026-02-01
         reverse a activity=S-1 amount.amount=20 amount.currency=USD -> reversed(taken=10)
         @2026-03-01
         reverse a activity=S-1 amount.amount=40 amount.currency=USD -> reversed(taken=20)
         reverse a activity=S-9 amount.amount=40 amount.currency=USD -> !unknown_currency
         record a kind=stay ref=S-2 spend.amount=10 spend.currency=USD -> !unknown_currency
         record a kind=stay ref=S-2 spend.amount=10 spend.currency=USD occurred_at=2026-02-15 -> earned(amount=8)",
    );
}

#[test]
fn r_time_5_what_is_due_goes_by_the_version_of_its_own_instant() {
    let unit = |dead: &str| earning(&format!("expiry = {{ after = \"1 month\" }}{dead}"));
    let script = "@2026-01-01
         enrol a
         record a kind=stay ref=S-1 spend=10
         hold a unit=points amount=10 ref=H-1 until=2026-02-10";
    for sweeps in [&["2026-02-10"][..], &[]] {
        let mut ledger = run(&unit(", refund_expired = { grace = \"60 days\" }"), script);
        revise(&mut ledger, &unit(""), Some("2026-02-15T00:00:00Z")).unwrap();
        for sweep in sweeps {
            steps(&mut ledger, &format!("@{sweep}\nadvance to={sweep}"));
        }
        steps(&mut ledger, "@2026-02-20\nlots a points 1:10@2026-04-11");
    }
}

#[test]
fn r_time_6_a_late_activity_can_earn_in_a_unit_that_was_dropped() {
    let stars = format!(
        "{}\n[units.stars]\nexpiry = {{ after = \"1 year\" }}\n{}",
        POINTS,
        BASE.replace("points", "stars")
    );
    let mut ledger = run(&stars, "@2026-01-01\nenrol a");
    revise(&mut ledger, &earning(""), Some("2026-02-01T00:00:00Z")).unwrap();
    steps(
        &mut ledger,
        "@2026-03-01
         record a kind=stay ref=S-1 spend=10 occurred_at=2026-01-15 -> earned(unit=stars,amount=10)
         balance a stars available=10
         redeem a unit=stars amount=1 ref=R-1 -> !unknown_unit
         reverse a activity=S-1 amount=4 -> reversed(taken=4)
         @2027-01-15
         balance a stars expired=6",
    );
    assert_eq!(
        faults(revise(&mut ledger, "units.stars = { decimals = 1 }\nunits.points = {}", None)),
        ["4: units.stars.decimals"]
    );
}

const NIGHTS: &str = "units.points = {}
units.nights = { qualifying_only = true }
";
/// Tiers that follow the units.
const SILVER: &str = "[[tiers]]\nid = \"blue\"
[[tiers]]\nid = \"silver\"\nqualify = [{ nights = 10 }]
";
const GOLD: &str = "[[tiers]]\nid = \"gold\"\nqualify = [{ nights = 30 }]";

#[test]
fn who_was_enrolled_before_there_were_tiers_has_the_first() {
    let mut ledger = run(NIGHTS, "@2026-01-05\nenrol a");
    steps(&mut ledger, "grant a unit=nights amount=6 reason=x\ntier a null");
    revise(&mut ledger, &format!("{NIGHTS}{SILVER}{GOLD}"), None).unwrap();
    steps(
        &mut ledger,
        "tier a blue
         member a tier=blue
         assign_tier a tier=gold until=2026-02-01 reason=x -> tier_assigned tier_changed(from=blue,to=gold)
         @2026-02-01
         tier a blue reason=assignment-ended
         grant a unit=nights amount=4 reason=x -> tier_changed(reason=assignment-ended) granted qualified tier_changed(from=blue,to=silver)",
    );
}

#[test]
fn r_time_8_a_tier_that_is_reached_after_it_was_dropped_for_later_is_worth_the_next_below() {
    let mut ledger = run(&format!("{NIGHTS}{SILVER}{GOLD}"), "@2024-01-05\nenrol a\nenrol b");
    revise(&mut ledger, &format!("{NIGHTS}{SILVER}"), Some("2024-06-01T00:00:00Z")).unwrap();
    steps(
        &mut ledger,
        "grant a unit=nights amount=30 reason=x -> granted qualified tier_changed(to=gold)
         assign_tier b tier=gold reason=x
         @2024-07-01
         grant a unit=nights amount=1 reason=x -> granted qualified
         tier a gold valid_until=2026-01-01
         grant b unit=nights amount=10 reason=x
         @2026-01-01
         tier a blue
         tier b gold valid_until=null",
    );
}

/// Blue, and silver from so much of a count.
fn silver_from(line: &str) -> String {
    format!(
        "{}[[tiers]]\nid = \"blue\"\n[[tiers]]\nid = \"silver\"\nqualify = [{{ {line} }}]\n\
         [tier_policy]\non_reversal = \"at-once\"\n",
        earning("")
    )
}

#[test]
fn what_is_built_in_counts_from_before_the_version_that_is_the_first_to_look_at_it() {
    let script = "@2026-01-05\nenrol a\nrecord a kind=stay ref=S-1 spend=600.00";
    let mut ledger = run(&earning(""), script);
    revise(&mut ledger, &silver_from("spend = \"1000.00\""), None).unwrap();
    steps(
        &mut ledger,
        "tier a blue counts={\"spend\":\"600.00\"}
         @2026-02-01
         record a kind=stay ref=S-2 spend=300.00
         record a kind=stay ref=S-3 occurred_at=2026-01-02 spend=100.00 -> earned tier_changed(to=silver)
         tier a silver counts={\"spend\":\"1000.00\"}
         reverse a activity=S-1 amount=1.00 -> reversed tier_changed(to=blue,reason=reversal)
         tier a blue counts={\"spend\":\"999.00\"}",
    );
    revise(&mut ledger, &silver_from("activities = 3"), None).unwrap();
    steps(
        &mut ledger,
        "tier a blue counts={\"activities\":3}
         reverse a activity=S-1
         tier a blue counts={\"activities\":2}",
    );
}
