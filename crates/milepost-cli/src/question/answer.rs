//! Asking the ledger, and the answers as JSON.

use milepost::answer as json;
use milepost::views::StatementFilter;
use milepost::{AsOf, Code, Entry, Error, KnownAt, Ledger, MemberId, Name, Refusal, SubmitError};
use serde_json::{Value, json};

use super::{Question, Range, What};

impl Question {
    /// The answer as one object; of `log`, `{"entries":[…]}`.
    ///
    /// # Errors
    /// [`SubmitError::Refused`] if the question names what is not there; [`SubmitError::Failed`] if
    /// the ledger cannot answer.
    pub(crate) fn answer(&self, ledger: &Ledger) -> Result<Value, SubmitError> {
        if let What::Log { from } = self.what {
            let entries: Result<Vec<Value>, Error> = entries(ledger, from, self.when).collect();
            return Ok(json!({ "entries": entries? }));
        }
        self.object(ledger).map_err(named)
    }

    fn object(&self, ledger: &Ledger) -> Result<Value, Error> {
        let (rules, when) = (&*ledger.rules_known(self.when.known_at), self.when);
        Ok(match &self.what {
            What::Balance { member } => json::balance(rules, &ledger.balance(member, when)?),
            What::Lots { member, unit } => {
                let unit = unit.as_ref().map(Name::as_str);
                json::lots(rules, &ledger.lots(member, unit, when)?)
            }
            What::Holds { member } => json::holds(rules, &ledger.holds(member, when)?),
            What::Tier { member } => json::tier(rules, &ledger.tier(member, when)?),
            What::Statement { member, range } => statement(ledger, member, range, when)?,
            What::Explain { member, about } => {
                let (member, steps) = ledger.explain(member, about, when)?;
                json::explain(rules, &member, &steps)
            }
            What::Expiring { member: Some(member), days } => {
                json::expiring(rules, &ledger.expiring(member, *days, when)?)
            }
            What::Expiring { member: None, days } => expiring_of_all(ledger, *days, when)?,
            What::Totals => {
                let now = when.as_of.unwrap_or(ledger.last_recorded_at());
                json::totals(rules, now, &ledger.totals_blocking(when)?)
            }
            What::Member { member } => json::member(&ledger.member(member, when)?),
            What::Log { .. } => Value::Null,
        })
    }
}

fn statement(
    ledger: &Ledger,
    member: &MemberId,
    range: &Range,
    when: AsOf,
) -> Result<Value, Error> {
    let unit = range.unit.as_ref().map(|unit| ledger.unit(unit.as_str())).transpose()?;
    let filter = StatementFilter { from: range.from, until: range.until, unit };
    let lines = ledger.statement(member, filter, when)?;
    Ok(json::statement(&ledger.rules(), &lines))
}

fn expiring_of_all(ledger: &Ledger, days: Option<u32>, when: AsOf) -> Result<Value, Error> {
    let mut members = Vec::new();
    for (member, buckets) in ledger.expiring_of_all(days, when)? {
        let mut told = json!({ "member": member.as_str() });
        if let (Some(told), Value::Object(buckets)) =
            (told.as_object_mut(), json::expiring(&ledger.rules(), &buckets))
        {
            told.extend(buckets);
        }
        members.push(told);
    }
    Ok(json!({ "members": members }))
}

/// The entries from a sequence number on, up to what was known and with what was in force (R-ASOF-1).
pub(crate) fn entries(
    ledger: &Ledger,
    from: u64,
    when: AsOf,
) -> impl Iterator<Item = Result<Value, Error>> {
    let mut entries = ledger.entries(from);
    let ledger = ledger.clone();
    let next = move || entries.try_next().transpose();
    std::iter::from_fn(next)
        .take_while(move |entry| {
            entry.as_ref().map_or(true, |entry| is_known(entry, when.known_at))
        })
        .map(move |entry| {
            let mut entry = entry?;
            entry.events.retain(|event| when.as_of.is_none_or(|as_of| event.effective_at <= as_of));
            Ok(ledger.entry_json(&entry))
        })
}

fn is_known(entry: &Entry, known_at: Option<KnownAt>) -> bool {
    match known_at {
        None => true,
        Some(KnownAt::Seq(seq)) => entry.seq <= seq,
        Some(KnownAt::Instant(at)) => entry.recorded_at <= at,
    }
}

/// What the question named and the ledger does not have is a refusal, everything else a failure.
fn named(error: Error) -> SubmitError {
    let refused = |code: Code| SubmitError::Refused(Refusal::new(code, error.to_string()));
    if let Error::UnknownMember(_) = error {
        return refused(Code::UnknownMember);
    }
    if let Error::UnknownUnit(_) = error {
        return refused(Code::UnknownUnit);
    }
    SubmitError::Failed(error)
}
