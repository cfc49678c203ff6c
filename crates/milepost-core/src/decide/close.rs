//! `close`: ends a membership (R-CLOSE-1).

use super::tx::FIRST;
use super::{Scene, Undecided};
use crate::command::{Close, Command};
use crate::event::{Fact, HoldNo, LotNo, Part, Pool};
use crate::programme::OnClose;
use crate::state::Broken;

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    close: &Close,
) -> Result<(), Undecided> {
    let member = scene.known(command, &close.member)?;
    let open: Vec<HoldNo> = member.open_holds().map(|(number, _)| number).collect();
    for number in open {
        let hold = scene.present(FIRST)?.hold(number);
        let hold = hold.ok_or(Broken::Inconsistent("an open hold is not there"))?;
        let held = hold.parts.iter().map(|part| part.amount).sum();
        let unit = scene.unit_at(hold.unit, scene.now)?;
        scene.release(number, unit, held)?;
    }
    let on_close = scene.programme().on_close;
    if on_close == OnClose::Forfeit {
        forfeit(scene)?;
    }
    scene.emit(FIRST, Fact::Closed { on_close })
}

/// What has come back to a member whose points were forfeited goes the same way.
pub(super) fn forfeit_returned(scene: &mut Scene<'_>) -> Result<(), Undecided> {
    match scene.present(FIRST)?.closed() {
        Some(OnClose::Forfeit) => forfeit(scene),
        Some(OnClose::Keep) | None => Ok(()),
    }
}

/// What is available and what is pending expires; a debt stays.
fn forfeit(scene: &mut Scene<'_>) -> Result<(), Undecided> {
    let member = scene.present(FIRST)?;
    let with_something = member.lots().filter(|(_, lot)| lot.free > 0);
    let lots: Vec<LotNo> = with_something.map(|(number, _)| number).collect();
    for number in lots {
        let lot = scene.lot(FIRST, number)?;
        let pool = if lot.is_ready() { Pool::Available } else { Pool::Pending };
        let (unit, part) = (lot.unit(), Part { lot: number, amount: lot.free });
        scene.emit(FIRST, Fact::Expired { unit, pool, part })?;
    }
    Ok(())
}
