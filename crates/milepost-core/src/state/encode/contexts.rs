//! Contexts of activities in the canonical encoding.

use super::MemberError;
use super::read::Reader;
use super::write::Writer;
use crate::context::LineLeft;
use crate::event::ActivityNo;
use crate::state::contexts::Kept;

impl Writer<'_> {
    pub(super) fn contexts(&mut self, contexts: &[Kept]) {
        self.list(contexts, |w, kept| {
            w.u32(kept.number.0);
            w.list(&kept.bytes, |w, byte| w.u8(*byte));
            w.list(&kept.left, |w, left| {
                for ratio in [left.amount, left.quantity] {
                    w.raw(&ratio.numerator().to_le_bytes());
                    w.raw(&ratio.denominator().to_le_bytes());
                }
            });
        });
    }
}

impl Reader<'_> {
    pub(super) fn contexts(&mut self) -> Result<Vec<Kept>, MemberError> {
        self.list(|r| {
            Ok(Kept {
                number: ActivityNo(r.u32("an activity number")?),
                bytes: r.list(|r| r.u8("a byte of a context"))?.into_boxed_slice(),
                left: r.list(|r| {
                    let (amount, quantity) = (r.ratio()?, r.ratio()?);
                    Ok(LineLeft { amount, quantity })
                })?,
            })
        })
    }
}
