//! The revisions of the programme: which entries they are, and the rules that they come to.
//!
//! Where they stand is a view like the totals, so that opening from a snapshot finds them without
//! reading the whole log. What they say is read from the log itself.

use std::sync::Arc;

use milepost_core::command::{Body, Command};
use milepost_core::decide;
use milepost_core::event::Event;
use milepost_core::rules::Rules;
use milepost_core::state::Broken;
use milepost_core::wire::{self, Kind, Recorded};
use milepost_log::{Entry, Reader};

use crate::error::Error;
use crate::view::{EntryView, NotAView, View, recorded_at};

/// The sequence numbers of all revisions.
#[derive(Debug, Default)]
pub(crate) struct RevisionsView {
    pub(crate) entries: Vec<u64>,
}

impl RevisionsView {
    const NAME: &'static str = "revisions";
}

impl View for RevisionsView {
    fn name(&self) -> &str {
        RevisionsView::NAME
    }

    fn fingerprint(&self) -> u64 {
        1
    }

    fn fold(&mut self, _: &Rules, entry: &EntryView<'_>) {
        if is_revision(entry.kind()) {
            self.entries.push(entry.seq());
        }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        self.entries.iter().for_each(|seq| out.extend(seq.to_le_bytes()));
    }

    fn decode(&mut self, bytes: &[u8]) -> Result<(), NotAView> {
        let (entries, rest) = bytes.as_chunks::<8>();
        self.entries = entries.iter().map(|seq| u64::from_le_bytes(*seq)).collect();
        if rest.is_empty() { Ok(()) } else { Err(NotAView) }
    }

    fn clear(&mut self) {
        self.entries.clear();
    }
}

pub(crate) fn is_revision(kind: u8) -> bool {
    kind == Kind::Revise.number()
}

/// The rules after an entry that revises them.
pub(crate) fn revised(rules: &Rules, entry: &Entry<'_>) -> Result<Arc<Rules>, Error> {
    let (head, at) = (entry.head(), recorded_at(entry));
    let body = wire::decode(head.kind, head.schema, at, entry.body())
        .map_err(|source| Error::Entry { seq: head.seq, source })?;
    let broken = |source| Error::Broken { seq: head.seq, source };
    let (Recorded::Command(Command { body: Body::Revise(revise), .. }), [event]) =
        (&body.command, body.events.as_slice())
    else {
        return Err(broken(NOT_A_REVISION));
    };
    let event: &Event = event;
    decide::revised(rules, head.seq, at, revise, event).map(Arc::new).map_err(broken)
}

const NOT_A_REVISION: Broken = Broken::Inconsistent("a revision is not one");

/// The rules with the revisions that stand in these entries.
pub(crate) fn read(
    rules: Arc<Rules>,
    reader: &Reader,
    entries: &[u64],
) -> Result<Arc<Rules>, Error> {
    entries.iter().try_fold(rules, |rules, seq| {
        let source = Broken::Inconsistent("a revision is not in the log");
        let entry = reader.entry(*seq)?.ok_or(Error::Broken { seq: *seq, source })?;
        revised(&rules, &entry.view())
    })
}
