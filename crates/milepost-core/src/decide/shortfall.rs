//! What is done when more is to be taken back than is there (R-REV-2).

use super::{Scene, Undecided};
use crate::event::Part;
use crate::programme::{Shortfall, Unit};
use crate::refusal::{Code, Detail, Refusal};

/// How a shortfall was met.
#[derive(Debug, Default)]
pub(super) struct Met {
    /// What further lots gave.
    pub(super) parts: Vec<Part>,
    /// What became debt.
    pub(super) debt: i64,
    /// What was forgiven.
    pub(super) forgiven: i64,
}

impl Scene<'_> {
    /// Meets a shortfall by the unit's policy. `taken` are the parts that are taken already.
    pub(super) fn meet(
        &self,
        who: u32,
        unit: &Unit,
        shortfall: i64,
        taken: &[Part],
    ) -> Result<Met, Undecided> {
        if shortfall == 0 {
            return Ok(Met::default());
        }
        match unit.shortfall {
            Shortfall::OtherLots => {
                let member = self.present(who)?;
                let spare = |lot| taken.iter().filter(move |part| part.lot == lot);
                let others =
                    member.lots().filter(|(_, lot)| lot.unit() == unit.ix && lot.is_ready());
                let left = others.map(|(number, lot)| {
                    let gone: i64 = spare(number).map(|part| part.amount).sum();
                    (number, lot, lot.free - gone)
                });
                let (parts, debt) = self.ordered(left).take_up_to(shortfall);
                Ok(Met { parts, debt, forgiven: 0 })
            }
            Shortfall::Forgive => Ok(Met { forgiven: shortfall, ..Met::default() }),
            Shortfall::Refuse => Err(already_spent(unit).into()),
        }
    }
}

pub(super) fn already_spent(unit: &Unit) -> Refusal {
    let message = format!("a part of these {} has been used already", unit.name);
    Refusal::new(Code::AlreadySpent, message).with("unit", Detail::Text(unit.name.to_string()))
}
