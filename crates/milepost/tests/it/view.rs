//! Views of the host's: current with their entries, in the snapshots, rebuilt when their meaning
//! changes.

use milepost::event::Fact;
use milepost::log::{Effect, FaultRule, MemDisk, Op};
use milepost::programme::UnitIx;
use milepost::rules::Rules;
use milepost::{Atomicity, EntryView, Error, Ledger, NotAView, Options, Request, Snapshots, View};

use crate::support::{HOME, PLAIN, day, enrol, failure, grant, hour, ok, on_disk, options, redeem};

/// What was granted, and how many entries there were.
#[derive(Debug, Default)]
pub(crate) struct Issued {
    pub(crate) entries: u64,
    pub(crate) steps: i64,
    pub(crate) last: Option<u64>,
    fingerprint: u64,
}

impl Issued {
    fn with_fingerprint(fingerprint: u64) -> Issued {
        Issued { fingerprint, ..Issued::default() }
    }
}

impl View for Issued {
    fn name(&self) -> &'static str {
        "issued"
    }

    fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    fn fold(&mut self, _: &Rules, entry: &EntryView<'_>) {
        assert_eq!(entry.seq(), self.last.map_or(0, |last| last + 1), "every entry once, in order");
        self.last = Some(entry.seq());
        self.entries += 1;
        for event in entry.events() {
            if let Fact::Granted { lot, .. } = &event.fact {
                assert_eq!(lot.unit, UnitIx(0));
                self.steps += lot.amount;
            }
        }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend(self.entries.to_le_bytes());
        out.extend(self.steps.to_le_bytes());
        out.extend(self.last.map_or(u64::MAX, |last| last).to_le_bytes());
    }

    fn decode(&mut self, bytes: &[u8]) -> Result<(), NotAView> {
        let words: &[[u8; 8]; 3] = bytes.as_chunks().0.try_into().map_err(|_| NotAView)?;
        self.entries = u64::from_le_bytes(words[0]);
        self.steps = i64::from_le_bytes(words[1]);
        self.last = Some(u64::from_le_bytes(words[2])).filter(|last| *last != u64::MAX);
        Ok(())
    }

    fn clear(&mut self) {
        *self = Issued::with_fingerprint(self.fingerprint);
    }
}

fn seen(ledger: &Ledger) -> (u64, i64) {
    ledger.view("issued", |view: &Issued| (view.entries, view.steps)).unwrap()
}

#[test]
fn a_view_kept_current_is_the_fold_from_zero() {
    let disk = MemDisk::new();
    let ledger = Ledger::create(HOME, PLAIN, on_disk(&disk).with_view(Issued::default())).unwrap();
    assert_eq!(seen(&ledger), (1, 0), "the genesis");
    ok(&ledger, enrol("a"));
    for n in 0..50 {
        ok(&ledger, grant("a", n + 1));
        ok(&ledger, redeem("a", &format!("R{n}"), 1));
        ok(&ledger, Request::new(grant("a", 7)).dry_run());
    }
    let live = seen(&ledger);
    assert_eq!(live, (102, 50 * 51 / 2));
    ledger.close().unwrap();
    let ledger = Ledger::open(HOME, on_disk(&disk).with_view(Issued::default())).unwrap();
    assert_eq!(seen(&ledger), live);
    assert_eq!(ok(&ledger, grant("a", 1)).seq, 102);
    assert_eq!(seen(&ledger), (103, live.1 + 1));
}

#[test]
fn a_view_that_is_not_there() {
    let ledger = Ledger::create(HOME, PLAIN, on_disk(&MemDisk::new()).with_view(Issued::default()));
    let ledger = ledger.unwrap();
    let error = ledger.view("isued", |view: &Issued| view.steps).unwrap_err();
    assert_eq!(error.to_string(), "there is no view isued of this type");
    let other_type = ledger.view("totals", |view: &Issued| view.steps);
    assert!(matches!(other_type, Err(Error::NoSuchView(_))));
}

fn with_view(fingerprint: u64) -> Options {
    let options = options().with_snapshots(Snapshots::OnDemand);
    options.with_view(Issued::with_fingerprint(fingerprint))
}

#[test]
fn a_view_comes_from_the_snapshot_until_its_fingerprint_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger");
    let ledger = Ledger::create(&path, PLAIN, with_view(1)).unwrap();
    ok(&ledger, enrol("a"));
    ok(&ledger, grant("a", 5));
    ledger.snapshot().unwrap();
    ok(&ledger, grant("a", 6));
    ledger.close().unwrap();

    let ledger = Ledger::open(&path, with_view(1)).unwrap();
    assert_eq!((seen(&ledger), ledger.opening().entries_folded), ((4, 11), 1));
    ledger.close().unwrap();
    let ledger = Ledger::open(&path, with_view(2)).unwrap();
    assert_eq!((seen(&ledger), ledger.opening().entries_folded), ((4, 11), 4));
    assert_eq!(ledger.opening().members_from_snapshot, 1, "the members need not be folded again");
    ledger.snapshot().unwrap();
    ledger.close().unwrap();
    let without = options().with_snapshots(Snapshots::OnDemand);
    let ledger = Ledger::open(&path, without).unwrap();
    ok(&ledger, Request::new(grant("a", 7)).at(day(1)));
    ledger.snapshot().unwrap();
    ledger.close().unwrap();
    let ledger = Ledger::open(&path, with_view(2)).unwrap();
    assert_eq!((seen(&ledger), ledger.opening().entries_folded), ((5, 18), 1));
    assert_eq!(ledger.last_recorded_at(), day(1));
}

/// Entries that never became durable are never shown.
#[test]
fn a_view_is_not_asked_after_a_failure() {
    let disk = MemDisk::new();
    let ledger = Ledger::create(HOME, PLAIN, on_disk(&disk).with_view(Issued::default())).unwrap();
    ok(&ledger, enrol("a"));
    disk.plan(FaultRule::new(Effect::LostSync).on(Op::Sync).times(1));
    failure(ledger.submit_blocking(grant("a", 5)));
    let asked = ledger.view("issued", |view: &Issued| view.steps);
    assert!(matches!(asked, Err(Error::Stopped { .. })), "{asked:?}");
}

/// A view that does something with each sequence number, and keeps nothing.
struct Does<F>(F);

impl<F> std::fmt::Debug for Does<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Does")
    }
}

impl<F: FnMut(u64) + Send + 'static> View for Does<F> {
    fn name(&self) -> &'static str {
        "does"
    }

    fn fingerprint(&self) -> u64 {
        1
    }

    fn fold(&mut self, _: &Rules, entry: &EntryView<'_>) {
        (self.0)(entry.seq());
    }

    fn encode(&self, _: &mut Vec<u8>) {}

    fn decode(&mut self, _: &[u8]) -> Result<(), NotAView> {
        Ok(())
    }

    fn clear(&mut self) {}
}

/// A view that panics stops the ledger; it does not leave callers waiting.
///
/// The first command of a caller that is alone is made durable by the flusher's thread, the next
/// ones by the caller itself.
#[test]
fn a_view_that_panics_stops_the_ledger() {
    for at in 1..=3 {
        let disk = MemDisk::new();
        let panics = Does(move |seq| assert!(seq < at, "this view can count no further"));
        let options = on_disk(&disk).with_view(panics);
        let ledger = Ledger::create(HOME, PLAIN, options).unwrap();
        let mut entries = ledger.entries(at);
        for id in ["a", "b"].into_iter().take(usize::try_from(at).unwrap() - 1) {
            ok(&ledger, enrol(id));
        }
        let error = failure(ledger.submit_blocking(Request::new(enrol("c")).at(hour(1))));
        let Error::Stopped { source } = error else { panic!("{error:?}") };
        assert_eq!(source.to_string(), "a thread of the ledger panicked: this is a defect");
        assert!(matches!(failure(ledger.submit_blocking(enrol("d"))), Error::Stopped { .. }));
        assert!(matches!(entries.next_blocking(), Err(Error::Stopped { .. })));
        assert!(matches!(ledger.close(), Err(Error::Stopped { .. })));
        drop(entries);
        let ledger = Ledger::open(HOME, on_disk(&disk)).unwrap();
        assert_eq!(ledger.durable_end(), at);
    }
}

/// A panic leaves nobody waiting, not even who was decided meanwhile and would have been the next.
#[test]
fn a_view_that_panics_lets_everybody_go() {
    let disk = MemDisk::new();
    let (go, told_to_go) = std::sync::mpsc::channel();
    let panics = Does(move |seq| {
        if seq > 0 {
            told_to_go.recv().unwrap();
            panic!("this view can count no further");
        }
    });
    let ledger = Ledger::create(HOME, PLAIN, on_disk(&disk).with_view(panics)).unwrap();
    std::thread::scope(|scope| {
        let submit = |id| failure(ledger.submit_blocking(enrol(id)));
        let first = scope.spawn(move || submit("a"));
        std::thread::sleep(std::time::Duration::from_millis(30));
        let decided = scope.spawn(move || submit("b"));
        std::thread::sleep(std::time::Duration::from_millis(30));
        go.send(()).unwrap();
        for stopped in [first.join().unwrap(), decided.join().unwrap()] {
            assert!(matches!(stopped, Error::Stopped { .. }), "{stopped:?}");
        }
    });
    assert!(matches!(ledger.close(), Err(Error::Stopped { .. })));
}

/// A caller that is alone need not wake another thread: after its first commands it decides itself.
#[test]
fn who_is_alone_decides_on_a_thread_of_its_own() {
    let disk = MemDisk::new();
    let (to, seen) = std::sync::mpsc::channel();
    let own = std::thread::current().id();
    let tells = Does(move |_| to.send(std::thread::current().id() == own).unwrap());
    let ledger = Ledger::create(HOME, PLAIN, on_disk(&disk).with_view(tells)).unwrap();
    assert!(seen.recv().unwrap(), "the genesis is written by who creates the ledger");
    ok(&ledger, enrol("a"));
    assert!(!seen.recv().unwrap(), "nobody is known to be alone yet");
    let mut alone = (0..1_000).map(|_| {
        ok(&ledger, grant("a", 1));
        seen.recv().unwrap()
    });
    assert!(alone.any(|own| own));
    ledger.submit_batch_blocking([grant("a", 1).into()], Atomicity::Each).unwrap();
    assert!(!seen.recv().unwrap(), "a batch always goes through the queue");
    ledger.close().unwrap();
}

/// A view may hand entries on by what panics within a runtime.
#[test]
fn a_view_is_folded_within_no_runtime() {
    let disk = MemDisk::new();
    let (to, mut seen) = tokio::sync::mpsc::channel(10);
    let hands_on = Does(move |seq| to.blocking_send(seq).unwrap());
    let ledger = Ledger::create(HOME, PLAIN, on_disk(&disk).with_view(hands_on)).unwrap();
    for id in ["a", "b", "c", "d"] {
        ok(&ledger, enrol(id));
    }
    ledger.close().unwrap();
    let seen: Vec<u64> = std::iter::from_fn(|| seen.blocking_recv()).collect();
    assert_eq!(seen, [0, 1, 2, 3, 4]);
}
