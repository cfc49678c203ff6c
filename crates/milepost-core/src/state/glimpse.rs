//! Activities as who looks at those of every member needs them: nothing is looked up that is not
//! asked for, so that twenty million are read in a moment.

use super::activities::Record;
use super::activity::of_number;
use super::member::Member;
use crate::event::{ActivityNo, ReversedShare};
use crate::money::Currency;
use crate::ratio::Ratio;
use crate::time::Instant;

/// A look at one activity of a member.
#[derive(Clone, Copy, Debug)]
pub struct Glimpse<'a> {
    member: &'a Member,
    number: ActivityNo,
    record: Record<'a>,
}

impl Member {
    /// A look at every activity, in the order of recording.
    pub fn glimpses(&self) -> impl Iterator<Item = Glimpse<'_>> {
        let glimpse = |(number, record)| Glimpse { member: self, number, record };
        self.activities.iter().map(glimpse)
    }
}

impl Glimpse<'_> {
    /// When it happened.
    pub const fn occurred_at(&self) -> Instant {
        self.record.occurred_at
    }

    /// Whether it is of one of these kinds.
    pub fn is_of(&self, kinds: &[Box<str>]) -> bool {
        self.record.is_of(kinds)
    }

    /// How much of it has been reversed.
    pub fn reversed(&self) -> Option<ReversedShare> {
        self.member.more.as_ref().and_then(|more| of_number(&more.reversed, self.number))
    }

    /// Programme currency per 1 of its own, if it brought its rate.
    pub fn rate(&self) -> Option<Ratio> {
        self.member.more.as_ref().and_then(|more| of_number(&more.rates, self.number))
    }

    /// What was paid, in minor units, if that was in this currency.
    pub fn spend_in(&self, currency: Currency) -> Option<i64> {
        self.record.spend_in(currency)
    }

    /// What was paid: minor units of a currency.
    pub fn spend(&self) -> Option<(i64, Currency)> {
        self.record.spend()
    }
}
