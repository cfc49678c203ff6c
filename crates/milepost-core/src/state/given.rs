//! What is remembered of rewards, broken promises and referrals: what was given for what, so that it
//! can be taken back, and what counts under limits.

mod encode;
mod merge;

pub(super) use merge::Renumbered;

use super::change::{Broken, Change};
use super::figures::Counter;
use super::member::{Member, push_tight};
use crate::event::{ActivityNo, Drawn, GiftOf, LotNo, NewLot, Part, RedemptionNo, Worth};
use crate::names::{MemberKey, Reference};
use crate::programme::{CauseIx, RewardIx};
use crate::time::Instant;

/// What is remembered of rewards, broken promises and referrals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Given {
    bought: Vec<Bought>,
    gifts: Vec<Gift>,
    cases: Vec<Case>,
    referrals: Vec<Referral>,
    friends: Vec<Friend>,
}

/// A redemption that was for a reward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bought {
    /// The redemption.
    pub redemption: RedemptionNo,
    /// The reward.
    pub reward: RewardIx,
    /// How many pieces.
    pub quantity: u32,
    /// When.
    pub at: Instant,
    /// Whether the pieces were drawn from a stock.
    pub from_stock: bool,
}

/// A lot that was given for something, and what was taken back of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gift {
    /// The lot.
    pub lot: LotNo,
    /// What for.
    pub of: GiftOf,
    /// What was given.
    pub amount: i64,
    /// What was taken back, set-offs and shortfalls included.
    pub taken: i64,
    /// What of the lot expired and was not set off.
    pub expired: i64,
}

/// A case that was paid for one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What the host calls it.
    pub case: Reference,
    /// The promise that was broken.
    pub cause: CauseIx,
    /// When it was paid.
    pub at: Instant,
    /// Whether it stands.
    pub state: Stands,
    /// What was drawn from the promise's budget for it.
    pub drawn: Option<Drawn>,
}

/// A referral by which a member came, or one that has become a part of it (R-MERGE-1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Referral {
    /// Who referred it.
    pub by: MemberKey,
    /// Who came: the referrer knows its friend under this name, whoever it is a part of by now.
    pub friend: MemberKey,
    /// The activity that qualified, and whether that stands; it does so once.
    pub qualified: Option<(ActivityNo, Stands)>,
}

/// A friend for whom a member was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Friend {
    /// The friend.
    pub friend: MemberKey,
    /// When.
    pub at: Instant,
    /// Whether it stands.
    pub state: Stands,
}

/// Whether something stands, or was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// It stands.
    Yes,
    /// It was taken back: it gives its room under limits back (R-REV-4), and stays known.
    No,
}

/// How to take one change back.
#[derive(Debug)]
pub(super) enum Undo {
    NewBought,
    Gift(usize, Gift),
    NewGift,
    Case(usize, Case),
    NewCase,
    Referral(usize, Referral),
    NewReferral,
    Friend(usize, Stands),
    NewFriend,
}

impl Undo {
    pub(super) fn run(self, given: &mut Given) {
        match self {
            Undo::NewBought => drop(given.bought.pop()),
            Undo::Gift(at, gift) => {
                if let Some(slot) = given.gifts.get_mut(at) {
                    *slot = gift;
                }
            }
            Undo::NewGift => drop(given.gifts.pop()),
            Undo::Case(at, case) => {
                if let Some(slot) = given.cases.get_mut(at) {
                    *slot = case;
                }
            }
            Undo::NewCase => drop(given.cases.pop()),
            Undo::Referral(at, referral) => {
                given.referrals.get_mut(at).into_iter().for_each(|known| *known = referral);
            }
            Undo::NewReferral => drop(given.referrals.pop()),
            Undo::Friend(at, state) => {
                given.friends.get_mut(at).into_iter().for_each(|friend| friend.state = state);
            }
            Undo::NewFriend => drop(given.friends.pop()),
        }
    }
}

impl Member {
    fn given(&self) -> Option<&Given> {
        self.more.as_ref()?.given.as_deref()
    }

    /// The redemptions that were for rewards, in order.
    pub fn bought(&self) -> &[Bought] {
        self.given().map_or(&[], |given| &given.bought)
    }

    /// The number of the last redemption.
    pub(crate) fn last_redemption(&self) -> Option<RedemptionNo> {
        let count = u32::try_from(self.more.as_ref()?.redemptions.len()).ok()?;
        (count > 0).then_some(RedemptionNo(count))
    }

    /// What the redemption was for, if it was for a reward.
    pub fn bought_with(&self, redemption: RedemptionNo) -> Option<&Bought> {
        let found = self.bought().binary_search_by_key(&redemption, |bought| bought.redemption);
        self.bought().get(found.ok()?)
    }

    /// The lots that were given for something, in the order of their numbers.
    pub fn gifts<'a>(&'a self, of: &'a GiftOf) -> impl Iterator<Item = &'a Gift> + Clone + 'a {
        let gifts = self.given().map_or(&[][..], |given| &given.gifts);
        gifts.iter().filter(move |gift| gift.of == *of)
    }

    /// The cases that were paid, in order, each once for each of its causes.
    pub fn cases(&self) -> &[Case] {
        self.given().map_or(&[], |given| &given.cases)
    }

    /// The referral by which the member came and that has not qualified yet: it does so once.
    pub fn open_referral(&self) -> Option<&Referral> {
        let all = self.referrals();
        all.first().filter(|_| all.iter().all(|known| known.qualified.is_none()))
    }

    /// The referral that an activity made qualify, and that stands.
    pub fn referral_of(&self, activity: ActivityNo) -> Option<&Referral> {
        self.referrals().iter().find(|known| known.qualified == Some((activity, Stands::Yes)))
    }

    fn referrals(&self) -> &[Referral] {
        self.given().map_or(&[], |given| &given.referrals)
    }

    /// The friends for whom the member was paid, in order.
    pub fn friends(&self) -> &[Friend] {
        self.given().map_or(&[], |given| &given.friends)
    }
}

const NO_GIFT: Broken = Broken::Inconsistent("the lot was not given for that");
const NO_CASE: Broken = Broken::Inconsistent("there is no such case that stands");
const NO_REFERRAL: Broken = Broken::Inconsistent("there is no such referral that stands");

impl Change<'_> {
    /// Remembers what a redemption was for.
    pub(super) fn bought(&mut self, worth: Option<&Worth>, at: Instant) {
        let Some(worth) = worth else { return };
        let Some(redemption) = self.member.last_redemption() else { return };
        let &Worth { reward, quantity, gain: _, from_stock } = worth;
        let bought = Bought { redemption, reward, quantity, at, from_stock };
        push_tight(&mut self.given_mut().bought, bought);
        self.note_given(|| Undo::NewBought);
    }

    /// Notes that what was free in a lot died, if the lot was given for something.
    pub(super) fn gift_expired(&mut self, part: Part) -> Result<(), Broken> {
        let Some(at) = self.gift_at(part.lot) else { return Ok(()) };
        let gift = self.gift(at)?;
        gift.expired = gift.expired.checked_add(part.amount).ok_or(Broken::Overflow)?;
        Ok(())
    }

    /// A lot was given for something.
    pub(super) fn give(
        &mut self,
        lot: &NewLot,
        of: &GiftOf,
        drawn: Option<Drawn>,
        at: Instant,
    ) -> Result<(), Broken> {
        self.new_lot(lot, at, Counter::Granted, |_| ())?;
        let gift = Gift { lot: lot.lot, of: of.clone(), amount: lot.amount, taken: 0, expired: 0 };
        push_tight(&mut self.given_mut().gifts, gift);
        self.note_given(|| Undo::NewGift);
        let GiftOf::Case { case, cause } = of else { return Ok(()) };
        let is_known = |known: &Case| known.case == *case && known.cause == *cause;
        // Several lots of one case follow each other in one entry; one of them may have drawn.
        let at_last = self.given_mut().cases.len().wrapping_sub(1);
        if let Some(last) = self.given_mut().cases.get_mut(at_last).filter(|last| is_known(last)) {
            let before = last.clone();
            last.drawn = last.drawn.or(drawn);
            self.note_given(|| Undo::Case(at_last, before));
            return Ok(());
        }
        let (case, cause, state) = (case.clone(), *cause, Stands::Yes);
        push_tight(&mut self.given_mut().cases, Case { case, cause, at, state, drawn });
        self.note_given(|| Undo::NewCase);
        Ok(())
    }

    /// What was given is taken back.
    pub(super) fn take_back_gifts(
        &mut self,
        of: &GiftOf,
        gifts: &[Part],
        set_off: &[Part],
    ) -> Result<(), Broken> {
        for part in gifts {
            let at = self.gift_at(part.lot).ok_or(NO_GIFT)?;
            let gift = self.gift(at)?;
            gift.taken = gift.taken.checked_add(part.amount).ok_or(Broken::Overflow)?;
            if gift.of != *of || gift.taken > gift.amount {
                return Err(Broken::Inconsistent("more is taken back than was given"));
            }
        }
        for part in set_off {
            let at = self.gift_at(part.lot).ok_or(NO_GIFT)?;
            let gift = self.gift(at)?;
            gift.expired = gift.expired.checked_sub(part.amount).ok_or(Broken::Overflow)?;
            if gift.expired < 0 {
                return Err(Broken::Inconsistent("more is set off than had expired"));
            }
        }
        Ok(())
    }

    /// What was paid for a case is taken back, for all of its causes.
    pub(super) fn reverse_case(&mut self, reference: &Reference) -> Result<(), Broken> {
        let cases = &self.given_mut().cases;
        let stands = |case: &Case| case.case == *reference && case.state == Stands::Yes;
        let found: Vec<usize> = (0..).zip(cases).filter(|(_, c)| stands(c)).map(|c| c.0).collect();
        for at in &found {
            let case = self.given_mut().cases.get_mut(*at).ok_or(NO_CASE)?;
            let before = case.clone();
            case.state = Stands::No;
            self.note_given(|| Undo::Case(*at, before));
        }
        if found.is_empty() { Err(NO_CASE) } else { Ok(()) }
    }

    /// A referral qualified.
    pub(super) fn pay_referral(
        &mut self,
        with: MemberKey,
        activity: Option<ActivityNo>,
        at: Instant,
    ) -> Result<(), Broken> {
        if let Some(activity) = activity {
            let is_open = |known: &Referral| known.by == with && known.qualified.is_none();
            let at = self.member.referrals().iter().position(is_open).ok_or(NO_REFERRAL)?;
            self.qualify_referral(at, (activity, Stands::Yes))?;
        } else {
            let friend = Friend { friend: with, at, state: Stands::Yes };
            push_tight(&mut self.given_mut().friends, friend);
            self.note_given(|| Undo::NewFriend);
        }
        Ok(())
    }

    /// A referral fell: the friend's own, of which the activity was reversed before, or the friend of
    /// a referrer: two members cannot be both to each other, since who refers was there before.
    pub(super) fn drop_referral(&mut self, with: MemberKey) -> Result<(), Broken> {
        let falls = |known: &Referral| {
            let (activity, stands) = known.qualified?;
            self.member.activity(activity)?.reversed?;
            (known.by == with && stands == Stands::Yes).then_some(activity)
        };
        let mut own = (0..).zip(self.member.referrals());
        if let Some((at, activity)) = own.find_map(|(at, known)| Some((at, falls(known)?))) {
            return self.qualify_referral(at, (activity, Stands::No));
        }
        let friends = &mut self.given_mut().friends;
        let stands = |known: &Friend| known.friend == with && known.state == Stands::Yes;
        let at = friends.iter().position(stands).ok_or(NO_REFERRAL)?;
        let friend = friends.get_mut(at).ok_or(NO_REFERRAL)?;
        friend.state = Stands::No;
        self.note_given(|| Undo::Friend(at, Stands::Yes));
        Ok(())
    }

    /// The member was referred.
    pub(super) fn referred(&mut self, by: MemberKey) {
        let referral = Referral { by, friend: self.member.key(), qualified: None };
        self.given_mut().referrals.push(referral);
        self.note_given(|| Undo::NewReferral);
    }

    fn qualify_referral(
        &mut self,
        at: usize,
        qualified: (ActivityNo, Stands),
    ) -> Result<(), Broken> {
        let referral = self.given_mut().referrals.get_mut(at).ok_or(NO_REFERRAL)?;
        let before = *referral;
        referral.qualified = Some(qualified);
        self.note_given(|| Undo::Referral(at, before));
        Ok(())
    }

    fn given_mut(&mut self) -> &mut Given {
        self.member.more_mut().given.get_or_insert_default()
    }

    fn gift_at(&self, lot: LotNo) -> Option<usize> {
        self.member.given()?.gifts.binary_search_by_key(&lot, |gift| gift.lot).ok()
    }

    fn gift(&mut self, at: usize) -> Result<&mut Gift, Broken> {
        let before = self.given_mut().gifts.get(at).cloned().ok_or(NO_GIFT)?;
        self.note_given(|| Undo::Gift(at, before));
        self.given_mut().gifts.get_mut(at).ok_or(NO_GIFT)
    }
}
