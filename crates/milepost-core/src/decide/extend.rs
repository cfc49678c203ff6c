//! `extend`: moves the expiry of existing lots, explicitly (R-LOT-5).

use super::hold::not_later;
use super::tx::FIRST;
use super::{Scene, Undecided};
use crate::command::Extend;
use crate::event::{ExtendCause, Fact, LotNo};
use crate::refusal::{Code, Detail, Refusal};
use crate::rules::Rules;
use crate::state::Lot;
use crate::time::Instant;

/// What can be refused before any member is looked at.
pub(super) fn check(rules: &Rules, now: Instant, extend: &Extend) -> Result<(), Refusal> {
    let programme = &rules.in_force(now).programme;
    if programme.unit_named(extend.unit.as_str()).is_none() {
        let message = format!("the programme has no unit {}", extend.unit);
        return Err(Refusal::new(Code::UnknownUnit, message)
            .with("unit", Detail::Text(extend.unit.to_string())));
    }
    if extend.expiring_from.is_some_and(|from| from > extend.expiring_until) {
        let message = "expiring_from must not be later than expiring_until";
        return Err(Refusal::new(Code::InvalidTime, message));
    }
    if extend.to <= now {
        return Err(not_later("to", now));
    }
    Ok(())
}

/// Moves the lots of one member.
pub(super) fn decide_one(scene: &mut Scene<'_>, extend: &Extend) -> Result<(), Undecided> {
    let unit = scene.unit(extend.unit.as_str())?.ix;
    let in_range = |at: Instant| {
        extend.expiring_from.is_none_or(|from| from <= at) && at <= extend.expiring_until
    };
    let moves = |lot: &Lot| {
        lot.unit() == unit
            && !lot.is_dead(scene.now)
            && lot.expires_at().is_some_and(|at| in_range(at) && at != extend.to)
    };
    let member = scene.present(FIRST)?;
    // R-LOT-5: never those of a closed member; who has become a part of another has none any more.
    if member.closed().is_some() || member.merged_into().is_some() {
        return Ok(());
    }
    let lots = member.lots().filter(|(_, lot)| moves(lot));
    let lots: Vec<LotNo> = lots.map(|(number, _)| number).collect();
    for lot in lots {
        let (expires_at, cause) = (extend.to, ExtendCause::Command);
        scene.emit(FIRST, Fact::Extended { lot, expires_at, cause })?;
    }
    Ok(())
}
