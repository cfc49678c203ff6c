//! Referrals: both sides are given in the entry of the friend's qualifying activity, and fall with
//! it (R-REV-4).

use super::amounts::Paid;
use super::tx::{FIRST, SECOND};
use super::{Scene, Undecided};
use crate::command::{Activity, Body, Command};
use crate::event::{ActivityNo, Fact, GiftOf, ReversedShare};
use crate::names::MemberKey;
use crate::programme::Referral;
use crate::ratio::Ratio;
use crate::state::{Broken, Member, Stands};
use crate::time::Instant;

/// The member who has to be at hand beside the one that a command names: the one who referred it,
/// where the command can make the referral qualify or fall.
pub fn companion(member: &Member, command: &Command) -> Option<MemberKey> {
    let referral = if let Body::Reverse(reverse) = &command.body {
        member.referral_of(member.find_activity(&reverse.activity)?)
    } else {
        member.open_referral().filter(|_| matches!(command.body, Body::Record(_)))
    };
    referral.map(|known| known.by)
}

/// A referral that an activity makes qualify.
#[derive(Clone, Copy, Debug)]
pub(super) struct Qualifies<'a> {
    referral: &'a Referral,
    by: MemberKey,
    referrer: Referrer,
}

/// Whether the referrer is paid too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Referrer {
    Paid,
    Unpaid,
}

impl<'a> Scene<'a> {
    /// Whether an activity makes the member's referral qualify, in the terms of now (R-TIME-7). What
    /// is due for the referrer is written down first then.
    pub(super) fn qualifies(
        &mut self,
        activity: &Activity,
        paid: Option<Paid>,
        occurred_at: Instant,
    ) -> Result<Option<Qualifies<'a>>, Undecided> {
        let Some(referral) = &self.programme().referral else { return Ok(None) };
        let member = self.present(FIRST)?;
        let Some(by) = member.open_referral().map(|known| known.by) else { return Ok(None) };
        let of_kind = referral.on.iter().any(|kind| **kind == *activity.kind.as_str());
        let spend = paid.map_or(Some(Ratio::ZERO), |paid| paid.in_programme_currency());
        // What does not fit is more than any minimum.
        let enough = referral.min_spend.is_none_or(|min| spend.is_none_or(|spend| min <= spend));
        if !of_kind || !enough || !self.is_within(referral, member, occurred_at) {
            return Ok(None);
        }
        // Nobody is at hand who has become one with the friend: a member cannot refer itself.
        if self.member(SECOND).is_none() {
            return Ok(None);
        }
        let mut referrer = Referrer::Unpaid;
        // R-CMD-4: a referrer that gets nothing is not touched.
        if !referral.referrer.is_empty() && self.is_paid(referral) {
            referrer = Referrer::Paid;
            self.settle(SECOND, self.now)?;
        }
        Ok(Some(Qualifies { referral, by, referrer }))
    }

    /// R-TIME-4: from the enrolment on, the end excluded.
    fn is_within(&self, referral: &Referral, member: &Member, occurred_at: Instant) -> bool {
        let Some(within) = referral.within else { return true };
        let end = self.programme().zone.add(member.enrolled_at(), within);
        member.enrolled_at() <= occurred_at && end.is_none_or(|end| occurred_at < end)
    }

    /// Gives both sides what the referral is worth; the friend alone, if the referrer's limit is
    /// reached or its membership has ended.
    pub(super) fn pay_referral(
        &mut self,
        qualifies: Option<Qualifies<'_>>,
        activity: ActivityNo,
    ) -> Result<(), Undecided> {
        let Some(Qualifies { referral, by, referrer }) = qualifies else { return Ok(()) };
        let friend = self.present(FIRST)?.key();
        self.emit(FIRST, Fact::ReferralPaid { with: by, activity: Some(activity) })?;
        for grant in &referral.friend {
            self.give_gift(FIRST, *grant, &GiftOf::Referral(by), None)?;
        }
        if referrer == Referrer::Unpaid {
            return Ok(());
        }
        self.emit(SECOND, Fact::ReferralPaid { with: friend, activity: None })?;
        for grant in &referral.referrer {
            self.give_gift(SECOND, *grant, &GiftOf::Friend(friend), None)?;
        }
        Ok(())
    }

    /// Whether the referrer is there, still a member (R-CLOSE-1), and within its limits.
    fn is_paid(&self, referral: &Referral) -> bool {
        let referrer = self.member(SECOND).filter(|referrer| referrer.closed().is_none());
        let Some(referrer) = referrer else { return false };
        let calendar = self.programme().calendar(referrer.enrolled_at());
        referral.limits.iter().all(|limit| {
            let from = limit.per.window(calendar, self.now).from;
            let friends = referrer.friends().iter();
            let counted = friends
                .filter(|friend| friend.state == Stands::Yes)
                .filter(|friend| from <= friend.at);
            i64::try_from(counted.count()).is_ok_and(|count| count < limit.most)
        })
    }

    /// After a reversal: the referral falls with its activity, when what is left of that is under
    /// the minimum. It does not qualify a second time.
    pub(super) fn drop_referral(&mut self, activity: ActivityNo) -> Result<(), Undecided> {
        let member = self.present(FIRST)?;
        let Some(known) = member.referral_of(activity) else { return Ok(()) };
        let (by, friend) = (known.by, known.friend);
        if !self.is_under_minimum(member, activity)? {
            return Ok(());
        }
        self.emit(FIRST, Fact::ReferralFell { with: by })?;
        self.take_back_gifts(FIRST, &GiftOf::Referral(by))?;
        // R-MERGE-1: the referrer may have become one with its friend.
        let was_paid = |who: &u32| {
            let friends = self.member(*who).map_or(&[][..], Member::friends).iter();
            friends.filter(|known| known.state == Stands::Yes).any(|known| known.friend == friend)
        };
        let Some(referrer) = [SECOND, FIRST].into_iter().find(was_paid) else { return Ok(()) };
        self.settle(referrer, self.now)?;
        self.emit(referrer, Fact::ReferralFell { with: friend })?;
        self.take_back_gifts(referrer, &GiftOf::Friend(friend))
    }

    fn is_under_minimum(&self, member: &Member, number: ActivityNo) -> Result<bool, Broken> {
        const NO_ACTIVITY: Broken = Broken::Inconsistent("a referral without its activity");
        let activity = member.activity(number).ok_or(NO_ACTIVITY)?;
        let min = self.programme().referral.as_ref().and_then(|referral| referral.min_spend);
        let (num, den) = match activity.reversed {
            None => return Ok(false),
            Some(ReversedShare::Full) => return Ok(true),
            Some(ReversedShare::Money { num, den }) => (num, den),
        };
        let Some((min, (spent, currency))) = min.zip(activity.spend) else { return Ok(false) };
        let version = &self.rules.in_force(activity.occurred_at).programme;
        let rate = activity.rate.or_else(|| version.exchange_rate(currency));
        let scale = Ratio::whole(10_i64.pow(u32::from(currency.decimals())));
        let left = Ratio::new(num, den)
            .and_then(|taken| taken.times(Ratio::whole(-1)))
            .and_then(|taken| Ratio::whole(spent).plus(taken))
            .and_then(|minor| minor.over(scale))
            .and_then(|whole| whole.times(rate?));
        Ok(left.is_some_and(|left| left < min))
    }
}
