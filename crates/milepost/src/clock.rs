//! Where the ledger's time comes from. Nothing else in milepost reads a clock.

use std::fmt::Debug;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::Utc;
use milepost_core::time::Instant;

/// The ledger's clock (R-TIME-1). The ledger itself sees to it that time never runs backwards. It is
/// asked by whoever decides or asks: a thread of the ledger's or a caller's.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The time now, for queries.
    fn now(&self) -> Instant;

    /// The time for a command that brings `at`; `None` if this clock lets no command set it. Asking
    /// moves nothing: refused and repeated commands move no clock.
    fn time_for(&self, at: Option<Instant>) -> Option<Instant>;

    /// Told the time of every command that is accepted.
    fn accepted(&self, _at: Instant) {}
}

/// The system's clock. No command may set it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Utc::now().into()
    }

    fn time_for(&self, at: Option<Instant>) -> Option<Instant> {
        at.is_none().then(|| self.now())
    }
}

/// A clock that commands drive: it stands where the last accepted command's `at` set it. For
/// imports, for devices that deliver later, and for tests.
#[derive(Debug)]
pub struct CommandClock {
    micros: AtomicI64,
}

impl CommandClock {
    /// A clock that stands at an instant.
    pub const fn at(start: Instant) -> CommandClock {
        CommandClock { micros: AtomicI64::new(start.micros()) }
    }

    /// Sets it, for queries that ask without a time.
    pub fn set(&self, at: Instant) {
        self.micros.store(at.micros(), Ordering::Release);
    }
}

impl Default for CommandClock {
    /// A clock that stands at the earliest instant until an accepted command sets it.
    fn default() -> CommandClock {
        CommandClock::at(Instant::MIN)
    }
}

impl Clock for CommandClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.micros.load(Ordering::Acquire)).unwrap_or(Instant::MIN)
    }

    fn time_for(&self, at: Option<Instant>) -> Option<Instant> {
        Some(at.unwrap_or_else(|| self.now()))
    }

    fn accepted(&self, at: Instant) {
        self.set(at);
    }
}
