//! The queries as subcommands for people.

use std::io::Write;

use clap::Args;
use milepost::event::LotNo;
use milepost::views::Explained;
use milepost::{Instant, MemberId, Name, Reference, SubmitError};

use crate::args::{LedgerArgs, WhenArgs};
use crate::exit::{Failure, Outcome, say};
use crate::question::{FIRST_ENTRY, Question, Range, What};
use crate::{open, print, query, tables};

/// A member's balance in every unit.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  milepost balance ./ledger guest-1 --as-of 2026-03-01T00:00:00Z"
)]
pub(crate) struct BalanceArgs {
    #[command(flatten)]
    about: AboutArgs,
}

/// A member's lots with something left, in the order of use.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  milepost lots ./ledger guest-1 --unit points")]
pub(crate) struct LotsArgs {
    #[command(flatten)]
    about: AboutArgs,
    /// Only lots of this unit.
    #[arg(long, value_name = "UNIT")]
    unit: Option<Name>,
}

/// A member's open holds.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  milepost holds ./ledger guest-1")]
pub(crate) struct HoldsArgs {
    #[command(flatten)]
    about: AboutArgs,
}

/// A member's tier.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  milepost tier ./ledger guest-1")]
pub(crate) struct TierArgs {
    #[command(flatten)]
    about: AboutArgs,
}

/// Every change of a member's balance, oldest first.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  milepost statement ./ledger guest-1 --from 2026-01-01T00:00:00Z"
)]
pub(crate) struct StatementArgs {
    #[command(flatten)]
    about: AboutArgs,
    /// Only changes at or after this.
    #[arg(long, value_name = "INSTANT")]
    from: Option<Instant>,
    /// Only changes before this.
    #[arg(long, value_name = "INSTANT")]
    until: Option<Instant>,
    /// Only changes of this unit.
    #[arg(long, value_name = "UNIT")]
    unit: Option<Name>,
}

/// How a member came to a lot, to a redemption, or to all that it has.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  milepost explain ./ledger guest-1 --lot 3")]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    about: AboutArgs,
    /// Only what this lot came from and what became of it.
    #[arg(long, value_name = "NUMBER", conflicts_with = "redemption")]
    lot: Option<u32>,
    /// Only where the lots of this redemption came from and what was given back of it.
    #[arg(long, value_name = "REF")]
    redemption: Option<Reference>,
}

/// What expires soon: within 30 days, after that within 60, after that within 90.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  milepost expiring ./ledger --days 14")]
pub(crate) struct ExpiringArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// Whose; left out: everybody's.
    #[arg(value_name = "MEMBER")]
    member: Option<MemberId>,
    /// One span of so many days instead.
    #[arg(long, value_name = "DAYS")]
    days: Option<u32>,
    #[command(flatten)]
    when: WhenArgs,
}

/// Who a member is.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  milepost member ./ledger guest-1 --json")]
pub(crate) struct MemberArgs {
    #[command(flatten)]
    about: AboutArgs,
}

/// The figures of all members together.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  milepost totals ./ledger")]
pub(crate) struct TotalsArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    #[command(flatten)]
    when: WhenArgs,
}

/// The entries of the log.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  milepost log ./ledger --from 1000 --json")]
pub(crate) struct LogArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// The sequence number to begin with.
    #[arg(long, value_name = "SEQ", default_value_t = FIRST_ENTRY)]
    from: u64,
    #[command(flatten)]
    when: WhenArgs,
}

/// About whom, and as of when.
#[derive(Debug, Args)]
struct AboutArgs {
    #[command(flatten)]
    ledger: LedgerArgs,
    /// The member.
    #[arg(value_name = "MEMBER")]
    member: MemberId,
    #[command(flatten)]
    when: WhenArgs,
}

pub(crate) fn balance(args: BalanceArgs) -> Result<Outcome, Failure> {
    about(args.about, |member| What::Balance { member })
}

pub(crate) fn lots(args: LotsArgs) -> Result<Outcome, Failure> {
    let unit = args.unit;
    about(args.about, |member| What::Lots { member, unit })
}

pub(crate) fn holds(args: HoldsArgs) -> Result<Outcome, Failure> {
    about(args.about, |member| What::Holds { member })
}

pub(crate) fn tier(args: TierArgs) -> Result<Outcome, Failure> {
    about(args.about, |member| What::Tier { member })
}

pub(crate) fn statement(args: StatementArgs) -> Result<Outcome, Failure> {
    let range = Range { from: args.from, until: args.until, unit: args.unit };
    about(args.about, |member| What::Statement { member, range })
}

pub(crate) fn explain(args: ExplainArgs) -> Result<Outcome, Failure> {
    let lot = args.lot.map(|lot| Explained::Lot(LotNo(lot)));
    let about_it = lot.or(args.redemption.map(Explained::Redemption));
    let what = about_it.unwrap_or(Explained::Balance);
    about(args.about, |member| What::Explain { member, about: what })
}

pub(crate) fn expiring(args: ExpiringArgs) -> Result<Outcome, Failure> {
    let what = What::Expiring { member: args.member, days: args.days };
    ask(&args.ledger, &args.when, what)
}

pub(crate) fn member(args: MemberArgs) -> Result<Outcome, Failure> {
    about(args.about, |member| What::Member { member })
}

pub(crate) fn totals(args: &TotalsArgs) -> Result<Outcome, Failure> {
    ask(&args.ledger, &args.when, What::Totals)
}

pub(crate) fn log(args: &LogArgs) -> Result<Outcome, Failure> {
    ask(&args.ledger, &args.when, What::Log { from: args.from })
}

fn about(args: AboutArgs, what: impl FnOnce(MemberId) -> What) -> Result<Outcome, Failure> {
    ask(&args.ledger, &args.when, what(args.member))
}

pub(crate) fn ask(ledger: &LedgerArgs, when: &WhenArgs, what: What) -> Result<Outcome, Failure> {
    let ledger = open::to_ask(&ledger.dir)?;
    let question = Question { what, when: when.when() };
    let mut out = print::out();
    let refusal = if when.json {
        query::answer(&ledger, &question, &mut out)?
    } else {
        match question.answer(&ledger) {
            Ok(answer) => {
                writeln!(out, "{}", tables::of(&question.what, &answer))?;
                None
            }
            Err(SubmitError::Refused(refusal)) => Some(refusal),
            Err(SubmitError::Failed(error)) => return Err(error.into()),
        }
    };
    out.flush()?;
    match refusal {
        None => Ok(Outcome::Done),
        Some(refusal) => {
            say(&format!("milepost: {}", refusal.message));
            Ok(Outcome::Refused)
        }
    }
}
