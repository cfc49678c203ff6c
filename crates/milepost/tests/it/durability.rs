//! A receipt means durable, and nothing is shown before it is (R-CMD-3).

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use milepost::log::{Effect, FaultRule, MemDisk, Op, Survival};
use milepost::state::Counter;
use milepost::{AsOf, Error, Ledger, Request, SubmitError};

use crate::gate::gated;
use crate::support::{
    HOME, PLAIN, TEN_DAYS, available, create, day, enrol, failure, grant, keyed, ok, on_disk, open,
    options, who,
};

fn root_of(error: &Error) -> String {
    let mut source: &dyn std::error::Error = error;
    while let Some(inner) = source.source() {
        source = inner;
    }
    source.to_string()
}

/// Who makes the next command durable: a caller that is known to be alone, itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Caller,
    Flusher,
}

#[test]
fn after_a_failed_sync_nothing_is_accepted_or_shown_until_it_is_opened_again() {
    let rules = [
        FaultRule::new(Effect::LostSync).on(Op::Sync).times(1),
        FaultRule::new(Effect::Torn(70)).on(Op::Write).times(1),
        FaultRule::new(Effect::Fail(ErrorKind::Other)).on(Op::Write).times(1),
    ];
    let by_both = |rule: FaultRule| [(rule.clone(), By::Caller), (rule, By::Flusher)];
    for (rule, by) in rules.into_iter().flat_map(by_both) {
        let disk = MemDisk::new();
        let mut ledger = create(&disk, PLAIN);
        for id in ["a", "b"] {
            ok(&ledger, enrol(id));
            ok(&ledger, grant(id, 100));
        }
        if by == By::Flusher {
            ledger.close().unwrap();
            ledger = open(&disk);
        }
        let mut entries = ledger.entries(0);
        disk.plan(rule);
        let error = failure(ledger.submit_blocking(grant("a", 1)));
        assert_eq!(error.to_string(), "the ledger has stopped after a failure");
        let Error::Stopped { source } = &error else { panic!("{error:?}") };
        assert!(matches!(**source, Error::Log(_)), "the first failure itself: {source:?}");

        let again = failure(ledger.submit_blocking(grant("b", 1)));
        assert!(matches!(again, Error::Stopped { .. }), "{again:?}");
        assert_eq!(available(&ledger, "b"), 100, "what is durable is answered still");
        let hidden = ledger.balance(&who("a"), AsOf::NEWEST);
        assert!(matches!(hidden, Err(Error::Stopped { .. })), "{hidden:?}");
        assert!(matches!(ledger.totals_blocking(AsOf::NEWEST), Err(Error::Stopped { .. })));
        assert!(matches!(ledger.member_ids(), Err(Error::Stopped { .. })));
        assert!(matches!(ledger.digest(), Err(Error::Stopped { .. })));
        assert!(matches!(ledger.snapshot(), Err(Error::Stopped { .. })));
        let given: Vec<_> = std::iter::from_fn(|| entries.next_blocking().ok()).collect();
        assert_eq!(given.len(), 5, "the durable entries and no more");
        assert!(matches!(ledger.close(), Err(Error::Stopped { .. })));

        disk.heal();
        let ledger = open(&disk.crash(Survival::Synced));
        assert_eq!((available(&ledger, "a"), ledger.durable_end()), (100, 5));
        assert_eq!(ok(&ledger, grant("a", 1)).seq, 5);
    }
}

#[test]
fn a_full_disk_says_so() {
    let disk = MemDisk::new();
    let ledger = create(&disk, PLAIN);
    ok(&ledger, enrol("a"));
    let used = disk.read(&Path::new(HOME).join("log/00000000000000000000.seg")).unwrap().len();
    disk.set_capacity(Some(used as u64 + 4096));
    let mut receipts = 0;
    let error = loop {
        match ledger.submit_blocking(grant("a", 1)) {
            Ok(_) => receipts += 1,
            answer => break failure(answer),
        }
    };
    let Error::Stopped { source } = &error else { panic!("{error:?}") };
    assert_eq!(source.to_string(), "no space left to allocate /ledger/log/spare.tmp");
    assert_eq!(root_of(&error), "no storage space");
    drop(ledger);
    disk.set_capacity(None);
    let ledger = open(&disk);
    assert_eq!(available(&ledger, "a"), receipts);
    ok(&ledger, grant("a", 1));
}

#[test]
fn a_balance_that_is_not_durable_waits() {
    let (disk, ledger) = gated(PLAIN, options());
    for id in ["a", "b"] {
        ok(&ledger, enrol(id));
        ok(&ledger, grant(id, 100));
    }
    let mut entries = ledger.entries(ledger.durable_end());
    disk.shut();
    let (one, other) = (ledger.clone(), ledger.clone());
    let submitted = std::thread::spawn(move || ok(&one, grant("a", 1)).seq);
    disk.until_a_sync_waits();
    let asked = std::thread::spawn(move || available(&other, "a"));
    std::thread::sleep(Duration::from_millis(50));
    assert!(!asked.is_finished() && !submitted.is_finished());
    assert_eq!(available(&ledger, "b"), 100, "who was not touched is answered at once");
    assert_eq!(ledger.durable_end(), 5);
    assert!(entries.try_next().unwrap().is_none());
    assert!(ledger.entry(5).unwrap().is_none());
    disk.open();
    assert_eq!((asked.join().unwrap(), submitted.join().unwrap()), (101, 5));
    assert_eq!(entries.next_blocking().unwrap().seq, 5);
}

/// What is due is counted once, though an entry that writes it down becomes durable together with
/// the answer; and an entry later than the time asked about is not counted.
#[test]
fn totals_are_of_one_moment() {
    for (asked, granted) in [(day(20), 111), (day(12), 110)] {
        let (disk, ledger) = gated(TEN_DAYS, options());
        ok(&ledger, enrol("a"));
        ok(&ledger, grant("a", 10));
        disk.shut();
        std::thread::scope(|scope| {
            scope.spawn(|| ok(&ledger, Request::new(grant("a", 100)).at(day(5))));
            disk.until_a_sync_waits();
            let totals = scope.spawn(|| ledger.totals_blocking(AsOf::at(asked)).unwrap());
            std::thread::sleep(Duration::from_millis(50));
            scope.spawn(|| ok(&ledger, Request::new(grant("a", 1)).at(day(15))));
            std::thread::sleep(Duration::from_millis(50));
            disk.open();
            let totals = totals.join().unwrap();
            let of = totals.of(ledger.unit("points").unwrap());
            let dead = if asked == day(20) { 110 } else { 10 };
            assert!(totals.conserved());
            assert_eq!(of.counter(Counter::Expired), dead);
            assert_eq!(of.counter(Counter::Granted), granted);
        });
    }
}

/// The power goes at one disk operation after another; what survives is a mix. Every receipted
/// command is there exactly once, in the receipted order, and none that was never sent.
#[test]
fn a_crash_loses_no_receipted_entry_and_doubles_none() {
    let operations = {
        let disk = MemDisk::new();
        let ledger = create(&disk, PLAIN);
        let before = disk.operations();
        send(&ledger);
        disk.operations() - before
    };
    for seed in 0..150 {
        let disk = MemDisk::new();
        let ledger = create(&disk, PLAIN);
        let at = operations * seed / 150;
        disk.plan(FaultRule::new(Effect::PowerOff).after(at));
        let receipts = send(&ledger);
        drop(ledger);
        for survival in [Survival::Synced, Survival::Mixed(seed), Survival::Everything] {
            assert_recovered(&open(&disk.crash(survival)), &receipts);
        }
    }
}

/// Sends commands until one fails; returns which key got which number.
fn send(ledger: &Ledger) -> Vec<(String, u64)> {
    let mut receipts = Vec::new();
    let commands = std::iter::once(enrol("a")).chain((0..300).map(|n| grant("a", n + 1)));
    for (n, command) in commands.enumerate() {
        let key = format!("key-{n}");
        match ledger.submit_blocking(keyed(&key, command)) {
            Ok(receipt) => receipts.push((key, receipt.seq)),
            // Without power the index of keys can fail before the log does.
            Err(SubmitError::Failed(Error::Stopped { .. } | Error::Log(_))) => break,
            Err(other) => panic!("{other:?}"),
        }
    }
    receipts
}

fn assert_recovered(ledger: &Ledger, receipts: &[(String, u64)]) {
    let end = ledger.durable_end();
    let sent = u64::try_from(receipts.len()).unwrap();
    assert!((sent + 1..=sent + 2).contains(&end), "{sent} receipts, {end} entries");
    let mut by_key = BTreeMap::new();
    for seq in 1..end {
        let digest = ledger.entry(seq).unwrap().unwrap().key.unwrap();
        assert_eq!(by_key.insert(digest, seq), None, "an entry twice");
    }
    for (key, seq) in receipts {
        let digest = key.parse::<milepost::Key>().unwrap().digest();
        assert_eq!(by_key.get(&digest), Some(seq));
    }
    if end > 1 {
        let granted = i64::try_from(end).unwrap() - 2;
        assert_eq!(available(ledger, "a"), granted * (granted + 1) / 2);
        assert_eq!(ok(ledger, grant("a", 1)).seq, end);
    }
}

#[test]
fn a_disk_that_fails_while_creating_leaves_no_ledger() {
    let operations = {
        let disk = MemDisk::new();
        create(&disk, PLAIN);
        disk.operations()
    };
    for at in 0..operations {
        let disk = MemDisk::new();
        disk.plan(FaultRule::new(Effect::PowerOff).after(at));
        // A failure after the first entry shows itself at the first command.
        let created = Ledger::create(HOME, PLAIN, on_disk(&disk));
        drop(created);
        let disk = disk.crash(Survival::Mixed(at));
        match Ledger::open(HOME, on_disk(&disk)) {
            Ok(ledger) => assert_eq!(ok(&ledger, enrol("a")).seq, 1),
            Err(Error::Unfinished) => {}
            Err(error) => {
                let found = error.to_string();
                assert!(found.ends_with("is not a ledger"), "{found}");
                ok(&create(&disk, PLAIN), enrol("a"));
            }
        }
    }
}
