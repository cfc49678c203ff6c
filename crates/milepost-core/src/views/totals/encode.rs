//! The canonical encoding of totals: equal totals have equal bytes (R-ASOF-2), and nothing else
//! than what is written here is read back.
//!
//! All numbers are little-endian. A figure or a counter begins with a byte that says how many bytes
//! follow: as many as it takes, so that there is one way to write each.

use super::{COUNTERS, Totals, UnitTotals};
use crate::programme::UnitIx;

/// The version of this encoding; a snapshot of another one is thrown away.
pub const TOTALS_FORMAT: u16 = 1;

/// The bytes are not the encoding of totals. Nothing was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the encoding of totals: expected {expected} at byte {at}")]
pub struct TotalsError {
    /// Where.
    pub at: usize,
    /// What should have been there.
    pub expected: &'static str,
}

impl Totals {
    /// Appends the canonical encoding.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend(self.members.to_le_bytes());
        out.extend(self.entries.to_le_bytes());
        // Units have 16-bit numbers, so their count fits 32 bits.
        out.extend(u32::try_from(self.units.len()).unwrap_or(u32::MAX).to_le_bytes());
        for unit in self.units() {
            unit.encode(out);
        }
    }

    /// Reads totals from the front of `bytes`, and says how many bytes they took.
    ///
    /// # Errors
    /// [`TotalsError`] if the bytes do not begin with the encoding of totals.
    pub fn decode(bytes: &[u8]) -> Result<(Totals, usize), TotalsError> {
        let mut reader = Reader { bytes, at: 0 };
        let mut totals = Totals {
            members: i64::from_le_bytes(reader.array("a count of members")?),
            entries: u64::from_le_bytes(reader.array("a count of entries")?),
            ..Totals::default()
        };
        for _ in 0..u32::from_le_bytes(reader.array("a count of units")?) {
            let at = reader.at;
            let unit = reader.unit()?;
            let last = totals.units.last_key_value();
            if last.is_some_and(|(last, _)| *last >= unit.unit) {
                return Err(TotalsError { at, expected: "units sorted by number" });
            }
            totals.units.insert(unit.unit, unit);
        }
        Ok((totals, reader.at))
    }
}

impl UnitTotals {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend(self.unit.0.to_le_bytes());
        for figure in [self.available, self.pending, self.held, self.debt] {
            // No figure of a log is below 0; the bits of one that is are kept all the same.
            write(out, figure.to_le_bytes());
        }
        for counter in self.counters {
            write(out, counter.to_le_bytes());
        }
    }
}

fn write(out: &mut Vec<u8>, bytes: [u8; 16]) {
    let length = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    out.push(u8::try_from(length).unwrap_or(0));
    out.extend(bytes.iter().take(length));
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn raw(&mut self, length: usize, expected: &'static str) -> Result<&[u8], TotalsError> {
        let rest = self.bytes.get(self.at..).unwrap_or(&[]);
        let bytes = rest.get(..length).ok_or(TotalsError { at: self.at, expected })?;
        self.at += length;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self, expected: &'static str) -> Result<[u8; N], TotalsError> {
        let at = self.at;
        self.raw(N, expected)?.try_into().map_err(|_| TotalsError { at, expected })
    }

    /// The bytes of a figure or counter: at most 16, the last of them not 0.
    fn number(&mut self) -> Result<[u8; 16], TotalsError> {
        let wrong = TotalsError { at: self.at, expected: "a number in its shortest form" };
        let [length] = self.array("a length")?;
        let mut number = [0; 16];
        let slot = number.get_mut(..usize::from(length)).ok_or(wrong)?;
        slot.copy_from_slice(self.raw(usize::from(length), "a number")?);
        if slot.last() == Some(&0) { Err(wrong) } else { Ok(number) }
    }

    fn unit(&mut self) -> Result<UnitTotals, TotalsError> {
        let unit = UnitIx(u16::from_le_bytes(self.array("a unit")?));
        let mut figure = || self.number().map(i128::from_le_bytes);
        let (available, pending) = (figure()?, figure()?);
        let (held, debt) = (figure()?, figure()?);
        let mut counters = [0; COUNTERS];
        for counter in &mut counters {
            *counter = u128::from_le_bytes(self.number()?);
        }
        Ok(UnitTotals { unit, available, pending, held, debt, counters })
    }
}
