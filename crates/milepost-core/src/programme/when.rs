//! The conditions of a rule, a multiplier or a reward, and what they look at.

use chrono::{Datelike, Weekday};

use super::{Choices, TierIx};
use crate::command::Activity;
use crate::names::{Name, Text};
use crate::ratio::Ratio;
use crate::time::{Instant, Zone};

/// The conditions of a rule, a multiplier or a reward: all that is given must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct When {
    /// Not earlier than this.
    pub from: Option<Instant>,
    /// Earlier than this.
    pub until: Option<Instant>,
    /// The activity's time that `from`, `until`, `months` and `weekdays` are about; left out: when
    /// it happened.
    pub window_on: Option<Box<str>>,
    /// In one of these tiers; empty: in any.
    pub tiers: Vec<TierIx>,
    /// The whole activity was paid at least so much: whole programme currency.
    pub min_spend: Option<Ratio>,
    /// And at most so much.
    pub max_spend: Option<Ratio>,
    /// At least so much of each of these quantities.
    pub min_quantity: Vec<(Box<str>, Ratio)>,
    /// Each of these attributes has one of its values.
    pub attributes: Choices,
    /// None of these attributes is there.
    pub absent: Vec<Box<str>>,
    /// In one of these local months, 1 to 12; empty: in any.
    pub months: Vec<u8>,
    /// On one of these local days of the week; empty: on any.
    pub weekdays: Vec<Weekday>,
    /// In the member's birth month only.
    pub birthday: Birthday,
    /// Which of the member's activities it is.
    pub turn: Turn,
}

/// Which of the member's activities of a rule's kinds it has to be; those that are wholly reversed
/// do not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// The first of all in recorded order.
    pub first: bool,
    /// The one with this number in the local calendar year of `occurred_at`; from 1.
    pub nth: Option<u32>,
    /// One whose number in that year is a multiple of this; from 1.
    pub every: Option<u32>,
}

impl Turn {
    /// Whether every activity will do.
    pub const fn is_any(self) -> bool {
        !self.first && self.nth.is_none() && self.every.is_none()
    }

    /// Whether its number in its year is the one, with so many before it in that year.
    pub fn is_at(self, before_in_year: u32) -> bool {
        let number = before_in_year.saturating_add(1);
        self.nth.is_none_or(|nth| nth == number)
            && self.every.is_none_or(|every| number.checked_rem(every) == Some(0))
    }

    /// With so many before it in its year it is not the one, however many more there are; `u32::MAX`
    /// where only the exact number decides.
    pub fn enough(self) -> u32 {
        self.nth.unwrap_or(u32::MAX)
    }

    /// The turn, if it is one that is counted in the year.
    pub fn asks_for_year(self) -> Option<Turn> {
        Some(self).filter(|turn| turn.nth.is_some() || turn.every.is_some())
    }
}

/// Whether a rule holds in the member's birth month only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Birthday {
    /// In every month; the default.
    #[default]
    AnyMonth,
    /// Only in the birth month; without a birth date never.
    InMonth,
}

/// What the conditions of a rule look at.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    /// The programme's zone.
    pub zone: Zone,
    /// When it happened.
    pub at: Instant,
    /// The member's tier then.
    pub tier: Option<TierIx>,
    /// What was paid, in whole programme currency.
    pub spend: Ratio,
    /// The activity, if there is one.
    pub activity: Option<&'a Activity>,
    /// The member's attributes.
    pub attributes: &'a [(Name, Text)],
    /// The member's birth month.
    pub birth_month: Option<u8>,
}

impl When {
    /// Whether the conditions hold. `from` is included, `until` is not (R-TIME-4).
    pub fn holds(&self, occasion: &Occasion<'_>) -> bool {
        let Some(at) = occasion.time(self.window_on.as_deref()) else { return false };
        self.from.is_none_or(|from| from <= at)
            && self.until.is_none_or(|until| at < until)
            && (self.tiers.is_empty() || occasion.tier.is_some_and(|t| self.tiers.contains(&t)))
            && self.holds_on(occasion, at)
            && self.min_spend.is_none_or(|min| min <= occasion.spend)
            && self.max_spend.is_none_or(|max| occasion.spend <= max)
            && (self.min_quantity.is_empty() || self.holds_of_quantities(occasion))
            && (self.absent.is_empty() && self.attributes.is_empty()
                || self.holds_of_attributes(occasion))
    }

    fn holds_of_quantities(&self, occasion: &Occasion<'_>) -> bool {
        self.min_quantity.iter().all(|(name, min)| *min <= occasion.quantity(name))
    }

    fn holds_of_attributes(&self, occasion: &Occasion<'_>) -> bool {
        self.absent.iter().all(|name| occasion.attribute(name).is_none())
            && self.attributes.iter().all(|(name, values)| {
                let value = occasion.attribute(name);
                value.is_some_and(|value| values.iter().any(|known| **known == *value))
            })
    }

    fn holds_on(&self, occasion: &Occasion<'_>, at: Instant) -> bool {
        let any_month = self.months.is_empty() && self.birthday == Birthday::AnyMonth;
        if any_month && self.weekdays.is_empty() {
            return true;
        }
        // Nobody's month needs no calendar.
        if self.birthday == Birthday::InMonth && occasion.birth_month.is_none() {
            return false;
        }
        let month = occasion.zone.month(at);
        let weekday = || occasion.zone.date(at).weekday();
        (self.months.is_empty() || self.months.contains(&month))
            && (self.weekdays.is_empty() || self.weekdays.contains(&weekday()))
            && (self.birthday == Birthday::AnyMonth || occasion.birth_month == Some(month))
    }

    /// Whether it leaves out nothing.
    pub fn is_always(&self) -> bool {
        *self == When::default()
    }
}

impl<'a> Occasion<'a> {
    /// The time that a window is about; `None` if the activity does not have it.
    fn time(&self, name: Option<&str>) -> Option<Instant> {
        let Some(name) = name else { return Some(self.at) };
        let times = self.activity.map_or(&[][..], |activity| &activity.times);
        times.iter().find(|(known, _)| known.as_str() == name).map(|(_, at)| *at)
    }

    fn quantity(&self, name: &str) -> Ratio {
        let quantities = self.activity.map_or(&[][..], |activity| &activity.quantities);
        let found = quantities.iter().find(|(known, _)| known.as_str() == name);
        found.map_or(Ratio::ZERO, |(_, quantity)| Ratio::from(*quantity))
    }

    /// The activity's attribute, else the member's.
    fn attribute(&self, name: &str) -> Option<&'a str> {
        let of_activity = self.activity.map_or(&[][..], |activity| &activity.attributes);
        let mut all = of_activity.iter().chain(self.attributes);
        all.find(|(known, _)| known.as_str() == name).map(|(_, value)| value.as_str())
    }
}
