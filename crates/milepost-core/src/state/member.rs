//! A member: who it is, its figures, its lots, and what is remembered of its activities, holds and
//! redemptions.

use smallvec::SmallVec;

use super::activities::{Activities, Index, Record};
use super::contexts::Kept;
use super::figures::Figures;
use super::given::Given;
use super::lot::{Lot, NEVER};
use super::references::References;
use super::standing::Standing;
use super::tally::Tally;
use super::tier_record::TierRecord;
use crate::event::{ActivityNo, Fact, FormIx, HoldNo, LotNo, Part, RedemptionNo, ReversedShare};
use crate::money::Currency;
use crate::names::{MemberId, MemberKey, Name, Reference, Text};
use crate::programme::{TierIx, UnitIx};
use crate::ratio::{Ratio, Rounding};
use crate::rules::Rules;
use crate::time::Instant;

/// Stands for the sequence number of no entry.
pub const NO_ENTRY: u64 = u64::MAX;

/// One member. Two are the same if their canonical encodings are ([`Member::encode`]).
#[derive(Clone, Debug)]
pub struct Member {
    pub(super) key: MemberKey,
    pub(super) id: MemberId,
    pub(super) version: u32,
    pub(super) head: u64,
    pub(super) enrolled_at: Instant,
    /// Nothing is due before this instant: a lower bound, so that most commands need not look.
    pub(super) due: i64,
    pub(super) birth_month: Option<u8>,
    pub(super) tier: Option<TierIx>,
    pub(super) units: SmallVec<[Figures; 1]>,
    pub(super) lots: Vec<Lot>,
    pub(super) activities: Activities,
    pub(super) more: Option<Box<More>>,
}

/// What most members do not have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct More {
    /// Rates that activities brought along, by number.
    pub(super) rates: Vec<(ActivityNo, Ratio)>,
    /// How much of activities has been reversed, by number.
    pub(super) reversed: Vec<(ActivityNo, ReversedShare)>,
    /// What became of awards, by lot.
    pub(super) fates: Vec<Fate>,
    pub(super) activity_index: ActivityIndex,
    pub(super) hold_references: References,
    pub(super) holds: Vec<Hold>,
    pub(super) redemption_references: References,
    pub(super) redemptions: Vec<Redemption>,
    pub(super) uses: Vec<Use>,
    pub(super) renewals: Vec<(FormIx, Instant)>,
    pub(super) tiers: TierRecord,
    pub(super) tally: Tally,
    pub(super) sent: Vec<Sent>,
    /// Contexts of activities that may have to be judged again, by number.
    pub(super) contexts: Vec<Kept>,
    pub(super) origins: Vec<(LotNo, Reference)>,
    pub(super) attributes: Vec<(Name, Text)>,
    pub(super) standing: Standing,
    pub(super) given: Option<Box<Given>>,
}

/// An activity, as far as later commands need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity<'a> {
    /// What the host calls it.
    pub reference: &'a str,
    /// What it was, such as `stay`.
    pub kind: &'a str,
    /// When it happened.
    pub occurred_at: Instant,
    /// What was paid: minor units of a currency.
    pub spend: Option<(i64, Currency)>,
    /// Programme currency per 1 of the activity's, if it brought its own rate.
    pub rate: Option<Ratio>,
    /// How much of it has been reversed.
    pub reversed: Option<ReversedShare>,
}

/// What became of an award, if anything did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) lot: LotNo,
    /// See [`Award::taken`].
    pub(super) taken: i64,
    /// See [`Award::expired`].
    pub(super) expired: i64,
}

/// The index of many activities: it is made of them, so it says nothing of its own.
#[derive(Clone, Debug, Default)]
pub(super) struct ActivityIndex(pub(super) Option<Box<Index>>);

impl PartialEq for ActivityIndex {
    fn eq(&self, _: &ActivityIndex) -> bool {
        true
    }
}

impl Eq for ActivityIndex {}

/// What one rule gave for one activity, and what was taken back of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Award {
    /// Its lot.
    pub lot: LotNo,
    /// What was given, after cuts.
    pub amount: i64,
    /// What was taken back, set-offs and shortfalls included.
    pub taken: i64,
    /// What of its lot expired and was not set off.
    pub expired: i64,
    /// How its parts are rounded (R-NUM-4).
    pub rounding: Rounding,
}

/// A hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The unit.
    pub unit: UnitIx,
    /// Its deadline (R-HOLD-4).
    pub until: Instant,
    /// Whether it lives.
    pub state: HoldState,
    /// What it holds of which lot; empty when it has ended.
    pub parts: Vec<Part>,
}

/// Whether a hold lives, and how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldState {
    /// It lives.
    Open,
    /// Its deadline passed.
    Lapsed,
    /// It was captured or released as a whole.
    Closed,
}

/// A redemption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redemption {
    /// The unit.
    pub unit: UnitIx,
    pub(super) first_use: u32,
}

/// What a redemption took of one lot and has not given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// The lot.
    pub lot: LotNo,
    /// Steps not given back.
    pub left: i64,
}

/// What a member has sent away in a unit, for the limits of R-XFER-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) unit: UnitIx,
    pub(super) day: i32,
    pub(super) year: i32,
    pub(super) count_in_day: u32,
    pub(super) amount_in_day: i64,
    pub(super) amount_in_year: i64,
}

/// What the log says of a member that an entry touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touch {
    /// The member.
    pub member: MemberKey,
    /// Its version after the entry.
    pub version: u32,
    /// The sequence number of its entry before, or [`NO_ENTRY`].
    pub previous: u64,
}

impl Member {
    /// The member that an `enrolled` event opens; `None` for any other event.
    pub fn enrolled(key: MemberKey, at: Instant, fact: &Fact) -> Option<Member> {
        let Fact::Enrolled { id, tier, birth_month, attributes } = fact else { return None };
        let mut member = Member {
            key,
            id: id.clone(),
            version: 0,
            head: NO_ENTRY,
            enrolled_at: at,
            due: NEVER,
            birth_month: *birth_month,
            tier: *tier,
            units: SmallVec::new(),
            lots: Vec::new(),
            activities: Activities::default(),
            more: None,
        };
        if !attributes.is_empty() {
            member.more_mut().attributes.clone_from(attributes);
        }
        Some(member)
    }

    /// Its UUID.
    pub const fn key(&self) -> MemberKey {
        self.key
    }

    /// Its external id.
    pub const fn id(&self) -> &MemberId {
        &self.id
    }

    /// How many accepted commands have changed it (R-CMD-4).
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The sequence number of its last entry, or [`NO_ENTRY`].
    pub const fn head(&self) -> u64 {
        self.head
    }

    /// When it was enrolled.
    pub const fn enrolled_at(&self) -> Instant {
        self.enrolled_at
    }

    /// The month of birth, if it is known.
    pub const fn birth_month(&self) -> Option<u8> {
        self.birth_month
    }

    /// The present tier, if the programme has tiers.
    pub const fn tier(&self) -> Option<TierIx> {
        self.tier
    }

    /// No later than the first instant at which something is due; `None`: nothing ever is.
    pub fn due(&self) -> Option<Instant> {
        Instant::from_micros(self.due)
    }

    /// Whether nothing can be due at or before an instant. If not, something may be.
    pub const fn is_settled(&self, at: Instant) -> bool {
        self.due > at.micros()
    }

    /// The figures of every unit of which it ever had anything.
    pub fn units(&self) -> &[Figures] {
        &self.units
    }

    /// The figures of a unit.
    pub fn figures(&self, unit: UnitIx) -> Option<&Figures> {
        self.units.iter().find(|figures| figures.unit == unit)
    }

    /// Every lot it ever had, with its number.
    pub fn lots(&self) -> impl Iterator<Item = (LotNo, &Lot)> {
        (1..).map(LotNo).zip(&self.lots)
    }

    /// The same, the newest first.
    pub(super) fn lots_newest_first(&self) -> impl Iterator<Item = (LotNo, &Lot)> {
        let LotNo(next) = self.next_lot();
        (1..next).rev().map(LotNo).zip(self.lots.iter().rev())
    }

    /// The lot with a number.
    pub fn lot(&self, number: LotNo) -> Option<&Lot> {
        self.lots.get(number.0.checked_sub(1)? as usize)
    }

    /// The number of the next lot.
    pub fn next_lot(&self) -> LotNo {
        LotNo(u32::try_from(self.lots.len() + 1).unwrap_or(u32::MAX))
    }

    fn activity_index(&self) -> Option<&Index> {
        self.more.as_ref()?.activity_index.0.as_deref()
    }

    /// The number of an activity.
    pub fn find_activity(&self, reference: &Reference) -> Option<ActivityNo> {
        self.activities.find(reference.as_str(), self.activity_index())
    }

    /// An activity.
    pub fn activity(&self, number: ActivityNo) -> Option<Activity<'_>> {
        let record = self.activities.get(number, self.activity_index())?;
        Some(self.activity_of(number, record))
    }

    /// All activities, in the order of recording.
    pub fn activities(&self) -> impl Iterator<Item = (ActivityNo, Activity<'_>)> {
        self.activities.iter().map(|(number, record)| (number, self.activity_of(number, record)))
    }

    fn activity_of<'a>(&self, number: ActivityNo, record: Record<'a>) -> Activity<'a> {
        let more = self.more.as_deref();
        Activity {
            reference: record.reference(),
            kind: record.kind(),
            occurred_at: record.occurred_at,
            spend: record.spend(),
            rate: more.and_then(|more| of_number(&more.rates, number)),
            reversed: more.and_then(|more| of_number(&more.reversed, number)),
        }
    }

    /// The number of the next activity.
    pub fn next_activity(&self) -> ActivityNo {
        ActivityNo(self.activities.len().saturating_add(1))
    }

    /// What an activity gave, in the order of the rules.
    pub fn awards(&self, number: ActivityNo) -> impl Iterator<Item = Award> {
        let given = self.activities.awards(number, self.activity_index());
        given.map(|super::activities::AwardRecord { lot, amount, rounding }| {
            let fate = self.fate(lot);
            let (taken, expired) = fate.map_or((0, 0), |fate| (fate.taken, fate.expired));
            Award { lot, amount, taken, expired, rounding }
        })
    }

    /// What was taken back of the award that made a lot.
    pub(super) fn taken_of(&self, lot: LotNo) -> i64 {
        self.fate(lot).map_or(0, |fate| fate.taken)
    }

    /// How much of an activity was taken back; `None`: nothing.
    pub(super) fn reversed(&self, number: ActivityNo) -> Option<ReversedShare> {
        of_number(&self.more.as_deref()?.reversed, number)
    }

    /// Whether there are so many activities that they are found by an index.
    pub(super) fn has_activity_index(&self) -> bool {
        self.activity_index().is_some()
    }

    fn fate(&self, lot: LotNo) -> Option<&Fate> {
        let fates = &self.more.as_ref()?.fates;
        fates.get(fates.binary_search_by_key(&lot, |fate| fate.lot).ok()?)
    }

    /// The number of a hold, also of one that has ended.
    pub fn find_hold(&self, reference: &Reference) -> Option<HoldNo> {
        self.more.as_ref()?.hold_references.find(reference).map(HoldNo)
    }

    /// A hold.
    pub fn hold(&self, number: HoldNo) -> Option<&Hold> {
        self.more.as_ref()?.holds.get(number.0.checked_sub(1)? as usize)
    }

    /// The reference of a hold.
    pub fn hold_reference(&self, number: HoldNo) -> Option<&Reference> {
        self.more.as_ref()?.hold_references.get(number.0)
    }

    /// The number of the next hold.
    pub fn next_hold(&self) -> HoldNo {
        let count = self.more.as_ref().map_or(0, |more| more.holds.len());
        HoldNo(u32::try_from(count + 1).unwrap_or(u32::MAX))
    }

    /// The holds that live, by number.
    pub fn open_holds(&self) -> impl Iterator<Item = (HoldNo, &Hold)> {
        let holds = self.more.as_ref().map_or(&[][..], |more| &more.holds);
        (1..).map(HoldNo).zip(holds).filter(|(_, hold)| hold.state == HoldState::Open)
    }

    /// What open holds hold of a lot.
    pub fn held_of(&self, lot: LotNo) -> i64 {
        let parts = self.open_holds().flat_map(|(_, hold)| &hold.parts);
        parts.filter(|part| part.lot == lot).map(|part| part.amount).sum()
    }

    /// The number of a redemption.
    pub fn find_redemption(&self, reference: &Reference) -> Option<RedemptionNo> {
        self.more.as_ref()?.redemption_references.find(reference).map(RedemptionNo)
    }

    /// A redemption.
    pub fn redemption(&self, number: RedemptionNo) -> Option<&Redemption> {
        self.more.as_ref()?.redemptions.get(number.0.checked_sub(1)? as usize)
    }

    /// The reference of a redemption.
    pub fn redemption_reference(&self, number: RedemptionNo) -> Option<&Reference> {
        self.more.as_ref()?.redemption_references.get(number.0)
    }

    /// What a redemption took and has not given back.
    pub fn uses(&self, number: RedemptionNo) -> &[Use] {
        let Some(more) = &self.more else { return &[] };
        more.use_range(number).and_then(|range| more.uses.get(range)).unwrap_or(&[])
    }

    /// The member's last activity that renewed lots of a form.
    pub fn last_renewal(&self, form: FormIx) -> Option<Instant> {
        let renewals = &self.more.as_ref()?.renewals;
        renewals.iter().find(|(known, _)| *known == form).map(|(_, at)| *at)
    }

    /// What counts for tiers, if anything was ever counted.
    pub(crate) fn tally(&self) -> Option<&Tally> {
        self.more.as_ref().map(|more| &more.tally)
    }

    /// What of a lot expired and was not set off, if that is remembered.
    pub(crate) fn expired_of(&self, lot: LotNo) -> i64 {
        let fates = self.more.as_ref().map_or(&[][..], |more| &more.fates);
        let found = fates.binary_search_by_key(&lot, |fate| fate.lot).ok();
        found.and_then(|at| fates.get(at)).map_or(0, |fate| fate.expired)
    }

    /// The tier record, if there is more in it than the present tier.
    pub fn tier_record(&self) -> Option<&TierRecord> {
        self.more.as_ref().map(|more| &more.tiers)
    }

    /// What was sent away in a unit on a local day and in a local year: how often and how much in
    /// the day, how much in the year (R-XFER-1).
    pub fn sent(&self, unit: UnitIx, day: i32, year: i32) -> (u32, i64, i64) {
        let sent = self.more.as_ref().and_then(|m| m.sent.iter().find(|sent| sent.unit == unit));
        let Some(sent) = sent else { return (0, 0, 0) };
        let in_year = if sent.year == year { sent.amount_in_year } else { 0 };
        if sent.day == day {
            (sent.count_in_day, sent.amount_in_day, in_year)
        } else {
            (0, 0, in_year)
        }
    }

    /// The activity a transferred lot came from, at the member who earned it.
    pub fn origin(&self, lot: LotNo) -> Option<&Reference> {
        let origins = &self.more.as_ref()?.origins;
        let found = origins.binary_search_by_key(&lot, |(known, _)| *known).ok()?;
        origins.get(found).map(|(_, reference)| reference)
    }

    /// Its tags, sorted by name.
    pub fn attributes(&self) -> &[(Name, Text)] {
        self.more.as_ref().map_or(&[], |more| &more.attributes)
    }

    /// Notes that an entry touched it, and says what the log keeps of that.
    pub fn touch(&mut self, seq: u64, counted: Counted) -> Touch {
        let previous = std::mem::replace(&mut self.head, seq);
        if counted == Counted::Yes {
            self.version = self.version.saturating_add(1);
        }
        Touch { member: self.key, version: self.version, previous }
    }

    /// Takes over version and position from the log.
    pub fn follow(&mut self, seq: u64, version: u32) {
        self.head = seq;
        self.version = version;
    }

    /// Looks again for the first thing due, so that the lower bound is exact.
    pub fn refresh_due(&mut self, rules: &Rules) {
        self.due = self.next_due(rules).map_or(NEVER, |(at, _)| at.micros());
    }

    /// Brings the index of many activities up to them.
    pub(super) fn index_activities(&mut self) {
        if !Index::is_wanted(&self.activities) {
            return;
        }
        let known = self.more.as_mut().and_then(|more| more.activity_index.0.as_deref_mut());
        if let Some(index) = known {
            index.follow(&self.activities);
        } else if let Some(index) = Index::of(&self.activities) {
            self.more_mut().activity_index.0 = Some(index);
        }
    }

    /// Makes the index anew, after activities were taken away.
    pub(super) fn index_activities_again(&mut self) {
        if let Some(more) = &mut self.more
            && more.activity_index.0.is_some()
        {
            more.activity_index.0 = Index::of(&self.activities);
        }
    }

    pub(super) fn more_mut(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    pub(super) fn lower_due(&mut self, at: i64) {
        self.due = self.due.min(at);
    }
}

/// Whether an entry moves the version of a member (R-CMD-4): sweeps do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// A command that names the member, or writes more than due events for it.
    Yes,
    /// Only due events.
    No,
}

pub(super) fn of_number<T: Copy>(list: &[(ActivityNo, T)], number: ActivityNo) -> Option<T> {
    let found = list.binary_search_by_key(&number, |(known, _)| *known).ok()?;
    list.get(found).map(|(_, item)| *item)
}

impl More {
    pub(super) fn use_range(&self, number: RedemptionNo) -> Option<std::ops::Range<usize>> {
        let at = number.0 as usize;
        let first = self.redemptions.get(at.checked_sub(1)?)?.first_use as usize;
        let next = self.redemptions.get(at).map_or(self.uses.len(), |next| next.first_use as usize);
        Some(first..next)
    }
}

/// Pushes with little room to spare for the many members that have little: 3, 6, 12 and so on.
pub(super) fn push_tight<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(list.len().max(3));
    }
    list.push(item);
}
