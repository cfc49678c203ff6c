//! The pace of a snapshot: commands that come meanwhile go first.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant as Stopwatch};

use crate::durable::Watermark;

/// While commands come, a snapshot rests so many times as long as it works.
const RESTS: u32 = 9;
/// No single rest is longer: who waits for the snapshot is not kept waiting once commands have ceased.
const LONGEST: Duration = Duration::from_secs(1);

/// Work with rests in between.
#[derive(Debug)]
pub(super) struct Pace<'a> {
    watermark: &'a Watermark,
    /// Whether somebody waits for the ledger to close.
    closing: &'a AtomicBool,
    /// How far the log was durable when the last rest began.
    end: u64,
}

impl<'a> Pace<'a> {
    pub(super) fn new(watermark: &'a Watermark, closing: &'a AtomicBool) -> Pace<'a> {
        Pace { watermark, closing, end: watermark.end() }
    }

    /// Does a piece of work, and rests from it if commands have come since the last rest began.
    pub(super) fn work<T>(&mut self, piece: impl FnOnce() -> T) -> T {
        let begun = Stopwatch::now();
        let done = piece();
        thread::sleep(self.rest_after(begun.elapsed()));
        done
    }

    fn rest_after(&mut self, worked: Duration) -> Duration {
        let end = self.watermark.end();
        let have_come = end > std::mem::replace(&mut self.end, end);
        if have_come && !self.closing.load(Ordering::Relaxed) {
            worked.saturating_mul(RESTS).min(LONGEST)
        } else {
            Duration::ZERO
        }
    }
}

#[cfg(test)]
mod tests {
    use milepost_core::time::Instant;

    use super::*;

    #[test]
    fn it_rests_only_while_commands_come_and_nobody_closes() {
        let (watermark, closing) = (Watermark::new(7, Instant::MIN), AtomicBool::new(false));
        let mut pace = Pace::new(&watermark, &closing);
        let mut rests = |millis| pace.rest_after(Duration::from_millis(millis)).as_millis();
        assert_eq!(rests(10), 0);
        for (end, (worked, rest)) in (8..).zip([(10, 90), (100, 900), (1_000, 1_000)]) {
            watermark.raise(end, 0);
            assert_eq!([rests(worked), rests(worked)], [rest, 0]);
        }
        watermark.raise(20, 0);
        closing.store(true, Ordering::Relaxed);
        assert_eq!(rests(10), 0);
    }
}
