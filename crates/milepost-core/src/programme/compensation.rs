//! Promises to members, and what is paid when one is broken.

use super::{CauseIx, GrantItem, Limit, UnitIx};
use crate::ratio::Ratio;
use crate::time::{Instant, Period, Span, Zone};

/// A promise, and what breaking it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Compensation {
    /// Its number in the ledger.
    pub ix: CauseIx,
    /// The promise that was broken.
    pub cause: Box<str>,
    /// What is given in any case.
    pub grants: Vec<GrantItem>,
    /// What is given by what was spent.
    pub basis: Option<Basis>,
    /// Answered within so long of the incident: kept.
    pub respond_within: Option<Span>,
    /// Settled within so long of the incident: kept.
    pub settle_within: Option<Span>,
    /// What one member may be paid for this cause, rolling by `recorded_at`: a payment counts for so
    /// long. All hold.
    pub limits: Vec<Limit<Span>>,
    /// What may be given on top; `None`: nothing without approval.
    pub discretion: Option<Discretion>,
    /// Above so many steps in [`Compensation::unit`] a second person must approve.
    pub approval_above: Option<i64>,
    /// What all members together may be paid in [`Compensation::unit`].
    pub budget: Option<PeriodBudget>,
}

/// A share of what was spent, in a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Basis {
    /// The share; above zero.
    pub share: Ratio,
    /// The unit.
    pub unit: UnitIx,
    /// Steps of the unit for one whole of the programme currency, exact; above zero.
    pub steps_per_money: Ratio,
    /// At least so many steps.
    pub min: Option<i64>,
    /// At most so many steps.
    pub max: Option<i64>,
}

/// What may be given on top of what the promise says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discretion {
    /// Steps of [`Compensation::unit`]; above 0.
    pub amount: i64,
    /// By these roles; `None`: by anybody.
    pub roles: Option<Vec<Box<str>>>,
}

/// An amount for all members together in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeriodBudget {
    /// Steps of the unit; above 0.
    pub amount: i64,
    /// The local period of `recorded_at`; `None`: all time.
    pub per: Option<Period>,
}

impl PeriodBudget {
    /// The number of the period that contains `now`: its first day, as days since 1970-01-01; 0 for
    /// all time.
    pub fn number(&self, zone: Zone, now: Instant) -> i32 {
        self.per.map_or(0, |period| zone.start_of(now, period).to_epoch_days())
    }
}

impl Compensation {
    /// The unit in which the extra, the approval limit and the budget are counted: the basis's, else
    /// the first grant's.
    pub fn unit(&self) -> Option<UnitIx> {
        let of_basis = self.basis.as_ref().map(|basis| basis.unit);
        of_basis.or(self.grants.first().map(|grant| grant.unit))
    }
}
