//! The sentence of a statement line, and the names in it.

use super::Statement;
use super::change::Change;
use crate::event::{ActivityNo, Fact, Gain, GiftOf, RedemptionNo, Worth};
use crate::names::Reference;
use crate::programme::UnitIx;
use crate::rules::Rules;
use crate::views::show;

/// A sentence for the member, and the names in it for programs.
#[derive(Clone, Debug)]
pub(super) struct Words {
    pub(super) text: String,
    pub(super) refs: Vec<(&'static str, String)>,
}

/// What a fact changes of the balance, in words; `None` for what is never a line: what only moves
/// between the figures changes nothing, and neither does a repayment.
#[expect(clippy::too_many_lines, reason = "what each fact says reads best as one table")]
pub(super) fn describe(
    statement: &Statement,
    rules: &Rules,
    fact: &Fact,
) -> Option<(Change, Words)> {
    let speaker = Speaker { statement, rules };
    let spoken = match fact {
        Fact::Earned { lot, activity, rule, .. } => {
            let change = Change::new_lot(lot);
            let rule = rules.symbols().rule(*rule);
            let words = speaker.earned(&change, *activity, rule);
            (change, words)
        }
        Fact::Granted { lot, reason } => {
            let change = Change::new_lot(lot);
            let text = format!("{} granted ({reason})", speaker.amount(&change));
            (change, Words { text, refs: vec![("reason", reason.to_string())] })
        }
        Fact::Given { lot, of, .. } => {
            let change = Change::new_lot(lot);
            let words = speaker.given(&change, of);
            (change, words)
        }
        Fact::TakenBack { of, unit, parts, debt, .. } => {
            let change = Change::taken(*unit, parts, *debt);
            let words = speaker.taken_back(&change, of, *debt);
            (change, words)
        }
        Fact::Benefit { lot, tier, .. } => {
            let change = Change::new_lot(lot);
            let words = speaker.given_for(&change, "benefit", rules.symbols().tier(*tier));
            (change, words)
        }
        Fact::MilestoneReached { lot, milestone, .. } => {
            let change = Change::new_lot(lot);
            let name = rules.symbols().milestone(*milestone);
            let words = speaker.given_for(&change, "milestone", name);
            (change, words)
        }
        Fact::MilestoneTaken { milestone, unit, parts, debt, .. } => {
            let change = Change::taken(*unit, parts, *debt);
            let words = speaker.taken(&change, rules.symbols().milestone(*milestone), *debt);
            (change, words)
        }
        Fact::Expired { unit, part, .. } => {
            let change = Change::going(*unit, &[*part]);
            let text = format!("{} expired", speaker.amount(&change));
            (change, Words { text, refs: Vec::new() })
        }
        Fact::Captured { unit, reference, parts, worth, .. }
        | Fact::Redeemed { unit, reference, parts, worth } => {
            let change = Change::going(*unit, parts);
            let words = speaker.used(&change, reference, worth.as_ref());
            (change, words)
        }
        Fact::Refunded { unit, redemption, reference, parts } => {
            let change = Change::coming(*unit, parts.clone());
            let words = speaker.refunded(&change, *redemption, reference.as_ref());
            (change, words)
        }
        Fact::Reversed { unit, activity, parts, debt, .. } => {
            let change = Change::taken(*unit, parts, *debt);
            let words = speaker.reversed(&change, *activity, *debt);
            (change, words)
        }
        Fact::Debited { unit, parts, debt, reason, .. } => {
            let change = Change::taken(*unit, parts, *debt);
            let owed = speaker.owed(*unit, *debt);
            let text = format!("{} taken ({reason}){owed}", speaker.amount(&change));
            (change, Words { text, refs: vec![("reason", reason.to_string())] })
        }
        Fact::TransferredOut { to, reference, unit, parts, .. } => {
            let change = Change::going(*unit, parts);
            let text = format!("{} sent to another member ({reference})", speaker.amount(&change));
            let refs = vec![("ref", reference.to_string()), ("to", to.to_string())];
            (change, Words { text, refs })
        }
        Fact::TransferredIn { from, reference, lots } => {
            let change = Change::received(lots)?;
            let amount = speaker.amount(&change);
            let text = format!("{amount} received from another member ({reference})");
            let refs = vec![("ref", reference.to_string()), ("from", from.to_string())];
            (change, Words { text, refs })
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

    fn earned(&self, change: &Change, activity: ActivityNo, rule: &str) -> Words {
        let activity = self.statement.activity(activity);
        let text = format!("{} earned for {activity} (rule {rule})", self.amount(change));
        Words { text, refs: vec![("activity", activity), ("rule", rule.to_owned())] }
    }

    fn given_for(&self, change: &Change, why: &'static str, name: &str) -> Words {
        let text = format!("{} granted ({why} {name})", self.amount(change));
        Words { text, refs: vec![(why, name.to_owned())] }
    }

    fn taken(&self, change: &Change, milestone: &str, debt: i64) -> Words {
        let owed = self.owed(change.unit, debt);
        let text = format!("{} taken back (milestone {milestone}){owed}", self.amount(change));
        Words { text, refs: vec![("milestone", milestone.to_owned())] }
    }

    fn used(&self, change: &Change, reference: &Reference, worth: Option<&Worth>) -> Words {
        let amount = self.amount(change);
        let own = ("ref", reference.to_string());
        let Some(worth) = worth else {
            return Words { text: format!("{amount} used ({reference})"), refs: vec![own] };
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
        Words { text, refs: vec![own, ("reward", reward.to_owned())] }
    }

    fn given(&self, change: &Change, of: &GiftOf) -> Words {
        let (why, refs) = self.gift_of(of);
        Words { text: format!("{} granted {why}", self.amount(change)), refs }
    }

    fn taken_back(&self, change: &Change, of: &GiftOf, debt: i64) -> Words {
        let (why, refs) = self.gift_of(of);
        let owed = self.owed(change.unit, debt);
        Words { text: format!("{} granted {why} taken back{owed}", self.amount(change)), refs }
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
        change: &Change,
        redemption: RedemptionNo,
        reference: Option<&Reference>,
    ) -> Words {
        let redemption = self.statement.redemption(redemption);
        let text = format!("{} given back ({redemption})", self.amount(change));
        let mut refs = vec![("redemption", redemption)];
        refs.extend(reference.map(|reference| ("ref", reference.to_string())));
        Words { text, refs }
    }

    fn reversed(&self, change: &Change, activity: ActivityNo, debt: i64) -> Words {
        let activity = self.statement.activity(activity);
        let owed = self.owed(change.unit, debt);
        let text = format!("{} taken back ({activity}){owed}", self.amount(change));
        Words { text, refs: vec![("activity", activity)] }
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
