//! `merge`: one member becomes a part of another (R-MERGE-1).

use super::tx::{FIRST, SECOND};
use super::{Scene, Undecided};
use crate::command::{Command, Merge};
use crate::event::{Fact, LotNo, MergedState, TierReason};
use crate::names::Text;
use crate::programme::{TierIx, UnitIx};
use crate::refusal::{Code, Detail, Refusal};
use crate::state::{Broken, Member};
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
    join_tiers(scene, standing)
}

/// A debt of the one is repaid at once by what the other has available, in lot-number order.
fn net_debts(scene: &mut Scene<'_>) -> Result<(), Undecided> {
    let member = scene.present(SECOND)?;
    let both = member.units().iter().filter(|figures| figures.debt > 0 && figures.available > 0);
    let units: Vec<UnitIx> = both.map(|figures| figures.unit).collect();
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
    tier: Option<TierIx>,
    /// The tier without an assignment.
    base: Option<TierIx>,
    /// The assignment, if it still holds.
    assigned: Option<Floor>,
}

impl TierOf {
    fn member(member: &Member, now: Instant) -> TierOf {
        let assigned = member.tier_record().and_then(|record| record.assigned);
        let assigned = assigned.filter(|(_, until)| until.is_none_or(|until| until > now));
        TierOf { tier: member.tier(), base: member.base_tier(), assigned }
    }
}

/// The higher tier, and of equal ones the later end. A tier that the other was enrolled with holds
/// for ever, as it did for the other.
fn join_tiers(scene: &mut Scene<'_>, theirs: TierOf) -> Result<(), Undecided> {
    const REASON: &str = "merge";
    let own = TierOf::member(scene.present(SECOND)?, scene.now);
    let rank = |tier: TierIx| scene.programme().tiers.iter().position(|known| known.ix == tier);
    let base = own.base.map(rank);
    let enrolled = theirs.base.filter(|tier| Some(rank(*tier)) > base).map(|tier| (tier, None));
    let worth = |(tier, until): &Floor| (rank(*tier), until.is_none(), *until);
    let floors = [own.assigned, theirs.assigned, enrolled].into_iter().flatten();
    let Some(floor) = floors.max_by_key(worth) else { return Ok(()) };
    if own.assigned == Some(floor) {
        return Ok(());
    }
    let rises = Some(rank(floor.0)) > base && own.tier != Some(floor.0);
    let (tier, until) = floor;
    let reason: Text = REASON.parse().map_err(|_| Broken::Inconsistent("a reason is no text"))?;
    scene.emit(SECOND, Fact::TierAssigned { tier, until, reason })?;
    match own.tier.filter(|_| rises) {
        Some(from) => {
            let (to, reason, valid_until) = (tier, TierReason::Assigned, until);
            scene.emit(SECOND, Fact::TierChanged { from, to, reason, valid_until })
        }
        None => Ok(()),
    }
}
