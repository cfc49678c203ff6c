//! What is given for rewards, broken promises and referrals, and what of it is taken back.

use super::take_back::{Own, TakenBack, units_of};
use super::tiers::counted_by;
use super::tx::overflow;
use super::{Scene, Undecided};
use crate::event::{CasePaid, Fact, GiftOf, Part};
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
        for unit in units_of(self.present(who)?, due.iter().map(|gift| gift.lot)) {
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

    /// Takes back, in one unit, what is due of gifts (R-REV-2).
    fn take_back_in(
        &mut self,
        who: u32,
        of: &GiftOf,
        unit: &Unit,
        due: &[Gift],
    ) -> Result<(), Undecided> {
        let member = self.present(who)?;
        let of_unit = |gift: &&Gift| member.lot(gift.lot).is_some_and(|l| l.unit() == unit.ix);
        let due: Vec<&Gift> = due.iter().filter(of_unit).collect();
        let part = |gift: &&Gift| {
            let amount = gift.amount.checked_sub(gift.taken)?;
            Some(Part { lot: gift.lot, amount })
        };
        let gifts: Option<Vec<Part>> = due.iter().map(part).collect();
        let gifts = gifts.ok_or_else(overflow)?;
        let own: Vec<Own> = due.iter().map(|gift| (gift.lot, gift.expired)).collect();
        // A gift is available at once, so nothing of it is pending.
        let TakenBack { parts, set_off, pending: _, debt, forgiven } =
            self.find_back(who, unit, &own, &gifts)?;
        let (of, unit) = (of.clone(), unit.ix);
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

/// Several pieces of what is given once for each.
pub(super) fn times(amount: i64, pieces: u32) -> Result<i64, Undecided> {
    Ok(amount.checked_mul(i64::from(pieces)).ok_or_else(overflow)?)
}

/// What a member has that a decision found before.
pub(super) const GONE: Broken = Broken::Inconsistent("what was found is not there any more");
