//! What is asked of every random stream, whatever its programme.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::Path;

use milepost::event::{Event, Fact};
use milepost::log::MemDisk;
use milepost::{AsOf, Ledger, Request, Snapshots, SubmitError, verify};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::ops::{Op, with_times};
use crate::support::{create, create_at, options};

/// Does what can be done. Whatever happens is a receipt or a refusal.
pub(crate) fn submit(ledger: &Ledger, request: Request) -> Vec<Event> {
    match ledger.submit_blocking(request) {
        Ok(receipt) => receipt.events,
        Err(SubmitError::Refused(_)) => Vec::new(),
        Err(SubmitError::Failed(error)) => panic!("{error:?}"),
    }
}

/// The facts that some programmes and streams cause, by the names that they are given.
pub(crate) fn caused(
    cases: usize,
    streams: &impl Strategy<Value = (String, Vec<Op>)>,
    name: impl Fn(&Fact) -> String,
) -> BTreeSet<String> {
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    for _ in 0..cases {
        let (programme, ops) = streams.new_tree(&mut runner).unwrap().current();
        let ledger = create(&MemDisk::new(), &programme);
        for (at, op) in with_times(&ops) {
            seen.extend(submit(&ledger, op.request(at)).iter().map(|event| name(&event.fact)));
        }
    }
    seen
}

/// R-ASOF-2: live, folded from zero, folded from a snapshot taken anywhere: one digest, and the same
/// totals.
pub(crate) fn one_state_however_it_is_folded(
    path: &Path,
    programme: &str,
    ops: &[Op],
    snapshot_after: usize,
) -> Result<(), TestCaseError> {
    let ledger = create_at(path, programme);
    for (n, (at, op)) in with_times(ops).into_iter().enumerate() {
        if n == snapshot_after {
            ledger.snapshot().unwrap();
        }
        submit(&ledger, op.request(at));
    }
    let when = AsOf::at(ledger.last_recorded_at());
    let state = |ledger: &Ledger| (ledger.digest().unwrap(), ledger.totals_blocking(when).unwrap());
    let live = state(&ledger);
    ledger.close().unwrap();
    prop_assert_eq!(verify(path, |_| ()).unwrap().digest, live.0);
    for (mode, threads) in [(Snapshots::OnDemand, 2), (Snapshots::Off, 1), (Snapshots::Off, 3)] {
        let threads = NonZeroUsize::new(threads).unwrap();
        let options = options().with_snapshots(mode).with_fold_threads(threads);
        let ledger = Ledger::open(path, options).unwrap();
        prop_assert_eq!(&state(&ledger), &live);
        ledger.close().unwrap();
    }
    Ok(())
}
