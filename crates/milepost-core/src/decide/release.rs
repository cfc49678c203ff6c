//! `release`: gives back what is held (R-HOLD-3).

use super::amounts::{above_zero, positive};
use super::tx::{FIRST, overflow};
use super::{Scene, Undecided};
use crate::command::{Command, Release};
use crate::decimal::Decimal;
use crate::event::{Fact, HoldNo};
use crate::names::{MemberId, Reference};
use crate::programme::Unit;
use crate::refusal::{Code, Detail, Refusal};
use crate::state::{HoldState, Member};

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    release: &Release,
) -> Result<(), Undecided> {
    let asked = asked(scene, &release.hold, release.amount)?;
    let member = scene.known(command, &release.member)?;
    let open = open_hold(scene, member, &release.hold, asked)?;
    scene.release(open.number, open.unit, open.amount)
}

/// The amount asked of a hold, judged as far as it can be before the hold is known to be there.
pub(super) fn asked(
    scene: &Scene<'_>,
    hold: &Reference,
    amount: Option<Decimal>,
) -> Result<Option<i128>, Undecided> {
    above_zero(amount)?;
    let Some(amount) = amount else { return Ok(None) };
    let found = scene.member.as_deref().and_then(|m| m.find_hold(hold).and_then(|n| m.hold(n)));
    let Some(found) = found else { return Ok(None) };
    let unit = scene.unit_at(found.unit, scene.now)?;
    Ok(Some(positive(unit, amount)?))
}

/// A hold that lives, and how much of it is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenHold<'a> {
    pub(super) number: HoldNo,
    pub(super) unit: &'a Unit,
    pub(super) held: i64,
    pub(super) amount: i64,
}

/// The hold of a reference, alive and with as much as is asked (R-HOLD-4).
pub(super) fn open_hold<'a>(
    scene: &Scene<'a>,
    member: &Member,
    reference: &Reference,
    asked: Option<i128>,
) -> Result<OpenHold<'a>, Undecided> {
    let refused = |code, message: String| {
        Refusal::new(code, message).with("hold", Detail::Text(reference.to_string()))
    };
    let number = member.find_hold(reference);
    let found = number.and_then(|number| member.hold(number).map(|hold| (number, hold)));
    let Some((number, hold)) = found else {
        return Err(unknown_hold(member.id(), reference).into());
    };
    match hold.state {
        HoldState::Open => {}
        HoldState::Lapsed => {
            let message = format!("hold {reference} lapsed at {}", hold.until);
            return Err(refused(Code::HoldLapsed, message).into());
        }
        HoldState::Closed => {
            let message = format!("hold {reference} was captured or released as a whole");
            return Err(refused(Code::HoldClosed, message).into());
        }
    }
    let unit = scene.unit_at(hold.unit, scene.now)?;
    let held: i64 = hold.parts.iter().map(|part| part.amount).sum();
    let asked = asked.unwrap_or(i128::from(held));
    if asked > i128::from(held) {
        let show = |steps: i128| Decimal::from_steps(steps, unit.decimals);
        let (held, asked) = (show(i128::from(held)), show(asked));
        let message = format!("hold {reference} holds {held} {}, asked were {asked}", unit.name);
        return Err(refused(Code::ExceedsHold, message)
            .with("held", Detail::Amount(held))
            .with("requested", Detail::Amount(asked))
            .into());
    }
    let amount = i64::try_from(asked).map_err(|_| overflow())?;
    Ok(OpenHold { number, unit, held, amount })
}

fn unknown_hold(member: &MemberId, reference: &Reference) -> Refusal {
    let message = format!("member {member} has no hold {reference}");
    Refusal::new(Code::UnknownHold, message).with("hold", Detail::Text(reference.to_string()))
}

impl Scene<'_> {
    /// Gives back an amount of a hold, in the exact reverse of the order of use (R-HOLD-3).
    pub(super) fn release(
        &mut self,
        hold: HoldNo,
        unit: &Unit,
        amount: i64,
    ) -> Result<(), Undecided> {
        let (parts, _) = self.of_hold(FIRST, hold)?.reversed().take_up_to(amount);
        self.emit(FIRST, Fact::Released { unit: unit.ix, hold, parts: parts.clone() })?;
        self.returned(FIRST, unit, &parts, self.now)
    }
}
