//! What of a member's points expires soon, in buckets of days.

use crate::programme::UnitIx;
use crate::rules::Rules;
use crate::state::{Lot, Member};
use crate::time::{Instant, Span, Zone};

/// The ends of the buckets when no days are named: the next 30 days, the 30 after, the 30 after.
const DAYS: [u32; 3] = [30, 60, 90];

/// What expires after the bucket before, and not later than its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// The unit.
    pub unit: UnitIx,
    /// The end of the bucket, included.
    pub until: Instant,
    /// Steps that expire, pending ones included; above 0.
    pub amount: i64,
}

/// What is free and expires within 30 days of `now`, after that within 60, after that within 90;
/// or in one bucket of `days`. Days are calendar days of the programme's zone (R-TIME-3). Units
/// come in the order of declaration; empty buckets are left out.
pub fn expiring(rules: &Rules, now: Instant, member: &Member, days: Option<u32>) -> Vec<Bucket> {
    let programme = &rules.in_force(now).programme;
    let ends: Vec<Instant> = match days {
        Some(days) => vec![end(programme.zone, now, days)],
        None => DAYS.iter().map(|days| end(programme.zone, now, *days)).collect(),
    };
    let of_unit = |unit: UnitIx| {
        let starts = std::iter::once(now).chain(ends.iter().copied());
        let bounds = starts.zip(ends.iter().copied());
        bounds.filter_map(move |(after, until)| bucket(member, unit, after, until))
    };
    programme.units.iter().flat_map(|unit| of_unit(unit.ix)).collect()
}

/// What would end after the year 9999 ends with it.
fn end(zone: Zone, now: Instant, days: u32) -> Instant {
    zone.add(now, Span::Days(days)).unwrap_or(Instant::MAX)
}

fn bucket(member: &Member, unit: UnitIx, after: Instant, until: Instant) -> Option<Bucket> {
    let dies = |lot: &Lot| lot.expires_at().is_some_and(|at| after < at && at <= until);
    let lots = member.lots().filter(|(_, lot)| lot.unit() == unit && dies(lot));
    let amount = lots.map(|(_, lot)| lot.free).sum();
    (amount > 0).then_some(Bucket { unit, until, amount })
}
