//! One value of a snapshot: a header that says what it is, and what is in it.
//!
//! | bytes | what |
//! |---|---|
//! | 0 to 7 | magic `MPSNAP1\n` |
//! | 8 to 11 | CRC32C of everything after this field |
//! | 12 to 13 | the version of the members' encoding |
//! | 14 to 29 | ledger id |
//! | 30 to 61 | the tree's root at the position; zeros until there is a tree |
//! | 62 to 93 | SHA-256 of the payload |
//! | 94 to 101 | position: everything of the subject before this sequence number is in it |
//! | 102 to 109 | the fingerprint of a view |
//! | 110 to 113, 114 to 117 | the number of this part of the subject, and of how many |
//! | 118 to 121 | how many members are in it |
//! | 122 to 125 | the length of the subject's key, which follows; then the payload |

use milepost_core::state::{MEMBER_FORMAT, Member};
use sha2::{Digest, Sha256};

const MAGIC: &[u8; 8] = b"MPSNAP1\n";
const CHECKED_FROM: usize = 12;
/// A key ends with the number of its part, in so many bytes.
const INDEX: usize = 4;

/// What a part is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// The members of a shard.
    Shard(u16),
    /// Up to where each shard's parts are true.
    Positions,
    /// What all members use together.
    Pools,
    /// A view.
    View(String),
}

/// One part of a subject.
#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    pub(super) ledger: [u8; 16],
    pub(super) subject: Subject,
    pub(super) position: u64,
    pub(super) fingerprint: u64,
    pub(super) index: u32,
    pub(super) count: u32,
    members: u32,
    pub(super) payload: &'a [u8],
}

impl Subject {
    /// What the keys of its parts begin with.
    pub(super) fn key(&self) -> Vec<u8> {
        match self {
            Subject::Shard(number) => [b"s".as_slice(), &number.to_be_bytes()].concat(),
            Subject::Positions => b"p".to_vec(),
            Subject::Pools => b"q".to_vec(),
            Subject::View(name) => [b"v", name.as_bytes(), b"\0"].concat(),
        }
    }

    fn read(key: &[u8]) -> Option<Subject> {
        match key.split_first()? {
            (b's', number) => Some(Subject::Shard(u16::from_be_bytes(number.try_into().ok()?))),
            (b'p', []) => Some(Subject::Positions),
            (b'q', []) => Some(Subject::Pools),
            (b'v', name) => {
                let name = str::from_utf8(name.strip_suffix(b"\0")?).ok()?;
                Some(Subject::View(name.to_string()))
            }
            _ => None,
        }
    }
}

/// What the keys of all parts of a subject have in common.
pub(super) fn subject_of(key: &[u8]) -> &[u8] {
    key.split_last_chunk::<INDEX>().map_or(key, |(subject, _)| subject)
}

impl<'a> Part<'a> {
    /// The parts of a subject, one for each block.
    pub(super) fn split(
        ledger: [u8; 16],
        subject: &Subject,
        position: u64,
        fingerprint: u64,
        blocks: &[(u32, &'a [u8])],
    ) -> Vec<Part<'a>> {
        // A view that has come to nothing is a part with nothing in it.
        let empty: &[(u32, &'a [u8])] = &[(0, &[])];
        let blocks = if blocks.is_empty() { empty } else { blocks };
        let count = u32::try_from(blocks.len()).unwrap_or(u32::MAX);
        let part = |(index, (members, payload)): (u32, &(u32, &'a [u8]))| Part {
            ledger,
            subject: subject.clone(),
            position,
            fingerprint,
            index,
            count,
            members: *members,
            payload,
        };
        (0..).zip(blocks).map(part).collect()
    }

    /// Its key.
    pub(super) fn key(&self) -> Vec<u8> {
        let mut key = self.subject.key();
        key.extend(self.index.to_be_bytes());
        key
    }

    /// The value to store.
    pub(super) fn write(&self) -> Vec<u8> {
        let subject = self.subject.key();
        let digest: [u8; 32] = Sha256::digest(self.payload).into();
        let mut out = Vec::with_capacity(126 + subject.len() + self.payload.len());
        out.extend(MAGIC);
        out.extend([0; 4]);
        out.extend(MEMBER_FORMAT.to_le_bytes());
        out.extend(self.ledger);
        out.extend([0; 32]);
        out.extend(digest);
        out.extend(self.position.to_le_bytes());
        out.extend(self.fingerprint.to_le_bytes());
        out.extend(self.index.to_le_bytes());
        out.extend(self.count.to_le_bytes());
        out.extend(self.members.to_le_bytes());
        out.extend(u32::try_from(subject.len()).unwrap_or(u32::MAX).to_le_bytes());
        out.extend(subject);
        out.extend(self.payload);
        let crc = crc32c::crc32c(out.get(CHECKED_FROM..).unwrap_or_default());
        if let Some(slot) = out.get_mut(8..CHECKED_FROM) {
            slot.copy_from_slice(&crc.to_le_bytes());
        }
        out
    }

    /// Reads a value, and believes nothing of it that does not verify.
    pub(super) fn read(value: &'a [u8]) -> Result<Part<'a>, String> {
        let mut r = Reader(value);
        if r.take::<8>()? != *MAGIC {
            return Err("a value is no part of a snapshot".into());
        }
        let crc = u32::from_le_bytes(r.take()?);
        if crc != crc32c::crc32c(r.0) {
            return Err("a checksum does not match".into());
        }
        let format = u16::from_le_bytes(r.take()?);
        if format != MEMBER_FORMAT {
            return Err(format!("it is of format {format}, this is {MEMBER_FORMAT}"));
        }
        let ledger = r.take()?;
        let _root: [u8; 32] = r.take()?;
        let digest: [u8; 32] = r.take()?;
        let position = u64::from_le_bytes(r.take()?);
        let fingerprint = u64::from_le_bytes(r.take()?);
        let index = u32::from_le_bytes(r.take()?);
        let count = u32::from_le_bytes(r.take()?);
        let members = u32::from_le_bytes(r.take()?);
        let length = u32::from_le_bytes(r.take()?) as usize;
        let (key, payload) = r.0.split_at_checked(length).ok_or("a part is too short")?;
        let subject = Subject::read(key).ok_or("a part is about nothing known")?;
        let found: [u8; 32] = Sha256::digest(payload).into();
        if found != digest {
            return Err("a digest does not match".into());
        }
        Ok(Part { ledger, subject, position, fingerprint, index, count, members, payload })
    }

    /// Whether it says something of the same subject at the same moment.
    pub(super) fn is_of_one_with(&self, other: &Part<'_>) -> bool {
        self.subject == other.subject
            && self.ledger == other.ledger
            && self.position == other.position
            && self.count == other.count
    }

    /// How many members are in it, as it says; never more than it has bytes.
    pub(super) fn most_members(&self) -> usize {
        (self.members as usize).min(self.payload.len())
    }

    /// Reads the members in it.
    pub(super) fn members(&self, into: &mut Vec<Member>) -> Result<(), String> {
        let mut rest = self.payload;
        for _ in 0..self.members {
            let (member, taken) = Member::decode(rest).map_err(|error| error.to_string())?;
            into.push(member);
            rest = rest.get(taken..).unwrap_or_default();
        }
        if rest.is_empty() {
            Ok(())
        } else {
            Err("there is more than its members in a part".into())
        }
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or("a part is too short")?;
        self.0 = rest;
        Ok(*head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flipped_bit_is_found_wherever_it_is() {
        let subject = Subject::View("totals".into());
        let parts = Part::split([7; 16], &subject, 42, 3, &[(0, b"payload")]);
        let value = parts[0].write();
        let read = Part::read(&value).unwrap();
        assert_eq!((read.subject, read.position, read.payload), (subject, 42, &b"payload"[..]));
        for bit in 0..value.len() * 8 {
            let mut bad = value.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(Part::read(&bad).is_err(), "bit {bit}");
        }
        for length in 0..value.len() {
            assert!(Part::read(&value[..length]).is_err(), "{length} bytes");
        }
    }
}
