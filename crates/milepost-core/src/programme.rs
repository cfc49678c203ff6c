//! The programme: the rules of one loyalty scheme, parsed once into checked types. Nothing that
//! decides looks at a text again.

mod compensation;
mod counts;
mod earn;
mod explain;
mod grants;
mod kinds;
mod limits;
mod lines;
mod milestones;
mod parse;
mod referral;
mod rewards;
mod roles;
mod scores;
mod symbols;
mod tiers;
mod units;
mod warnings;
mod when;
mod window;

use crate::money::Currency;
use crate::names::Name;
use crate::ratio::Ratio;
use crate::time::{Span, Zone};

pub use compensation::{Basis, Compensation, Discretion, PeriodBudget};
pub use counts::{Count, CountKind, Threshold};
pub use earn::{
    Amount, Claims, Deadline, EarnRule, Multiplier, OnReversal, Per, Rate, RuleStack, Stack, Steps,
    Then, Times,
};
pub use explain::{Chapter, explain};
pub use grants::GrantItem;
pub use kinds::{Kinds, OnKind};
pub use limits::{Limit, LimitPeriod, Most};
pub use lines::{Choices, LineFilter};
pub use milestones::{Milestone, StepsAt};
pub(crate) use parse::position;
pub use parse::{Fault, Faults, parse};
pub use referral::Referral;
pub use rewards::{MoneyOff, Partner, Price, Reward};
pub use roles::{Commands, Role};
pub use scores::{Method, Rfm, Segment, Thresholds};
pub use symbols::{CauseIx, CountIx, MilestoneIx, RewardIx, RuleIx, Symbols, TierIx, UnitIx};
pub use tiers::{
    ByTier, Carry, Downgrade, OnUpgrade, Tier, TierPolicy, TierReversal, Upgrade, Validity,
    WindowKind,
};
pub use units::{
    Availability, Expiry, ExpiryRound, RefundExpired, Shortfall, TransferLimits, Unit,
};
pub use warnings::warnings;
pub use when::{Birthday, Occasion, Turn, When};
pub(crate) use window::before;
pub use window::{Calendar, Window};

/// The rules of one loyalty scheme in one version.
#[derive(Clone, Debug, PartialEq)]
pub struct Programme {
    /// What the scheme is called.
    pub name: Title,
    /// Where its calendar is reckoned (R-TIME-3).
    pub zone: Zone,
    /// The currency in which money without a currency is given.
    pub currency: Currency,
    /// How old an activity may be when it is recorded; `None`: any age (R-TIME-6).
    pub claim_window: Option<Span>,
    /// How long before enrolment an activity may lie; `None`: any time (R-TIME-6).
    pub claim_before_enrolment: Option<Span>,
    /// Which lots are used first (R-LOT-2).
    pub order: UseOrder,
    /// What becomes of the points when a membership ends (R-CLOSE-1).
    pub on_close: OnClose,
    /// Attributes that are sealed (R-PRIV-1).
    pub personal: Vec<Name>,
    /// Programme currency per 1 of another.
    pub exchange: Vec<(Currency, Ratio)>,
    /// The units, in order of declaration.
    pub units: Vec<Unit>,
    /// The earn rules in order of evaluation: higher priority first, then file order.
    pub earn: Vec<EarnRule>,
    /// The multipliers in file order.
    pub multipliers: Vec<Multiplier>,
    /// Which of them look at which kind of activity.
    pub kinds: Kinds,
    /// The tiers, lowest first; empty if the scheme has none.
    pub tiers: Vec<Tier>,
    /// How tiers are reached, kept and lost.
    pub tier_policy: TierPolicy,
    /// What is counted: what is built in, then units, then names in order of declaration.
    pub counts: Vec<Count>,
    /// The milestones in file order.
    pub milestones: Vec<Milestone>,
    /// The rewards in file order.
    pub rewards: Vec<Reward>,
    /// The promises in file order.
    pub compensation: Vec<Compensation>,
    /// What a friend who comes is worth.
    pub referral: Option<Referral>,
    /// The roles in file order; empty: everybody may do everything (R-CMD-6).
    pub roles: Vec<Role>,
    /// How members are scored, if they are.
    pub rfm: Option<Rfm>,
    /// Members who are alike, in file order: the first that matches is a member's.
    pub segments: Vec<Segment>,
    /// The names of the ledger so far, this version's included.
    pub symbols: Symbols,
}

/// A public name: one text, or one by language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// The text for every other language.
    pub text: Box<str>,
    /// Texts by language tag, such as `("zh", "积分")`.
    pub languages: Vec<(Box<str>, Box<str>)>,
}

/// Which lots are used first (R-LOT-2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UseOrder {
    /// Earliest expiry, then earliest earned, then lower lot number.
    #[default]
    EarliestExpiry,
    /// Earliest earned, then earliest expiry, then lower lot number.
    OldestFirst,
}

/// What becomes of the points when a membership ends (R-CLOSE-1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnClose {
    /// Available and pending amounts expire.
    #[default]
    Forfeit,
    /// They stay.
    Keep,
}

impl Programme {
    /// The unit with this index, if this version has it.
    pub fn unit(&self, ix: UnitIx) -> Option<&Unit> {
        // A first version declares its units in order of their indices, so this is usually direct.
        match self.units.get(usize::from(ix.0)).filter(|unit| unit.ix == ix) {
            Some(unit) => Some(unit),
            None => self.units.iter().find(|unit| unit.ix == ix),
        }
    }

    /// The unit with this name, if this version has it.
    pub fn unit_named(&self, name: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| &*unit.name == name)
    }

    /// The tier with this name, if this version has it.
    pub fn tier_named(&self, name: &str) -> Option<&Tier> {
        self.tiers.iter().find(|tier| &*tier.name == name)
    }

    /// The tier of a member that was enrolled with one, or before there were any: then the first.
    pub fn tier_or_first(&self, tier: Option<TierIx>) -> Option<TierIx> {
        tier.or_else(|| self.tiers.first().map(|first| first.ix))
    }

    /// The reward with this name, if this version has it.
    pub fn reward_named(&self, name: &str) -> Option<&Reward> {
        self.rewards.iter().find(|reward| &*reward.name == name)
    }

    /// The promise with this cause, if this version has it.
    pub fn compensation_for(&self, cause: &str) -> Option<&Compensation> {
        self.compensation.iter().find(|promise| &*promise.cause == cause)
    }

    /// The role with this name, if this version has it.
    pub fn role_named(&self, name: &str) -> Option<&Role> {
        self.roles.iter().find(|role| &*role.name == name)
    }

    /// How many programme currency units one of `currency` is worth: 1 for the programme's own.
    pub fn exchange_rate(&self, currency: Currency) -> Option<Ratio> {
        if currency == self.currency {
            return Some(Ratio::ONE);
        }
        self.exchange.iter().find(|(other, _)| *other == currency).map(|(_, rate)| *rate)
    }
}
