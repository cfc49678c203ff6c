//! When commands come.

use std::time::Duration;

use clap::ValueEnum;
use milepost_bench::Outcome;
use milepost_bench::workload::Random;
use rand_distr::Exp;

/// How commands follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Spacing {
    /// By chance: each comes without regard to the others.
    Poisson,
    /// As a clock ticks.
    Even,
}

/// The times at which commands come, counted from the beginning.
#[derive(Debug)]
pub(crate) struct Arrivals {
    random: Random,
    gaps: Exp<f64>,
    spacing: Spacing,
    rate: u32,
    number: u32,
    at: Duration,
    end: Duration,
}

impl Arrivals {
    /// So many a second, for so many seconds.
    ///
    /// # Errors
    /// Never: the rate is not negative.
    pub(crate) fn new(spacing: Spacing, rate: u32, seconds: u32, seed: u64) -> Outcome<Arrivals> {
        Ok(Arrivals {
            random: Random::new(seed),
            gaps: Exp::new(f64::from(rate))?,
            spacing,
            rate,
            number: 0,
            at: Duration::ZERO,
            end: Duration::from_secs(u64::from(seconds)),
        })
    }

    /// When the last of them may come.
    pub(crate) fn end(&self) -> Duration {
        self.end
    }
}

impl Iterator for Arrivals {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.number = self.number.checked_add(1)?;
        self.at = match self.spacing {
            Spacing::Poisson => {
                self.at + Duration::try_from_secs_f64(self.random.draw(&self.gaps)).ok()?
            }
            // Not a sum of gaps: that would add up what is rounded.
            Spacing::Even => {
                let nanos = u64::from(self.number) * 1_000_000_000 / u64::from(self.rate);
                Duration::from_nanos(nanos)
            }
        };
        (self.at < self.end).then_some(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrivals(spacing: Spacing, seed: u64) -> Vec<Duration> {
        Arrivals::new(spacing, 10_000, 3, seed).unwrap().collect()
    }

    #[test]
    fn as_many_come_as_the_rate_says() {
        assert_eq!(arrivals(Spacing::Even, 1).len(), 29_999);
        let by_chance = arrivals(Spacing::Poisson, 1).len();
        assert!((29_000..31_000).contains(&by_chance), "{by_chance}");
    }

    #[test]
    fn the_same_seed_gives_the_same_times() {
        assert_eq!(arrivals(Spacing::Poisson, 1), arrivals(Spacing::Poisson, 1));
        assert_ne!(arrivals(Spacing::Poisson, 1), arrivals(Spacing::Poisson, 2));
    }
}
