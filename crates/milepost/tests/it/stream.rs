//! The stream of entries: what is there, then what comes, in order, never past what is durable.

use milepost::log::MemDisk;
use milepost::wire::Recorded;
use milepost::{Atomicity, Entry, Error, Request};

use crate::support::{PLAIN, create, enrol, grant, keyed, ok, open, who};

const ENTRIES: u64 = 500;

#[test]
fn it_catches_up_and_then_follows_live() {
    let disk = MemDisk::new();
    let ledger = create(&disk, PLAIN);
    ok(&ledger, enrol("a"));
    ok(&ledger, keyed("k", grant("a", 1)));
    let (mut entries, watched) = (ledger.entries(0), ledger.clone());
    let follower = std::thread::spawn(move || {
        let mut seen: Vec<Entry> = Vec::new();
        while seen.len() < usize::try_from(ENTRIES).unwrap() {
            let entry = entries.next_blocking().unwrap();
            assert!(entry.seq < watched.durable_end());
            seen.push(entry);
        }
        seen
    });
    for n in 3..ENTRIES {
        ok(&ledger, grant("a", i64::try_from(n).unwrap()));
    }
    let seen = follower.join().unwrap();
    assert!((0..).zip(&seen).all(|(seq, entry)| entry.seq == seq));
    assert!(matches!(seen[0].command, Recorded::Genesis(_)));
    let Recorded::Command(command) = &seen[2].command else { panic!("{:?}", seen[2]) };
    assert_eq!((command, seen[2].key.is_some()), (&grant("a", 1), true));
    assert_eq!(seen[2].members, [(ledger.rules().member_key(&who("a")), 2)]);
    drop(ledger);
    let ledger = open(&disk);
    for entry in seen {
        let read = ledger.entry(entry.seq).unwrap().unwrap();
        assert_eq!((read.events, read.recorded_at), (entry.events, entry.recorded_at));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_follows_in_async_code() {
    let ledger = create(&MemDisk::new(), PLAIN);
    let mut entries = ledger.entries(1);
    let follower = tokio::spawn(async move {
        let mut seqs = Vec::new();
        loop {
            match entries.next().await {
                Ok(entry) => seqs.push(entry.seq),
                Err(error) => return (seqs, error),
            }
        }
    });
    ledger.submit(enrol("a")).await.unwrap();
    for _ in 0..20 {
        let batch = (0..10).map(|n| Request::new(grant("a", n + 1)));
        ledger.submit_batch(batch, Atomicity::Each).await.unwrap();
    }
    let late = ledger.entries(300);
    tokio::task::spawn_blocking(move || ledger.close().unwrap()).await.unwrap();
    let (seqs, error) = follower.await.unwrap();
    assert_eq!(seqs, (1..=201).collect::<Vec<u64>>());
    assert!(matches!(error, Error::Closed), "{error:?}");
    let mut late = late;
    assert!(matches!(late.next().await, Err(Error::Closed)));
}

#[test]
fn it_ends_when_the_last_handle_is_gone() {
    let ledger = create(&MemDisk::new(), PLAIN);
    let mut entries = ledger.entries(0);
    drop(ledger);
    assert_eq!(entries.next_blocking().unwrap().seq, 0);
    assert!(matches!(entries.next_blocking(), Err(Error::Closed)));
    assert!(entries.try_next().unwrap().is_none());
}
