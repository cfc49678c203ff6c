//! The lines that a reversal takes back, on the wire.

use super::WireError;
use super::codec::{Dec, Enc, Put, Short, Take};
use super::optional::take_flags;
use crate::command::{LinePart, ReturnedLine, WhichLine};

/// Set: the line is named by what was sold, else by its place.
const BY_SKU: u8 = 1;
const AMOUNT: u8 = 1 << 1;
const QUANTITY: u8 = 1 << 2;

impl Put for ReturnedLine {
    fn put(&self, out: &mut Enc<'_>) -> Result<(), WireError> {
        let ReturnedLine { line, part } = self;
        let by = if matches!(line, WhichLine::Sku(_)) { BY_SKU } else { 0 };
        let of = match part {
            LinePart::Whole => 0,
            LinePart::Amount(_) => AMOUNT,
            LinePart::Quantity(_) => QUANTITY,
        };
        (by | of).put(out)?;
        match line {
            WhichLine::Position(position) => Short(*position).put(out),
            WhichLine::Sku(sku) => sku.put(out),
        }?;
        match part {
            LinePart::Whole => Ok(()),
            LinePart::Amount(number) | LinePart::Quantity(number) => number.put(out),
        }
    }
}

impl Take<'_> for ReturnedLine {
    const MIN: usize = 2;

    fn take(from: &mut Dec<'_>) -> Result<ReturnedLine, WireError> {
        let flags = take_flags(from, BY_SKU | AMOUNT | QUANTITY)?;
        let line = match flags & BY_SKU {
            0 => WhichLine::Position(Short::take(from)?.0),
            _ => WhichLine::Sku(Take::take(from)?),
        };
        let part = match flags & !BY_SKU {
            0 => LinePart::Whole,
            AMOUNT => LinePart::Amount(Take::take(from)?),
            QUANTITY => LinePart::Quantity(Take::take(from)?),
            found => return Err(WireError::Choice { what: "part of a line", found }),
        };
        Ok(ReturnedLine { line, part })
    }
}
