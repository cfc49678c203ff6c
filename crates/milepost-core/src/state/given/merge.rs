//! What was given to a member that becomes a part of another (R-MERGE-1).

use std::collections::BTreeSet;

use super::{Bought, Case, Gift, Given, Referral};
use crate::event::{ActivityNo, GiftOf, LotNo, RedemptionNo};
use crate::names::Reference;
use crate::state::merge::new_names;

/// The numbers that things get where they come to.
pub(in crate::state) trait Renumbered {
    fn lot(&self, lot: LotNo) -> LotNo;
    fn activity(&self, activity: ActivityNo) -> ActivityNo;
    fn redemption(&self, redemption: RedemptionNo) -> RedemptionNo;
}

impl Given {
    /// The names that the cases of another get here, each once.
    ///
    /// # Errors
    /// The first case whose name would become longer than a reference can be.
    pub(in crate::state) fn names_for_cases(
        &self,
        theirs: &Given,
        prefix: &str,
    ) -> Result<Vec<(Reference, Reference)>, Reference> {
        let distinct: BTreeSet<&Reference> = theirs.cases.iter().map(|case| &case.case).collect();
        let distinct: Vec<Reference> = distinct.into_iter().cloned().collect();
        let is_taken = |name: &Reference| self.cases.iter().any(|case| case.case == *name);
        let names = new_names(&distinct, prefix, is_taken)?;
        Ok(distinct.into_iter().zip(names).collect())
    }

    /// Nothing can be taken back any more, and nothing counts.
    pub(in crate::state) fn hollow(&mut self) {
        *self = Given::default();
    }

    /// Takes over what another was given. `names` are those of its cases here.
    pub(in crate::state) fn absorb(
        &mut self,
        theirs: Given,
        new: &impl Renumbered,
        names: &[(Reference, Reference)],
    ) {
        let Given { bought, gifts, cases, referrals, friends } = theirs;
        let named = |case: Reference| {
            let found = names.iter().find(|(before, _)| *before == case);
            found.map(|(_, after)| after.clone()).unwrap_or(case)
        };
        self.bought.extend(bought.into_iter().map(|bought| {
            let redemption = new.redemption(bought.redemption);
            Bought { redemption, ..bought }
        }));
        self.gifts.extend(gifts.into_iter().map(|gift| {
            let of = match gift.of {
                GiftOf::Redemption(redemption) => GiftOf::Redemption(new.redemption(redemption)),
                GiftOf::Case { case, cause } => GiftOf::Case { case: named(case), cause },
                of @ (GiftOf::Referral(_) | GiftOf::Friend(_)) => of,
            };
            Gift { lot: new.lot(gift.lot), of, ..gift }
        }));
        let case = |case: Case| Case { case: named(case.case.clone()), ..case };
        self.cases.extend(cases.into_iter().map(case));
        self.referrals.extend(referrals.into_iter().map(|referral| Referral {
            qualified: referral.qualified.map(|(number, stands)| (new.activity(number), stands)),
            ..referral
        }));
        // What was paid can fall. A member comes once: else the target's own is the one that counts.
        let is_paid = |referral: &Referral| referral.qualified.is_some();
        if self.referrals.iter().any(is_paid) {
            self.referrals.retain(is_paid);
        } else {
            self.referrals.truncate(1);
        }
        self.friends.extend(friends);
    }
}
