//! What is paid when a promise is broken and for friends, and who may do what.

use std::fmt::Write;

use super::{rewards, words};
use crate::programme::{Commands, Compensation, LimitPeriod, Programme, Referral, Role};

pub(super) fn compensation(programme: &Programme) -> Vec<String> {
    programme.compensation.iter().map(|promise| of_promise(programme, promise)).collect()
}

fn of_promise(programme: &Programme, promise: &Compensation) -> String {
    let given = (!promise.grants.is_empty()).then(|| words::grants(programme, &promise.grants));
    let basis = promise.basis.as_ref().map(|basis| {
        let amount = |steps: i64| words::amount(programme, basis.unit, steps);
        let each = words::exact_amount(programme, basis.unit, basis.steps_per_money);
        let mut text = format!(
            "{each} for each {} of {} of what you paid",
            programme.currency,
            rewards::percent(basis.share)
        );
        text.extend(basis.min.map(|min| format!(", at least {}", amount(min))));
        text.extend(basis.max.map(|max| format!(", at most {}", amount(max))));
        text
    });
    let given: Vec<String> = [given, basis].into_iter().flatten().collect();
    let mut all = vec![format!("{}: you get {}.", promise.cause, words::and(&given))];
    let within = |what: &str, span| format!("We {what} within {span}.");
    all.extend(promise.respond_within.map(|span| within("answer", span)));
    all.extend(promise.settle_within.map(|span| within("settle it", span)));
    if let Some(unit) = promise.unit() {
        all.extend(promise.limits.iter().map(|limit| {
            let most = words::most(programme, unit, limit.most);
            format!("At most {most} in any {}.", limit.per)
        }));
        all.extend(promise.budget.map(|budget| {
            let most = words::amount(programme, unit, budget.amount);
            let per = words::per(budget.per.map_or(LimitPeriod::Ever, LimitPeriod::Local));
            format!("All members together get at most {most} {per}.")
        }));
    }
    all.join(" ")
}

pub(super) fn referral(programme: &Programme) -> Vec<String> {
    programme.referral.as_ref().map(|referral| of_friend(programme, referral)).unwrap_or_default()
}

fn of_friend(programme: &Programme, referral: &Referral) -> Vec<String> {
    let mut first =
        format!("It counts when a friend you named has a first {}", words::or(&referral.on));
    first.extend(
        referral.min_spend.map(|min| format!(" of at least {}", words::money(programme, min))),
    );
    first.extend(referral.within.map(|within| format!(" within {within} of joining")));
    let mut all = vec![format!("{first}.")];
    let gets = |who: &str, items: &[_]| {
        (!items.is_empty()).then(|| format!("{who} {}.", words::grants(programme, items)))
    };
    all.extend(gets("You get", &referral.referrer));
    all.extend(gets("Your friend gets", &referral.friend));
    let limits = referral.limits.iter();
    let limits: Vec<String> = limits
        .map(|limit| format!("{} {}", words::times(limit.most), words::per(limit.per)))
        .collect();
    if !limits.is_empty() {
        all.push(format!("You get it {}.", words::at_most(&limits)));
    }
    all
}

pub(super) fn roles(programme: &Programme) -> Vec<String> {
    programme.roles.iter().map(|role| of_role(programme, role)).collect()
}

fn of_role(programme: &Programme, role: &Role) -> String {
    let may =
        if role.may == Commands::ALL { "do everything".to_owned() } else { commands(role.may) };
    let mut text = format!("{} may {may}", role.name);
    let up_to = role.up_to.iter();
    let up_to: Vec<String> =
        up_to.map(|(unit, steps)| words::amount(programme, *unit, *steps)).collect();
    // Writing to a String cannot fail.
    if !up_to.is_empty() {
        let _ = write!(text, ", alone up to {} at once", words::and(&up_to));
    }
    if role.needs_approval != Commands::NONE {
        let _ = write!(text, ", but {} only with approval", commands(role.needs_approval));
    }
    if role.approves != Commands::NONE {
        let _ = write!(text, ", and approves {}", commands(role.approves));
    }
    text.push('.');
    text
}

fn commands(commands: Commands) -> String {
    if commands.has_all(Commands::ALL) {
        return "everything".to_owned();
    }
    let names = Commands::names().iter().filter(|name| commands.has(name));
    let names: Vec<&str> = names.copied().collect();
    if names.is_empty() { "nothing".to_owned() } else { words::and(&names) }
}
