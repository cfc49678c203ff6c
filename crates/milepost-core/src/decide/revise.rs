//! `revise`: the programme gets a new version (R-TIME-8). It is decided about the ledger as a whole,
//! and changes no member and no lot (R-LOT-5).

use std::collections::BTreeSet;

use crate::command::{Body, Command, Revise};
use crate::event::{Event, Fact};
use crate::programme::{Fault, Programme, TierIx, UnitIx, parse, position};
use crate::refusal::{Code, Detail, Refusal};
use crate::rules::{Rules, Version};
use crate::state::{Broken, Figures, Member};
use crate::time::Instant;

use super::{Undecided, roles, settle};

/// A revision that is accepted.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The rules with the new version.
    pub rules: Rules,
    /// The event that says so. It is about no member.
    pub event: Event,
}

/// Decides a revision that would be recorded as the entry `seq`. `members` are all of the ledger's:
/// they are looked at only if the new version drops something.
///
/// # Errors
/// [`Undecided::Refused`] with `programme_invalid` and all faults, with `invalid_time`, or for what
/// roles may not do; [`Undecided::Broken`] for a member that cannot be settled.
pub fn revise<'m>(
    rules: &Rules,
    now: Instant,
    seq: u64,
    command: &Command,
    members: impl Iterator<Item = &'m Member>,
) -> Result<Revision, Undecided> {
    let Body::Revise(revise) = &command.body else {
        return Err(Broken::Inconsistent("a command about members").into());
    };
    let effective_at = revise.effective_at.unwrap_or(now);
    let text = &revise.programme;
    let programme = parse(text, rules.symbols()).map_err(|faults| invalid(faults.as_slice()))?;
    let before = &rules.in_force(effective_at).programme;
    let mut faults = contradictions(rules, text, &programme);
    faults.extend(dropped(rules, now, text, before, &programme, members)?);
    let Some(number) = rules.latest().number.checked_add(1) else {
        return Err(invalid(&[fault(text, &[], "the programme has too many versions")]).into());
    };
    if !faults.is_empty() {
        faults.sort_by_key(|fault| (fault.line, fault.column));
        return Err(invalid(&faults).into());
    }
    // R-CMD-1: who may do it is asked after what it says, and before its time.
    let in_force = &rules.in_force(now).programme;
    roles::permitted(in_force, command)?;
    if effective_at < now {
        let message = format!("effective_at must not be earlier than now, {now}");
        return Err(Refusal::new(Code::InvalidTime, message).into());
    }
    roles::approval(in_force, command)?;
    let (text, recorded_at) = (text.clone(), now);
    let version = Version { number, seq, recorded_at, effective_at, programme, text };
    let event = Event { who: 0, effective_at, fact: Fact::ProgrammeRevised { version: number } };
    Ok(Revision { rules: rules.with(version), event })
}

/// The rules after a revision that stands in the log.
///
/// # Errors
/// [`Broken`] if it is not the next version, or not one that this program can read.
pub fn revised(
    rules: &Rules,
    seq: u64,
    recorded_at: Instant,
    revise: &Revise,
    event: &Event,
) -> Result<Rules, Broken> {
    let Fact::ProgrammeRevised { version: number } = event.fact else {
        return Err(Broken::Inconsistent("a revision without its event"));
    };
    if rules.latest().number.checked_add(1) != Some(number) {
        return Err(Broken::Inconsistent("a revision is not the next version"));
    }
    let programme = parse(&revise.programme, rules.symbols())
        .map_err(|_| Broken::Inconsistent("a recorded programme has faults"))?;
    let (effective_at, text) = (event.effective_at, revise.programme.clone());
    Ok(rules.with(Version { number, seq, recorded_at, effective_at, programme, text }))
}

/// What no revision may change: it would change what amounts and dates mean that are recorded.
fn contradictions(rules: &Rules, text: &str, new: &Programme) -> Vec<Fault> {
    let own = &rules.latest().programme;
    let mut faults = Vec::new();
    if new.currency != own.currency {
        let reason = format!("a revision cannot change the currency, {}", own.currency);
        faults.push(fault(text, &["currency"], reason));
    }
    if new.zone != own.zone {
        faults.push(fault(text, &["timezone"], "a revision cannot change the time zone"));
    }
    for unit in &new.units {
        let known = rules.versions().find_map(|version| version.programme.unit(unit.ix));
        if let Some(known) = known.filter(|known| known.decimals != unit.decimals) {
            let reason = format!("a revision cannot change the decimals, {}", known.decimals);
            faults.push(fault(text, &["units", &unit.name, "decimals"], reason));
        }
    }
    faults
}

/// What the new version has no longer, and somebody has.
fn dropped<'m>(
    rules: &Rules,
    now: Instant,
    text: &str,
    before: &Programme,
    new: &Programme,
    members: impl Iterator<Item = &'m Member>,
) -> Result<Vec<Fault>, Broken> {
    let units = before.units.iter().map(|unit| unit.ix).filter(|ix| new.unit(*ix).is_none());
    let units: BTreeSet<UnitIx> = units.collect();
    let is_kept = |ix: TierIx| new.tiers.iter().any(|tier| tier.ix == ix);
    let tiers = before.tiers.iter().map(|tier| tier.ix).filter(|ix| !is_kept(*ix));
    let tiers: BTreeSet<TierIx> = tiers.collect();
    if units.is_empty() && tiers.is_empty() {
        return Ok(Vec::new());
    }
    let (mut used_units, mut used_tiers) = (BTreeSet::new(), BTreeSet::new());
    // Who has become a part of another has and had nothing that the other has not (R-MERGE-1).
    for member in members.filter(|member| member.merged_into().is_none()) {
        let mut settled;
        let mut member = member;
        if !member.is_settled(now) {
            // R-TIME-5: as if everything due had been carried out.
            settled = member.clone();
            settle(rules, &mut settled, now)?;
            member = &settled;
        }
        let had = member.units().iter().map(Figures::unit);
        used_units.extend(had.filter(|unit| units.contains(unit)));
        let has = tiers_of(member, now);
        used_tiers.extend(has.into_iter().flatten().filter(|tier| tiers.contains(tier)));
    }
    let unit = |ix: &UnitIx| {
        let name = rules.symbols().unit(*ix);
        fault(text, &["units"], format!("{name} cannot be dropped: members have or had some"))
    };
    let tier = |ix: &TierIx| {
        let name = rules.symbols().tier(*ix);
        fault(text, &["tiers"], format!("{name} cannot be dropped: members have that tier"))
    };
    Ok(used_units.iter().map(unit).chain(used_tiers.iter().map(tier)).collect())
}

/// The tier that a member has, the one below an assignment, and the assigned one.
fn tiers_of(member: &Member, now: Instant) -> [Option<TierIx>; 3] {
    let assigned = member.tier_record().and_then(|record| record.assigned);
    let lasting = assigned.filter(|(_, until)| until.is_none_or(|until| until > now));
    [member.tier(), member.base_tier(), lasting.map(|(tier, _)| tier)]
}

/// A fault at a value, or at what it is missing from.
fn fault(text: &str, path: &[&str], reason: impl Into<String>) -> Fault {
    let (line, column) = position(text, path);
    Fault { line, column, key: path.join("."), reason: reason.into() }
}

fn invalid(faults: &[Fault]) -> Refusal {
    let told: Vec<String> = faults.iter().map(Fault::to_string).collect();
    Refusal::new(Code::ProgrammeInvalid, told.join("\n"))
        .with("faults", Detail::Faults(faults.to_vec()))
}
