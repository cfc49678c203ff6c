//! Ledgers for the benches to work on.

use std::path::Path;
use std::sync::Arc;

use milepost::command::Command;
use milepost::{
    Answer, Atomicity, CommandClock, Ledger, Options, PendingBatch, Request, Snapshots,
};

use crate::Outcome;
use crate::workload::{self, LEDGER};

/// The largest batch: what an import hands in at once.
pub const BATCH: usize = 8189;

/// Options with the system's clock, as a server has them. A snapshot is taken only when asked.
pub fn server() -> Options {
    Options::default().with_ledger_id(LEDGER).with_snapshots(Snapshots::OnDemand)
}

/// Options with a clock that commands drive, so that the log is the same in every run.
///
/// # Errors
/// Never, as long as time begins.
pub fn driven() -> Outcome<Options> {
    Ok(server().with_clock(Arc::new(CommandClock::at(workload::start()?))))
}

/// A new ledger with members: each has what it was granted at the start.
///
/// # Errors
/// If the ledger fails.
pub fn with_members(
    folder: &Path,
    programme: &str,
    options: Options,
    members: u32,
) -> Outcome<Ledger> {
    let ledger = Ledger::create(folder, programme, options)?;
    submit_all(&ledger, (0..members).map(workload::enrol))?;
    submit_all(&ledger, (0..members).map(workload::grant))?;
    Ok(ledger)
}

/// Submits commands, a batch being made while the one before is on its way.
///
/// # Errors
/// If the ledger fails or refuses one.
pub fn submit_all(
    ledger: &Ledger,
    commands: impl IntoIterator<Item = Outcome<Command>>,
) -> Outcome<()> {
    let requests = commands.into_iter().map(|command| Ok(Request::new(command?)));
    submit_requests(ledger, requests)
}

/// Submits requests likewise.
///
/// # Errors
/// If the ledger fails or refuses one.
pub fn submit_requests(
    ledger: &Ledger,
    requests: impl IntoIterator<Item = Outcome<Request>>,
) -> Outcome<()> {
    submit_and_see(ledger, requests, all_accepted)
}

/// Submits requests of the mix likewise.
///
/// # Errors
/// If the ledger fails, or refuses more than a few.
pub fn submit_mix(
    ledger: &Ledger,
    requests: impl IntoIterator<Item = Outcome<Request>>,
) -> Outcome<()> {
    submit_and_see(ledger, requests, nearly_all_accepted)
}

/// Submits requests likewise, and has the answers of each batch looked at.
///
/// # Errors
/// If the ledger fails, or who looks at the answers finds fault with them.
pub fn submit_and_see(
    ledger: &Ledger,
    requests: impl IntoIterator<Item = Outcome<Request>>,
    see: impl FnMut(&[Answer]) -> Outcome<()>,
) -> Outcome<()> {
    submit_in_batches(ledger, BATCH, requests, see)
}

/// Submits requests likewise, so many at once.
///
/// # Errors
/// If the ledger fails, or who looks at the answers finds fault with them.
pub fn submit_in_batches(
    ledger: &Ledger,
    size: usize,
    requests: impl IntoIterator<Item = Outcome<Request>>,
    mut see: impl FnMut(&[Answer]) -> Outcome<()>,
) -> Outcome<()> {
    let mut requests = requests.into_iter();
    let mut before: Option<PendingBatch> = None;
    loop {
        let batch = requests.by_ref().take(size).collect::<Outcome<Vec<Request>>>()?;
        if batch.is_empty() {
            return before.map_or(Ok(()), |batch| see(&batch.wait()?));
        }
        let next = ledger.begin_batch(batch, Atomicity::Each)?;
        if let Some(batch) = before.replace(next) {
            see(&batch.wait()?)?;
        }
    }
}

/// A workload with a refusal in it is not the workload that was meant.
///
/// # Errors
/// The first refusal.
pub fn all_accepted(answers: &[Answer]) -> Outcome<()> {
    match answers.iter().find_map(|answer| answer.as_ref().err()) {
        Some(refusal) => Err(refusal.clone().into()),
        None => Ok(()),
    }
}

/// In the mix some are refused, as in life: somebody wants more than there is.
///
/// # Errors
/// The first refusal, if it is more than one of twenty.
pub fn nearly_all_accepted(answers: &[Answer]) -> Outcome<()> {
    let refused = answers.iter().filter(|answer| answer.is_err()).count();
    if refused * 20 > answers.len().max(200) { all_accepted(answers) } else { Ok(()) }
}
