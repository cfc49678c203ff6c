//! Views: pure folds over the entries of the log, kept current beside the ledger.
//!
//! A view sees every entry exactly once, in order, and none that is not durable. It is part of the
//! snapshots, with its position, and is folded again from the first entry when its fingerprint
//! changes. The totals of the ledger are a view like any other.

use std::any::Any;
use std::fmt::Debug;

use milepost_core::event::Event;
use milepost_core::rules::Rules;
use milepost_core::time::Instant;
use milepost_core::views::Totals;
use milepost_core::wire::{self, Recorded, WireError};
use milepost_log::Entry;

use crate::revisions::RevisionsView;

/// A pure fold over entries.
///
/// # Contract
/// What `fold` does depends on the entries alone: no clock, no randomness, no I/O. `decode` of what
/// `encode` wrote gives the same view. `fold` is called on a thread of the ledger's, in no async
/// runtime, or on that of a caller of a blocking form, and never turns to the ledger. Whoever changes what the fold means changes the fingerprint.
pub trait View: Any + Debug + Send {
    /// Its name, unique in the ledger.
    fn name(&self) -> &str;

    /// A number that changes when the meaning of the fold or its encoding does.
    fn fingerprint(&self) -> u64;

    /// Takes in one entry, with the rules as they were known when it was the last.
    fn fold(&mut self, rules: &Rules, entry: &EntryView<'_>);

    /// Appends what it has come to.
    fn encode(&self, out: &mut Vec<u8>);

    /// Takes over what `encode` wrote.
    ///
    /// # Errors
    /// [`NotAView`] if the bytes are not that: the view is then folded from the first entry.
    fn decode(&mut self, bytes: &[u8]) -> Result<(), NotAView>;

    /// Begins again with nothing.
    fn clear(&mut self);
}

/// Bytes that are not the encoding of the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the encoding of this view")]
pub struct NotAView;

/// One durable entry, as a view sees it.
#[derive(Clone, Copy, Debug)]
pub struct EntryView<'a> {
    entry: Entry<'a>,
    events: &'a [Event],
}

impl<'a> EntryView<'a> {
    pub(crate) const fn new(entry: Entry<'a>, events: &'a [Event]) -> EntryView<'a> {
        EntryView { entry, events }
    }

    pub(crate) fn kind(&self) -> u8 {
        self.entry.kind()
    }

    /// Its sequence number.
    pub fn seq(&self) -> u64 {
        self.entry.seq()
    }

    /// When the ledger took it.
    pub fn recorded_at(&self) -> Instant {
        recorded_at(&self.entry)
    }

    /// The members that it touches, in the order in which its events number them.
    pub fn members(&self) -> impl Iterator<Item = milepost_core::names::MemberKey> + use<'a> {
        self.entry.touches().map(|touch| milepost_core::names::MemberKey(touch.member))
    }

    /// What it changed.
    pub fn events(&self) -> &'a [Event] {
        self.events
    }

    /// The command that caused it, decoded now.
    ///
    /// # Errors
    /// [`WireError`] if the entry cannot be read.
    pub fn command(&self) -> Result<Recorded, WireError> {
        let head = self.entry.head();
        let body = wire::decode(head.kind, head.schema, self.recorded_at(), self.entry.body())?;
        Ok(body.command)
    }
}

pub(crate) fn recorded_at(entry: &Entry<'_>) -> Instant {
    Instant::from_micros(entry.recorded_at()).unwrap_or(Instant::MAX)
}

/// Whether a view is one of this crate's, none of which asks for [`EntryView::events`].
pub(crate) fn is_built_in(view: &dyn View) -> bool {
    let any: &dyn Any = view;
    is_totals(view) || any.is::<RevisionsView>()
}

/// Whether a view is that of the totals.
pub(crate) fn is_totals(view: &dyn View) -> bool {
    let view: &dyn Any = view;
    view.is::<TotalsView>()
}

/// The totals of the view that has them.
pub(crate) fn as_totals(view: &mut dyn View) -> Option<&mut Totals> {
    let view: &mut dyn Any = view;
    view.downcast_mut::<TotalsView>().map(|view| &mut view.totals)
}

/// The built-in view of the ledger's totals.
#[derive(Debug, Default)]
pub(crate) struct TotalsView {
    pub(crate) totals: Totals,
}

impl TotalsView {
    pub(crate) const NAME: &'static str = "totals";
}

impl View for TotalsView {
    fn name(&self) -> &str {
        TotalsView::NAME
    }

    fn fingerprint(&self) -> u64 {
        1
    }

    fn fold(&mut self, _: &Rules, entry: &EntryView<'_>) {
        // The genesis is no command: it has number 0 and counts as no entry.
        if entry.seq() > 0 {
            self.totals.count_entries(1);
        }
        self.totals.apply(entry.events());
    }

    fn encode(&self, out: &mut Vec<u8>) {
        self.totals.encode(out);
    }

    fn decode(&mut self, bytes: &[u8]) -> Result<(), NotAView> {
        let (totals, taken) = Totals::decode(bytes).map_err(|_| NotAView)?;
        self.totals = totals;
        if taken == bytes.len() { Ok(()) } else { Err(NotAView) }
    }

    fn clear(&mut self) {
        *self = TotalsView::default();
    }
}
