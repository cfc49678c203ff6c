//! Applying an event to a member: the one fold by which state comes about, live, in replay and in
//! every answer about the past.

use super::activities::AwardRecord;
use super::change::{Broken, Change};
use super::figures::Counter;
use super::lot::Lot;
use super::member::{Hold, HoldState};
use super::moves::{less, more, shift};
use super::tally::Reached;
use crate::event::{
    ActivityNo, Event, EventRef, Fact, FactRef, NewLot, Part, ReversedShare, Worth,
};
use crate::names::Reference;
use crate::programme::{RuleIx, UnitIx};
use crate::ratio::Rounding;
use crate::time::Instant;

impl Change<'_> {
    /// Applies one event, borrowed, and checks conservation after it (R-LOT-1).
    ///
    /// # Errors
    /// As [`Change::apply`].
    pub fn fold(&mut self, event: &EventRef<'_>) -> Result<(), Broken> {
        let at = event.effective_at;
        match &event.fact {
            FactRef::Recorded { activity, kind, at, spend, rate } => {
                self.push_activity((activity, kind), *at, *spend, rate.as_deref().copied());
                Ok(())
            }
            FactRef::Earned { lot, activity, rule, rounding } => {
                self.earn(lot, at, (*activity, *rule), *rounding)
            }
            FactRef::Redeemed { reference, unit, parts } => {
                let named = Reference::new(*reference);
                let named = named.map_err(|_| Broken::Inconsistent("a redemption has no name"))?;
                self.redeem(named, *unit, parts, at, None)
            }
            FactRef::Expired { unit, pool, part } => self.expire(*unit, *pool, *part),
            FactRef::Whole(fact) => self.apply_at(at, fact),
        }
    }

    /// Applies one event, and checks conservation after it (R-LOT-1).
    ///
    /// # Errors
    /// [`Broken`] if a figure would not fit, or if the event does not fit the state. The member may
    /// then be half changed: the journal has to take the changes back.
    pub fn apply(&mut self, event: &Event) -> Result<(), Broken> {
        self.apply_at(event.effective_at, &event.fact)
    }

    #[expect(
        clippy::too_many_lines,
        reason = "an arm for each of all facts: an exhaustive match cannot be split"
    )]
    fn apply_at(&mut self, at: Instant, fact: &Fact) -> Result<(), Broken> {
        match fact {
            Fact::Recorded { activity, occurrence, spend } => {
                let named = (activity.as_str(), occurrence.kind.as_str());
                let money = spend.map(|spend| (spend.minor, spend.currency));
                let rate = spend.and_then(|spend| spend.rate);
                self.push_activity(named, occurrence.at, money, rate);
                Ok(())
            }
            Fact::Earned { lot, activity, rule, rounding, how: _ } => {
                self.earn(lot, at, (*activity, *rule), *rounding)
            }
            Fact::Redeemed { reference, unit, parts, worth } => {
                self.redeem(reference.clone(), *unit, parts, at, worth.as_ref())
            }
            Fact::Expired { unit, pool, part } => self.expire(*unit, *pool, *part),
            Fact::Enrolled { .. } => Err(Broken::Inconsistent("the member is enrolled already")),
            Fact::Granted { lot, .. } => self.new_lot(lot, at, Counter::Granted, |_| ()),
            Fact::Matured { unit, part } => {
                let expires_at = self.lot(part.lot)?.expires_at();
                self.mature(*unit, *part, at, expires_at)
            }
            Fact::Confirmed { unit, part, expires_at } => {
                self.mature(*unit, *part, at, *expires_at)
            }
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

    fn earn(
        &mut self,
        lot: &NewLot,
        at: Instant,
        (activity, rule): (ActivityNo, RuleIx),
        rounding: Rounding,
    ) -> Result<(), Broken> {
        self.new_lot(lot, at, Counter::Earned, |new| {
            new.activity = activity.0;
            new.rule = rule.0;
        })?;
        self.push_award(AwardRecord { lot: lot.lot, amount: lot.amount, rounding });
        Ok(())
    }

    fn redeem(
        &mut self,
        reference: Reference,
        unit: UnitIx,
        parts: &[Part],
        at: Instant,
        worth: Option<&Worth>,
    ) -> Result<(), Broken> {
        let amount = self.take_free(parts)?;
        self.redemption(reference, unit, parts);
        self.bought(worth, at);
        self.move_figures(unit, |f| {
            f.count(Counter::Spent, amount);
            less(&mut f.available, amount)
        })
    }

    /// Passes over an event that has not taken effect at the time asked about (R-ASOF-1): only the
    /// numbers that it gave are used up, so that the events that have taken effect find theirs.
    ///
    /// # Errors
    /// [`Broken`] if there are more than 32 bits can count.
    pub fn pass_over(&mut self, event: &Event) -> Result<(), Broken> {
        match &event.fact {
            Fact::Recorded { activity, occurrence, .. } => {
                let named = (activity.as_str(), occurrence.kind.as_str());
                self.push_activity(named, occurrence.at, None, None);
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
}
