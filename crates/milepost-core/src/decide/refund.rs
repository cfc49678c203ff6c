//! `refund`: gives back what a redemption took (R-RED-3).

use super::amounts::{above_zero, positive};
use super::tx::{FIRST, overflow};
use super::{Scene, Undecided};
use crate::command::{Command, Refund};
use crate::decimal::Decimal;
use crate::event::{Fact, GiftOf, RedemptionNo};
use crate::programme::Unit;
use crate::refusal::{Code, Detail, Refusal};
use crate::state::Member;

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    refund: &Refund,
) -> Result<(), Undecided> {
    let asked = asked(scene, refund)?;
    let member = scene.known_or_closed(command, &refund.member)?;
    let Some(number) = member.find_redemption(&refund.redemption) else {
        let message = format!("member {} has no redemption {}", refund.member, refund.redemption);
        return Err(Refusal::new(Code::UnknownRedemption, message)
            .with("redemption", Detail::Text(refund.redemption.to_string()))
            .into());
    };
    let Some(unit) = unit_of(scene, member, number)? else {
        return Err(crate::state::Broken::Inconsistent("a redemption without its unit").into());
    };
    let left: i64 = member.uses(number).iter().map(|used| used.left).sum();
    let amount = asked.unwrap_or(i128::from(left));
    if amount > i128::from(left) || left == 0 {
        return Err(exceeds(refund, unit, left, amount).into());
    }
    let gifts = GiftOf::Redemption(number);
    // R-RED-3: a reward that granted lots is given back as a whole.
    if amount != i128::from(left) && member.gifts(&gifts).next().is_some() {
        return Err(in_part(refund).into());
    }
    let bought = member.bought_with(number).copied();
    let whole = amount == i128::from(left);
    let amount = i64::try_from(amount).map_err(|_| overflow())?;
    let uses = member.uses(number).iter();
    let lots = uses.filter_map(|used| member.lot(used.lot).map(|lot| (used.lot, lot, used.left)));
    let (parts, _) = scene.ordered(lots).reversed().take_up_to(amount);
    let reference = refund.reference.clone();
    let (redemption, given) = (number, parts.clone());
    scene.emit(FIRST, Fact::Refunded { unit: unit.ix, redemption, reference, parts: given })?;
    scene.returned(FIRST, unit, &parts, scene.now)?;
    // A full refund takes back what the reward granted, and returns its pieces to the stock.
    if !whole {
        return Ok(());
    }
    if let Some(bought) = bought.filter(|bought| bought.from_stock) {
        scene.draw_stock(bought.reward, -i64::from(bought.quantity))?;
    }
    scene.take_back_gifts(FIRST, &gifts)
}

fn in_part(refund: &Refund) -> Refusal {
    let message = format!("what redemption {} granted goes back as a whole", refund.redemption);
    Refusal::new(Code::ExceedsRedemption, message)
        .with("redemption", Detail::Text(refund.redemption.to_string()))
}

/// The amount asked, judged as far as it can be before the redemption is known to be there.
fn asked(scene: &Scene<'_>, refund: &Refund) -> Result<Option<i128>, Undecided> {
    above_zero(refund.amount)?;
    let Some(amount) = refund.amount else { return Ok(None) };
    let Some(member) = scene.member.as_deref() else { return Ok(None) };
    let Some(number) = member.find_redemption(&refund.redemption) else { return Ok(None) };
    let Some(unit) = unit_of(scene, member, number)? else { return Ok(None) };
    Ok(Some(positive(unit, amount)?))
}

fn unit_of<'a>(
    scene: &Scene<'a>,
    member: &Member,
    number: RedemptionNo,
) -> Result<Option<&'a Unit>, Undecided> {
    let redemption = member.redemption(number);
    Ok(redemption.map(|redemption| scene.unit_at(redemption.unit, scene.now)).transpose()?)
}

fn exceeds(refund: &Refund, unit: &Unit, left: i64, asked: i128) -> Refusal {
    let show = |steps: i128| Decimal::from_steps(steps, unit.decimals);
    let (left, asked) = (show(i128::from(left)), show(asked));
    let message = format!(
        "of redemption {} there are {left} {} left to give back, asked were {asked}",
        refund.redemption, unit.name
    );
    Refusal::new(Code::ExceedsRedemption, message)
        .with("redemption", Detail::Text(refund.redemption.to_string()))
        .with("left", Detail::Amount(left))
}
