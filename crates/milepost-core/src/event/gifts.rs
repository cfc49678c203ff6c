//! What facts say of rewards, broken promises and referrals.

use crate::command::Actor;
use crate::names::{MemberKey, Name, Reference};
use crate::programme::{CauseIx, RewardIx};
use crate::time::Instant;

use super::RedemptionNo;

/// What a redemption was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Worth {
    /// The reward.
    pub reward: RewardIx,
    /// How many pieces of it; above 0, and 1 where it is not sold by the piece.
    pub quantity: u32,
    /// What it brought beside what the reward grants.
    pub gain: Gain,
    /// Whether its pieces are drawn from a stock.
    pub from_stock: bool,
}

/// What a reward brought beside what it grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gain {
    /// The thing itself.
    Thing,
    /// Money off: minor units of the programme currency.
    Money(i64),
    /// Something of a partner's.
    Partner {
        /// How many whole ones.
        quantity: i64,
        /// Of what.
        what: Name,
    },
}

/// What a lot was given for, other than an activity, a reason or a tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GiftOf {
    /// A reward of this redemption grants it.
    Redemption(RedemptionNo),
    /// A promise was broken.
    Case {
        /// The case.
        case: Reference,
        /// The promise.
        cause: CauseIx,
    },
    /// The member was referred by this one.
    Referral(MemberKey),
    /// The member referred this one.
    Friend(MemberKey),
}

/// How a broken promise was paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CasePaid {
    /// When it was broken, if it was said.
    pub incident_at: Option<Instant>,
    /// Steps that the promise itself pays in the lot's unit.
    pub policy_amount: i64,
    /// Steps that were given on top.
    pub extra: i64,
    /// Who gave.
    pub by: Option<Actor>,
    /// Who approved.
    pub approved_by: Option<Actor>,
    /// Whether it was answered in time; `None`: nothing was promised of it, or the incident's time
    /// is not known.
    pub responded_in_time: Option<bool>,
    /// Whether it was settled in time; `None` likewise.
    pub settled_in_time: Option<bool>,
    /// What was drawn from the promise's budget for it.
    pub drawn: Option<Drawn>,
}

/// What was drawn from the budget of a promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The period, as [`PoolKey::Promise`](crate::pools::PoolKey::Promise) names it.
    pub period: i32,
    /// Steps; above 0.
    pub amount: i64,
}
