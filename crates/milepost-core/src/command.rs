//! Commands: what a host asks of the ledger, as checked types. The line format is their serde form.
//!
//! A command that exists is well formed. Whether its names and amounts make sense is decided against
//! the programme and the member.

mod activity;
mod gives;
mod many;
mod members;
mod returned;
mod reversal;
mod takes;

use crate::names::{Key, Name, Text};

pub use activity::{Activity, Line};
pub use gives::{Compensate, Confirm, Grant, Qualifies, Record};
pub use many::{Advance, Extend, Revise};
pub use members::{AssignTier, Attributes, BirthDate, Close, Consent, Enrol, Merge};
pub use returned::{LinePart, ReturnedLine, WhichLine};
pub use reversal::{Extent, Reverse, ReverseCase};
pub use takes::{Capture, Debit, Hold, Redeem, RedeemPrice, Refund, Release, Rest, Transfer};

/// A command with its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The idempotency key (R-CMD-2).
    pub key: Option<Key>,
    /// Who acts (R-CMD-6).
    pub by: Option<Actor>,
    /// Who approved (R-CMD-6).
    pub approved_by: Option<Actor>,
    /// The member's version the caller has seen (R-CMD-4).
    pub expected_version: Option<u32>,
    /// Free text, personal (R-PRIV-1).
    pub note: Option<Text>,
    /// What is asked.
    pub body: Body,
}

/// Somebody who acts, with a role of the programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub id: Name,
    /// In which role.
    pub role: Name,
}

/// What a command asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Opens a member.
    Enrol(Enrol),
    /// Earns by the rules.
    Record(Record),
    /// Makes `until-confirmed` lots available.
    Confirm(Confirm),
    /// Gives a lot by hand.
    Grant(Grant),
    /// Takes by hand.
    Debit(Debit),
    /// Pays a broken promise.
    Compensate(Compensate),
    /// Sets aside.
    Hold(Hold),
    /// Makes a hold a redemption.
    Capture(Capture),
    /// Gives back what is held.
    Release(Release),
    /// Takes points.
    Redeem(Redeem),
    /// Gives back what a redemption took.
    Refund(Refund),
    /// Takes back what an activity earned.
    Reverse(Reverse),
    /// Takes back what was paid for a case.
    ReverseCase(ReverseCase),
    /// Moves lots to another member.
    Transfer(Transfer),
    /// Sets a floor for the tier by hand.
    AssignTier(AssignTier),
    /// Changes tags used by rules and reports.
    Attributes(Attributes),
    /// Records that consent is given or withdrawn.
    Consent(Consent),
    /// Ends a membership.
    Close(Close),
    /// Makes one member a part of another.
    Merge(Merge),
    /// Moves the expiry of existing lots.
    Extend(Extend),
    /// Gives the programme a new version.
    Revise(Revise),
    /// Writes down all that is due.
    Advance(Advance),
}

impl Command {
    /// A command without key, actor, version or note.
    pub fn new(body: impl Into<Body>) -> Command {
        Command {
            key: None,
            by: None,
            approved_by: None,
            expected_version: None,
            note: None,
            body: body.into(),
        }
    }

    /// The same command under an idempotency key (R-CMD-2).
    #[must_use]
    pub fn with_key(self, key: Key) -> Command {
        Command { key: Some(key), ..self }
    }
}

macro_rules! bodies {
    ($($body:ident = $text:literal,)*) => {
        impl Body {
            /// The command's name in the line format.
            pub const fn name(&self) -> &'static str {
                match self { $(Body::$body(_) => $text),* }
            }
        }

        $(impl From<$body> for Body {
            fn from(body: $body) -> Body {
                Body::$body(body)
            }
        })*

        $(impl From<$body> for Command {
            fn from(body: $body) -> Command {
                Command::new(body)
            }
        })*
    };
}

bodies! {
    Enrol = "enrol",
    Record = "record",
    Confirm = "confirm",
    Grant = "grant",
    Debit = "debit",
    Compensate = "compensate",
    Hold = "hold",
    Capture = "capture",
    Release = "release",
    Redeem = "redeem",
    Refund = "refund",
    Reverse = "reverse",
    ReverseCase = "reverse",
    Transfer = "transfer",
    AssignTier = "assign_tier",
    Attributes = "attributes",
    Consent = "consent",
    Close = "close",
    Merge = "merge",
    Extend = "extend",
    Revise = "revise",
    Advance = "advance",
}
