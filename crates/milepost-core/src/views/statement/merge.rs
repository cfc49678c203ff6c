//! What another member brings when it becomes a part of this one: its balances and its names
//! (R-MERGE-1).

use std::collections::BTreeSet;

use super::{Statement, StatementLine};
use crate::event::{LotNo, MergedState, Part, RedemptionNo};
use crate::names::Reference;
use crate::programme::UnitIx;
use crate::rules::Rules;
use crate::state::{Member, new_names};
use crate::time::Instant;
use crate::views::show;

impl Statement {
    /// The names of the other member's activities and redemptions, in the order of their numbers.
    pub(super) fn adopt(&mut self, state: &MergedState) {
        // What cannot be read was not applied either.
        let Ok(other) = state.member() else { return };
        let prefix = other.id().as_str();
        adopt(&mut self.activities, &other.references_of_activities(), prefix);
        let redemptions = (1..).map_while(|at| other.redemption_reference(RedemptionNo(at)));
        adopt(&mut self.redemptions, &redemptions.cloned().collect::<Vec<_>>(), prefix);
    }

    /// A line for each unit of which the other member had anything.
    pub(super) fn moved_in(
        &mut self,
        rules: &Rules,
        (seq, recorded_at, at): (Option<u64>, Instant, Instant),
        first_lot: LotNo,
        state: &MergedState,
    ) {
        let Ok(other) = state.member() else { return };
        for figures in other.units() {
            // A balance beyond 64 bits is that of a debt and of lots that none has alone.
            let change = i64::try_from(figures.balance()).unwrap_or(i64::MAX);
            if change == 0 {
                continue;
            }
            let unit = figures.unit();
            let amount = show::amount(rules, unit, i128::from(change).abs());
            let (name, from) = (rules.symbols().unit(unit), other.id().to_string());
            let owed = if change < 0 { " owed" } else { "" };
            let text = format!("{amount} {name}{owed} taken over from {from}");
            let balance = self.add(unit, change);
            let (refs, parts) = (vec![("from", from)], parts(&other, unit, first_lot));
            self.lines.push(StatementLine {
                seq,
                recorded_at,
                at,
                text,
                unit,
                change,
                balance,
                parts,
                refs,
            });
        }
    }
}

fn adopt(own: &mut Vec<Reference>, theirs: &[Reference], prefix: &str) {
    let taken: BTreeSet<&Reference> = own.iter().collect();
    let names = new_names(theirs, prefix, |name| taken.contains(name));
    // A merge whose references found no names was refused.
    own.extend(names.unwrap_or_else(|_| theirs.to_vec()));
}

/// What was in the other's lots, under the numbers that they have from now on.
fn parts(other: &Member, unit: UnitIx, LotNo(first): LotNo) -> Vec<Part> {
    let of_unit = other.lots().filter(|(_, lot)| lot.unit() == unit);
    let part = of_unit.map(|(LotNo(number), lot)| Part {
        lot: LotNo(number.saturating_add(first).saturating_sub(1)),
        amount: lot.free.saturating_add(other.held_of(LotNo(number))),
    });
    part.filter(|part| part.amount > 0).collect()
}
