//! The figures of one unit of one member (R-LOT-1).

use crate::programme::UnitIx;

/// A counter that only grows (R-LOT-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// Awards of activities.
    Earned,
    /// Grants.
    Granted,
    /// Transfers received.
    TransferredIn,
    /// Refunds.
    Returned,
    /// Debts forgiven.
    DebtForgiven,
    /// Redemptions and captures.
    Spent,
    /// Expiries, also dead on arrival or on return.
    Expired,
    /// Reversals.
    Reversed,
    /// Debits.
    Debited,
    /// Transfers sent.
    TransferredOut,
}

const COUNTERS: usize = 10;
/// So many of them, the first, stand on the adding side of the conservation equation.
const ADDING: usize = 5;

impl Counter {
    /// Every counter, in the order of the conservation equation: those that add first.
    pub const ALL: [Counter; COUNTERS] = [
        Counter::Earned,
        Counter::Granted,
        Counter::TransferredIn,
        Counter::Returned,
        Counter::DebtForgiven,
        Counter::Spent,
        Counter::Expired,
        Counter::Reversed,
        Counter::Debited,
        Counter::TransferredOut,
    ];

    /// The counter's name in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Counter::Earned => "earned",
            Counter::Granted => "granted",
            Counter::TransferredIn => "transferred_in",
            Counter::Returned => "returned",
            Counter::DebtForgiven => "debt_forgiven",
            Counter::Spent => "spent",
            Counter::Expired => "expired",
            Counter::Reversed => "reversed",
            Counter::Debited => "debited",
            Counter::TransferredOut => "transferred_out",
        }
    }

    /// Whether it stands on the adding side of the conservation equation.
    pub const fn adds(self) -> bool {
        (self as usize) < ADDING
    }
}

/// The figures of one unit of one member, in steps (R-LOT-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Usable, less what is held.
    pub available: i64,
    /// Not yet available.
    pub pending: i64,
    /// Set aside by open holds.
    pub held: i64,
    /// Owed.
    pub debt: i64,
    counters: Counters,
}

/// Ten counters: 32 bits each while that is enough, 128 bits each from then on (R-NUM-2). The unit
/// stands with them, where it takes no room.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Counters {
    Small(UnitIx, [u32; COUNTERS]),
    Large(UnitIx, Box<[u128; COUNTERS]>),
}

impl Counters {
    /// What was added less what was taken away; `None` if it does not fit.
    fn net(&self) -> Option<i128> {
        match self {
            // This is asked after every event, and ten 32-bit numbers fit 64 bits.
            Counters::Small(_, small) => {
                let (plus, minus) = small.split_at(ADDING);
                let sum = |side: &[u32]| side.iter().map(|n| i64::from(*n)).sum::<i64>();
                Some(i128::from(sum(plus) - sum(minus)))
            }
            Counters::Large(_, large) => {
                let (plus, minus) = large.split_at(ADDING);
                let sum = |side: &[u128]| side.iter().try_fold(0_u128, |a, b| a.checked_add(*b));
                let (plus, minus) = (sum(plus)?, sum(minus)?);
                i128::try_from(plus).ok()?.checked_sub(i128::try_from(minus).ok()?)
            }
        }
    }
}

impl Figures {
    /// The figures of a unit of which there never was anything.
    pub const fn none(unit: UnitIx) -> Figures {
        let counters = Counters::Small(unit, [0; COUNTERS]);
        Figures { available: 0, pending: 0, held: 0, debt: 0, counters }
    }

    /// The unit.
    pub const fn unit(&self) -> UnitIx {
        match self.counters {
            Counters::Small(unit, _) | Counters::Large(unit, _) => unit,
        }
    }

    /// What a counter has come to.
    pub fn counter(&self, counter: Counter) -> u128 {
        let at = counter as usize;
        match &self.counters {
            Counters::Small(_, small) => small.get(at).copied().map_or(0, u128::from),
            Counters::Large(_, large) => large.get(at).copied().unwrap_or(0),
        }
    }

    /// Counts on. 128 bits are not reached by any number of 64-bit amounts a log can hold.
    pub fn count(&mut self, counter: Counter, amount: i64) {
        let amount = u128::from(amount.unsigned_abs());
        self.set_counter(counter, self.counter(counter).saturating_add(amount));
    }

    pub(super) fn set_counter(&mut self, counter: Counter, sum: u128) {
        let at = counter as usize;
        match (&mut self.counters, u32::try_from(sum)) {
            (Counters::Small(_, small), Ok(sum)) => {
                if let Some(slot) = small.get_mut(at) {
                    *slot = sum;
                }
            }
            (Counters::Large(_, large), _) => {
                if let Some(slot) = large.get_mut(at) {
                    *slot = sum;
                }
            }
            (Counters::Small(unit, small), Err(_)) => {
                let mut large = Box::new(small.map(u128::from));
                if let Some(slot) = large.get_mut(at) {
                    *slot = sum;
                }
                self.counters = Counters::Large(*unit, large);
            }
        }
    }

    /// Adds the figures of another member in the same unit (R-MERGE-1); `None` if a sum would not fit
    /// (R-NUM-2).
    pub(super) fn add(&mut self, other: &Figures) -> Option<()> {
        self.available = self.available.checked_add(other.available)?;
        self.pending = self.pending.checked_add(other.pending)?;
        self.held = self.held.checked_add(other.held)?;
        self.debt = self.debt.checked_add(other.debt)?;
        self.available.checked_add(self.pending)?.checked_add(self.held)?;
        for counter in Counter::ALL {
            self.set_counter(counter, self.counter(counter).checked_add(other.counter(counter))?);
        }
        Some(())
    }

    /// `available + pending + held − debt`: what a statement calls the balance.
    pub fn balance(&self) -> i128 {
        i128::from(self.available) + i128::from(self.pending) + i128::from(self.held)
            - i128::from(self.debt)
    }

    /// Whether the conservation equation of R-LOT-1 holds, with every figure in its range (R-NUM-2).
    pub fn conserved(&self) -> bool {
        let signs = self.available.min(self.pending).min(self.held).min(self.debt) >= 0;
        signs && self.counters.net() == Some(self.balance())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_num_2_counters_are_128_bits_wide() {
        let mut figures = Figures::none(UnitIx(0));
        for _ in 0..3 {
            figures.count(Counter::Earned, i64::MAX);
            figures.count(Counter::Spent, 1);
        }
        assert_eq!(figures.counter(Counter::Earned), 3 * u128::from(i64::MAX.unsigned_abs()));
        assert_eq!(figures.counter(Counter::Spent), 3);
    }

    #[test]
    fn figures_take_80_bytes() {
        assert_eq!(size_of::<Figures>(), 80);
    }

    #[test]
    fn r_lot_1_conservation() {
        let mut figures = Figures::none(UnitIx(0));
        assert!(figures.conserved());
        figures.count(Counter::Granted, 10);
        assert!(!figures.conserved());
        figures.pending = 10;
        assert!(figures.conserved());
        figures.count(Counter::Debited, 30);
        figures.pending = 0;
        figures.debt = 20;
        assert!(figures.conserved());
    }
}
