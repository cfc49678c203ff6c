//! One member becomes a part of another (R-MERGE-1).
//!
//! What is moved stands in the event as the canonical encoding of the member that ends. So each of
//! the two can be folded without the other, from any snapshot and up to any time. Whoever adds to
//! the state of a member has to say here what becomes of it: the patterns name every field.

use std::collections::BTreeSet;

use super::MEMBER_FORMAT;
use super::activities::AwardRecord;
use super::activity::Fate;
use super::change::{Broken, Change};
use super::contexts::Kept;
use super::given::{Given, Renumbered};
use super::lot::{Lot, NEVER};
use super::member::{Hold, HoldState, Member, More, Redemption, Sent, Use};
use super::references::References;
use super::standing::Standing;
use super::tally::Tally;
use crate::event::{ActivityNo, FormIx, LotNo, MergedState, RedemptionNo, ReversedShare};
use crate::names::{MemberId, MemberKey, Name, Reference, Text};
use crate::time::Instant;

const NOT_A_STATE: Broken = Broken::Inconsistent("a merge moves what is no member");
const NO_NAME_LEFT: Broken = Broken::Inconsistent("a reference that moves has no name left");

impl MergedState {
    /// All that a member is.
    pub(crate) fn of(member: &Member) -> MergedState {
        let mut bytes = MEMBER_FORMAT.to_le_bytes().to_vec();
        member.encode(&mut bytes);
        MergedState(bytes.into())
    }

    /// The member, as it was.
    pub(crate) fn member(&self) -> Result<Member, Broken> {
        let (format, state) = self.0.split_first_chunk::<2>().ok_or(NOT_A_STATE)?;
        match Member::decode_in(u16::from_le_bytes(*format), state) {
            Ok((member, taken)) if taken == state.len() => Ok(member),
            Ok(_) | Err(_) => Err(NOT_A_STATE),
        }
    }
}

impl Member {
    /// The first reference of a member that could not move here: it clashes, and with the prefix
    /// `<from>/` it would be longer than a reference can be.
    pub(crate) fn cannot_adopt(&self, from: &Member) -> Option<Reference> {
        let prefix = from.id().as_str();
        let default = More::default();
        let own = self.more.as_deref().unwrap_or(&default);
        let theirs = from.more.as_deref().unwrap_or(&default);
        let holds = own.hold_references.names_for(&theirs.hold_references, prefix);
        let used = own.redemption_references.names_for(&theirs.redemption_references, prefix);
        let default = Given::default();
        let [own, theirs] = [own, theirs].map(|more| more.given.as_deref().unwrap_or(&default));
        let cases = own.names_for_cases(theirs, prefix).err();
        let others = [self.names_for_activities(from), holds, used];
        others.into_iter().find_map(Result::err).or(cases)
    }

    /// The references of all activities, in the order of their numbers.
    pub(crate) fn references_of_activities(&self) -> Vec<Reference> {
        self.activities().filter_map(|(_, activity)| activity.reference.parse().ok()).collect()
    }

    /// The names that the activities of another member get here.
    fn names_for_activities(&self, from: &Member) -> Result<Vec<Reference>, Reference> {
        let theirs = from.references_of_activities();
        new_names(&theirs, from.id().as_str(), |name| self.find_activity(name).is_some())
    }

    /// What is left of a member that has become a part of another: numbers and names, for who reads
    /// its old entries, and nothing in any of them.
    fn hollow(&mut self) {
        self.birth_month = None;
        self.units.clear();
        self.lots.iter_mut().for_each(|lot| lot.free = 0);
        if let Some(more) = &mut self.more {
            more.reversed.clear();
            more.fates.clear();
            more.contexts.clear();
            for hold in &mut more.holds {
                hold.state = HoldState::Closed;
                hold.parts.clear();
            }
            more.uses.iter_mut().for_each(|used| used.left = 0);
            more.renewals.clear();
            more.tiers.assigned = None;
            more.tiers.standing = None;
            more.tally = Tally::default();
            more.sent.clear();
            more.attributes.clear();
            more.standing = Standing::default();
            if let Some(given) = &mut more.given {
                given.hollow();
            }
        }
        self.due = NEVER;
    }

    /// What has not taken effect is passed over like what was wholly reversed: it counts for nothing.
    fn reverse_all(&mut self) {
        let all = (1..self.next_activity().0).map(|n| (ActivityNo(n), ReversedShare::Full));
        let all: Vec<_> = all.collect();
        if !all.is_empty() {
            self.more_mut().reversed = all;
        }
    }

    /// Takes over all that another member had. Its tier is none of it: what the two tiers come to is
    /// decided, and stands in events of its own.
    fn absorb(&mut self, other: Member) -> Result<(), Broken> {
        let moved = Moved {
            lots: count(self.lots.len(), other.lots.len())?,
            activities: self.activities.len(),
            prefix: other.id.clone(),
        };
        self.absorb_activities(&other, &moved)?;
        let Member {
            key: _,
            id: _,
            version: _,
            head: _,
            enrolled_at: _,
            due: _,
            birth_month,
            tier: _,
            units,
            lots,
            activities: _,
            more,
        } = other;
        self.birth_month = self.birth_month.or(birth_month);
        for figures in units {
            match self.units.iter_mut().find(|known| known.unit() == figures.unit()) {
                Some(known) => known.add(&figures).ok_or(Broken::Overflow)?,
                None => self.units.push(figures),
            }
        }
        self.lots.extend(lots.into_iter().map(|lot| moved.whole_lot(lot)));
        if let Some(more) = more {
            self.more_mut().absorb(*more, &moved)?;
        }
        // What of it is due first is looked for when it is needed.
        self.lower_due(Instant::MIN.micros());
        Ok(())
    }

    fn absorb_activities(&mut self, other: &Member, moved: &Moved) -> Result<(), Broken> {
        count(self.activities.len() as usize, other.activities.len() as usize)?;
        let names = self.names_for_activities(other).map_err(|_| NO_NAME_LEFT)?;
        for ((number, activity), name) in other.activities().zip(&names) {
            let texts = (name.as_str(), activity.kind);
            self.activities.push(texts, activity.occurred_at, activity.spend);
            for award in other.awards(number) {
                let (lot, amount, rounding) = (moved.lot(award.lot), award.amount, award.rounding);
                self.activities.push_award(AwardRecord { lot, amount, rounding });
            }
        }
        self.index_activities_again();
        Ok(())
    }
}

/// By how much numbers move, and what a name that is taken gets before it.
struct Moved {
    lots: u32,
    activities: u32,
    prefix: MemberId,
}

/// The same for what was given, which names redemptions too.
struct MovedGifts<'a> {
    moved: &'a Moved,
    redemptions: u32,
}

impl Renumbered for MovedGifts<'_> {
    fn lot(&self, lot: LotNo) -> LotNo {
        self.moved.lot(lot)
    }

    fn activity(&self, activity: ActivityNo) -> ActivityNo {
        self.moved.activity(activity)
    }

    fn redemption(&self, RedemptionNo(number): RedemptionNo) -> RedemptionNo {
        RedemptionNo(number.saturating_add(self.redemptions))
    }
}

impl Moved {
    fn lot(&self, LotNo(number): LotNo) -> LotNo {
        LotNo(number.saturating_add(self.lots))
    }

    fn activity(&self, ActivityNo(number): ActivityNo) -> ActivityNo {
        ActivityNo(number.saturating_add(self.activities))
    }

    fn whole_lot(&self, lot: Lot) -> Lot {
        let activity = lot.activity().map_or(0, |number| self.activity(number).0);
        Lot { activity, ..lot }
    }

    fn names(&self, own: &mut References, theirs: &References) -> Result<(), Broken> {
        let names = own.names_for(theirs, self.prefix.as_str()).map_err(|_| NO_NAME_LEFT)?;
        for name in names {
            own.push(name);
        }
        Ok(())
    }
}

impl References {
    /// The names that others get here.
    fn names_for(&self, theirs: &References, prefix: &str) -> Result<Vec<Reference>, Reference> {
        let theirs: Vec<Reference> = theirs.iter().cloned().collect();
        new_names(&theirs, prefix, |name| self.find(name).is_some())
    }
}

impl More {
    fn absorb(&mut self, theirs: More, moved: &Moved) -> Result<(), Broken> {
        let More {
            rates,
            reversed,
            fates,
            contexts,
            activity_index: _,
            hold_references,
            holds,
            redemption_references,
            redemptions,
            uses,
            renewals,
            tiers: _,
            sent,
            origins,
            attributes,
            // R-MERGE-1: consents are the target's.
            standing: _,
            tally,
            given,
        } = theirs;
        self.rates.extend(rates.into_iter().map(|(number, rate)| (moved.activity(number), rate)));
        let share = |(number, share)| (moved.activity(number), share);
        self.reversed.extend(reversed.into_iter().map(share));
        let kept = |kept: Kept| Kept { number: moved.activity(kept.number), ..kept };
        self.contexts.extend(contexts.into_iter().map(kept));
        let fate = |fate: Fate| Fate { lot: moved.lot(fate.lot), ..fate };
        self.fates.extend(fates.into_iter().map(fate));
        count(self.holds.len(), holds.len())?;
        count(self.redemptions.len(), redemptions.len())?;
        moved.names(&mut self.hold_references, &hold_references)?;
        self.holds.extend(holds.into_iter().map(|mut hold: Hold| {
            hold.parts.iter_mut().for_each(|part| part.lot = moved.lot(part.lot));
            hold
        }));
        moved.names(&mut self.redemption_references, &redemption_references)?;
        let before = count(self.uses.len(), uses.len())?;
        let redemptions_before = count(self.redemptions.len(), redemptions.len())?;
        self.redemptions.extend(redemptions.into_iter().map(|redemption| {
            let Redemption { unit, first_use } = redemption;
            Redemption { unit, first_use: first_use.saturating_add(before) }
        }));
        let used = |used: Use| Use { lot: moved.lot(used.lot), ..used };
        self.uses.extend(uses.into_iter().map(used));
        self.origins.extend(origins.into_iter().map(|(lot, origin)| (moved.lot(lot), origin)));
        for renewal in renewals {
            self.absorb_renewal(renewal);
        }
        for sent in sent {
            self.absorb_sent(sent);
        }
        for tag in attributes {
            self.absorb_attribute(tag);
        }
        self.tally.absorb(tally, |lot| moved.lot(lot))?;
        if let Some(given) = given {
            let own = self.given.get_or_insert_default();
            let names = own.names_for_cases(&given, moved.prefix.as_str());
            let new = MovedGifts { moved, redemptions: redemptions_before };
            own.absorb(*given, &new, &names.map_err(|_| NO_NAME_LEFT)?);
        }
        Ok(())
    }

    /// The later of the two is the last.
    fn absorb_renewal(&mut self, (form, at): (FormIx, Instant)) {
        match self.renewals.iter_mut().find(|(known, _)| *known == form) {
            Some((_, known)) => *known = at.max(*known),
            None => self.renewals.push((form, at)),
        }
    }

    /// What both sent counts together, as far as it was on the same day and in the same year.
    fn absorb_sent(&mut self, theirs: Sent) {
        let Some(own) = self.sent.iter_mut().find(|own| own.unit == theirs.unit) else {
            return self.sent.push(theirs);
        };
        let (later, earlier) = if own.day < theirs.day { (theirs, *own) } else { (*own, theirs) };
        *own = later;
        if earlier.day == later.day {
            own.count_in_day = own.count_in_day.saturating_add(earlier.count_in_day);
            own.amount_in_day = own.amount_in_day.saturating_add(earlier.amount_in_day);
        }
        if earlier.year == later.year {
            own.amount_in_year = own.amount_in_year.saturating_add(earlier.amount_in_year);
        }
    }

    /// A tag that the target has stays the target's.
    fn absorb_attribute(&mut self, tag: (Name, Text)) {
        if let Err(at) = self.attributes.binary_search_by(|(known, _)| known.cmp(&tag.0)) {
            self.attributes.insert(at, tag);
        }
    }
}

/// How many there are; so many that numbers of 32 bits would not do for all are too many.
fn count(own: usize, theirs: usize) -> Result<u32, Broken> {
    let all = own.checked_add(theirs).and_then(|all| u32::try_from(all).ok());
    let fits = all.is_some_and(|all| all < u32::MAX);
    u32::try_from(own).ok().filter(|_| fits).ok_or(Broken::Overflow)
}

/// R-MERGE-1: a reference that moves keeps its name; one that is taken where it comes to gets the
/// prefix `<from>/`, as often as it takes to be nobody's: neither taken there, nor one of those that
/// move.
///
/// # Errors
/// The first reference that would become longer than a reference can be.
pub(crate) fn new_names(
    theirs: &[Reference],
    prefix: &str,
    is_taken: impl Fn(&Reference) -> bool,
) -> Result<Vec<Reference>, Reference> {
    let moving: BTreeSet<&Reference> = theirs.iter().collect();
    let mut given = BTreeSet::new();
    let mut names = Vec::with_capacity(theirs.len());
    for reference in theirs {
        let mut name = reference.clone();
        if is_taken(&name) {
            while is_taken(&name) || moving.contains(&name) || given.contains(&name) {
                let prefixed = Reference::new(format!("{prefix}/{name}"));
                name = prefixed.map_err(|_| reference.clone())?;
            }
            given.insert(name.clone());
        }
        names.push(name);
    }
    Ok(names)
}

impl Change<'_> {
    pub(super) fn merge_into(&mut self, into: MemberKey) {
        let member = self.whole();
        member.hollow();
        member.more_mut().standing.merged_into = Some(into);
    }

    pub(super) fn merge_from(&mut self, first: LotNo, state: &MergedState) -> Result<(), Broken> {
        if first != self.member.next_lot() {
            return Err(Broken::Inconsistent("a lot that moves is not the next one"));
        }
        let other = state.member()?;
        let member = self.whole();
        member.absorb(other)?;
        let conserved = member.units.iter().all(super::Figures::conserved);
        if conserved { Ok(()) } else { Err(Broken::Inconsistent("points are lost in a merge")) }
    }

    /// Uses up the numbers and the names that the other member brings, and nothing else.
    pub(super) fn pass_over_merge(&mut self, state: &MergedState) -> Result<(), Broken> {
        let mut other = state.member()?;
        other.hollow();
        other.reverse_all();
        self.whole().absorb(other)
    }
}
