//! Applying an event to a member: the one fold by which state comes about, live, in replay and in
//! every answer about the past.

use super::activities::AwardRecord;
use super::change::{Broken, Change};
use super::figures::{Counter, Figures};
use super::lot::{Lot, Ready};
use super::member::{Hold, HoldState, Sent, Use, push_tight};
use super::tally::Reached;
use crate::event::{
    Event, ExtendCause, Fact, FormIx, LotNo, MovedLot, NewLot, Part, Pool, ReversedShare,
};
use crate::programme::UnitIx;
use crate::time::Instant;

impl Change<'_> {
    /// Applies one event, and checks conservation after it (R-LOT-1).
    ///
    /// # Errors
    /// [`Broken`] if a figure would not fit, or if the event does not fit the state. The member may
    /// then be half changed: the journal has to take the changes back.
    #[expect(clippy::too_many_lines, reason = "what each fact does reads best as one table")]
    pub fn apply(&mut self, event: &Event) -> Result<(), Broken> {
        let at = event.effective_at;
        match &event.fact {
            Fact::Enrolled { .. } => Err(Broken::Inconsistent("the member is enrolled already")),
            Fact::Recorded { activity, occurrence, spend } => {
                self.push_activity(activity, occurrence, spend.as_ref());
                Ok(())
            }
            Fact::Earned { lot, activity, rule, rounding, how: _ } => {
                self.new_lot(lot, at, Counter::Earned, |new| {
                    new.activity = activity.0;
                    new.rule = rule.0;
                })?;
                let (lot, amount) = (lot.lot, lot.amount);
                self.push_award(AwardRecord { lot, amount, rounding: *rounding });
                Ok(())
            }
            Fact::Granted { lot, .. } => self.new_lot(lot, at, Counter::Granted, |_| ()),
            Fact::Matured { unit, part } => {
                let expires_at = self.lot(part.lot)?.expires_at();
                self.mature(*unit, *part, at, expires_at)
            }
            Fact::Confirmed { unit, part, expires_at } => {
                self.mature(*unit, *part, at, *expires_at)
            }
            Fact::Expired { unit, pool, part } => self.expire(*unit, *pool, *part),
            Fact::Held { hold: _, reference, unit, until, parts } => {
                let hold = Hold {
                    unit: *unit,
                    until: *until,
                    state: HoldState::Open,
                    parts: parts.clone(),
                };
                self.push_hold(reference.clone(), hold);
                self.member.lower_due(until.micros());
                let amount = self.take_free(parts)?;
                self.move_figures(*unit, |f| shift(&mut f.available, &mut f.held, amount))
            }
            Fact::Captured { unit, hold, reference, parts, worth } => {
                let amount = self.take_held(*hold, parts, HoldState::Closed)?;
                self.redemption(reference.clone(), *unit, parts);
                self.bought(worth.as_ref(), at);
                self.move_figures(*unit, |f| {
                    f.count(Counter::Spent, amount);
                    less(&mut f.held, amount)
                })
            }
            Fact::Released { unit, hold, parts } => {
                let amount = self.take_held(*hold, parts, HoldState::Closed)?;
                self.give_free(parts)?;
                self.move_figures(*unit, |f| shift(&mut f.held, &mut f.available, amount))
            }
            Fact::Lapsed { unit, hold, parts } => {
                let amount = self.take_held(*hold, parts, HoldState::Lapsed)?;
                self.give_free(parts)?;
                self.move_figures(*unit, |f| shift(&mut f.held, &mut f.available, amount))
            }
            Fact::Redeemed { reference, unit, parts, worth } => {
                let amount = self.take_free(parts)?;
                self.redemption(reference.clone(), *unit, parts);
                self.bought(worth.as_ref(), at);
                self.move_figures(*unit, |f| {
                    f.count(Counter::Spent, amount);
                    less(&mut f.available, amount)
                })
            }
            Fact::Refunded { unit, redemption, parts, .. } => {
                for part in parts {
                    less(&mut self.used(*redemption, part.lot)?.left, part.amount)?;
                }
                let amount = self.give_free(parts)?;
                self.move_figures(*unit, |f| {
                    f.count(Counter::Returned, amount);
                    more(&mut f.available, amount)
                })
            }
            Fact::ActivityReversed { activity, reversed, .. } => {
                if *reversed == ReversedShare::Full {
                    self.forget_context(*activity);
                }
                self.set_reversed(*activity, *reversed)
            }
            Fact::ContextRecorded { activity, context } => {
                self.keep_context(*activity, context);
                Ok(())
            }
            Fact::LinesLeft { activity, lines } => {
                self.set_lines_left(*activity, lines);
                Ok(())
            }
            Fact::Reversed { unit, parts, awards, set_off, pending, debt, forgiven, .. } => {
                self.note_reversed(awards, set_off)?;
                let taken = self.take_free(parts)?;
                self.take_back(*unit, Counter::Reversed, taken, *pending, *debt, *forgiven)
            }
            Fact::Debited { unit, parts, debt, forgiven, .. } => {
                let taken = self.take_free(parts)?;
                self.take_back(*unit, Counter::Debited, taken, 0, *debt, *forgiven)
            }
            Fact::DebtRepaid { unit, part } => {
                less(&mut self.lot(part.lot)?.free, part.amount)?;
                self.move_figures(*unit, |f| {
                    less(&mut f.debt, part.amount)?;
                    less(&mut f.available, part.amount)
                })
            }
            Fact::TransferredOut { unit, parts, day, year, .. } => {
                let amount = self.take_free(parts)?;
                self.note_sent(*unit, *day, *year, amount)?;
                self.move_figures(*unit, |f| {
                    f.count(Counter::TransferredOut, amount);
                    less(&mut f.available, amount)
                })
            }
            Fact::TransferredIn { lots, .. } => {
                lots.iter().try_for_each(|moved| self.receive(moved, at))
            }
            Fact::Renewed { form, last, lots } => self.renew(*form, *last, lots),
            Fact::Extended { lot, expires_at, cause } => self.extend(*lot, *expires_at, *cause),
            Fact::TierAssigned { tier, until, .. } => {
                self.assign_tier(*tier, *until);
                Ok(())
            }
            Fact::TierChanged { from, to, reason, judged, .. } => {
                self.change_tier((*from, *to), *reason, judged.as_deref(), at)
            }
            Fact::TierGrace { until } => self.begin_grace(*until, at),
            Fact::Qualified { count, amount, place } => self.count((*count, *amount), *place, at),
            Fact::Benefit { lot, year, .. } => {
                self.note_benefit(*year, at);
                self.new_lot(lot, at, Counter::Granted, |_| ())
            }
            Fact::MilestoneReached { lot, milestone, step, place } => {
                let (milestone, step, place) = (*milestone, *step, *place);
                let (number, amount) = (lot.lot, lot.amount);
                self.reach(Reached { milestone, step, place, at, lot: number, amount });
                self.new_lot(lot, at, Counter::Granted, |_| ())
            }
            Fact::MilestoneTaken { lot, unit, parts, set_off, debt, forgiven, .. } => {
                if let Some(fate) = self.fate(*lot).filter(|_| *set_off > 0) {
                    less(&mut fate.expired, *set_off)?;
                }
                self.unreach(*lot)?;
                let taken = self.take_free(parts)?;
                self.take_back(*unit, Counter::Reversed, taken, 0, *debt, *forgiven)
            }
            Fact::Given { lot, of, paid } => {
                self.give(lot, of, paid.as_ref().and_then(|paid| paid.drawn), at)
            }
            Fact::TakenBack { of, unit, parts, gifts, set_off, debt, forgiven } => {
                self.take_back_gifts(of, gifts, set_off)?;
                let taken = self.take_free(parts)?;
                self.take_back(*unit, Counter::Reversed, taken, 0, *debt, *forgiven)
            }
            Fact::CaseReversed { case, .. } => self.reverse_case(case),
            Fact::Referred { by } => {
                self.referred(*by);
                Ok(())
            }
            Fact::ReferralPaid { with, activity } => self.pay_referral(*with, *activity, at),
            Fact::ReferralFell { with } => self.drop_referral(*with),
            // What all members use together is no state of one of them.
            Fact::Drawn { .. } | Fact::Cut { .. } => Ok(()),
            Fact::AttributesChanged { set, unset } => {
                self.change_attributes(set, unset);
                Ok(())
            }
            Fact::ConsentChanged { purpose, given } => {
                self.change_consent((purpose, *given));
                Ok(())
            }
            Fact::Closed { on_close } => self.close(*on_close),
            Fact::MergedInto { into } => {
                self.merge_into(*into);
                Ok(())
            }
            Fact::MergedFrom { first_lot, state, .. } => self.merge_from(*first_lot, state),
            Fact::ProgrammeRevised { .. } => Err(Broken::Inconsistent("a revision of a member")),
        }
    }

    /// Passes over an event that has not taken effect at the time asked about (R-ASOF-1): only the
    /// numbers that it gave are used up, so that the events that have taken effect find theirs.
    ///
    /// # Errors
    /// [`Broken`] if there are more than 32 bits can count.
    pub fn pass_over(&mut self, event: &Event) -> Result<(), Broken> {
        match &event.fact {
            Fact::Recorded { activity, occurrence, .. } => {
                self.push_activity(activity, occurrence, None);
            }
            Fact::Earned { lot, rounding, .. } => {
                self.push_lot(Lot::spent(lot));
                let (lot, rounding) = (lot.lot, *rounding);
                self.push_award(AwardRecord { lot, amount: 0, rounding });
            }
            Fact::Granted { lot, .. }
            | Fact::Given { lot, .. }
            | Fact::Benefit { lot, .. }
            | Fact::MilestoneReached { lot, .. } => self.push_lot(Lot::spent(lot)),
            Fact::TransferredIn { lots, .. } => {
                for moved in lots {
                    self.push_lot(Lot::spent(&moved.lot));
                }
            }
            Fact::Held { reference, unit, until, .. } => {
                let (unit, until, state) = (*unit, *until, HoldState::Closed);
                let nothing = Hold { unit, until, state, parts: Vec::new() };
                self.push_hold(reference.clone(), nothing);
            }
            Fact::Captured { reference, unit, .. } | Fact::Redeemed { reference, unit, .. } => {
                self.redemption(reference.clone(), *unit, &[]);
            }
            Fact::MergedFrom { state, .. } => self.pass_over_merge(state)?,
            Fact::Enrolled { .. }
            | Fact::Matured { .. }
            | Fact::Confirmed { .. }
            | Fact::Expired { .. }
            | Fact::Released { .. }
            | Fact::Lapsed { .. }
            | Fact::Refunded { .. }
            | Fact::ActivityReversed { .. }
            | Fact::Reversed { .. }
            | Fact::Debited { .. }
            | Fact::DebtRepaid { .. }
            | Fact::TransferredOut { .. }
            | Fact::Renewed { .. }
            | Fact::Extended { .. }
            | Fact::TierAssigned { .. }
            | Fact::TierChanged { .. }
            | Fact::ContextRecorded { .. }
            | Fact::LinesLeft { .. }
            | Fact::Cut { .. }
            | Fact::AttributesChanged { .. }
            | Fact::ConsentChanged { .. }
            | Fact::Closed { .. }
            | Fact::MergedInto { .. }
            | Fact::ProgrammeRevised { .. }
            | Fact::TakenBack { .. }
            | Fact::CaseReversed { .. }
            | Fact::Referred { .. }
            | Fact::ReferralPaid { .. }
            | Fact::ReferralFell { .. }
            | Fact::Drawn { .. }
            | Fact::TierGrace { .. }
            | Fact::Qualified { .. }
            | Fact::MilestoneTaken { .. } => {}
        }
        Ok(())
    }

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

    fn mature(
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

    fn expire(&mut self, unit: UnitIx, pool: Pool, part: Part) -> Result<(), Broken> {
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

    fn give_free(&mut self, parts: &[Part]) -> Result<i64, Broken> {
        for part in parts {
            let lot = self.lot(part.lot)?;
            more(&mut lot.free, part.amount)?;
            // What returns can die, and what was used up was no longer watched.
            let dies = lot.expires_at;
            self.member.lower_due(dies);
        }
        total(parts)
    }

    fn take_held(
        &mut self,
        hold: crate::event::HoldNo,
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

    fn redemption(&mut self, reference: crate::names::Reference, unit: UnitIx, parts: &[Part]) {
        let uses = parts.iter().map(|part| Use { lot: part.lot, left: part.amount });
        self.push_redemption(reference, unit, uses);
    }

    fn note_reversed(&mut self, awards: &[Part], set_off: &[Part]) -> Result<(), Broken> {
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

    fn note_sent(&mut self, unit: UnitIx, day: i32, year: i32, amount: i64) -> Result<(), Broken> {
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

    fn receive(&mut self, moved: &MovedLot, at: Instant) -> Result<(), Broken> {
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

    fn renew(
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

    fn extend(
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
    fn move_figures(
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

fn more(figure: &mut i64, amount: i64) -> Result<(), Broken> {
    *figure = figure.checked_add(amount).ok_or(Broken::Overflow)?;
    Ok(())
}

/// Takes an amount off a figure that cannot be below zero (R-LOT-3).
fn less(figure: &mut i64, amount: i64) -> Result<(), Broken> {
    *figure = figure.checked_sub(amount).ok_or(Broken::Overflow)?;
    match *figure {
        0.. => Ok(()),
        _ => Err(Broken::Inconsistent("more is taken than there is (R-LOT-3)")),
    }
}

fn shift(from: &mut i64, to: &mut i64, amount: i64) -> Result<(), Broken> {
    less(from, amount)?;
    more(to, amount)
}

fn total(parts: &[Part]) -> Result<i64, Broken> {
    let add = |sum: i64, part: &Part| sum.checked_add(part.amount).ok_or(Broken::Overflow);
    parts.iter().try_fold(0, add)
}
