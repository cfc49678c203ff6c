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

/// The version of this encoding; a snapshot of another one is thrown away. What a log keeps of a
/// member that was merged is read in the one before too.
pub const MEMBER_FORMAT: u16 = 4;
/// The same, but that what most members do not have stands there without a presence byte.
const SPELLED_OUT: u16 = 3;

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
        w.more_or_nothing(self.more.as_deref());
    }

    /// Reads one member from the front of `bytes`, and says how many bytes it took. When something
    /// is due to it is not known until [`Member::refresh_due`] has looked.
    ///
    /// # Errors
    /// [`MemberError`] if the bytes do not begin with the encoding of a member.
    pub fn decode(bytes: &[u8]) -> Result<(Member, usize), MemberError> {
        Member::decode_in(MEMBER_FORMAT, bytes)
    }

    /// The same in an encoding that may be an older one.
    pub(super) fn decode_in(format: u16, bytes: &[u8]) -> Result<(Member, usize), MemberError> {
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
            more: match format {
                MEMBER_FORMAT => r.more_or_nothing()?,
                SPELLED_OUT => Some(Box::new(r.more()?)).filter(|all| **all != More::default()),
                _ => return Err(MemberError { at: 0, expected: "a known encoding" }),
            },
        };
        member.index_activities_again();
        Ok((member, r.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Fact, FormIx};
    use crate::time::Instant;

    fn encoded(member: &Member) -> Vec<u8> {
        let mut bytes = Vec::new();
        member.encode(&mut bytes);
        bytes
    }

    #[test]
    fn what_says_nothing_has_one_spelling() {
        let id = MemberId::new("a").unwrap();
        let fact = Fact::Enrolled { id, tier: None, birth_month: None, attributes: Vec::new() };
        let mut member = Member::enrolled(MemberKey([7; 16]), Instant::MIN, &fact).unwrap();
        let short = encoded(&member);
        let (read, taken) = Member::decode(&short).unwrap();
        assert_eq!((read.more, taken), (None, short.len()));
        let (presence, before) = short.split_last().unwrap();
        assert_eq!(*presence, 0);
        let spelled_out = |more: &More| {
            let mut bytes = before.to_vec();
            Writer { out: &mut bytes }.more(more);
            bytes
        };
        let nothing = spelled_out(&More::default());
        let (read, taken) = Member::decode_in(SPELLED_OUT, &nothing).unwrap();
        assert_eq!((read.more, taken), (None, nothing.len()));
        let mut nothing = nothing;
        nothing.insert(before.len(), 1);
        assert_eq!(Member::decode(&nothing).unwrap_err().expected, "more than nothing");
        member.more = Some(Box::new(More { given: Some(Box::default()), ..More::default() }));
        assert_eq!(encoded(&member), short);

        let renewals = vec![(FormIx(1), Instant::MIN)];
        let renewed = More { renewals, ..More::default() };
        let before = spelled_out(&renewed);
        member.more = Some(Box::new(renewed));
        assert_eq!(Member::decode(&encoded(&member)).unwrap().0.more, member.more);
        assert_eq!(Member::decode_in(SPELLED_OUT, &before).unwrap().0.more, member.more);
        assert!(Member::decode_in(2, &before).is_err());
    }
}
