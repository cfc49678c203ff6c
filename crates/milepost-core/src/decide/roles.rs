//! Who may do what, and what needs a second person (R-CMD-6).

use super::Undecided;
use super::amounts::positive;
use crate::command::{Actor, Body, Command};
use crate::decimal::Decimal;
use crate::names::Name;
use crate::programme::{Programme, Role};
use crate::refusal::{Code, Detail, Refusal};
use crate::rules::Rules;
use crate::time::Instant;

/// Whether the actor's role may do this at all. Without roles everybody may; with roles somebody
/// who has none, or one that the programme does not know, may do nothing.
pub(super) fn permitted(programme: &Programme, command: &Command) -> Result<(), Refusal> {
    if programme.roles.is_empty() {
        return Ok(());
    }
    let name = command.body.name();
    match role(programme, command.by.as_ref()) {
        Some(role) if role.may.has(name) => Ok(()),
        _ => Err(not_permitted(command, name)),
    }
}

fn role<'p>(programme: &'p Programme, actor: Option<&Actor>) -> Option<&'p Role> {
    programme.role_named(actor?.role.as_str())
}

fn not_permitted(command: &Command, name: &str) -> Refusal {
    let role = command.by.as_ref().map(|by| by.role.as_str());
    let message = match role {
        Some(role) => format!("the role {role} may not {name}"),
        None => format!("nobody is named who may {name}"),
    };
    let refusal = Refusal::new(Code::NotPermitted, message);
    match role {
        Some(role) => refusal.with("role", Detail::Text(role.into())),
        None => refusal,
    }
}

/// Whether the role needs approval for this and does not have it.
pub(super) fn approval(programme: &Programme, command: &Command) -> Result<(), Refusal> {
    let Some(role) = role(programme, command.by.as_ref()) else { return Ok(()) };
    let needed = role.needs_approval.has(command.body.name()) || beyond(programme, role, command);
    if needed && !approved(programme, command) {
        return Err(approval_required(command, "this needs the approval of a second person"));
    }
    Ok(())
}

/// Whether the command gives or takes more than the role may at once.
fn beyond(programme: &Programme, role: &Role, command: &Command) -> bool {
    let Some((unit, amount)) = amount_of(programme, &command.body) else { return false };
    let unit = programme.unit_named(unit);
    let steps = unit.and_then(|unit| Some((unit.ix, positive(unit, amount).ok()?)));
    steps.is_some_and(|(unit, steps)| {
        let bound = role.up_to.iter().find(|(bounded, _)| *bounded == unit);
        bound.is_some_and(|(_, most)| steps > i128::from(*most))
    })
}

/// What a grant, a debit or the extra of a compensation comes to.
fn amount_of<'a>(programme: &'a Programme, body: &'a Body) -> Option<(&'a str, Decimal)> {
    let named = |unit: &'a Name, amount: Decimal| Some((unit.as_str(), amount));
    if let Body::Grant(grant) = body {
        return named(&grant.unit, grant.amount);
    }
    if let Body::Debit(debit) = body {
        return named(&debit.unit, debit.amount);
    }
    let Body::Compensate(compensate) = body else { return None };
    let promise = programme.compensation_for(compensate.cause.as_str())?;
    let unit = programme.unit(promise.unit()?)?;
    Some((&unit.name, compensate.extra?))
}

/// Whether somebody else has approved: with roles, somebody whose role approves this command.
pub(super) fn approved(programme: &Programme, command: &Command) -> bool {
    let Some(approver) = &command.approved_by else { return false };
    let other = command.by.as_ref().is_none_or(|by| by.id != approver.id);
    let approves = || {
        let role = programme.role_named(approver.role.as_str());
        role.is_some_and(|role| role.approves.has(command.body.name()))
    };
    other && (programme.roles.is_empty() || approves())
}

pub(super) fn approval_required(command: &Command, message: &str) -> Refusal {
    let refusal = Refusal::new(Code::ApprovalRequired, message);
    match &command.by {
        Some(by) => refusal.with("role", Detail::Text(by.role.to_string())),
        None => refusal,
    }
}

/// What of a command about many members needs approval, after everything else about it is judged
/// that can be refused.
///
/// # Errors
/// [`Refusal`] with [`Code::ApprovalRequired`].
pub fn check_approval(rules: &Rules, now: Instant, command: &Command) -> Result<(), Refusal> {
    approval(&rules.in_force(now).programme, command)
}

/// Puts a missing approval in its place among the refusals: it stands behind all that come before
/// it, and before what is left (R-CMD-1).
pub(super) fn in_order<T>(
    approval: Result<(), Refusal>,
    decided: Result<T, Undecided>,
) -> Result<T, Undecided> {
    let Err(missing) = approval else { return decided };
    match decided {
        Err(Undecided::Refused(refusal)) if refusal.code < missing.code => {
            Err(Undecided::Refused(refusal))
        }
        Err(broken @ Undecided::Broken(_)) => Err(broken),
        Ok(_) | Err(Undecided::Refused(_)) => Err(missing.into()),
    }
}
