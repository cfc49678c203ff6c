//! The living lots of a member, in the order in which they will be used (R-LOT-2).

use std::collections::BTreeMap;

use crate::event::LotNo;
use crate::names::Reference;
use crate::programme::UnitIx;
use crate::rules::Rules;
use crate::state::{Lot, Member};
use crate::time::Instant;

/// A lot with something left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotView {
    /// Its number.
    pub lot: LotNo,
    /// Its unit.
    pub unit: UnitIx,
    /// Steps that are left, held ones included; above 0.
    pub amount: i64,
    /// Steps of these that open holds hold.
    pub held: i64,
    /// When it was earned.
    pub earned_at: Instant,
    /// When it becomes or became available; `None`: when it is confirmed.
    pub available_at: Option<Instant>,
    /// When what is free of it dies; `None`: never.
    pub expires_at: Option<Instant>,
    /// The activity it came from, also one of another member who sent the lot.
    pub activity: Option<Reference>,
    /// The earn rule that gave it.
    pub rule: Option<Box<str>>,
    /// The programme version whose terms it carries.
    pub programme_version: u16,
}

/// The lots with something left, in the order of use by the programme in force at `now`; of one
/// unit, if one is named.
pub fn lots(rules: &Rules, now: Instant, member: &Member, unit: Option<UnitIx>) -> Vec<LotView> {
    let order = rules.in_force(now).programme.order;
    let held = held(member);
    let of_unit = |lot: &Lot| unit.is_none_or(|unit| lot.unit() == unit);
    let mut living: Vec<_> = member
        .lots()
        .filter(|(_, lot)| of_unit(lot))
        .map(|(number, lot)| (number, lot, held.get(&number).copied().unwrap_or(0)))
        .filter(|(_, lot, held)| lot.free > 0 || *held > 0)
        .collect();
    living.sort_unstable_by_key(|(number, lot, _)| lot.use_key(number.0, order));
    living.into_iter().map(|(number, lot, held)| view(rules, member, number, lot, held)).collect()
}

/// What open holds hold of each lot.
fn held(member: &Member) -> BTreeMap<LotNo, i64> {
    let mut held = BTreeMap::new();
    for part in member.open_holds().flat_map(|(_, hold)| &hold.parts) {
        *held.entry(part.lot).or_insert(0) += part.amount;
    }
    held
}

fn view(rules: &Rules, member: &Member, number: LotNo, lot: &Lot, held: i64) -> LotView {
    let activity = lot.activity().and_then(|activity| member.activity(activity));
    let own = activity.and_then(|activity| activity.reference.parse().ok());
    LotView {
        lot: number,
        unit: lot.unit(),
        amount: lot.free + held,
        held,
        earned_at: lot.earned_at(),
        available_at: lot.available_at(),
        expires_at: lot.expires_at(),
        activity: own.or_else(|| member.origin(number).cloned()),
        rule: lot.rule().map(|rule| rules.symbols().rule(rule).into()),
        programme_version: lot.programme_version(),
    }
}
