//! Batches (R-CMD-5) and dry runs (R-CMD-7).

use milepost::command::Advance;
use milepost::line::Mode;
use milepost::log::MemDisk;
use milepost::views::Status;
use milepost::{AsOf, Atomicity, Code, Request};

use crate::support::{
    PLAIN, TEN_DAYS, available, batch, create, day, enrol, grant, keyed, ok, open, points, redeem,
    refused, transfer, version, who, with_members,
};

const EACH: Atomicity = Atomicity::Each;
const ALL: Atomicity = Atomicity::AllOrNone;

fn requests(commands: impl IntoIterator<Item = milepost::command::Command>) -> Vec<Request> {
    commands.into_iter().map(Request::from).collect()
}

#[test]
fn each_command_of_a_batch_stands_alone() {
    let ledger = with_members(PLAIN, &["a"]);
    let commands = [grant("a", 10), redeem("a", "R", 11), redeem("a", "S", 10), grant("b", 1)];
    let answers = batch(&ledger, requests(commands), EACH);
    let refusals = (Err(Code::InsufficientBalance), Err(Code::UnknownMember));
    assert_eq!(answers, [Ok(2), refusals.0, Ok(3), refusals.1]);
    assert_eq!((available(&ledger, "a"), version(&ledger, "a")), (0, 3));
    assert_eq!(batch(&ledger, [], EACH), []);
    assert_eq!(batch(&ledger, [], ALL), []);
}

/// R-CMD-5: the first refusal refuses the batch, and leaves no trace of what came before it.
#[test]
fn all_or_none() {
    let ledger = with_members(PLAIN, &["a", "b"]);
    ok(&ledger, grant("a", 10));
    let before = (ledger.digest().unwrap(), ledger.durable_end());
    let commands = [enrol("c"), transfer("a", "b", 4), redeem("b", "R", 5), grant("a", 1)];
    let answers = ledger.submit_batch_blocking(requests(commands), ALL).unwrap();
    let refusals: Vec<_> = answers.into_iter().map(Result::unwrap_err).collect();
    let codes: Vec<Code> = refusals.iter().map(|refusal| refusal.code).collect();
    let (other, own) = (Code::BatchRefused, Code::InsufficientBalance);
    assert_eq!(codes, [other, other, own, other]);
    assert_eq!(refusals[0].to_string(), "batch_refused: command 2 of the batch was refused");
    assert_eq!(refusals[0].details, [("index", milepost::Detail::Number(2))]);
    assert_eq!((ledger.digest().unwrap(), ledger.durable_end()), before);
    assert!(ledger.member(&who("c"), AsOf::NEWEST).is_err(), "it was never enrolled");
    assert_eq!((version(&ledger, "a"), version(&ledger, "b")), (2, 1));

    let commands = [enrol("c"), transfer("a", "b", 4), redeem("b", "R", 4), grant("c", 1)];
    assert_eq!(batch(&ledger, requests(commands), ALL), [Ok(4), Ok(5), Ok(6), Ok(7)]);
    assert_eq!((available(&ledger, "a"), available(&ledger, "c")), (6, 1));
}

#[test]
fn of_several_refusals_the_first_in_the_batch_is_named() {
    let ledger = with_members(PLAIN, &["a"]);
    ok(&ledger, keyed("k", grant("a", 1)));
    // The key of the second is seen before the first is decided, and still comes second.
    let commands = [redeem("a", "R", 5), keyed("k", grant("a", 2))];
    let answers = batch(&ledger, requests(commands), ALL);
    assert_eq!(answers, [Err(Code::InsufficientBalance), Err(Code::BatchRefused)]);
    let commands = [keyed("k", grant("a", 2)), redeem("a", "R", 5)];
    let answers = batch(&ledger, requests(commands), ALL);
    assert_eq!(answers, [Err(Code::KeyReused), Err(Code::BatchRefused)]);
}

#[test]
fn an_atomic_batch_has_one_time_the_latest_of_its_own() {
    let ledger = with_members(PLAIN, &["a"]);
    let requests = [Request::new(grant("a", 1)).at(day(3)), Request::new(grant("a", 2)).at(day(2))];
    let answers = ledger.submit_batch_blocking(requests, ALL).unwrap();
    let times: Vec<_> = answers.into_iter().map(|answer| answer.unwrap().recorded_at).collect();
    assert_eq!(times, [day(3), day(3)]);
}

/// R-CMD-5: a repeated command inside counts as accepted, wherever the first one is.
#[test]
fn a_repeated_key_inside_a_batch() {
    for atomicity in [EACH, ALL] {
        let ledger = with_members(PLAIN, &["a"]);
        let first = ok(&ledger, keyed("old", grant("a", 5)));
        let again = || keyed("new", grant("a", 7));
        let commands =
            [keyed("old", grant("a", 5)), again(), again(), keyed("old", grant("a", 5)), again()];
        let answers = ledger.submit_batch_blocking(requests(commands), atomicity).unwrap();
        let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        let seqs: Vec<u64> = answers.iter().map(|receipt| receipt.seq).collect();
        assert_eq!(seqs, [2, 3, 3, 2, 3], "{atomicity:?}");
        let repeated = |status| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((repeated(Status::Accepted), repeated(Status::Duplicate)), (1, 4));
        for receipt in &answers {
            let expected = if receipt.seq == 2 { &first } else { &answers[1] };
            assert_eq!(receipt.events, expected.events, "{atomicity:?}");
            assert_eq!(receipt.balance, expected.balance, "{atomicity:?}");
        }
        assert_eq!(available(&ledger, "a"), 12);
    }
}

/// The answers of one job go out together, though it fills many groups of the log.
#[test]
fn a_batch_of_many_megabytes_has_the_right_receipts() {
    let ledger = with_members(PLAIN, &["a"]);
    let reason = "x".repeat(4000);
    let commands = (0..3000).map(|n| {
        let grant = milepost::command::Grant::new(
            who("a"),
            "points".parse().unwrap(),
            (n + 1).into(),
            reason.parse().unwrap(),
        );
        Request::new(grant)
    });
    let answers = ledger.submit_batch_blocking(commands, EACH).unwrap();
    for (n, answer) in (0..).zip(answers) {
        let receipt = answer.unwrap();
        assert_eq!(receipt.seq, n + 2);
        assert_eq!(receipt.events, ledger.entry(n + 2).unwrap().unwrap().events);
    }
}

/// R-CMD-7: the answer an acceptance would have given, and nothing else.
#[test]
fn a_dry_run_changes_nothing() {
    let ledger = with_members(TEN_DAYS, &["a", "b"]);
    ok(&ledger, grant("a", 10));
    let before = (ledger.digest().unwrap(), ledger.durable_end(), version(&ledger, "a"));
    let tried = [
        Request::new(keyed("k", redeem("a", "R", 4))),
        Request::new(transfer("a", "b", 4)),
        Request::new(enrol("c")),
        Request::new(grant("a", 1)).at(day(20)),
        Request::new(Advance { to: day(30) }),
    ];
    for request in tried {
        let dry = ok(&ledger, request.clone().dry_run());
        assert_eq!((dry.seq, dry.mode, dry.status), (0, Mode::DryRun, Status::Accepted));
        let after = (ledger.digest().unwrap(), ledger.durable_end(), version(&ledger, "a"));
        assert_eq!(after, before, "{request:?}");
        let mut real = ok(&with_the_same(), request);
        assert_eq!(real.seq, 4);
        (real.seq, real.mode) = (0, Mode::DryRun);
        assert_eq!(dry, real);
    }
    let refusal = refused(&ledger, Request::new(redeem("a", "R", 11)).dry_run());
    assert_eq!(refusal.code, Code::InsufficientBalance);
    assert_eq!(points(&ledger, "a").figures.available, 10, "no clock was moved");
}

fn with_the_same() -> milepost::Ledger {
    let ledger = with_members(TEN_DAYS, &["a", "b"]);
    ok(&ledger, grant("a", 10));
    ledger
}

/// What was carried out and taken back is due still, and found by who looks for what is due.
#[test]
fn after_a_sweep_that_is_taken_back_everything_is_still_due() {
    let dry_run = |ledger: &milepost::Ledger| {
        ok(ledger, Request::new(Advance { to: day(30) }).dry_run());
    };
    let refused_batch = |ledger: &milepost::Ledger| {
        let commands = [Advance { to: day(30) }.into(), grant("nobody", 1)];
        let answers = batch(ledger, requests(commands), ALL);
        assert_eq!(answers, [Err(Code::BatchRefused), Err(Code::UnknownMember)]);
    };
    for take_back in [dry_run as fn(&milepost::Ledger), refused_batch] {
        let ledger = with_the_same();
        take_back(&ledger);
        let totals = ledger.totals_blocking(AsOf::at(day(40))).unwrap();
        assert_eq!(totals.of(ledger.unit("points").unwrap()).available, 0);
        let ledger = with_the_same();
        take_back(&ledger);
        let receipt = ok(&ledger, Advance { to: day(40) });
        assert_eq!((receipt.events.len(), receipt.members), (1, vec![who("a")]));
    }
}

#[test]
fn a_dry_run_uses_no_key_and_a_used_key_answers_it() {
    let ledger = with_members(PLAIN, &["a"]);
    let command = || keyed("k", grant("a", 1));
    ok(&ledger, Request::new(command()).dry_run());
    let in_one = [Request::new(command()).dry_run(), Request::new(command())];
    let answers = ledger.submit_batch_blocking(in_one, ALL).unwrap();
    let status = |n: usize| answers[n].as_ref().unwrap().status;
    assert_eq!((status(0), status(1)), (Status::Accepted, Status::Accepted));
    let again = ok(&ledger, Request::new(command()).dry_run());
    assert_eq!((again.status, again.seq), (Status::Duplicate, 2));
}

#[test]
fn a_refused_batch_is_not_in_the_log_after_a_restart() {
    let disk = MemDisk::new();
    let ledger = create(&disk, PLAIN);
    let commands = [keyed("k", enrol("a")), redeem("a", "R", 1)];
    batch(&ledger, requests(commands), ALL);
    drop(ledger);
    let ledger = open(&disk);
    assert_eq!(ledger.durable_end(), 1);
    assert_eq!(ok(&ledger, keyed("k", enrol("b"))).seq, 1, "its key was not used");
}
