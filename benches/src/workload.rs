//! Commands as a travel company sends them, from a fixed seed: the same ones in every run.

use milepost::command::{Activity, Command, Enrol, Grant, Record, Redeem};
use milepost::{Decimal, Instant, MemberId};
use rand::{RngExt, SeedableRng};
use rand_distr::Distribution;
use rand_pcg::Pcg64Mcg;

use crate::Outcome;

/// A programme of two tiers, with rates for flights and stays, a factor by tier, hundredths, and an
/// expiry that the workloads here do not reach unless they say so.
pub const TRAVEL: &str = r#"
name = "Bench"
timezone = "Europe/Lisbon"
currency = "EUR"

[units.points]
decimals = 2
expiry = { after = "12 months", round = "end-of-month" }
hold_for = "30 days"
transfer = {}

[[tiers]]
id = "blue"

[[tiers]]
id = "gold"

[[earn]]
id = "flown"
unit = "points"
on = ["flight"]
rate = { per = "10 km", earn = "1", steps = "whole" }

[[earn]]
id = "spent"
unit = "points"
on = ["stay"]
rate = { per = "1.00", earn = "9/10" }

[[multiplier]]
id = "by-tier"
unit = "points"
on = ["flight", "stay"]
factor = { gold = "1.25", default = "1" }
"#;

/// A programme with one fixed rate and nothing else.
pub const FIXED: &str = r#"
name = "Bench"
timezone = "UTC"
currency = "EUR"

[units.points]

[[earn]]
id = "visit"
unit = "points"
on = ["visit"]
fixed = "200"
"#;

/// The ledger in all benches: members' keys depend on it, and with them the order in memory.
pub const LEDGER: [u8; 16] = *b"milepost benches";

/// What every member is granted first, so that no redemption here is ever refused for want.
const WELCOME: i64 = 10_000;

/// Numbers that look random and are the same in every run.
#[derive(Clone, Debug)]
pub struct Random(Pcg64Mcg);

impl Random {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Random {
        Random(Pcg64Mcg::seed_from_u64(seed))
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: u32) -> u32 {
        self.0.random_range(0..end)
    }

    /// A number as a distribution has them.
    pub fn draw<T>(&mut self, from: &impl Distribution<T>) -> T {
        from.sample(&mut self.0)
    }
}

/// 2024-01-01T00:00:00Z, when the benches' time begins.
///
/// # Errors
/// Never, as long as that is a time.
pub fn start() -> Outcome<Instant> {
    Ok("2024-01-01T00:00:00Z".parse()?)
}

/// The travel agency of the examples.
pub const AGENCY: &str = include_str!("../../examples/programmes/agency.toml");

const DAY: i64 = 86_400_000_000;

/// An instant so many microseconds after another.
///
/// # Errors
/// Beyond the year 9999.
pub fn later(at: Instant, micros: i64) -> Outcome<Instant> {
    Ok(Instant::from_micros(at.micros() + micros).ok_or("beyond the year 9999")?)
}

/// The member with a number.
///
/// # Errors
/// Never: it is a good id.
pub fn member(number: u32) -> Outcome<MemberId> {
    Ok(MemberId::new(&format!("M{number:08}"))?)
}

/// Opens a member.
///
/// # Errors
/// Never, as for all commands here.
pub fn enrol(number: u32) -> Outcome<Command> {
    Ok(Enrol { tier: Some(tier(number).parse()?), ..Enrol::new(member(number)?) }.into())
}

/// Opens a member of a programme without tiers.
///
/// # Errors
/// Never.
pub fn enrol_plainly(number: u32) -> Outcome<Command> {
    Ok(Enrol::new(member(number)?).into())
}

fn tier(number: u32) -> &'static str {
    if number.is_multiple_of(5) { "gold" } else { "blue" }
}

/// A grant to a member.
///
/// # Errors
/// Never.
pub fn grant(number: u32) -> Outcome<Command> {
    let (unit, reason) = ("points".parse()?, "welcome".parse()?);
    Ok(Grant::new(member(number)?, unit, WELCOME.into(), reason).into())
}

/// A stay that was paid for. No member may have two of one `serial`.
///
/// # Errors
/// Never.
pub fn stay(number: u32, serial: u32, cents: u32) -> Outcome<Command> {
    let activity = Activity::new("stay".parse()?, format!("S{serial:08}").parse()?);
    Ok(Record::new(member(number)?, activity.with_spend(hundredths(cents)?)).into())
}

/// A flight. No member may have two of one `serial`.
///
/// # Errors
/// Never.
pub fn flight(number: u32, serial: u32, km: u32) -> Outcome<Command> {
    let activity = Activity::new("flight".parse()?, format!("F{serial:08}").parse()?);
    let activity = activity.with_quantity("km".parse()?, i64::from(km));
    Ok(Record::new(member(number)?, activity).into())
}

/// A visit, for the programme of one fixed rate. No member may have two of one `serial`.
///
/// # Errors
/// Never.
pub fn visit(number: u32, serial: u32) -> Outcome<Command> {
    let activity = Activity::new("visit".parse()?, format!("V{serial:08}").parse()?);
    Ok(Record::new(member(number)?, activity).into())
}

/// A trip, for the travel agency of some season; every third is booked in the app. No member may have two of one `serial`.
///
/// # Errors
/// Never.
pub fn trip(number: u32, serial: u32, cents: u32) -> Outcome<Command> {
    let activity = Activity::new("trip".parse()?, format!("T{serial:08}").parse()?);
    let mut activity = activity.with_spend(hundredths(cents)?);
    activity.times.push(("stay_at".parse()?, later(start()?, i64::from(serial % 300) * DAY)?));
    if serial.is_multiple_of(3) {
        activity.attributes.push(("channel".parse()?, "app".parse()?));
    }
    Ok(Record::new(member(number)?, activity).into())
}

/// A programme with so many rules more, each for activities of a kind of its own.
pub fn with_rules_of_other_kinds(text: &str, count: u32) -> String {
    let rule = |n: u32| {
        let limit = "limit = [{ amount = \"300\", per = \"month\" }]";
        format!(
            "[[earn]]\nid = \"other-{n}\"\nunit = \"points\"\non = [\"kind-{n}\"]\nfixed = 7\n{limit}\n"
        )
    };
    let rules: String = (0..count).map(rule).collect();
    format!("{text}\n{rules}")
}

/// A redemption. No member may have two of one `serial`.
///
/// # Errors
/// Never.
pub fn redeem(number: u32, serial: u32, cents: u32) -> Outcome<Command> {
    let reference = format!("R{serial:08}").parse()?;
    let amount = hundredths(cents)?;
    Ok(Redeem::new(member(number)?, reference, "points".parse()?, amount).into())
}

pub(crate) fn hundredths(count: u32) -> Outcome<Decimal> {
    Ok(Decimal::new(i64::from(count), 2).ok_or("two is too many decimals")?)
}
