//! `[referral]`: what a member gets for a friend who comes, and what the friend gets.

use std::slice;

use super::grants::grants;
use super::item::Item;
use super::limits::{count, limits, period};
use super::report::Read;
use super::scope::Scope;
use super::table::Table;
use super::when::money;
use crate::programme::{Limit, LimitPeriod, Referral};

/// The referral of a scheme.
pub(super) fn referral(item: &Item<'_>, scope: &Scope) -> Read<Referral> {
    let mut table = item.table()?;
    let on = table.required("on", |item| match item.value().as_array() {
        Some(_) => item.some(Item::name),
        None => item.name().map(|kind| vec![kind]),
    });
    let min_spend = table.optional("min_spend", |item| money(item, scope));
    let within = table.optional("within", Item::lasting);
    let form = if table.has("referrer") || table.has("friend") {
        Ok(())
    } else {
        table.one_of(&["referrer", "friend"]).map(|_| ())
    };
    let referrer = table.or_default("referrer", |item| grants(item, scope));
    let friend = table.or_default("friend", |item| grants(item, scope));
    let limits = table.or_default("limit", limits_of);
    table.finish()?;
    form?;
    Ok(Referral {
        on: on?,
        min_spend: min_spend?,
        within: within?,
        referrer: referrer?,
        friend: friend?,
        limits: limits?,
    })
}

/// One limit, or a list of them.
fn limits_of(item: &Item<'_>) -> Read<Vec<Limit<LimitPeriod, i64>>> {
    let friends = |table: &mut Table<'_>| table.required("count", count);
    if item.value().as_table().is_some() {
        return limits(slice::from_ref(item), friends, period);
    }
    let items = item.list_of("a limit such as { count = 10, per = \"month\" }")?;
    limits(&items, friends, period)
}
