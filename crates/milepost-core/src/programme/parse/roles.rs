//! `[roles]`: who may do what (R-CMD-6).

use super::item::{Item, shown};
use super::later;
use super::nearest::nearest;
use super::report::{Read, all};
use super::scope::Scope;
use crate::programme::{Commands, Role, UnitIx};

/// Stands for every command.
const EVERY: &str = "*";

/// All roles, at least one: a file without roles has no `[roles]`.
pub(super) fn roles(item: &Item<'_>, scope: &Scope) -> Read<Vec<Role>> {
    let entries = item.table()?.entries();
    if entries.is_empty() {
        return Err(item.fault("an empty table: nobody could do anything"));
    }
    all(entries.iter().map(|(name, item)| role(name, item, scope)).collect())
}

fn role(name: &str, item: &Item<'_>, scope: &Scope) -> Read<Role> {
    let name = item.name_of(name);
    let mut table = item.table()?;
    let may = table.required("may", commands);
    let up_to = table.or_default("up_to", |item| up_to(item, scope));
    let approves = table.or_default("approves", commands);
    let needs_approval = table.or_default("needs_approval", |item| {
        let needs = commands(item)?;
        if may?.has_all(needs) || needs == Commands::ALL {
            return Ok(needs);
        }
        Err(item.fault("names a command that the role may not do at all"))
    });
    table.finish(later::NONE)?;
    Ok(Role {
        name: name?,
        may: may?,
        up_to: up_to?,
        approves: approves?,
        needs_approval: needs_approval?,
    })
}

fn commands(item: &Item<'_>) -> Read<Commands> {
    let commands = item.distinct(command)?;
    Ok(commands.into_iter().fold(Commands::NONE, Commands::and))
}

fn command(item: &Item<'_>) -> Read<Commands> {
    let name = item.text()?;
    if name == EVERY {
        return Ok(Commands::ALL);
    }
    Commands::named(name).ok_or_else(|| {
        let near = nearest(name, Commands::names().iter().copied());
        let near = near.map(|near| format!(", did you mean {near:?}?")).unwrap_or_default();
        item.fault(format!("{} is not a command{near}", shown(name)))
    })
}

fn up_to(item: &Item<'_>, scope: &Scope) -> Read<Vec<(UnitIx, i64)>> {
    let entries = item.table()?.entries();
    let bound = |(name, item): &(&str, Item<'_>)| {
        let unit = scope.unit_named(item, name);
        let amount = item.amount(unit.map(|unit| unit.decimals));
        Ok((unit?.ix, amount?))
    };
    all(entries.iter().map(bound).collect())
}

/// The name of a role. In a file with roles it has to be one of them; without, hosts name roles as
/// they like.
pub(super) fn role_of(item: &Item<'_>, roles: &Read<Vec<Role>>) -> Read<Box<str>> {
    let name = item.name()?;
    let roles = roles.as_ref().map_err(|reported| *reported)?;
    if roles.is_empty() || roles.iter().any(|role| role.name == name) {
        return Ok(name);
    }
    let near = nearest(&name, roles.iter().map(|role| &*role.name));
    let near = near.map(|near| format!(", did you mean {near:?}?")).unwrap_or_default();
    Err(item.fault(format!("the role {} is not declared{near}", item.found())))
}
