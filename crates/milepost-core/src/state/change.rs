//! Changing a member, and taking a change back.
//!
//! A decision applies its events as it makes them, because what it does next depends on them. If it
//! ends in a refusal, or was a dry run, the journal takes everything back. So a decision costs what
//! it changes, however much a member has.

use std::cmp::Ordering;

use super::activities::{AwardRecord, Mark};
use super::activity::Fate;
use super::contexts::Kept;
use super::figures::Figures;
use super::given;
use super::lot::Lot;
use super::member::{Hold, Member, More, Redemption, Sent, Use, push_tight};
use super::standing::Standing;
use super::tally::TallyUndo;
use super::tier_record::TierRecord;
use crate::event::{ActivityNo, FormIx, HoldNo, LotNo, RedemptionNo, ReversedShare};
use crate::money::Currency;
use crate::names::{Name, Reference, Text};
use crate::programme::{TierIx, UnitIx};
use crate::ratio::Ratio;
use crate::rules::Rules;
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
    Fate(LotNo, Option<Fate>),
    Award(Mark),
    Activity(Mark),
    Reversed(ActivityNo, Option<ReversedShare>),
    Hold(usize, Hold),
    NewHold,
    Use(usize, Use),
    NewRedemption,
    Renewals(Vec<(FormIx, Instant)>),
    Sent(Vec<Sent>),
    Context(ActivityNo, Option<Kept>),
    NewOrigin,
    Tier(Option<TierIx>, Box<TierRecord>),
    Given(given::Undo),
    Tally(TallyUndo),
    Due(i64),
    Attributes(Vec<(Name, Text)>),
    Standing(Standing),
    Whole(Box<Member>),
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
    pub(crate) fn refresh_due(&mut self, member: &mut Member, rules: &Rules) {
        self.note(|| Undo::Due(member.due));
        member.refresh_due(rules);
    }

    /// Notes the context of an activity as it was.
    pub(super) fn note_context(&mut self, number: ActivityNo, before: Option<Kept>) {
        self.note(|| Undo::Context(number, before));
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
            Undo::Fate(lot, fate) => member.more_mut().set_fate(lot, fate),
            Undo::Award(mark) => member.activities.back_to(mark),
            Undo::Activity(mark) => {
                let number = ActivityNo(member.activities.len());
                member.activities.back_to(mark);
                if let Some(more) = &mut member.more {
                    more.rates.retain(|(known, _)| *known != number);
                }
                member.index_activities_again();
            }
            Undo::Reversed(number, share) => member.more_mut().set_reversed(number, share),
            Undo::Hold(at, hold) => put(&mut member.more_mut().holds, at, hold),
            Undo::NewHold => {
                member.more_mut().holds.pop();
                member.more_mut().hold_references.pop();
            }
            Undo::Use(at, used) => put(&mut member.more_mut().uses, at, used),
            Undo::NewRedemption => member.more_mut().drop_redemption(),
            Undo::Renewals(renewals) => member.more_mut().renewals = renewals,
            Undo::Sent(sent) => member.more_mut().sent = sent,
            Undo::Context(number, kept) => member.more_mut().set_context(number, kept),
            Undo::NewOrigin => drop(member.more_mut().origins.pop()),
            Undo::Given(undo) => undo.run(member.more_mut().given.get_or_insert_default()),
            Undo::Due(due) => member.due = due,
            Undo::Attributes(attributes) => member.more_mut().attributes = attributes,
            Undo::Standing(standing) => member.more_mut().standing = standing,
            Undo::Whole(whole) => *member = *whole,
            Undo::Tally(undo) => member.more_mut().tally.undo(undo),
            Undo::Tier(tier, record) => {
                member.tier = tier.into();
                member.more_mut().tiers = *record;
            }
        }
    }
}

impl More {
    fn set_fate(&mut self, lot: LotNo, fate: Option<Fate>) {
        set(&mut self.fates, |known| known.lot.cmp(&lot), fate);
    }

    fn set_reversed(&mut self, number: ActivityNo, share: Option<ReversedShare>) {
        let of_it = |(known, _): &(ActivityNo, _)| known.cmp(&number);
        set(&mut self.reversed, of_it, share.map(|share| (number, share)));
    }

    fn drop_redemption(&mut self) {
        self.redemption_references.pop();
        if let Some(redemption) = self.redemptions.pop() {
            self.uses.truncate(redemption.first_use as usize);
        }
    }
}

/// Sets one item of a sorted list, or takes it away.
fn set<T>(list: &mut Vec<T>, by: impl FnMut(&T) -> Ordering, item: Option<T>) {
    match (list.binary_search_by(by), item) {
        (Ok(at), Some(item)) => put(list, at, item),
        (Ok(at), None) => drop(list.remove(at)),
        (Err(at), Some(item)) => list.insert(at, item),
        (Err(_), None) => {}
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
        let found = self.member.units.iter().position(|figures| figures.unit() == unit);
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

    /// What became of the award or the milestone whose lot this is; `None` if no activity of this
    /// member earned it and no milestone gave it.
    pub(super) fn fate(&mut self, lot: LotNo) -> Option<&mut Fate> {
        let earned = self.member.lot(lot)?.activity().is_some();
        if !earned && !self.member.is_of_milestone(lot) {
            return None;
        }
        let fates = &mut self.member.more_mut().fates;
        let found = fates.binary_search_by_key(&lot, |fate| fate.lot);
        let before = found.ok().and_then(|at| fates.get(at)).copied();
        self.journal.note(|| Undo::Fate(lot, before));
        let at = found.unwrap_or_else(|at| {
            fates.insert(at, Fate { lot, taken: 0, expired: 0 });
            at
        });
        fates.get_mut(at)
    }

    pub(super) fn push_award(&mut self, given: AwardRecord) {
        let mark = self.member.activities.mark();
        self.member.activities.push_award(given);
        self.journal.note(|| Undo::Award(mark));
    }

    pub(super) fn set_reversed(
        &mut self,
        number: ActivityNo,
        share: ReversedShare,
    ) -> Result<(), Broken> {
        let before = self.member.activity(number).ok_or(NO_ACTIVITY)?.reversed;
        self.journal.note(|| Undo::Reversed(number, before));
        self.member.more_mut().set_reversed(number, Some(share));
        Ok(())
    }

    pub(super) fn push_activity(
        &mut self,
        (reference, kind): (&str, &str),
        at: Instant,
        spend: Option<(i64, Currency)>,
        rate: Option<Ratio>,
    ) {
        let (number, mark) = (self.member.next_activity(), self.member.activities.mark());
        let offset = self.member.activities.push((reference, kind), at, spend);
        if let Some(rate) = rate {
            self.member.more_mut().rates.push((number, rate));
        }
        self.member.index_activity(offset);
        self.journal.note(|| Undo::Activity(mark));
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

    pub(super) fn attributes(&mut self) -> &mut Vec<(Name, Text)> {
        let attributes = &mut self.member.more_mut().attributes;
        self.journal.note(|| Undo::Attributes(attributes.clone()));
        attributes
    }

    pub(super) fn standing(&mut self) -> &mut Standing {
        let standing = &mut self.member.more_mut().standing;
        self.journal.note(|| Undo::Standing(standing.clone()));
        standing
    }

    /// The member itself, for what changes nearly all of it.
    pub(super) fn whole(&mut self) -> &mut Member {
        self.journal.note(|| Undo::Whole(Box::new(self.member.clone())));
        self.member
    }

    /// Notes how to take back a change of what was given.
    pub(super) fn note_given(&mut self, undo: impl FnOnce() -> given::Undo) {
        self.journal.note(|| Undo::Given(undo()));
    }

    pub(super) fn tier_record(&mut self) -> &mut TierRecord {
        let tier = self.member.tier();
        let record = &mut self.member.more_mut().tiers;
        self.journal.note(|| Undo::Tier(tier, Box::new(record.clone())));
        record
    }

    pub(super) fn note_tally(&mut self, undo: impl FnOnce() -> TallyUndo) {
        self.journal.note(|| Undo::Tally(undo()));
    }
}
