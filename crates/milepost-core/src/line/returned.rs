//! The lines that a reversal takes back, read and written.

use serde_json::Value;

use super::fields::{Fields, MAX_ITEMS};
use super::json::{Fault, Raw, Read};
use super::sheet::{Form, Sheet, Write};
use crate::command::{Extent, LinePart, ReturnedLine, WhichLine};

/// `amount` or `lines`, or all that is left.
pub(super) fn extent(fields: &mut Fields<'_>) -> Result<Extent, Fault> {
    if fields.has("amount") && fields.has("lines") {
        return Err(Fault::new("expected either amount or lines, found both").under("amount"));
    }
    let lines: Option<Vec<ReturnedLine>> = fields.optional("lines")?;
    match lines.as_deref() {
        Some([]) => Err(Fault::new("expected at least one line").under("lines")),
        Some(lines) if lines.len() > MAX_ITEMS => {
            Err(Fault::new(format!("expected at most {MAX_ITEMS} lines")).under("lines"))
        }
        Some(lines) => Ok(Extent::Lines(lines.to_vec())),
        None => Ok(fields.optional("amount")?.map_or(Extent::Full, Extent::Money)),
    }
}

impl Read for ReturnedLine {
    fn read(raw: Raw<'_>) -> Result<ReturnedLine, Fault> {
        raw.object(|fields| {
            let line = match (fields.optional("line")?, fields.optional("sku")?) {
                (Some(position), None) => WhichLine::Position(position),
                (None, Some(sku)) => WhichLine::Sku(sku),
                (None, None) => return Err(Fault::new("expected line or sku")),
                (Some(_), Some(_)) => {
                    return Err(Fault::new("expected either line or sku, found both"));
                }
            };
            let part = match (fields.optional("amount")?, fields.optional("quantity")?) {
                (None, None) => LinePart::Whole,
                (Some(amount), None) => LinePart::Amount(amount),
                (None, Some(quantity)) => LinePart::Quantity(quantity),
                (Some(_), Some(_)) => {
                    return Err(Fault::new("expected either amount or quantity, found both"));
                }
            };
            Ok(ReturnedLine { line, part })
        })
    }
}

impl Write for ReturnedLine {
    fn write(&self, form: Form) -> Option<Value> {
        let sheet = match &self.line {
            WhichLine::Position(position) => Sheet::new(form).put("line", position),
            WhichLine::Sku(sku) => Sheet::new(form).put("sku", sku),
        };
        let sheet = match &self.part {
            LinePart::Whole => sheet,
            LinePart::Amount(amount) => sheet.put("amount", amount),
            LinePart::Quantity(quantity) => sheet.put("quantity", quantity),
        };
        Some(sheet.into_value())
    }
}
