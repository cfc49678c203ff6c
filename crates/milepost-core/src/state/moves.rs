//! What facts have in common: points that move between a member's lots, holds and figures. Whatever
//! moves, the figures of its unit are conserved afterwards.

use super::change::{Broken, Change};
use super::figures::{Counter, Figures};
use super::lot::{Lot, Ready};
use super::member::{HoldState, Sent, Use, push_tight};
use crate::event::{ExtendCause, FormIx, HoldNo, LotNo, MovedLot, NewLot, Part, Pool};
use crate::names::Reference;
use crate::programme::UnitIx;
use crate::time::Instant;

impl Change<'_> {
    pub(super) fn new_lot(
        &mut self,
        new: &NewLot,
        at: Instant,
        counter: Counter,
        more_of_it: impl FnOnce(&mut Lot),
    ) -> Result<(), Broken> {
        if new.lot != self.member.next_lot() || new.amount <= 0 {
            return Err(Broken::Inconsistent("a new lot is not the next one"));
        }
        let ready = match new.available_at {
            Some(available_at) if available_at <= at => Ready::Yes,
            Some(available_at) => {
                self.member.lower_due(available_at.micros());
                Ready::No
            }
            None => Ready::No,
        };
        let mut lot = Lot::new(new, ready);
        more_of_it(&mut lot);
        self.member.lower_due(lot.expires_at);
        self.push_lot(lot);
        self.move_figures(new.unit, |f| {
            f.count(counter, new.amount);
            more(if ready == Ready::Yes { &mut f.available } else { &mut f.pending }, new.amount)
        })
    }

    pub(super) fn mature(
        &mut self,
        unit: UnitIx,
        part: Part,
        at: Instant,
        expires_at: Option<Instant>,
    ) -> Result<(), Broken> {
        let lot = self.lot(part.lot)?;
        if lot.is_ready() || lot.free != part.amount {
            return Err(Broken::Inconsistent("a lot that is not pending matures"));
        }
        lot.make_ready(at, expires_at);
        let dies = lot.expires_at;
        self.member.lower_due(dies);
        self.move_figures(unit, |f| shift(&mut f.pending, &mut f.available, part.amount))
    }

    pub(super) fn expire(&mut self, unit: UnitIx, pool: Pool, part: Part) -> Result<(), Broken> {
        less(&mut self.lot(part.lot)?.free, part.amount)?;
        if let Some(fate) = self.fate(part.lot) {
            more(&mut fate.expired, part.amount)?;
        }
        self.gift_expired(part)?;
        self.move_figures(unit, |f| {
            f.count(Counter::Expired, part.amount);
            less(
                match pool {
                    Pool::Available => &mut f.available,
                    Pool::Pending => &mut f.pending,
                },
                part.amount,
            )
        })
    }

    pub(super) fn take_free(&mut self, parts: &[Part]) -> Result<i64, Broken> {
        for part in parts {
            less(&mut self.lot(part.lot)?.free, part.amount)?;
        }
        total(parts)
    }

    pub(super) fn give_free(&mut self, parts: &[Part]) -> Result<i64, Broken> {
        for part in parts {
            let lot = self.lot(part.lot)?;
            more(&mut lot.free, part.amount)?;
            // What returns can die, and what was used up was no longer watched.
            let dies = lot.expires_at;
            self.member.lower_due(dies);
        }
        total(parts)
    }

    pub(super) fn take_held(
        &mut self,
        hold: HoldNo,
        parts: &[Part],
        end: HoldState,
    ) -> Result<i64, Broken> {
        let hold = self.hold(hold)?;
        if hold.state != HoldState::Open {
            return Err(Broken::Inconsistent("a hold that has ended is used"));
        }
        for part in parts {
            let held = hold.parts.iter_mut().find(|held| held.lot == part.lot);
            let held = held.ok_or(Broken::Inconsistent("a hold does not hold of this lot"))?;
            less(&mut held.amount, part.amount)?;
        }
        hold.parts.retain(|held| held.amount > 0);
        if hold.parts.is_empty() {
            hold.state = end;
        }
        total(parts)
    }

    pub(super) fn redemption(&mut self, reference: Reference, unit: UnitIx, parts: &[Part]) {
        let uses = parts.iter().map(|part| Use { lot: part.lot, left: part.amount });
        self.push_redemption(reference, unit, uses);
    }

    pub(super) fn note_reversed(
        &mut self,
        awards: &[Part],
        set_off: &[Part],
    ) -> Result<(), Broken> {
        const NO_AWARD: Broken = Broken::Inconsistent("the lot was not earned");
        for part in awards {
            let given = self.given(part.lot).ok_or(NO_AWARD)?;
            let fate = self.fate(part.lot).ok_or(NO_AWARD)?;
            more(&mut fate.taken, part.amount)?;
            if fate.taken > given {
                return Err(Broken::Inconsistent("more is taken back than was earned"));
            }
        }
        for part in set_off {
            less(&mut self.fate(part.lot).ok_or(NO_AWARD)?.expired, part.amount)?;
        }
        Ok(())
    }

    /// What a rule gave as this lot.
    fn given(&self, lot: LotNo) -> Option<i64> {
        let activity = self.member.lot(lot)?.activity()?;
        self.member.awards(activity).find(|award| award.lot == lot).map(|award| award.amount)
    }

    pub(super) fn take_back(
        &mut self,
        unit: UnitIx,
        counter: Counter,
        taken: i64,
        pending: i64,
        debt: i64,
        forgiven: i64,
    ) -> Result<(), Broken> {
        self.move_figures(unit, |f| {
            f.count(counter, taken);
            f.count(counter, debt);
            f.count(counter, forgiven);
            f.count(Counter::DebtForgiven, forgiven);
            more(&mut f.debt, debt)?;
            less(&mut f.pending, pending)?;
            less(&mut f.available, taken - pending)
        })
    }

    pub(super) fn note_sent(
        &mut self,
        unit: UnitIx,
        day: i32,
        year: i32,
        amount: i64,
    ) -> Result<(), Broken> {
        let sent = self.sent();
        let found = sent.iter().position(|known| known.unit == unit);
        let before = found.and_then(|at| sent.get(at)).copied();
        let (count, in_day) = match before {
            Some(before) if before.day == day => (before.count_in_day, before.amount_in_day),
            _ => (0, 0),
        };
        let in_year = before.filter(|before| before.year == year).map_or(0, |b| b.amount_in_year);
        let now = Sent {
            unit,
            day,
            year,
            count_in_day: count.saturating_add(1),
            amount_in_day: in_day.checked_add(amount).ok_or(Broken::Overflow)?,
            amount_in_year: in_year.checked_add(amount).ok_or(Broken::Overflow)?,
        };
        match found.and_then(|at| sent.get_mut(at)) {
            Some(slot) => *slot = now,
            None => push_tight(sent, now),
        }
        Ok(())
    }

    pub(super) fn receive(&mut self, moved: &MovedLot, at: Instant) -> Result<(), Broken> {
        self.new_lot(&moved.lot, at, Counter::TransferredIn, |new| {
            new.rule = moved.rule.map_or(u16::MAX, |rule| rule.0);
            if moved.graced {
                new.set_graced();
            }
        })?;
        if let Some(origin) = &moved.origin {
            self.push_origin(moved.lot.lot, origin.clone());
        }
        Ok(())
    }

    pub(super) fn renew(
        &mut self,
        form: FormIx,
        last: Instant,
        lots: &[(LotNo, Instant)],
    ) -> Result<(), Broken> {
        let renewals = self.renewals();
        match renewals.iter_mut().find(|(known, _)| *known == form) {
            Some((_, at)) => *at = last,
            None => push_tight(renewals, (form, last)),
        }
        for (lot, expires_at) in lots {
            self.lot(*lot)?.expires_at = expires_at.micros();
        }
        Ok(())
    }

    pub(super) fn extend(
        &mut self,
        number: LotNo,
        expires_at: Instant,
        cause: ExtendCause,
    ) -> Result<(), Broken> {
        let lot = self.lot(number)?;
        lot.expires_at = expires_at.micros();
        if cause == ExtendCause::Grace {
            lot.set_graced();
        }
        self.member.lower_due(expires_at.micros());
        Ok(())
    }

    /// Moves figures and checks that the unit is conserved afterwards, in each figure's range.
    pub(super) fn move_figures(
        &mut self,
        unit: UnitIx,
        with: impl FnOnce(&mut Figures) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        let figures = self.figures(unit)?;
        with(figures)?;
        let all = figures.available.checked_add(figures.pending);
        all.and_then(|sum| sum.checked_add(figures.held)).ok_or(Broken::Overflow)?;
        if figures.conserved() {
            Ok(())
        } else {
            Err(Broken::Inconsistent("points are not conserved (R-LOT-1)"))
        }
    }
}

pub(super) fn more(figure: &mut i64, amount: i64) -> Result<(), Broken> {
    *figure = figure.checked_add(amount).ok_or(Broken::Overflow)?;
    Ok(())
}

/// Takes an amount off a figure that cannot be below zero (R-LOT-3).
pub(super) fn less(figure: &mut i64, amount: i64) -> Result<(), Broken> {
    *figure = figure.checked_sub(amount).ok_or(Broken::Overflow)?;
    match *figure {
        0.. => Ok(()),
        _ => Err(Broken::Inconsistent("more is taken than there is (R-LOT-3)")),
    }
}

pub(super) fn shift(from: &mut i64, to: &mut i64, amount: i64) -> Result<(), Broken> {
    less(from, amount)?;
    more(to, amount)
}

fn total(parts: &[Part]) -> Result<i64, Broken> {
    let add = |sum: i64, part: &Part| sum.checked_add(part.amount).ok_or(Broken::Overflow);
    parts.iter().try_fold(0, add)
}
