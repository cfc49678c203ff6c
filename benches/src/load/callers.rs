//! Who hands commands in: one thread that sees to it that they come in time, and callers that are
//! tasks of another.

use std::cell::RefCell;
use std::rc::Rc;
use std::thread;
use std::time::Instant;

use milepost::{Ledger, Request};
use milepost_bench::Outcome;
use milepost_bench::callers::as_tasks;
use tokio::sync::{Mutex, mpsc};

use super::arrivals::Arrivals;
use super::seen::Seen;

/// So many commands can wait for a caller in memory. Those that come later wait just as long: it is
/// counted from when they were to come, not from when there was room for them.
const WAITING: usize = 65_536;
/// A ledger that does not keep up is given so many times the time of the run.
const PATIENCE: u32 = 2;

/// A command that has come.
struct Arrived {
    /// When it was to come.
    at: Instant,
    request: Request,
}

/// Hands in what comes. Says how many commands were left when patience ran out.
pub(super) fn drive(
    ledger: &Ledger,
    callers: u32,
    (arrivals, requests): (Arrivals, impl Iterator<Item = Outcome<Request>> + Send),
    seen: &mut Seen,
) -> Outcome<u64> {
    let (to, from) = mpsc::channel(WAITING);
    let start = Instant::now();
    let shared = Rc::new((Mutex::new(from), RefCell::new(std::mem::replace(seen, Seen::new()?))));
    shared.1.borrow_mut().begin(start);
    let left = thread::scope(|scope| {
        let coming = scope.spawn(move || come(start, arrivals, requests, &to));
        as_tasks(callers, || caller(ledger.clone(), Rc::clone(&shared)))?;
        coming.join().map_err(|_| "the thread panicked")?
    })?;
    *seen = Rc::into_inner(shared).ok_or("a caller goes on")?.1.into_inner();
    seen.end();
    Ok(left)
}

/// Lets commands come, each at its time. Each is made before.
fn come(
    start: Instant,
    mut arrivals: Arrivals,
    mut requests: impl Iterator<Item = Outcome<Request>>,
    to: &mpsc::Sender<Arrived>,
) -> Outcome<u64> {
    let end = start + arrivals.end() * PATIENCE;
    while let Some((at, request)) = arrivals.next().zip(requests.next()) {
        let arrived = Arrived { at: start + at, request: request? };
        thread::sleep(arrived.at.saturating_duration_since(Instant::now()));
        if Instant::now() > end {
            return Ok(1 + u64::try_from(arrivals.count())?);
        }
        if to.blocking_send(arrived).is_err() {
            return Err("the callers are gone".into());
        }
    }
    Ok(0)
}

type Shared = (Mutex<mpsc::Receiver<Arrived>>, RefCell<Seen>);

async fn caller(ledger: Ledger, shared: Rc<Shared>) -> Outcome<()> {
    loop {
        let arrived = shared.0.lock().await.recv().await;
        let Some(Arrived { at, request }) = arrived else { return Ok(()) };
        let handed_in = at.elapsed();
        let answer = ledger.submit(request).await;
        shared.1.borrow_mut().answered(at, handed_in, answer.err())?;
    }
}
