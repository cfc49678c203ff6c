//! One member becomes a part of another (R-MERGE-1).
//!
//! What is moved stands in the event as the canonical encoding of the member that ends. So each of
//! the two can be folded without the other, from any snapshot and up to any time. Whoever adds to
//! the state of a member has to say here what becomes of it: the patterns name every field.

use super::MEMBER_FORMAT;
use super::change::{Broken, Change};
use super::lot::Lot;
use super::member::{
    Activity, Award, Earnings, Hold, HoldState, Member, More, Redemption, Sent, Use,
};
use super::references::References;
use super::standing::Standing;
use crate::event::{ActivityNo, FormIx, LotNo, MergedState};
use crate::names::{MemberKey, Name, Reference, Text};
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
        if u16::from_le_bytes(*format) != MEMBER_FORMAT {
            return Err(NOT_A_STATE);
        }
        match Member::decode(state) {
            Ok((member, taken)) if taken == state.len() => Ok(member),
            Ok(_) | Err(_) => Err(NOT_A_STATE),
        }
    }
}

impl Member {
    /// The first reference of a member that could not move here: it clashes, and with the prefix
    /// `<from>/` it would be longer than a reference can be.
    pub(crate) fn cannot_adopt<'m>(&self, from: &'m Member) -> Option<&'m Reference> {
        let none = References::default();
        let activities = |member: &'m Member| member.earnings.as_ref().map(|all| &all.references);
        let own = self.earnings.as_ref().map_or(&none, |all| &all.references);
        let theirs = activities(from).into_iter().flat_map(|all| first_nameless(own, all, from));
        let default = More::default();
        let more = self.more.as_deref().unwrap_or(&default);
        let theirs_more = from.more.as_deref().into_iter().flat_map(|theirs| {
            let holds = first_nameless(&more.hold_references, &theirs.hold_references, from);
            let used =
                first_nameless(&more.redemption_references, &theirs.redemption_references, from);
            holds.or(used)
        });
        theirs.chain(theirs_more).next()
    }

    /// What is left of a member that has become a part of another: numbers and names, for who reads
    /// its old entries, and nothing in any of them.
    fn hollow(&mut self) {
        self.birth_month = None;
        self.units.clear();
        self.lots.iter_mut().for_each(|lot| lot.free = 0);
        if let Some(earnings) = &mut self.earnings {
            for award in &mut earnings.awards {
                *award = Award { amount: 0, taken: 0, expired: 0, ..*award };
            }
        }
        if let Some(more) = &mut self.more {
            for hold in &mut more.holds {
                hold.state = HoldState::Closed;
                hold.parts.clear();
            }
            more.uses.iter_mut().for_each(|used| used.left = 0);
            more.renewals.clear();
            more.tiers.assigned = None;
            more.sent.clear();
            more.attributes.clear();
            more.standing = Standing::default();
        }
        self.refresh_due();
    }

    /// Takes over all that another member had. Its tier is none of it: what the two tiers come to is
    /// decided, and stands in events of its own.
    fn absorb(&mut self, other: Member) -> Result<(), Broken> {
        let Member {
            key: _,
            id,
            version: _,
            head: _,
            enrolled_at: _,
            due: _,
            birth_month,
            tier: _,
            units,
            lots,
            earnings,
            more,
        } = other;
        let moved = Moved {
            lots: count(self.lots.len(), lots.len())?,
            activities: self.next_activity().0 - 1,
            prefix: id.as_str(),
        };
        self.birth_month = self.birth_month.or(birth_month);
        for figures in units {
            match self.units.iter_mut().find(|known| known.unit == figures.unit) {
                Some(known) => known.add(&figures).ok_or(Broken::Overflow)?,
                None => self.units.push(figures),
            }
        }
        self.lots.extend(lots.into_iter().map(|lot| moved.whole_lot(lot)));
        if let Some(earnings) = earnings {
            self.earnings_mut().absorb(*earnings, &moved)?;
        }
        if let Some(more) = more {
            self.more_mut().absorb(*more, &moved)?;
        }
        self.refresh_due();
        Ok(())
    }
}

/// By how much numbers move, and what a name that is taken gets before it.
struct Moved<'a> {
    lots: u32,
    activities: u32,
    prefix: &'a str,
}

impl Moved<'_> {
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
        for reference in theirs.iter() {
            let name = among(own, theirs, reference, self.prefix).ok_or(NO_NAME_LEFT)?;
            own.push(name);
        }
        Ok(())
    }
}

impl Earnings {
    fn absorb(&mut self, theirs: Earnings, moved: &Moved<'_>) -> Result<(), Broken> {
        let Earnings { references, activities, rates, awards } = theirs;
        count(self.activities.len(), activities.len())?;
        let before = count(self.awards.len(), awards.len())?;
        moved.names(&mut self.references, &references)?;
        self.activities.extend(activities.into_iter().map(|activity| {
            let Activity { spend, reversed, first_award } = activity;
            Activity { spend, reversed, first_award: first_award.saturating_add(before) }
        }));
        self.rates.extend(rates.into_iter().map(|(number, rate)| (moved.activity(number), rate)));
        let award = |award: Award| Award { lot: moved.lot(award.lot), ..award };
        self.awards.extend(awards.into_iter().map(award));
        Ok(())
    }
}

impl More {
    fn absorb(&mut self, theirs: More, moved: &Moved<'_>) -> Result<(), Broken> {
        let More {
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
        } = theirs;
        count(self.holds.len(), holds.len())?;
        count(self.redemptions.len(), redemptions.len())?;
        moved.names(&mut self.hold_references, &hold_references)?;
        self.holds.extend(holds.into_iter().map(|mut hold: Hold| {
            hold.parts.iter_mut().for_each(|part| part.lot = moved.lot(part.lot));
            hold
        }));
        moved.names(&mut self.redemption_references, &redemption_references)?;
        let before = count(self.uses.len(), uses.len())?;
        self.redemptions.extend(redemptions.into_iter().map(|redemption| {
            let Redemption { unit, first_use } = redemption;
            Redemption { unit, first_use: first_use.saturating_add(before) }
        }));
        let used = |used: Use| Use { lot: moved.lot(used.lot), ..used };
        self.uses.extend(uses.into_iter().map(used));
        self.origins.extend(origins.into_iter().map(|(lot, origin)| (moved.lot(lot), origin)));
        renewals.into_iter().for_each(|renewal| self.absorb_renewal(renewal));
        sent.into_iter().for_each(|sent| self.absorb_sent(sent));
        attributes.into_iter().for_each(|tag| self.absorb_attribute(tag));
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

/// R-MERGE-1: the name a reference keeps where it comes to, or with the prefix `<from>/` gets if it
/// is taken there; a prefixed name must not be one of those that move either. `None` if that would
/// be longer than a reference can be.
pub(crate) fn free_name(
    reference: &Reference,
    prefix: &str,
    is_taken: impl Fn(&Reference) -> bool,
    moves: impl Fn(&Reference) -> bool,
) -> Option<Reference> {
    let mut name = reference.clone();
    while is_taken(&name) || (name != *reference && moves(&name)) {
        name = Reference::new(format!("{prefix}/{name}")).ok()?;
    }
    Some(name)
}

fn among(
    own: &References,
    theirs: &References,
    reference: &Reference,
    prefix: &str,
) -> Option<Reference> {
    let (is_taken, moves) = (
        |name: &Reference| own.find(name).is_some(),
        |name: &Reference| theirs.find(name).is_some(),
    );
    free_name(reference, prefix, is_taken, moves)
}

fn first_nameless<'m>(
    own: &References,
    theirs: &'m References,
    from: &Member,
) -> Option<&'m Reference> {
    let prefix = from.id().as_str();
    theirs.iter().find(|reference| among(own, theirs, reference, prefix).is_none())
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
        self.whole().absorb(other)
    }
}
