//! Names by number: events and state carry small numbers, and one table says what they mean.

/// A table of names; a name keeps its number for ever, also when a later version drops it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Symbols {
    /// Units in order of first declaration.
    pub units: Vec<Box<str>>,
    /// Tiers in order of first declaration.
    pub tiers: Vec<Box<str>>,
    /// Earn rules in order of first declaration.
    pub rules: Vec<Box<str>>,
    /// Rewards in order of first declaration.
    pub rewards: Vec<Box<str>>,
    /// Causes of compensation in order of first declaration.
    pub causes: Vec<Box<str>>,
    /// Counts in order of first declaration; what is built in comes first.
    pub counts: Vec<Box<str>>,
    /// Milestones in order of first declaration.
    pub milestones: Vec<Box<str>>,
}

macro_rules! index {
    ($(#[$doc:meta])* $name:ident, $table:ident, $get:ident, $add:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u16);

        impl Symbols {
            #[doc = concat!("The name with this number, or `?` if there is none.")]
            pub fn $get(&self, ix: $name) -> &str {
                self.$table.get(usize::from(ix.0)).map_or("?", |name| name)
            }

            #[doc = concat!("The number of a name, given one now if it has none; `None` if there are 65,535 already.")]
            pub fn $add(&mut self, name: &str) -> Option<$name> {
                let found = self.$table.iter().position(|known| &**known == name);
                let ix = u16::try_from(found.unwrap_or(self.$table.len())).ok()?;
                if ix == u16::MAX {
                    return None;
                }
                if found.is_none() {
                    self.$table.push(name.into());
                }
                Some($name(ix))
            }
        }
    };
}

index!(
    /// The number of a unit.
    UnitIx, units, unit, add_unit
);
index!(
    /// The number of a tier. It says nothing about the tier's rank.
    TierIx, tiers, tier, add_tier
);
index!(
    /// The number of an earn rule.
    RuleIx, rules, rule, add_rule
);
index!(
    /// The number of a reward.
    RewardIx, rewards, reward, add_reward
);
index!(
    /// The number of a cause of compensation.
    CauseIx, causes, cause, add_cause
);
index!(
    /// The number of a count.
    CountIx, counts, count, add_count
);
index!(
    /// The number of a milestone.
    MilestoneIx, milestones, milestone, add_milestone
);
