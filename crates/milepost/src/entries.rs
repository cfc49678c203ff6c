//! Following the entries of the log: first what is there, then what comes.

use std::sync::Arc;

use milepost_core::decide::Cast;
use milepost_core::event::Event;
use milepost_core::names::MemberKey;
use milepost_core::time::Instant;
use milepost_core::wire::{self, Recorded};
use milepost_log::{Entry as LogEntry, Reader, Scan};
use tokio::sync::watch;

use crate::durable::Watermark;
use crate::error::Error;
use crate::ledger::not_in_async;
use crate::view::recorded_at;

/// One durable entry.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry {
    /// Its sequence number.
    pub seq: u64,
    /// When the ledger took it.
    pub recorded_at: Instant,
    /// The digest of its idempotency key, if it had one.
    pub key: Option<[u8; 16]>,
    /// The members that it touches, with their versions after it, in the order in which the events
    /// number them.
    pub members: Vec<(MemberKey, u32)>,
    /// What was asked.
    pub command: Recorded,
    /// What it changed.
    pub events: Vec<Event>,
}

impl Entry {
    /// Whether the command is about many members, each on its own, or about none.
    pub(crate) fn is_about_many(&self) -> bool {
        match &self.command {
            Recorded::Command(command) => matches!(command.cast(), Cast::Many(_) | Cast::Ledger),
            Recorded::Genesis(_) => true,
        }
    }

    /// Whether the command names two members, so that the receipt has both of their balances.
    pub(crate) fn is_about_two(&self) -> bool {
        match &self.command {
            Recorded::Command(command) => matches!(command.cast(), Cast::Two(..)),
            Recorded::Genesis(_) => false,
        }
    }

    pub(crate) fn read(entry: &LogEntry<'_>) -> Result<Entry, Error> {
        let head = entry.head();
        let recorded_at = recorded_at(entry);
        let body = wire::decode(head.kind, head.schema, recorded_at, entry.body())
            .map_err(|source| Error::Entry { seq: head.seq, source })?;
        let members = entry.touches().map(|touch| (MemberKey(touch.member), touch.version));
        Ok(Entry {
            seq: head.seq,
            recorded_at,
            key: head.key,
            members: members.collect(),
            command: body.command,
            events: body.events,
        })
    }
}

/// Follows the entries of a ledger, in order, and never past what is durable.
#[derive(Debug)]
pub struct Entries {
    reader: Reader,
    watermark: Arc<Watermark>,
    watch: watch::Receiver<u64>,
    scan: Option<Scan>,
    next: u64,
}

impl Entries {
    pub(crate) fn new(reader: Reader, watermark: Arc<Watermark>, from: u64) -> Entries {
        let watch = watermark.subscribe();
        Entries { reader, watermark, watch, scan: None, next: from }
    }

    /// The next entry, waiting for it if it is not there yet.
    ///
    /// # Errors
    /// [`Error`] if the log cannot be read, or the ledger has stopped or is closed and everything
    /// durable has been given.
    pub async fn next(&mut self) -> Result<Entry, Error> {
        loop {
            // Asked first, so that what became durable just before is still given.
            let failure = self.watermark.failure();
            if let Some(entry) = self.try_next()? {
                return Ok(entry);
            }
            if let Some(failure) = failure {
                return Err(failure);
            }
            self.watch.changed().await.map_err(|_| Error::Closed)?;
        }
    }

    /// [`Entries::next`] for threads outside an async runtime.
    ///
    /// # Errors
    /// As [`Entries::next`], and [`Error::BlockingInAsync`].
    pub fn next_blocking(&mut self) -> Result<Entry, Error> {
        not_in_async()?;
        loop {
            if let Some(entry) = self.try_next()? {
                return Ok(entry);
            }
            self.watermark.wait(self.next)?;
        }
    }

    /// The next entry, if it is there already.
    ///
    /// # Errors
    /// [`Error`] if the log cannot be read.
    pub fn try_next(&mut self) -> Result<Option<Entry>, Error> {
        if self.next >= self.watermark.end() {
            return Ok(None);
        }
        let scan = self.scan.get_or_insert_with(|| self.reader.scan(self.next));
        if let Some(entry) = scan.next_entry()? {
            self.next = entry.seq() + 1;
            return Entry::read(&entry).map(Some);
        }
        Ok(None)
    }
}
