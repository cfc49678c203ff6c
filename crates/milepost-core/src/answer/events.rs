//! Events, each with its own fields in the words of the specification.

mod facts;
mod gifts;
mod tiers;

use serde_json::Value;

pub(super) use gifts::gives;

use super::fields::Fields;
use crate::event::{ActivityNo, Event, HoldNo, LotNo, RedemptionNo};
use crate::names::{MemberKey, Reference};
use crate::programme::UnitIx;
use crate::rules::Rules;
use crate::state::Member;

/// Who and what the numbers in the events of an entry stand for: the rules with their names, and
/// the members with their references. Numbers never change, so any later state of the members will
/// do; what a member is not at hand for is written as null.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The rules of the ledger.
    pub rules: &'a Rules,
    /// The members that the entry touches: the one at `n` is the `who` of the events with that
    /// number.
    pub members: &'a [&'a Member],
}

/// An event of an entry.
pub fn event(names: Names<'_>, event: &Event) -> Value {
    let teller = Teller { names, member: names.member(event.who) };
    let fields = Fields::new()
        .put("event", event.fact.name())
        .at("effective_at", event.effective_at)
        .put("member", teller.member.map(|member| member.id().as_str()));
    teller.fact(fields, &event.fact).into()
}

impl<'a> Names<'a> {
    fn member(self, who: u32) -> Option<&'a Member> {
        self.members.get(usize::try_from(who).ok()?).copied()
    }

    /// The external id of a member that the entry touches, else the UUID.
    fn id(self, key: MemberKey) -> String {
        let found = self.members.iter().find(|member| member.key() == key);
        found.map_or_else(|| key.to_string(), |member| member.id().to_string())
    }
}

/// Tells what happened to one member.
#[derive(Clone, Copy)]
struct Teller<'a> {
    names: Names<'a>,
    member: Option<&'a Member>,
}

impl<'a> Teller<'a> {
    fn unit(self, unit: UnitIx) -> &'a str {
        self.names.rules.symbols().unit(unit)
    }

    fn activity(self, number: ActivityNo) -> Option<&'a str> {
        self.member?.activity(number).map(|activity| activity.reference)
    }

    fn hold(self, number: HoldNo) -> Option<&'a str> {
        self.member?.hold_reference(number).map(Reference::as_str)
    }

    fn redemption(self, number: RedemptionNo) -> Option<&'a str> {
        self.member?.redemption_reference(number).map(Reference::as_str)
    }

    fn unit_of(self, lot: LotNo) -> Option<&'a str> {
        self.member?.lot(lot).map(|lot| self.unit(lot.unit()))
    }
}
