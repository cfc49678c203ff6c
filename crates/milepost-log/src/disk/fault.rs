//! What can be made to fail on a [`MemDisk`](super::MemDisk), when, and how.

use std::{io, path::Path};

/// A kind of disk operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Op {
    /// Creating a folder.
    CreateDir,
    /// Opening a folder.
    OpenDir,
    /// Opening a file for reading.
    OpenRead,
    /// Opening a file for writing.
    OpenWrite,
    /// Creating a file.
    Create,
    /// Reading from a file.
    Read,
    /// Writing to a file.
    Write,
    /// Syncing a file, with or without its metadata.
    Sync,
    /// Setting a file's length.
    Truncate,
    /// Reserving space for a file.
    Allocate,
    /// Asking for a file's length.
    Size,
    /// Renaming a file.
    Rename,
    /// Removing a file.
    Remove,
    /// Listing a folder.
    List,
    /// Syncing a folder.
    SyncDir,
    /// Taking the lock.
    Lock,
}

/// What happens instead of the operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// The operation does nothing and fails with this kind.
    Fail(io::ErrorKind),
    /// A write takes at most this many bytes and says so. Other operations are not affected.
    Short(usize),
    /// A write takes this many bytes, then fails. Other operations just fail.
    Torn(usize),
    /// A sync fails, and what it should have made durable stays readable but never becomes
    /// durable by a later sync, as on Linux. Other operations just fail.
    LostSync,
    /// The power goes: this and every later operation fails. A write that was under way may or
    /// may not reach the disk, in any part.
    PowerOff,
}

/// One planned fault: which operations it strikes and what it does to them.
#[derive(Debug, Clone)]
pub struct FaultRule {
    op: Option<Op>,
    path_part: Option<String>,
    skip: u64,
    times: u64,
    effect: Effect,
}

impl FaultRule {
    /// Strikes every operation, from the first on.
    #[must_use]
    pub fn new(effect: Effect) -> Self {
        Self { op: None, path_part: None, skip: 0, times: u64::MAX, effect }
    }

    /// Strikes only operations of this kind.
    #[must_use]
    pub fn on(mut self, op: Op) -> Self {
        self.op = Some(op);
        self
    }

    /// Strikes only paths that contain this text.
    #[must_use]
    pub fn at_path(mut self, part: &str) -> Self {
        self.path_part = Some(part.to_owned());
        self
    }

    /// Lets this many matching operations pass first (default 0).
    #[must_use]
    pub fn after(mut self, passes: u64) -> Self {
        self.skip = passes;
        self
    }

    /// Strikes this many times, then never again (default: for ever).
    #[must_use]
    pub fn times(mut self, times: u64) -> Self {
        self.times = times;
        self
    }

    fn matches(&self, op: Op, path: &Path) -> bool {
        self.op.is_none_or(|wanted| wanted == op)
            && self.path_part.as_ref().is_none_or(|part| path.to_string_lossy().contains(part))
    }

    fn strike(&mut self) -> Option<Effect> {
        if self.skip > 0 {
            self.skip -= 1;
            return None;
        }
        self.times = self.times.checked_sub(1)?;
        Some(self.effect)
    }
}

/// The faults planned for one disk, and the count of operations so far.
#[derive(Debug, Default)]
pub(super) struct FaultPlan {
    rules: Vec<FaultRule>,
    operations: u64,
    powered_off: bool,
}

impl FaultPlan {
    pub(super) fn add(&mut self, rule: FaultRule) {
        self.rules.push(rule);
    }

    pub(super) fn clear(&mut self) {
        self.rules.clear();
    }

    pub(super) fn operations(&self) -> u64 {
        self.operations
    }

    /// Counts one operation and says what befalls it.
    pub(super) fn strike(&mut self, op: Op, path: &Path) -> io::Result<Option<Effect>> {
        if self.powered_off {
            return Err(io::Error::other("the power is off"));
        }
        self.operations += 1;
        let mut rules = self.rules.iter_mut().filter(|rule| rule.matches(op, path));
        let effect = rules.find_map(FaultRule::strike);
        self.powered_off = effect == Some(Effect::PowerOff);
        Ok(effect)
    }
}

/// The error with which an effect shows itself.
pub(super) fn error_of(effect: Effect) -> io::Error {
    match effect {
        Effect::Fail(kind) => io::Error::from(kind),
        Effect::Short(_) | Effect::Torn(_) => io::Error::other("the write was cut short"),
        Effect::LostSync => io::Error::other("the sync failed"),
        Effect::PowerOff => io::Error::other("the power went off"),
    }
}
