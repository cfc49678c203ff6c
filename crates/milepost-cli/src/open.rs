//! Opening a ledger for a subcommand.

use std::path::Path;
use std::sync::Arc;

use milepost::log::Ending;
use milepost::{Clock, CommandClock, Error, Ledger, Options, Snapshots, SystemClock};

use crate::args::ClockChoice;
use crate::exit::{Failure, say};

/// The clock that was chosen. One that commands drive stands at the earliest instant until a
/// command sets it, so that queries without a time are asked at that of the last entry.
pub(crate) fn clock(choice: ClockChoice) -> Arc<dyn Clock> {
    match choice {
        ClockChoice::Commands => Arc::new(CommandClock::default()),
        ClockChoice::System => Arc::new(SystemClock),
    }
}

/// Opens a ledger to change it: a clean close takes a snapshot.
pub(crate) fn to_write(dir: &Path, choice: ClockChoice) -> Result<Ledger, Failure> {
    open(dir, Options::default().with_clock(clock(choice)))
}

/// Opens a ledger to ask it: whoever drops it leaves the folder as it was.
pub(crate) fn to_ask(dir: &Path) -> Result<Ledger, Failure> {
    let options = Options::default().with_clock(clock(ClockChoice::Commands));
    open(dir, options.with_snapshots(Snapshots::OnDemand))
}

fn open(dir: &Path, options: Options) -> Result<Ledger, Failure> {
    let ledger = Ledger::open(dir, options)?;
    if let Some(recovery) = &ledger.opening().recovery
        && let Ending::Torn(torn) = &recovery.ending
    {
        say(&format!(
            "milepost: the log ended in a write that was interrupted, of which nobody was told \
             that it was durable: {} bytes were moved to {}",
            torn.len,
            torn.saved_to.display()
        ));
    }
    Ok(ledger)
}

/// Closes a ledger that was changed, whatever became of the changes: the first failure counts.
pub(crate) fn close<T>(ledger: Ledger, ended: Result<T, Failure>) -> Result<T, Failure> {
    let closed: Result<(), Error> = ledger.close();
    let value = ended?;
    closed?;
    Ok(value)
}
