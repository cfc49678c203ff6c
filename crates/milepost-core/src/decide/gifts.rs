//! What is given for rewards, broken promises and referrals, and what of it is taken back.

use super::tx::overflow;
use super::{Scene, Undecided};
use crate::event::{CasePaid, Fact, GiftOf, LotNo, Part};
use crate::programme::{GrantItem, Unit, UnitIx};
use crate::state::{Broken, Gift, Member};

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
        Ok(())
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
