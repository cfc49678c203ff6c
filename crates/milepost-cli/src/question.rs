//! Questions to a ledger, as the lines of `query`, the checks of scenarios and the subcommands for
//! people ask them, and their answers in the line format.

mod answer;
mod fields;

use milepost::event::LotNo;
use milepost::line::{LineError, Object};
use milepost::views::Explained;
use milepost::{AsOf, Instant, KnownAt, MemberId, Name};
use serde_json::{Map, Value};

pub(crate) use answer::entries;
use fields::{Fault, Fields};

/// What is asked, and as of when.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// What is asked.
    pub(crate) what: What,
    /// Of which state of the world, as known when (R-ASOF-1).
    pub(crate) when: AsOf,
}

/// What is asked.
#[derive(Clone, Debug)]
pub(crate) enum What {
    Balance { member: MemberId },
    Lots { member: MemberId, unit: Option<Name> },
    Holds { member: MemberId },
    Tier { member: MemberId },
    Statement { member: MemberId, range: Range },
    Expiring { member: Option<MemberId>, days: Option<u32> },
    Explain { member: MemberId, about: Explained },
    Rfm { member: Option<MemberId>, purpose: Option<Name> },
    Totals,
    Member { member: MemberId },
    Log { from: u64 },
}

/// Which lines of a statement are wanted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Range {
    pub(crate) from: Option<Instant>,
    pub(crate) until: Option<Instant>,
    pub(crate) unit: Option<Name>,
}

/// The number of the first entry that a command caused.
pub(crate) const FIRST_ENTRY: u64 = 1;

/// Reads a line such as `{"query":"balance","member":"a"}`.
///
/// # Errors
/// If it is not a JSON object in UTF-8, or not a well-formed question.
pub(crate) fn read(bytes: &[u8]) -> Result<Question, LineError> {
    // The line format's own reader sees what serde_json would let pass: a repeated key.
    let text = str::from_utf8(bytes).map_err(|error| LineError::NotJson {
        column: error.valid_up_to().saturating_add(1),
        message: "not UTF-8".to_owned(),
    })?;
    Object::parse(text)?;
    let fields = Fields::of_text(text).and_then(|mut fields| {
        let name = fields.required::<String>("query")?;
        question(&name, fields)
    });
    fields.map_err(Fault::into_malformed)
}

/// Reads a question from the fields of a line from which its name was taken.
///
/// # Errors
/// If it is not a well-formed question.
pub(crate) fn of_fields(name: &str, fields: Map<String, Value>) -> Result<Question, LineError> {
    question(name, Fields::of(fields)).map_err(Fault::into_malformed)
}

fn question(name: &str, mut fields: Fields) -> Result<Question, Fault> {
    let what = what(name, &mut fields)?;
    let when = AsOf { as_of: fields.parsed("as_of")?, known_at: known_at(&mut fields)? };
    fields.finish()?;
    Ok(Question { what, when })
}

fn what(name: &str, fields: &mut Fields) -> Result<What, Fault> {
    Ok(match name {
        "balance" => What::Balance { member: fields.required("member")? },
        "lots" => What::Lots { member: fields.required("member")?, unit: fields.parsed("unit")? },
        "holds" => What::Holds { member: fields.required("member")? },
        "tier" => What::Tier { member: fields.required("member")? },
        "statement" => {
            What::Statement { member: fields.required("member")?, range: range(fields)? }
        }
        "expiring" => {
            What::Expiring { member: fields.parsed("member")?, days: fields.number("days")? }
        }
        "totals" => What::Totals,
        "member" => What::Member { member: fields.required("member")? },
        "log" => What::Log { from: fields.number("from")?.unwrap_or(FIRST_ENTRY) },
        "explain" => What::Explain { member: fields.required("member")?, about: about(fields)? },
        "rfm" => What::Rfm { member: fields.parsed("member")?, purpose: fields.parsed("purpose")? },
        _ => return Err(Fault::new("query", "unknown query")),
    })
}

/// A lot, a redemption, or the whole balance.
fn about(fields: &mut Fields) -> Result<Explained, Fault> {
    let (lot, redemption) = (fields.number("lot")?, fields.parsed("redemption")?);
    match (lot, redemption) {
        (None, None) => Ok(Explained::Balance),
        (Some(lot), None) => Ok(Explained::Lot(LotNo(lot))),
        (None, Some(redemption)) => Ok(Explained::Redemption(redemption)),
        (Some(_), Some(_)) => {
            Err(Fault::new("lot", "expected either lot or redemption, found both"))
        }
    }
}

fn range(fields: &mut Fields) -> Result<Range, Fault> {
    Ok(Range {
        from: fields.parsed("from")?,
        until: fields.parsed("until")?,
        unit: fields.parsed("unit")?,
    })
}

/// A sequence number or an instant.
fn known_at(fields: &mut Fields) -> Result<Option<KnownAt>, Fault> {
    if fields.is_number("known_at") {
        return Ok(fields.number("known_at")?.map(KnownAt::Seq));
    }
    Ok(fields.parsed("known_at")?.map(KnownAt::Instant))
}
