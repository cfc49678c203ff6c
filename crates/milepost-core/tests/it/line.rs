//! The line format of commands: what is malformed, what is read, what is written back.

mod content;
mod malformed;
mod not_json;
mod round_trip;
mod strategies;

use milepost_core::command::Command;
use milepost_core::line::read_command;

/// The command of a good line.
fn command(text: &str) -> Command {
    match read_command(text) {
        Ok(line) => line.command,
        Err(error) => panic!("{text}: {error}"),
    }
}
