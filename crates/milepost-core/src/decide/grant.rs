//! `grant`: a lot by hand (R-LOT-6).

use super::amounts::positive;
use super::expiry::Life;
use super::tiers::{counted_by, expiry_in};
use super::tx::{FIRST, overflow};
use super::{Scene, Undecided};
use crate::command::{Command, Grant, Qualifies};
use crate::event::{Fact, NewLot};
use crate::programme::{CountIx, Programme, Unit};
use crate::refusal::{Code, Detail, Refusal};
use crate::time::Instant;

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    grant: &Grant,
) -> Result<(), Undecided> {
    let unit = scene.unit(grant.unit.as_str())?;
    let amount = positive(unit, grant.amount)?;
    if grant.occurred_at.is_some_and(|at| at > scene.now) {
        let message = format!("occurred_at must not be later than now, {}", scene.now);
        return Err(Refusal::new(Code::InvalidTime, message).into());
    }
    let qualifies = counted(scene.programme(), unit, grant)?;
    scene.known(command, &grant.member)?;
    let base = grant.occurred_at.unwrap_or(scene.now);
    scene.renew_by_command("grant", base)?;
    let available_at = Some(grant.available_at.unwrap_or(base));
    let member = scene.present(FIRST)?;
    let life = if let Some(at) = grant.expires_at {
        Life { expires_at: Some(at), form: None }
    } else {
        let expiry = expiry_in(scene.programme(), scene.worn(member), unit);
        scene.life(member, expiry, base, available_at)
    };
    let lot = NewLot {
        lot: member.next_lot(),
        unit: unit.ix,
        amount: i64::try_from(amount).map_err(|_| overflow())?,
        earned_at: base,
        available_at,
        expires_at: life.expires_at,
        form: life.form,
        programme_version: scene.rules.in_force(scene.now).number,
    };
    let fact = Fact::Granted { lot, reason: grant.reason.clone() };
    scene.emit_at(FIRST, base.min(scene.now), fact)?;
    let alive = scene.open_lot(&lot, base.min(scene.now))?;
    scene.repay(FIRST, unit.ix, alive.as_slice(), scene.now)?;
    let counted = counted_by(scene.programme(), unit.ix, qualifies, lot.amount);
    let counted = counted.ok_or_else(overflow)?;
    if counted.is_empty() {
        return Ok(());
    }
    scene.qualify(FIRST, scene.now, base, &counted)?;
    scene.after_counting(FIRST, scene.now, &[base])
}

/// The count that a grant is said to count for. Under its own name counts what only qualifies, and
/// what the programme counts under the name of the unit.
fn counted(programme: &Programme, unit: &Unit, grant: &Grant) -> Result<Option<CountIx>, Refusal> {
    let name = match &grant.qualifies {
        None => return Ok(None),
        Some(Qualifies::UnitName) => {
            return Ok(programme.count_named(&unit.name).map(|count| count.ix));
        }
        Some(Qualifies::Name(name)) => name.as_str(),
    };
    let found = programme.count_named(name).map(|count| Some(count.ix));
    found.ok_or_else(|| {
        let message = format!("the programme counts nothing under the name {name}");
        Refusal::new(Code::UnknownUnit, message).with("qualifies", Detail::Text(name.into()))
    })
}

impl Scene<'_> {
    /// After a lot was given: carries out what was due for it before this entry, each thing at its
    /// own instant. Returns the lot if it is alive and available now.
    pub(super) fn open_lot(
        &mut self,
        lot: &NewLot,
        effective_at: Instant,
    ) -> Result<Option<crate::event::LotNo>, Undecided> {
        self.open_lot_of(FIRST, lot, effective_at)
    }

    /// The same, of either member.
    pub(super) fn open_lot_of(
        &mut self,
        who: u32,
        lot: &NewLot,
        effective_at: Instant,
    ) -> Result<Option<crate::event::LotNo>, Undecided> {
        use crate::event::{Part, Pool};
        let part = Part { lot: lot.lot, amount: lot.amount };
        let ready_at = lot.available_at.filter(|at| *at <= self.now);
        let dead_at = lot.expires_at.filter(|at| *at <= self.now);
        // R-LOT-3: what dies before it becomes available dies while pending.
        let matures = ready_at.filter(|at| dead_at.is_none_or(|dead| *at <= dead));
        if let Some(at) = matures.filter(|at| *at > effective_at) {
            self.emit_at(who, at, Fact::Matured { unit: lot.unit, part })?;
        }
        // What was available from the beginning needs no maturity, however early it dies.
        let at_once = lot.available_at.is_some_and(|at| at <= effective_at);
        let pool = if at_once || matures.is_some() { Pool::Available } else { Pool::Pending };
        match dead_at {
            // R-TIME-7: dead on arrival, at the later of its grant and its expiry.
            Some(dead) => {
                let at = dead.max(effective_at);
                self.emit_at(who, at, Fact::Expired { unit: lot.unit, pool, part })?;
                Ok(None)
            }
            None => Ok(matures.map(|_| lot.lot)),
        }
    }
}
