//! The difference as JSON: every number as `before`, `after` and `change`.

use milepost::Decimal;
use milepost::what_if::{
    Change, Difference, MemberChange, MonthChange, Move, RefusedCode, TierChange, UnitChange,
};
use serde_json::{Map, Value, json};

/// The whole difference as one object.
pub(super) fn of(different: &Difference) -> Value {
    let codes = different.refused.iter().map(refused).collect::<Vec<_>>();
    json!({
        "at": different.at.to_string(),
        "decided": different.decided,
        "passed_over": different.passed_over,
        "refused": codes,
        "units": units(&different.units),
        "tiers": different.tiers.iter().map(tier).collect::<Vec<_>>(),
        "moves": different.moves.iter().map(moved).collect::<Vec<_>>(),
        "months": different.months.iter().map(month).collect::<Vec<_>>(),
        "members_affected": different.members_affected,
        "members": different.members.iter().map(member).collect::<Vec<_>>(),
    })
}

fn refused(code: &RefusedCode) -> Value {
    let first = code.first.iter().map(|one| {
        let member = one.member.as_ref().map(milepost::MemberId::as_str);
        json!({"seq": one.seq, "cmd": one.command, "member": member, "message": one.message})
    });
    json!({
        "code": code.code.as_str(),
        "count": code.count,
        "followed": code.followed,
        "first": first.collect::<Vec<_>>(),
    })
}

fn units(units: &[UnitChange]) -> Value {
    let of = |unit: &UnitChange| {
        let figures = unit.figures.iter();
        let figures =
            figures.map(|figure| (figure.name.to_owned(), change(figure.steps, unit.decimals)));
        (unit.unit.to_string(), Value::Object(figures.collect::<Map<_, _>>()))
    };
    Value::Object(units.iter().map(of).collect())
}

fn change(steps: Change, decimals: u8) -> Value {
    let [before, after, change] = steps.decimals(decimals).map(decimal);
    json!({"before": before, "after": after, "change": change})
}

/// As amounts stand in all answers: a whole number where the unit has no decimals, else a text.
fn decimal(number: Decimal) -> Value {
    match (number.scale(), i64::try_from(number.digits())) {
        (0, Ok(whole)) => whole.into(),
        _ => number.to_string().into(),
    }
}

fn tier(of: &TierChange) -> Value {
    json!({"tier": of.tier, "members": change(of.members, 0), "units": units(&of.units)})
}

fn moved(of: &Move) -> Value {
    json!({"from": of.from, "to": of.to, "members": of.members})
}

fn month(of: &MonthChange) -> Value {
    json!({"month": format!("{:04}-{:02}", of.year, of.month), "units": units(&of.units)})
}

fn member(of: &MemberChange) -> Value {
    let (before, after) = &of.tier;
    json!({
        "member": of.member.as_str(),
        "tier": {"before": before, "after": after},
        "units": units(&of.units),
    })
}
