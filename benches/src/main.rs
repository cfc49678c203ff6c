//! The load generator: a ledger under commands that come when they come, or as fast as they can; and
//! how many instructions that takes.
//!
//! Tables go to the standard output and everything else to the standard error. What is measured is
//! the ledger as a host embeds it, in this process: no network is in the figures.

mod grow;
mod instructions;
mod load;
mod plot;
mod show;
mod stream;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use milepost_bench::Outcome;

/// A ledger under load: 70 of 100 commands earn, 20 redeem, hold or capture, 5 refund or reverse, 5
/// do something else.
#[derive(Debug, Parser)]
#[command(name = "milepost-bench", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    job: Job,
}

#[derive(Debug, Subcommand)]
enum Job {
    Load(load::LoadArgs),
    Grow(grow::GrowArgs),
    Instructions(instructions::InstructionsArgs),
}

fn main() -> ExitCode {
    let done = match Cli::parse().job {
        Job::Load(args) => load::run(&args),
        Job::Grow(args) => grow::run(&args),
        Job::Instructions(args) => instructions::run(&args),
    };
    match done.or_else(|error| show::error(&error)) {
        Ok(code) => code,
        Err(_) => ExitCode::FAILURE,
    }
}
