//! What a run of scenarios tells.

use std::io::{self, Write};
use std::path::Path;

use super::run::Fault;
use super::script::Scenario;
use super::waiting::Entry;
use crate::exit::{Failure, Outcome};

/// Tells what does not hold as it is found, and at the end how many did what.
#[derive(Debug, Default)]
pub(super) struct Report {
    held: u64,
    waiting: u64,
    failed: u64,
}

impl Report {
    pub(super) fn new() -> Report {
        Report::default()
    }

    /// Tells of one scenario that was run; `listed` if it waits for later work.
    pub(super) fn scenario(
        &mut self,
        file: &Path,
        scenario: &Scenario,
        faults: &[Fault],
        listed: Option<Entry>,
    ) -> io::Result<()> {
        match (faults, listed) {
            ([], None) => self.held += 1,
            ([], Some(entry)) => {
                self.failed += 1;
                let message = format!("holds now: take it off the list ({})", entry.reason);
                tell(file, scenario.line, &scenario.title, &message)?;
            }
            (_, Some(_)) => self.waiting += 1,
            (faults, None) => {
                self.failed += 1;
                for fault in faults {
                    tell(file, fault.line, &scenario.title, &fault.told())?;
                }
            }
        }
        Ok(())
    }

    /// Tells of what is on the list and not in the script.
    pub(super) fn not_there<'a>(
        &mut self,
        file: &Path,
        entries: impl Iterator<Item = &'a Entry>,
    ) -> io::Result<()> {
        for entry in entries {
            self.failed += 1;
            tell(
                file,
                1,
                &entry.title,
                "is on the list of those that wait, but not in the script",
            )?;
        }
        Ok(())
    }

    /// Tells how many did what.
    pub(super) fn conclude(self) -> Result<Outcome, Failure> {
        let Report { held, waiting, failed } = self;
        let scenarios = held + waiting + failed;
        let waiting =
            if waiting == 0 { String::new() } else { format!(", {waiting} wait for later work") };
        writeln!(io::stdout(), "{scenarios} scenarios: {held} hold, {failed} fail{waiting}")?;
        Ok(if failed == 0 { Outcome::Done } else { Outcome::Refused })
    }
}

fn tell(file: &Path, line: u64, title: &str, message: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{}:{line}: {title}: {message}", file.display())
}
