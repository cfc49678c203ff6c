//! What an import came to.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

/// What an import came to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Summary {
    /// Rows that were read.
    pub(crate) rows: u64,
    /// Commands that were handed to the ledger.
    pub(crate) commands: u64,
    /// Commands that are durable now.
    pub(crate) accepted: u64,
    /// Of them, those recorded later than their `at`, because the ledger was past it.
    pub(crate) clamped: u64,
    /// Commands that an earlier import had done.
    pub(crate) duplicates: u64,
    /// Commands that were refused, by code.
    pub(crate) refused: BTreeMap<String, u64>,
    /// Rows that could not be made into commands.
    pub(crate) bad_rows: u64,
    /// Rows of which something was refused, bad ones included.
    pub(crate) rejected_rows: u64,
    /// How long it took, from opening the first file to the last receipt.
    pub(crate) elapsed: Duration,
}

impl Summary {
    /// Commands that were refused.
    pub(crate) fn all_refused(&self) -> u64 {
        self.refused.values().sum()
    }

    /// Shows it, one figure a line.
    pub(super) fn show(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut line = |name: &str, figure: u64| writeln!(out, "{name:<14} {figure:>12}");
        line("rows", self.rows)?;
        line("commands", self.commands)?;
        line("accepted", self.accepted)?;
        line("duplicates", self.duplicates)?;
        line("refused", self.all_refused())?;
        for (code, count) in &self.refused {
            line(&format!("  {code}"), *count)?;
        }
        line("bad rows", self.bad_rows)?;
        line("rejected rows", self.rejected_rows)?;
        if self.clamped > 0 {
            line("clamped", self.clamped)?;
        }
        let seconds = self.elapsed.as_secs_f64();
        let rate = rate(self.commands, self.elapsed);
        writeln!(out, "{:<14} {seconds:>12.2} s, {rate} commands/s", "time")
    }
}

/// So many a second.
pub(crate) fn rate(count: u64, elapsed: Duration) -> u128 {
    u128::from(count).saturating_mul(1_000_000) / elapsed.as_micros().max(1)
}
