//! The fields of each command, read.

use super::fields::Fields;
use super::json::Fault;
use crate::command::{
    Advance, AssignTier, Attributes, Body, Capture, Close, Compensate, Confirm, Consent, Debit,
    Enrol, Extend, Grant, Hold, Merge, Record, Redeem, RedeemPrice, Refund, Release, Rest, Reverse,
    ReverseCase, Revise, Transfer,
};
use crate::decimal::Decimal;
use crate::names::{Name, Text};

/// What the specification has and this version does not: fields of a command, or, where none is
/// named, the whole command.
const NOT_YET: &[(&str, &[&str])] = &[("erase", &[])];

type Read<T> = Result<T, Fault>;

/// Reads what a line asks; the envelope's fields stay.
pub(super) fn body(fields: &mut Fields<'_>) -> Read<Body> {
    let command: Name = fields.required("cmd")?;
    supported(command.as_str(), fields)?;
    match command.as_str() {
        "enrol" => enrol(fields).map(Body::from),
        "record" => record(fields).map(Body::from),
        "confirm" => confirm(fields).map(Body::from),
        "grant" => grant(fields).map(Body::from),
        "debit" => debit(fields).map(Body::from),
        "compensate" => compensate(fields).map(Body::from),
        "hold" => hold(fields).map(Body::from),
        "capture" => capture(fields).map(Body::from),
        "release" => release(fields).map(Body::from),
        "redeem" => redeem(fields).map(Body::from),
        "refund" => refund(fields).map(Body::from),
        "reverse" if fields.has("case") => reverse_case(fields).map(Body::from),
        "reverse" => reverse(fields).map(Body::from),
        "transfer" => transfer(fields).map(Body::from),
        "assign_tier" => assign_tier(fields).map(Body::from),
        "attributes" => attributes(fields).map(Body::from),
        "consent" => consent(fields).map(Body::from),
        "close" => close(fields).map(Body::from),
        "merge" => merge(fields).map(Body::from),
        "extend" => extend(fields).map(Body::from),
        "revise" => revise(fields).map(Body::from),
        "advance" => advance(fields).map(Body::from),
        _ => Err(Fault::new("unknown command").under("cmd")),
    }
}

fn supported(command: &str, fields: &Fields<'_>) -> Read<()> {
    match NOT_YET.iter().find(|(name, _)| *name == command) {
        None => Ok(()),
        Some((_, [])) => Err(not_yet(command).under("cmd")),
        Some((_, names)) => match names.iter().find(|name| fields.has(name)) {
            Some(name) => Err(not_yet(name).under(name)),
            None => Ok(()),
        },
    }
}

fn not_yet(what: &str) -> Fault {
    Fault::new(format!("{what} is not supported by this version of milepost yet"))
}

fn enrol(fields: &mut Fields<'_>) -> Read<Enrol> {
    Ok(Enrol {
        member: fields.required("member")?,
        referrer: fields.optional("referrer")?,
        attributes: fields.or_default("attributes")?,
        birth_date: fields.optional("birth_date")?,
        tier: fields.optional("tier")?,
    })
}

fn record(fields: &mut Fields<'_>) -> Read<Record> {
    Ok(Record { member: fields.required("member")?, activity: fields.required("activity")? })
}

fn confirm(fields: &mut Fields<'_>) -> Read<Confirm> {
    Ok(Confirm { member: fields.required("member")?, activity: fields.required("activity")? })
}

fn grant(fields: &mut Fields<'_>) -> Read<Grant> {
    Ok(Grant {
        member: fields.required("member")?,
        unit: fields.required("unit")?,
        amount: fields.required("amount")?,
        reason: fields.required("reason")?,
        occurred_at: fields.optional("occurred_at")?,
        expires_at: fields.optional("expires_at")?,
        available_at: fields.optional("available_at")?,
        qualifies: fields.or_default("qualifies")?,
    })
}

fn debit(fields: &mut Fields<'_>) -> Read<Debit> {
    Ok(Debit {
        member: fields.required("member")?,
        unit: fields.required("unit")?,
        amount: fields.required("amount")?,
        reason: fields.required("reason")?,
    })
}

fn compensate(fields: &mut Fields<'_>) -> Read<Compensate> {
    Ok(Compensate {
        member: fields.required("member")?,
        cause: fields.required("cause")?,
        case: fields.required("case")?,
        incident_at: fields.optional("incident_at")?,
        spend: fields.optional("spend")?,
        extra: fields.optional("extra")?,
    })
}

fn hold(fields: &mut Fields<'_>) -> Read<Hold> {
    Ok(Hold {
        member: fields.required("member")?,
        unit: fields.required("unit")?,
        amount: fields.required("amount")?,
        reference: fields.required("ref")?,
        until: fields.optional("until")?,
    })
}

fn capture(fields: &mut Fields<'_>) -> Read<Capture> {
    Ok(Capture {
        member: fields.required("member")?,
        hold: fields.required("hold")?,
        reference: fields.required("ref")?,
        amount: fields.optional("amount")?,
        rest: if fields.or_default("keep_rest")? { Rest::Keep } else { Rest::Release },
        reward: fields.optional("reward")?,
        order: fields.optional("order")?,
    })
}

fn release(fields: &mut Fields<'_>) -> Read<Release> {
    Ok(Release {
        member: fields.required("member")?,
        hold: fields.required("hold")?,
        amount: fields.optional("amount")?,
    })
}

fn redeem(fields: &mut Fields<'_>) -> Read<Redeem> {
    Ok(Redeem {
        member: fields.required("member")?,
        reference: fields.required("ref")?,
        price: price(fields)?,
    })
}

/// Either `unit` and `amount`, or `reward` and what belongs to it.
fn price(fields: &mut Fields<'_>) -> Read<RedeemPrice> {
    match (fields.has("unit"), fields.has("reward")) {
        (true, false) => price_in_unit(fields),
        (false, true) => price_of_reward(fields),
        (true, true) => Err(Fault::new("expected either unit or reward, found both").under("unit")),
        (false, false) => {
            Err(Fault::new("expected either unit and amount, or reward").under("unit"))
        }
    }
}

fn price_in_unit(fields: &mut Fields<'_>) -> Read<RedeemPrice> {
    match ["quantity", "order"].into_iter().find(|name| fields.has(name)) {
        Some(field) => Err(Fault::new("expected only together with reward").under(field)),
        None => Ok(RedeemPrice::Unit {
            unit: fields.required("unit")?,
            amount: fields.required("amount")?,
        }),
    }
}

fn price_of_reward(fields: &mut Fields<'_>) -> Read<RedeemPrice> {
    let amount: Option<Decimal> = fields.optional("amount")?;
    if amount.is_some() && fields.has("quantity") {
        return Err(Fault::new("expected either amount or quantity, found both").under("amount"));
    }
    Ok(RedeemPrice::Reward {
        reward: fields.required("reward")?,
        quantity: fields.optional("quantity")?,
        amount,
        order: fields.optional("order")?,
    })
}

fn refund(fields: &mut Fields<'_>) -> Read<Refund> {
    Ok(Refund {
        member: fields.required("member")?,
        redemption: fields.required("redemption")?,
        reference: fields.optional("ref")?,
        amount: fields.optional("amount")?,
    })
}

fn reverse(fields: &mut Fields<'_>) -> Read<Reverse> {
    Ok(Reverse {
        member: fields.required("member")?,
        activity: fields.required("activity")?,
        reference: fields.optional("ref")?,
        extent: super::returned::extent(fields)?,
    })
}

/// A case is taken back as a whole: neither an activity nor a part goes with it.
fn reverse_case(fields: &mut Fields<'_>) -> Read<ReverseCase> {
    let other = ["activity", "amount", "lines"].into_iter().find(|name| fields.has(name));
    match other {
        Some(field) => Err(Fault::new("expected not together with case").under(field)),
        None => Ok(ReverseCase {
            member: fields.required("member")?,
            case: fields.required("case")?,
            reference: fields.optional("ref")?,
        }),
    }
}

fn transfer(fields: &mut Fields<'_>) -> Read<Transfer> {
    Ok(Transfer {
        from: fields.required("from")?,
        to: fields.required("to")?,
        unit: fields.required("unit")?,
        amount: fields.required("amount")?,
        reference: fields.required("ref")?,
    })
}

fn assign_tier(fields: &mut Fields<'_>) -> Read<AssignTier> {
    Ok(AssignTier {
        member: fields.required("member")?,
        tier: fields.required("tier")?,
        until: fields.optional("until")?,
        reason: fields.required("reason")?,
    })
}

fn attributes(fields: &mut Fields<'_>) -> Read<Attributes> {
    let member = fields.required("member")?;
    let set: Vec<(Name, Text)> = fields.or_default("set")?;
    let mut unset: Vec<Name> = fields.or_default("unset")?;
    unset.sort_unstable();
    unset.dedup();
    if set.is_empty() && unset.is_empty() {
        return Err(Fault::new("expected set, unset or both to name an attribute").under("set"));
    }
    match unset.iter().find(|name| set.iter().any(|(known, _)| known == *name)) {
        Some(_) => Err(Fault::new("expected no attribute that is set, too").under("unset")),
        None => Ok(Attributes { member, set, unset }),
    }
}

fn consent(fields: &mut Fields<'_>) -> Read<Consent> {
    Ok(Consent {
        member: fields.required("member")?,
        purpose: fields.required("purpose")?,
        given: fields.required("given")?,
    })
}

fn close(fields: &mut Fields<'_>) -> Read<Close> {
    Ok(Close { member: fields.required("member")? })
}

fn merge(fields: &mut Fields<'_>) -> Read<Merge> {
    Ok(Merge { from: fields.required("from")?, into: fields.required("into")? })
}

/// The text of a programme; a file is opened by who reads the line, not by who reads its fields.
fn revise(fields: &mut Fields<'_>) -> Read<Revise> {
    if fields.has("programme_file") {
        let reason = "a file cannot be opened here: give its text in programme";
        return Err(Fault::new(reason).under("programme_file"));
    }
    Ok(Revise {
        programme: fields.required("programme")?,
        effective_at: fields.optional("effective_at")?,
    })
}

fn extend(fields: &mut Fields<'_>) -> Read<Extend> {
    Ok(Extend {
        unit: fields.required("unit")?,
        expiring_from: fields.optional("expiring_from")?,
        expiring_until: fields.required("expiring_until")?,
        to: fields.required("to")?,
        members: fields.optional("members")?,
    })
}

fn advance(fields: &mut Fields<'_>) -> Read<Advance> {
    Ok(Advance { to: fields.required("to")? })
}
