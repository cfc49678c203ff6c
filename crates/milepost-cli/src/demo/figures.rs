//! The figures of one programme, and what they have to be.

use std::time::Duration;

use milepost::programme::Unit;
use milepost::state::Counter;
use milepost::views::Totals;

use crate::import::Summary;

/// What a programme manager wants to see, and what an engineer does. Points in steps.
#[derive(Clone, Debug)]
pub(super) struct Figures {
    pub(super) members: u64,
    pub(super) issued: i128,
    /// What redemptions took, or debits in their place.
    pub(super) redeemed: i128,
    pub(super) expired: i128,
    /// Redemptions that were refused.
    pub(super) refused: u64,
    /// What members can use now or later.
    pub(super) outstanding: i128,
    /// What that is worth in minor units of the programme's currency.
    pub(super) value: i128,
    pub(super) debt: i128,
    pub(super) entries: u64,
    pub(super) rows: u64,
    pub(super) commands: u64,
    pub(super) import: Duration,
    pub(super) disk: u64,
    pub(super) open: Opening,
}

/// How long it takes to open the ledger again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening {
    pub(super) from_snapshot: Duration,
    pub(super) by_replay: Duration,
    pub(super) entries: u64,
    /// How long folding the entries took, of the time by replay.
    pub(super) folding: Duration,
}

/// What was computed from the same data without milepost. Points in hundredths.
#[derive(Clone, Copy, Debug)]
pub(super) struct Published {
    pub(super) members: u64,
    pub(super) issued: i128,
    pub(super) redeemed: i128,
    pub(super) expired: i128,
    pub(super) refused: u64,
    /// Outstanding less debt.
    pub(super) net: i128,
}

impl Figures {
    pub(super) fn new(
        totals: &Totals,
        unit: &Unit,
        minor_per_money: i128,
        imports: &[Summary],
        (disk, open): (u64, Opening),
    ) -> Figures {
        let points = totals.of(unit.ix);
        let counter = |counter| i128::try_from(points.counter(counter)).unwrap_or(i128::MAX);
        let outstanding = points.available + points.pending + points.held;
        Figures {
            members: totals.members(),
            issued: counter(Counter::Earned) + counter(Counter::Granted),
            redeemed: counter(Counter::Spent) + counter(Counter::Debited),
            expired: counter(Counter::Expired),
            refused: imports.iter().map(Summary::all_refused).sum(),
            outstanding,
            value: value(outstanding, unit, minor_per_money),
            debt: points.debt,
            entries: totals.entries(),
            rows: imports.iter().map(|import| import.rows).sum(),
            commands: imports.iter().map(|import| import.commands).sum(),
            import: imports.iter().map(|import| import.elapsed).sum(),
            disk,
            open,
        }
    }

    /// The figures that are not what they have to be: name, found, expected.
    pub(super) fn differences(&self, published: &Published) -> Vec<(&'static str, i128, i128)> {
        let pairs = [
            ("members", self.members.into(), published.members.into()),
            ("issued", self.issued, published.issued),
            ("redeemed", self.redeemed, published.redeemed),
            ("expired", self.expired, published.expired),
            ("refused", self.refused.into(), published.refused.into()),
            ("outstanding less debt", self.outstanding - self.debt, published.net),
        ];
        pairs.into_iter().filter(|(_, found, expected)| found != expected).collect()
    }
}

/// What points are worth in minor units, rounded down; 0 if the programme does not say.
fn value(steps: i128, unit: &Unit, minor_per_money: i128) -> i128 {
    let Some(value) = unit.value else { return 0 };
    let steps_per_unit = 10_i128.pow(u32::from(unit.decimals));
    let scale = value.denominator().saturating_mul(steps_per_unit);
    steps.saturating_mul(value.numerator()).saturating_mul(minor_per_money) / scale.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::airline::Scheme;

    /// Figures that are the published ones of a programme.
    fn published(scheme: Scheme) -> Figures {
        let published = scheme.published();
        let open = Opening {
            from_snapshot: Duration::ZERO,
            by_replay: Duration::ZERO,
            entries: 0,
            folding: Duration::ZERO,
        };
        Figures {
            members: published.members,
            issued: published.issued,
            redeemed: published.redeemed,
            expired: published.expired,
            refused: published.refused,
            outstanding: published.net + 5,
            value: 0,
            debt: 5,
            entries: 0,
            rows: 0,
            commands: 0,
            import: Duration::ZERO,
            disk: 0,
            open,
        }
    }

    #[test]
    fn a_total_that_is_not_the_published_one_is_named() {
        for scheme in Scheme::ALL {
            assert!(published(scheme).differences(&scheme.published()).is_empty());
        }
        let wrong = Figures { debt: 6, refused: 1, ..published(Scheme::Year) };
        assert_eq!(
            wrong.differences(&Scheme::Year.published()),
            [("refused", 1, 3_624), ("outstanding less debt", 2_520_192_924, 2_520_192_925)]
        );
    }

    #[test]
    fn published_points_add_up() {
        for scheme in Scheme::ALL {
            let Published { issued, redeemed, expired, net, .. } = scheme.published();
            assert_eq!(issued - redeemed - expired, net, "{}", scheme.name());
        }
    }
}
