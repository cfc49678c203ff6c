//! What every decision does: look at a member, make an event, take lots in the order of use.

use smallvec::SmallVec;

use super::{Scene, Undecided};
use crate::command::Command;
use crate::event::{Event, Fact, LotNo, Part};
use crate::names::MemberId;
use crate::programme::{Programme, Unit, UnitIx};
use crate::refusal::{Code, Detail, Refusal};
use crate::state::{Broken, Change, Lot, Member, UseKey};
use crate::time::Instant;

/// The member that the command is about.
pub(super) const FIRST: u32 = 0;
/// The other member of a transfer.
pub(super) const SECOND: u32 = 1;

impl<'a> Scene<'a> {
    /// The version in force now.
    pub(super) fn programme(&self) -> &'a Programme {
        let rules = self.rules;
        &rules.in_force(self.now).programme
    }

    /// A unit by its name, in the version in force now.
    pub(super) fn unit(&self, name: &str) -> Result<&'a Unit, Refusal> {
        self.programme().unit_named(name).ok_or_else(|| {
            let message = format!("the programme has no unit {name}");
            Refusal::new(Code::UnknownUnit, message).with("unit", Detail::Text(name.into()))
        })
    }

    pub(super) fn member(&self, who: u32) -> Option<&Member> {
        if who == FIRST { self.member.as_deref() } else { self.other.as_deref() }
    }

    /// The member that the command is about: there, not closed, and as the caller expects it.
    pub(super) fn known(&self, command: &Command, id: &MemberId) -> Result<&Member, Refusal> {
        let member = self.member.as_deref().ok_or_else(|| unknown_member(id))?;
        not_closed(member)?;
        self.known_or_closed(command, id)
    }

    /// Like [`Scene::known`], for what is possible after the end of a membership too (R-CLOSE-1).
    pub(super) fn known_or_closed(
        &self,
        command: &Command,
        id: &MemberId,
    ) -> Result<&Member, Refusal> {
        let member = self.member.as_deref().ok_or_else(|| unknown_member(id))?;
        match command.expected_version {
            Some(expected) if expected != member.version() => {
                let actual = member.version();
                let message = format!("member {id} has version {actual}, expected was {expected}");
                Err(Refusal::new(Code::VersionConflict, message)
                    .with("version", Detail::Number(u64::from(actual)))
                    .with("expected_version", Detail::Number(u64::from(expected))))
            }
            _ => Ok(member),
        }
    }

    /// The other member of a command whose first is there: there too, and not closed.
    pub(super) fn open_target(&self, id: &MemberId) -> Result<(), Refusal> {
        match (self.member(FIRST), self.member(SECOND)) {
            (Some(_), None) => Err(unknown_member(id)),
            (Some(_), Some(other)) => not_closed(other),
            (None, _) => Ok(()),
        }
    }

    /// The member, after [`Scene::known`] has found it.
    pub(super) fn present(&self, who: u32) -> Result<&Member, Broken> {
        self.member(who).ok_or(Broken::Inconsistent("the member is not at hand"))
    }

    /// Makes an event that takes effect now.
    pub(super) fn emit(&mut self, who: u32, fact: Fact) -> Result<(), Undecided> {
        self.emit_at(who, self.now, fact)
    }

    /// Makes an event, and applies it.
    // An event is long: inlined, it is written where it stays.
    #[inline]
    pub(super) fn emit_at(
        &mut self,
        who: u32,
        effective_at: Instant,
        fact: Fact,
    ) -> Result<(), Undecided> {
        self.events.push(Event { who, effective_at, fact });
        self.apply_last()
    }

    /// Applies the event that was made last; one that does not apply is none.
    fn apply_last(&mut self) -> Result<(), Undecided> {
        let Some(event) = self.events.last() else { return Ok(()) };
        let [first, second] = &mut *self.journals;
        let (member, journal) = match event.who {
            FIRST => (self.member.as_deref_mut(), first),
            _ => (self.other.as_deref_mut(), second),
        };
        let member = member.ok_or(Broken::Inconsistent("the member is not at hand"));
        let applied = member.and_then(|member| Change::new(member, journal).apply(event));
        applied.and_then(|()| self.pools.apply(&event.fact)).map_err(|broken| {
            self.events.pop();
            match broken {
                Broken::Overflow => overflow().into(),
                Broken::Inconsistent(_) => broken.into(),
            }
        })
    }

    /// Takes `amount` from what is available in a unit, in the order of use (R-LOT-2).
    pub(super) fn take(&self, who: u32, unit: &Unit, amount: i128) -> Result<Vec<Part>, Undecided> {
        let member = self.present(who)?;
        let available = member.figures(unit.ix).map_or(0, |figures| figures.available);
        if amount > i128::from(available) {
            return Err(super::amounts::insufficient(unit, available, amount).into());
        }
        let amount = i64::try_from(amount).map_err(|_| overflow())?;
        Ok(self.in_order(member, unit.ix).take_up_to(amount).0)
    }

    /// The usable lots of a unit, in the order of use.
    pub(super) fn in_order(&self, member: &Member, unit: UnitIx) -> Sources {
        let usable = |lot: &Lot| lot.unit() == unit && lot.is_ready();
        self.ordered(
            member
                .lots()
                .filter(|(_, lot)| usable(lot))
                .map(|(number, lot)| (number, lot, lot.free)),
        )
    }

    /// Amounts of lots, in the order of use by present dates.
    pub(super) fn ordered<'m>(&self, lots: impl Iterator<Item = (LotNo, &'m Lot, i64)>) -> Sources {
        let order = self.programme().order;
        let mut sources: SmallVec<[_; 8]> = lots
            .filter(|(_, _, amount)| *amount > 0)
            .map(|(number, lot, amount)| (lot.use_key(number.0, order), amount))
            .collect();
        sources.sort_unstable();
        Sources(sources)
    }
}

/// Amounts of lots in the order of use.
#[derive(Debug)]
pub(super) struct Sources(SmallVec<[(UseKey, i64); 8]>);

impl Sources {
    /// The other way round: the order in which uses are given back (R-RED-3, R-HOLD-3).
    pub(super) fn reversed(mut self) -> Sources {
        self.0.reverse();
        self
    }

    /// Takes up to `amount` from the front, and says what is missing.
    pub(super) fn take_up_to(&self, amount: i64) -> (Vec<Part>, i64) {
        let mut missing = amount;
        let mut parts = Vec::new();
        for ((_, _, lot), there) in &self.0 {
            if missing == 0 {
                break;
            }
            let amount = missing.min(*there);
            parts.push(Part { lot: LotNo(*lot), amount });
            missing -= amount;
        }
        (parts, missing)
    }
}

/// R-CLOSE-1: most commands end with the membership.
fn not_closed(member: &Member) -> Result<(), Refusal> {
    if member.closed().is_none() {
        return Ok(());
    }
    let message = format!("the membership of {} has ended", member.id());
    Err(Refusal::new(Code::MemberClosed, message)
        .with("member", Detail::Text(member.id().to_string())))
}

pub(super) fn unknown_member(id: &MemberId) -> Refusal {
    Refusal::new(Code::UnknownMember, format!("there is no member {id}"))
        .with("member", Detail::Text(id.to_string()))
}

#[cold]
pub(super) fn duplicate_reference(what: &str, reference: impl std::fmt::Display) -> Refusal {
    let message = format!("the member has {what} {reference} already");
    Refusal::new(Code::DuplicateReference, message).with("ref", Detail::Text(reference.to_string()))
}

#[cold]
pub(super) fn overflow() -> Refusal {
    Refusal::new(Code::AmountOverflow, "a figure would not fit 64 bits")
}
