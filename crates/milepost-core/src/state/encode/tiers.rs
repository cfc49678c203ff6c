//! The tier record and the tally in the canonical encoding.

use super::MemberError;
use super::read::Reader;
use super::write::Writer;
use crate::event::{ActivityNo, CountedIn, LotNo, TierReason};
use crate::programme::{CountIx, MilestoneIx, Threshold, TierIx, Window};
use crate::ratio::Ratio;
use crate::state::tally::{Amount, AmountKind, Reached, Restart, Tally};
use crate::state::tier_record::{TierRecord, TierStanding};

const REASONS: [TierReason; 7] = [
    TierReason::Assigned,
    TierReason::AssignmentEnded,
    TierReason::Qualified,
    TierReason::Requalified,
    TierReason::Downgraded,
    TierReason::Lifetime,
    TierReason::Reversal,
];

impl Writer<'_> {
    pub(super) fn tiers(&mut self, tiers: &TierRecord) {
        self.list(&tiers.history, |w, (at, tier)| {
            w.instant(*at);
            w.u16(tier.0);
        });
        self.option(tiers.assigned, |w, (tier, until)| {
            w.u16(tier.0);
            w.option(until, Writer::instant);
        });
        let number = tiers.reason.and_then(|reason| {
            let at = REASONS.iter().position(|known| *known == reason)?;
            u8::try_from(at + 1).ok()
        });
        self.u8(number.unwrap_or(0));
        self.option(tiers.standing.as_ref(), Writer::standing);
        self.u16(tiers.benefit_years);
    }

    fn standing(&mut self, standing: &TierStanding) {
        self.u16(standing.tier.0);
        self.option(standing.valid_until, Writer::instant);
        self.option(standing.grace_until, Writer::instant);
        self.instant(standing.judged);
        self.u16(standing.restarts);
        self.list(&standing.paid, Writer::threshold);
        self.u8(u8::from(standing.given));
        self.instant(standing.since);
    }

    fn threshold(&mut self, (count, amount): &Threshold) {
        self.u16(count.0);
        self.fraction(*amount);
    }

    fn fraction(&mut self, ratio: Ratio) {
        self.raw(&ratio.numerator().to_le_bytes());
        self.raw(&ratio.denominator().to_le_bytes());
    }

    fn window(&mut self, window: Window) {
        self.instant(window.from);
        self.instant(window.until);
    }

    pub(super) fn tally(&mut self, tally: &Tally) {
        self.list(&tally.amounts, |w, amount| {
            w.window(amount.window);
            w.u16(amount.count.0);
            w.u16(amount.restarts);
            w.u8(match amount.kind {
                AmountKind::Counted => 0,
                AmountKind::Paid => 1,
            });
            w.fraction(amount.sum.ratio());
        });
        self.list(&tally.restarts, |w, restart| {
            w.instant(restart.at);
            w.u32(restart.first.0);
            w.u32(restart.first_lot.0);
        });
        self.list(&tally.milestones, |w, reached| {
            w.u16(reached.milestone.0);
            w.threshold(&reached.step);
            w.window(reached.place.window);
            w.u16(reached.place.restarts);
            w.instant(reached.at);
            w.u32(reached.lot.0);
            w.i64(reached.amount);
        });
        self.option(tally.counted_at, Writer::instant);
    }
}

impl Reader<'_> {
    pub(super) fn tiers(&mut self) -> Result<TierRecord, MemberError> {
        Ok(TierRecord {
            history: self.list(|r| Ok((r.instant()?, TierIx(r.u16("a tier")?))))?,
            assigned: self.option(|r| {
                let tier = TierIx(r.u16("a tier")?);
                Ok((tier, r.option(Reader::instant)?))
            })?,
            reason: match usize::from(self.u8("a reason")?).checked_sub(1) {
                None => None,
                Some(at) => Some(*REASONS.get(at).ok_or_else(|| self.error("a reason"))?),
            },
            standing: self.option(Reader::standing)?,
            benefit_years: self.u16("a number of years")?,
        })
    }

    fn standing(&mut self) -> Result<TierStanding, MemberError> {
        Ok(TierStanding {
            tier: TierIx(self.u16("a tier")?),
            valid_until: self.option(Reader::instant)?,
            grace_until: self.option(Reader::instant)?,
            judged: self.instant()?,
            restarts: self.u16("a number of restarts")?,
            paid: self.list(Reader::threshold)?,
            given: self.u8("a flag")? != 0,
            since: self.instant()?,
        })
    }

    fn threshold(&mut self) -> Result<Threshold, MemberError> {
        Ok((CountIx(self.u16("a count")?), self.ratio()?))
    }

    fn window(&mut self) -> Result<Window, MemberError> {
        Ok(Window { from: self.instant()?, until: self.instant()? })
    }

    pub(super) fn tally(&mut self) -> Result<Tally, MemberError> {
        Ok(Tally {
            amounts: self.list(Reader::amount)?,
            restarts: self.list(|r| {
                let at = r.instant()?;
                let first = ActivityNo(r.u32("an activity number")?);
                Ok(Restart { at, first, first_lot: LotNo(r.u32("a lot number")?) })
            })?,
            milestones: self.list(Reader::reached)?,
            counted_at: self.option(Reader::instant)?,
        })
    }

    fn amount(&mut self) -> Result<Amount, MemberError> {
        Ok(Amount {
            window: self.window()?,
            count: CountIx(self.u16("a count")?),
            restarts: self.u16("a number of restarts")?,
            kind: match self.u8("a kind")? {
                0 => AmountKind::Counted,
                1 => AmountKind::Paid,
                _ => return Err(self.error("a kind")),
            },
            sum: self.ratio()?.into(),
        })
    }

    fn reached(&mut self) -> Result<Reached, MemberError> {
        Ok(Reached {
            milestone: MilestoneIx(self.u16("a milestone")?),
            step: self.threshold()?,
            place: CountedIn {
                window: self.window()?,
                restarts: self.u16("a number of restarts")?,
            },
            at: self.instant()?,
            lot: LotNo(self.u32("a lot number")?),
            amount: self.i64("an amount")?,
        })
    }
}
