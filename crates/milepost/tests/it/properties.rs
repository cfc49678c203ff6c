//! What holds for every stream of commands: conservation, the same answers under any schedule of
//! sweeps, snapshots and restarts, and one state however it is folded.

use std::path::Path;

use milepost::command::Advance;
use milepost::event::Fact;
use milepost::log::MemDisk;
use milepost::views::{StatementLine, Totals};
use milepost::{AsOf, Atomicity, Code, Instant, Ledger, Request, SubmitError};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::history::{Answers, ask, statement};
use crate::ops::{MEMBERS, Op, programmes, streams, with_times};
use crate::streams::{caused, one_state_however_it_is_folded};
use crate::support::{create, create_at, open, open_at};

/// What a command came to, as far as it does not depend on the numbers of entries.
fn outcome(ledger: &Ledger, request: Request) -> Result<Option<u32>, Code> {
    match ledger.submit_blocking(request) {
        Ok(receipt) => Ok(receipt.version),
        Err(SubmitError::Refused(refusal)) => Err(refusal.code),
        Err(SubmitError::Failed(error)) => panic!("{error:?}"),
    }
}

/// What may be done between two commands without changing any answer.
#[derive(Clone, Copy, Debug)]
enum Between {
    Nothing,
    Sweep { percent: i64 },
    Snapshot,
    Close,
    Drop,
    DryRun,
}

fn between() -> impl Strategy<Value = Between> {
    prop_oneof![
        6 => Just(Between::Nothing),
        4 => (0..=100_i64).prop_map(|percent| Between::Sweep { percent }),
        1 => Just(Between::Snapshot),
        1 => Just(Between::Close),
        1 => Just(Between::Drop),
        2 => Just(Between::DryRun),
    ]
}

fn act(ledger: Ledger, path: &Path, what: Between, next: (Instant, &Op)) -> Ledger {
    match what {
        Between::Nothing => {}
        Between::Sweep { percent } => {
            // Not later than the next command (R-TIME-5).
            let (last, next) = (ledger.last_recorded_at(), next.0.max(ledger.last_recorded_at()));
            let way = (next.micros() - last.micros()) / 100 * percent;
            let to = Instant::from_micros(last.micros() + way).unwrap();
            ledger.submit_blocking(Request::new(Advance { to }).at(last)).unwrap();
        }
        Between::Snapshot => drop(ledger.snapshot().unwrap()),
        Between::DryRun => drop(ledger.submit_blocking(next.1.request(next.0).dry_run())),
        Between::Close => {
            ledger.close().unwrap();
            return open_at(path);
        }
        Between::Drop => {
            drop(ledger);
            return open_at(path);
        }
    }
    ledger
}

type Line = (Instant, String, i64, i128);

fn line(line: StatementLine) -> Line {
    (line.at, line.text, line.change, line.balance)
}

fn everything(ledger: &Ledger, at: Instant) -> Vec<(Answers, Vec<Line>)> {
    let of = |id| {
        let lines = statement(ledger, id, AsOf::at(at)).into_iter().map(line);
        (ask(ledger, id, AsOf::at(at)), lines.collect())
    };
    MEMBERS.into_iter().map(of).collect()
}

fn totals(ledger: &Ledger, at: Instant) -> Totals {
    ledger.totals_blocking(AsOf::at(at)).unwrap()
}

fn later(at: Instant, days: i64) -> Instant {
    Instant::from_micros(at.micros() + days * 86_400_000_000).unwrap()
}

/// The streams are worth their name: every fact that a command can cause comes up in them.
#[test]
fn the_random_streams_cause_every_fact() {
    let variant = |fact: &Fact| format!("{fact:?}").split(' ').next().unwrap().to_owned();
    let seen = caused(250, &(programmes(), streams()), variant);
    let expected = "ActivityReversed Captured Confirmed ContextRecorded Cut Debited DebtRepaid Drawn \
                    Earned Enrolled Expired Extended Granted Held Lapsed LinesLeft Matured Recorded Redeemed Refunded Released \
                    Renewed Reversed TierAssigned TierChanged TransferredIn TransferredOut";
    let seen: Vec<String> = seen.into_iter().collect();
    assert_eq!(seen.join(" "), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// R-LOT-1: after every command, per member and in total, now and at any later time.
    #[test]
    fn r_lot_1_points_are_conserved(programme in programmes(), ops in streams()) {
        let ledger = create(&MemDisk::new(), &programme);
        for (at, op) in with_times(&ops) {
            let _refused = outcome(&ledger, op.request(at));
            for days in [0, 17] {
                let at = later(ledger.last_recorded_at(), days);
                let totals = totals(&ledger, at);
                prop_assert!(totals.conserved(), "{totals:?}");
                let ids = ledger.member_ids().unwrap();
                let mut sum = 0;
                for id in &ids {
                    let balance = ledger.balance(id, AsOf::at(at)).unwrap();
                    let figures = &balance.units[0].figures;
                    prop_assert!(figures.conserved(), "{figures:?}");
                    sum += figures.balance();
                }
                let of = totals.of(balance_unit(&ledger));
                prop_assert_eq!(of.available + of.pending + of.held - of.debt, sum);
            }
        }
    }

    /// R-TIME-5, R-ASOF-2: sweeps, snapshots, restarts and dry runs in between change no answer.
    #[test]
    fn r_time_5_any_schedule_gives_the_same_answers(
        programme in programmes(),
        ops in streams(),
        schedule in vec(between(), 64),
    ) {
        let plain = create(&MemDisk::new(), &programme);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        let mut other = create_at(&path, &programme);
        for ((at, op), what) in with_times(&ops).into_iter().zip(schedule) {
            other = act(other, &path, what, (at, op));
            let (one, same) = (outcome(&plain, op.request(at)), outcome(&other, op.request(at)));
            prop_assert_eq!(one, same, "{:?}", op);
        }
        for days in [0, 11, 100] {
            let at = later(plain.last_recorded_at(), days);
            prop_assert_eq!(everything(&other, at), everything(&plain, at));
            let (one, same) = (totals(&plain, at), totals(&other, at));
            prop_assert!(one.units().eq(same.units()), "{:?} {:?}", one, same);
        }
    }

    #[test]
    fn r_asof_2_one_state_however_it_is_folded(
        programme in programmes(),
        ops in streams(),
        snapshot_after in 0..60_usize,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ledger");
        one_state_however_it_is_folded(&path, &programme, &ops, snapshot_after)?;
    }

    /// A batch is its commands one after another; one that is refused is nothing (R-CMD-5).
    #[test]
    fn r_cmd_5_a_batch_is_its_commands_in_order(programme in programmes(), ops in streams()) {
        let disk = MemDisk::new();
        let (one, other) = (create(&MemDisk::new(), &programme), create(&disk, &programme));
        let ops: Vec<Op> = ops.into_iter().filter(|op| !op.is_sweep()).collect();
        for chunk in with_times(&ops).chunks(3) {
            let at = chunk.last().unwrap().0;
            let requests: Vec<Request> = chunk.iter().map(|(_, op)| op.request(at)).collect();
            let before = other.digest().unwrap();
            let answers = other.submit_batch_blocking(requests.clone(), Atomicity::AllOrNone);
            if answers.unwrap().iter().all(Result::is_ok) {
                for request in requests {
                    prop_assert!(outcome(&one, request).is_ok());
                }
            } else {
                prop_assert_eq!(other.digest().unwrap(), before);
            }
            prop_assert_eq!(one.digest().unwrap(), other.digest().unwrap());
        }
        let digest = other.digest().unwrap();
        drop(other);
        prop_assert_eq!(open(&disk).digest().unwrap(), digest);
    }
}

fn balance_unit(ledger: &Ledger) -> milepost::programme::UnitIx {
    ledger.unit("points").unwrap()
}
