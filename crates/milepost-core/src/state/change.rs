//! Changing a member, and taking a change back.
//!
//! A decision applies its events as it makes them, because what it does next depends on them. If it
//! ends in a refusal, or was a dry run, the journal takes everything back. So a decision costs what
//! it changes, however much a member has.

use super::figures::Figures;
use super::given;
use super::lot::Lot;
use super::member::{
    Activity, Award, Hold, Member, More, Redemption, Sent, TierRecord, Use, push_tight,
};
use crate::event::{ActivityNo, FormIx, HoldNo, LotNo, RedemptionNo};
use crate::names::Reference;
use crate::programme::{TierIx, UnitIx};
use crate::ratio::Ratio;
use crate::time::Instant;

/// An event that cannot be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A figure would not fit 64 bits (R-NUM-2). A decision refuses with `amount_overflow`.
    #[error("a figure does not fit 64 bits")]
    Overflow,
    /// The event does not fit the state: the log is not one that this engine wrote, or there is a
    /// defect. Nothing after it can be believed.
    #[error("an event does not fit the state: {0}")]
    Inconsistent(&'static str),
}

/// What is needed to take changes back, newest last.
#[derive(Debug, Default)]
pub struct Journal {
    undo: Vec<Undo>,
    mode: Mode,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mode {
    #[default]
    Keep,
    Forget,
}

#[derive(Debug)]
enum Undo {
    Unit(usize, Figures),
    NewUnit,
    Lot(usize, Lot),
    NewLot,
    Award(usize, Award),
    NewAward,
    Activity(usize, Activity),
    NewActivity,
    Hold(usize, Hold),
    NewHold,
    Use(usize, Use),
    NewRedemption,
    Renewals(Vec<(FormIx, Instant)>),
    Sent(Vec<Sent>),
    NewOrigin,
    Tier(Option<TierIx>, TierRecord),
    Given(given::Undo),
    Due(i64),
}

impl Journal {
    /// A journal that keeps nothing, for replaying what is certain.
    pub const fn forgetful() -> Journal {
        Journal { undo: Vec::new(), mode: Mode::Forget }
    }

    /// Whether anything was changed since the journal was empty.
    pub const fn is_empty(&self) -> bool {
        self.undo.is_empty()
    }

    /// Forgets how to take the changes back: they stand.
    pub fn keep_changes(&mut self) {
        self.undo.clear();
    }

    /// Takes all changes back.
    pub fn take_back(&mut self, member: &mut Member) {
        while let Some(undo) = self.undo.pop() {
            undo.run(member);
        }
    }

    /// Looks again for the first thing due to a member, so that its lower bound is exact.
    pub(crate) fn refresh_due(&mut self, member: &mut Member) {
        self.note(|| Undo::Due(member.due));
        member.refresh_due();
    }

    fn note(&mut self, undo: impl FnOnce() -> Undo) {
        if self.mode == Mode::Keep {
            self.undo.push(undo());
        }
    }
}

impl Undo {
    fn run(self, member: &mut Member) {
        match self {
            Undo::Unit(at, figures) => put(&mut member.units, at, figures),
            Undo::NewUnit => drop(member.units.pop()),
            Undo::Lot(at, lot) => put(&mut member.lots, at, lot),
            Undo::NewLot => drop(member.lots.pop()),
            Undo::Award(at, award) => put(&mut member.earnings_mut().awards, at, award),
            Undo::NewAward => drop(member.earnings_mut().awards.pop()),
            Undo::Activity(at, activity) => {
                put(&mut member.earnings_mut().activities, at, activity);
            }
            Undo::NewActivity => {
                let earnings = member.earnings_mut();
                earnings.activities.pop();
                earnings.references.pop();
                let last = earnings.activities.len();
                earnings.rates.retain(|(number, _)| number.0 as usize <= last);
            }
            Undo::Hold(at, hold) => put(&mut member.more_mut().holds, at, hold),
            Undo::NewHold => {
                member.more_mut().holds.pop();
                member.more_mut().hold_references.pop();
            }
            Undo::Use(at, used) => put(&mut member.more_mut().uses, at, used),
            Undo::NewRedemption => member.more_mut().drop_redemption(),
            Undo::Renewals(renewals) => member.more_mut().renewals = renewals,
            Undo::Sent(sent) => member.more_mut().sent = sent,
            Undo::NewOrigin => drop(member.more_mut().origins.pop()),
            Undo::Given(undo) => undo.run(member.more_mut().given.get_or_insert_default()),
            Undo::Due(due) => member.due = due,
            Undo::Tier(tier, record) => {
                member.tier = tier;
                member.more_mut().tiers = record;
            }
        }
    }
}

impl More {
    fn drop_redemption(&mut self) {
        self.redemption_references.pop();
        if let Some(redemption) = self.redemptions.pop() {
            self.uses.truncate(redemption.first_use as usize);
        }
    }
}

fn put<T>(list: &mut [T], at: usize, item: T) {
    if let Some(slot) = list.get_mut(at) {
        *slot = item;
    }
}

/// A member that is being changed.
#[derive(Debug)]
pub struct Change<'a> {
    pub(crate) member: &'a mut Member,
    pub(super) journal: &'a mut Journal,
}

const NO_LOT: Broken = Broken::Inconsistent("there is no such lot");
const NO_HOLD: Broken = Broken::Inconsistent("there is no such hold");
const NO_ACTIVITY: Broken = Broken::Inconsistent("there is no such activity");
const NO_REDEMPTION: Broken = Broken::Inconsistent("there is no such redemption");

impl<'a> Change<'a> {
    /// Changes a member, with a journal to take the changes back.
    pub const fn new(member: &'a mut Member, journal: &'a mut Journal) -> Change<'a> {
        Change { member, journal }
    }

    pub(super) fn figures(&mut self, unit: UnitIx) -> Result<&mut Figures, Broken> {
        let found = self.member.units.iter().position(|figures| figures.unit == unit);
        let at = found.unwrap_or(self.member.units.len());
        if found.is_none() {
            self.member.units.push(Figures::none(unit));
            self.journal.note(|| Undo::NewUnit);
        }
        let figures = self.member.units.get_mut(at).ok_or(NO_LOT)?;
        if found.is_some() {
            self.journal.note(|| Undo::Unit(at, figures.clone()));
        }
        Ok(figures)
    }

    pub(super) fn lot(&mut self, number: LotNo) -> Result<&mut Lot, Broken> {
        let at = (number.0 as usize).wrapping_sub(1);
        let lot = self.member.lots.get_mut(at).ok_or(NO_LOT)?;
        self.journal.note(|| Undo::Lot(at, *lot));
        Ok(lot)
    }

    pub(super) fn push_lot(&mut self, lot: Lot) {
        push_tight(&mut self.member.lots, lot);
        self.journal.note(|| Undo::NewLot);
    }

    /// The award whose lot this is, if an activity earned the lot.
    pub(super) fn award(&mut self, lot: LotNo) -> Option<&mut Award> {
        let awards = &mut self.member.earnings.as_mut()?.awards;
        let at = awards.binary_search_by_key(&lot, |award| award.lot).ok()?;
        let award = awards.get_mut(at)?;
        self.journal.note(|| Undo::Award(at, *award));
        Some(award)
    }

    pub(super) fn push_award(&mut self, award: Award) {
        push_tight(&mut self.member.earnings_mut().awards, award);
        self.journal.note(|| Undo::NewAward);
    }

    pub(super) fn activity(&mut self, number: ActivityNo) -> Result<&mut Activity, Broken> {
        let at = (number.0 as usize).wrapping_sub(1);
        let earnings = self.member.earnings_mut();
        let activity = earnings.activities.get_mut(at).ok_or(NO_ACTIVITY)?;
        self.journal.note(|| Undo::Activity(at, activity.clone()));
        Ok(activity)
    }

    pub(super) fn push_activity(
        &mut self,
        reference: Reference,
        activity: Activity,
        rate: Option<Ratio>,
    ) {
        let number = self.member.next_activity();
        let earnings = self.member.earnings_mut();
        earnings.references.push(reference);
        earnings.rates.extend(rate.map(|rate| (number, rate)));
        push_tight(&mut earnings.activities, activity);
        self.journal.note(|| Undo::NewActivity);
    }

    pub(super) fn hold(&mut self, number: HoldNo) -> Result<&mut Hold, Broken> {
        let at = (number.0 as usize).wrapping_sub(1);
        let hold = self.member.more_mut().holds.get_mut(at).ok_or(NO_HOLD)?;
        self.journal.note(|| Undo::Hold(at, hold.clone()));
        Ok(hold)
    }

    pub(super) fn push_hold(&mut self, reference: Reference, hold: Hold) {
        let more = self.member.more_mut();
        more.hold_references.push(reference);
        push_tight(&mut more.holds, hold);
        self.journal.note(|| Undo::NewHold);
    }

    pub(super) fn push_redemption(
        &mut self,
        reference: Reference,
        unit: UnitIx,
        uses: impl Iterator<Item = Use>,
    ) {
        let more = self.member.more_mut();
        let first_use = u32::try_from(more.uses.len()).unwrap_or(u32::MAX);
        more.redemption_references.push(reference);
        push_tight(&mut more.redemptions, Redemption { unit, first_use });
        more.uses.extend(uses);
        self.journal.note(|| Undo::NewRedemption);
    }

    /// What a redemption took of a lot.
    pub(super) fn used(&mut self, number: RedemptionNo, lot: LotNo) -> Result<&mut Use, Broken> {
        let more = self.member.more_mut();
        let range = more.use_range(number).ok_or(NO_REDEMPTION)?;
        let first = range.start;
        let uses = more.uses.get_mut(range).ok_or(NO_REDEMPTION)?;
        let at = uses.iter().position(|used| used.lot == lot).ok_or(NO_REDEMPTION)?;
        let used = uses.get_mut(at).ok_or(NO_REDEMPTION)?;
        self.journal.note(|| Undo::Use(first + at, *used));
        Ok(used)
    }

    pub(super) fn renewals(&mut self) -> &mut Vec<(FormIx, Instant)> {
        let renewals = &mut self.member.more_mut().renewals;
        self.journal.note(|| Undo::Renewals(renewals.clone()));
        renewals
    }

    pub(super) fn sent(&mut self) -> &mut Vec<Sent> {
        let sent = &mut self.member.more_mut().sent;
        self.journal.note(|| Undo::Sent(sent.clone()));
        sent
    }

    pub(super) fn push_origin(&mut self, lot: LotNo, origin: Reference) {
        self.member.more_mut().origins.push((lot, origin));
        self.journal.note(|| Undo::NewOrigin);
    }

    /// Notes how to take back a change of what was given.
    pub(super) fn note_given(&mut self, undo: impl FnOnce() -> given::Undo) {
        self.journal.note(|| Undo::Given(undo()));
    }

    pub(super) fn tier_record(&mut self) -> &mut TierRecord {
        let tier = self.member.tier;
        let record = &mut self.member.more_mut().tiers;
        self.journal.note(|| Undo::Tier(tier, record.clone()));
        record
    }
}
