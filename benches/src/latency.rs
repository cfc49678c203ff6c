//! How long single things took: all of them, not only their mean.

use std::time::Duration;

use hdrhistogram::Histogram;

use crate::Outcome;

/// The shares of all that are shown, and how they are called.
pub const SHOWN: [(f64, &str); 4] = [(0.5, "p50"), (0.9, "p90"), (0.99, "p99"), (0.999, "p99.9")];

/// Nothing is measured more finely than to three digits.
const DIGITS: u8 = 3;

/// How long things took. It takes the same memory for ten as for ten million.
#[derive(Clone, Debug)]
pub struct Latencies {
    nanos: Histogram<u64>,
}

impl Latencies {
    /// Of nothing yet.
    ///
    /// # Errors
    /// Never: it is a good number of digits.
    pub fn new() -> Outcome<Latencies> {
        Ok(Latencies { nanos: Histogram::new(DIGITS)? })
    }

    /// One thing more, and how long it took.
    ///
    /// # Errors
    /// If it took more than 500 years.
    pub fn record(&mut self, took: Duration) -> Outcome<()> {
        Ok(self.nanos.record(u64::try_from(took.as_nanos())?)?)
    }

    /// Takes in those of others.
    ///
    /// # Errors
    /// Never: both can be of any size.
    pub fn add(&mut self, others: &Latencies) -> Outcome<()> {
        Ok(self.nanos.add(&others.nanos)?)
    }

    /// Forgets all of them.
    pub fn clear(&mut self) {
        self.nanos.clear();
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.nanos.len()
    }

    /// The time within which this share of all was done; 0 if there are none.
    pub fn at(&self, share: f64) -> Duration {
        Duration::from_nanos(self.nanos.value_at_quantile(share))
    }

    /// The longest.
    pub fn longest(&self) -> Duration {
        Duration::from_nanos(self.nanos.max())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_done_within_its_time() {
        let mut latencies = Latencies::new().unwrap();
        for millis in 1..=1_000 {
            latencies.record(Duration::from_millis(millis)).unwrap();
        }
        let near = |found: Duration, millis: u64| {
            let off = found.as_millis().abs_diff(u128::from(millis));
            assert!(off <= 1 + u128::from(millis) / 500, "{found:?} and not {millis} ms");
        };
        near(latencies.at(0.5), 500);
        near(latencies.at(0.999), 999);
        near(latencies.longest(), 1_000);
        assert_eq!(latencies.count(), 1_000);
    }
}
