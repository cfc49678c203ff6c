//! The canonical encoding of a member (R-ASOF-2): equal states have equal bytes, on every machine,
//! however they came about. Snapshots keep it, and digests are made of it.
//!
//! All numbers are little-endian; texts and lists begin with their length. What is only there for
//! speed (the lower bound of what is due, indexes, spare room) is left out.

mod contexts;
mod read;
mod tiers;
mod write;

use smallvec::SmallVec;

pub(super) use self::read::Reader;
pub(super) use self::write::Writer;
use super::figures::Figures;
use super::lot::ALWAYS;
use super::member::{Member, More};
use crate::names::{MemberId, MemberKey};
use crate::programme::TierIx;

/// The version of this encoding; a snapshot of another one is thrown away.
pub const MEMBER_FORMAT: u16 = 3;

/// The bytes are not the encoding of a member. Nothing was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the encoding of a member: expected {expected} at byte {at}")]
pub struct MemberError {
    /// Where.
    pub at: usize,
    /// What should have been there.
    pub expected: &'static str,
}

impl Member {
    /// Appends the canonical encoding.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut w = Writer { out };
        w.raw(&self.key.0);
        w.text(self.id.as_str());
        w.u32(self.version);
        w.u64(self.head);
        w.instant(self.enrolled_at);
        w.u8(self.birth_month.unwrap_or(0));
        w.option(self.tier(), |w, tier| w.u16(tier.0));
        w.list(&self.units, Writer::figures);
        w.list(&self.lots, Writer::lot);
        w.bytes(self.activities.as_bytes());
        match &self.more {
            Some(more) => w.more(more),
            None => w.more(&More::default()),
        }
    }

    /// Reads one member from the front of `bytes`, and says how many bytes it took. When something
    /// is due to it is not known until [`Member::refresh_due`] has looked.
    ///
    /// # Errors
    /// [`MemberError`] if the bytes do not begin with the encoding of a member.
    pub fn decode(bytes: &[u8]) -> Result<(Member, usize), MemberError> {
        let mut r = Reader { bytes, at: 0 };
        let mut member = Member {
            key: MemberKey(r.array("a member key")?),
            id: r.parsed("a member id", MemberId::new)?,
            version: r.u32("a version")?,
            head: r.u64("a position")?,
            enrolled_at: r.instant()?,
            due: ALWAYS,
            birth_month: Some(r.u8("a month")?).filter(|month| *month > 0),
            tier: r.option(|r| r.u16("a tier").map(TierIx))?.into(),
            units: r.list(Reader::figures)?.into_iter().collect::<SmallVec<[Figures; 1]>>(),
            lots: r.list(Reader::lot)?,
            activities: r.activities()?,
            more: Some(Box::new(r.more()?)).filter(|all| **all != More::default()),
        };
        member.index_activities();
        Ok((member, r.at))
    }
}
