//! Milestones: what is given when a count reaches a step inside its window.

use super::{CountIx, GrantItem, MilestoneIx};
use crate::ratio::Ratio;

/// One milestone.
#[derive(Clone, Debug, PartialEq)]
pub struct Milestone {
    /// Its number in the ledger.
    pub ix: MilestoneIx,
    /// Its id.
    pub name: Box<str>,
    /// The count that is looked at.
    pub count: CountIx,
    /// The steps.
    pub steps: StepsAt,
    /// What each step gives; never empty.
    pub grants: Vec<GrantItem>,
}

/// At which counts something is given.
#[derive(Clone, Debug, PartialEq)]
pub enum StepsAt {
    /// At these, in ascending order.
    List(Vec<Ratio>),
    /// At `from`, and then after every `every`.
    Every {
        /// The first step.
        from: Ratio,
        /// From step to step; above zero.
        every: Ratio,
        /// How many steps there are; `None`: no end.
        max: Option<u32>,
    },
}

impl StepsAt {
    /// The step with this number, from 0; `None` if there are not so many or it does not fit.
    pub fn step(&self, number: u32) -> Option<Ratio> {
        match self {
            StepsAt::List(steps) => steps.get(usize::try_from(number).ok()?).copied(),
            StepsAt::Every { from, every, max } => {
                if max.is_some_and(|max| number >= max) {
                    return None;
                }
                from.plus(every.times(Ratio::whole(i64::from(number)))?)
            }
        }
    }
}
