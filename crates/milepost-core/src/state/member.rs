//! A member: who it is, its figures, its lots, and what is remembered of its activities, holds and
//! redemptions.

use smallvec::SmallVec;

use super::activities::Activities;
use super::activity::{ActivityIndex, Fate};
use super::contexts::Kept;
use super::figures::Figures;
use super::given::Given;
use super::lot::{Lot, NEVER};
use super::references::References;
use super::standing::Standing;
use super::tally::Tally;
use super::tier_record::{TierOrNone, TierRecord};
use crate::event::{ActivityNo, Fact, FormIx, HoldNo, LotNo, Part, RedemptionNo, ReversedShare};
use crate::names::{MemberId, MemberKey, Name, Reference, Text};
use crate::programme::{TierIx, UnitIx};
use crate::ratio::Ratio;
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
    pub(super) tier: TierOrNone,
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
            tier: (*tier).into(),
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
        self.tier.get()
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
        self.units.iter().find(|figures| figures.unit() == unit)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_takes_208_bytes() {
        assert_eq!(size_of::<Member>(), 208);
    }
}
