//! `reverse`: takes back what an activity earned (R-REV-1, R-REV-2).

use super::amounts::currency;
use super::tx::{FIRST, overflow};
use super::{Scene, Undecided};
use crate::command::{Command, Extent, Reverse};
use crate::decimal::Decimal;
use crate::event::{ActivityNo, Fact, LotNo, Part, ReversedShare};
use crate::money::Money;
use crate::names::{MemberId, Reference};
use crate::programme::{Unit, UnitIx};
use crate::ratio::Ratio;
use crate::refusal::{Code, Detail, Refusal};
use crate::state::{Activity, Award, Broken, Member};

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    reverse: &Reverse,
) -> Result<(), Undecided> {
    if let Extent::Money(money) = &reverse.extent {
        currency(scene.programme(), money)?;
        super::amounts::paid(scene.programme(), money)?;
        super::amounts::above_zero(Some(money.amount))?;
    }
    let member = scene.known(command, &reverse.member)?;
    let number = member.find_activity(&reverse.activity);
    let found = number.and_then(|number| Some((number, member.activity(number)?)));
    let Some((number, activity)) = found else {
        return Err(unknown_activity(&reverse.member, &reverse.activity).into());
    };
    let reversed = share(scene, &activity, reverse)?;
    let before = activity.reversed;
    let due = due_back(member, number, &activity, reversed)?;
    let reference = reverse.reference.clone();
    scene.emit(FIRST, Fact::ActivityReversed { activity: number, reference, reversed })?;
    for unit in units(scene.present(FIRST)?, &due) {
        take_back(scene, number, unit, &due)?;
    }
    scene.uncount_activity(number, &due, before, reversed)
}

/// How much of the activity has been reversed after this command.
fn share(
    scene: &Scene<'_>,
    activity: &Activity<'_>,
    reverse: &Reverse,
) -> Result<ReversedShare, Undecided> {
    let before = match activity.reversed {
        None => Ratio::ZERO,
        Some(ReversedShare::Full) => return Err(exceeds(reverse, "it is reversed as a whole")),
        Some(ReversedShare::Money { num, den }) => Ratio::new(num, den).ok_or(NO_SHARE)?,
    };
    let Extent::Money(money) = &reverse.extent else { return Ok(ReversedShare::Full) };
    let Some((spent, _)) = activity.spend else {
        return Err(exceeds(reverse, "it has no money"));
    };
    let Some(more) = in_activity_currency(scene, activity, money)? else {
        return Err(exceeds(reverse, "that is more money than there can be"));
    };
    let sum = before.plus(more).ok_or_else(overflow)?;
    match sum.cmp(&Ratio::whole(spent)) {
        std::cmp::Ordering::Greater => Err(exceeds(reverse, "that is more money than is left")),
        std::cmp::Ordering::Equal => Ok(ReversedShare::Full),
        std::cmp::Ordering::Less => {
            Ok(ReversedShare::Money { num: sum.numerator(), den: sum.denominator() })
        }
    }
}

const NO_SHARE: Broken = Broken::Inconsistent("a reversed share is no number");

/// Money of a reversal in minor units of the activity's currency, exactly: money of that currency
/// as it is, other money by its own rate or that of the activity's version (R-REV-1). `None` if it
/// is more than any activity can have.
fn in_activity_currency(
    scene: &Scene<'_>,
    activity: &Activity<'_>,
    money: &Money,
) -> Result<Option<Ratio>, Undecided> {
    let programme = scene.programme();
    let (paid_in, rate) = currency(programme, money)?;
    let minor = super::amounts::minor(paid_in, money.amount)?;
    let Ok(minor) = i64::try_from(minor) else { return Ok(None) };
    let own = activity.spend.map_or(programme.currency, |(_, currency)| currency);
    if paid_in == own {
        return Ok(Some(Ratio::whole(minor)));
    }
    let own_rate = activity.rate.or_else(|| programme.exchange_rate(own));
    let own_rate = own_rate.ok_or_else(|| {
        Refusal::new(Code::UnknownCurrency, format!("there is no rate for {own} any more"))
    })?;
    let whole = paid_in.ratio(minor).times(rate).and_then(|money| money.over(own_rate));
    let scale = Ratio::whole(10_i64.pow(u32::from(own.decimals())));
    Ok(Some(whole.and_then(|whole| whole.times(scale)).ok_or_else(overflow)?))
}

/// What is to be taken back of each award, and is not yet (R-NUM-4).
fn due_back(
    member: &Member,
    number: ActivityNo,
    activity: &Activity<'_>,
    reversed: ReversedShare,
) -> Result<Vec<Part>, Undecided> {
    let of_award = |award: Award| -> Option<Part> {
        let upto = match (reversed, activity.spend) {
            (ReversedShare::Money { num, den }, Some((spent, _))) => {
                let of = i128::from(spent).checked_mul(den)?;
                Ratio::share(award.amount, num, of, award.rounding)?
            }
            _ => award.amount,
        };
        Some(Part { lot: award.lot, amount: upto.checked_sub(award.taken)? })
    };
    let parts: Option<Vec<Part>> = member.awards(number).map(of_award).collect();
    let mut parts = parts.ok_or_else(overflow)?;
    parts.retain(|part| part.amount > 0);
    Ok(parts)
}

/// The units of the awards, each once, in the order of the awards.
fn units(member: &Member, due: &[Part]) -> Vec<UnitIx> {
    let mut units = Vec::new();
    for unit in due.iter().filter_map(|part| member.lot(part.lot)).map(crate::state::Lot::unit) {
        if !units.contains(&unit) {
            units.push(unit);
        }
    }
    units
}

/// R-REV-2: from what is free in the activity's own lots, then what of these had expired, then the
/// shortfall by the unit's policy.
fn take_back(
    scene: &mut Scene<'_>,
    activity: ActivityNo,
    ix: UnitIx,
    due: &[Part],
) -> Result<(), Undecided> {
    let unit: &Unit = scene.unit_at(ix, scene.now)?;
    let member = scene.present(FIRST)?;
    let of_unit = |lot: LotNo| member.lot(lot).filter(|lot| lot.unit() == ix);
    let awards: Vec<Part> =
        due.iter().copied().filter(|part| of_unit(part.lot).is_some()).collect();
    let total = awards.iter().try_fold(0_i64, |sum, part| sum.checked_add(part.amount));
    let total = total.ok_or_else(overflow)?;
    let own = || member.awards(activity);
    let lots = own().filter_map(|award| of_unit(award.lot).map(|lot| (award.lot, lot, lot.free)));
    let (mut parts, left) = scene.ordered(lots).take_up_to(total);
    let expired = own().filter(|award| of_unit(award.lot).is_some());
    let (set_off, left) = set_off(expired, left);
    let pending = parts.iter().filter(|part| of_unit(part.lot).is_some_and(|lot| !lot.is_ready()));
    let pending = pending.map(|part| part.amount).sum();
    let met = scene.meet(unit, left, &parts)?;
    for more in met.parts {
        match parts.iter_mut().find(|part| part.lot == more.lot) {
            Some(part) => part.amount += more.amount,
            None => parts.push(more),
        }
    }
    let (debt, forgiven) = (met.debt, met.forgiven);
    let fact =
        Fact::Reversed { activity, unit: ix, parts, awards, set_off, pending, debt, forgiven };
    scene.emit(FIRST, fact)
}

/// What had expired counts as taken, up to what is to be taken (R-REV-2).
fn set_off(awards: impl Iterator<Item = Award>, mut left: i64) -> (Vec<Part>, i64) {
    let mut parts = Vec::new();
    for award in awards {
        let amount = award.expired.min(left);
        if amount > 0 {
            parts.push(Part { lot: award.lot, amount });
            left -= amount;
        }
    }
    (parts, left)
}

pub(super) fn unknown_activity(member: &MemberId, reference: &Reference) -> Refusal {
    let message = format!("member {member} has no activity {reference}");
    Refusal::new(Code::UnknownActivity, message)
        .with("activity", Detail::Text(reference.to_string()))
}

fn exceeds(reverse: &Reverse, why: &str) -> Undecided {
    let message = format!("activity {}: {why}", reverse.activity);
    let mut refusal = Refusal::new(Code::ExceedsActivity, message)
        .with("activity", Detail::Text(reverse.activity.to_string()));
    if let Extent::Money(money) = &reverse.extent {
        let amount: Decimal = money.amount;
        refusal = refusal.with("requested", Detail::Amount(amount));
    }
    refusal.into()
}
