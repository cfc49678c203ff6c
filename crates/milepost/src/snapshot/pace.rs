//! The pace of a snapshot: commands that come meanwhile go first.

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
    /// How far the log was durable when the work began.
    end: u64,
    begun: Stopwatch,
}

impl Pace<'_> {
    pub(super) fn new(watermark: &Watermark) -> Pace<'_> {
        Pace { watermark, end: watermark.end(), begun: Stopwatch::now() }
    }

    /// Rests from the work since the last rest, if commands have come meanwhile.
    pub(super) fn rest(&mut self) {
        thread::sleep(self.rest_after(self.begun.elapsed()));
        *self = Pace::new(self.watermark);
    }

    fn rest_after(&self, worked: Duration) -> Duration {
        if self.watermark.end() > self.end {
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
    fn it_rests_only_while_commands_come() {
        let watermark = Watermark::new(7, Instant::MIN);
        let pace = Pace::new(&watermark);
        let rests = |millis| pace.rest_after(Duration::from_millis(millis)).as_millis();
        assert_eq!(rests(10), 0);
        watermark.raise(8, 0);
        assert_eq!([10, 100, 1_000].map(rests), [90, 900, 1_000]);
        assert_eq!(Pace::new(&watermark).rest_after(Duration::from_millis(10)), Duration::ZERO);
    }
}
