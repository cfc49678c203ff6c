//! Facts as folds need them: borrowed, from an event or from the bytes of an entry.

use std::borrow::Cow;
use std::ops::Deref;

use super::{ActivityNo, Event, Fact, NewLot, Part, Pool};
use crate::money::Currency;
use crate::programme::{RuleIx, UnitIx};
use crate::ratio::{Ratio, Rounding};
use crate::time::Instant;

/// An [`Event`], borrowed.
#[derive(Clone, Debug, PartialEq)]
pub struct EventRef<'a> {
    /// Which of the members that the entry touches: 0 is the first.
    pub who: u32,
    /// When it took effect (R-TIME-7).
    pub effective_at: Instant,
    /// What happened.
    pub fact: FactRef<'a>,
}

/// A [`Fact`], borrowed: of those that come most often as much as a fold asks for, so that a replay
/// makes nothing that it takes apart again at once.
#[derive(Clone, Debug, PartialEq)]
pub enum FactRef<'a> {
    /// [`Fact::Recorded`].
    Recorded {
        /// Its reference: 1 to 128 bytes.
        activity: &'a str,
        /// What it was: 1 to 128 bytes.
        kind: &'a str,
        /// When it happened.
        at: Instant,
        /// What was paid, if anything was said of it: minor units of a currency.
        spend: Option<(i64, Currency)>,
        /// Programme currency per 1 of it, if the activity brought its own rate: few do.
        rate: Option<Box<Ratio>>,
    },
    /// [`Fact::Earned`], but for how the amount came about.
    Earned {
        /// The lot.
        lot: NewLot,
        /// The activity.
        activity: ActivityNo,
        /// The rule.
        rule: RuleIx,
        /// The rule's rounding, for taking back in parts (R-NUM-4).
        rounding: Rounding,
    },
    /// [`Fact::Redeemed`], if it was for no reward.
    Redeemed {
        /// The redemption's reference: 1 to 128 bytes.
        reference: &'a str,
        /// The unit.
        unit: UnitIx,
        /// What of which lot.
        parts: Cow<'a, [Part]>,
    },
    /// [`Fact::Expired`].
    Expired {
        /// The unit.
        unit: UnitIx,
        /// Where it was.
        pool: Pool,
        /// What died.
        part: Part,
    },
    /// Any other.
    Whole(WholeFact<'a>),
}

/// A whole [`Fact`], wherever it is.
#[derive(Clone, Debug)]
pub enum WholeFact<'a> {
    /// Somebody has it.
    Borrowed(&'a Fact),
    /// It was read of bytes.
    Owned(Box<Fact>),
}

impl PartialEq for WholeFact<'_> {
    fn eq(&self, other: &WholeFact<'_>) -> bool {
        **self == **other
    }
}

impl Deref for WholeFact<'_> {
    type Target = Fact;

    fn deref(&self) -> &Fact {
        match self {
            WholeFact::Borrowed(fact) => fact,
            WholeFact::Owned(fact) => fact,
        }
    }
}

impl<'a> From<&'a Event> for EventRef<'a> {
    fn from(event: &'a Event) -> EventRef<'a> {
        let &Event { who, effective_at, ref fact } = event;
        EventRef { who, effective_at, fact: fact.into() }
    }
}

impl<'a> From<&'a Fact> for FactRef<'a> {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a fact that has no form of its own here is taken as a whole"
    )]
    fn from(fact: &'a Fact) -> FactRef<'a> {
        match fact {
            Fact::Recorded { activity, occurrence, spend } => FactRef::Recorded {
                activity: activity.as_str(),
                kind: occurrence.kind.as_str(),
                at: occurrence.at,
                spend: spend.map(|spend| (spend.minor, spend.currency)),
                rate: spend.and_then(|spend| spend.rate).map(Box::new),
            },
            Fact::Earned { lot, activity, rule, rounding, how: _ } => {
                FactRef::Earned { lot: *lot, activity: *activity, rule: *rule, rounding: *rounding }
            }
            Fact::Redeemed { reference, unit, parts, worth: None } => FactRef::Redeemed {
                reference: reference.as_str(),
                unit: *unit,
                parts: Cow::Borrowed(parts),
            },
            Fact::Expired { unit, pool, part } => {
                FactRef::Expired { unit: *unit, pool: *pool, part: *part }
            }
            other => FactRef::Whole(WholeFact::Borrowed(other)),
        }
    }
}
