//! Creating and opening a ledger: the snapshot, then the rest of the log, then the threads.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Instant as Stopwatch;

use milepost_core::programme::{self, Symbols};
use milepost_core::rules::Rules;
use milepost_core::time::Instant;
use milepost_core::wire::{self, Genesis, Recorded};
use milepost_log::{Background, EntryHead, Group, KeyIndex, LedgerId, Log};

use crate::current::Current;
use crate::desk::Desk;
use crate::durable::Watermark;
use crate::error::Error;
use crate::flusher::{self, Flusher};
use crate::fold::{Fold, Reading};
use crate::ledger::{Inner, Ledger, Opening, Threads};
use crate::options::{Options, Snapshots};
use crate::pipeline::Job;
use crate::revisions::RevisionsView;
use crate::snapshot::{Found, Snapshotter};
use crate::view::{TotalsView, View, recorded_at};
use crate::writer::{self, Work, Writer};

pub(crate) fn create(path: &Path, text: &str, mut options: Options) -> Result<Ledger, Error> {
    let views = all_views(&mut options)?;
    let programme = programme::parse(text, &Symbols::default())?;
    let id = options.ledger_id.unwrap_or_else(|| uuid::Uuid::new_v4().into_bytes());
    let mut log = Log::create(&*options.disk, path, LedgerId::new(id), options.log)?;
    let at = options.clock.now();
    write_genesis(&mut log, text, at)?;
    let rules = Rules::new(id, text, programme, at);
    let mut fold = Fold::new(Arc::new(rules), views);
    // The views see the first entry too, as they do in every later fold.
    let reader = log.reader();
    fold.run(&reader, Some(NonZeroUsize::MIN))?;
    let keys = KeyIndex::open(&*options.disk, path, &reader, Background::default())?;
    start(log, path, (fold, keys), Opening::default(), options, None)
}

pub(crate) fn open(path: &Path, mut options: Options) -> Result<Ledger, Error> {
    let views = all_views(&mut options)?;
    let found = match options.snapshots {
        Snapshots::Off => Found::Nothing,
        Snapshots::AtClose | Snapshots::OnDemand => {
            Found::look(&*options.disk, path, options.fold_threads)?
        }
    };
    let (log, recovery) = Log::open(&*options.disk, path, options.log, found.witness())?;
    let snapshot = found.take(path);
    let rules = Arc::new(rules_of(&log.reader(), log.ledger_id())?);
    let mut opening = Opening { recovery: Some(recovery), ..Opening::default() };
    let mut fold = Fold::new(rules, views);
    let load = |snapshot: crate::snapshot::Loaded| {
        opening.members_from_snapshot = snapshot.members();
        fold.load(snapshot, &log.reader(), options.fold_threads)
    };
    let positions = snapshot.map(load).transpose()?;
    let (reader, disk) = (log.reader(), Arc::clone(&options.disk));
    // Both read the log, and neither needs the other.
    let (folded, keys) = thread::scope(|scope| {
        let keys = thread::Builder::new()
            .spawn_scoped(scope, || KeyIndex::open(&*disk, path, &reader, Background::default()))
            .map_err(thread_error)?;
        let begun = Stopwatch::now();
        let folded = fold.run(&reader, options.fold_threads);
        opening.folding = begun.elapsed();
        Ok::<_, Error>((folded, keys.join()))
    })?;
    opening.entries_folded = folded?;
    let keys = keys.map_err(|_| Error::Panicked)??;
    start(log, path, (fold, keys), opening, options, positions)
}

/// What every ledger folds beside its members.
pub(crate) fn built_in_views() -> Vec<Box<dyn View>> {
    vec![Box::new(TotalsView::default()), Box::new(RevisionsView::default())]
}

/// The built-in views and the host's.
fn all_views(options: &mut Options) -> Result<Vec<Box<dyn View>>, Error> {
    let mut views: Vec<Box<dyn View>> = built_in_views();
    for view in options.views.drain(..) {
        if views.iter().any(|known| known.name() == view.name()) {
            return Err(Error::ViewNamedTwice(view.name().to_string()));
        }
        views.push(view);
    }
    Ok(views)
}

fn write_genesis(log: &mut Log, text: &str, at: Instant) -> Result<(), Error> {
    let genesis = Recorded::Genesis(Genesis { programme: text.into(), effective_at: at });
    let head = EntryHead {
        seq: 0,
        recorded_at: at.micros(),
        kind: wire::kind(&genesis).number(),
        schema: wire::SCHEMA,
        key: None,
    };
    let mut body = Vec::new();
    wire::encode(&genesis, &[], at, &mut body).map_err(|source| Error::Entry { seq: 0, source })?;
    let mut group = Group::new();
    group
        .push(&head, &[], |out| out.extend_from_slice(&body))
        .map_err(|error| Error::TooLarge { seq: 0, reason: error.to_string() })?;
    log.append(&mut group)?;
    Ok(())
}

/// The rules with which the log begins.
pub(crate) fn rules_of(reader: &milepost_log::Reader, id: LedgerId) -> Result<Rules, Error> {
    let entry = reader.entry(0)?.ok_or(Error::Unfinished)?;
    let entry = entry.view();
    let (head, at) = (entry.head(), recorded_at(&entry));
    let body = wire::decode(head.kind, head.schema, at, entry.body())
        .map_err(|source| Error::Entry { seq: 0, source })?;
    let Recorded::Genesis(genesis) = body.command else { return Err(Error::Unfinished) };
    let programme = programme::parse(&genesis.programme, &Symbols::default())?;
    Ok(Rules::new(id.to_bytes(), &genesis.programme, programme, genesis.effective_at))
}

fn start(
    log: Log,
    path: &Path,
    (fold, keys): (Fold, KeyIndex),
    opening: Opening,
    options: Options,
    positions: Option<crate::snapshot::Positions>,
) -> Result<Ledger, Error> {
    let Fold { store, reading: Reading { rules, views, .. } } = fold;
    let (store, views) = (Arc::new(store), Arc::new(Mutex::new(views)));
    let (reader, id) = (log.reader(), log.ledger_id().to_bytes());
    let next_seq = log.next_seq();
    let last = log.last_recorded_at().and_then(Instant::from_micros).unwrap_or(Instant::MIN);
    store.set_applied(next_seq);
    let watermark = Arc::new(Watermark::new(next_seq, last));
    let current = Arc::new(Current::new(Arc::clone(&rules)));
    let (jobs, queue) = tokio::sync::mpsc::channel::<Job>(options.queue);
    let (batches, handed_over) = mpsc::channel();
    let (done_to, done) = tokio::sync::mpsc::unbounded_channel();
    let (end, told_to_end) = tokio::sync::oneshot::channel();
    let flusher = Arc::new(Mutex::new(Flusher {
        log,
        rules: current.get(),
        current: Arc::clone(&current),
        views: Arc::clone(&views),
        watermark: Arc::clone(&watermark),
    }));
    let writer = Writer {
        rules,
        store: Arc::clone(&store),
        clock: Arc::clone(&options.clock),
        keys,
        reader: reader.clone(),
        watermark: Arc::clone(&watermark),
        flusher: Some(Arc::clone(&flusher)),
        batches,
        done,
        next_seq,
        last,
        work: Work::new(),
    };
    let own = Arc::clone(&flusher);
    let flushing = thread::Builder::new()
        .name("milepost-flusher".into())
        .spawn(move || flusher::run(&own, &handed_over, &done_to))
        .map_err(thread_error)?;
    let desk = Arc::new(Desk::new(jobs, writer));
    let own = Arc::clone(&desk);
    let writer = thread::Builder::new()
        .name("milepost-writer".into())
        .spawn(move || writer::run(&own, queue, told_to_end))
        .map_err(thread_error)?;
    let snapshotter = Snapshotter::new(path, id, options.snapshots, positions);
    Ok(Ledger {
        inner: Arc::new(Inner {
            current,
            store,
            views,
            reader,
            watermark,
            clock: options.clock,
            snapshots: options.snapshots,
            snapshotter: Mutex::new(snapshotter),
            closing: AtomicBool::new(false),
            desk,
            threads: Mutex::new(Some(Threads { writer, end, flushing, flusher })),
            opening,
        }),
    })
}

pub(crate) fn thread_error(error: std::io::Error) -> Error {
    Error::Thread(Arc::new(error))
}
