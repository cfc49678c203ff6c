//! `[tier_policy]`: how tiers are reached, kept and lost; only in the combinations that the
//! language has.

use super::counts::amount;
use super::item::Item;
use super::later;
use super::report::Read;
use super::scope::Scope;
use super::table::Table;
use crate::programme::{
    Carry, Downgrade, OnUpgrade, TierPolicy, TierReversal, Upgrade, Validity, WindowKind,
};
use crate::time::{Period, Span};

/// Judging on more windows than a member can have lived through is no policy.
const MOST_WINDOWS: i64 = 100;

/// `[tier_policy]`
pub(super) fn policy(item: &Item<'_>, scope: &Scope) -> Read<TierPolicy> {
    let mut table = item.table()?;
    let window = table.or_default("window", window);
    let valid = valid(&mut table, window);
    let best_of = table.optional("best_of", |item| best_of(item, window));
    let upgrade = table.or_default("upgrade", |item| upgrade(item, window, valid));
    let downgrade = table.or_default("downgrade", |item| {
        item.choice(&[
            ("to-qualified", Downgrade::ToQualified),
            ("one-step", Downgrade::OneStep),
            ("never", Downgrade::Never),
        ])
    });
    let grace: Read<Option<Span>> = table.optional("grace", Item::parsed);
    let on_upgrade = table.or_default("on_upgrade", |item| {
        item.choice(&[
            ("keep", OnUpgrade::Keep),
            ("restart", OnUpgrade::Restart),
            ("pay", OnUpgrade::Pay),
        ])
    });
    let on_reversal = table.or_default("on_reversal", |item| {
        item.choice(&[("review", TierReversal::Review), ("at-once", TierReversal::AtOnce)])
    });
    let carry = table.optional("carry", |item| carry(item, scope, window));
    table.finish(later::NONE)?;
    Ok(TierPolicy {
        window: window?,
        valid: valid?,
        best_of: best_of?.unwrap_or(1),
        upgrade: upgrade?,
        downgrade: downgrade?,
        grace: grace?.filter(|grace| !grace.is_zero()),
        on_upgrade: on_upgrade?,
        on_reversal: on_reversal?,
        carry: carry?,
    })
}

const WINDOWS: &str = "one of \"calendar-year\", \"membership-year\", \"rolling 365 days\", \
                       \"rolling 12 months\", \"since-tier\", \"lifetime\"";

fn window(item: &Item<'_>) -> Read<WindowKind> {
    let text = item.value().as_str().ok_or_else(|| item.is_not(WINDOWS))?;
    match text {
        "calendar-year" => return Ok(WindowKind::CalendarYear),
        "membership-year" => return Ok(WindowKind::MembershipYear),
        "since-tier" => return Ok(WindowKind::SinceTier),
        "lifetime" => return Ok(WindowKind::Lifetime),
        _ => {}
    }
    let span = text.strip_prefix("rolling ").and_then(|span| span.parse::<Span>().ok());
    let span = span.filter(|span| !span.is_zero());
    span.map(WindowKind::Rolling).ok_or_else(|| item.is_not(WINDOWS))
}

fn valid(table: &mut Table<'_>, window: Read<WindowKind>) -> Read<Validity> {
    let written = table.has("valid");
    let valid = table.or_default("valid", |item| validity(item, window));
    match window {
        Ok(window) if !written && !window.is_yearly() => Err(table.fault(
            "`valid` is missing: \"end-of-next-year\" goes with calendar-year and \
             membership-year only",
        )),
        _ => valid,
    }
}

fn validity(item: &Item<'_>, window: Read<WindowKind>) -> Read<Validity> {
    let valid = match item.value().as_str() {
        Some("end-of-next-year") => Validity::EndOfNextYear,
        Some("end-of-window") => Validity::EndOfWindow,
        Some("while-qualified") => Validity::WhileQualified,
        Some(_) => Validity::After { span: item.lasting()?, round: None },
        None => by_table(item)?,
    };
    let yearly = match valid {
        Validity::EndOfNextYear | Validity::EndOfWindow | Validity::Until { .. } => true,
        Validity::After { .. } | Validity::WhileQualified => false,
    };
    match (window?.is_yearly(), yearly) {
        (true, true) | (false, false) => Ok(valid),
        (false, true) => {
            Err(item.fault("it goes with the windows calendar-year and membership-year only"))
        }
        (true, false) => {
            Err(item.fault("it goes with the windows rolling, since-tier and lifetime only"))
        }
    }
}

fn by_table(item: &Item<'_>) -> Read<Validity> {
    let mut table = item.table_of(
        "a validity such as \"end-of-next-year\", \"12 months\" or \
         { until = \"03-31\", after_years = 2 }",
    )?;
    if table.one_of(&["until", "after"])? == "until" {
        let day = table.required("until", Item::parsed);
        let after_years = table.required("after_years", |item| {
            let years = item.whole(&(0..=9999))?;
            u16::try_from(years).map_err(|_| item.is_not("a number of years"))
        });
        let others = table.refuse(&["round"], "does not go with `until`");
        table.finish(later::NONE)?;
        others?;
        return Ok(Validity::Until { day: day?, after_years: after_years? });
    }
    let span = table.required("after", Item::lasting);
    let round = table.or_default("round", |item| {
        item.choice(&[
            ("exact", None),
            ("end-of-day", Some(Period::Day)),
            ("end-of-month", Some(Period::Month)),
            ("end-of-quarter", Some(Period::Quarter)),
            ("end-of-year", Some(Period::Year)),
        ])
    });
    let others = table.refuse(&["after_years"], "does not go with `after`");
    table.finish(later::NONE)?;
    others?;
    Ok(Validity::After { span: span?, round: round? })
}

fn best_of(item: &Item<'_>, window: Read<WindowKind>) -> Read<u16> {
    let best_of = item.whole(&(1..=MOST_WINDOWS))?;
    if best_of > 1 {
        only_yearly(item, window)?;
    }
    u16::try_from(best_of).map_err(|_| item.is_not("a number of windows"))
}

fn upgrade(item: &Item<'_>, window: Read<WindowKind>, valid: Read<Validity>) -> Read<Upgrade> {
    let upgrade =
        item.choice(&[("at-once", Upgrade::AtOnce), ("next-window", Upgrade::NextWindow)])?;
    if upgrade == Upgrade::NextWindow {
        only_yearly(item, window)?;
        if valid? == Validity::EndOfWindow {
            return Err(item.fault(
                "a tier that is valid to the end of its window cannot be worn from the next on",
            ));
        }
    }
    Ok(upgrade)
}

fn carry(item: &Item<'_>, scope: &Scope, window: Read<WindowKind>) -> Read<Carry> {
    let mut table = item.table()?;
    let count = table.required("count", |item| scope.count(item));
    let cap = table.required("cap", |item| amount(item, scope, count?));
    table.finish(later::NONE)?;
    only_yearly(item, window)?;
    Ok(Carry { count: count?.ix, cap: cap? })
}

fn only_yearly(item: &Item<'_>, window: Read<WindowKind>) -> Read<()> {
    if window?.is_yearly() {
        return Ok(());
    }
    Err(item.fault("it goes with the windows calendar-year and membership-year only"))
}
