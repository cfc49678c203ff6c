//! Commands that set points aside, take them, give them back, or move them to somebody else.

use crate::decimal::Decimal;
use crate::money::Money;
use crate::names::{MemberId, Name, Reference, Text};
use crate::time::Instant;

/// Takes by hand, in the order of use; what is missing follows the unit's shortfall policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Debit {
    /// From whom.
    pub member: MemberId,
    /// In which unit.
    pub unit: Name,
    /// How much.
    pub amount: Decimal,
    /// Why.
    pub reason: Text,
}

/// Sets an amount aside for a booking that is not final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Whose.
    pub member: MemberId,
    /// In which unit.
    pub unit: Name,
    /// How much.
    pub amount: Decimal,
    /// What the host calls it; unique for the member.
    pub reference: Reference,
    /// Its deadline; left out: as the unit says.
    pub until: Option<Instant>,
}

impl Hold {
    /// An amount of a unit, until the unit's own deadline.
    pub fn new(member: MemberId, unit: Name, amount: Decimal, reference: Reference) -> Hold {
        Hold { member, unit, amount, reference, until: None }
    }
}

/// Makes a hold, or a part of it, a redemption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// Whose.
    pub member: MemberId,
    /// The hold's reference.
    pub hold: Reference,
    /// The redemption's reference; unique for the member.
    pub reference: Reference,
    /// How much; left out: all that is held.
    pub amount: Option<Decimal>,
    /// What becomes of the rest.
    pub rest: Rest,
    /// The reward it is for.
    pub reward: Option<Name>,
    /// The money of the order it is used on.
    pub order: Option<Money>,
}

impl Capture {
    /// All of a hold.
    pub fn new(member: MemberId, hold: Reference, reference: Reference) -> Capture {
        let rest = Rest::Release;
        Capture { member, hold, reference, amount: None, rest, reward: None, order: None }
    }

    /// The same, but only so much of it.
    #[must_use]
    pub fn with_amount(self, amount: Decimal) -> Capture {
        Capture { amount: Some(amount), ..self }
    }
}

/// What becomes of the part of a hold that is not captured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rest {
    /// It is released; the default.
    #[default]
    Release,
    /// The hold goes on with it.
    Keep,
}

/// Gives back what is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Whose.
    pub member: MemberId,
    /// The hold's reference.
    pub hold: Reference,
    /// How much; left out: all.
    pub amount: Option<Decimal>,
}

/// Takes points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redeem {
    /// From whom.
    pub member: MemberId,
    /// What the host calls it; unique for the member.
    pub reference: Reference,
    /// What for.
    pub price: RedeemPrice,
}

impl Redeem {
    /// An amount of a unit.
    pub fn new(member: MemberId, reference: Reference, unit: Name, amount: Decimal) -> Redeem {
        Redeem { member, reference, price: RedeemPrice::Unit { unit, amount } }
    }
}

/// What is taken: an amount of a unit, or the price of a reward.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedeemPrice {
    /// An amount of a unit.
    Unit {
        /// The unit.
        unit: Name,
        /// How much.
        amount: Decimal,
    },
    /// A reward of the programme.
    Reward {
        /// The reward.
        reward: Name,
        /// How many of an item; left out: 1.
        quantity: Option<u32>,
        /// How much, where the reward is worth money.
        amount: Option<Decimal>,
        /// The money of the order it is used on.
        order: Option<Money>,
    },
}

/// Gives back what a redemption took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund {
    /// To whom.
    pub member: MemberId,
    /// The redemption's reference.
    pub redemption: Reference,
    /// What the host calls the refund.
    pub reference: Option<Reference>,
    /// How much; left out: all that is left.
    pub amount: Option<Decimal>,
}

impl Refund {
    /// All that is left of a redemption.
    pub fn new(member: MemberId, redemption: Reference) -> Refund {
        Refund { member, redemption, reference: None, amount: None }
    }

    /// The same, but only so much of it.
    #[must_use]
    pub fn with_amount(self, amount: Decimal) -> Refund {
        Refund { amount: Some(amount), ..self }
    }
}

/// Moves lots to another member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// From whom.
    pub from: MemberId,
    /// To whom.
    pub to: MemberId,
    /// In which unit.
    pub unit: Name,
    /// How much.
    pub amount: Decimal,
    /// What the host calls it.
    pub reference: Reference,
}
