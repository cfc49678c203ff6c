//! What happened in the booking system, as a host says it.

use crate::decimal::Decimal;
use crate::money::Money;
use crate::names::{Name, Reference, Text};
use crate::time::Instant;

/// What happened in the booking system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Its kind, such as `stay`.
    pub kind: Name,
    /// Its reference, unique for the member.
    pub reference: Reference,
    /// When it happened; left out: when it is recorded.
    pub occurred_at: Option<Instant>,
    /// What was paid; left out: the sum of the lines.
    pub spend: Option<Money>,
    /// Counted things, such as `nights`, sorted by name.
    pub quantities: Vec<(Name, Decimal)>,
    /// The lines of the bill.
    pub lines: Vec<Line>,
    /// Tags used by rules and reports, sorted by name.
    pub attributes: Vec<(Name, Text)>,
    /// Other times, such as `booked_at`, sorted by name.
    pub times: Vec<(Name, Instant)>,
}

impl Activity {
    /// An activity of a kind, with nothing but its reference.
    pub fn new(kind: Name, reference: Reference) -> Activity {
        Activity {
            kind,
            reference,
            occurred_at: None,
            spend: None,
            quantities: Vec::new(),
            lines: Vec::new(),
            attributes: Vec::new(),
            times: Vec::new(),
        }
    }

    /// The same, with what was paid.
    #[must_use]
    pub fn with_spend(self, spend: impl Into<Money>) -> Activity {
        Activity { spend: Some(spend.into()), ..self }
    }

    /// The same, with a counted thing such as `nights`.
    #[must_use]
    pub fn with_quantity(mut self, name: Name, quantity: impl Into<Decimal>) -> Activity {
        let at = self.quantities.partition_point(|(known, _)| *known < name);
        self.quantities.insert(at, (name, quantity.into()));
        self
    }

    /// The same, at a time of its own.
    #[must_use]
    pub fn at(self, occurred_at: Instant) -> Activity {
        Activity { occurred_at: Some(occurred_at), ..self }
    }
}

/// One line of a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What was sold.
    pub sku: Option<Name>,
    /// Its money in the activity's currency; negative for a discount.
    pub amount: Decimal,
    /// How many; left out: 1.
    pub quantity: Option<Decimal>,
    /// Tags used by rules, sorted by name.
    pub attributes: Vec<(Name, Text)>,
}
