//! `merge`: one member becomes a part of another (R-MERGE-1).

use super::tx::{FIRST, SECOND};
use super::{Scene, Undecided};
use crate::command::{Command, Merge};
use crate::event::{Fact, LotNo, MergedState, TierReason};
use crate::names::Text;
use crate::programme::{TierIx, UnitIx};
use crate::refusal::{Code, Detail, Refusal};
use crate::state::{Broken, Figures, Member};
use crate::tiers::{Judge, Outcome};
use crate::time::Instant;

pub(super) fn decide(
    scene: &mut Scene<'_>,
    command: &Command,
    merge: &Merge,
) -> Result<(), Undecided> {
    if scene.key(&merge.from) == scene.key(&merge.into) {
        let message = "a member cannot become a part of itself";
        return Err(Refusal::new(Code::InvalidTarget, message).into());
    }
    scene.open_target(&merge.into)?;
    let from = scene.known(command, &merge.from)?;
    let into = scene.present(SECOND)?;
    if let Some(reference) = into.cannot_adopt(from) {
        let message = format!("{reference} is taken, and with the prefix {}/ too long", from.id());
        return Err(Refusal::new(Code::DuplicateReference, message)
            .with("ref", Detail::Text(reference.to_string()))
            .into());
    }
    let (from_key, into_key) = (from.key(), into.key());
    let first_lot = into.next_lot();
    let (state, standing) = (MergedState::of(from), TierOf::member(from, scene.now));
    scene.emit(FIRST, Fact::MergedInto { into: into_key })?;
    scene.emit(SECOND, Fact::MergedFrom { from: from_key, first_lot, state })?;
    net_debts(scene)?;
    join_tiers(scene, &standing)
}

/// A debt of the one is repaid at once by what the other has available, in lot-number order.
fn net_debts(scene: &mut Scene<'_>) -> Result<(), Undecided> {
    let member = scene.present(SECOND)?;
    let both = member.units().iter().filter(|figures| figures.debt > 0 && figures.available > 0);
    let units: Vec<UnitIx> = both.map(Figures::unit).collect();
    for unit in units {
        let lots = scene.present(SECOND)?.lots();
        let usable = lots.filter(|(_, lot)| lot.unit() == unit && lot.is_ready() && lot.free > 0);
        let usable: Vec<LotNo> = usable.map(|(number, _)| number).collect();
        scene.repay(SECOND, unit, &usable, scene.now)?;
    }
    Ok(())
}

/// A floor of the tier and its end; `None`: for ever.
type Floor = (TierIx, Option<Instant>);

/// What a merge has to know of the tier of a member.
#[derive(Clone, Copy, Debug)]
struct TierOf {
    /// The tier without a floor, and to when it is valid.
    base: Option<(TierIx, Option<Instant>)>,
    /// The floor, if it still holds.
    assigned: Option<Floor>,
}

impl TierOf {
    fn member(member: &Member, now: Instant) -> TierOf {
        let assigned = member.tier_record().and_then(|record| record.assigned);
        let assigned = assigned.filter(|(_, until)| until.is_none_or(|until| until > now));
        let valid_until = member.tier_standing().and_then(|standing| standing.valid_until);
        TierOf { base: member.base_tier().map(|tier| (tier, valid_until)), assigned }
    }
}

/// The higher tier with the later validity: what the counts gave the one or the other, then the
/// floor; then what they count together is judged.
fn join_tiers(scene: &mut Scene<'_>, theirs: &TierOf) -> Result<(), Undecided> {
    join_standings(scene, theirs)?;
    join_floors(scene, theirs.assigned)?;
    scene.after_counting(SECOND, scene.now, &[])
}

/// Later is what has no end.
fn lasts(until: Option<Instant>) -> (bool, Option<Instant>) {
    (until.is_none(), until)
}

fn join_standings(scene: &mut Scene<'_>, theirs: &TierOf) -> Result<(), Undecided> {
    let Some((base, valid_until)) = theirs.base else { return Ok(()) };
    let judge = Judge::new(scene.rules, scene.present(SECOND)?, scene.now);
    let (own, rank) = (judge.own_rank()?, judge.rank(base)?);
    let own_until = judge.member.tier_standing().and_then(|standing| standing.valid_until);
    let wins = rank > own || (rank == own && lasts(valid_until) > lasts(own_until));
    if rank == 0 || !wins {
        return Ok(());
    }
    let outcome = Outcome { valid_until, ..judge.given(rank) };
    scene.change_own(SECOND, scene.now, &outcome)
}

fn join_floors(scene: &mut Scene<'_>, theirs: Option<Floor>) -> Result<(), Undecided> {
    const REASON: &str = "merge";
    let Some((tier, until)) = theirs else { return Ok(()) };
    let judge = Judge::new(scene.rules, scene.present(SECOND)?, scene.now);
    let worth = |(tier, until): Floor| Ok::<_, Broken>((judge.rank(tier)?, lasts(until)));
    let own = judge.floor().map(worth).transpose()?;
    if own.is_some_and(|own| worth((tier, until)).is_ok_and(|theirs| theirs <= own)) {
        return Ok(());
    }
    let present = judge.member.tier().map(|tier| judge.rank(tier)).transpose()?;
    let rises = Some(judge.rank(tier)?) > present;
    let reason: Text = REASON.parse().map_err(|_| Broken::Inconsistent("a reason is no text"))?;
    scene.emit(SECOND, Fact::TierAssigned { tier, until, reason })?;
    if rises {
        scene.change_worn(SECOND, scene.now, tier, TierReason::Assigned, until)?;
    }
    Ok(())
}
