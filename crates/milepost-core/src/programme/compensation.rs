//! Promises to members, and what is paid when one is broken.

use super::{BoundPer, CauseIx, GrantItem, Most, UnitIx};
use crate::ratio::Ratio;
use crate::time::Span;

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
    /// What one member may be paid for this cause, rolling by `recorded_at`.
    pub limits: Vec<Rolling>,
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

/// A bound on what a member is paid in a rolling span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rolling {
    /// How much.
    pub most: Most,
    /// How long a payment counts.
    pub per: Span,
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
    /// The period of `recorded_at`.
    pub per: BoundPer,
}

impl Compensation {
    /// The unit in which the extra, the approval limit and the budget are counted: the basis's, else
    /// the first grant's.
    pub fn unit(&self) -> Option<UnitIx> {
        let of_basis = self.basis.as_ref().map(|basis| basis.unit);
        of_basis.or(self.grants.first().map(|grant| grant.unit))
    }
}
