//! A writer that nobody hands anything in to: it decides what was recorded once more, in memory.

use std::sync::{Arc, mpsc};

use milepost_core::command::Command;
use milepost_core::event::Event;
use milepost_core::line::Mode;
use milepost_core::refusal::Refusal;
use milepost_core::rules::Rules;
use milepost_core::time::Instant;
use milepost_log::{Background, KeyIndex, LedgerId, Log, LogOptions, MemDisk};
use smallvec::smallvec;

use super::check::{Checked, KeyState};
use super::{Work, Writer};
use crate::clock::CommandClock;
use crate::durable::Watermark;
use crate::error::Error;
use crate::request::{ReceiptDetail, Request};
use crate::store::Store;

/// Where the writer's log would be. Nothing is written to it.
const NOWHERE: &str = "/nowhere";

impl Writer {
    /// A writer over no members, with a log in memory that stays empty.
    pub(crate) fn alone(rules: Arc<Rules>, id: LedgerId) -> Result<Writer, Error> {
        let disk = MemDisk::new();
        let log = Log::create(&disk, NOWHERE.as_ref(), id, LogOptions::default())?;
        let reader = log.reader();
        let keys = KeyIndex::open(&disk, NOWHERE.as_ref(), &reader, Background::Inline)?;
        Ok(Writer {
            rules,
            store: Arc::new(Store::new()),
            clock: Arc::new(CommandClock::default()),
            keys,
            reader,
            watermark: Arc::new(Watermark::new(0, Instant::MIN)),
            flusher: None,
            batches: mpsc::channel().0,
            done: tokio::sync::mpsc::unbounded_channel().1,
            next_seq: 1,
            last: Instant::MIN,
            work: Work::new(),
        })
    }

    /// Decides a recorded command once more, as the entry that it was. What it now causes, or the
    /// command and why it is refused.
    pub(crate) fn again(
        &mut self,
        seq: u64,
        now: Instant,
        command: Command,
    ) -> Result<Result<&[Event], (Command, Refusal)>, Error> {
        let batch = &mut self.work.batch;
        batch.group.clear();
        batch.events.clear();
        batch.entries.clear();
        batch.revised.clear();
        self.next_seq = seq;
        let request =
            Request { command, at: Some(now), mode: Mode::Real, receipt: ReceiptDetail::Brief };
        // Keys are not asked for: only what was accepted, and no repetition, is in the log.
        let checked = Checked { now, clock: now, keys: smallvec![Ok(KeyState::None)] };
        let decided = self.decide(std::slice::from_ref(&request), checked)?;
        self.work.answers.clear();
        Ok(match decided {
            Ok(()) => Ok(&self.work.batch.events),
            Err((_, refusal)) => Err((request.command, refusal)),
        })
    }
}
