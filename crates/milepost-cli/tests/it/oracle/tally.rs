//! A view of the host's own: earnings and redemptions by month and by member. It is not in the
//! snapshot of the ledger that it is added to, so that opening folds it from the first entry.

use std::collections::BTreeMap;

use milepost::event::{Fact, Gain, Part};
use milepost::rules::Rules;
use milepost::{EntryView, Instant, MemberKey, NotAView, View};

/// What was earned and redeemed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) earn_events: i64,
    pub(crate) earned: i64,
    pub(crate) redeem_events: i64,
    pub(crate) redeemed: i64,
    /// Minor units that redemptions were worth.
    pub(crate) paid: i64,
}

/// The view. It is asked by year and month, in the programme's zone, and by member.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    months: BTreeMap<String, Sums>,
    members: BTreeMap<MemberKey, Sums>,
    /// The last time that was seen, and its month.
    last: Option<(Instant, String)>,
}

impl Tally {
    pub(crate) const NAME: &'static str = "tally";

    pub(crate) fn month(&self, (year, month): (i64, i64)) -> Sums {
        self.months.get(&format!("{year}-{month:02}")).copied().unwrap_or_default()
    }

    pub(crate) fn months(&self) -> usize {
        self.months.len()
    }

    pub(crate) fn member(&self, member: MemberKey) -> Sums {
        self.members.get(&member).copied().unwrap_or_default()
    }

    fn month_of(&mut self, rules: &Rules, at: Instant) -> String {
        match &self.last {
            Some((last, month)) if *last == at => month.clone(),
            _ => {
                let date = rules.latest().programme.zone.date(at).to_string();
                let month = date[..7].to_owned();
                self.last = Some((at, month.clone()));
                month
            }
        }
    }
}

impl Sums {
    fn add(&mut self, fact: &Fact) {
        let sum = |parts: &[Part]| parts.iter().map(|part| part.amount).sum::<i64>();
        if let Fact::Earned { lot, .. } = fact {
            self.earn_events += 1;
            self.earned += lot.amount;
        } else if let Fact::Redeemed { parts, worth, .. } = fact {
            self.redeem_events += 1;
            self.redeemed += sum(parts);
            if let Some(Gain::Money(minor)) = worth.as_ref().map(|worth| &worth.gain) {
                self.paid += *minor;
            }
        } else if let Fact::Debited { parts, debt, .. } = fact {
            self.redeem_events += 1;
            self.redeemed += sum(parts) + debt;
        }
    }
}

impl View for Tally {
    fn name(&self) -> &str {
        Tally::NAME
    }

    fn fingerprint(&self) -> u64 {
        1
    }

    fn fold(&mut self, rules: &Rules, entry: &EntryView<'_>) {
        let Some(member) = entry.members().next() else { return };
        let is_used = |fact: &Fact| {
            matches!(fact, Fact::Earned { .. } | Fact::Redeemed { .. } | Fact::Debited { .. })
        };
        for event in entry.events().iter().filter(|event| is_used(&event.fact)) {
            let month = self.month_of(rules, entry.recorded_at());
            self.months.entry(month).or_default().add(&event.fact);
            self.members.entry(member).or_default().add(&event.fact);
        }
    }

    fn encode(&self, _: &mut Vec<u8>) {}

    fn decode(&mut self, _: &[u8]) -> Result<(), NotAView> {
        // It is not kept: it is folded anew each time.
        Err(NotAView)
    }

    fn clear(&mut self) {
        *self = Tally::default();
    }
}
