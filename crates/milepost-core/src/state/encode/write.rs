//! Writing the canonical encoding of a member.

use std::sync::OnceLock;

use crate::event::{Part, ReversedShare};
use crate::state::figures::{Counter, Figures};
use crate::state::given::Given;
use crate::state::lot::Lot;
use crate::state::member::{HoldState, More};
use crate::state::references::References;
use crate::time::Instant;

pub(in crate::state) struct Writer<'a> {
    pub(super) out: &'a mut Vec<u8>,
}

impl Writer<'_> {
    pub(in crate::state) fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    pub(in crate::state) fn u8(&mut self, number: u8) {
        self.out.push(number);
    }

    pub(in crate::state) fn u16(&mut self, number: u16) {
        self.raw(&number.to_le_bytes());
    }

    pub(in crate::state) fn u32(&mut self, number: u32) {
        self.raw(&number.to_le_bytes());
    }

    pub(in crate::state) fn u64(&mut self, number: u64) {
        self.raw(&number.to_le_bytes());
    }

    pub(in crate::state) fn i64(&mut self, number: i64) {
        self.raw(&number.to_le_bytes());
    }

    pub(in crate::state) fn instant(&mut self, at: Instant) {
        self.i64(at.micros());
    }

    pub(in crate::state) fn text(&mut self, text: &str) {
        // Every text has a limit far below 65,535 bytes.
        self.u16(u16::try_from(text.len()).unwrap_or(u16::MAX));
        self.raw(text.as_bytes());
    }

    pub(in crate::state) fn option<T>(
        &mut self,
        option: Option<T>,
        write: impl FnOnce(&mut Self, T),
    ) {
        self.u8(u8::from(option.is_some()));
        if let Some(item) = option {
            write(self, item);
        }
    }

    pub(in crate::state) fn list<T>(&mut self, list: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.u32(u32::try_from(list.len()).unwrap_or(u32::MAX));
        for item in list {
            write(self, item);
        }
    }

    pub(in crate::state) fn references(&mut self, references: &References) {
        self.u32(u32::try_from(references.len()).unwrap_or(u32::MAX));
        for reference in references.iter() {
            self.text(reference.as_str());
        }
    }

    pub(in crate::state) fn figures(&mut self, figures: &Figures) {
        self.u16(figures.unit().0);
        for figure in [figures.available, figures.pending, figures.held, figures.debt] {
            self.i64(figure);
        }
        for counter in Counter::ALL {
            // One byte says how many follow: a counter is small nearly always.
            let bytes = figures.counter(counter).to_le_bytes();
            let length = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            self.u8(u8::try_from(length).unwrap_or(0));
            self.raw(bytes.get(..length).unwrap_or(&bytes));
        }
    }

    pub(in crate::state) fn lot(&mut self, lot: &Lot) {
        for number in [lot.free, lot.earned_at, lot.available_at, lot.expires_at] {
            self.i64(number);
        }
        self.u32(lot.activity);
        for number in [lot.unit, lot.rule, lot.programme_version, lot.form] {
            self.u16(number);
        }
        self.u8(lot.flags);
    }

    pub(in crate::state) fn part(&mut self, part: &Part) {
        self.u32(part.lot.0);
        self.i64(part.amount);
    }

    pub(in crate::state) fn bytes(&mut self, bytes: &[u8]) {
        self.u32(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        self.raw(bytes);
    }

    fn share(&mut self, share: ReversedShare) {
        match share {
            ReversedShare::Full => self.u8(1),
            ReversedShare::Money { num, den } => {
                self.u8(2);
                self.raw(&num.to_le_bytes());
                self.raw(&den.to_le_bytes());
            }
        }
    }

    /// What most members do not have, behind a presence byte. What says nothing is as if it were
    /// not there, however it came about.
    pub(super) fn more_or_nothing(&mut self, more: Option<&More>) {
        static NOTHING: OnceLock<Vec<u8>> = OnceLock::new();
        let at = self.out.len();
        self.option(more, Writer::more);
        let nothing = || {
            let mut out = Vec::new();
            Writer { out: &mut out }.more(&More::default());
            out
        };
        if self.out.get(at + 1..) == Some(NOTHING.get_or_init(nothing)) {
            self.out.truncate(at);
            self.u8(0);
        }
    }

    pub(super) fn more(&mut self, more: &More) {
        self.list(&more.rates, |w, (number, rate)| {
            w.u32(number.0);
            w.raw(&rate.numerator().to_le_bytes());
            w.raw(&rate.denominator().to_le_bytes());
        });
        self.list(&more.reversed, |w, (number, share)| {
            w.u32(number.0);
            w.share(*share);
        });
        self.list(&more.fates, |w, fate| {
            w.u32(fate.lot.0);
            w.i64(fate.taken);
            w.i64(fate.expired);
        });
        self.references(&more.hold_references);
        self.list(&more.holds, |w, hold| {
            w.u16(hold.unit.0);
            w.instant(hold.until);
            w.u8(match hold.state {
                HoldState::Open => 0,
                HoldState::Lapsed => 1,
                HoldState::Closed => 2,
            });
            w.list(&hold.parts, Writer::part);
        });
        self.references(&more.redemption_references);
        self.list(&more.redemptions, |w, redemption| {
            w.u16(redemption.unit.0);
            w.u32(redemption.first_use);
        });
        self.list(&more.uses, |w, used| {
            w.u32(used.lot.0);
            w.i64(used.left);
        });
        self.list(&more.renewals, |w, (form, at)| {
            w.u16(form.0);
            w.instant(*at);
        });
        self.tiers(&more.tiers);
        self.tally(&more.tally);
        self.list(&more.sent, |w, sent| {
            w.u16(sent.unit.0);
            w.raw(&sent.day.to_le_bytes());
            w.raw(&sent.year.to_le_bytes());
            w.u32(sent.count_in_day);
            w.i64(sent.amount_in_day);
            w.i64(sent.amount_in_year);
        });
        self.contexts(&more.contexts);
        self.list(&more.origins, |w, (lot, reference)| {
            w.u32(lot.0);
            w.text(reference.as_str());
        });
        self.list(&more.attributes, |w, (name, value)| {
            w.text(name.as_str());
            w.text(value.as_str());
        });
        more.standing.encode(self);
        match &more.given {
            Some(given) => given.write(self),
            None => Given::default().write(self),
        }
    }
}
