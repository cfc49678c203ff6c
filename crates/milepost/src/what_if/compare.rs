//! Laying two histories beside each other.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use milepost_core::names::MemberId;
use milepost_core::programme::{TierIx, UnitIx};
use milepost_core::rules::Rules;
use milepost_core::state::{Counter, Figures, Member};
use milepost_core::views::{Totals, UnitTotals};

use super::difference::{
    Change, Difference, Figure, MemberChange, MonthChange, Move, TierChange, UnitChange,
};
use super::sides::Side;
use super::tally::Month;
use crate::store::{SHARDS, Shard};

/// So many members are told of.
const TOLD: usize = 20;
/// The candidates are thinned out when they are so many.
const MANY: usize = 4_096;
/// The most decimals that a unit can have: balances of several units are added up in such steps.
const FINEST: u8 = 6;

/// Figures of one unit, by their place in [`NAMES`].
type Row = [i128; NAMES.len()];

/// The figures that are compared. The first five are what is there, the others only grow.
const NAMES: [&str; 15] = [
    "balance",
    "available",
    "pending",
    "held",
    "debt",
    "earned",
    "granted",
    "transferred_in",
    "returned",
    "debt_forgiven",
    "spent",
    "expired",
    "reversed",
    "debited",
    "transferred_out",
];

/// What is different between two sides.
pub(super) fn compare(recorded: &Side, again: Side) -> Difference {
    let units = Units::of(&recorded.rules, &again.rules);
    let mut members = Members::default();
    for shard in 0..SHARDS {
        let (one, other) = (recorded.store.read(shard), again.store.read(shard));
        for (id, before, after) in pairs(&one, &other) {
            members.add(&units, id, before, after);
        }
    }
    let tiers = members.tiers(&units, [&recorded.rules, &again.rules]);
    let moves = members.moves(&again.rules);
    let (affected, most) = (members.affected, members.most(&units, &again.rules));
    Difference {
        at: recorded.at.max(again.at),
        decided: again.decided,
        passed_over: again.passed_over,
        refused: again.refused,
        units: units.totals(&recorded.tally.totals, &again.tally.totals),
        tiers,
        moves,
        months: months(&units, &recorded.tally.months, &again.tally.months),
        members_affected: affected,
        members: most,
    }
}

/// The members of a shard, on both sides.
fn pairs<'a>(
    one: &'a Shard,
    other: &'a Shard,
) -> impl Iterator<Item = (&'a MemberId, Option<&'a Member>, Option<&'a Member>)> {
    let both = one.members().map(|member| (member.id(), Some(member), other.get(&member.key())));
    let new = other.members().filter(|member| one.get(&member.key()).is_none());
    both.chain(new.map(|member| (member.id(), None, Some(member))))
}

fn months(
    units: &Units,
    before: &BTreeMap<Month, Totals>,
    after: &BTreeMap<Month, Totals>,
) -> Vec<MonthChange> {
    let mut all: Vec<Month> = before.keys().chain(after.keys()).copied().collect();
    all.sort_unstable();
    all.dedup();
    let nothing = Totals::default();
    let of = |(year, month): Month| {
        let [before, after] =
            [before, after].map(|side| side.get(&(year, month)).unwrap_or(&nothing));
        MonthChange { year, month, units: units.totals(before, after) }
    };
    all.into_iter().map(of).filter(|month| !month.units.is_empty()).collect()
}

/// A unit that either side has.
#[derive(Debug)]
struct Unit {
    ix: UnitIx,
    name: Box<str>,
    /// Of the side that has more.
    decimals: u8,
    /// What a step of each side is in steps of `decimals`.
    scale: [i128; 2],
}

/// The units of both sides: a name has the same number on both.
#[derive(Debug)]
struct Units(Vec<Unit>);

impl Units {
    fn of(before: &Rules, after: &Rules) -> Units {
        let count = before.symbols().units.len().max(after.symbols().units.len());
        let unit = |ix: u16| {
            let ix = UnitIx(ix);
            let [one, other] = [before, after].map(|rules| decimals(rules, ix));
            let decimals = one.max(other)?;
            let scale = [one, other].map(|own| scale(decimals, own.unwrap_or(decimals)));
            let known = if one.is_some() { before } else { after };
            Some(Unit { ix, name: known.symbols().unit(ix).into(), decimals, scale })
        };
        Units((0..u16::try_from(count).unwrap_or(u16::MAX)).filter_map(unit).collect())
    }

    fn totals(&self, before: &Totals, after: &Totals) -> Vec<UnitChange> {
        let change = |unit: &Unit| {
            unit.change(&row(&before.of(unit.ix).into()), &row(&after.of(unit.ix).into()))
        };
        self.0.iter().map(change).filter(|unit| !unit.figures.is_empty()).collect()
    }

    fn sums(&self, of: &BTreeMap<UnitIx, [Row; 2]>) -> Vec<UnitChange> {
        let change = |unit: &Unit| {
            let [before, after] = of.get(&unit.ix)?;
            Some(unit.change(before, after))
        };
        let all = self.0.iter().filter_map(change);
        all.filter(|unit| !unit.figures.is_empty()).collect()
    }
}

impl Unit {
    /// All figures that are not 0 on both sides.
    fn change(&self, before: &Row, after: &Row) -> UnitChange {
        let [one, other] = self.scale;
        let figure = |((name, before), after): ((&&'static str, &i128), &i128)| {
            let (before, after) = (before.saturating_mul(one), after.saturating_mul(other));
            Figure { name, steps: Change { before, after } }
        };
        let all = NAMES.iter().zip(before).zip(after).map(figure);
        let figures = all.filter(|figure| figure.steps != Change::default()).collect();
        UnitChange { unit: self.name.clone(), decimals: self.decimals, figures }
    }

    /// By how much a balance changes, in the finest steps.
    fn distance(&self, before: i128, after: i128) -> u128 {
        let [one, other] = self.scale;
        let change = after.saturating_mul(other).abs_diff(before.saturating_mul(one));
        change.saturating_mul(scale(FINEST, self.decimals).unsigned_abs())
    }
}

fn decimals(rules: &Rules, ix: UnitIx) -> Option<u8> {
    rules.versions().find_map(|version| version.programme.unit(ix)).map(|unit| unit.decimals)
}

fn scale(finer: u8, own: u8) -> i128 {
    10_i128.saturating_pow(u32::from(finer.saturating_sub(own)))
}

/// The figures of a unit, of a member or of all.
struct Of {
    there: [i128; 4],
    counters: [i128; 10],
}

impl From<&Figures> for Of {
    fn from(of: &Figures) -> Of {
        let there = [of.available, of.pending, of.held, of.debt].map(i128::from);
        Of { there, counters: Counter::ALL.map(|counter| wide(of.counter(counter))) }
    }
}

impl From<UnitTotals> for Of {
    fn from(of: UnitTotals) -> Of {
        let there = [of.available, of.pending, of.held, of.debt];
        Of { there, counters: Counter::ALL.map(|counter| wide(of.counter(counter))) }
    }
}

fn wide(counter: u128) -> i128 {
    i128::try_from(counter).unwrap_or(i128::MAX)
}

fn row(of: &Of) -> Row {
    let [available, pending, held, debt] = of.there;
    let balance = available.saturating_add(pending).saturating_add(held).saturating_sub(debt);
    let mut row = [0; NAMES.len()];
    let all = std::iter::once(balance).chain(of.there).chain(of.counters);
    row.iter_mut().zip(all).for_each(|(slot, figure)| *slot = figure);
    row
}

/// What one tier of the recorded history comes to.
#[derive(Debug, Default)]
struct OfTier {
    members: Change,
    sums: BTreeMap<UnitIx, [Row; 2]>,
}

/// A member that is affected.
#[derive(Debug)]
struct Candidate {
    distance: u128,
    id: MemberId,
    tier: [Option<TierIx>; 2],
    balances: BTreeMap<UnitIx, [Row; 2]>,
}

/// What the members come to.
#[derive(Debug, Default)]
struct Members {
    tiers: BTreeMap<Option<TierIx>, OfTier>,
    moves: BTreeMap<[Option<TierIx>; 2], u64>,
    affected: u64,
    candidates: Vec<Candidate>,
}

impl Members {
    fn add(
        &mut self,
        units: &Units,
        id: &MemberId,
        before: Option<&Member>,
        after: Option<&Member>,
    ) {
        let sides = [before, after];
        // Who has become a part of another has nothing of its own (R-MERGE-1).
        let own = sides.map(|side| side.filter(|member| member.merged_into().is_none()));
        let tier = own.map(|side| side.and_then(Member::tier));
        let [was, is] = tier;
        if own[0].is_some() {
            self.tiers.entry(was).or_default().members.before += 1;
        }
        if own[1].is_some() {
            self.tiers.entry(is).or_default().members.after += 1;
        }
        let has_moved = own.iter().all(Option::is_some) && was != is;
        if has_moved {
            *self.moves.entry(tier).or_default() += 1;
        }
        let mut distance = 0_u128;
        let mut balances = BTreeMap::new();
        for unit in &units.0 {
            let of = |side: Option<&Member>| {
                side.and_then(|member| member.figures(unit.ix).map(Of::from))
            };
            let rows = own.map(|side| of(side).map_or([0; NAMES.len()], |of| row(&of)));
            if rows == [[0; NAMES.len()]; 2] {
                continue;
            }
            let sums = &mut self.tiers.entry(was).or_default().sums;
            add(sums.entry(unit.ix).or_insert([[0; NAMES.len()]; 2]), &rows);
            let [[old, ..], [new, ..]] = rows;
            let apart = unit.distance(old, new);
            if apart > 0 {
                distance = distance.saturating_add(apart);
                balances.insert(unit.ix, [only_balance(old), only_balance(new)]);
            }
        }
        if distance > 0 || has_moved || own[0].is_some() != own[1].is_some() {
            self.affected += 1;
            self.candidates.push(Candidate { distance, id: id.clone(), tier, balances });
            if self.candidates.len() >= MANY {
                self.thin_out();
            }
        }
    }

    fn thin_out(&mut self) {
        self.candidates.sort_by(|a, b| {
            (Reverse(a.distance), a.id.as_str()).cmp(&(Reverse(b.distance), b.id.as_str()))
        });
        self.candidates.truncate(TOLD);
    }

    fn most(mut self, units: &Units, rules: &Rules) -> Vec<MemberChange> {
        self.thin_out();
        let told = |one: Candidate| {
            let [was, is] = one.tier.map(|tier| tier_name(rules, tier));
            MemberChange { member: one.id, tier: (was, is), units: units.sums(&one.balances) }
        };
        self.candidates.into_iter().map(told).collect()
    }

    fn tiers(&self, units: &Units, rules: [&Rules; 2]) -> Vec<TierChange> {
        let [_, after] = rules;
        let change = |(tier, of): (&Option<TierIx>, &OfTier)| TierChange {
            tier: tier_name(after, *tier),
            members: of.members,
            units: units.sums(&of.sums),
        };
        self.tiers.iter().map(change).collect()
    }

    fn moves(&self, rules: &Rules) -> Vec<Move> {
        let moved = |([from, to], members): (&[Option<TierIx>; 2], &u64)| Move {
            from: tier_name(rules, *from),
            to: tier_name(rules, *to),
            members: *members,
        };
        self.moves.iter().map(moved).collect()
    }
}

fn only_balance(balance: i128) -> Row {
    let mut row = [0; NAMES.len()];
    if let Some(slot) = row.first_mut() {
        *slot = balance;
    }
    row
}

fn add(sums: &mut [Row; 2], rows: &[Row; 2]) {
    for (sums, rows) in sums.iter_mut().zip(rows) {
        sums.iter_mut().zip(rows).for_each(|(sum, one)| *sum = sum.saturating_add(*one));
    }
}

fn tier_name(rules: &Rules, tier: Option<TierIx>) -> Option<Box<str>> {
    tier.map(|tier| rules.symbols().tier(tier).into())
}
