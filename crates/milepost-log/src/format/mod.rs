//! Every structure that stands on disk, one file each. `docs/FORMAT.md` is the same in prose.

pub(crate) mod bytes;
pub(crate) mod entry;
pub(crate) mod footer;
pub(crate) mod frame;
pub(crate) mod manifest;
pub(crate) mod segment;

/// The format version that this program writes, and the newest it reads.
pub const FORMAT_VERSION: u32 = 1;

/// The number of SHA-256 in the manifest and the segment headers.
pub(crate) const HASH_SHA256: u32 = 1;

/// The largest entry: 1 GiB with its header.
pub const MAX_ENTRY: u64 = 1 << 30;

/// The largest payload of a group: 2 GiB less one byte, so that its length and the offset of
/// every entry in it fit 31 bits, and two entries of 1 GiB do not meet in one group.
pub const MAX_GROUP: u64 = (1 << 31) - 1;

/// The identity of a ledger: 16 bytes that stand in its manifest, every segment and every group,
/// so that a block of another ledger never passes as this one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LedgerId([u8; 16]);

impl LedgerId {
    /// Any 16 bytes; take random ones (a UUID) for each new ledger.
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

/// The hash chain's value after a group: SHA-256 over the value before, the group's header up to
/// its checksums, and its entries. One value stands for the whole log before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChainValue([u8; 32]);

impl ChainValue {
    /// The value before the first group of a ledger: 32 zero bytes.
    pub const START: Self = Self([0; 32]);

    pub(crate) const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

/// The root of the Merkle tree over all entries so far; 32 zero bytes where no tree is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TreeRoot([u8; 32]);

impl TreeRoot {
    /// No tree is kept.
    pub const NONE: Self = Self([0; 32]);

    /// A root of 32 bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}
