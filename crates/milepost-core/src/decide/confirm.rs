//! `confirm`: makes `until-confirmed` lots of an activity available (R-LOT-6).

use super::tx::FIRST;
use super::{Scene, Undecided};
use crate::command::{Command, Confirm};
use crate::event::{Fact, LotNo, Part};
use crate::refusal::{Code, Detail, Refusal};
use crate::state::{Broken, Member};

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    confirm: &Confirm,
) -> Result<(), Undecided> {
    let member = scene.known(command, &confirm.member)?;
    let waiting = waiting(member, confirm)?;
    let mut confirmed = Vec::with_capacity(waiting.len());
    for part in waiting {
        let life = scene.life_when_confirmed(part.lot)?;
        let unit = scene.lot(FIRST, part.lot)?.unit();
        let expires_at = life.expires_at;
        scene.emit(FIRST, Fact::Confirmed { unit, part, expires_at })?;
        confirmed.push((unit, part.lot));
    }
    for (unit, lot) in confirmed {
        scene.repay(FIRST, unit, &[lot], scene.now)?;
    }
    Ok(())
}

/// The lots of the activity that wait to be confirmed.
fn waiting(member: &Member, confirm: &Confirm) -> Result<Vec<Part>, Undecided> {
    let number =
        member.find_activity(&confirm.activity).ok_or_else(|| unknown_activity(confirm))?;
    let waits = |number: LotNo| -> Result<Option<Part>, Broken> {
        let lot = member.lot(number).ok_or(Broken::Inconsistent("an award without its lot"))?;
        let waits = lot.free > 0 && !lot.is_ready() && lot.available_at().is_none();
        Ok(waits.then_some(Part { lot: number, amount: lot.free }))
    };
    let lots = member.awards(number).map(|award| waits(award.lot));
    let waiting: Vec<Part> = lots.filter_map(Result::transpose).collect::<Result<_, _>>()?;
    if waiting.is_empty() {
        let message = format!("nothing of activity {} waits to be confirmed", confirm.activity);
        return Err(Refusal::new(Code::DuplicateReference, message)
            .with("activity", Detail::Text(confirm.activity.to_string()))
            .into());
    }
    Ok(waiting)
}

fn unknown_activity(confirm: &Confirm) -> Refusal {
    super::reverse::unknown_activity(&confirm.member, &confirm.activity)
}
