//! Creating, submitting, closing and reopening; many callers at once; the queue.

use milepost::log::MemDisk;
use milepost::{AsOf, Atomicity, Code, Error};

use crate::gate::gated;
use crate::support::{
    PLAIN, available, create, enrol, failure, grant, keyed, ok, open, options, points, redeem,
    refused, transfer, version, who, with_members,
};

#[test]
fn what_was_receipted_is_there_after_a_close_and_after_none() {
    let disk = MemDisk::new();
    let ledger = create(&disk, PLAIN);
    ok(&ledger, enrol("a"));
    let receipt = ok(&ledger, grant("a", 100));
    assert_eq!((receipt.seq, receipt.version, receipt.members), (2, Some(2), vec![who("a")]));
    let digest = ledger.digest().unwrap();
    ledger.close().unwrap();
    let ledger = open(&disk);
    assert_eq!((available(&ledger, "a"), ledger.opening().entries_folded), (100, 3));
    assert_eq!(ok(&ledger, redeem("a", "R", 30)).seq, 3);
    drop(ledger);
    let ledger = open(&disk);
    assert_eq!((available(&ledger, "a"), version(&ledger, "a")), (70, 3));
    assert_ne!(ledger.digest().unwrap(), digest);
}

#[test]
fn a_refusal_names_its_code_and_writes_nothing() {
    let ledger = with_members(PLAIN, &["a"]);
    let refusal = refused(&ledger, redeem("a", "R", 1));
    assert_eq!(refusal.code, Code::InsufficientBalance);
    assert!(refusal.to_string().starts_with("insufficient_balance: "), "{refusal}");
    assert_eq!(refused(&ledger, grant("b", 1)).to_string(), "unknown_member: there is no member b");
    assert_eq!((ledger.durable_end(), version(&ledger, "a")), (2, 1));
}

#[test]
fn questions_about_what_is_not_there() {
    let ledger = with_members(PLAIN, &["a"]);
    let error = ledger.balance(&who("b"), AsOf::NEWEST).unwrap_err();
    assert_eq!(error.to_string(), "there is no member b");
    let error = ledger.lots(&who("a"), Some("miles"), AsOf::NEWEST).unwrap_err();
    assert_eq!(error.to_string(), "the programme has no unit miles");
    assert!(ledger.entry(9).unwrap().is_none());
}

/// R-CMD-3: one order, gapless, and a caller's own receipts rise.
#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_callers_share_one_gapless_order() {
    let disk = MemDisk::new();
    let ledger = tokio::task::spawn_blocking({
        let disk = disk.clone();
        move || create(&disk, PLAIN)
    });
    let ledger = ledger.await.unwrap();
    ledger.submit(enrol("a")).await.unwrap();
    let callers = (0..64).map(|caller| {
        let ledger = ledger.clone();
        tokio::spawn(async move {
            let mut seqs = Vec::new();
            for n in 0..20 {
                let command = keyed(&format!("{caller}-{n}"), grant("a", 1));
                let receipt = ledger.submit(command).await.unwrap();
                assert_eq!(receipt.version.map(u64::from), Some(receipt.seq));
                assert!(ledger.durable_end() > receipt.seq);
                seqs.push(receipt.seq);
            }
            assert!(seqs.is_sorted());
            seqs
        })
    });
    let mut all = Vec::new();
    for caller in callers.collect::<Vec<_>>() {
        all.extend(caller.await.unwrap());
    }
    all.sort_unstable();
    assert_eq!(all, (2..2 + 64 * 20).collect::<Vec<u64>>());
    tokio::task::spawn_blocking(move || {
        drop(ledger);
        let ledger = open(&disk);
        assert_eq!((available(&ledger, "a"), ledger.durable_end()), (1280, 1282));
    })
    .await
    .unwrap();
}

/// R-CMD-3: what a caller has handed in before is decided before what it decides itself.
#[test]
fn what_was_handed_in_comes_before_what_is_decided_at_once() {
    let ledger = with_members(PLAIN, &["a"]);
    for _ in 0..300 {
        let handed_in = [grant("a", 1).into(), grant("a", 1).into()];
        let pending = ledger.begin_batch(handed_in, Atomicity::Each).unwrap();
        let later = ok(&ledger, grant("a", 1)).seq;
        let earlier: Vec<u64> =
            pending.wait().unwrap().into_iter().map(|answer| answer.unwrap().seq).collect();
        assert_eq!(earlier, [later - 2, later - 1]);
        // Alone again.
        ok(&ledger, grant("a", 1));
        ok(&ledger, grant("a", 1));
    }
    assert_eq!(available(&ledger, "a"), 1_500);
}

/// What was handed in before a close is decided, though no snapshot gives it time.
#[test]
fn closing_decides_what_was_handed_in() {
    for _ in 0..200 {
        let disk = MemDisk::new();
        let ledger = create(&disk, PLAIN);
        ok(&ledger, enrol("a"));
        let handed_in = || ledger.begin_batch([grant("a", 1).into()], Atomicity::Each).unwrap();
        let pending = [handed_in(), handed_in(), handed_in()];
        ledger.clone().close().unwrap();
        for pending in pending {
            assert!(pending.wait().unwrap().into_iter().all(|answer| answer.is_ok()));
        }
        assert_eq!(available(&open(&disk), "a"), 3);
    }
}

/// A host may turn to the ledger while one of its own threads unwinds.
#[test]
fn what_is_submitted_in_a_panic_of_the_hosts_is_like_any_other() {
    struct Grants<'a>(&'a milepost::Ledger);
    impl Drop for Grants<'_> {
        fn drop(&mut self) {
            ok(self.0, grant("a", 1));
        }
    }
    let ledger = with_members(PLAIN, &["a"]);
    for granted in 1..=3 {
        std::thread::scope(|scope| {
            let host = || {
                let _release = Grants(&ledger);
                panic!("a defect of the host's");
            };
            assert!(scope.spawn(host).join().is_err());
        });
        assert_eq!(available(&ledger, "a"), granted);
    }
    ledger.close().unwrap();
}

/// Whoever decides, a receipt stands and nothing else does.
#[test]
fn closing_waits_for_who_decides_at_once() {
    for round in 0..20 {
        let disk = MemDisk::new();
        let ledger = create(&disk, PLAIN);
        ok(&ledger, enrol("a"));
        let other = ledger.clone();
        let caller = std::thread::spawn(move || {
            let mut receipts = 0;
            loop {
                match other.submit_blocking(grant("a", 1)) {
                    Ok(_) => receipts += 1,
                    answer => {
                        assert!(matches!(failure(answer), Error::Closed));
                        return receipts;
                    }
                }
            }
        });
        std::thread::sleep(std::time::Duration::from_micros(300 * round));
        ledger.close().unwrap();
        assert_eq!(available(&open(&disk), "a"), caller.join().unwrap());
    }
}

#[test]
fn a_full_queue_refuses_who_will_not_wait() {
    let (disk, ledger) = gated(PLAIN, options().with_queue(1));
    disk.shut();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let submit = |command| {
        let ledger = ledger.clone();
        runtime.spawn(async move { ledger.submit(command).await })
    };
    let first = submit(keyed("k", enrol("a")));
    disk.until_a_sync_waits();
    // The same key again: the writer has to read the first entry, and waits for it.
    let again = submit(keyed("k", enrol("a")));
    let mut waiting = Vec::new();
    let full = loop {
        let ledger = ledger.clone();
        let tried = runtime.spawn(async move { ledger.try_submit(grant("a", 1)).await });
        std::thread::sleep(std::time::Duration::from_millis(20));
        if tried.is_finished() {
            break runtime.block_on(tried).unwrap();
        }
        waiting.push(tried);
    };
    assert_eq!(failure(full).to_string(), "the queue of commands is full");
    disk.open();
    assert_eq!(runtime.block_on(first).unwrap().unwrap().seq, 1);
    assert_eq!(runtime.block_on(again).unwrap().unwrap().seq, 1);
    for tried in waiting {
        assert!(runtime.block_on(tried).unwrap().is_ok());
    }
}

#[tokio::test]
async fn a_blocking_form_inside_a_runtime_is_an_error() {
    let ledger = create(&MemDisk::new(), PLAIN);
    let expected = "a blocking call inside an async runtime: use the async form";
    assert_eq!(failure(ledger.submit_blocking(enrol("a"))).to_string(), expected);
    assert_eq!(failure(ledger.try_submit_blocking(enrol("a"))).to_string(), expected);
    let batch = ledger.submit_batch_blocking([enrol("a").into()], Atomicity::Each);
    assert_eq!(batch.unwrap_err().to_string(), expected);
    assert_eq!(ledger.totals_blocking(AsOf::NEWEST).unwrap_err().to_string(), expected);
    assert_eq!(ledger.entries(0).next_blocking().unwrap_err().to_string(), expected);
    assert_eq!(ledger.durable_end(), 1, "nothing was changed");
    ledger.submit(enrol("a")).await.unwrap();
    assert_eq!(ledger.totals(AsOf::NEWEST).await.unwrap().members(), 1);
}

#[test]
fn other_handles_of_a_closed_ledger_answer_questions_and_refuse_commands() {
    let disk = MemDisk::new();
    let ledger = create(&disk, PLAIN);
    ok(&ledger, enrol("a"));
    let other = ledger.clone();
    ledger.close().unwrap();
    assert_eq!(failure(other.submit_blocking(grant("a", 1))).to_string(), "the ledger is closed");
    assert!(matches!(other.totals_blocking(AsOf::NEWEST), Err(Error::Closed)));
    assert!(matches!(other.snapshot(), Err(Error::Closed)));
    assert_eq!(points(&other, "a").figures.available, 0);
    assert!(matches!(other.close(), Err(Error::Closed)));
    assert_eq!(version(&open(&disk), "a"), 1, "and the folder is free");
}

/// A task that waits for a place in the queue may never run again: closing must not wait for it.
#[test]
fn closing_does_not_wait_for_tasks_that_wait_for_the_queue() {
    let (disk, ledger) = gated(PLAIN, options().with_queue(1));
    disk.shut();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut tasks = Vec::new();
        for _ in 0..8 {
            let ledger = ledger.clone();
            let command = keyed("k", enrol("a"));
            tasks.push(tokio::spawn(async move { ledger.submit(command).await }));
            tokio::task::yield_now().await;
        }
        disk.open();
        // The writer gives the next place to a task that cannot run, since this thread sleeps.
        std::thread::sleep(std::time::Duration::from_millis(50));
        ledger.clone().close().unwrap();
        for task in tasks {
            match task.await.unwrap() {
                Ok(receipt) => assert_eq!(receipt.seq, 1),
                answer => assert!(matches!(failure(answer), Error::Closed)),
            }
        }
    });
}

#[test]
fn a_transfer_moves_within_a_shard_and_across() {
    let ids: Vec<String> = (0..600).map(|n| format!("m{n}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let ledger = with_members(PLAIN, &ids);
    ok(&ledger, grant("m0", 600));
    // Of 600 members in 256 shards, some share one with the first.
    for (n, id) in ids.iter().enumerate().skip(1) {
        let receipt = ok(&ledger, transfer("m0", id, 1));
        assert_eq!(receipt.members, [who("m0"), who(id)]);
        let unit = ledger.unit("points").unwrap();
        let balance = |balance: Option<milepost::views::Balance>| {
            balance.unwrap().of(unit).unwrap().figures.available
        };
        let left = 600 - i64::try_from(n).unwrap();
        assert_eq!((balance(receipt.balance), balance(receipt.other_balance)), (left, 1));
        assert_eq!((version(&ledger, id), available(&ledger, id)), (2, 1));
    }
    assert_eq!(refused(&ledger, transfer("m0", "m0", 1)).code, Code::InvalidTarget);
    assert_eq!(refused(&ledger, transfer("m0", "nobody", 1)).code, Code::UnknownMember);
    let totals = ledger.totals_blocking(AsOf::NEWEST).unwrap();
    assert!(totals.conserved());
    assert_eq!(totals.of(ledger.unit("points").unwrap()).available, 600);
}
