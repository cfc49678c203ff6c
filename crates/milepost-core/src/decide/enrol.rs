//! `enrol`: opens a member.

use super::tx::{FIRST, SECOND, unknown_member};
use super::{Scene, Undecided};
use crate::command::{Command, Enrol};
use crate::event::{Event, Fact};
use crate::programme::TierIx;
use crate::refusal::{Code, Detail, Refusal};
use crate::state::{Broken, Change, Journal, Member};
use crate::tiers::Judge;

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    enrol: &Enrol,
) -> Result<Member, Undecided> {
    let tier = tier(scene, enrol)?;
    let referrer = enrol.referrer.as_ref().map(|referrer| scene.key(referrer));
    if referrer == Some(scene.key(&enrol.member)) {
        let message = "a member cannot refer itself";
        return Err(Refusal::new(Code::InvalidTarget, message).into());
    }
    if scene.member.is_some() {
        let message = format!("there is a member {} already", enrol.member);
        return Err(Refusal::new(Code::MemberExists, message)
            .with("member", Detail::Text(enrol.member.to_string()))
            .into());
    }
    if let Some(referrer) = enrol.referrer.as_ref().filter(|_| scene.member(SECOND).is_none()) {
        return Err(unknown_member(referrer).into());
    }
    if command.expected_version.is_some_and(|expected| expected != 0) {
        let message = format!("member {} is new: its version is 0", enrol.member);
        return Err(Refusal::new(Code::VersionConflict, message)
            .with("version", Detail::Number(0))
            .into());
    }
    let fact = Fact::Enrolled {
        id: enrol.member.clone(),
        tier,
        birth_month: enrol.birth_date.map(|date| date.month),
        attributes: scene.open_tags(&enrol.attributes),
    };
    let mut member = Member::enrolled(scene.key(&enrol.member), scene.now, &fact)
        .ok_or(Broken::Inconsistent("a member is not opened by its own event"))?;
    scene.events.push(Event { who: FIRST, effective_at: scene.now, fact });
    if let Some(by) = referrer {
        let event = Event { who: FIRST, effective_at: scene.now, fact: Fact::Referred { by } };
        Change::new(&mut member, &mut Journal::forgetful()).apply(&event)?;
        scene.events.push(event);
    }
    // What is refused or dry drops the member, so nobody has to take its changes back.
    let mut journals = [Journal::forgetful(), Journal::forgetful()];
    let mut opened = Scene {
        rules: scene.rules,
        now: scene.now,
        member: Some(&mut member),
        other: None,
        pools: &mut *scene.pools,
        journals: &mut journals,
        events: &mut *scene.events,
    };
    begin(&mut opened)?;
    Ok(member)
}

/// The tier to begin with: as if qualified for now, with its benefits.
fn begin(scene: &mut Scene<'_>) -> Result<(), Undecided> {
    let judge = Judge::new(scene.rules, scene.present(FIRST)?, scene.now);
    let given = judge.given(judge.own_rank()?);
    if given.rank > 0 && given.valid_until.is_some() {
        scene.change_own(FIRST, scene.now, &given)?;
    }
    scene.give_benefits(FIRST, scene.now, 0)
}

/// The tier named, or else the first; `None` in a programme without tiers.
fn tier(scene: &Scene<'_>, enrol: &Enrol) -> Result<Option<TierIx>, Refusal> {
    match &enrol.tier {
        Some(name) => scene.tier(name.as_str()).map(Some),
        None => Ok(scene.programme().tiers.first().map(|tier| tier.ix)),
    }
}

impl Scene<'_> {
    /// A tier by its name, in the version in force now.
    pub(super) fn tier(&self, name: &str) -> Result<TierIx, Refusal> {
        self.programme().tier_named(name).map(|tier| tier.ix).ok_or_else(|| {
            let message = format!("the programme has no tier {name}");
            Refusal::new(Code::UnknownTier, message).with("tier", Detail::Text(name.into()))
        })
    }
}
