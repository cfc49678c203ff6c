//! Where one score ends and the next begins.

use super::measure::{Figures, scale};
use crate::money::Currency;
use crate::programme::{Method, Rfm};
use crate::ratio::Ratio;

/// The cuts: ascending, one less than there are scores; none if nobody has scores and the method
/// takes them from those who have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cuts {
    /// Days.
    pub recency_days: Vec<Ratio>,
    /// Activities.
    pub frequency: Vec<Ratio>,
    /// Whole programme currency.
    pub monetary: Vec<Ratio>,
}

/// The figures of a population, each kind by itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Sample {
    recency: Vec<u32>,
    frequency: Vec<u32>,
    minor: Vec<Ratio>,
}

impl Sample {
    pub(super) fn push(&mut self, figures: &Figures) {
        self.recency.push(figures.recency_days);
        self.frequency.push(figures.frequency);
        self.minor.push(figures.minor);
    }

    pub(super) fn arrange(&mut self) {
        self.recency.sort_unstable();
        self.frequency.sort_unstable();
        self.minor.sort_unstable();
    }

    pub(super) fn join(&mut self, mut other: Sample) {
        self.recency.append(&mut other.recency);
        self.frequency.append(&mut other.frequency);
        self.minor.append(&mut other.minor);
    }

    pub(super) fn len(&self) -> u64 {
        u64::try_from(self.recency.len()).unwrap_or(u64::MAX)
    }

    /// The cuts and what they mean for a value; `None` if one does not fit.
    pub(super) fn cuts(&mut self, rfm: &Rfm, currency: Currency) -> Option<(Cuts, [Edges; 3])> {
        let (recency_days, frequency, minor) = match &rfm.method {
            Method::Thresholds(fixed) => {
                let minor = fixed.monetary.iter().map(|money| money.times(scale(currency)));
                let minor = minor.collect::<Option<Vec<Ratio>>>()?;
                let counts = |list: &[u32]| list.iter().copied().map(count).collect();
                (counts(&fixed.recency_days), counts(&fixed.frequency), minor)
            }
            Method::Quantile | Method::QuantilePlusOne => (
                quantiles(&mut self.recency, rfm.bins, count)?,
                quantiles(&mut self.frequency, rfm.bins, count)?,
                quantiles(&mut self.minor, rfm.bins, |minor| minor)?,
            ),
        };
        let plus = (rfm.method == Method::QuantilePlusOne).then_some(Ratio::ONE);
        let plus_money = plus.map(|_| scale(currency));
        let edges = [
            Edges::new(&recency_days, plus)?,
            Edges::new(&frequency, plus)?,
            Edges::new(&minor, plus_money)?,
        ];
        let monetary = minor.iter().map(|minor| minor.over(scale(currency)));
        let monetary = monetary.collect::<Option<Vec<Ratio>>>()?;
        Some((Cuts { recency_days, frequency, monetary }, edges))
    }
}

fn count(number: u32) -> Ratio {
    Ratio::whole(i64::from(number))
}

/// The quantiles k/bins of R's type 7, exactly: at `(n − 1) × k/bins` of the sorted values, counted
/// from 0, and in proportion between two of them (Hyndman and Fan 1996, definition 7).
fn quantiles<T: Ord + Copy>(
    values: &mut [T],
    bins: u8,
    ratio: impl Fn(T) -> Ratio,
) -> Option<Vec<Ratio>> {
    // Stable sorting sees what is in order already.
    values.sort();
    let Some(last) = values.len().checked_sub(1) else { return Some(Vec::new()) };
    let of = usize::from(bins);
    let quantile = |k: usize| {
        let place = last.checked_mul(k)?;
        let (before, rest) = (place.checked_div(of)?, place.checked_rem(of)?);
        let low = ratio(*values.get(before)?);
        let high = values.get(before.saturating_add(1)).map_or(low, |value| ratio(*value));
        let share = Ratio::new(i128::try_from(rest).ok()?, i128::from(bins))?;
        low.plus(minus(high, low)?.times(share)?)
    };
    (1..of).map(quantile).collect()
}

fn minus(one: Ratio, other: Ratio) -> Option<Ratio> {
    one.plus(Ratio::new(other.numerator().checked_neg()?, other.denominator())?)
}

/// The cuts of one kind of value.
#[derive(Clone, Debug)]
pub(super) struct Edges {
    /// From which value on a cut is below it: itself excluded, or included.
    from: Vec<Ratio>,
    included: bool,
    /// The least whole number that the cut is below.
    whole: Vec<i128>,
}

impl Edges {
    /// What is above a cut, or, with `plus`, at least the cut and that.
    fn new(cuts: &[Ratio], plus: Option<Ratio>) -> Option<Edges> {
        let from = cuts.iter().map(|cut| cut.plus(plus.unwrap_or(Ratio::ZERO)));
        let from = from.collect::<Option<Vec<Ratio>>>()?;
        let included = plus.is_some();
        let least = |edge: &Ratio| {
            let floor = edge.numerator().div_euclid(edge.denominator());
            let is_whole = edge.denominator() == 1;
            if included && is_whole { Some(floor) } else { floor.checked_add(1) }
        };
        let whole = from.iter().map(least).collect::<Option<Vec<i128>>>()?;
        Some(Edges { from, included, whole })
    }

    /// How many cuts are below a value.
    pub(super) fn below(&self, value: Ratio) -> u8 {
        let count = if value.denominator() == 1 {
            self.whole.partition_point(|least| *least <= value.numerator())
        } else if self.included {
            self.from.partition_point(|edge| *edge <= value)
        } else {
            self.from.partition_point(|edge| *edge < value)
        };
        // There are at most a hundred scores.
        u8::try_from(count).unwrap_or(u8::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratios(texts: &[&str]) -> Vec<Ratio> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn quantiles_are_those_of_r_type_7() {
        // R: quantile(c(3, 1, 4, 1, 5, 9, 2, 6), 1:4/5) is 1.4 2.8 4.2 5.6
        let mut values = [3_u32, 1, 4, 1, 5, 9, 2, 6];
        let expected = ratios(&["7/5", "14/5", "21/5", "28/5"]);
        assert_eq!(quantiles(&mut values, 5, count), Some(expected));
        assert_eq!(quantiles(&mut [7_u32], 3, count), Some(ratios(&["7", "7"])));
        assert_eq!(quantiles(&mut [] as &mut [u32], 5, count), Some(vec![]));
    }

    #[test]
    fn a_value_is_above_a_cut_or_at_least_the_cut_and_one() {
        let cuts = ratios(&["2", "2", "5/2", "4"]);
        let above = Edges::new(&cuts, None).unwrap();
        let plus_one = Edges::new(&cuts, Some(Ratio::ONE)).unwrap();
        let cases = [
            ("2", 0, 0),
            ("9/4", 2, 0),
            ("5/2", 2, 0),
            ("3", 3, 2),
            ("7/2", 3, 3),
            ("4", 3, 3),
            ("5", 4, 4),
        ];
        for (value, exclusive, inclusive) in cases {
            let value = value.parse().unwrap();
            assert_eq!((above.below(value), plus_one.below(value)), (exclusive, inclusive));
        }
    }
}
