//! What is collected, how long it lives, and what may be done with it.

use super::words;
use crate::programme::{
    Availability, Expiry, ExpiryRound, Programme, RefundExpired, Shortfall, TransferLimits, Unit,
};

pub(super) fn all(programme: &Programme) -> Vec<String> {
    programme.units.iter().flat_map(|unit| of(programme, unit)).collect()
}

fn of(programme: &Programme, unit: &Unit) -> Vec<String> {
    let name = &unit.title.text;
    let mut all = vec![format!("{name} {}.", expiry(&unit.expiry))];
    all.extend(availability(unit.availability).map(|how| format!("{name} you earn {how}.")));
    if unit.qualifying_only {
        all.push(format!(
            "{name} only count for tiers: they are not redeemed, held or transferred."
        ));
        return all;
    }
    if let Some(limits) = unit.transfer {
        all.push(format!(
            "{name} can be given to other members{}.",
            transfer(programme, unit, limits)
        ));
    }
    if let Some(value) = unit.value {
        all.push(format!("1 {name} is reckoned at {}.", words::money(programme, value)));
    }
    if let Some(most) = unit.max_balance {
        let most = words::amount(programme, unit.ix, most);
        all.push(format!("You can have at most {most}; what would be above is not given."));
    }
    all.push(format!("A booking holds {name} for {}, if it says nothing else.", unit.hold_for));
    all.push(match unit.shortfall {
        Shortfall::OtherLots => format!(
            "If something is cancelled whose {name} are used, others are taken, and what is missing \
             is owed."
        ),
        Shortfall::Forgive => {
            format!("If something is cancelled whose {name} are used, what is missing is forgiven.")
        }
        Shortfall::Refuse => {
            format!("What earned {name} that are used cannot be cancelled.")
        }
    });
    if let RefundExpired::Grace(grace) = unit.refund_expired {
        all.push(format!("{name} that come back after they have expired live {grace} more, once."));
    }
    all
}

/// How long it lives, behind the name of what lives.
pub(super) fn expiry(expiry: &Expiry) -> String {
    let from = |available: bool| {
        if available { "you can use them" } else { "what earned them happened, or they were given" }
    };
    match expiry {
        Expiry::Never => "never expire".to_owned(),
        Expiry::After { span, round, from_available } => {
            let (from, rounded) = (from(*from_available), rounded(*round));
            if span.is_zero() {
                format!("expire when {from}{rounded}")
            } else {
                format!("expire {span} after {from}{rounded}")
            }
        }
        Expiry::On { day, after_years, from_available } => {
            let years = match after_years {
                0 => "of the year in which".to_owned(),
                1 => "of the year after that in which".to_owned(),
                years => format!("{years} years after the year in which"),
            };
            format!("expire at the end of {day} (month-day) {years} {}", from(*from_available))
        }
        Expiry::Inactivity { span, round, renewed_by } => {
            let what = renewed_by.as_ref().map_or("anything you do".to_owned(), |k| words::or(k));
            format!("expire {span} after your last activity{}: {what} renews them", rounded(*round))
        }
    }
}

fn rounded(round: ExpiryRound) -> String {
    match round {
        ExpiryRound::Exact => String::new(),
        ExpiryRound::EndOf(period) => format!(", at {}", words::end_of(period)),
        ExpiryRound::EndOfBirthMonth => ", at the end of the month of your birthday".to_owned(),
    }
}

/// When what is earned can be used; `None`: at once.
pub(super) fn availability(availability: Availability) -> Option<String> {
    match availability {
        Availability::After(span) => words::later(span).map(|later| format!("can be used {later}")),
        Availability::UntilConfirmed => {
            Some("can be used when what earned them is confirmed".to_owned())
        }
    }
}

fn transfer(programme: &Programme, unit: &Unit, limits: TransferLimits) -> String {
    let amount = |steps: i64| words::amount(programme, unit.ix, steps);
    let times = |count: u32| if count == 1 { "once".to_owned() } else { format!("{count} times") };
    let each = [
        limits.per_day.map(|count| format!("{} a day", times(count))),
        limits.amount_per_day.map(|steps| format!("{} a day", amount(steps))),
        limits.amount_per_year.map(|steps| format!("{} a year", amount(steps))),
    ];
    let each: Vec<String> = each.into_iter().flatten().collect();
    if each.is_empty() { String::new() } else { format!(", {}", words::at_most(&each)) }
}
