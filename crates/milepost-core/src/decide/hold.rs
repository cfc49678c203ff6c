//! `hold`: sets an amount aside (R-HOLD-1, R-HOLD-4).

use super::amounts::positive;
use super::tx::{FIRST, duplicate_reference};
use super::{Scene, Undecided};
use crate::command::{Command, Hold};
use crate::event::Fact;
use crate::programme::Unit;
use crate::refusal::{Code, Detail, Refusal};
use crate::time::Instant;

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    hold: &Hold,
) -> Result<(), Undecided> {
    let unit = scene.unit(hold.unit.as_str())?;
    let amount = positive(unit, hold.amount)?;
    let zone = scene.programme().zone;
    let by_default = || zone.add(scene.now, unit.hold_for).unwrap_or(Instant::MAX);
    let until = hold.until.unwrap_or_else(by_default);
    if until <= scene.now {
        return Err(not_later("until", scene.now).into());
    }
    let member = scene.known(command, &hold.member)?;
    if member.find_hold(&hold.reference).is_some() {
        return Err(duplicate_reference("the hold", &hold.reference).into());
    }
    redeemable(unit)?;
    let number = member.next_hold();
    let parts = scene.take(FIRST, unit, amount)?;
    let (unit, reference) = (unit.ix, hold.reference.clone());
    scene.emit(FIRST, Fact::Held { hold: number, reference, unit, until, parts })
}

pub(super) fn not_later(field: &str, now: Instant) -> Refusal {
    Refusal::new(Code::InvalidTime, format!("{field} must be later than now, {now}"))
}

/// R-RED-1: what only qualifies cannot be redeemed, nor held.
pub(super) fn redeemable(unit: &Unit) -> Result<(), Refusal> {
    if !unit.qualifying_only {
        return Ok(());
    }
    let message = format!("{} only count for tiers", unit.name);
    Err(Refusal::new(Code::NotRedeemable, message)
        .with("unit", Detail::Text(unit.name.to_string())))
}
