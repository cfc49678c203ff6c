//! The `milepost` program: a ledger from the command line.
//!
//! Results go to the standard output and everything else to the standard error, so that the output
//! can be piped. The exit status is 0 if all went well, 1 if a command was refused or a check
//! failed, and 2 if the program could not go on.

mod advance;
mod apply;
mod args;
mod batch;
mod demo;
mod exit;
mod hand_in;
mod import;
mod init;
mod input;
mod open;
mod people;
mod print;
mod programme;
mod programme_file;
mod query;
mod question;
mod rfm;
mod scenario;
mod snapshot;
mod tables;
mod verify;
mod warnings;
mod what_if;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::exit::{Failure, Outcome};

/// Commands are made on one thread and dropped on another: the system's allocator spends more time
/// on that than the ledger on deciding them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An event-sourced points ledger for travel loyalty.
#[derive(Debug, Parser)]
#[command(name = "milepost", version, max_term_width = 100, after_help = args::EXIT_STATUS)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::InitArgs),
    Apply(apply::ApplyArgs),
    Query(query::QueryArgs),
    Balance(people::BalanceArgs),
    Lots(people::LotsArgs),
    Holds(people::HoldsArgs),
    Tier(people::TierArgs),
    Statement(people::StatementArgs),
    Explain(people::ExplainArgs),
    Expiring(people::ExpiringArgs),
    Member(people::MemberArgs),
    Rfm(rfm::RfmArgs),
    Totals(people::TotalsArgs),
    Log(people::LogArgs),
    Advance(advance::AdvanceArgs),
    Snapshot(snapshot::SnapshotArgs),
    Verify(verify::VerifyArgs),
    WhatIf(what_if::WhatIfArgs),
    Scenario(scenario::ScenarioArgs),
    Import(import::ImportArgs),
    Demo(demo::DemoArgs),
    Programme(programme::ProgrammeArgs),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    warnings::show();
    exit::code(run(cli.command))
}

fn run(command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::Init(args) => init::run(&args),
        Command::Apply(args) => apply::run(&args),
        Command::Query(args) => query::run(&args),
        Command::Balance(args) => people::balance(args),
        Command::Lots(args) => people::lots(args),
        Command::Holds(args) => people::holds(args),
        Command::Tier(args) => people::tier(args),
        Command::Statement(args) => people::statement(args),
        Command::Explain(args) => people::explain(args),
        Command::Expiring(args) => people::expiring(args),
        Command::Member(args) => people::member(args),
        Command::Rfm(args) => rfm::run(args),
        Command::Totals(args) => people::totals(&args),
        Command::Log(args) => people::log(&args),
        Command::Advance(args) => advance::run(&args),
        Command::Snapshot(args) => snapshot::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::WhatIf(args) => what_if::run(&args),
        Command::Scenario(args) => scenario::run(&args),
        Command::Import(args) => import::run(args),
        Command::Demo(args) => demo::run(args),
        Command::Programme(args) => programme::run(&args),
    }
}
