//! Exact rational numbers and the one rounding that a rule makes (R-NUM-3, R-NUM-4).

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use crate::decimal::{Decimal, ten_to};

/// An exact rational number with 128-bit numerator and denominator, always in lowest terms and with
/// a positive denominator. All arithmetic is checked: `None` means that it does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ratio {
    num: i128,
    den: i128,
}

/// How a rule rounds, once per activity, at its end (R-NUM-3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// Toward zero; the default.
    #[default]
    Down,
    /// Away from zero.
    Up,
    /// To the nearest, a half away from zero.
    HalfUp,
    /// To the nearest, a half to the even neighbour.
    HalfEven,
}

/// The text is not a rational number such as `1.5` or `9/10`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a rational number such as \"1.5\" or \"9/10\"")]
pub struct NotRatio;

impl Ratio {
    /// Nothing.
    pub const ZERO: Ratio = Ratio { num: 0, den: 1 };
    /// One.
    pub const ONE: Ratio = Ratio { num: 1, den: 1 };

    /// The number `num / den`, or `None` if `den` is zero or the reduced form does not fit.
    pub fn new(num: i128, den: i128) -> Option<Ratio> {
        if den == 1 {
            return Some(Ratio { num, den });
        }
        // Dividing 64 bits is several times as fast as 128, and nearly all numbers are small.
        if let (Ok(small), Ok(den @ 1..)) = (i64::try_from(num), u64::try_from(den)) {
            let divisor = gcd_of_small(small.unsigned_abs(), den);
            let size = i128::from(small.unsigned_abs() / divisor);
            let num = if small < 0 { -size } else { size };
            return Some(Ratio { num, den: i128::from(den / divisor) });
        }
        let divisor = i128::try_from(gcd(num.unsigned_abs(), den.unsigned_abs())).ok()?;
        let (num, den) = (num.checked_div(divisor)?, den.checked_div(divisor)?);
        match den.cmp(&0) {
            Ordering::Greater => Some(Ratio { num, den }),
            Ordering::Less => Some(Ratio { num: num.checked_neg()?, den: den.checked_neg()? }),
            Ordering::Equal => None,
        }
    }

    /// A number that was taken apart and is in lowest terms.
    pub(crate) const fn from_lowest(num: i64, den: u32) -> Ratio {
        Ratio { num: num as i128, den: den as i128 }
    }

    /// A whole number.
    pub const fn whole(number: i64) -> Ratio {
        Ratio { num: number as i128, den: 1 }
    }

    /// Numerator of the lowest terms.
    pub const fn numerator(self) -> i128 {
        self.num
    }

    /// Denominator of the lowest terms, above zero.
    pub const fn denominator(self) -> i128 {
        self.den
    }

    /// The product.
    pub fn times(self, other: Ratio) -> Option<Ratio> {
        if self.den == 1 && other.den == 1 {
            return Some(Ratio { num: product(self.num, other.num)?, den: 1 });
        }
        if other == Ratio::ONE {
            return Some(self);
        }
        // Reducing crosswise first keeps the intermediate numbers as small as the result allows.
        let left = Ratio::new(self.num, other.den)?;
        let right = Ratio::new(other.num, self.den)?;
        // What has no common divisor left has none in the product.
        Some(Ratio { num: product(left.num, right.num)?, den: product(left.den, right.den)? })
    }

    /// The quotient; `None` also if `other` is zero.
    pub fn over(self, other: Ratio) -> Option<Ratio> {
        let (num, den) = match other.num.cmp(&0) {
            Ordering::Greater => (other.den, other.num),
            Ordering::Less => (other.den.checked_neg()?, other.num.checked_neg()?),
            Ordering::Equal => return None,
        };
        self.times(Ratio { num, den })
    }

    /// The sum.
    pub fn plus(self, other: Ratio) -> Option<Ratio> {
        if other.num == 0 {
            return Some(self);
        }
        if self.den == other.den {
            return Ratio::new(self.num.checked_add(other.num)?, self.den);
        }
        let left = product(self.num, other.den)?;
        let right = product(other.num, self.den)?;
        let sum = left.checked_add(right)?;
        // With a whole number added, lowest terms stay lowest.
        match (self.den, other.den) {
            (1, den) | (den, 1) => Some(Ratio { num: sum, den }),
            _ => Ratio::new(sum, product(self.den, other.den)?),
        }
    }

    /// The whole number that `mode` makes of it, or `None` if it does not fit 64 bits.
    pub fn round(self, mode: Rounding) -> Option<i64> {
        if self.den == 1 {
            return i64::try_from(self.num).ok();
        }
        let (whole, rest) = divided(self.num, self.den);
        let twice = rest.unsigned_abs().checked_mul(2)?.cmp(&self.den.unsigned_abs());
        let away = match mode {
            Rounding::Down => false,
            Rounding::Up => rest != 0,
            Rounding::HalfUp => twice != Ordering::Less,
            Rounding::HalfEven => match twice {
                Ordering::Less => false,
                Ordering::Equal => whole % 2 != 0,
                Ordering::Greater => true,
            },
        };
        let step = if away { self.num.signum() } else { 0 };
        i64::try_from(whole + step).ok()
    }

    /// The number as a decimal with at least and at most so many digits after the point; `None` if
    /// it has no end as one, or does not fit.
    pub fn decimal(self, at_least: u8, at_most: u8) -> Option<Decimal> {
        (at_least..=at_most).find_map(|scale| {
            let ten = Ratio::new(ten_to(scale)?, 1)?;
            let steps = self.times(ten)?;
            (steps.denominator() == 1).then(|| Decimal::from_steps(steps.numerator(), scale))
        })
    }

    /// What of `whole` is due at a cumulative share of `part / of` (R-NUM-4); the caller takes off
    /// what earlier parts had.
    pub fn share(whole: i64, part: i128, of: i128, mode: Rounding) -> Option<i64> {
        Ratio::whole(whole).times(Ratio::new(part, of)?)?.round(mode)
    }
}

/// The product, if it fits: of 64 bits it always does, and nearly all numbers are small.
fn product(a: i128, b: i128) -> Option<i128> {
    match (i64::try_from(a), i64::try_from(b)) {
        (Ok(a), Ok(b)) => Some(i128::from(a) * i128::from(b)),
        _ => a.checked_mul(b),
    }
}

/// The quotient and the remainder.
fn divided(num: i128, den: i128) -> (i128, i128) {
    match (i64::try_from(num), i64::try_from(den)) {
        (Ok(num), Ok(den @ 1..)) => (i128::from(num / den), i128::from(num % den)),
        _ => (num / den, num % den),
    }
}

/// The greatest common divisor, at least 1.
fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        if let (Ok(a), Ok(b)) = (u64::try_from(a), u64::try_from(b)) {
            return u128::from(gcd_of_small(a, b));
        }
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// Dividing is slow, so only the first step divides: the rest is the binary algorithm (Stein 1967).
fn gcd_of_small(a: u64, b: u64) -> u64 {
    let Some(a) = a.checked_rem(b) else { return a.max(1) };
    if a == 0 {
        return b;
    }
    let twos = a.trailing_zeros().min(b.trailing_zeros());
    let (mut a, mut b) = (a >> a.trailing_zeros(), b >> b.trailing_zeros());
    while a != b {
        let more = a.abs_diff(b);
        (a, b) = (more >> more.trailing_zeros(), a.min(b));
    }
    a << twos
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Ratio) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ratio {
    /// Compares exactly: where a product would overflow, by continued fractions.
    fn cmp(&self, other: &Ratio) -> Ordering {
        if self.den == other.den {
            return self.num.cmp(&other.num);
        }
        if let (Some(left), Some(right)) =
            (product(self.num, other.den), product(other.num, self.den))
        {
            return left.cmp(&right);
        }
        let (mut a, mut b) = (*self, *other);
        let mut swapped = false;
        loop {
            let (qa, qb) = (a.num.div_euclid(a.den), b.num.div_euclid(b.den));
            let (ra, rb) = (a.num.rem_euclid(a.den), b.num.rem_euclid(b.den));
            let order = qa.cmp(&qb).then_with(|| match (ra, rb) {
                (0, 0) => Ordering::Equal,
                (0, _) => Ordering::Less,
                (_, 0) => Ordering::Greater,
                _ => Ordering::Equal,
            });
            if order != Ordering::Equal || ra == 0 {
                return if swapped { order.reverse() } else { order };
            }
            (a, b) = (Ratio { num: a.den, den: ra }, Ratio { num: b.den, den: rb });
            swapped = !swapped;
        }
    }
}

impl From<Decimal> for Ratio {
    fn from(number: Decimal) -> Ratio {
        // A decimal has a scale of at most 30, so its power of ten fits 128 bits.
        if number.scale() == 0 {
            return Ratio { num: number.digits(), den: 1 };
        }
        let den = ten_to(number.scale());
        den.and_then(|den| Ratio::new(number.digits(), den)).unwrap_or(Ratio::ZERO)
    }
}

impl FromStr for Ratio {
    type Err = NotRatio;

    fn from_str(text: &str) -> Result<Ratio, NotRatio> {
        let part = |text: &str| text.parse::<Decimal>().map(Ratio::from).map_err(|_| NotRatio);
        match text.split_once('/') {
            Some((above, below)) => part(above)?.over(part(below)?).ok_or(NotRatio),
            None => part(text),
        }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.den {
            1 => write!(f, "{}", self.num),
            den => write!(f, "{}/{den}", self.num),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(text: &str) -> Ratio {
        text.parse().unwrap()
    }

    #[test]
    fn r_num_3_the_four_roundings() {
        let cases = [
            ("5/2", [2, 3, 3, 2]),
            ("7/2", [3, 4, 4, 4]),
            ("-5/2", [-2, -3, -3, -2]),
            ("12/5", [2, 3, 2, 2]),
            ("13/5", [2, 3, 3, 3]),
            ("-13/5", [-2, -3, -3, -3]),
            ("4", [4, 4, 4, 4]),
        ];
        let modes = [Rounding::Down, Rounding::Up, Rounding::HalfUp, Rounding::HalfEven];
        for (text, expected) in cases {
            for (mode, number) in modes.into_iter().zip(expected) {
                assert_eq!(ratio(text).round(mode), Some(number), "{text} {mode:?}");
            }
        }
    }

    #[test]
    fn r_num_4_seven_in_thirds_is_two_two_three() {
        let upto = |k| Ratio::share(7, k, 3, Rounding::Down).unwrap();
        assert_eq!([upto(1), upto(2) - upto(1), upto(3) - upto(2)], [2, 2, 3]);
    }

    #[test]
    fn products_and_quotients_are_in_lowest_terms() {
        let numbers: Vec<Ratio> =
            ["0", "1", "-1", "6", "-4/9", "9/4", "7/3", "0.01", "9300000000000000000"]
                .into_iter()
                .map(ratio)
                .collect();
        for a in &numbers {
            for b in &numbers {
                let product = a.times(*b).unwrap();
                assert_eq!(Ratio::new(product.num, product.den), Some(product));
                assert_eq!(Ratio::new(a.num * b.num, a.den * b.den), Some(product));
                let sum = a.plus(*b).unwrap();
                assert_eq!(Ratio::new(a.num * b.den + b.num * a.den, a.den * b.den), Some(sum));
                if *b != Ratio::ZERO {
                    let over = a.over(*b).unwrap();
                    assert_eq!(Ratio::new(a.num * b.den, a.den * b.num), Some(over));
                    assert_eq!(over.times(*b), Some(*a));
                }
                let difference = a.num * b.den - b.num * a.den;
                assert_eq!(a.cmp(b), difference.cmp(&0), "{a} {b}");
            }
        }
    }

    #[test]
    fn compares_without_overflow() {
        let huge = Ratio::new(i128::MAX, i128::MAX - 1).unwrap();
        assert!(huge > Ratio::ONE);
        assert!(ratio("-1/3") < ratio("-1/4"));
        assert!(ratio("22/7") > ratio("355/113"));
        assert_eq!(ratio("0.5").cmp(&ratio("2/4")), Ordering::Equal);
    }

    #[test]
    fn arithmetic_that_does_not_fit_is_none() {
        let huge = Ratio::new(i128::MAX, 1).unwrap();
        assert_eq!(huge.times(ratio("2")), None);
        assert_eq!(huge.times(ratio("1/2")).and_then(|r| r.times(ratio("2"))), Some(huge));
        assert_eq!(ratio("1").over(Ratio::ZERO), None);
    }
}
