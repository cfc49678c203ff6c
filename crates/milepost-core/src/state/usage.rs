//! What an earn rule has given a member in a period, and how often its activities came: what limits
//! and turns ask.
//!
//! It is not counted anywhere: it follows from the activities, the awards and what was taken back of
//! them. So it is exact after every reversal, in parts too (R-REV-4), and costs no memory. Who asks
//! says how much would be enough: the newest lots are looked at first, and a limit that is reached
//! is reached soon.

use crate::event::{ActivityNo, LotNo, ReversedShare};
use crate::programme::{RuleIx, Window};
use crate::time::Instant;

use super::lot::Lot;
use super::member::Member;

impl Member {
    /// In how many activities of a window a rule gave more than 0 that is not wholly taken back; of
    /// more than `enough`, `enough`.
    pub fn fired(&self, rule: RuleIx, window: Window, enough: i64) -> i64 {
        let lots = self.lots_of(rule, window);
        // What nothing was taken of stands: nobody has to look how much it was.
        let stands = |(number, lot): &(LotNo, &Lot)| {
            self.taken_of(*number) == 0 || self.net(*number, lot) > 0
        };
        let most = usize::try_from(enough).unwrap_or(usize::MAX);
        let fired = lots.filter(stands).take(most).count();
        i64::try_from(fired).unwrap_or(i64::MAX)
    }

    /// What a rule has given for the activities of a window, net of what was taken back, in steps; if
    /// that is `enough` or more, at least `enough`.
    pub fn given_by(&self, rule: RuleIx, window: Window, enough: i64) -> i64 {
        if self.has_activity_index() {
            let mut given = 0_i64;
            for (number, lot) in self.lots_of(rule, window) {
                if given >= enough {
                    break;
                }
                given = given.saturating_add(self.net(number, lot));
            }
            return given;
        }
        // Few activities are looked through in one go.
        let counts = |lot: &Lot| {
            lot.rule() == Some(rule) && lot.activity().is_some() && window.contains(lot.earned_at())
        };
        let awards = self.activities.all_awards();
        let of_rule = awards.filter(|award| self.lot(award.lot).is_some_and(counts));
        let net = |amount: i64, lot: LotNo| amount.saturating_sub(self.taken_of(lot));
        of_rule.fold(0, |sum, award| sum.saturating_add(net(award.amount, award.lot)))
    }

    /// Whether it has recorded an activity of these kinds that is not wholly reversed.
    pub fn has_recorded(&self, kinds: &[Box<str>]) -> bool {
        self.recorded_of(kinds).next().is_some()
    }

    /// How many activities of these kinds that happened in a window it has recorded, without those
    /// that are wholly reversed; of more than `enough`, `enough`.
    pub fn recorded(&self, kinds: &[Box<str>], window: Window, enough: u32) -> u32 {
        let most = usize::try_from(enough).unwrap_or(usize::MAX);
        let in_window = self.recorded_of(kinds).filter(|at| window.contains(*at));
        u32::try_from(in_window.take(most).count()).unwrap_or(u32::MAX)
    }

    /// When the activities of these kinds happened that are not wholly reversed.
    fn recorded_of(&self, kinds: &[Box<str>]) -> impl Iterator<Item = Instant> {
        let is_of = |known: &[u8]| kinds.iter().any(|kind| kind.as_bytes() == known);
        let all = self.activities.occurrences();
        all.filter(move |(number, kind, _)| is_of(kind) && !self.is_gone(*number))
            .map(|(_, _, at)| at)
    }

    /// The lots that a rule gave for the activities of a window, the newest first. One that came by a
    /// transfer has no activity of this member.
    fn lots_of(&self, rule: RuleIx, window: Window) -> impl Iterator<Item = (LotNo, &Lot)> {
        self.lots_newest_first().filter(move |(_, lot)| {
            lot.rule() == Some(rule) && lot.activity().is_some() && window.contains(lot.earned_at())
        })
    }

    /// What is left of an award after what was taken back of it.
    fn net(&self, number: LotNo, lot: &Lot) -> i64 {
        let mut awards = lot.activity().into_iter().flat_map(|activity| self.awards(activity));
        let award = awards.find(|award| award.lot == number);
        award.map_or(0, |award| award.amount.saturating_sub(award.taken))
    }

    fn is_gone(&self, number: ActivityNo) -> bool {
        self.reversed(number) == Some(ReversedShare::Full)
    }
}
