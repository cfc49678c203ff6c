//! Names that come from outside: checked once, when they are made, and then carried as they are.
//! Short ones live inside their value, so that carrying them allocates nothing.

use std::fmt;
use std::str::FromStr;

use compact_str::CompactString;
use sha1::{Digest, Sha1};
use sha2::Sha256;
use uuid::{Builder, Uuid};

/// A name that is not allowed where it stands: what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct NotAName {
    /// What is allowed.
    pub expected: &'static str,
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $max:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(CompactString);

        impl $name {
            /// Takes a text of the allowed length.
            ///
            /// # Errors
            #[doc = concat!("If it is not ", $expected, ".")]
            pub fn new(text: impl Into<CompactString>) -> Result<$name, NotAName> {
                let text = text.into();
                $name::check(&text)?;
                Ok($name(text))
            }

            /// Gives a text back if its length is allowed.
            ///
            /// # Errors
            #[doc = concat!("If it is not ", $expected, ".")]
            pub const fn check(text: &str) -> Result<&str, NotAName> {
                match text.len() {
                    1..=$max => Ok(text),
                    _ => Err(NotAName { expected: $expected }),
                }
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NotAName;

            fn from_str(text: &str) -> Result<$name, NotAName> {
                $name::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text!(
    /// What the host calls an activity, a hold, a redemption, a transfer or a case: 1 to 128 bytes.
    Reference, 128, "a reference of 1 to 128 bytes"
);
text!(
    /// A name of the programme or of the booking system, such as a unit, a tier, an activity kind or
    /// an attribute: 1 to 128 bytes.
    Name, 128, "a name of 1 to 128 bytes"
);
text!(
    /// A text for people, such as a reason or the value of an attribute: 1 to 4,096 bytes.
    Text, 4096, "a text of 1 to 4096 bytes"
);

/// An idempotency key: 1 to 64 bytes (R-CMD-2). It carries its digest, so that whoever makes the
/// command has reckoned it, and not the one thread that decides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    text: CompactString,
    digest: [u8; 16],
}

impl Key {
    /// Takes a text of the allowed length.
    ///
    /// # Errors
    /// If it is not a key of 1 to 64 bytes.
    pub fn new(text: impl Into<CompactString>) -> Result<Key, NotAName> {
        let text = text.into();
        if !matches!(text.len(), 1..=64) {
            return Err(NotAName { expected: "a key of 1 to 64 bytes" });
        }
        let digest = Sha256::new_with_prefix(b"milepost key v1\0").chain_update(&text).finalize();
        let digest = digest.first_chunk().copied().unwrap_or_default();
        Ok(Key { text, digest })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The first 16 bytes of the SHA-256 of the key behind `milepost key v1` and a zero: what the log
    /// keeps of it.
    pub const fn digest(&self) -> [u8; 16] {
        self.digest
    }
}

impl FromStr for Key {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Key, NotAName> {
        Key::new(text)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Who owns points: 1 to 64 characters from `A-Z a-z 0-9 . _ : -`. A 36-character UUID is
/// lower-cased, so that both spellings are one member.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberId(CompactString);

impl MemberId {
    /// Takes an external id.
    ///
    /// # Errors
    /// If it is empty, longer than 64 characters, has other characters, or is the nil UUID.
    pub fn new(text: &str) -> Result<MemberId, NotAName> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._:-".contains(&b);
        if !matches!(text.len(), 1..=64) || !text.bytes().all(allowed) {
            return Err(NotAName {
                expected: "a member of 1 to 64 characters A-Z a-z 0-9 . _ : -",
            });
        }
        match uuid_of(text) {
            // Sixteen zero bytes stand for no member in the log.
            Some(uuid) if uuid.is_nil() => Err(NotAName { expected: "a member other than nil" }),
            Some(_) => Ok(MemberId(text.to_ascii_lowercase().into())),
            None => Ok(MemberId(text.into())),
        }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The member's UUID in the ledger with this namespace: version 5, or the id itself if it is a
    /// UUID.
    pub fn key(&self, namespace: Uuid) -> MemberKey {
        let uuid = uuid_of(&self.0).unwrap_or_else(|| named_uuid(namespace, &self.0));
        MemberKey(uuid.into_bytes())
    }
}

/// The UUID of version 5 of a name (RFC 9562, section 5.5): with the processor's own SHA-1 where it
/// has one, because every command asks for it.
fn named_uuid(namespace: Uuid, name: &str) -> Uuid {
    let hash = Sha1::new_with_prefix(namespace.as_bytes()).chain_update(name).finalize();
    let first = hash.first_chunk().copied().unwrap_or_default();
    Builder::from_sha1_bytes(first).into_uuid()
}

fn uuid_of(text: &str) -> Option<Uuid> {
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

impl FromStr for MemberId {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<MemberId, NotAName> {
        MemberId::new(text)
    }
}

impl fmt::Display for MemberId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The 16 bytes of a member's UUID: how the log and the state name a member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MemberKey(pub [u8; 16]);

impl fmt::Display for MemberKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Uuid::from_bytes(self.0).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_is_one_member_in_both_spellings() {
        let upper = MemberId::new("6BA7B810-9DAD-11D1-80B4-00C04FD430C8").unwrap();
        let lower = MemberId::new("6ba7b810-9dad-11d1-80b4-00c04fd430c8").unwrap();
        assert_eq!(upper, lower);
        assert_eq!(lower.key(Uuid::nil()).to_string(), lower.as_str());
    }

    /// The examples of RFC 9562, appendix A.4, and of Python's uuid module.
    #[test]
    fn the_uuid_of_a_name() {
        let dns = Uuid::from_u128(0x6ba7_b810_9dad_11d1_80b4_00c0_4fd4_30c8);
        let key = |name: &str| MemberId::new(name).unwrap().key(dns).to_string();
        assert_eq!(key("www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2");
        assert_eq!(key("python.org"), "886313e1-3b8a-5372-9b90-0c9aee199e5d");
    }

    #[test]
    fn other_ids_are_mapped_under_the_ledgers_namespace() {
        let a = MemberId::new("a").unwrap();
        assert_ne!(a.key(Uuid::nil()), a.key(Uuid::max()));
        assert_ne!(a, MemberId::new("A").unwrap());
    }

    #[test]
    fn what_is_no_member_id() {
        let nil = "00000000-0000-0000-0000-000000000000";
        for text in ["", "a b", "ä", "a/b", &"x".repeat(65), nil] {
            assert!(MemberId::new(text).is_err(), "{text}");
        }
    }
}
