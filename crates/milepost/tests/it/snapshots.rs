//! Snapshots hold nothing that the log does not: with them, without them, with damaged ones, the
//! answers are the same.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use milepost::{AsOf, Atomicity, Ledger, Request, Snapshots, verify};

use crate::support::{
    PLAIN, available, create_at, day, enrol, grant, ok, open_at, options, redeem, transfer, who,
};

struct Home {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Home {
    fn new() -> Home {
        let folder = tempfile::tempdir().unwrap();
        Home { path: folder.path().join("ledger"), _folder: folder }
    }

    fn snap(&self) -> PathBuf {
        self.path.join("snap")
    }

    fn copy(&self) -> Home {
        let copy = Home::new();
        copy_folder(&self.path, &copy.path);
        copy
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (entry, to) = (entry.unwrap().path(), to);
        let to = to.join(entry.file_name().unwrap());
        if entry.is_dir() { copy_folder(&entry, &to) } else { drop(std::fs::copy(&entry, &to)) }
    }
}

/// Every file under a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// Some members with something in every shard, and their digest.
fn fill(ledger: &Ledger, members: usize) {
    let ids: Vec<String> = (0..members).map(|n| format!("m{n}")).collect();
    let commands = ids.iter().zip(1..).flat_map(|(id, n)| [enrol(id), grant(id, n)]);
    ledger.submit_batch_blocking(commands.map(Request::from), Atomicity::Each).unwrap();
}

fn totals(ledger: &Ledger) -> milepost::views::Totals {
    ledger.totals_blocking(AsOf::NEWEST).unwrap()
}

#[test]
fn a_fold_from_a_snapshot_is_the_fold_from_zero_is_the_live_state() {
    let home = Home::new();
    let ledger = create_at(&home.path, PLAIN);
    fill(&ledger, 700);
    let report = ledger.snapshot().unwrap();
    assert_eq!((report.shards_written, report.members_written), (256, 700));
    assert_eq!(ledger.snapshot().unwrap().shards_written, 0, "nothing has changed since");
    ok(&ledger, transfer("m1", "m2", 1));
    ok(&ledger, Request::new(redeem("m3", "R", 1)).at(day(3)));
    let report = ledger.snapshot().unwrap();
    assert!((2..=3).contains(&report.shards_written), "{report:?}");
    ok(&ledger, grant("m4", 9));
    let live = (ledger.digest().unwrap(), totals(&ledger));
    ledger.close().unwrap();

    let from_snapshot = open_at(&home.path);
    assert_eq!(from_snapshot.opening().members_from_snapshot, 700);
    assert_eq!(from_snapshot.opening().entries_folded, 1, "only what came after");
    assert_eq!((from_snapshot.digest().unwrap(), totals(&from_snapshot)), live);
    from_snapshot.close().unwrap();
    let verified = verify(&home.path, |_| ()).unwrap();
    assert_eq!((verified.digest, verified.members, verified.entries), (live.0, 700, 1403));
    assert_eq!(verified.members_in_snapshot, 700);

    let from_zero = Ledger::open(&home.path, options().with_snapshots(Snapshots::Off)).unwrap();
    assert_eq!(from_zero.opening().entries_folded, 1404);
    assert_eq!((from_zero.digest().unwrap(), totals(&from_zero)), live);
    assert_eq!(from_zero.snapshot().unwrap().shards_written, 0, "they are off");
}

#[test]
fn a_clean_close_takes_a_snapshot_by_default_and_a_dropped_handle_none() {
    let home = Home::new();
    let default = || options().with_snapshots(Snapshots::AtClose);
    let ledger = Ledger::create(&home.path, PLAIN, default()).unwrap();
    fill(&ledger, 3);
    drop(ledger);
    assert!(!home.snap().exists());
    for round in 0..10 {
        let ledger = Ledger::open(&home.path, default()).unwrap();
        let from_snapshot = if round == 0 { 0 } else { 3 };
        assert_eq!(ledger.opening().members_from_snapshot, from_snapshot, "round {round}");
        ok(&ledger, grant("m0", 1));
        let other = ledger.clone();
        ledger.close().unwrap();
        assert_eq!(available(&other, "m0"), round + 2);
    }
    assert_eq!(
        files(&home.path).iter().filter(|f| f.to_string_lossy().contains("aside")).count(),
        0
    );
}

/// The members are shared out over threads, those of a transfer too: the state is the same.
#[test]
fn the_log_folds_to_the_same_on_any_number_of_threads() {
    let home = Home::new();
    let ledger = create_at(&home.path, PLAIN);
    fill(&ledger, 400);
    for round in 0..50_usize {
        let from_to = (0..500).map(|n| (n % 400, (n * 7 + round + 1) % 400));
        let transfers = from_to
            .filter(|(from, to)| from != to)
            .map(|(from, to)| transfer(&format!("m{from}"), &format!("m{to}"), 1));
        ledger.submit_batch_blocking(transfers.map(Request::from), Atomicity::Each).unwrap();
    }
    let end = ledger.durable_end();
    assert!(end > 20_000, "{end} entries are worth a thread");
    opens_to_the_same(&home, ledger, Snapshots::Off, (0, end));
}

/// Opens a ledger on one thread and on more: what it comes to, and of how many members of a snapshot
/// and of how many entries.
fn opens_to_the_same(home: &Home, ledger: Ledger, snapshots: Snapshots, of: (usize, u64)) {
    let live = (ledger.digest().unwrap(), totals(&ledger));
    drop(ledger);
    for threads in 1..=9 {
        let options = options().with_snapshots(snapshots);
        let options = options.with_fold_threads(NonZeroUsize::new(threads).unwrap());
        let ledger = Ledger::open(&home.path, options).unwrap();
        let opening = ledger.opening();
        assert_eq!((opening.members_from_snapshot, opening.entries_folded), of, "{threads}");
        assert_eq!((ledger.digest().unwrap(), totals(&ledger)), live, "{threads} threads");
    }
}

/// Some threads walk through the snapshot and others read it: what is read is the same.
#[test]
fn a_snapshot_is_read_to_the_same_on_any_number_of_threads() {
    let home = Home::new();
    let ledger = create_at(&home.path, PLAIN);
    fill(&ledger, 700);
    ledger.snapshot().unwrap();
    opens_to_the_same(&home, ledger, Snapshots::OnDemand, (700, 0));
}

/// Appends go on while a snapshot is taken: it is fuzzy, each shard as of its own position. It takes
/// as many as it takes for enough commands to go on meanwhile, however busy the machine is.
#[test]
fn a_snapshot_while_others_write() {
    let home = Home::new();
    fill(&create_at(&home.path, PLAIN), 300);
    for round in 0..3 {
        let ledger = open_at(&home.path);
        let (stop, sent) = (AtomicBool::new(false), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let n = sent.fetch_add(1, Ordering::Relaxed);
                    let (from, to) = (format!("m{}", n % 300), format!("m{}", (n * 7 + 1) % 300));
                    // Some have nothing left to send, and are refused.
                    drop(ledger.submit_blocking(transfer(&from, &to, 1)));
                }
            });
            let mut taken = Vec::new();
            while taken.len() < 4 || sent.load(Ordering::Relaxed) <= 10 {
                taken.push(ledger.snapshot());
            }
            stop.store(true, Ordering::Relaxed);
            assert!(taken.iter().all(Result::is_ok), "{taken:?}");
        });
        let live = (ledger.digest().unwrap(), totals(&ledger));
        assert_eq!(live.1.of(ledger.unit("points").unwrap()).available, 300 * 301 / 2);
        drop(ledger);
        let verified = verify(&home.path, |_| ()).unwrap();
        assert_eq!((verified.digest, verified.members_in_snapshot), (live.0, 300), "{round}");
        let ledger = open_at(&home.path);
        assert_eq!(ledger.opening().members_from_snapshot, 300);
        assert_eq!((ledger.digest().unwrap(), totals(&ledger)), live);
    }
}

/// Every file is deleted, cut and flipped at places all over it.
#[test]
fn a_damaged_snapshot_gives_the_same_answers() {
    let home = Home::new();
    let ledger = create_at(&home.path, PLAIN);
    fill(&ledger, 100);
    ledger.snapshot().unwrap();
    fill_more(&ledger);
    ledger.snapshot().unwrap();
    ok(&ledger, grant("m5", 1));
    let live = (ledger.digest().unwrap(), totals(&ledger));
    ledger.close().unwrap();
    let mut set_aside = 0;
    let mut check = |what: &str, damage: &dyn Fn(&Path)| {
        let copy = home.copy();
        damage(&copy.path.join("snap"));
        let ledger = open_at(&copy.path);
        assert_eq!((ledger.digest().unwrap(), totals(&ledger)), live, "{what}");
        assert_eq!(ledger.member_ids().unwrap().len(), 100);
        set_aside += usize::from(ledger.opening().members_from_snapshot == 0);
        ledger.snapshot().unwrap();
        ledger.close().unwrap();
        let ledger = open_at(&copy.path);
        assert_eq!(ledger.opening().members_from_snapshot, 100, "{what}: it was made anew");
        assert_eq!((ledger.digest().unwrap(), totals(&ledger)), live, "{what}");
    };
    for file in files(&home.snap()) {
        let name = file.strip_prefix(home.snap()).unwrap().to_path_buf();
        let bytes = std::fs::read(&file).unwrap();
        let damaged = |bytes: Vec<u8>| {
            let name = name.clone();
            move |snap: &Path| std::fs::write(snap.join(&name), &bytes).unwrap()
        };
        check(&format!("{} deleted", name.display()), &|snap| {
            std::fs::remove_file(snap.join(&name)).unwrap();
        });
        // sled writes mostly zeros ahead; what is not zero is what it keeps.
        let used: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] != 0).collect();
        for sample in 0..6 {
            let Some(&at) = used.get(used.len() * sample / 6 + used.len() / 13) else { continue };
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            check(&format!("{} flipped at {at}", name.display()), &damaged(flipped));
            check(&format!("{} cut at {at}", name.display()), &damaged(bytes[..at].to_vec()));
        }
    }
    check("a leftover", &|snap| {
        std::fs::write(snap.join("snap.0000000000000001.generating"), "half").unwrap();
    });
    check("everything deleted", &|snap| std::fs::remove_dir_all(snap).unwrap());
    assert!(set_aside > 5, "the damage was found {set_aside} times");
}

fn fill_more(ledger: &Ledger) {
    for n in 0..50 {
        ok(ledger, redeem(&format!("m{n}"), "R", 1));
    }
}

#[test]
fn a_snapshot_of_another_ledger_is_set_aside() {
    let (home, other) = (Home::new(), Home::new());
    let ledger = create_at(&home.path, PLAIN);
    fill(&ledger, 5);
    ledger.close().unwrap();
    let options = options().with_snapshots(Snapshots::OnDemand).with_ledger_id([8; 16]);
    let ledger = Ledger::create(&other.path, PLAIN, options).unwrap();
    fill(&ledger, 9);
    ledger.snapshot().unwrap();
    ledger.close().unwrap();
    copy_folder(&other.snap(), &home.snap());
    let ledger = open_at(&home.path);
    assert_eq!((ledger.opening().members_from_snapshot, ledger.opening().entries_folded), (0, 11));
    assert_eq!(ledger.member_ids().unwrap().len(), 5);
    assert!(home.path.join("snap.aside-1").is_dir());
}

/// A snapshot vouches for what was durable: a log that is shorter is not the whole log.
#[test]
fn a_log_that_lost_what_its_snapshot_has_is_refused() {
    let (home, old) = (Home::new(), Home::new());
    let ledger = create_at(&home.path, PLAIN);
    fill(&ledger, 5);
    drop(ledger);
    copy_folder(&home.path, &old.path);
    let ledger = open_at(&home.path);
    ok(&ledger, grant("m0", 1));
    ledger.snapshot().unwrap();
    ledger.close().unwrap();
    copy_folder(&home.snap(), &old.snap());
    let error = Ledger::open(&old.path, options()).unwrap_err().to_string();
    assert!(error.contains("entries that are known to have been durable are not here"), "{error}");
    assert!(old.snap().is_dir(), "nothing was changed");
}

#[test]
fn a_stale_snapshot_is_still_true() {
    let home = Home::new();
    let ledger = create_at(&home.path, PLAIN);
    fill(&ledger, 20);
    ledger.snapshot().unwrap();
    ledger.close().unwrap();
    let off = || options().with_snapshots(Snapshots::Off);
    let ledger = Ledger::open(&home.path, off()).unwrap();
    fill_some(&ledger);
    let live = ledger.digest().unwrap();
    ledger.close().unwrap();
    let ledger = open_at(&home.path);
    assert_eq!(ledger.opening().members_from_snapshot, 20);
    assert_eq!(ledger.digest().unwrap(), live);
    assert_eq!(ledger.member(&who("m7"), AsOf::NEWEST).unwrap().version, 3);
}

fn fill_some(ledger: &Ledger) {
    for n in 0..20 {
        ok(ledger, grant(&format!("m{n}"), 1));
    }
}
