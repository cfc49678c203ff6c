//! Reading the canonical encoding of a member: nothing is believed that is not checked.

use super::MemberError;
use crate::event::{ActivityNo, FormIx, LotNo, Part, ReversedShare};
use crate::names::{Name, Reference, Text};
use crate::programme::UnitIx;
use crate::ratio::Ratio;
use crate::state::activities::Activities;
use crate::state::activity::{ActivityIndex, Fate};
use crate::state::figures::{Counter, Figures};
use crate::state::given::Given;
use crate::state::lot::Lot;
use crate::state::member::{Hold, HoldState, More, Redemption, Sent, Use};
use crate::state::references::References;
use crate::state::standing::Standing;
use crate::time::Instant;

pub(in crate::state) struct Reader<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
}

impl Reader<'_> {
    pub(in crate::state) fn error(&self, expected: &'static str) -> MemberError {
        MemberError { at: self.at, expected }
    }

    pub(in crate::state) fn raw(
        &mut self,
        length: usize,
        expected: &'static str,
    ) -> Result<&[u8], MemberError> {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        let bytes = rest.get(..length).ok_or(MemberError { at: self.at, expected })?;
        self.at += length;
        Ok(bytes)
    }

    pub(in crate::state) fn array<const N: usize>(
        &mut self,
        expected: &'static str,
    ) -> Result<[u8; N], MemberError> {
        let at = self.at;
        self.raw(N, expected)?.try_into().map_err(|_| MemberError { at, expected })
    }

    pub(in crate::state) fn u8(&mut self, expected: &'static str) -> Result<u8, MemberError> {
        self.array(expected).map(u8::from_le_bytes)
    }

    pub(in crate::state) fn u16(&mut self, expected: &'static str) -> Result<u16, MemberError> {
        self.array(expected).map(u16::from_le_bytes)
    }

    pub(in crate::state) fn u32(&mut self, expected: &'static str) -> Result<u32, MemberError> {
        self.array(expected).map(u32::from_le_bytes)
    }

    pub(in crate::state) fn i32(&mut self, expected: &'static str) -> Result<i32, MemberError> {
        self.array(expected).map(i32::from_le_bytes)
    }

    pub(in crate::state) fn u64(&mut self, expected: &'static str) -> Result<u64, MemberError> {
        self.array(expected).map(u64::from_le_bytes)
    }

    pub(in crate::state) fn i64(&mut self, expected: &'static str) -> Result<i64, MemberError> {
        self.array(expected).map(i64::from_le_bytes)
    }

    pub(in crate::state) fn instant(&mut self) -> Result<Instant, MemberError> {
        let micros = self.i64("an instant")?;
        Instant::from_micros(micros).ok_or_else(|| self.error("an instant"))
    }

    pub(in crate::state) fn parsed<T, E>(
        &mut self,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, MemberError> {
        let length = usize::from(self.u16(expected)?);
        let at = self.at;
        let text = str::from_utf8(self.raw(length, expected)?).ok();
        text.and_then(|text| parse(text).ok()).ok_or(MemberError { at, expected })
    }

    pub(in crate::state) fn option<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, MemberError>,
    ) -> Result<Option<T>, MemberError> {
        match self.u8("a presence byte")? {
            0 => Ok(None),
            1 => read(self).map(Some),
            _ => Err(self.error("a presence byte of 0 or 1")),
        }
    }

    pub(in crate::state) fn list<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, MemberError>,
    ) -> Result<Vec<T>, MemberError> {
        let length = self.u32("a length")? as usize;
        // Every item takes at least a byte, so a length that lies reserves no more than is there.
        let mut list = Vec::with_capacity(length.min(self.bytes.len() - self.at));
        for _ in 0..length {
            list.push(read(self)?);
        }
        list.shrink_to_fit();
        Ok(list)
    }

    pub(in crate::state) fn reference(&mut self) -> Result<Reference, MemberError> {
        self.parsed("a reference", str::parse::<Reference>)
    }

    pub(in crate::state) fn references(&mut self) -> Result<References, MemberError> {
        Ok(self.list(Reader::reference)?.into_iter().collect())
    }

    pub(in crate::state) fn figures(&mut self) -> Result<Figures, MemberError> {
        let mut figures = Figures::none(UnitIx(self.u16("a unit")?));
        figures.available = self.i64("available")?;
        figures.pending = self.i64("pending")?;
        figures.held = self.i64("held")?;
        figures.debt = self.i64("debt")?;
        for counter in Counter::ALL {
            let mut bytes = [0; 16];
            let length = usize::from(self.u8("a counter")?);
            let slot = bytes.get_mut(..length).ok_or(self.error("a counter"))?;
            slot.copy_from_slice(self.raw(length, "a counter")?);
            figures.set_counter(counter, u128::from_le_bytes(bytes));
        }
        Ok(figures)
    }

    pub(in crate::state) fn lot(&mut self) -> Result<Lot, MemberError> {
        Ok(Lot {
            free: self.i64("a lot")?,
            earned_at: self.i64("a lot")?,
            available_at: self.i64("a lot")?,
            expires_at: self.i64("a lot")?,
            activity: self.u32("a lot")?,
            unit: self.u16("a lot")?,
            rule: self.u16("a lot")?,
            programme_version: self.u16("a lot")?,
            form: self.u16("a lot")?,
            flags: self.u8("a lot")?,
        })
    }

    pub(in crate::state) fn part(&mut self) -> Result<Part, MemberError> {
        Ok(Part { lot: LotNo(self.u32("a lot number")?), amount: self.i64("an amount")? })
    }

    pub(in crate::state) fn activities(&mut self) -> Result<Activities, MemberError> {
        let length = self.u32("a length")? as usize;
        let bytes = self.raw(length, "activities")?;
        Activities::from_bytes(bytes).ok_or_else(|| self.error("activities"))
    }

    fn share(&mut self) -> Result<ReversedShare, MemberError> {
        match self.u8("a share")? {
            1 => Ok(ReversedShare::Full),
            2 => Ok(ReversedShare::Money {
                num: i128::from_le_bytes(self.array("a share")?),
                den: i128::from_le_bytes(self.array("a share")?),
            }),
            _ => Err(self.error("a share")),
        }
    }

    pub(in crate::state) fn ratio(&mut self) -> Result<Ratio, MemberError> {
        let num = i128::from_le_bytes(self.array("a ratio")?);
        let den = i128::from_le_bytes(self.array("a ratio")?);
        Ratio::new(num, den).ok_or_else(|| self.error("a ratio"))
    }

    pub(in crate::state) fn hold(&mut self) -> Result<Hold, MemberError> {
        Ok(Hold {
            unit: UnitIx(self.u16("a unit")?),
            until: self.instant()?,
            state: match self.u8("a hold state")? {
                0 => HoldState::Open,
                1 => HoldState::Lapsed,
                2 => HoldState::Closed,
                _ => return Err(self.error("a hold state")),
            },
            parts: self.list(Reader::part)?,
        })
    }

    pub(super) fn more_or_nothing(&mut self) -> Result<Option<Box<More>>, MemberError> {
        let Some(more) = self.option(Reader::more)? else { return Ok(None) };
        // One member has one spelling.
        if more == More::default() {
            Err(self.error("more than nothing"))
        } else {
            Ok(Some(Box::new(more)))
        }
    }

    pub(super) fn more(&mut self) -> Result<More, MemberError> {
        Ok(More {
            rates: self.list(|r| Ok((ActivityNo(r.u32("an activity number")?), r.ratio()?)))?,
            reversed: self.list(|r| Ok((ActivityNo(r.u32("an activity number")?), r.share()?)))?,
            fates: self.list(|r| {
                let lot = LotNo(r.u32("a lot number")?);
                Ok(Fate { lot, taken: r.i64("an amount")?, expired: r.i64("an amount")? })
            })?,
            activity_index: ActivityIndex::default(),
            hold_references: self.references()?,
            holds: self.list(Reader::hold)?,
            redemption_references: self.references()?,
            redemptions: self.list(|r| {
                let unit = UnitIx(r.u16("a unit")?);
                Ok(Redemption { unit, first_use: r.u32("a use")? })
            })?,
            uses: self.list(|r| {
                let lot = LotNo(r.u32("a lot number")?);
                Ok(Use { lot, left: r.i64("an amount")? })
            })?,
            renewals: self.list(|r| Ok((FormIx(r.u16("a form")?), r.instant()?)))?,
            tiers: self.tiers()?,
            tally: self.tally()?,
            sent: self.list(Reader::sent)?,
            contexts: self.contexts()?,
            origins: self.list(|r| Ok((LotNo(r.u32("a lot number")?), r.reference()?)))?,
            attributes: self.list(|r| {
                let name = r.parsed("a name", str::parse::<Name>)?;
                Ok((name, r.parsed("a text", str::parse::<Text>)?))
            })?,
            standing: Standing::decode(self)?,
            given: Some(Box::new(Given::read(self)?)).filter(|all| **all != Given::default()),
        })
    }

    pub(in crate::state) fn sent(&mut self) -> Result<Sent, MemberError> {
        Ok(Sent {
            unit: UnitIx(self.u16("a unit")?),
            day: self.i32("a day")?,
            year: self.i32("a year")?,
            count_in_day: self.u32("a count")?,
            amount_in_day: self.i64("an amount")?,
            amount_in_year: self.i64("an amount")?,
        })
    }
}
