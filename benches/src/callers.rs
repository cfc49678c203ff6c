//! Callers of a server: each hands in one command, waits until it is durable, and hands in the next.
//! They are tasks on one thread, as the connections of a server are.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Instant;

use milepost::{Ledger, Request, SubmitError};
use tokio::runtime::Builder;
use tokio::task::LocalSet;

use crate::Outcome;
use crate::latency::Latencies;

/// What the commands of callers came to.
#[derive(Clone, Debug)]
pub struct Tally {
    /// How long those took that were accepted or refused.
    pub latencies: Latencies,
    /// How many were refused.
    pub refused: u64,
}

struct Shared<I> {
    requests: I,
    tally: Tally,
}

/// Lets callers hand in requests until there are no more.
///
/// # Errors
/// If the ledger fails, or a request cannot be made.
pub fn call<I>(ledger: &Ledger, callers: u32, requests: I) -> Outcome<Tally>
where
    I: Iterator<Item = Outcome<Request>> + 'static,
{
    let tally = Tally { latencies: Latencies::new()?, refused: 0 };
    let shared = Rc::new(RefCell::new(Shared { requests, tally }));
    as_tasks(callers, || caller(ledger.clone(), Rc::clone(&shared)))?;
    let shared = Rc::into_inner(shared).ok_or("a caller goes on")?;
    Ok(shared.into_inner().tally)
}

/// Runs so many callers as tasks of this thread, until all of them are done.
///
/// # Errors
/// That of a caller.
pub fn as_tasks<F>(callers: u32, caller: impl Fn() -> F) -> Outcome<()>
where
    F: Future<Output = Outcome<()>> + 'static,
{
    let runtime = Builder::new_current_thread().build()?;
    LocalSet::new().block_on(&runtime, async {
        // All of them are started before one is waited for.
        let callers: Vec<_> = (0..callers).map(|_| tokio::task::spawn_local(caller())).collect();
        for caller in callers {
            caller.await??;
        }
        Ok(())
    })
}

async fn caller<I>(ledger: Ledger, shared: Rc<RefCell<Shared<I>>>) -> Outcome<()>
where
    I: Iterator<Item = Outcome<Request>>,
{
    loop {
        let Some(request) = shared.borrow_mut().requests.next() else { return Ok(()) };
        let request = request?;
        let start = Instant::now();
        let answer = ledger.submit(request).await;
        let took = start.elapsed();
        let tally = &mut shared.borrow_mut().tally;
        tally.latencies.record(took)?;
        match answer {
            Ok(_) => {}
            Err(SubmitError::Refused(_)) => tally.refused += 1,
            Err(SubmitError::Failed(error)) => return Err(error.into()),
        }
    }
}
