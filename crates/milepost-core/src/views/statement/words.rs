//! The sentence of a statement line, and the names in it.

use super::Statement;
use super::change::Change;
use crate::event::{ActivityNo, Fact, Gain, GiftOf, NewLot, RedemptionNo, Worth};
use crate::names::{MemberKey, Reference, Text};
use crate::programme::UnitIx;
use crate::rules::Rules;
use crate::views::show;

/// A sentence for the member, and the names in it for programs.
#[derive(Clone, Debug)]
pub(super) struct Words {
    pub(super) text: String,
    pub(super) refs: Vec<(&'static str, String)>,
}

/// What a fact changes of the balance, in words.
type Spoken = (Change, Words);

/// What a fact changes of the balance, in words; `None` for what is never a line: what only moves
/// between the figures changes nothing, and neither does a repayment.
pub(super) fn describe(statement: &Statement, rules: &Rules, fact: &Fact) -> Option<Spoken> {
    let (speaker, symbols) = (Speaker { statement, rules }, rules.symbols());
    let spoken = match fact {
        Fact::Earned { lot, activity, rule, .. } => {
            speaker.earned(lot, *activity, symbols.rule(*rule))
        }
        Fact::Granted { lot, reason } => speaker.granted(lot, reason),
        Fact::Given { lot, of, .. } => speaker.given(lot, of),
        Fact::TakenBack { of, unit, parts, debt, .. } => {
            speaker.taken_back(Change::taken(*unit, parts, *debt), of, *debt)
        }
        Fact::Benefit { lot, tier, .. } => speaker.given_for(lot, "benefit", symbols.tier(*tier)),
        Fact::MilestoneReached { lot, milestone, .. } => {
            speaker.given_for(lot, "milestone", symbols.milestone(*milestone))
        }
        Fact::MilestoneTaken { milestone: ix, unit, parts, debt, .. } => {
            speaker.taken(Change::taken(*unit, parts, *debt), symbols.milestone(*ix), *debt)
        }
        Fact::Expired { unit, part, .. } => speaker.expired(Change::going(*unit, &[*part])),
        Fact::Captured { unit, reference, parts, worth, .. }
        | Fact::Redeemed { unit, reference, parts, worth } => {
            speaker.used(Change::going(*unit, parts), reference, worth.as_ref())
        }
        Fact::Refunded { unit, redemption, reference, parts } => {
            let change = Change::coming(*unit, parts.clone());
            speaker.refunded(change, *redemption, reference.as_ref())
        }
        Fact::Reversed { unit, activity, parts, debt, .. } => {
            speaker.reversed(Change::taken(*unit, parts, *debt), *activity, *debt)
        }
        Fact::Debited { unit, parts, debt, reason, .. } => {
            speaker.debited(Change::taken(*unit, parts, *debt), reason, *debt)
        }
        Fact::TransferredOut { to, reference, unit, parts, .. } => {
            speaker.sent(Change::going(*unit, parts), *to, reference)
        }
        Fact::TransferredIn { from, reference, lots } => {
            speaker.received(Change::received(lots)?, *from, reference)
        }
        Fact::Enrolled { .. }
        | Fact::Recorded { .. }
        | Fact::Matured { .. }
        | Fact::Confirmed { .. }
        | Fact::Held { .. }
        | Fact::Released { .. }
        | Fact::Lapsed { .. }
        | Fact::ActivityReversed { .. }
        | Fact::CaseReversed { .. }
        | Fact::Referred { .. }
        | Fact::ReferralPaid { .. }
        | Fact::ReferralFell { .. }
        | Fact::DebtRepaid { .. }
        | Fact::Renewed { .. }
        | Fact::Extended { .. }
        | Fact::TierAssigned { .. }
        | Fact::TierChanged { .. }
        | Fact::ContextRecorded { .. }
        | Fact::LinesLeft { .. }
        | Fact::Cut { .. }
        | Fact::Drawn { .. }
        | Fact::AttributesChanged { .. }
        | Fact::ConsentChanged { .. }
        | Fact::Closed { .. }
        | Fact::MergedInto { .. }
        | Fact::MergedFrom { .. }
        | Fact::ProgrammeRevised { .. }
        | Fact::TierGrace { .. }
        | Fact::Qualified { .. } => return None,
    };
    Some(spoken)
}

/// Who finds the words: it knows the names of the programme and the member's references.
struct Speaker<'a> {
    statement: &'a Statement,
    rules: &'a Rules,
}

impl Speaker<'_> {
    fn amount(&self, change: &Change) -> String {
        let steps = i128::from(change.steps).abs();
        let unit = self.rules.symbols().unit(change.unit);
        format!("{} {unit}", show::amount(self.rules, change.unit, steps))
    }

    fn earned(&self, lot: &NewLot, activity: ActivityNo, rule: &str) -> Spoken {
        let change = Change::new_lot(lot);
        let activity = self.statement.activity(activity);
        let text = format!("{} earned for {activity} (rule {rule})", self.amount(&change));
        (change, Words { text, refs: vec![("activity", activity), ("rule", rule.to_owned())] })
    }

    fn granted(&self, lot: &NewLot, reason: &Text) -> Spoken {
        let change = Change::new_lot(lot);
        let text = format!("{} granted ({reason})", self.amount(&change));
        (change, Words { text, refs: vec![("reason", reason.to_string())] })
    }

    fn given(&self, lot: &NewLot, of: &GiftOf) -> Spoken {
        let change = Change::new_lot(lot);
        let (why, refs) = self.gift_of(of);
        let text = format!("{} granted {why}", self.amount(&change));
        (change, Words { text, refs })
    }

    fn given_for(&self, lot: &NewLot, why: &'static str, name: &str) -> Spoken {
        let change = Change::new_lot(lot);
        let text = format!("{} granted ({why} {name})", self.amount(&change));
        (change, Words { text, refs: vec![(why, name.to_owned())] })
    }

    fn taken_back(&self, change: Change, of: &GiftOf, debt: i64) -> Spoken {
        let (why, refs) = self.gift_of(of);
        let owed = self.owed(change.unit, debt);
        let text = format!("{} granted {why} taken back{owed}", self.amount(&change));
        (change, Words { text, refs })
    }

    fn taken(&self, change: Change, milestone: &str, debt: i64) -> Spoken {
        let owed = self.owed(change.unit, debt);
        let text = format!("{} taken back (milestone {milestone}){owed}", self.amount(&change));
        (change, Words { text, refs: vec![("milestone", milestone.to_owned())] })
    }

    fn expired(&self, change: Change) -> Spoken {
        let text = format!("{} expired", self.amount(&change));
        (change, Words { text, refs: Vec::new() })
    }

    fn debited(&self, change: Change, reason: &Text, debt: i64) -> Spoken {
        let owed = self.owed(change.unit, debt);
        let text = format!("{} taken ({reason}){owed}", self.amount(&change));
        (change, Words { text, refs: vec![("reason", reason.to_string())] })
    }

    fn sent(&self, change: Change, to: MemberKey, reference: &Reference) -> Spoken {
        let text = format!("{} sent to another member ({reference})", self.amount(&change));
        let refs = vec![("ref", reference.to_string()), ("to", to.to_string())];
        (change, Words { text, refs })
    }

    fn received(&self, change: Change, from: MemberKey, reference: &Reference) -> Spoken {
        let text = format!("{} received from another member ({reference})", self.amount(&change));
        let refs = vec![("ref", reference.to_string()), ("from", from.to_string())];
        (change, Words { text, refs })
    }

    fn used(&self, change: Change, reference: &Reference, worth: Option<&Worth>) -> Spoken {
        let amount = self.amount(&change);
        let own = ("ref", reference.to_string());
        let Some(worth) = worth else {
            let text = format!("{amount} used ({reference})");
            return (change, Words { text, refs: vec![own] });
        };
        let reward = self.rules.symbols().reward(worth.reward);
        let brought = match &worth.gain {
            Gain::Thing if worth.quantity == 1 => reward.to_owned(),
            Gain::Thing => format!("{} × {reward}", worth.quantity),
            Gain::Money(minor) => {
                let currency = self.rules.latest().programme.currency;
                let value = show::money(self.rules, *minor);
                format!("{reward}, worth {value} {currency}")
            }
            Gain::Partner { quantity, what } => format!("{reward}, {quantity} × {what}"),
        };
        let text = format!("{amount} used for {brought} ({reference})");
        (change, Words { text, refs: vec![own, ("reward", reward.to_owned())] })
    }

    /// What something was given for, and the names in it. Another member is no name for a member.
    fn gift_of(&self, of: &GiftOf) -> (String, Vec<(&'static str, String)>) {
        match of {
            GiftOf::Redemption(number) => {
                let redemption = self.statement.redemption(*number);
                (format!("with {redemption}"), vec![("redemption", redemption)])
            }
            GiftOf::Case { case, cause } => {
                let cause = self.rules.symbols().cause(*cause).to_owned();
                let refs = vec![("cause", cause.clone()), ("case", case.to_string())];
                (format!("for {cause} ({case})"), refs)
            }
            GiftOf::Referral(_) => ("for coming as a friend".to_owned(), Vec::new()),
            GiftOf::Friend(friend) => {
                ("for referring a friend".to_owned(), vec![("friend", friend.to_string())])
            }
        }
    }

    fn refunded(
        &self,
        change: Change,
        redemption: RedemptionNo,
        reference: Option<&Reference>,
    ) -> Spoken {
        let redemption = self.statement.redemption(redemption);
        let text = format!("{} given back ({redemption})", self.amount(&change));
        let mut refs = vec![("redemption", redemption)];
        refs.extend(reference.map(|reference| ("ref", reference.to_string())));
        (change, Words { text, refs })
    }

    fn reversed(&self, change: Change, activity: ActivityNo, debt: i64) -> Spoken {
        let activity = self.statement.activity(activity);
        let owed = self.owed(change.unit, debt);
        let text = format!("{} taken back ({activity}){owed}", self.amount(&change));
        (change, Words { text, refs: vec![("activity", activity)] })
    }

    fn owed(&self, unit: UnitIx, debt: i64) -> String {
        match debt {
            0 => String::new(),
            _ => format!(", {} of them owed", show::amount(self.rules, unit, debt)),
        }
    }
}

impl Statement {
    pub(in crate::views) fn activity(&self, number: ActivityNo) -> String {
        nth(&self.activities, number.0)
    }

    /// The number of the activity that was recorded last.
    pub(in crate::views) fn last_activity(&self) -> ActivityNo {
        ActivityNo(count(&self.activities))
    }

    /// The number of the last redemption.
    pub(in crate::views) fn last_redemption(&self) -> RedemptionNo {
        RedemptionNo(count(&self.redemptions))
    }

    /// The number of a redemption.
    pub(in crate::views) fn find_redemption(&self, reference: &Reference) -> Option<RedemptionNo> {
        let found = self.redemptions.iter().position(|known| known == reference)?;
        u32::try_from(found + 1).ok().map(RedemptionNo)
    }

    fn redemption(&self, number: RedemptionNo) -> String {
        nth(&self.redemptions, number.0)
    }
}

fn count(references: &[Reference]) -> u32 {
    u32::try_from(references.len()).unwrap_or(u32::MAX)
}

/// The reference with a number, from 1; a question mark if the statement has not seen it.
fn nth(references: &[Reference], number: u32) -> String {
    let found = number.checked_sub(1).and_then(|at| references.get(at as usize));
    found.map_or_else(|| "?".to_owned(), Reference::to_string)
}
