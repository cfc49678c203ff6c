//! `debit`: takes by hand, in the order of use; what is missing follows the shortfall policy.

use super::amounts::positive;
use super::shortfall::already_spent;
use super::tx::{FIRST, overflow};
use super::{Scene, Undecided};
use crate::command::{Command, Debit};
use crate::event::Fact;
use crate::programme::Shortfall;

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    debit: &Debit,
) -> Result<(), Undecided> {
    let unit = scene.unit(debit.unit.as_str())?;
    let amount = positive(unit, debit.amount)?;
    let member = scene.known(command, &debit.member)?;
    let Ok(amount) = i64::try_from(amount) else {
        // More than any balance: where a shortfall is refused, that comes first.
        return Err(match unit.shortfall {
            Shortfall::Refuse => already_spent(unit).into(),
            Shortfall::OtherLots | Shortfall::Forgive => overflow().into(),
        });
    };
    let (mut parts, missing) = scene.in_order(member, unit.ix).take_up_to(amount);
    let met = scene.meet(FIRST, unit, missing, &parts)?;
    parts.extend(met.parts);
    scene.emit(
        FIRST,
        Fact::Debited {
            unit: unit.ix,
            parts,
            debt: met.debt,
            forgiven: met.forgiven,
            reason: debit.reason.clone(),
        },
    )?;
    scene.uncount_debit(unit, amount)
}
