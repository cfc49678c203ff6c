//! What comes back: to lots that may have died meanwhile (R-DEAD), and to debts (R-DEBT-1).

use super::{Scene, Undecided};
use crate::event::{ExtendCause, Fact, HoldNo, LotNo, Part, Pool};
use crate::programme::{RefundExpired, Unit, UnitIx};
use crate::state::Broken;
use crate::time::{Instant, Span};

impl Scene<'_> {
    /// After amounts have come back to their lots: what is dead by now dies or gets its one grace,
    /// then debts are repaid.
    pub(super) fn returned(
        &mut self,
        who: u32,
        unit: &Unit,
        parts: &[Part],
        at: Instant,
    ) -> Result<(), Undecided> {
        let mut alive = Vec::with_capacity(parts.len());
        for part in parts {
            let lot = *self.lot(who, part.lot)?;
            if !lot.is_dead(at) {
                alive.push(part.lot);
                continue;
            }
            match unit.refund_expired {
                // R-DEAD: once per lot, and only while it is not used up already.
                RefundExpired::Grace(grace) if !lot.is_graced() => {
                    self.grace(who, part.lot, at, grace)?;
                    alive.push(part.lot);
                }
                RefundExpired::Grace(_) | RefundExpired::Expire => {
                    let fact = Fact::Expired { unit: unit.ix, pool: Pool::Available, part: *part };
                    self.emit_at(who, at, fact)?;
                }
            }
        }
        self.repay(who, unit.ix, &alive, at)
    }

    fn grace(&mut self, who: u32, lot: LotNo, at: Instant, grace: Span) -> Result<(), Undecided> {
        let zone = self.programme().zone;
        let expires_at = zone.add(at, grace).unwrap_or(Instant::MAX);
        self.emit_at(who, at, Fact::Extended { lot, expires_at, cause: ExtendCause::Grace })
    }

    /// Repays debt from lots that have just become available, in the order of their numbers
    /// (R-DEBT-1).
    pub(super) fn repay(
        &mut self,
        who: u32,
        unit: UnitIx,
        lots: &[LotNo],
        at: Instant,
    ) -> Result<(), Undecided> {
        if self.debt(who, unit) == 0 {
            return Ok(());
        }
        let mut lots = lots.to_vec();
        lots.sort_unstable();
        lots.dedup();
        for number in lots {
            let amount = self.debt(who, unit).min(self.lot(who, number)?.free);
            if amount > 0 {
                let part = Part { lot: number, amount };
                self.emit_at(who, at, Fact::DebtRepaid { unit, part })?;
            }
        }
        Ok(())
    }

    fn debt(&self, who: u32, unit: UnitIx) -> i64 {
        let member = self.member(who);
        member.and_then(|member| member.figures(unit)).map_or(0, |figures| figures.debt)
    }

    /// What a hold holds, in the order of use by present dates.
    pub(super) fn of_hold(&self, who: u32, hold: HoldNo) -> Result<super::tx::Sources, Broken> {
        let member = self.present(who)?;
        let hold = member.hold(hold).ok_or(Broken::Inconsistent("there is no such hold"))?;
        let of_lot = |part: &Part| member.lot(part.lot).map(|lot| (part.lot, lot, part.amount));
        Ok(self.ordered(hold.parts.iter().filter_map(of_lot)))
    }
}
