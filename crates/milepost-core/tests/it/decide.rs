//! Decisions: given commands, when a command at a time, then events or a refusal, and figures.
//!
//! A test is a script of one-line cases, see [`script`]. The ledger that carries it out judges every
//! command twice, the first time as a dry run, and audits itself after each, see [`ledger`].

mod ledger;
mod script;

mod again;
mod allocations;
mod compensation;
mod due;
mod earning;
mod ended;
mod holds;
mod limits;
mod lots;
mod members;
mod merge;
mod milestones;
mod qualifying;
mod random;
mod random_tiers;
mod redeem;
mod referral;
mod refusals;
mod renewal;
mod reversal;
mod revise;
mod rewards;
mod roles;
mod tiers;
mod transfer;

pub(crate) use ledger::Ledger;
pub(crate) use script::{check, run, step, submit};

/// One unit, without expiry.
const POINTS: &str = "units.points = {}";

/// A point for each euro of a stay.
const BASE: &str = "
[[earn]]
id = \"base\"
unit = \"points\"
on = [\"stay\"]
rate = { per = \"1.00\", earn = \"1\" }
";

/// One unit with the keys of `unit`, and a point for each euro of a stay.
fn earning(unit: &str) -> String {
    format!("units.points = {{ {unit} }}\n{BASE}")
}
