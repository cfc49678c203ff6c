//! Taking time: ours and the floor in turns, so that what disturbs one disturbs the other.

use std::time::{Duration, Instant};

use criterion::Criterion;

use crate::Outcome;
use crate::run::{Run, Scale};

/// What one thing took, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Us.
    pub ours: f64,
    /// The floor.
    pub floor: f64,
}

/// Times one call.
///
/// # Errors
/// What the call fails with.
pub fn timed<T>(call: impl FnOnce() -> Outcome<T>) -> Outcome<(Duration, T)> {
    let start = Instant::now();
    let value = call()?;
    Ok((start.elapsed(), value))
}

/// Nanoseconds for each of `count`.
pub fn each(whole: Duration, count: u32) -> f64 {
    whole.as_secs_f64() * 1e9 / f64::from(count.max(1))
}

/// The median of what was sampled; `None` of nothing.
pub fn median(mut samples: Vec<f64>) -> Option<f64> {
    samples.sort_unstable_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied()
}

/// The medians of pairs; `None` of nothing.
pub fn medians(pairs: &[Pair]) -> Option<Pair> {
    let ours = median(pairs.iter().map(|pair| pair.ours).collect())?;
    let floor = median(pairs.iter().map(|pair| pair.floor).collect())?;
    Some(Pair { ours, floor })
}

impl Run {
    /// Lets criterion repeat a short job, and after each of its samples repeats the floor as often.
    /// Both are given how many times, and say how long that took. `None` if criterion was told on
    /// the command line to leave the job out.
    ///
    /// # Errors
    /// What the jobs fail with.
    pub fn repeat(
        &self,
        job: &str,
        mut ours: impl FnMut(u32) -> Outcome<Duration>,
        mut floor: impl FnMut(u32) -> Outcome<Duration>,
    ) -> Outcome<Option<Pair>> {
        let mut pairs = Vec::new();
        let mut failure = None;
        let mut sample = |count: u32| -> Outcome<Duration> {
            let (ours, floor) = (ours(count)?, floor(count)?);
            pairs.push(Pair { ours: each(ours, count), floor: each(floor, count) });
            Ok(ours)
        };
        if self.scale() == Scale::Smoke {
            sample(SMOKE)?;
            return Ok(medians(&pairs));
        }
        let mut criterion = self.criterion();
        criterion.bench_function(&format!("{}/{job}", self.bench()), |bencher| {
            bencher.iter_custom(|count| {
                let count = u32::try_from(count).unwrap_or(u32::MAX);
                // Criterion takes no error: it is kept, and a time invented so that it goes on.
                let taken = failure.is_none().then(|| sample(count));
                match taken.transpose() {
                    Ok(taken) => taken.unwrap_or(INVENTED * count),
                    Err(error) => {
                        failure = Some(error);
                        INVENTED * count
                    }
                }
            });
        });
        criterion.final_summary();
        // The first of them were there to warm up.
        let measured = pairs.len().saturating_sub(self.samples());
        failure.map_or_else(|| Ok(medians(pairs.get(measured..).unwrap_or_default())), Err)
    }

    fn samples(&self) -> usize {
        if self.scale() == Scale::Full { 40 } else { 10 }
    }

    fn criterion(&self) -> Criterion {
        let (warm_up, measured) = match self.scale() {
            Scale::Full => (Duration::from_secs(1), Duration::from_secs(4)),
            Scale::Quick | Scale::Smoke => (Duration::from_millis(100), Duration::from_millis(400)),
        };
        Criterion::default()
            .without_plots()
            .warm_up_time(warm_up)
            .measurement_time(measured)
            .sample_size(self.samples())
            .configure_from_args()
    }
}

/// How often a job is done that is only to work.
const SMOKE: u32 = 10;
/// The longest of all waits that are worth nothing: long enough for criterion to give up soon.
const INVENTED: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        assert_eq!(median(vec![9.0, 1.0, 5.0]), Some(5.0));
        assert_eq!(median(Vec::new()), None);
    }

    #[test]
    fn a_time_is_shared_among_all() {
        let nanos = each(Duration::from_millis(1), 1000);
        assert!((nanos - 1000.0).abs() < 1e-6, "{nanos}");
    }
}
