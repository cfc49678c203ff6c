//! The canonical encoding of what was given.

use super::{Bought, Case, Friend, Gift, Given, Referral, Stands};
use crate::event::{ActivityNo, Drawn, GiftOf, LotNo, RedemptionNo};
use crate::names::MemberKey;
use crate::programme::{CauseIx, RewardIx};
use crate::state::encode::{MemberError, Reader, Writer};

const REDEMPTION: u8 = 0;
const CASE: u8 = 1;
const REFERRAL: u8 = 2;
const FRIEND: u8 = 3;

impl Given {
    pub(in crate::state) fn write(&self, w: &mut Writer<'_>) {
        w.list(&self.bought, |w, bought| {
            w.u32(bought.redemption.0);
            w.u16(bought.reward.0);
            w.u32(bought.quantity);
            w.instant(bought.at);
            w.u8(u8::from(bought.from_stock));
        });
        w.list(&self.gifts, write_gift);
        w.list(&self.cases, |w, case| {
            w.text(case.case.as_str());
            w.u16(case.cause.0);
            w.instant(case.at);
            write_stands(w, case.state);
            w.option(case.drawn, |w, Drawn { period, amount }| {
                w.raw(&period.to_le_bytes());
                w.i64(amount);
            });
        });
        w.list(&self.referrals, |w, referral| {
            w.raw(&referral.by.0);
            w.raw(&referral.friend.0);
            w.option(referral.qualified, |w, (activity, state)| {
                w.u32(activity.0);
                write_stands(w, state);
            });
        });
        w.list(&self.friends, |w, friend| {
            w.raw(&friend.friend.0);
            w.instant(friend.at);
            write_stands(w, friend.state);
        });
    }

    pub(in crate::state) fn read(r: &mut Reader<'_>) -> Result<Given, MemberError> {
        Ok(Given {
            bought: r.list(|r| {
                Ok(Bought {
                    redemption: RedemptionNo(r.u32("a redemption number")?),
                    reward: RewardIx(r.u16("a reward")?),
                    quantity: r.u32("a quantity")?,
                    at: r.instant()?,
                    from_stock: r.u8("whether it is from a stock")? != 0,
                })
            })?,
            gifts: r.list(read_gift)?,
            cases: r.list(|r| {
                Ok(Case {
                    case: r.reference()?,
                    cause: CauseIx(r.u16("a cause")?),
                    at: r.instant()?,
                    state: read_stands(r)?,
                    drawn: r.option(|r| {
                        Ok(Drawn { period: r.i32("a period")?, amount: r.i64("an amount")? })
                    })?,
                })
            })?,
            referrals: r.list(|r| {
                Ok(Referral {
                    by: read_key(r)?,
                    friend: read_key(r)?,
                    qualified: r.option(|r| {
                        Ok((ActivityNo(r.u32("an activity number")?), read_stands(r)?))
                    })?,
                })
            })?,
            friends: r.list(|r| {
                Ok(Friend { friend: read_key(r)?, at: r.instant()?, state: read_stands(r)? })
            })?,
        })
    }
}

fn write_gift(w: &mut Writer<'_>, gift: &Gift) {
    w.u32(gift.lot.0);
    match &gift.of {
        GiftOf::Redemption(number) => {
            w.u8(REDEMPTION);
            w.u32(number.0);
        }
        GiftOf::Case { case, cause } => {
            w.u8(CASE);
            w.text(case.as_str());
            w.u16(cause.0);
        }
        GiftOf::Referral(by) => {
            w.u8(REFERRAL);
            w.raw(&by.0);
        }
        GiftOf::Friend(friend) => {
            w.u8(FRIEND);
            w.raw(&friend.0);
        }
    }
    for number in [gift.amount, gift.taken, gift.expired] {
        w.i64(number);
    }
}

fn read_gift(r: &mut Reader<'_>) -> Result<Gift, MemberError> {
    Ok(Gift {
        lot: LotNo(r.u32("a lot number")?),
        of: match r.u8("what a lot was given for")? {
            REDEMPTION => GiftOf::Redemption(RedemptionNo(r.u32("a redemption number")?)),
            CASE => GiftOf::Case { case: r.reference()?, cause: CauseIx(r.u16("a cause")?) },
            REFERRAL => GiftOf::Referral(read_key(r)?),
            FRIEND => GiftOf::Friend(read_key(r)?),
            _ => return Err(r.error("what a lot was given for")),
        },
        amount: r.i64("an amount")?,
        taken: r.i64("an amount")?,
        expired: r.i64("an amount")?,
    })
}

fn write_stands(w: &mut Writer<'_>, state: Stands) {
    w.u8(match state {
        Stands::Yes => 0,
        Stands::No => 1,
    });
}

fn read_stands(r: &mut Reader<'_>) -> Result<Stands, MemberError> {
    match r.u8("whether it stands")? {
        0 => Ok(Stands::Yes),
        1 => Ok(Stands::No),
        _ => Err(r.error("whether it stands")),
    }
}

fn read_key(r: &mut Reader<'_>) -> Result<MemberKey, MemberError> {
    r.array("a member key").map(MemberKey)
}
