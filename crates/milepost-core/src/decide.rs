//! Deciding: a command, the rules, and the members it names, to events or a refusal. Pure.
//!
//! [`decide`] first writes down what is due for the members, then refuses or makes the events, in
//! the order of R-CMD-1. It applies each event as it makes it; after a refusal, or for a dry run,
//! the caller takes everything back with [`Scene::take_back`].

mod advance;
mod again;
mod amounts;
mod assign_tier;
mod attributes;
mod capture;
mod close;
mod compensate;
mod confirm;
mod consent;
mod cuts;
mod debit;
mod earning;
mod enrol;
mod expiry;
mod extend;
mod extent;
mod gifts;
mod grant;
mod hold;
mod merge;
mod record;
mod redeem;
mod redirect;
mod referral;
mod refund;
mod release;
mod returns;
mod reverse;
mod reverse_case;
mod revise;
mod reward;
mod roles;
mod settle;
mod shortfall;
mod take_back;
mod tiers;
mod transfer;
mod turns;
mod tx;

use crate::command::{Body, Command};
use crate::event::Event;
use crate::names::{MemberId, MemberKey};
use crate::pools::Pools;
use crate::refusal::Refusal;
use crate::rules::Rules;
use crate::state::{Broken, Counted, Journal, Member, Touch};
use crate::time::Instant;

pub use referral::companion;
pub use revise::{Revision, revise, revised};
pub use roles::check_approval;
pub use settle::settle;

/// Why there is no decision.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undecided {
    /// The command is refused: a value, not a failure. Nothing stands.
    #[error(transparent)]
    Refused(Refusal),
    /// An event of our own does not apply: a defect. The ledger must not go on.
    #[error(transparent)]
    Broken(Broken),
}

/// What nearly never happens is kept out of the way of what does: how much code a decision runs
/// through is most of what it costs.
impl From<Refusal> for Undecided {
    #[cold]
    fn from(refusal: Refusal) -> Undecided {
        Undecided::Refused(refusal)
    }
}

impl From<Broken> for Undecided {
    #[cold]
    fn from(broken: Broken) -> Undecided {
        Undecided::Broken(broken)
    }
}

/// What a decision may see and change: the rules, the time, and the members it asked for.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The rules of the ledger.
    pub rules: &'a Rules,
    /// `recorded_at` of the entry to be.
    pub now: Instant,
    /// The member that the command is about: `None` if there is none of that id.
    pub member: Option<&'a mut Member>,
    /// The other member of a transfer or a merge, or the one who referred the member.
    pub other: Option<&'a mut Member>,
    /// What all members use together.
    pub pools: &'a mut Pools,
    /// How to take the changes back; two, because there are two members.
    pub journals: &'a mut [Journal; 2],
    /// The events, in the order in which they took effect.
    pub events: &'a mut Vec<Event>,
}

/// The members that a command names: they have to be at hand to decide it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cast<'a> {
    /// One member. By its state, another may have to be at hand too: see [`companion`].
    One(&'a MemberId),
    /// Two: the sender and the receiver of a transfer; who ends in a merge, and in whom.
    Two(&'a MemberId, &'a MemberId),
    /// One, and one that only has to be there: it is touched by what is written for it, and not by
    /// being named.
    With(&'a MemberId, &'a MemberId),
    /// Some of the ledger's members, or all: each is decided on its own, in one entry.
    Many(Option<&'a [MemberId]>),
    /// None: it is about the rules of the ledger, and is decided by [`revise()`].
    Ledger,
}

impl Command {
    /// The members that the command names.
    pub fn cast(&self) -> Cast<'_> {
        match &self.body {
            Body::Enrol(it) => match &it.referrer {
                Some(referrer) => Cast::With(&it.member, referrer),
                None => Cast::One(&it.member),
            },
            Body::Record(it) => Cast::One(&it.member),
            Body::Confirm(it) => Cast::One(&it.member),
            Body::Grant(it) => Cast::One(&it.member),
            Body::Debit(it) => Cast::One(&it.member),
            Body::Compensate(it) => Cast::One(&it.member),
            Body::ReverseCase(it) => Cast::One(&it.member),
            Body::Hold(it) => Cast::One(&it.member),
            Body::Capture(it) => Cast::One(&it.member),
            Body::Release(it) => Cast::One(&it.member),
            Body::Redeem(it) => Cast::One(&it.member),
            Body::Refund(it) => Cast::One(&it.member),
            Body::Reverse(it) => Cast::One(&it.member),
            Body::AssignTier(it) => Cast::One(&it.member),
            Body::Attributes(it) => Cast::One(&it.member),
            Body::Consent(it) => Cast::One(&it.member),
            Body::Close(it) => Cast::One(&it.member),
            Body::Merge(it) => Cast::Two(&it.from, &it.into),
            Body::Revise(_) => Cast::Ledger,
            Body::Transfer(it) => Cast::Two(&it.from, &it.to),
            Body::Extend(it) => Cast::Many(it.members.as_deref()),
            Body::Advance(_) => Cast::Many(None),
        }
    }
}

/// Decides a command about one or two members. The events are appended to the scene's and applied
/// to its members. A member that `enrol` opens is returned.
///
/// # Errors
/// [`Undecided::Refused`] with the first code that applies; [`Undecided::Broken`] for a defect. In
/// both cases the caller has to call [`Scene::take_back`].
pub fn decide(scene: &mut Scene<'_>, command: &Command) -> Result<Option<Member>, Undecided> {
    let programme = scene.programme();
    roles::permitted(programme, command)?;
    let approval = roles::approval(programme, command);
    roles::in_order(approval, decide_permitted(scene, command))
}

fn decide_permitted(scene: &mut Scene<'_>, command: &Command) -> Result<Option<Member>, Undecided> {
    let mut until = scene.now;
    if let Body::Advance(advance) = &command.body {
        until = until.min(advance.to);
    }
    scene.settle(tx::FIRST, until)?;
    // Who is only at hand is not touched unless something is written for it.
    if matches!(command.cast(), Cast::Two(..)) {
        scene.settle(tx::SECOND, until)?;
    }
    match &command.body {
        Body::Enrol(enrol) => return enrol::decide(scene, command, enrol).map(Some),
        Body::Record(record) => record::decide(scene, command, record),
        Body::Confirm(confirm) => confirm::decide(scene, command, confirm),
        Body::Grant(grant) => grant::decide(scene, command, grant),
        Body::Debit(debit) => debit::decide(scene, command, debit),
        Body::Compensate(compensate) => compensate::decide(scene, command, compensate),
        Body::Hold(hold) => hold::decide(scene, command, hold),
        Body::Capture(capture) => capture::decide(scene, command, capture),
        Body::Release(release) => release::decide(scene, command, release),
        Body::Redeem(redeem) => redeem::decide(scene, command, redeem),
        Body::Refund(refund) => {
            refund::decide(scene, command, refund).and_then(|()| close::forfeit_returned(scene))
        }
        Body::Reverse(reverse) => {
            reverse::decide(scene, command, reverse).and_then(|()| close::forfeit_returned(scene))
        }
        Body::ReverseCase(reverse) => reverse_case::decide(scene, command, reverse)
            .and_then(|()| close::forfeit_returned(scene)),
        Body::Transfer(transfer) => transfer::decide(scene, command, transfer),
        Body::AssignTier(assign) => assign_tier::decide(scene, command, assign),
        Body::Attributes(attributes) => attributes::decide(scene, command, attributes),
        Body::Consent(consent) => consent::decide(scene, command, consent),
        Body::Close(close) => close::decide(scene, command, close),
        Body::Merge(merge) => merge::decide(scene, command, merge),
        Body::Revise(_) => Err(Broken::Inconsistent("a revision is about no member").into()),
        Body::Extend(extend) => extend::decide_one(scene, extend),
        Body::Advance(advance) => advance::decide_one(scene, advance),
    }?;
    Ok(None)
}

/// What of a command about many members can be refused before any of them is looked at.
///
/// # Errors
/// [`Refusal`] with the first code that applies.
pub fn check_many(rules: &Rules, now: Instant, command: &Command) -> Result<(), Refusal> {
    roles::permitted(&rules.in_force(now).programme, command)?;
    if let Body::Extend(extend) = &command.body {
        return extend::check(rules, now, extend);
    }
    Ok(())
}

impl Scene<'_> {
    /// Takes back all changes of the members and the pools, and the events from `first` on.
    pub fn take_back(&mut self, first: usize) {
        self.pools.take_back(self.events.get(first..).unwrap_or_default());
        let [journal, other] = &mut *self.journals;
        if let Some(member) = self.member.as_deref_mut() {
            journal.take_back(member);
        }
        if let Some(member) = self.other.as_deref_mut() {
            other.take_back(member);
        }
        self.events.truncate(first);
    }

    /// Lets all changes stand, and says what the log keeps of the members touched: those that were
    /// changed, and those that the command names (R-CMD-4).
    pub fn keep(&mut self, seq: u64, counted: Counted, touches: &mut Vec<Touch>) {
        let members = [self.member.as_deref_mut(), self.other.as_deref_mut()];
        for (member, journal) in members.into_iter().zip(&mut *self.journals) {
            journal.keep_changes();
            if let Some(member) = member {
                touches.push(member.touch(seq, counted));
            }
        }
    }

    /// The key of a member.
    pub(crate) fn key(&self, id: &MemberId) -> MemberKey {
        self.rules.member_key(id)
    }
}
