//! What is given for rewards, broken promises and referrals, and what of it is taken back.

use super::tiers::counted_by;
use super::tx::overflow;
use super::{Scene, Undecided};
use crate::event::{CasePaid, Fact, GiftOf, LotNo, Part};
use crate::programme::{CountIx, GrantItem, Programme, Unit, UnitIx};
use crate::state::{Broken, Gift, Member};
use crate::tiers::Cause;

impl Scene<'_> {
    /// Gives a lot, available at once (R-LOT-6), in the terms of now (R-TIME-7).
    pub(super) fn give_gift(
        &mut self,
        who: u32,
        item: GrantItem,
        of: &GiftOf,
        paid: Option<Box<CasePaid>>,
    ) -> Result<(), Undecided> {
        let (now, of) = (self.now, of.clone());
        let counts = self.give(who, now, &item, |lot| Fact::Given { lot, of, paid })?;
        if counts { self.after_counting(who, now, &[now]) } else { Ok(()) }
    }

    /// Takes everything back that was given for something and is not taken back yet, unit by unit.
    pub(super) fn take_back_gifts(&mut self, who: u32, of: &GiftOf) -> Result<(), Undecided> {
        let gifts: Vec<Gift> = self.present(who)?.gifts(of).cloned().collect();
        let due: Vec<Gift> = gifts.into_iter().filter(|gift| gift.taken < gift.amount).collect();
        for unit in units(self.present(who)?, &due) {
            let unit = self.unit_at(unit, self.now)?;
            self.take_back_in(who, of, unit, &due)?;
        }
        let mut counted = false;
        for gift in &due {
            counted |= self.uncount_gift(who, gift)?;
        }
        if counted { self.after_less(who, Cause::Reversal) } else { Ok(()) }
    }

    /// R-REV-3: what is taken back of a gift is taken out of the window that it had counted in.
    fn uncount_gift(&mut self, who: u32, gift: &Gift) -> Result<bool, Undecided> {
        const NO_VERSION: Broken = Broken::Inconsistent("a lot of no version");
        let rules = self.rules;
        let (member, lot) = (self.present(who)?, self.lot(who, gift.lot)?);
        let unit = lot.unit();
        let version = rules.version(lot.programme_version()).ok_or(NO_VERSION)?;
        let terms = terms_of(&version.programme, member, &gift.of, unit);
        let of_unit = |other: &&Gift| member.lot(other.lot).is_some_and(|lot| lot.unit() == unit);
        let place = member.gifts(&gift.of).filter(of_unit).take_while(|other| other.lot < gift.lot);
        let qualifies = terms.get(place.count()).copied().flatten();
        let amount = gift.amount.checked_sub(gift.taken).ok_or_else(overflow)?;
        let counted = counted_by(&version.programme, unit, qualifies, amount);
        self.uncount_lot(who, gift.lot, counted)
    }

    /// As R-REV-2 has it: from what is free in the lots themselves, then what of these had expired,
    /// then the shortfall by the unit's policy.
    fn take_back_in(
        &mut self,
        who: u32,
        of: &GiftOf,
        unit: &Unit,
        due: &[Gift],
    ) -> Result<(), Undecided> {
        let member = self.present(who)?;
        let own: Vec<_> = due
            .iter()
            .filter_map(|gift| member.lot(gift.lot).map(|lot| (gift, lot)))
            .filter(|(_, lot)| lot.unit() == unit.ix)
            .collect();
        let part = |gift: &Gift| {
            let amount = gift.amount.checked_sub(gift.taken)?;
            Some(Part { lot: gift.lot, amount })
        };
        let gifts: Option<Vec<Part>> = own.iter().map(|(gift, _)| part(gift)).collect();
        let gifts = gifts.ok_or_else(overflow)?;
        let total = gifts.iter().try_fold(0_i64, |sum, part| sum.checked_add(part.amount));
        let lots = own.iter().map(|(gift, lot)| (gift.lot, *lot, lot.free));
        let (mut parts, left) = self.ordered(lots).take_up_to(total.ok_or_else(overflow)?);
        let (set_off, left) = set_off(own.iter().map(|(gift, _)| (gift.lot, gift.expired)), left);
        let met = self.meet_of(who, unit, left, &parts)?;
        for more in met.parts {
            match parts.iter_mut().find(|part| part.lot == more.lot) {
                Some(part) => part.amount += more.amount,
                None => parts.push(more),
            }
        }
        let (of, unit, debt, forgiven) = (of.clone(), unit.ix, met.debt, met.forgiven);
        self.emit(who, Fact::TakenBack { of, unit, parts, gifts, set_off, debt, forgiven })
    }
}

/// For what the items of a unit were said to count that were given for something, in the order of
/// their lots.
fn terms_of(
    programme: &Programme,
    member: &Member,
    of: &GiftOf,
    unit: UnitIx,
) -> Vec<Option<CountIx>> {
    let referral = programme.referral.as_ref();
    let items = match of {
        GiftOf::Redemption(number) => {
            let bought = member.bought_with(*number).map(|bought| bought.reward);
            let reward = programme.rewards.iter().find(|reward| Some(reward.ix) == bought);
            reward.map(|reward| &reward.grants)
        }
        GiftOf::Case { cause, .. } => {
            let promise = programme.compensation.iter().find(|promise| promise.ix == *cause);
            promise.map(|promise| &promise.grants)
        }
        GiftOf::Referral(_) => referral.map(|referral| &referral.friend),
        GiftOf::Friend(_) => referral.map(|referral| &referral.referrer),
    };
    let of_unit = items.into_iter().flatten().filter(|item| item.unit == unit);
    let mut terms = Vec::new();
    for item in of_unit {
        // A promise pays what has the same terms as one lot.
        if !matches!(of, GiftOf::Case { .. }) || !terms.contains(&item.qualifies) {
            terms.push(item.qualifies);
        }
    }
    terms
}

/// The units of what was given, each once, in its order.
fn units(member: &Member, gifts: &[Gift]) -> Vec<UnitIx> {
    let mut units = Vec::new();
    for unit in gifts.iter().filter_map(|gift| member.lot(gift.lot)).map(crate::state::Lot::unit) {
        if !units.contains(&unit) {
            units.push(unit);
        }
    }
    units
}

/// What had expired counts as taken, up to what is to be taken (R-REV-2).
fn set_off(expired: impl Iterator<Item = (LotNo, i64)>, mut left: i64) -> (Vec<Part>, i64) {
    let mut parts = Vec::new();
    for (lot, expired) in expired {
        let amount = expired.min(left);
        if amount > 0 {
            parts.push(Part { lot, amount });
            left -= amount;
        }
    }
    (parts, left)
}

/// Several pieces of what is given once for each.
pub(super) fn times(amount: i64, pieces: u32) -> Result<i64, Undecided> {
    Ok(amount.checked_mul(i64::from(pieces)).ok_or_else(overflow)?)
}

/// What a member has that a decision found before.
pub(super) const GONE: Broken = Broken::Inconsistent("what was found is not there any more");
