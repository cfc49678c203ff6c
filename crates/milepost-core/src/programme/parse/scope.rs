//! What the file has declared when its rules are read: zone, currency, units and tiers.

use std::collections::BTreeMap;

use super::item::{Item, shown};
use super::nearest::nearest;
use super::report::{Read, Reported, all};
use crate::money::Currency;
use crate::programme::{ByTier, Count, TierIx, Unit};
use crate::time::Zone;

/// What rules can refer to. What was declared with faults is declared all the same: whoever refers
/// to it is not told of a second fault.
pub(super) struct Scope {
    pub(super) zone: Read<Zone>,
    pub(super) currency: Read<Currency>,
    pub(super) units: Vec<(Box<str>, Read<Unit>)>,
    pub(super) tiers: Vec<(Box<str>, TierIx)>,
    pub(super) counts: Vec<Count>,
}

/// The key of a table by tier that stands for every tier that is not named.
pub(super) const DEFAULT: &str = "default";

impl Scope {
    pub(super) fn new(
        zone: Read<Zone>,
        currency: Read<Currency>,
        units: Vec<(Box<str>, Read<Unit>)>,
    ) -> Scope {
        Scope { zone, currency, units, tiers: Vec::new(), counts: Vec::new() }
    }

    /// The count that a value names.
    pub(super) fn count(&self, item: &Item<'_>) -> Read<&Count> {
        self.count_named(item, item.text()?)
    }

    /// The count of a name.
    pub(super) fn count_named(&self, item: &Item<'_>, name: &str) -> Read<&Count> {
        let found = self.counts.iter().find(|count| *count.name == *name);
        found.ok_or_else(|| {
            let declared: Vec<_> = self.counts.iter().map(|c| (c.name.clone(), ())).collect();
            undeclared(item, name, "count", &declared)
        })
    }

    /// The unit that a value names.
    pub(super) fn unit(&self, item: &Item<'_>) -> Read<&Unit> {
        self.unit_named(item, item.text()?)
    }

    /// The unit with a name that stands at a value, maybe as its key.
    pub(super) fn unit_named(&self, item: &Item<'_>, name: &str) -> Read<&Unit> {
        match self.units.iter().find(|(declared, _)| **declared == *name) {
            Some((_, unit)) => unit.as_ref().map_err(|reported| *reported),
            None => Err(undeclared(item, name, "unit", &self.units)),
        }
    }

    /// The tier that a value names.
    pub(super) fn tier(&self, item: &Item<'_>) -> Read<TierIx> {
        self.tier_named(item, item.text()?)
    }

    /// One value for everybody, or a table of values by tier.
    pub(super) fn by_tier<'a, T>(
        &self,
        item: &Item<'a>,
        read: impl Fn(&Item<'a>) -> Read<T>,
    ) -> Read<ByTier<T>> {
        if item.value().as_table().is_none() {
            return read(item).map(ByTier::same);
        }
        let entries = item.table()?.entries();
        let pairs = entries.iter().map(|(name, item)| {
            let (tier, value) = (self.tier_or_default(item, name), read(item));
            Ok((tier?, value?))
        });
        let pairs = all(pairs.collect())?;
        if pairs.is_empty() {
            return Err(item.fault("an empty table names no tier"));
        }
        let mut by_tier = ByTier { default: None, tiers: Vec::new() };
        for (tier, value) in pairs {
            match tier {
                Some(tier) => by_tier.tiers.push((tier, value)),
                None => by_tier.default = Some(value),
            }
        }
        Ok(by_tier)
    }

    fn tier_or_default(&self, item: &Item<'_>, name: &str) -> Read<Option<TierIx>> {
        if name == DEFAULT { Ok(None) } else { self.tier_named(item, name).map(Some) }
    }

    fn tier_named(&self, item: &Item<'_>, name: &str) -> Read<TierIx> {
        match self.tiers.iter().find(|(declared, _)| **declared == *name) {
            Some((_, tier)) => Ok(*tier),
            None => Err(undeclared(item, name, "tier", &self.tiers)),
        }
    }
}

fn undeclared<T>(item: &Item<'_>, name: &str, kind: &str, declared: &[(Box<str>, T)]) -> Reported {
    let near = nearest(name, declared.iter().map(|(name, _)| &**name));
    let near = near.map(|near| format!(", did you mean {near:?}?")).unwrap_or_default();
    item.fault(format!("the {kind} {} is not declared{near}", shown(name)))
}

/// The ids given so far in one list of the file, and where.
#[derive(Default)]
pub(super) struct Ids(BTreeMap<Box<str>, String>);

impl Ids {
    /// A name that no earlier item of the list has.
    pub(super) fn new_id(&mut self, item: &Item<'_>) -> Read<Box<str>> {
        let id = item.name()?;
        if let Some(first) = self.0.get(&id) {
            return Err(item.fault(format!("{id:?} is given twice, first in {first}")));
        }
        if self.0.len() > usize::from(u16::MAX) {
            return Err(item.fault("the list has too many items"));
        }
        self.0.insert(id.clone(), item.key().to_owned());
        Ok(id)
    }
}
