//! Refusals: what a command is told when it is not accepted. A refusal is a value, not a failure:
//! it changes nothing and writes nothing (R-CMD-1).

use std::fmt;

use crate::decimal::Decimal;
use crate::programme::Fault;

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// Why a command was refused. The order of the variants is the order of precedence: of
        /// several that apply, the first is named (R-CMD-1).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code, in order of precedence.
            pub const ALL: &[Code] = &[$(Code::$variant),*];

            /// The code as the line format writes it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text),* }
            }
        }
    };
}

codes! {
    /// The command is not well formed.
    Malformed = "malformed",
    /// The key was used before with other content (R-CMD-2).
    KeyReused = "key_reused",
    /// The programme has faults.
    ProgrammeInvalid = "programme_invalid",
    /// The actor's role may not do this (R-CMD-6).
    NotPermitted = "not_permitted",
    /// The programme has no such unit.
    UnknownUnit = "unknown_unit",
    /// The programme has no such reward.
    UnknownReward = "unknown_reward",
    /// The programme has no such tier.
    UnknownTier = "unknown_tier",
    /// The programme has no such cause of compensation.
    UnknownCause = "unknown_cause",
    /// There is no such currency, or no rate for it.
    UnknownCurrency = "unknown_currency",
    /// The amount is zero, negative, has too many decimals, or is not one the rule allows.
    InvalidAmount = "invalid_amount",
    /// The time is on the wrong side of another.
    InvalidTime = "invalid_time",
    /// The command names the member itself where another is needed.
    InvalidTarget = "invalid_target",
    /// There is such a member already.
    MemberExists = "member_exists",
    /// There is no such member.
    UnknownMember = "unknown_member",
    /// The membership has ended.
    MemberClosed = "member_closed",
    /// The member's version is another one (R-CMD-4).
    VersionConflict = "version_conflict",
    /// The reference was used before.
    DuplicateReference = "duplicate_reference",
    /// The member has no such activity.
    UnknownActivity = "unknown_activity",
    /// The member has no such hold.
    UnknownHold = "unknown_hold",
    /// The member has no such redemption.
    UnknownRedemption = "unknown_redemption",
    /// The activity is older than the claim window (R-TIME-6).
    ActivityTooOld = "activity_too_old",
    /// The activity is more than 24 hours ahead (R-TIME-6).
    ActivityInFuture = "activity_in_future",
    /// The hold's deadline has passed (R-HOLD-4).
    HoldLapsed = "hold_lapsed",
    /// The hold was captured or released as a whole (R-HOLD-4).
    HoldClosed = "hold_closed",
    /// More than is held (R-HOLD-4).
    ExceedsHold = "exceeds_hold",
    /// More than was taken and not given back (R-RED-3).
    ExceedsRedemption = "exceeds_redemption",
    /// More than the activity had (R-REV-1).
    ExceedsActivity = "exceeds_activity",
    /// The unit only counts for tiers (R-RED-1).
    NotRedeemable = "not_redeemable",
    /// What would be taken back has been used (R-REV-2, `refuse`).
    AlreadySpent = "already_spent",
    /// The reward is not to be had now.
    RewardUnavailable = "reward_unavailable",
    /// The unit may not be transferred (R-XFER-1).
    NotTransferable = "not_transferable",
    /// A limit is reached.
    LimitExceeded = "limit_exceeded",
    /// A budget is used up.
    BudgetExhausted = "budget_exhausted",
    /// A second person has to approve (R-CMD-6).
    ApprovalRequired = "approval_required",
    /// Less is available than requested (R-RED-1).
    InsufficientBalance = "insufficient_balance",
    /// A number would not fit (R-NUM-2).
    AmountOverflow = "amount_overflow",
    /// Another command of the atomic batch was refused (R-CMD-5).
    BatchRefused = "batch_refused",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A refused command: the code, a sentence for people, and the figures that belong to it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Refusal {
    /// The first code that applies.
    pub code: Code,
    /// A sentence that names what was found and what was expected.
    pub message: String,
    /// Figures and names, as the answer shows them.
    pub details: Vec<(&'static str, Detail)>,
}

/// One figure or name of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// A name or a text.
    Text(String),
    /// A number without decimals.
    Number(u64),
    /// An amount of a unit, with its decimals.
    Amount(Decimal),
    /// All faults of a programme.
    Faults(Vec<Fault>),
}

impl Refusal {
    /// A refusal with a sentence and no figures.
    #[cold]
    pub fn new(code: Code, message: impl Into<String>) -> Refusal {
        Refusal { code, message: message.into(), details: Vec::new() }
    }

    /// Adds a figure or name.
    #[must_use]
    pub fn with(mut self, name: &'static str, detail: Detail) -> Refusal {
        self.details.push((name, detail));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_cmd_1_the_order_of_precedence_is_the_order_of_the_variants() {
        assert!(Code::ALL.is_sorted());
        assert_eq!(Code::ALL.len(), 37);
        assert!(Code::Malformed < Code::KeyReused && Code::AmountOverflow < Code::BatchRefused);
    }
}
