//! `transfer`: moves lots to another member, and renews nothing (R-XFER-1).

use chrono::Datelike;

use super::amounts::positive;
use super::tx::{FIRST, SECOND, overflow, unknown_member};
use super::{Scene, Undecided};
use crate::command::{Command, Transfer};
use crate::event::{Fact, LotNo, MovedLot, NewLot, Part};
use crate::programme::{TransferLimits, Unit};
use crate::refusal::{Code, Detail, Refusal};
use crate::state::{Broken, Member};

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    transfer: &Transfer,
) -> Result<(), Undecided> {
    let unit = scene.unit(transfer.unit.as_str())?;
    let amount = positive(unit, transfer.amount)?;
    if scene.key(&transfer.from) == scene.key(&transfer.to) {
        let message = "a member cannot send to itself";
        return Err(Refusal::new(Code::InvalidTarget, message).into());
    }
    if scene.member(SECOND).is_none() && scene.member(FIRST).is_some() {
        return Err(unknown_member(&transfer.to).into());
    }
    let sender = scene.known(command, &transfer.from)?;
    let limits = limits(unit)?;
    let date = scene.programme().zone.date(scene.now);
    let (day, year) = (date.to_epoch_days(), date.year());
    within(unit, limits, sender.sent(unit.ix, day, year), amount)?;
    let parts = scene.take(FIRST, unit, amount)?;
    let lots = moved(scene.present(FIRST)?, scene.present(SECOND)?, &parts)?;
    let (from, to) = (scene.key(&transfer.from), scene.key(&transfer.to));
    let reference = transfer.reference.clone();
    let unit = unit.ix;
    scene.emit(FIRST, Fact::TransferredOut { to, reference, unit, parts, day, year })?;
    let numbers: Vec<LotNo> = lots.iter().map(|moved| moved.lot.lot).collect();
    let reference = transfer.reference.clone();
    scene.emit(SECOND, Fact::TransferredIn { from, reference, lots })?;
    scene.repay(SECOND, unit, &numbers, scene.now)
}

fn limits(unit: &Unit) -> Result<TransferLimits, Refusal> {
    unit.transfer.filter(|_| !unit.qualifying_only).ok_or_else(|| {
        let message = format!("{} cannot be transferred", unit.name);
        Refusal::new(Code::NotTransferable, message)
            .with("unit", Detail::Text(unit.name.to_string()))
    })
}

fn within(
    unit: &Unit,
    limits: TransferLimits,
    (count, in_day, in_year): (u32, i64, i64),
    amount: i128,
) -> Result<(), Refusal> {
    let above = |sent: i64, limit: Option<i64>| {
        limit.is_some_and(|limit| i128::from(sent) + amount > i128::from(limit))
    };
    let exceeded = if limits.per_day.is_some_and(|limit| count >= limit) {
        "per_day"
    } else if above(in_day, limits.amount_per_day) {
        "amount_per_day"
    } else if above(in_year, limits.amount_per_year) {
        "amount_per_year"
    } else {
        return Ok(());
    };
    let message = format!("the limit {exceeded} for transfers of {} is reached", unit.name);
    Err(Refusal::new(Code::LimitExceeded, message)
        .with("unit", Detail::Text(unit.name.to_string()))
        .with("limit", Detail::Text(exceeded.to_string())))
}

/// The lots as they arrive: numbered after the receiver's own, in the order moved.
fn moved(sender: &Member, receiver: &Member, parts: &[Part]) -> Result<Vec<MovedLot>, Undecided> {
    let first = receiver.next_lot().0;
    let numbers = (0..).map_while(|at| first.checked_add(at)).map(LotNo);
    let arrive = |(part, number): (&Part, LotNo)| {
        let lot = sender.lot(part.lot)?;
        let activity = lot.activity().and_then(|activity| sender.activity(activity));
        let own = activity.and_then(|activity| activity.reference.parse().ok());
        Some(MovedLot {
            lot: NewLot {
                lot: number,
                unit: lot.unit(),
                amount: part.amount,
                earned_at: lot.earned_at(),
                available_at: lot.available_at(),
                expires_at: lot.expires_at(),
                form: lot.form(),
                programme_version: lot.programme_version(),
            },
            graced: lot.is_graced(),
            rule: lot.rule(),
            origin: own.or_else(|| sender.origin(part.lot).cloned()),
        })
    };
    let lots: Option<Vec<MovedLot>> = parts.iter().zip(numbers).map(arrive).collect();
    let lots = lots.ok_or(Broken::Inconsistent("a lot that is moved is not there"))?;
    if lots.len() == parts.len() { Ok(lots) } else { Err(overflow().into()) }
}
