//! The programme parser: the TOML text of a scheme becomes a checked [`Programme`], or all of its
//! faults are told at once; never half of it.
//!
//! A `Report` collects faults, a `Table` hands out the values of its keys and reports those that
//! nobody asked for, and an `Item` reads one value. On these stand the functions of the language,
//! one file for each table of `programme.md`: each asks for its keys first, so that none hides the
//! faults of another, and puts the result together afterwards.

mod compensation;
mod counts;
mod earn;
mod expiry;
mod faults;
mod grants;
mod header;
mod item;
mod limits;
mod lines;
mod locate;
mod milestones;
mod multiplier;
mod nearest;
mod numbers;
mod policy;
mod referral;
mod report;
mod rewards;
mod roles;
mod scope;
mod scores;
mod table;
mod tiers;
mod units;
mod when;

use toml::de::DeTable;

use super::{Kinds, Programme, Symbols};
use item::Item;
use report::{Read, Report, all};
use scope::{Ids, Scope};
use table::Table;

pub use faults::{Fault, Faults};
pub(crate) use locate::position;

/// Reads the text of a programme.
///
/// `known` are the names of the ledger so far: a name that is there keeps its number, new ones get
/// theirs in order of declaration. [`Programme::symbols`] is that table with the new names added.
///
/// # Errors
/// All faults of the text, or the first place where it is not TOML.
pub fn parse(text: &str, known: &Symbols) -> Result<Programme, Faults> {
    let report = Report::new(text);
    let read = match DeTable::parse(text) {
        Ok(top) => {
            let whole = top.get_ref();
            programme(Table::new(&report, "", 0, whole), whole, known.clone())
        }
        Err(error) => Err(report.syntax(&error)),
    };
    report.conclude(read)
}

fn programme(mut top: Table<'_>, whole: &DeTable<'_>, mut symbols: Symbols) -> Read<Programme> {
    let name = top.required("name", header::title);
    let zone = top.required("timezone", Item::parsed);
    let currency = top.required("currency", Item::parsed);
    let claim_window = top.optional("claim_window", Item::parsed);
    let claim_before_enrolment = top.optional("claim_before_enrolment", Item::parsed);
    let order = top.or_default("order", header::order);
    let on_close = top.or_default("on_close", header::on_close);
    let personal = top.or_default("personal", header::personal);
    let exchange = top.or_default("exchange", |item| header::exchange(item, currency));

    let units = top.or_default("units", |item| units::units(item, currency, &mut symbols));
    let mut scope = Scope::new(zone, currency, units.unwrap_or_default());
    scope.counts = counts::counts(whole, currency, &scope.units, &mut symbols);
    let tiers = top.or_default("tiers", |list| tiers::tiers(list, &mut scope, &mut symbols));
    let policy = top.or_default("tier_policy", |item| policy::policy(item, &scope));
    let mut ids = Ids::default();
    let milestones =
        top.each("milestone", |item| milestones::milestone(item, &scope, &mut ids, &mut symbols));

    let mut ids = Ids::default();
    let earn = top.or_default("earn", |list| {
        let items = list.list_of("a list of tables")?;
        let rules = items.iter().map(|item| earn::earn_rule(item, &scope, &mut ids, &mut symbols));
        earn::in_order(list, all(rules.collect())?)
    });
    let mut ids = Ids::default();
    let multipliers = top.each("multiplier", |item| multiplier::multiplier(item, &scope, &mut ids));
    let mut ids = Ids::default();
    let rewards = top.each("rewards", |item| rewards::reward(item, &scope, &mut ids, &mut symbols));
    let roles = top.or_default("roles", |item| roles::roles(item, &scope));
    let mut ids = Ids::default();
    let compensation = top.each("compensation", |item| {
        compensation::compensation(item, &scope, &roles, &mut ids, &mut symbols)
    });
    let referral = top.optional("referral", |item| referral::referral(item, &scope));

    let rfm = top.optional("rfm", |item| scores::rfm(item, currency));
    let segments = scores::segments(&mut top, &rfm);

    top.finish()?;
    let (earn, multipliers) = (earn?, multipliers?);
    let (tiers, tier_policy, milestones) = (tiers?, policy?, milestones?);
    counts::note_used(&mut scope.counts, &tiers, &tier_policy, &milestones);
    Ok(Programme {
        name: name?,
        zone: zone?,
        currency: currency?,
        claim_window: claim_window?,
        claim_before_enrolment: claim_before_enrolment?,
        order: order?,
        on_close: on_close?,
        personal: personal?,
        exchange: exchange?,
        units: all(scope.units.into_iter().map(|(_, unit)| unit).collect())?,
        kinds: Kinds::of(&earn, &multipliers),
        earn,
        multipliers,
        tiers,
        tier_policy,
        counts: scope.counts,
        milestones,
        rewards: rewards?,
        compensation: compensation?,
        referral: referral?,
        roles: roles?,
        rfm: rfm?,
        segments: segments?,
        symbols,
    })
}
