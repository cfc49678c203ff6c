//! What holds for every stream of commands under a programme that has everything: tiers that are
//! qualified for, benefits, milestones, referral, rewards with stock and vouchers, promises with a
//! budget, limits; with members that change, merge and leave, and rules that are revised.

use std::collections::BTreeMap;

use milepost::AsOf;
use milepost::command::{
    Attributes, Close, Command, Compensate, Consent, Enrol, Merge, Redeem, RedeemPrice,
    ReverseCase, Revise,
};
use milepost::event::Fact;
use milepost::log::MemDisk;
use milepost::state::Counter;
use milepost::what_if::{Revisions, what_if};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::Union;

use crate::ops::{MEMBERS, Op, commands, member, reference, with_times};
use crate::streams::{caused, one_state_however_it_is_folded, submit};
use crate::support::{create, enrol, hour, who};

const STOCK: i128 = 5;
const BUDGET: i128 = 150;

/// What differs between the versions that a stream revises to.
const POLICIES: [&str; 5] = [
    "",
    "window = \"rolling 20 days\"\nvalid = \"while-qualified\"\ngrace = \"4 days\"",
    "on_reversal = \"at-once\"\ndowngrade = \"one-step\"",
    "window = \"membership-year\"\nupgrade = \"next-window\"",
    "window = \"lifetime\"\nvalid = \"12 months\"",
];

fn programme(policy: &str) -> String {
    format!(
        r#"
name = "Rich"
timezone = "America/Toronto"
currency = "CAD"
[units.points]
transfer = {{ per_day = 3 }}
expiry = {{ after = "25 days" }}
max_balance = "700"
[units.pass]
expiry = {{ after = "10 days" }}
[units.nights]
qualifying_only = true
[[tiers]]
id = "blue"
[[tiers]]
id = "gold"
qualify = [{{ spend = "250.00" }}, {{ nights = 4 }}]
benefits = [{{ unit = "pass", amount = 2 }}]
[tier_policy]
{policy}
[[earn]]
id = "stays"
unit = "points"
on = ["stay"]
rate = {{ per = "1.00", earn = "1.5" }}
limit = [{{ amount = "160", per = "week" }}]
[[earn]]
id = "nights"
unit = "nights"
on = ["stay"]
fixed = 1
[[earn]]
id = "tagged"
unit = "points"
on = ["stay"]
fixed = 9
when = {{ attributes = {{ group = ["g"] }} }}
[[earn]]
id = "first"
unit = "points"
on = ["stay"]
fixed = 5
when = {{ first = true }}
[[milestone]]
id = "third"
count = "nights"
every = 3
grants = [{{ unit = "points", amount = 20 }}]
[referral]
on = "stay"
min_spend = "50.00"
referrer = [{{ unit = "points", amount = 11 }}]
friend = [{{ unit = "points", amount = 7 }}]
limit = {{ count = 1, per = "month" }}
[[rewards]]
id = "pass"
unit = "points"
cost = 30
stock = {STOCK}
grants = [{{ unit = "pass", amount = 1 }}]
limit = [{{ count = 2, per = "month" }}]
[[compensation]]
cause = "late"
grants = [{{ unit = "points", amount = 40 }}, {{ unit = "pass", amount = 1 }}]
limit = [{{ count = 2, per = "9 days" }}]
budget = {{ amount = "{BUDGET}", per = "ever" }}
"#
    )
}

fn programmes() -> impl Strategy<Value = String> {
    Union::new(POLICIES.map(Just)).prop_map(programme)
}

fn streams() -> impl Strategy<Value = Vec<Op>> {
    let steps = vec((prop_oneof![0..3_i64, 0..60_i64], all_commands()), 5..80);
    steps.prop_map(|steps| {
        let [first, others @ ..] = MEMBERS;
        let join = |id: &&str| {
            let referrer = Some(who(first));
            Op { after: 0, command: Enrol { referrer, ..Enrol::new(who(id)) }.into() }
        };
        let all_join = std::iter::once(Op { after: 0, command: enrol(first) });
        let all_join = all_join.chain(others.iter().map(join));
        all_join.chain(steps.into_iter().map(|(after, command)| Op { after, command })).collect()
    })
}

fn all_commands() -> impl Strategy<Value = Command> {
    prop_oneof![
        30 => commands(),
        4 => (member(), reference(), 1..3_u32).prop_map(buy),
        4 => (member(), reference()).prop_map(compensate),
        2 => (member(), reference()).prop_map(reverse_case),
        2 => (member(), any::<bool>()).prop_map(tag),
        1 => (member(), any::<bool>()).prop_map(consent),
        1 => (member(), member()).prop_map(|(a, b)| Merge { from: who(a), into: who(b) }.into()),
        1 => member().prop_map(|id| Close { member: who(id) }.into()),
        1 => (programmes(), option::of(0..1_500_i64)).prop_map(revise),
    ]
}

fn buy((id, reference, quantity): (&str, milepost::Reference, u32)) -> Command {
    let by_amount = Redeem::new(who(id), reference, "points".parse().unwrap(), 1.into());
    let (reward, quantity) = ("pass".parse().unwrap(), Some(quantity));
    let price = RedeemPrice::Reward { reward, quantity, amount: None, order: None };
    Redeem { price, ..by_amount }.into()
}

fn compensate((id, case): (&str, milepost::Reference)) -> Command {
    Compensate::new(who(id), "late".parse().unwrap(), case).into()
}

fn reverse_case((id, case): (&str, milepost::Reference)) -> Command {
    ReverseCase { member: who(id), case, reference: None }.into()
}

fn tag((id, there): (&str, bool)) -> Command {
    let name: milepost::Name = "group".parse().unwrap();
    let set = if there { vec![(name.clone(), "g".parse().unwrap())] } else { Vec::new() };
    let unset = if there { Vec::new() } else { vec![name] };
    Attributes { member: who(id), set, unset }.into()
}

fn consent((id, given): (&str, bool)) -> Command {
    Consent { member: who(id), purpose: "mail".parse().unwrap(), given }.into()
}

fn revise((text, at): (String, Option<i64>)) -> Command {
    Revise { programme: text.into(), effective_at: at.map(hour) }.into()
}

/// The streams are worth their name.
#[test]
fn the_rich_streams_cause_every_fact() {
    let seen = caused(300, &(programmes(), streams()), |fact| fact.name().to_owned());
    for expected in [
        "attributes_changed",
        "case_reversed",
        "closed",
        "consent_changed",
        "cut",
        "drawn",
        "expired",
        "granted",
        "merged",
        "programme_revised",
        "qualified",
        "redeemed",
        "referral_fell",
        "referral_paid",
        "referred",
        "refunded",
        "reversed",
        "tier_changed",
        "tier_grace",
    ] {
        assert!(seen.contains(expected), "{expected} is not in {seen:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// R-LOT-1, in every unit, per member and in total; and what all draw on is never overdrawn.
    #[test]
    fn r_lot_1_everything_is_conserved_and_no_budget_is_passed(
        programme in programmes(),
        ops in streams(),
    ) {
        let ledger = create(&MemDisk::new(), &programme);
        let mut drawn: BTreeMap<String, i128> = BTreeMap::new();
        for (at, op) in with_times(&ops) {
            for event in submit(&ledger, op.request(at)) {
                if let Fact::Drawn { pool, amount } = event.fact {
                    *drawn.entry(format!("{pool:?}")).or_default() += i128::from(amount);
                }
            }
            for (pool, drawn) in &drawn {
                let most = if pool.contains("Stock") { STOCK } else { BUDGET };
                prop_assert!((0..=most).contains(drawn), "{pool}: {drawn}");
            }
        }
        let at = ledger.last_recorded_at();
        let totals = ledger.totals_blocking(AsOf::at(at)).unwrap();
        prop_assert!(totals.conserved(), "{totals:?}");
        for unit in totals.units() {
            let (mut there, mut earned) = (0, 0);
            for id in ledger.member_ids().unwrap() {
                let balance = ledger.balance(&id, AsOf::at(at)).unwrap();
                let Some(of) = balance.of(unit.unit) else { continue };
                prop_assert!(of.figures.conserved(), "{:?}", of.figures);
                there += of.figures.balance();
                earned += of.figures.counter(Counter::Earned);
            }
            prop_assert_eq!(unit.available + unit.pending + unit.held - unit.debt, there);
            prop_assert_eq!(unit.counter(Counter::Earned), earned);
        }
    }

    /// R-ASOF-2, and: the same rules decide the same once more.
    #[test]
    fn r_asof_2_one_state_and_no_difference_under_the_same_rules(
        programme in programmes(),
        ops in streams(),
        snapshot_after in 0..80_usize,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        one_state_however_it_is_folded(&path, &programme, &ops, snapshot_after)?;
        let same = what_if(&path, &programme, Revisions::Keep, |_, _| ()).unwrap();
        prop_assert!(same.is_none(), "{:?}", same);
    }
}
